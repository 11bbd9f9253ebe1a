terminal.o: agent/commands/terminal.c agent/commands/command.h \
  agent/commands/../base/text.h agent/commands/../render/harmless.h \
  agent/commands/../render/../../shm/tacho.h

agent/commands/command.h:

agent/commands/../base/text.h:

agent/commands/../render/harmless.h:

agent/commands/../render/../../shm/tacho.h:
