transcript_line.o: agent/ingest/transcript_line.c \
  agent/ingest/transcript_line.h agent/ingest/json.h \
  agent/ingest/string_marks.h agent/ingest/kernels.h \
  agent/ingest/token_estimate.h agent/ingest/decimal.h

agent/ingest/transcript_line.h:

agent/ingest/json.h:

agent/ingest/string_marks.h:

agent/ingest/kernels.h:

agent/ingest/token_estimate.h:

agent/ingest/decimal.h:
