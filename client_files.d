client_files.o: agent/serve/client_files.c agent/serve/client_files.h \
  agent/serve/../render/facts.h agent/serve/../base/memory.h \
  agent/serve/../ingest/json.h agent/serve/../ingest/string_marks.h \
  agent/serve/../ingest/kernels.h agent/serve/limits.h \
  agent/serve/../ingest/payload.h

agent/serve/client_files.h:

agent/serve/../render/facts.h:

agent/serve/../base/memory.h:

agent/serve/../ingest/json.h:

agent/serve/../ingest/string_marks.h:

agent/serve/../ingest/kernels.h:

agent/serve/limits.h:

agent/serve/../ingest/payload.h:
