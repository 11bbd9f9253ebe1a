look_options.o: agent/render/look_options.c agent/render/../base/memory.h \
  agent/render/../base/zone.h agent/render/condition.h \
  agent/render/layout.h agent/render/gradient.h \
  agent/render/../base/text.h agent/render/theme.h agent/render/render.h \
  agent/render/../../shm/tacho.h agent/render/facts.h \
  agent/render/segments.h agent/render/line.h agent/render/ground.h \
  agent/render/look_build.h agent/render/look_parts.h \
  agent/render/segments_draw.h agent/render/segments.def

agent/render/../base/memory.h:

agent/render/../base/zone.h:

agent/render/condition.h:

agent/render/layout.h:

agent/render/gradient.h:

agent/render/../base/text.h:

agent/render/theme.h:

agent/render/render.h:

agent/render/../../shm/tacho.h:

agent/render/facts.h:

agent/render/segments.h:

agent/render/line.h:

agent/render/ground.h:

agent/render/look_build.h:

agent/render/look_parts.h:

agent/render/segments_draw.h:

agent/render/segments.def:
