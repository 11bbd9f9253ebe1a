transcript.o: agent/ingest/transcript.c agent/ingest/transcript.h \
  agent/ingest/../base/memory.h agent/ingest/../base/text.h \
  agent/ingest/todo_list.h agent/ingest/transcript_line.h \
  agent/ingest/json.h agent/ingest/string_marks.h agent/ingest/kernels.h \
  agent/ingest/token_estimate.h

agent/ingest/transcript.h:

agent/ingest/../base/memory.h:

agent/ingest/../base/text.h:

agent/ingest/todo_list.h:

agent/ingest/transcript_line.h:

agent/ingest/json.h:

agent/ingest/string_marks.h:

agent/ingest/kernels.h:

agent/ingest/token_estimate.h:
