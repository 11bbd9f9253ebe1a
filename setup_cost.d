setup_cost.o: agent/commands/setup_cost.c agent/commands/setup.h \
  agent/commands/file.h agent/commands/../base/text.h \
  agent/commands/setup_record.h

agent/commands/setup.h:

agent/commands/file.h:

agent/commands/../base/text.h:

agent/commands/setup_record.h:
