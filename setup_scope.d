setup_scope.o: agent/commands/setup_scope.c agent/commands/setup.h \
  agent/commands/file.h agent/commands/../base/text.h \
  agent/commands/setup_record.h agent/commands/command.h \
  agent/commands/settings.h agent/commands/../base/memory.h \
  agent/commands/../base/say.h agent/commands/../ingest/log_tree.h \
  agent/commands/../ingest/batch.h agent/commands/../ingest/log_file.h \
  agent/commands/../ingest/claude_log.h

agent/commands/setup.h:

agent/commands/file.h:

agent/commands/../base/text.h:

agent/commands/setup_record.h:

agent/commands/command.h:

agent/commands/settings.h:

agent/commands/../base/memory.h:

agent/commands/../base/say.h:

agent/commands/../ingest/log_tree.h:

agent/commands/../ingest/batch.h:

agent/commands/../ingest/log_file.h:

agent/commands/../ingest/claude_log.h:
