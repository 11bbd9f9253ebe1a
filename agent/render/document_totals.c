/*
 * The totals document: shared/reference/count.py's, byte for byte as Python's json.dump(indent=1,
 * sort_keys=True) writes it.
 */
#include "document_parts.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "report_days.h"
#include "report_parts.h"

#include <stdlib.h>
#include <string.h>

/* Sums under names. */
struct tally {
    struct interned names;
    struct report_sums *sums;
    size_t count, room;
};

struct totals {
    struct report_sums total;
    struct tally days, sessions, models;
    struct interned unpriced;
    struct report_days zone;
};

static void tally_add(struct tally *tally, const char *name, size_t size, const struct report_sums *sums)
{
    uint32_t number = interned_take(&tally->names, name, size);
    if (number == tally->count) {
        tally->sums = memory_grow(tally->sums, tally->count, &tally->room, sizeof *tally->sums);
        tally->sums[tally->count++] = (struct report_sums){0};
    }
    report_add_sums(&tally->sums[number], sums);
}

static void tally_free(struct tally *tally)
{
    interned_free(&tally->names);
    free(tally->sums);
}

static void add_rollup(struct totals *totals, const struct rollup_view *rollup, int32_t day, enum cost_mode mode)
{
    const struct report_sums sums = report_sums_of(rollup, mode);
    char day_name[16];
    zone_day_name(day, day_name);
    struct text model = TEXT_EMPTY;
    text_add(&model, rollup->model_name, rollup->model_size);
    text_add_string(&model, rollup->fast ? "-fast" : "");
    report_add_sums(&totals->total, &sums);
    tally_add(&totals->days, day_name, strlen(day_name), &sums);
    tally_add(&totals->sessions, rollup->session_id, rollup->session_size, &sums);
    tally_add(&totals->models, model.bytes, model.size, &sums);
    if (report_lacks_price(rollup, mode))
        interned_take(&totals->unpriced, rollup->model_name, rollup->model_size);
    text_free(&model);
}

static void write_sums(struct json_writer *json, const struct report_sums *sums)
{
    json_open(json, '{');
    if (sums->entries) {
        json_key(json, "cache_read");
        json_number(json, sums->tokens[TOKENS_CACHE_READ]);
        json_key(json, "cache_write_1h");
        json_number(json, sums->tokens[TOKENS_CACHE_WRITE_1H]);
        json_key(json, "cache_write_5m");
        json_number(json, sums->tokens[TOKENS_CACHE_WRITE_5M]);
        json_key(json, "cost_pusd");
        json_number(json, sums->cost.pusd);
        json_key(json, "input");
        json_number(json, sums->tokens[TOKENS_INPUT]);
        json_key(json, "output");
        json_number(json, sums->tokens[TOKENS_OUTPUT]);
        json_key(json, "weighted");
        json_number(json, sums->weighted);
    }
    json_close(json, '}');
}

static void write_tally(struct json_writer *json, const char *key, const struct tally *tally)
{
    uint32_t *sorted = report_sorted(&tally->names);
    json_key(json, key);
    json_open(json, '{');
    for (size_t i = 0; i < tally->count; i++) {
        const struct interned_string *name = &tally->names.list[sorted[i]];
        json_key_sized(json, name->bytes, name->size);
        write_sums(json, &tally->sums[sorted[i]]);
    }
    json_close(json, '}');
    free(sorted);
}

static void write_counts(struct json_writer *json, const struct meter *meter, uint64_t entries,
                         const struct log_tree_counts *counts)
{
    const struct {
        const char *key;
        uint64_t value;
    } members[] = {
        {"duplicates", meter_duplicate_count(meter, counts->copies)},
        {"entries", entries},
        {"files", counts->files},
        {"lines", counts->lines},
        {"malformed", skips_total(&counts->skipped)},
        {"usage_lines", counts->usage_lines},
    };
    json_key(json, "counts");
    json_open(json, '{');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_key(json, members[i].key);
        json_number(json, members[i].value);
    }
    json_close(json, '}');
}

static void write_names(struct json_writer *json, const char *key, const struct interned *names)
{
    uint32_t *sorted = report_sorted(names);
    json_key(json, key);
    json_open(json, '[');
    for (size_t i = 0; i < names->count; i++)
        json_text(json, names->list[sorted[i]].bytes, names->list[sorted[i]].size);
    json_close(json, ']');
    free(sorted);
}

void document_write_totals(const struct meter *meter, const struct log_tree_counts *counts,
                           const struct document_request *request, struct text *out)
{
    struct totals totals = {0};
    struct rollup_view rollup;
    for (uint32_t i = 0; i < meter_rollup_count(meter); i++) {
        meter_rollup(meter, i, &rollup);
        if (!rollup.entries)
            continue;
        int32_t day = report_days_at(&totals.zone, rollup.start_us);
        if (report_takes(request, &rollup, day))
            add_rollup(&totals, &rollup, day, request->mode);
    }
    struct json_writer json = {.out = out, .indent = 1, .ascii = true};
    json_open(&json, '{');
    write_counts(&json, meter, meter_total(meter).entries, counts);
    write_tally(&json, "days", &totals.days);
    write_tally(&json, "models", &totals.models);
    write_tally(&json, "sessions", &totals.sessions);
    json_key(&json, "total");
    write_sums(&json, &totals.total);
    write_names(&json, "unpriced", &totals.unpriced);
    json_close(&json, '}');
    text_add_char(out, '\n');
    tally_free(&totals.days);
    tally_free(&totals.sessions);
    tally_free(&totals.models);
    interned_free(&totals.unpriced);
    report_days_free(&totals.zone);
}
