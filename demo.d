demo.o: agent/commands/demo.c agent/commands/demo.h \
  agent/commands/../render/render.h \
  agent/commands/../render/../../shm/tacho.h \
  agent/commands/../render/facts.h agent/commands/command.h \
  agent/commands/../base/text.h agent/commands/../render/fitted.h \
  agent/commands/../render/look_build.h \
  agent/commands/../render/layout.h agent/commands/../render/gradient.h \
  agent/commands/../render/../base/text.h \
  agent/commands/../render/theme.h agent/commands/../render/segments.h \
  agent/commands/../render/line.h agent/commands/../../shm/terminal.h

agent/commands/demo.h:

agent/commands/../render/render.h:

agent/commands/../render/../../shm/tacho.h:

agent/commands/../render/facts.h:

agent/commands/command.h:

agent/commands/../base/text.h:

agent/commands/../render/fitted.h:

agent/commands/../render/look_build.h:

agent/commands/../render/layout.h:

agent/commands/../render/gradient.h:

agent/commands/../render/../base/text.h:

agent/commands/../render/theme.h:

agent/commands/../render/segments.h:

agent/commands/../render/line.h:

agent/commands/../../shm/terminal.h:
