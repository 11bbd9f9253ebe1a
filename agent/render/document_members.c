/* Members of JSON objects, and the forms of values that documents share. */
#include "document_parts.h"

#include "../base/zone.h"
#include "numbers.h"

#include <string.h>

void document_add_instant(struct text *out, int64_t when_us)
{
    const int64_t day_us = 86400 * MICROSECONDS;
    int64_t day = when_us / day_us - (when_us % day_us < 0);
    int64_t ms = (when_us - day * day_us) / 1000;
    char name[16];
    zone_day_name((int32_t)day, name);
    text_addf(out, "%sT%02d:%02d:%02d.%03dZ", name, (int)(ms / 3600000), (int)(ms / 60000 % 60),
              (int)(ms / 1000 % 60), (int)(ms % 1000));
}

void member_text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value, strlen(value));
}

void member_texts(struct json_writer *json, const char *key, struct report_text value)
{
    json_key(json, key);
    json_text(json, value.bytes, value.size);
}

void member_number(struct json_writer *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_number(json, value);
}

void member_word(struct json_writer *json, const char *key, const char *word)
{
    json_key(json, key);
    json_word(json, word);
}

void member_instant(struct json_writer *json, const char *key, int64_t when_us)
{
    struct text instant = TEXT_EMPTY;
    document_add_instant(&instant, when_us);
    member_text(json, key, instant.bytes);
    text_free(&instant);
}

void member_money(struct json_writer *json, const char *key, const struct report *report, union money money,
                  const struct document_request *request)
{
    if (request->no_cost)
        return;
    json_key(json, key);
    if (report->rules == RULES_CCUSAGE)
        json_double(json, money.usd);
    else
        json_dollars(json, money.pusd);
}

/* ccusage writes dollars that are whole as an integer there, as far as 64 bits hold it. */
static void add_whole_double(struct text *number, double dollars)
{
    char shortest[NUMBER_MAX];
    if (dollars >= -0x1p63 && dollars < 0x1p63 && (double)(int64_t)dollars == dollars) {
        text_addf(number, "%lld", (long long)dollars);
        return;
    }
    number_double(shortest, dollars);
    text_add_string(number, shortest);
}

void member_whole_money(struct json_writer *json, const char *key, const struct report *report,
                        union money money, const struct document_request *request)
{
    struct text number = TEXT_EMPTY;
    if (request->no_cost)
        return;
    if (report->rules == RULES_CCUSAGE) {
        add_whole_double(&number, money.usd);
    } else {
        text_add_dollars(&number, money.pusd);
        if (number.size > 2 && !strcmp(number.bytes + number.size - 2, ".0"))
            number.bytes[number.size - 2] = '\0';
    }
    member_word(json, key, number.bytes);
    text_free(&number);
}

double document_limit_percent(const struct report *report, uint64_t tokens)
{
    return (double)tokens / (double)report->token_limit * 100.0;
}

const char *document_limit_status(const struct report *report, const struct report_block *block)
{
    double percent = document_limit_percent(report, block->projected_tokens);
    return percent > 100.0 ? "exceeds" : percent > 80.0 ? "warning" : "ok";
}

void member_unlogged(struct json_writer *json, const struct report *report,
                     const struct document_request *request)
{
    const struct report_sums *sums = &report->unlogged;
    if (!request->with_unlogged || report->rules != RULES_TACHO)
        return;
    json_key(json, "unlogged");
    json_open(json, '{');
    member_number(json, "cacheCreationTokens",
                  sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H]);
    member_number(json, "cacheReadTokens", sums->tokens[TOKENS_CACHE_READ]);
    member_number(json, "inputTokens", sums->tokens[TOKENS_INPUT]);
    member_number(json, "outputTokens", sums->tokens[TOKENS_OUTPUT]);
    member_money(json, "totalCost", report, sums->cost, request);
    member_number(json, "totalTokens", report_tokens(sums));
    json_close(json, '}');
}
