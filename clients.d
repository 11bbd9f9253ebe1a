clients.o: agent/serve/clients.c agent/serve/clients.h \
  agent/serve/../render/facts.h agent/serve/../base/memory.h \
  agent/serve/../base/watch.h agent/serve/../ingest/json.h \
  agent/serve/../ingest/string_marks.h agent/serve/../ingest/kernels.h

agent/serve/clients.h:

agent/serve/../render/facts.h:

agent/serve/../base/memory.h:

agent/serve/../base/watch.h:

agent/serve/../ingest/json.h:

agent/serve/../ingest/string_marks.h:

agent/serve/../ingest/kernels.h:
