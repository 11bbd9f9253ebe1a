gradient.o: agent/render/gradient.c agent/render/gradient.h \
  agent/render/../base/text.h agent/render/theme.h agent/render/render.h \
  agent/render/../../shm/tacho.h agent/render/facts.h \
  agent/render/ground.h agent/render/look_parts.h agent/render/layout.h \
  agent/render/segments.h agent/render/line.h agent/render/gradients.def

agent/render/gradient.h:

agent/render/../base/text.h:

agent/render/theme.h:

agent/render/render.h:

agent/render/../../shm/tacho.h:

agent/render/facts.h:

agent/render/ground.h:

agent/render/look_parts.h:

agent/render/layout.h:

agent/render/segments.h:

agent/render/line.h:

agent/render/gradients.def:
