setup_record.o: agent/commands/setup_record.c \
  agent/commands/setup_record.h agent/commands/command.h \
  agent/commands/../base/text.h agent/commands/file.h \
  agent/commands/../base/memory.h agent/commands/../base/say.h

agent/commands/setup_record.h:

agent/commands/command.h:

agent/commands/../base/text.h:

agent/commands/file.h:

agent/commands/../base/memory.h:

agent/commands/../base/say.h:
