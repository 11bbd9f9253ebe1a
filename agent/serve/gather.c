/* Facts and metrics from the meter, the client and git: see gather.h. */
#include "gather.h"

#include "facts_more.h"

#include "../base/zone.h"
#include "../meter/sums.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string.h>

/* ---- facts --------------------------------------------------------------------------------------- */

int64_t fact_cost(unsigned __int128 pusd)
{
    return pusd > INT64_MAX ? INT64_MAX : (int64_t)pusd;
}

static struct fact_limit fact_limit(const struct payload_window *window, int64_t now)
{
    bool current = window->known && (window->resets_us == 0 || window->resets_us > now);
    return (struct fact_limit){current, window->used_e2, window->resets_us};
}

void account_restore(struct account *account, const struct tacho_copy *copy)
{
    window_restore(&account->limits.five_hour, copy, TACHO_WORD_FIVE_HOUR_USED, TACHO_WORD_FIVE_HOUR_HEARD);
    window_restore(&account->limits.seven_day, copy, TACHO_WORD_SEVEN_DAY_USED, TACHO_WORD_SEVEN_DAY_HEARD);
    struct carried *carried = &account->carried;
    carried->known = true;
    carried->as_of_us = copy->as_of_ns / 1000;
    carried->today_pusd = restore_number(copy, TACHO_WORD_TODAY_COST);
    carried->block_pusd = restore_number(copy, TACHO_WORD_BLOCK_COST);
    carried->block_end_us = restore_number(copy, TACHO_WORD_BLOCK_END) / 1000;
}

static int64_t larger(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

/* While history is read again: what was shown before, as far as it still holds, where that is more. */
static void facts_carry(struct facts *facts, const struct carried *carried)
{
    facts->carried = true;
    facts->as_of_us = carried->as_of_us;
    facts->catching_up = false;
    if (zone_day(carried->as_of_us) == zone_day(facts->now_us))
        facts->today_cost_pusd = larger(facts->today_cost_pusd, carried->today_pusd);
    if (carried->block_pusd >= 0 && carried->block_end_us > facts->now_us) {
        facts->block_active = true;
        facts->block_end_us = carried->block_end_us;
        facts->block_cost_pusd = larger(facts->block_cost_pusd, carried->block_pusd);
    }
}

struct facts facts_common(struct history *history, const struct account *account, const char *home,
                          int64_t now)
{
    struct meter *meter = history_meter(history);
    struct meter_block block = meter_active_block(meter, now);
    struct sums today = meter_day(meter, zone_day(now));
    struct facts facts = facts_unknown(now);
    facts.home = home;
    facts.today_cost_pusd = fact_cost(today.cost_pusd);
    facts.today_tokens = (int64_t)sums_tokens(&today);
    facts.block_active = block.active;
    facts.block_cost_pusd = fact_cost(block.sums.cost_pusd);
    facts.block_end_us = block.end_us;
    facts.block_start_us = block.start_us;
    facts.block_first_us = block.first_us;
    facts.block_last_us = block.last_us;
    facts.block_tokens = (int64_t)sums_tokens(&block.sums);
    facts.five_hour = fact_limit(&account->limits.five_hour, now);
    facts.seven_day = fact_limit(&account->limits.seven_day, now);
    facts.five_hour_heard_us = account->limits.five_hour.heard_us;
    facts.seven_day_heard_us = account->limits.seven_day.heard_us;
    facts.catching_up = !history_is_ready(history);
    if (facts.catching_up && account->carried.known)
        facts_carry(&facts, &account->carried);
    return facts;
}

void facts_add_git(struct facts *facts, const struct repository *repository, bool stale)
{
    facts->git = repository ? git_state(repository) : NULL;
    facts->git_stale = repository && stale;
    if (!facts->git || facts->repository_name.size)
        return;
    const struct git_remote *origin = &facts->git->origin;
    facts->repository_host = fact_string(origin->host[0] ? origin->host : NULL);
    facts->repository_owner = fact_string(origin->owner[0] ? origin->owner : NULL);
    facts->repository_name = fact_string(origin->name[0] ? origin->name : NULL);
}

/* Our own count is the one that reports give, and it survives the client's restarts. */
static void facts_add_session_cost(struct facts *facts, const struct client_words *words,
                                   const struct meter_session *session)
{
    int64_t counted = session ? fact_cost(session->sums.cost_pusd) : -1;
    facts->unlogged_pusd = session ? fact_cost(session->unlogged_pusd) : 0;
    bool whole = !facts->catching_up && !facts->carried;
    if (facts->carried && words->carried_pusd >= 0)
        facts->session_cost_pusd = larger(words->carried_pusd, counted);
    else if (counted >= 0 && (whole || facts->session_cost_pusd < 0))
        facts->session_cost_pusd = counted;
}

void facts_add_session(struct facts *facts, const struct client_words *words,
                       const struct transcript_facts *log, const struct meter_session *session,
                       const struct limits *limits)
{
    const char *model = words->model_name ? words->model_name : words->model_id;
    facts->model = fact_string(model ? model : session ? session->model : NULL);
    facts->directory = fact_string(session_directory(words, log, session));
    facts->session_name = fact_string(words->session_name);
    facts->effort = fact_string(words->effort);
    facts->fast_mode = words->fast_mode;
    facts_add_context(facts, words, log, session);
    if (words->known) {
        facts->lines_added = words->lines_added;
        facts->lines_removed = words->lines_removed;
        facts->session_cost_pusd = words->cost_pusd < 0 ? -1 : words->cost_pusd - words->cost_base_pusd;
        const struct payload_window five =
            window_of_session(&limits->five_hour, &words->five_hour, facts->now_us);
        const struct payload_window seven =
            window_of_session(&limits->seven_day, &words->seven_day, facts->now_us);
        facts->five_hour = fact_limit(&five, facts->now_us);
        facts->seven_day = fact_limit(&seven, facts->now_us);
        facts->five_hour_heard_us = five.heard_us;
        facts->seven_day_heard_us = seven.heard_us;
    }
    facts_add_session_cost(facts, words, session);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    return XXH3_64bits_withSeed(bytes, size, hash);
}

uint64_t facts_fingerprint(const struct facts *facts)
{
    struct facts plain = *facts;
    const struct fact_text none = {NULL, 0};
    uint64_t hash = 1;
    hash = mix(hash, facts->model.bytes, facts->model.size);
    hash = mix(hash, facts->directory.bytes, facts->directory.size);
    hash = mix(hash, facts->session_name.bytes, facts->session_name.size);
    hash = mix(hash, facts->effort.bytes, facts->effort.size);
    hash = mix(hash, facts->mode.bytes, facts->mode.size);
    hash = mix(hash, facts->activity.tool.bytes, facts->activity.tool.size);
    hash = mix(hash, facts->activity.skill.bytes, facts->activity.skill.size);
    hash = mix(hash, facts->activity.error.bytes, facts->activity.error.size);
    if (facts->git) {
        hash = mix(hash, &facts->git->generation, sizeof facts->git->generation);
        hash = mix(hash, facts->git->root, strlen(facts->git->root));
    }
    if (facts->git_stale) /* its age is shown */
        hash = mix(hash, &facts->now_us, sizeof facts->now_us);
    plain.model = plain.directory = plain.session_name = plain.effort = none;
    plain.git = NULL;
    plain.now_us = 0;
    for (size_t i = 0; i < facts->session_count; i++) {
        const struct fact_session *session = &facts->sessions[i];
        hash = mix(hash, session->model.bytes, session->model.size);
        hash = mix(hash, &session->context_used_e2, sizeof session->context_used_e2);
        hash = mix(hash, &session->state, sizeof session->state);
    }
    /* Field by field, because padding has no value. */
#define MIX(field) hash = mix(hash, &plain.field, sizeof plain.field)
    MIX(fast_mode), MIX(git_stale), MIX(context_used_e2), MIX(context_tokens), MIX(context_size);
    MIX(session_cost_pusd), MIX(today_cost_pusd), MIX(block_active), MIX(block_cost_pusd), MIX(block_end_us);
    MIX(five_hour.known), MIX(five_hour.used_e2), MIX(five_hour.resets_us), MIX(five_hour_heard_us);
    MIX(seven_day.known), MIX(seven_day.used_e2), MIX(seven_day.resets_us), MIX(seven_day_heard_us);
    MIX(lines_added), MIX(lines_removed), MIX(catching_up), MIX(carried);
    MIX(unlogged_pusd), MIX(state), MIX(context_appended), MIX(context_error_e2), MIX(activity.retries),
        MIX(activity.agents), MIX(activity.compacting);
    MIX(activity.todo_done), MIX(activity.todo_total), MIX(activity.compactions);
#undef MIX
    hash = facts_mix_more(hash, facts);
    return hash ? hash : 1;
}

/* ---- metrics ------------------------------------------------------------------------------------- */

void draft_fact(struct segment_draft *draft, enum tacho_metric_word word, struct fact_text text)
{
    if (text.bytes)
        draft_text(draft, word, text.bytes, text.size);
}

static void draft_known(struct segment_draft *draft, enum tacho_metric_word word, int64_t value)
{
    if (value >= 0)
        draft_number(draft, word, (uint64_t)value);
}

void draft_sums(struct segment_draft *draft, const struct sums *sums)
{
    draft_number(draft, TACHO_WORD_INPUT, sums->tokens[TOKENS_INPUT]);
    draft_number(draft, TACHO_WORD_OUTPUT, sums->tokens[TOKENS_OUTPUT]);
    draft_number(draft, TACHO_WORD_CACHE_WRITE_5M, sums->tokens[TOKENS_CACHE_WRITE_5M]);
    draft_number(draft, TACHO_WORD_CACHE_WRITE_1H, sums->tokens[TOKENS_CACHE_WRITE_1H]);
    draft_number(draft, TACHO_WORD_CACHE_READ, sums->tokens[TOKENS_CACHE_READ]);
    draft_number(draft, TACHO_WORD_WEIGHTED, sums->weighted);
    draft_number(draft, TACHO_WORD_COST, (uint64_t)fact_cost(sums->cost_pusd));
    draft_number(draft, TACHO_WORD_ENTRIES, sums->entries);
}

void draft_common(struct segment_draft *draft, struct history *history, const struct facts *facts)
{
    struct meter *meter = history_meter(history);
    struct sums today = meter_day(meter, zone_day(facts->now_us));
    struct meter_block block = meter_active_block(meter, facts->now_us);
    draft_number(draft, TACHO_WORD_TODAY_COST, (uint64_t)facts->today_cost_pusd);
    draft_number(draft, TACHO_WORD_TODAY_TOKENS, sums_tokens(&today));
    if (block.active) {
        draft_number(draft, TACHO_WORD_BLOCK_START, (uint64_t)(block.start_us * 1000));
        draft_number(draft, TACHO_WORD_BLOCK_END, (uint64_t)(block.end_us * 1000));
        draft_number(draft, TACHO_WORD_BLOCK_COST, (uint64_t)facts->block_cost_pusd);
        draft_number(draft, TACHO_WORD_BLOCK_TOKENS, sums_tokens(&block.sums));
    }
    const struct fact_limit *limits[] = {&facts->five_hour, &facts->seven_day};
    const enum tacho_metric_word words[] = {TACHO_WORD_FIVE_HOUR_USED, TACHO_WORD_SEVEN_DAY_USED};
    const int64_t heard_us[] = {facts->five_hour_heard_us, facts->seven_day_heard_us};
    const enum tacho_metric_word heard[] = {TACHO_WORD_FIVE_HOUR_HEARD, TACHO_WORD_SEVEN_DAY_HEARD};
    for (int i = 0; i < 2; i++) {
        if (!limits[i]->known)
            continue;
        draft_number(draft, words[i], (uint64_t)limits[i]->used_e2);
        draft_number(draft, words[i] + 1, (uint64_t)(limits[i]->resets_us * 1000));
        draft_number(draft, heard[i], (uint64_t)(heard_us[i] * 1000));
    }
}

void draft_alerts(struct segment_draft *draft, const struct fact_alerts *alerts)
{
    draft_number(draft, TACHO_WORD_ALERTS, (uint64_t)alerts->count);
    draft_fact(draft, TACHO_WORD_ALERT, alerts->name);
}

void draft_git(struct segment_draft *draft, const struct git_state *git)
{
    if (!git)
        return;
    draft_fact(draft, TACHO_WORD_GIT_BRANCH, fact_string(git->branch));
    draft_fact(draft, TACHO_WORD_GIT_OID, fact_string(git->oid));
    draft_fact(draft, TACHO_WORD_GIT_UPSTREAM, fact_string(git->upstream));
    draft_fact(draft, TACHO_WORD_GIT_ACTION, fact_string(git->action));
    draft_known(draft, TACHO_WORD_GIT_AHEAD, git->ahead);
    draft_known(draft, TACHO_WORD_GIT_BEHIND, git->behind);
    draft_known(draft, TACHO_WORD_GIT_STAGED, git->staged);
    draft_known(draft, TACHO_WORD_GIT_UNSTAGED, git->unstaged);
    draft_known(draft, TACHO_WORD_GIT_UNTRACKED, git->untracked);
    draft_known(draft, TACHO_WORD_GIT_CONFLICTED, git->conflicted);
    draft_known(draft, TACHO_WORD_GIT_STASHES, git->stashes);
    draft_fact(draft, TACHO_WORD_GIT_ENGINE, fact_string(git->engine));
}

static void draft_activity(struct segment_draft *draft, const struct facts *facts)
{
    static const char *const states[] = {NULL, "idle", "busy", "waiting"};
    const struct fact_activity *activity = &facts->activity;
    draft_fact(draft, TACHO_WORD_SESSION_STATE, fact_string(states[facts->state]));
    draft_fact(draft, TACHO_WORD_SESSION_MODE, facts->mode);
    draft_fact(draft, TACHO_WORD_ACTIVITY_TOOL, activity->tool);
    draft_fact(draft, TACHO_WORD_ACTIVITY_ERROR, activity->error);
    draft_number(draft, TACHO_WORD_ACTIVITY_AGENTS, (uint64_t)activity->agents);
    draft_number(draft, TACHO_WORD_COMPACTING, activity->compacting);
    draft_number(draft, TACHO_WORD_CONTEXT_ESTIMATED, (uint64_t)facts->context_appended);
    draft_known(draft, TACHO_WORD_CONTEXT_ERROR, facts->context_error_e2);
}

void draft_session(struct segment_draft *draft, const struct facts *facts, const struct client_words *words,
                   const struct meter_session *session)
{
    if (session) {
        draft_sums(draft, &session->sums);
        draft_number(draft, TACHO_WORD_TOOL_CALLS, session->tool_calls);
        draft_number(draft, TACHO_WORD_COST_UNLOGGED, (uint64_t)facts->unlogged_pusd);
        draft_number(draft, TACHO_WORD_LAST_ACTIVE, (uint64_t)(session->last_us * 1000));
    }
    /* What is carried on is carried on again, should this agent, too, not come to the end of history. */
    if (facts->carried && facts->session_cost_pusd >= 0)
        draft_number(draft, TACHO_WORD_COST, (uint64_t)facts->session_cost_pusd);
    draft_fact(draft, TACHO_WORD_MODEL_ID,
               fact_string(words->model_id ? words->model_id
                           : session       ? session->model
                                           : NULL));
    draft_fact(draft, TACHO_WORD_MODEL_NAME, facts->model);
    draft_fact(draft, TACHO_WORD_DIRECTORY, facts->directory);
    draft_fact(draft, TACHO_WORD_SESSION_NAME, facts->session_name);
    if (facts->context_used_e2 >= 0) {
        draft_number(draft, TACHO_WORD_CONTEXT_TOKENS, (uint64_t)facts->context_tokens);
        draft_number(draft, TACHO_WORD_CONTEXT_SIZE, (uint64_t)facts->context_size);
        draft_number(draft, TACHO_WORD_CONTEXT_USED, (uint64_t)facts->context_used_e2);
    }
    draft_fact(draft, TACHO_WORD_EFFORT, facts->effort);
    draft_activity(draft, facts);
    if (words->known) {
        draft_number(draft, TACHO_WORD_FAST_MODE, words->fast_mode);
        draft_known(draft, TACHO_WORD_CLIENT_COST, words->cost_pusd);
        draft_number(draft, TACHO_WORD_CLIENT_COST_BASE, (uint64_t)words->cost_base_pusd);
        draft_known(draft, TACHO_WORD_LINES_ADDED, words->lines_added);
        draft_known(draft, TACHO_WORD_LINES_REMOVED, words->lines_removed);
    }
}
