import_claude_powerline.o: agent/commands/import_claude_powerline.c \
  agent/commands/import.h agent/commands/../base/text.h \
  agent/commands/../base/memory.h

agent/commands/import.h:

agent/commands/../base/text.h:

agent/commands/../base/memory.h:
