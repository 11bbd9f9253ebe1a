line.o: agent/render/line.c agent/render/line.h agent/render/theme.h \
  agent/render/render.h agent/render/../../shm/tacho.h \
  agent/render/facts.h agent/render/gradient.h \
  agent/render/../base/text.h agent/render/harmless.h \
  agent/render/layout.h agent/render/segments.h agent/render/numbers.h

agent/render/line.h:

agent/render/theme.h:

agent/render/render.h:

agent/render/../../shm/tacho.h:

agent/render/facts.h:

agent/render/gradient.h:

agent/render/../base/text.h:

agent/render/harmless.h:

agent/render/layout.h:

agent/render/segments.h:

agent/render/numbers.h:
