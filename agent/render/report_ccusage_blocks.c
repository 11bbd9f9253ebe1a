/* What goes through the entries in order of time, by ccusage's rules: blocks, and one session's messages. */
#include "../base/memory.h"
#include "report_ccusage.h"

#include <stdlib.h>
#include <string.h>

static int by_time(const void *a, const void *b)
{
    const struct ccusage_entry *x = *(const struct ccusage_entry *const *)a;
    const struct ccusage_entry *y = *(const struct ccusage_entry *const *)b;
    if (x->when_ms != y->when_ms)
        return x->when_ms < y->when_ms ? -1 : 1;
    return (x > y) - (x < y); /* as they were read */
}

/* The entries that `takes` wants (NULL: all), in order of time; to be freed. */
static const struct ccusage_entry **in_order(const struct ccusage_logs *logs, size_t *count,
                                             bool (*takes)(const struct ccusage_logs *,
                                                           const struct ccusage_entry *))
{
    const struct ccusage_entry **list = memory_take((logs->entries->count + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < logs->entries->count; i++)
        if (!takes || takes(logs, &logs->entries->list[i]))
            list[(*count)++] = &logs->entries->list[i];
    qsort(list, *count, sizeof *list, by_time);
    return list;
}

/* ---- blocks -------------------------------------------------------------------------------------------- */

#define HOUR_MS 3600000

static int64_t hour_of(int64_t when_ms)
{
    return when_ms - (when_ms % HOUR_MS + HOUR_MS) % HOUR_MS;
}

static void add_block(struct report *report, const struct ccusage_logs *logs,
                      const struct ccusage_entry *const *list, size_t count)
{
    int64_t length_ms = logs->request->block_us / 1000, now_ms = report_now(logs->request) / 1000;
    int64_t start_ms = hour_of(list[0]->when_ms), last_ms = list[count - 1]->when_ms;
    struct report_row *row = report_add_row(report);
    row->block = (struct report_block){
        .start_us = start_ms * 1000,
        .end_us = (start_ms + length_ms) * 1000,
        .is_active = now_ms - last_ms < length_ms && now_ms < start_ms + length_ms,
    };
    for (size_t i = 0; i < count; i++) {
        ccusage_row_add(report, row, logs, list[i]);
        if (!row->block.limit_reset_us)
            row->block.limit_reset_us = list[i]->limit_reset_ms * 1000;
    }
}

static void add_gap(struct report *report, const struct ccusage_logs *logs, int64_t last_ms, int64_t next_ms)
{
    report_add_row(report)->block = (struct report_block){
        .start_us = last_ms * 1000 + logs->request->block_us / 1000 * 1000,
        .end_us = next_ms * 1000,
        .is_gap = true,
    };
}

/* Blocks are all but in order: a short one's gap may begin after the next block's hour does. */
static void sort_by_start(struct report *report)
{
    for (size_t i = 1; i < report->row_count; i++) {
        struct report_row row = report->rows[i];
        size_t at = i;
        for (; at > 0 && report->rows[at - 1].block.start_us > row.block.start_us; at--)
            report->rows[at] = report->rows[at - 1];
        report->rows[at] = row;
    }
}

void ccusage_make_blocks(struct report *report, const struct ccusage_logs *logs)
{
    int64_t length_ms = logs->request->block_us / 1000;
    size_t count, first = 0;
    const struct ccusage_entry **list = in_order(logs, &count, NULL);
    for (size_t i = 1; i <= count; i++) {
        if (i < count && list[i]->when_ms - hour_of(list[first]->when_ms) <= length_ms &&
            list[i]->when_ms - list[i - 1]->when_ms <= length_ms)
            continue;
        add_block(report, logs, list + first, i - first);
        if (i < count && list[i]->when_ms - list[i - 1]->when_ms > length_ms)
            add_gap(report, logs, list[i - 1]->when_ms, list[i]->when_ms);
        first = i;
    }
    sort_by_start(report);
    free(list);
}

/* ---- one session --------------------------------------------------------------------------------------- */

static bool is_of_session(const struct ccusage_logs *logs, const struct ccusage_entry *entry)
{
    const char *id = logs->request->id;
    return ccusage_key_equal(entry->session, ccusage_key_of(id, strlen(id))) ||
           strcmp(logs->files->list[entry->file].session, id) == 0;
}

static void add_entry(struct report *report, const struct ccusage_logs *logs,
                      const struct ccusage_entry *entry)
{
    report->entries =
        memory_grow(report->entries, report->entry_count, &report->entry_room, sizeof *report->entries);
    struct report_entry *shown = &report->entries[report->entry_count++];
    *shown = (struct report_entry){.cost.usd = entry->stated_cost, .when_us = entry->when_ms * 1000};
    shown->tokens[TOKENS_INPUT] = entry->usage.input;
    shown->tokens[TOKENS_OUTPUT] = entry->usage.output;
    shown->tokens[TOKENS_CACHE_WRITE_5M] = entry->usage.cache_write;
    shown->tokens[TOKENS_CACHE_READ] = entry->usage.cache_read;
    shown->timestamp =
        report_keep(report, logs->entries->timestamps + entry->timestamp, entry->timestamp_size);
    if (entry->model == INTERNED_NONE) {
        shown->model = report_keep(report, "unknown", strlen("unknown"));
    } else {
        const struct interned_string *name = &logs->entries->names.list[entry->model];
        shown->model = report_keep(report, name->bytes, name->size);
    }
}

/* Of one session's entries ccusage adds up the totals, and their sum wraps around. */
static void wrap_total(struct report *report, const struct ccusage_entry *const *list, size_t count)
{
    uint64_t whole = 0;
    for (size_t i = 0; i < count; i++)
        whole += ccusage_total(&list[i]->usage);
    if (whole == report_tokens(&report->total))
        return;
    memset(report->total.tokens, 0, sizeof report->total.tokens);
    report->total.tokens[TOKENS_INPUT] = whole;
}

void ccusage_make_entries(struct report *report, const struct ccusage_logs *logs)
{
    size_t count;
    const struct ccusage_entry **list = in_order(logs, &count, is_of_session);
    struct report_row sum = {0};
    sum.sums.cost.usd = -0.0;
    for (size_t i = 0; i < count; i++) {
        add_entry(report, logs, list[i]);
        ccusage_row_add(report, &sum, logs, list[i]);
    }
    report->total = sum.sums;
    wrap_total(report, list, count);
    free(sum.models);
    free(sum.used);
    free(list);
}
