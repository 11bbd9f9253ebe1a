import_ccline.o: agent/commands/import_ccline.c agent/commands/import.h \
  agent/commands/../base/text.h

agent/commands/import.h:

agent/commands/../base/text.h:
