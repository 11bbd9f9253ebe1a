/* The agent's state as a document: see status.h. */
#include "status.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/version.h"
#include "../render/json_writer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- the document -------------------------------------------------------------------------------------- */

static void add_number(struct json_writer *json, const char *key, uint64_t number)
{
    json_key(json, key);
    json_number(json, number);
}

static void add_text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value, strlen(value));
}

static void add_counts(struct json_writer *json, const struct log_tree_counts *counts,
                       const struct meter *meter)
{
    add_number(json, "files", counts->files);
    add_number(json, "bytes", counts->bytes);
    add_number(json, "bytes_total", counts->bytes_total);
    add_number(json, "lines", counts->lines);
    add_number(json, "usage_lines", counts->usage_lines);
    add_number(json, "entries", meter_entry_count(meter));
    add_number(json, "duplicates", meter_duplicate_count(meter, counts->copies));
    add_number(json, "malformed", skips_total(&counts->skipped));
    add_number(json, "unreadable", counts->unreadable);
    add_number(json, "sessions", meter_session_count(meter));
    json_key(json, "polled");
    json_word(json, counts->polled ? "true" : "false");
}

static void add_skipped(struct json_writer *json, const struct skips *skipped)
{
    json_key(json, "skipped");
    json_open(json, '{');
    add_number(json, "syntax", skipped->of[SKIP_SYNTAX]);
    add_number(json, "time", skipped->of[SKIP_TIME]);
    add_number(json, "tokens", skipped->of[SKIP_TOKENS]);
    add_number(json, "memory", skipped->of[SKIP_MEMORY]);
    json_close(json, '}');
}

static void add_ledger(struct json_writer *json, const struct history_ledger *ledger)
{
    const struct keeper_state *state = &ledger->state;
    bool fails = state->failing_since_us != 0;
    json_key(json, "ledger");
    json_open(json, '{');
    add_text(json, "state", !ledger->is_kept ? "none" : fails ? "failing" : "kept");
    add_text(json, "path", ledger->path ? ledger->path : "");
    add_text(json, "why", fails ? state->why : ledger->why);
    add_number(json, "bytes", ledger->bytes);
    add_number(json, "unsaved_entries", state->unsaved);
    add_number(json, "commits", state->commits);
    add_number(json, "committed_us", (uint64_t)state->committed_us);
    add_number(json, "failing_since_us", (uint64_t)state->failing_since_us);
    json_close(json, '}');
}

static void add_agent(struct json_writer *json, const struct segment_writer *writer,
                      const struct status_clock *clock, const struct publisher_draws *draws, uint64_t bytes)
{
    int64_t now_us = clock_monotonic_us(),
            spent_us = (clock->ready_us ? clock->ready_us : now_us) - clock->started_us;
    add_number(json, "rss_bytes", memory_in_use());
    add_number(json, "uptime_s", (uint64_t)(now_us - clock->started_us) / 1000000);
    add_number(json, "wakeups", clock->wakeups);
    add_number(json, "publishes", segment_publishes(writer));
    add_number(json, "draws", draws->changed);
    add_number(json, "draws_unchanged", draws->unchanged);
    add_number(json, "ingest_bytes_per_s",
               spent_us > 0 ? (uint64_t)((double)bytes * 1e6 / (double)spent_us) : 0);
}

void status_write(struct text *out, struct history *history, const struct segment_writer *writer,
                  const struct status_clock *clock, const struct publisher_draws *draws)
{
    struct log_tree_counts counts = history_counts(history);
    struct history_ledger ledger = history_ledger(history);
    struct json_writer json = {.out = out, .indent = 2};
    char abi[32];
    snprintf(abi, sizeof abi, "%d.%d", TACHO_MAJOR, TACHO_MINOR);
    json_open(&json, '{');
    add_number(&json, "pid", (uint64_t)getpid());
    add_text(&json, "version", TACHO_VERSION);
    add_text(&json, "abi", abi);
    add_text(&json, "state", history_is_ready(history) ? "ready" : "catching-up");
    add_counts(&json, &counts, history_meter(history));
    add_skipped(&json, &counts.skipped);
    add_ledger(&json, &ledger);
    add_agent(&json, writer, clock, draws, counts.bytes);
    json_close(&json, '}');
    text_add_char(out, '\n');
}
