segments_context.o: agent/render/segments_context.c \
  agent/render/../base/zone.h agent/render/numbers.h \
  agent/render/segments_draw.h agent/render/layout.h \
  agent/render/gradient.h agent/render/../base/text.h \
  agent/render/theme.h agent/render/render.h \
  agent/render/../../shm/tacho.h agent/render/facts.h \
  agent/render/segments.h agent/render/line.h agent/render/segments.def

agent/render/../base/zone.h:

agent/render/numbers.h:

agent/render/segments_draw.h:

agent/render/layout.h:

agent/render/gradient.h:

agent/render/../base/text.h:

agent/render/theme.h:

agent/render/render.h:

agent/render/../../shm/tacho.h:

agent/render/facts.h:

agent/render/segments.h:

agent/render/line.h:

agent/render/segments.def:
