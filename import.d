import.o: agent/commands/import.c agent/commands/import.h \
  agent/commands/../base/text.h agent/commands/file.h \
  agent/commands/toml.h agent/commands/../base/memory.h

agent/commands/import.h:

agent/commands/../base/text.h:

agent/commands/file.h:

agent/commands/toml.h:

agent/commands/../base/memory.h:
