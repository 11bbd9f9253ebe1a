/* Blocks, and one session's messages, in the document shapes of ccusage 20. */
#include "document_parts.h"

#include "numbers.h"

#include <string.h>

static void member_double(struct json_writer *json, const char *key, double value)
{
    json_key(json, key);
    json_double(json, value);
}

/* ccusage tells the cost of an hour even without costs. */
static void burn_rate_member(struct json_writer *json, const struct report_block *block,
                             const struct document_request *request)
{
    if (!block->has_burn_rate) {
        member_word(json, "burnRate", "null");
        return;
    }
    json_key(json, "burnRate");
    json_open(json, '{');
    if (!request->no_cost || request->rules == RULES_CCUSAGE)
        member_double(json, "costPerHour", block->dollars_per_hour);
    member_double(json, "tokensPerMinute", block->tokens_per_minute);
    member_double(json, "tokensPerMinuteForIndicator", block->tokens_per_minute_indicator);
    json_close(json, '}');
}

static void projection_member(struct json_writer *json, const struct report_block *block,
                              const struct document_request *request)
{
    if (!block->has_projection) {
        member_word(json, "projection", "null");
        return;
    }
    json_key(json, "projection");
    json_open(json, '{');
    member_number(json, "remainingMinutes", block->remaining_minutes);
    if (!request->no_cost)
        member_double(json, "totalCost", block->projected_dollars);
    member_number(json, "totalTokens", block->projected_tokens);
    json_close(json, '}');
}

static void token_counts_member(struct json_writer *json, const struct report_sums *sums)
{
    json_key(json, "tokenCounts");
    json_open(json, '{');
    member_number(json, "cacheCreationInputTokens",
                  sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H]);
    member_number(json, "cacheReadInputTokens", sums->tokens[TOKENS_CACHE_READ]);
    member_number(json, "inputTokens", sums->tokens[TOKENS_INPUT]);
    member_number(json, "outputTokens", sums->tokens[TOKENS_OUTPUT]);
    json_close(json, '}');
}

static void limit_member(struct json_writer *json, const struct report *report,
                         const struct report_block *block)
{
    if (!block->has_limit)
        return;
    json_key(json, "tokenLimitStatus");
    json_open(json, '{');
    member_number(json, "limit", report->token_limit);
    member_double(json, "percentUsed", document_limit_percent(report, block->projected_tokens));
    member_number(json, "projectedUsage", block->projected_tokens);
    member_text(json, "status", document_limit_status(report, block));
    json_close(json, '}');
}

static void id_member(struct json_writer *json, const struct report_block *block)
{
    struct text id = TEXT_EMPTY;
    text_add_string(&id, block->is_gap ? "gap-" : "");
    document_add_instant(&id, block->start_us);
    member_text(json, "id", id.bytes);
    text_free(&id);
}

static void models_member(struct json_writer *json, const struct report *report, const struct report_row *row)
{
    json_key(json, "models");
    json_open(json, '[');
    for (size_t i = 0; i < row->model_count; i++) {
        const struct interned_string *name = &report->models.list[row->used[i]];
        json_text(json, name->bytes, name->size);
    }
    json_close(json, ']');
}

static void write_block(struct json_writer *json, const struct report *report, const struct report_row *row,
                        const struct document_request *request)
{
    const struct report_block *block = &row->block;
    json_open(json, '{');
    if (block->is_gap)
        member_word(json, "actualEndTime", "null");
    else
        member_instant(json, "actualEndTime", row->last_us);
    burn_rate_member(json, block, request);
    member_whole_money(json, "costUSD", report, row->sums.cost, request);
    member_instant(json, "endTime", block->end_us);
    member_number(json, "entries", row->sums.entries);
    id_member(json, block);
    member_word(json, "isActive", block->is_active ? "true" : "false");
    member_word(json, "isGap", block->is_gap ? "true" : "false");
    models_member(json, report, row);
    projection_member(json, block, request);
    member_instant(json, "startTime", block->start_us);
    token_counts_member(json, &row->sums);
    limit_member(json, report, block);
    member_number(json, "totalTokens", report_tokens(&row->sums));
    if (block->limit_reset_us)
        member_instant(json, "usageLimitResetTime", block->limit_reset_us);
    json_close(json, '}');
}

void document_write_blocks(const struct report *report, const struct document_request *request,
                           struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    json_key(&json, "blocks");
    json_open(&json, '[');
    for (size_t i = 0; i < report->row_count; i++)
        write_block(&json, report, &report->rows[i], request);
    json_close(&json, ']');
    member_unlogged(&json, report, request);
    json_close(&json, '}');
    text_add_char(out, '\n');
}

/* ---- one session ----------------------------------------------------------------------------------------
 */

static void write_entry(struct json_writer *json, const struct report *report,
                        const struct report_entry *entry, const struct document_request *request)
{
    json_open(json, '{');
    member_number(json, "cacheCreationTokens",
                  entry->tokens[TOKENS_CACHE_WRITE_5M] + entry->tokens[TOKENS_CACHE_WRITE_1H]);
    member_number(json, "cacheReadTokens", entry->tokens[TOKENS_CACHE_READ]);
    member_money(json, "costUSD", report, entry->cost, request);
    member_number(json, "inputTokens", entry->tokens[TOKENS_INPUT]);
    member_texts(json, "model", entry->model);
    member_number(json, "outputTokens", entry->tokens[TOKENS_OUTPUT]);
    if (entry->timestamp.bytes)
        member_texts(json, "timestamp", entry->timestamp);
    else
        member_instant(json, "timestamp", entry->when_us);
    json_close(json, '}');
}

void document_write_one_session(const struct report *report, const struct document_request *request,
                                struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    if (!report->entry_count) {
        text_add_string(out, "null\n");
        return;
    }
    json_open(&json, '{');
    json_key(&json, "entries");
    json_open(&json, '[');
    for (size_t i = 0; i < report->entry_count; i++)
        write_entry(&json, report, &report->entries[i], request);
    json_close(&json, ']');
    member_text(&json, "sessionId", request->id);
    member_money(&json, "totalCost", report, report->total.cost, request);
    member_number(&json, "totalTokens", report_tokens(&report->total));
    member_unlogged(&json, report, request);
    json_close(&json, '}');
    text_add_char(out, '\n');
}
