setup_shell.o: agent/commands/setup_shell.c agent/commands/setup.h \
  agent/commands/file.h agent/commands/../base/text.h \
  agent/commands/setup_record.h agent/commands/command.h \
  agent/commands/quote.h agent/commands/../base/say.h

agent/commands/setup.h:

agent/commands/file.h:

agent/commands/../base/text.h:

agent/commands/setup_record.h:

agent/commands/command.h:

agent/commands/quote.h:

agent/commands/../base/say.h:
