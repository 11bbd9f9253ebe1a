preview.o: agent/editor/preview.c agent/editor/preview.h \
  agent/editor/../base/text.h agent/editor/../commands/command.h \
  agent/editor/../commands/../base/text.h \
  agent/editor/../render/fitted.h agent/editor/../render/render.h \
  agent/editor/../render/../../shm/tacho.h \
  agent/editor/../render/facts.h agent/editor/../render/look_build.h \
  agent/editor/../render/layout.h agent/editor/../render/gradient.h \
  agent/editor/../render/../base/text.h agent/editor/../render/theme.h \
  agent/editor/../render/segments.h agent/editor/../render/line.h \
  agent/editor/../serve/config.h \
  agent/editor/../serve/../meter/weights.h \
  agent/editor/../serve/../render/render.h \
  agent/editor/../../shm/terminal.h

agent/editor/preview.h:

agent/editor/../base/text.h:

agent/editor/../commands/command.h:

agent/editor/../commands/../base/text.h:

agent/editor/../render/fitted.h:

agent/editor/../render/render.h:

agent/editor/../render/../../shm/tacho.h:

agent/editor/../render/facts.h:

agent/editor/../render/look_build.h:

agent/editor/../render/layout.h:

agent/editor/../render/gradient.h:

agent/editor/../render/../base/text.h:

agent/editor/../render/theme.h:

agent/editor/../render/segments.h:

agent/editor/../render/line.h:

agent/editor/../serve/config.h:

agent/editor/../serve/../meter/weights.h:

agent/editor/../serve/../render/render.h:

agent/editor/../../shm/terminal.h:
