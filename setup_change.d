setup_change.o: agent/commands/setup_change.c agent/commands/setup.h \
  agent/commands/file.h agent/commands/../base/text.h \
  agent/commands/setup_record.h agent/commands/command.h \
  agent/commands/diff.h agent/commands/../base/say.h

agent/commands/setup.h:

agent/commands/file.h:

agent/commands/../base/text.h:

agent/commands/setup_record.h:

agent/commands/command.h:

agent/commands/diff.h:

agent/commands/../base/say.h:
