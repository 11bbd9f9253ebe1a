import_ccstatusline.o: agent/commands/import_ccstatusline.c \
  agent/commands/import.h agent/commands/../base/text.h

agent/commands/import.h:

agent/commands/../base/text.h:
