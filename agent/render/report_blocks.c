/*
 * Blocks, by ccusage's rules (transcripts.md, "Blocks"): entries in order of time; a block starts at the UTC
 * hour of its first entry, and a new one when an entry comes more than the length of a block after its start
 * or after the entry before; in the latter case there is a gap between. Rollups give the same blocks as their
 * entries would, because no border can lie inside one
 * (report_is_light()).
 */
#include "report_parts.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/zone.h"
#include "report_days.h"
#include "report_index.h"

#include <math.h>
#include <stdlib.h>

#define HOUR_US   (3600 * MICROSECONDS)
#define MINUTE_US (60 * MICROSECONDS)
#define DAY_US    (24 * HOUR_US)

/* Entries between whose times no border can lie. */
struct moment {
    int64_t first_us, last_us;
    uint32_t bucket; /* its number */
};

/* A block or a gap before it has a row. */
struct stretch {
    int64_t start_us, end_us, last_us;
    uint32_t made; /* as the how-manieth: of equal starts the first made comes first */
    bool is_gap;
};

struct split {
    struct moment *moments; /* by bucket, then in order of time */
    size_t moment_count, moment_room;
    uint32_t *buckets; /* of the pieces */
    uint32_t *blocks;  /* of the buckets: which stretch, by `made` */
    struct stretch *stretches;
    size_t stretch_count, stretch_room;
};

/* ---- moments -------------------------------------------------------------------------------------------- */

/* Pieces of one bucket have one key: an instant on a quarter is told from what follows it. */
static uint64_t bucket_key(const struct report_pieces *pieces, const struct rollup_view *piece)
{
    return pieces->singles ? (uint64_t)piece->first_us
                           : (uint64_t)piece->start_us * 2 + (piece->first_us > piece->start_us);
}

static void take_moments(struct split *split, const struct report_pieces *pieces)
{
    struct report_index index = {0};
    struct rollup_view piece;
    split->buckets = memory_take((pieces->count + 1) * sizeof *split->buckets);
    for (size_t i = 0; i < pieces->count; i++) {
        if (!report_piece(pieces, i, &piece))
            continue;
        uint32_t bucket = split->buckets[i] = report_index_take(&index, bucket_key(pieces, &piece));
        if (bucket == split->moment_count) {
            split->moments =
                memory_grow(split->moments, bucket, &split->moment_room, sizeof *split->moments);
            split->moments[split->moment_count++] = (struct moment){piece.first_us, piece.last_us, bucket};
        }
        struct moment *moment = &split->moments[bucket];
        moment->first_us = piece.first_us < moment->first_us ? piece.first_us : moment->first_us;
        moment->last_us = piece.last_us > moment->last_us ? piece.last_us : moment->last_us;
    }
    report_index_free(&index);
}

static int compare_moments(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    return (x->first_us > y->first_us) - (x->first_us < y->first_us);
}

/* ---- blocks --------------------------------------------------------------------------------------------- */

static int64_t hour_of(int64_t when_us)
{
    int64_t past = when_us % HOUR_US;
    return when_us - (past < 0 ? past + HOUR_US : past);
}

static struct stretch *add_stretch(struct split *split, struct stretch stretch)
{
    split->stretches =
        memory_grow(split->stretches, split->stretch_count, &split->stretch_room, sizeof *split->stretches);
    stretch.made = (uint32_t)split->stretch_count;
    split->stretches[split->stretch_count] = stretch;
    return &split->stretches[split->stretch_count++];
}

static void cut(struct split *split, int64_t length_us)
{
    struct stretch *block = NULL;
    split->blocks = memory_take((split->moment_count + 1) * sizeof *split->blocks);
    for (size_t i = 0; i < split->moment_count; i++) {
        const struct moment *moment = &split->moments[i];
        bool is_after_gap = block && moment->first_us - block->last_us > length_us;
        if (is_after_gap)
            add_stretch(split, (struct stretch){.start_us = block->last_us + length_us,
                                                .end_us = moment->first_us,
                                                .is_gap = true});
        if (!block || is_after_gap || moment->first_us - block->start_us > length_us) {
            int64_t start_us = hour_of(moment->first_us);
            block = add_stretch(split, (struct stretch){.start_us = start_us, .end_us = start_us + length_us});
        }
        block->last_us = moment->last_us;
        split->blocks[moment->bucket] = block->made;
    }
}

static int compare_stretches(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    int order = (x->start_us > y->start_us) - (x->start_us < y->start_us);
    return order ? order : (x->made > y->made) - (x->made < y->made);
}

int64_t report_now(const struct document_request *request)
{
    return request->now_us ? request->now_us : clock_now_us();
}

/* Makes the rows; returns which row each stretch got, by `made`. */
static uint32_t *make_rows(struct report *report, struct split *split, const struct document_request *request)
{
    const int64_t now_us = report_now(request);
    uint32_t *rows = memory_take((split->stretch_count + 1) * sizeof *rows);
    if (split->stretch_count)
        qsort(split->stretches, split->stretch_count, sizeof *split->stretches, compare_stretches);
    for (size_t i = 0; i < split->stretch_count; i++) {
        const struct stretch *stretch = &split->stretches[i];
        rows[stretch->made] = (uint32_t)i;
        report_add_row(report)->block = (struct report_block){
            .start_us = stretch->start_us,
            .end_us = stretch->end_us,
            .is_gap = stretch->is_gap,
            .is_active = !stretch->is_gap && now_us < stretch->end_us &&
                         now_us - stretch->last_us < request->block_us,
        };
    }
    return rows;
}

uint32_t *report_split_blocks(struct report *report, const struct report_pieces *pieces,
                              const struct document_request *request)
{
    struct split split = {0};
    take_moments(&split, pieces);
    if (split.moment_count)
        qsort(split.moments, split.moment_count, sizeof *split.moments, compare_moments);
    cut(&split, request->block_us);
    uint32_t *rows = make_rows(report, &split, request);
    for (size_t i = 0; i < pieces->count; i++) {
        struct rollup_view piece;
        if (report_piece(pieces, i, &piece))
            split.buckets[i] = rows[split.blocks[split.buckets[i]]];
    }
    free(rows);
    free(split.moments);
    free(split.blocks);
    free(split.stretches);
    return split.buckets;
}

/* ---- what follows from them ----------------------------------------------------------------------------- */

static void set_burn_rate(const struct report *report, struct report_row *row)
{
    if (row->last_us <= row->first_us)
        return;
    const uint64_t *tokens = row->sums.tokens;
    /* Whole milliseconds, as ccusage has them. */
    double minutes = (double)(row->last_us / 1000 - row->first_us / 1000) / 60000.0;
    if (minutes <= 0)
        return;
    row->block.has_burn_rate = true;
    row->block.tokens_per_minute = (double)report_tokens(&row->sums) / minutes;
    row->block.tokens_per_minute_indicator =
        (double)(tokens[TOKENS_INPUT] + tokens[TOKENS_OUTPUT]) / minutes;
    row->block.dollars_per_hour = report_dollars(report, row->sums.cost) / minutes * 60.0;
}

static void set_projection(const struct report *report, struct report_row *row, int64_t now_us)
{
    struct report_block *block = &row->block;
    if (!block->has_burn_rate)
        return;
    double minutes = (double)(block->end_us - now_us) / (double)MINUTE_US;
    minutes = minutes > 0 ? round(minutes) : 0; /* as the document says them */
    double dollars = report_dollars(report, row->sums.cost) + block->dollars_per_hour / 60.0 * minutes;
    block->has_projection = true;
    block->remaining_minutes = (uint64_t)minutes;
    block->projected_tokens =
        (uint64_t)llround((double)report_tokens(&row->sums) + block->tokens_per_minute * minutes);
    block->projected_dollars = round(dollars * 100.0) / 100.0;
    block->has_limit = report->token_limit != TOKEN_LIMIT_NONE;
}

/* The tokens of the largest block that is over. */
static uint64_t largest(const struct report *report)
{
    uint64_t most = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        uint64_t tokens = report_tokens(&row->sums);
        if (!row->block.is_gap && !row->block.is_active && tokens > most)
            most = tokens;
    }
    return most ? most : TOKEN_LIMIT_NONE;
}

/* Leaves out the rows that `keep` does not want; the sums of all stay. */
static void keep_rows(struct report *report, const struct document_request *request,
                      bool (*keep)(const struct report_row *row, const struct document_request *request))
{
    size_t kept = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        if (keep(&report->rows[i], request))
            report->rows[kept++] = report->rows[i];
        else
            report_free_row(&report->rows[i]);
    }
    report->row_count = kept;
}

static bool is_in_days(const struct report_row *row, const struct document_request *request)
{
    if (request->since == INT32_MIN && request->until == INT32_MAX)
        return true;
    int32_t day = zone_day(row->block.start_us);
    return day >= request->since && day <= request->until;
}

static bool is_wanted(const struct report_row *row, const struct document_request *request)
{
    bool is_recent = row->block.is_active || row->block.start_us >= report_now(request) - 3 * DAY_US;
    return (!request->recent || is_recent) && (!request->active || row->block.is_active);
}

static void reverse(struct report *report)
{
    for (size_t i = 0; i < report->row_count / 2; i++) {
        struct report_row row = report->rows[i];
        report->rows[i] = report->rows[report->row_count - 1 - i];
        report->rows[report->row_count - 1 - i] = row;
    }
}

void report_finish_blocks(struct report *report, const struct document_request *request)
{
    const int64_t now_us = report_now(request);
    const bool is_ccusage = report->rules == RULES_CCUSAGE;
    keep_rows(report, request, is_in_days);
    if (is_ccusage) /* its largest block is the largest of those it shows */
        keep_rows(report, request, is_wanted);
    report->token_limit =
        request->token_limit == TOKEN_LIMIT_LARGEST ? largest(report) : request->token_limit;
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].block.is_active) {
            set_burn_rate(report, &report->rows[i]);
            set_projection(report, &report->rows[i], now_us);
        }
    if (!is_ccusage)
        keep_rows(report, request, is_wanted);
    if (request->descending)
        reverse(report);
}
