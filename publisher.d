publisher.o: agent/serve/publisher.c agent/serve/publisher.h \
  agent/serve/../git/git.h agent/serve/../ingest/event.h \
  agent/serve/../ingest/payload.h agent/serve/../render/render.h \
  agent/serve/../render/../../shm/tacho.h agent/serve/../render/facts.h \
  agent/serve/../store/history.h \
  agent/serve/../store/../ingest/log_tree.h \
  agent/serve/../ingest/batch.h agent/serve/../ingest/log_file.h \
  agent/serve/../ingest/claude_log.h \
  agent/serve/../store/../meter/meter.h \
  agent/serve/../store/../meter/../ingest/batch.h \
  agent/serve/../store/../meter/prices.h agent/serve/../store/keeper.h \
  agent/serve/../store/restored.h agent/serve/../store/ledger.h \
  agent/serve/../store/../base/text.h \
  agent/serve/../store/../ingest/log_file.h \
  agent/serve/../store/../meter/keep.h \
  agent/serve/../store/../meter/entries.h \
  agent/serve/../store/../meter/interned.h \
  agent/serve/../store/../meter/../base/slots.h \
  agent/serve/../store/../meter/price_book.h \
  agent/serve/../store/../meter/unlogged.h \
  agent/serve/../store/../meter/rollups.h agent/serve/../../shm/writer.h \
  agent/serve/../render/../../shm/metrics.h \
  agent/serve/../render/../../shm/metrics.def agent/serve/activity.h \
  agent/serve/../ingest/transcript.h agent/serve/client_files.h \
  agent/serve/drawn.h agent/serve/facts_more.h \
  agent/serve/../meter/meter.h agent/serve/gather.h \
  agent/serve/context.h agent/serve/live.h agent/serve/said.h \
  agent/serve/../../shm/tacho.h agent/serve/limits.h \
  agent/serve/programs.h agent/serve/../render/layout.h \
  agent/serve/../render/gradient.h agent/serve/../render/../base/text.h \
  agent/serve/../render/theme.h agent/serve/../render/segments.h \
  agent/serve/../render/line.h agent/serve/../base/clock.h \
  agent/serve/../base/memory.h agent/serve/../base/zone.h \
  agent/serve/../meter/sums.h agent/serve/../render/look_build.h \
  agent/serve/../render/tasks.h

agent/serve/publisher.h:

agent/serve/../git/git.h:

agent/serve/../ingest/event.h:

agent/serve/../ingest/payload.h:

agent/serve/../render/render.h:

agent/serve/../render/../../shm/tacho.h:

agent/serve/../render/facts.h:

agent/serve/../store/history.h:

agent/serve/../store/../ingest/log_tree.h:

agent/serve/../ingest/batch.h:

agent/serve/../ingest/log_file.h:

agent/serve/../ingest/claude_log.h:

agent/serve/../store/../meter/meter.h:

agent/serve/../store/../meter/../ingest/batch.h:

agent/serve/../store/../meter/prices.h:

agent/serve/../store/keeper.h:

agent/serve/../store/restored.h:

agent/serve/../store/ledger.h:

agent/serve/../store/../base/text.h:

agent/serve/../store/../ingest/log_file.h:

agent/serve/../store/../meter/keep.h:

agent/serve/../store/../meter/entries.h:

agent/serve/../store/../meter/interned.h:

agent/serve/../store/../meter/../base/slots.h:

agent/serve/../store/../meter/price_book.h:

agent/serve/../store/../meter/unlogged.h:

agent/serve/../store/../meter/rollups.h:

agent/serve/../../shm/writer.h:

agent/serve/../render/../../shm/metrics.h:

agent/serve/../render/../../shm/metrics.def:

agent/serve/activity.h:

agent/serve/../ingest/transcript.h:

agent/serve/client_files.h:

agent/serve/drawn.h:

agent/serve/facts_more.h:

agent/serve/../meter/meter.h:

agent/serve/gather.h:

agent/serve/context.h:

agent/serve/live.h:

agent/serve/said.h:

agent/serve/../../shm/tacho.h:

agent/serve/limits.h:

agent/serve/programs.h:

agent/serve/../render/layout.h:

agent/serve/../render/gradient.h:

agent/serve/../render/../base/text.h:

agent/serve/../render/theme.h:

agent/serve/../render/segments.h:

agent/serve/../render/line.h:

agent/serve/../base/clock.h:

agent/serve/../base/memory.h:

agent/serve/../base/zone.h:

agent/serve/../meter/sums.h:

agent/serve/../render/look_build.h:

agent/serve/../render/tasks.h:
