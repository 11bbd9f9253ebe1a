/* More facts: see facts_more.h. */
#include "facts_more.h"

#include "gather.h"

#include "../base/memory.h"
#include "../base/zone.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What is written to the prompt cache lasts so long from its last use (the API's documentation). */
static const int64_t CACHE_US = 5 * 60 * MICROSECONDS, CACHE_LONG_US = 3600 * MICROSECONDS;

/* ---- sums ------------------------------------------------------------------------------------------ */

/* 1970-01-01 was a Thursday. */
static int32_t week_begins(int32_t day)
{
    return day - (day + 4) % 7;
}

static int32_t month_begins(int32_t day)
{
    char name[16];
    zone_day_name(day, name);
    return day - (int32_t)(strtol(name + 8, NULL, 10) - 1);
}

static int64_t cost_of_days(const struct meter *meter, int32_t first, int32_t last)
{
    unsigned __int128 pusd = 0;
    for (int32_t day = first; day <= last; day++)
        pusd += meter_day(meter, day).cost_pusd;
    return fact_cost(pusd);
}

static int64_t count_of(uint64_t tokens)
{
    return tokens > INT64_MAX / 8 ? INT64_MAX / 8 : (int64_t)tokens;
}

static void facts_add_tokens(struct facts *facts, const struct meter_session *session)
{
    const uint64_t *tokens = session->sums.tokens;
    facts->total = (struct fact_tokens){
        .input = count_of(tokens[TOKENS_INPUT]),
        .output = count_of(tokens[TOKENS_OUTPUT]),
        .cache_write = count_of(tokens[TOKENS_CACHE_WRITE_5M] + tokens[TOKENS_CACHE_WRITE_1H]),
        .cache_read = count_of(tokens[TOKENS_CACHE_READ]),
    };
    facts->messages = count_of(session->sums.entries);
    facts->tool_calls = count_of(session->tool_calls);
    facts->first_us = session->first_us;
    facts->last_us = session->last_us;
    if (facts->total.cache_write + facts->total.cache_read > 0)
        facts->cache_until_us = session->last_us + (tokens[TOKENS_CACHE_WRITE_1H] ? CACHE_LONG_US : CACHE_US);
}

void facts_add_agent(struct facts *facts, struct history *history)
{
    const struct log_tree_counts counts = history_counts(history);
    facts->machine.agent_memory = (int64_t)memory_in_use();
    facts->machine.agent_behind =
        counts.bytes_total > counts.bytes ? (int64_t)(counts.bytes_total - counts.bytes) : 0;
    facts->machine.agent_unsaved_us = history_ledger(history).state.failing_since_us;
}

void facts_add_sums(struct facts *facts, const struct meter *meter, const struct meter_session *session)
{
    int32_t today = zone_day(facts->now_us);
    facts->week_cost_pusd = cost_of_days(meter, week_begins(today), today);
    facts->month_cost_pusd = cost_of_days(meter, month_begins(today), today);
    if (session)
        facts_add_tokens(facts, session);
}

/* ---- what is shown of them ------------------------------------------------------------------------- */

uint64_t facts_mix_more(uint64_t hash, const struct facts *facts)
{
    static const size_t texts[] = {
        offsetof(struct facts, session_id),
        offsetof(struct facts, model_id),
        offsetof(struct facts, version),
        offsetof(struct facts, output_style),
        offsetof(struct facts, agent),
        offsetof(struct facts, vim_mode),
        offsetof(struct facts, account_email),
        offsetof(struct facts, project_directory),
        offsetof(struct facts, repository_host),
        offsetof(struct facts, repository_owner),
        offsetof(struct facts, repository_name),
        offsetof(struct facts, review.url),
        offsetof(struct facts, review.state),
        offsetof(struct facts, review.kind),
        offsetof(struct facts, worktree.name),
        offsetof(struct facts, worktree.branch),
        offsetof(struct facts, worktree.original_branch),
        offsetof(struct facts, worktree.original_directory),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct fact_text *text = (const void *)((const char *)facts + texts[i]);
        hash = XXH3_64bits_withSeed(text->bytes, text->size, hash + text->size);
    }
    /* Field by field, because padding has no value. */
    const int64_t numbers[] = {
        facts->review.number,
        facts->added_directories,
        facts->duration_us,
        facts->api_duration_us,
        facts->tool_calls,
        facts->messages,
        facts->cache_until_us,
        facts->last.input,
        facts->last.output,
        facts->last.cache_write,
        facts->last.cache_read,
        facts->total.input,
        facts->total.output,
        facts->total.cache_write,
        facts->total.cache_read,
        facts->today_tokens,
        facts->block_tokens,
        facts->week_cost_pusd,
        facts->month_cost_pusd,
        facts->block_first_us,
        facts->block_last_us,
        facts->thinking,
        facts->sandbox,
        facts->voice,
        facts->remote,
        facts->exceeds_200k,
        facts->context_estimated,
        (int64_t)facts->commands.generation,
        (int64_t)facts->alerts.generation,
        facts->alerts.count,
    };
    return XXH3_64bits_withSeed(numbers, sizeof numbers, hash);
}
