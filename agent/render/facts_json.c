/*
 * The facts as one JSON object (RFC 8259), written into the rendering's own text. Every text is cut to a
 * share of that, so that the object always fits whole.
 */
#include "../git/git.h"
#include "harmless.h"
#include "numbers.h"
#include "render.h"
#include <string.h>

#define NAME_BYTES      448
#define ACTIVITY_BYTES  128
#define DIRECTORY_BYTES 2048
#define PICODOLLARS     12 /* decimal places */

/* Names, a directory, what is going on, and less than 1.25 KiB of keys and numbers. */
_Static_assert(9 * (NAME_BYTES + 8) + DIRECTORY_BYTES + 8 + 4 * (ACTIVITY_BYTES + 8) + 1280 <=
                   RENDER_TEXT_MAX,
               "the object fits");

struct writer {
    struct rendering *rendering;
    bool first; /* in its object */
};

static void put(struct writer *writer, const char *bytes, size_t size)
{
    struct rendering *rendering = writer->rendering;
    if (size > RENDER_TEXT_MAX - rendering->text_size)
        return;
    memcpy(rendering->text + rendering->text_size, bytes, size);
    rendering->text_size += (uint32_t)size;
}

static void put_string(struct writer *writer, const char *string)
{
    put(writer, string, strlen(string));
}

static void key(struct writer *writer, const char *name)
{
    put_string(writer, writer->first ? "\"" : ",\"");
    put_string(writer, name);
    put_string(writer, "\":");
    writer->first = false;
}

static void open_object(struct writer *writer)
{
    put_string(writer, "{");
    writer->first = true;
}

static void close_object(struct writer *writer)
{
    put_string(writer, "}");
    writer->first = false;
}

static void put_grapheme(struct writer *writer, const struct grapheme *grapheme)
{
    const char *escaped = grapheme->size == 1 ? harmless_escape(TACHO_JSON, grapheme->bytes[0], false) : NULL;
    if (escaped)
        put_string(writer, escaped);
    else
        put(writer, grapheme->bytes, grapheme->size);
}

/* A text, harmless, of at most `room` bytes; null if it is empty. */
static void put_text(struct writer *writer, const char *bytes, size_t size, size_t room)
{
    struct grapheme grapheme;
    if (!bytes || size == 0) {
        put_string(writer, "null");
        return;
    }
    put_string(writer, "\"");
    uint32_t end = writer->rendering->text_size + (uint32_t)room;
    while (harmless_next(&grapheme, bytes, size, false)) {
        if (writer->rendering->text_size + grapheme.size * 2 > end) {
            put_string(writer, "…");
            break;
        }
        put_grapheme(writer, &grapheme);
        bytes += grapheme.taken;
        size -= grapheme.taken;
    }
    put_string(writer, "\"");
}

static void text_pair(struct writer *writer, const char *name, struct fact_text text, size_t room)
{
    key(writer, name);
    put_text(writer, text.bytes, text.size, room);
}

static void string_pair(struct writer *writer, const char *name, const char *string)
{
    key(writer, name);
    put_text(writer, string, strlen(string), NAME_BYTES);
}

/* `value` × 10^-places, or null if it is negative: unknown. */
static void number_pair(struct writer *writer, const char *name, int64_t value, int places)
{
    char number[NUMBER_MAX];
    key(writer, name);
    number_decimal(number, value, places);
    put_string(writer, value < 0 ? "null" : number);
}

/* An instant as Unix time in seconds; null if it is 0: unknown. */
static void instant_pair(struct writer *writer, const char *name, int64_t when_us)
{
    number_pair(writer, name, when_us > 0 ? when_us : -1, 6);
}

static void flag_pair(struct writer *writer, const char *name, bool value)
{
    key(writer, name);
    put_string(writer, value ? "true" : "false");
}

static void limit_pair(struct writer *writer, const char *name, const struct fact_limit *limit)
{
    key(writer, name);
    if (!limit->known) {
        put_string(writer, "null");
        return;
    }
    open_object(writer);
    number_pair(writer, "used_percent", limit->used_e2, 2);
    instant_pair(writer, "resets_at", limit->resets_us);
    close_object(writer);
}

static void put_context(struct writer *writer, const struct facts *facts)
{
    key(writer, "context");
    open_object(writer);
    number_pair(writer, "used_percent", facts->context_used_e2, 2);
    number_pair(writer, "tokens", facts->context_tokens, 0);
    number_pair(writer, "size", facts->context_size > 0 ? facts->context_size : -1, 0);
    flag_pair(writer, "estimated", facts->context_estimated);
    close_object(writer);
}

static void put_state(struct writer *writer, enum session_state state)
{
    static const char *const names[] = {
        [STATE_UNKNOWN] = "null",
        [STATE_IDLE] = "\"idle\"",
        [STATE_BUSY] = "\"busy\"",
        [STATE_WAITING] = "\"waiting\"",
    };
    key(writer, "state");
    put_string(writer, names[state]);
}

static void put_alerts(struct writer *writer, const struct fact_alerts *alerts)
{
    key(writer, "alerts");
    open_object(writer);
    number_pair(writer, "raised", alerts->count, 0);
    text_pair(writer, "latest", alerts->name, ACTIVITY_BYTES);
    close_object(writer);
}

static void put_activity(struct writer *writer, const struct facts *facts)
{
    const struct fact_activity *activity = &facts->activity;
    put_state(writer, facts->state);
    text_pair(writer, "mode", facts->mode, ACTIVITY_BYTES);
    key(writer, "activity");
    open_object(writer);
    text_pair(writer, "tool", activity->tool, ACTIVITY_BYTES);
    text_pair(writer, "skill", activity->skill, ACTIVITY_BYTES);
    text_pair(writer, "error", activity->error, ACTIVITY_BYTES);
    number_pair(writer, "retries", activity->retries, 0);
    number_pair(writer, "agents", activity->agents, 0);
    number_pair(writer, "todo_done", activity->todo_done, 0);
    number_pair(writer, "todo_total", activity->todo_total, 0);
    flag_pair(writer, "compacting", activity->compacting);
    close_object(writer);
}

static void put_money(struct writer *writer, const struct facts *facts)
{
    key(writer, "cost");
    open_object(writer);
    number_pair(writer, "session", facts->session_cost_pusd, PICODOLLARS);
    number_pair(writer, "today", facts->today_cost_pusd, PICODOLLARS);
    number_pair(writer, "block", facts->block_active ? facts->block_cost_pusd : -1, PICODOLLARS);
    flag_pair(writer, "at_least", facts->catching_up);
    close_object(writer);
    key(writer, "block");
    if (facts->block_active) {
        open_object(writer);
        instant_pair(writer, "ends_at", facts->block_end_us);
        number_pair(writer, "cost", facts->block_cost_pusd, PICODOLLARS);
        close_object(writer);
    } else {
        put_string(writer, "null");
    }
    key(writer, "limits");
    open_object(writer);
    limit_pair(writer, "five_hour", &facts->five_hour);
    limit_pair(writer, "seven_day", &facts->seven_day);
    close_object(writer);
}

static void put_git_counts(struct writer *writer, const struct git_state *git)
{
    number_pair(writer, "ahead", git->ahead, 0);
    number_pair(writer, "behind", git->behind, 0);
    number_pair(writer, "push_ahead", git->push_ahead, 0);
    number_pair(writer, "push_behind", git->push_behind, 0);
    number_pair(writer, "staged", git->staged, 0);
    number_pair(writer, "unstaged", git->unstaged, 0);
    number_pair(writer, "untracked", git->untracked, 0);
    number_pair(writer, "conflicted", git->conflicted, 0);
    number_pair(writer, "stashes", git->stashes, 0);
}

/* How old the state is where it is not that of now; then never 0. */
static int64_t git_stale_ms(const struct facts *facts)
{
    int64_t age_us = facts->now_us - facts->git->as_of_us;
    if (!facts->git_stale)
        return 0;
    return age_us > 1000 ? age_us / 1000 : 1;
}

static void put_git(struct writer *writer, const struct facts *facts)
{
    const struct git_state *git = facts->git;
    key(writer, "git");
    if (!git) {
        put_string(writer, "null");
        return;
    }
    open_object(writer);
    string_pair(writer, "branch", git->branch);
    string_pair(writer, "oid", git->oid);
    flag_pair(writer, "detached", git->detached);
    string_pair(writer, "upstream", git->upstream);
    put_git_counts(writer, git);
    string_pair(writer, "action", git->action);
    number_pair(writer, "step", git->steps ? (int64_t)git->step : -1, 0);
    number_pair(writer, "steps", git->steps ? (int64_t)git->steps : -1, 0);
    string_pair(writer, "tag", git->tag);
    string_pair(writer, "worktree", git->worktree);
    string_pair(writer, "engine", git->engine);
    number_pair(writer, "stale_ms", git_stale_ms(facts), 0);
    close_object(writer);
}

void render_json(struct rendering *rendering, const struct facts *facts)
{
    struct writer writer = {.rendering = rendering};
    rendering->piece_count = 0;
    rendering->text_size = 0;
    open_object(&writer);
    text_pair(&writer, "model", facts->model, NAME_BYTES);
    text_pair(&writer, "effort", facts->effort, NAME_BYTES);
    flag_pair(&writer, "fast_mode", facts->fast_mode);
    text_pair(&writer, "directory", facts->directory, DIRECTORY_BYTES);
    text_pair(&writer, "session", facts->session_name, NAME_BYTES);
    put_activity(&writer, facts);
    put_context(&writer, facts);
    put_money(&writer, facts);
    put_alerts(&writer, &facts->alerts);
    put_git(&writer, facts);
    close_object(&writer);
    rendering->pieces[0] = (struct tacho_piece){.body_bytes = (uint16_t)rendering->text_size};
    rendering->piece_count = 1;
}
