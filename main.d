main.o: agent/main.c agent/base/clock.h agent/base/folder.h \
  agent/base/folder_watch.h agent/base/watch.h agent/base/memory.h \
  agent/base/say.h agent/base/setting.h agent/base/text.h \
  agent/base/version.h agent/base/worker.h agent/base/zone.h \
  agent/git/git.h agent/meter/personal.h agent/meter/weights.h \
  agent/render/document.h agent/render/../base/text.h \
  agent/render/../ingest/log_tree.h agent/render/../ingest/batch.h \
  agent/render/../ingest/log_file.h agent/render/../ingest/claude_log.h \
  agent/render/../meter/meter.h agent/meter/../ingest/batch.h \
  agent/meter/prices.h agent/render/fitted.h agent/render/render.h \
  agent/render/../../shm/tacho.h agent/render/facts.h \
  agent/render/look_build.h agent/render/layout.h \
  agent/render/gradient.h agent/render/theme.h agent/render/segments.h \
  agent/render/line.h agent/serve/answers.h agent/serve/hook_socket.h \
  agent/serve/../../shm/request.h agent/serve/publisher.h \
  agent/serve/../git/git.h agent/serve/../ingest/event.h \
  agent/serve/../ingest/payload.h agent/serve/../render/render.h \
  agent/serve/../store/history.h \
  agent/serve/../store/../ingest/log_tree.h \
  agent/serve/../store/../meter/meter.h agent/serve/../store/keeper.h \
  agent/serve/../store/restored.h agent/serve/../store/ledger.h \
  agent/serve/../store/../base/text.h \
  agent/serve/../store/../ingest/log_file.h \
  agent/serve/../store/../meter/keep.h agent/meter/entries.h \
  agent/meter/interned.h agent/meter/../base/slots.h agent/meter/meter.h \
  agent/meter/price_book.h agent/meter/unlogged.h \
  agent/serve/../store/../meter/price_book.h \
  agent/serve/../store/../meter/rollups.h \
  agent/serve/../store/../meter/unlogged.h \
  agent/serve/../../shm/writer.h agent/render/../../shm/metrics.h \
  agent/render/../../shm/metrics.def agent/serve/clients.h \
  agent/serve/../render/facts.h agent/serve/config.h \
  agent/serve/../meter/weights.h agent/serve/control.h \
  agent/serve/place_prepare.h agent/serve/programs.h \
  agent/serve/../render/layout.h agent/serve/repositories.h \
  agent/serve/../base/text.h agent/serve/shell_asks.h \
  agent/serve/status.h agent/store/history.h agent/store/ledger_place.h \
  agent/../shm/place.h agent/../shm/request.h agent/../shm/writer.h

agent/base/clock.h:

agent/base/folder.h:

agent/base/folder_watch.h:

agent/base/watch.h:

agent/base/memory.h:

agent/base/say.h:

agent/base/setting.h:

agent/base/text.h:

agent/base/version.h:

agent/base/worker.h:

agent/base/zone.h:

agent/git/git.h:

agent/meter/personal.h:

agent/meter/weights.h:

agent/render/document.h:

agent/render/../base/text.h:

agent/render/../ingest/log_tree.h:

agent/render/../ingest/batch.h:

agent/render/../ingest/log_file.h:

agent/render/../ingest/claude_log.h:

agent/render/../meter/meter.h:

agent/meter/../ingest/batch.h:

agent/meter/prices.h:

agent/render/fitted.h:

agent/render/render.h:

agent/render/../../shm/tacho.h:

agent/render/facts.h:

agent/render/look_build.h:

agent/render/layout.h:

agent/render/gradient.h:

agent/render/theme.h:

agent/render/segments.h:

agent/render/line.h:

agent/serve/answers.h:

agent/serve/hook_socket.h:

agent/serve/../../shm/request.h:

agent/serve/publisher.h:

agent/serve/../git/git.h:

agent/serve/../ingest/event.h:

agent/serve/../ingest/payload.h:

agent/serve/../render/render.h:

agent/serve/../store/history.h:

agent/serve/../store/../ingest/log_tree.h:

agent/serve/../store/../meter/meter.h:

agent/serve/../store/keeper.h:

agent/serve/../store/restored.h:

agent/serve/../store/ledger.h:

agent/serve/../store/../base/text.h:

agent/serve/../store/../ingest/log_file.h:

agent/serve/../store/../meter/keep.h:

agent/meter/entries.h:

agent/meter/interned.h:

agent/meter/../base/slots.h:

agent/meter/meter.h:

agent/meter/price_book.h:

agent/meter/unlogged.h:

agent/serve/../store/../meter/price_book.h:

agent/serve/../store/../meter/rollups.h:

agent/serve/../store/../meter/unlogged.h:

agent/serve/../../shm/writer.h:

agent/render/../../shm/metrics.h:

agent/render/../../shm/metrics.def:

agent/serve/clients.h:

agent/serve/../render/facts.h:

agent/serve/config.h:

agent/serve/../meter/weights.h:

agent/serve/control.h:

agent/serve/place_prepare.h:

agent/serve/programs.h:

agent/serve/../render/layout.h:

agent/serve/repositories.h:

agent/serve/../base/text.h:

agent/serve/shell_asks.h:

agent/serve/status.h:

agent/store/history.h:

agent/store/ledger_place.h:

agent/../shm/place.h:

agent/../shm/request.h:

agent/../shm/writer.h:
