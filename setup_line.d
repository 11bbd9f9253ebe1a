setup_line.o: agent/commands/setup_line.c agent/commands/setup.h \
  agent/commands/file.h agent/commands/../base/text.h \
  agent/commands/setup_record.h agent/commands/command.h \
  agent/commands/quote.h agent/commands/settings.h \
  agent/commands/../base/memory.h agent/commands/../base/say.h

agent/commands/setup.h:

agent/commands/file.h:

agent/commands/../base/text.h:

agent/commands/setup_record.h:

agent/commands/command.h:

agent/commands/quote.h:

agent/commands/settings.h:

agent/commands/../base/memory.h:

agent/commands/../base/say.h:
