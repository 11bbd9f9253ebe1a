condition.o: agent/render/condition.c agent/render/condition.h \
  agent/render/layout.h agent/render/gradient.h \
  agent/render/../base/text.h agent/render/theme.h agent/render/render.h \
  agent/render/../../shm/tacho.h agent/render/facts.h \
  agent/render/segments.h agent/render/line.h

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
