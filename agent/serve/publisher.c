/* Facts are put together here, drawn, and published: see publisher.h. */
#include "publisher.h"

#include "activity.h"
#include "alerts.h"
#include "client_files.h"
#include "drawn.h"
#include "facts_more.h"
#include "gather.h"
#include "live.h"
#include "programs.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/zone.h"
#include "../meter/sums.h"
#include "../render/look_build.h"
#include "../render/tasks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHANGED_AT_ONCE = 64 };

/* Room for a log's lines is kept from draw to draw, but not that of a huge one. */
enum { LOG_BUFFER_KEPT = 128 * 1024 };

/* Sessions that have grown and that nobody has asked for lately: so many are remembered, and drawn at once.
 */
enum { LATER_MAX = 64, LATER_AT_ONCE = 8 };

/* A session whose client drew its line so recently is shown in the prompts of its directory. */
static const int64_t LIVE_SESSION_US = 600 * MICROSECONDS;

/* Sessions that nobody asked for in so long are not taken over from an earlier agent. */
static const int64_t ADOPT_WITHIN_US = 24 * 3600 * MICROSECONDS;

static const struct fact_text no_text = {NULL, 0};

struct publisher {
    struct segment_writer *writer;
    struct history *history;
    struct git *git;
    const char *home;
    struct look look;
    struct programs *programs; /* NULL: none */
    struct alerts *alerts;
    uint64_t alerts_fingerprint; /* of the facts of no session that alerts were last looked at with */
    struct live_list lives;
    struct account account;
    struct limits_table limits;
    struct client_files *client_files;
    struct text log_buffer; /* what logs are read into that are followed */
    struct rendering rendering;
    uint64_t session_lines, directory_lines; /* what is drawn of either: sets of drawn.h */
    struct publisher_draws draws;
    char host[256];
    uint32_t later[LATER_MAX]; /* indexes of sessions, to be drawn in publisher_others() */
    size_t later_count;
};

struct publisher *publisher_new(struct segment_writer *writer, struct history *history, struct git *git,
                                struct alerts *alerts, const char *home)
{
    struct publisher *publisher = memory_zeroed(1, sizeof *publisher);
    publisher->writer = writer;
    publisher->history = history;
    publisher->git = git;
    publisher->alerts = alerts;
    publisher->home = home;
    publisher->client_files = client_files_new(home);
    publisher->look = render_look_default();
    publisher->session_lines = drawn_always(TACHO_SESSION);
    publisher->directory_lines = drawn_always(TACHO_DIRECTORY);
    if (gethostname(publisher->host, sizeof publisher->host - 1) < 0)
        publisher->host[0] = '\0';
    return publisher;
}

void publisher_set_programs(struct publisher *publisher, struct programs *programs)
{
    publisher->programs = programs;
}

void publisher_set_look(struct publisher *publisher, struct look look)
{
    if (publisher->programs)
        programs_set(publisher->programs, look.layout);
    look_free(&publisher->look);
    publisher->look = look;
    for (struct live *live = publisher->lives.first; live; live = live->next)
        live->fingerprint = 0;
}

void publisher_free(struct publisher *publisher)
{
    if (!publisher)
        return;
    live_list_free(&publisher->lives);
    look_free(&publisher->look);
    limits_free(&publisher->limits);
    client_files_free(publisher->client_files);
    text_free(&publisher->log_buffer);
    free(publisher);
}

/* Reads what is new in a session's log, if it is known where that is. Returns whether anything was. */
static bool live_read_on(struct publisher *publisher, struct live *live)
{
    if (!live->words.transcript)
        return false;
    if (!live->transcript)
        live->transcript = transcript_new();
    bool is_news = transcript_follow(live->transcript, live->words.transcript, &publisher->log_buffer);
    if (publisher->log_buffer.room > LOG_BUFFER_KEPT)
        text_free(&publisher->log_buffer);
    return is_news;
}

/* The same, and what it says then; NULL: it is not known where it is. */
static const struct transcript_facts *live_follow(struct publisher *publisher, struct live *live)
{
    live_read_on(publisher, live);
    live->is_followed = live->words.transcript != NULL;
    return live->is_followed ? transcript_facts(live->transcript) : NULL;
}

/* As far as it was read. */
static const struct transcript_facts *live_log(const struct live *live)
{
    return live->transcript ? transcript_facts(live->transcript) : NULL;
}

/*
 * Takes what a session says of a window of its account's limits; `shown` is what lines of no session show. Of
 * an account that is heard of for the first time since the agent began, what an earlier one had published is
 * the mark, if it is of the same window.
 */
static bool hear_window(struct payload_window *account, struct payload_window *shown,
                        struct payload_window *heard, const struct payload_window *said, bool has_answered)
{
    if (!account->known && said->known && window_is_same(shown, said))
        *account = *shown;
    const bool is_news = window_hear(account, heard, said, has_answered, clock_now_us());
    if (is_news)
        *shown = *account;
    return is_news;
}

static bool take_limits(struct publisher *publisher, struct client_words *words,
                        const struct payload *payload, bool has_answered)
{
    struct limits *account = limits_of(&publisher->limits, words->transcript);
    struct limits *shown = &publisher->account.limits;
    bool five = hear_window(&account->five_hour, &shown->five_hour, &words->five_hour, &payload->five_hour,
                            has_answered);
    bool seven = hear_window(&account->seven_day, &shown->seven_day, &words->seven_day, &payload->seven_day,
                             has_answered);
    return five || seven;
}

bool publisher_take_payload(struct publisher *publisher, const char *id, size_t size,
                            const struct payload *payload)
{
    struct live *live = live_get(&publisher->lives, TACHO_SESSION, id, size);
    struct meter_session session;
    words_take_transcript(&live->words, payload);
    const struct transcript_facts *log = live_follow(publisher, live);
    const bool is_logged = meter_find_session(history_meter(publisher->history), id, size, &session);
    const bool has_answered = words_take(&live->words, payload, log ? log->generation : 0, is_logged);
    said_take(&live->said, payload);
    return take_limits(publisher, &live->words, payload, has_answered);
}

/* Publishes what nobody is asking for at the moment, if somebody has. */
static void publish_asked(struct publisher *publisher, struct live *live);

static struct activity *live_activity(struct live *live)
{
    if (!live->activity)
        live->activity = activity_new();
    return live->activity;
}

void publisher_take_event(struct publisher *publisher, const struct event *event)
{
    struct live *live = live_get(&publisher->lives, TACHO_SESSION, event->session, strlen(event->session));
    activity_take_event(live_activity(live), event);
    publish_asked(publisher, live);
}

void publisher_take_state(struct publisher *publisher, const char *session, enum session_state state,
                          bool is_remote)
{
    struct live *live = live_get(&publisher->lives, TACHO_SESSION, session, strlen(session));
    activity_take_state(live_activity(live), state, is_remote);
    publish_asked(publisher, live);
}

/* What readers that only look into the segment are used to find there; not that of askers who did not say. */
static void adopt_lines(struct publisher *publisher, const struct tacho_copy *copy)
{
    const uint64_t drawn = drawn_in(copy);
    if (!(drawn_for(copy->kind, 0, 0) & ~drawn))
        return;
    if (copy->kind == TACHO_SESSION)
        publisher->session_lines |= drawn;
    else if (copy->kind == TACHO_DIRECTORY)
        publisher->directory_lines |= drawn;
}

void publisher_adopt(struct publisher *publisher, const struct tacho_segment *segment)
{
    struct tacho_copy *copy = memory_take(TACHO_COPY_MAX);
    for (uint32_t index = 0; index < segment->header.slot_count; index++) {
        if (tacho_read(segment, index, copy, TACHO_COPY_MAX) != TACHO_OK)
            continue;
        if (copy->kind == TACHO_GLOBAL)
            account_restore(&publisher->account, copy);
        /* A slot that was never asked for is one of a panel's rows, or of a session known from its log alone.
         */
        uint64_t asked;
        if (!tacho_word(copy, TACHO_WORD_ASKED, &asked) ||
            (int64_t)asked / 1000 < clock_now_us() - ADOPT_WITHIN_US)
            continue;
        adopt_lines(publisher, copy);
        if (copy->kind != TACHO_SESSION)
            continue;
        struct live *live = live_get(&publisher->lives, TACHO_SESSION, tacho_key(copy), copy->key_size);
        live->asked_before_us = (int64_t)asked / 1000;
        words_restore(&live->words, copy);
    }
    free(copy);
}

bool publisher_knows(struct publisher *publisher, const char *id, size_t size)
{
    struct live *live = live_find(&publisher->lives, TACHO_SESSION, id, size);
    return live && live->words.known;
}

static const char *live_directory(struct publisher *publisher, const struct live *live)
{
    struct meter_session found, *session = NULL;
    if (meter_find_session(history_meter(publisher->history), live->key, live->key_size, &found))
        session = &found;
    return session_directory(&live->words, live_log(live), session);
}

const char *publisher_session_directory(struct publisher *publisher, const char *id, size_t size)
{
    struct live *live = live_find(&publisher->lives, TACHO_SESSION, id, size);
    if (live)
        return live_directory(publisher, live);
    struct meter_session session;
    return meter_find_session(history_meter(publisher->history), id, size, &session) ? session.directory
                                                                                     : NULL;
}

/* ---- publishing ---------------------------------------------------------------------------------- */

static uint64_t live_lines(const struct publisher *publisher, const struct live *live)
{
    return live->kind == TACHO_SESSION ? publisher->session_lines : publisher->directory_lines;
}

/* Whether what is published of a live key still says the same; if so its slot is only touched. */
static bool live_is_current(struct publisher *publisher, struct live *live, const struct facts *facts,
                            int64_t *slot)
{
    uint64_t fingerprint = facts_fingerprint(facts);
    if (live->kind == TACHO_SESSION) {
        struct meter_session session;
        if (meter_find_session(history_meter(publisher->history), live->key, live->key_size, &session))
            fingerprint ^= session.sums.entries + (sums_tokens(&session.sums) << 20);
    }
    bool current = live->fingerprint == fingerprint && live->lines == live_lines(publisher, live) &&
                   facts->now_us < live->valid_until_us;
    if (current) {
        *slot = segment_touch(publisher->writer, live->kind, live->key, live->key_size);
        current = *slot >= 0;
    }
    publisher->draws.unchanged += current;
    live->fingerprint = fingerprint;
    return current;
}

static struct segment_draft *live_draft(struct publisher *publisher, struct live *live,
                                        const struct facts *facts)
{
    struct segment_draft *draft = segment_draft(publisher->writer, live->kind, live->key, live->key_size);
    if (!draft)
        return NULL;
    int64_t until = render_valid_until(facts), midnight = zone_next_midnight(facts->now_us);
    live->valid_until_us = until < midnight ? until : midnight;
    draft_times(draft, facts->now_us * 1000, live->valid_until_us * 1000);
    int64_t asked = live->asked_us ? live->asked_us : live->asked_before_us;
    if (asked)
        draft_number(draft, TACHO_WORD_ASKED, (uint64_t)(asked * 1000));
    draft_common(draft, publisher->history, facts);
    draft_git(draft, facts->git);
    draft_alerts(draft, &facts->alerts);
    return draft;
}

/* Draws a live key's lines into its draft, and publishes that. Returns the slot, or -1. */
static int64_t live_publish(struct publisher *publisher, struct live *live, struct segment_draft *draft,
                            const struct facts *facts)
{
    live->lines = live_lines(publisher, live);
    int64_t until = drawn_draft(draft, &publisher->rendering, live->lines, facts, &publisher->look);
    if (until < live->valid_until_us)
        live->valid_until_us = until;
    draft_times(draft, facts->now_us * 1000, live->valid_until_us * 1000);
    publisher->draws.changed++;
    return segment_publish(publisher->writer, draft);
}

static void add_machine(struct publisher *publisher, struct facts *facts)
{
    facts_add_machine(facts, publisher->host);
    facts_add_agent(facts, publisher->history);
}

/* All that a look may show of a session. */
static struct facts session_facts(struct publisher *publisher, struct live *live, const struct look *look,
                                  const struct publisher_git *git, const struct meter_session *session)
{
    struct facts facts =
        facts_common(publisher->history, &publisher->account, publisher->home, clock_now_us());
    /* What came with a request was read when the request did. */
    const struct transcript_facts *log = live->is_followed ? live_log(live) : live_follow(publisher, live);
    live->is_followed = false;
    facts_add_session(&facts, &live->words, log, session,
                      limits_of(&publisher->limits, live->words.transcript));
    facts_add_said(&facts, &live->said);
    if (!look->layout || !look->layout->shows_durations) /* another at each draw */
        facts.duration_us = facts.api_duration_us = 0;
    facts_add_sums(&facts, history_meter(publisher->history), session);
    facts.session_id = (struct fact_text){live->key, live->key_size};
    if (publisher->programs && look == &publisher->look) /* the outputs are of its commands */
        facts.commands = programs_texts(publisher->programs);
    if (look->layout && look->layout->shows_machine)
        add_machine(publisher, &facts);
    if (look->layout && look->layout->shows_client_files)
        facts_add_client_files(&facts, publisher->client_files, live->words.transcript);
    activity_facts(live->activity, log, &facts);
    facts_add_git(&facts, git->repository, git->stale);
    return facts;
}

static struct meter_session *find_session(struct publisher *publisher, const struct live *live,
                                          struct meter_session *found)
{
    bool is_known = meter_find_session(history_meter(publisher->history), live->key, live->key_size, found);
    return is_known ? found : NULL;
}

static int64_t publish_session(struct publisher *publisher, struct live *live,
                               const struct publisher_git *git)
{
    int64_t slot;
    struct meter_session found, *session = find_session(publisher, live, &found);
    struct facts facts = session_facts(publisher, live, &publisher->look, git, session);
    alerts_of_session(publisher->alerts, &facts, live->words.transcript, NULL);
    if (live_is_current(publisher, live, &facts, &slot))
        return slot;
    alerts_of_session(publisher->alerts, &facts, live->words.transcript, &publisher->look);
    struct segment_draft *draft = live_draft(publisher, live, &facts);
    if (!draft)
        return -1;
    draft_session(draft, &facts, &live->words, session);
    return live_publish(publisher, live, draft, &facts);
}

/* Whether two directories are one, or lie in one work tree. */
static bool is_same_place(const char *one, const char *other, const char *root)
{
    size_t size = strlen(root);
    if (strcmp(one, other) == 0)
        return true;
    return size > 0 && strncmp(one, root, size) == 0 && (one[size] == '/' || !one[size]);
}

/* Sessions whose client runs, by its own word or because it drew its line lately, and that work in the place.
 */
static void add_sessions(struct publisher *publisher, const struct live *directory, struct facts *facts)
{
    const int64_t since_us = facts->now_us - LIVE_SESSION_US;
    const char *root = facts->git ? facts->git->root : "";
    for (struct live *live = publisher->lives.first; live; live = live->next) {
        if (live->kind != TACHO_SESSION)
            continue;
        const struct transcript_facts *log = live_log(live);
        const char *works_in = session_directory(&live->words, log, NULL);
        if (!works_in || !is_same_place(works_in, directory->key, root))
            continue;
        struct facts session = *facts;
        facts_add_session(&session, &live->words, log, NULL,
                          limits_of(&publisher->limits, live->words.transcript));
        activity_facts(live->activity, log, &session);
        if (live->asked_us < since_us && session.state == STATE_UNKNOWN)
            continue;
        facts->sessions[facts->session_count++] =
            (struct fact_session){session.model, session.context_used_e2, session.state};
        if (facts->session_count == FACT_SESSIONS_MAX)
            return;
    }
}

static int64_t publish_directory(struct publisher *publisher, struct live *live,
                                 const struct publisher_git *git)
{
    int64_t slot;
    struct facts facts =
        facts_common(publisher->history, &publisher->account, publisher->home, clock_now_us());
    facts.directory = (struct fact_text){live->key, live->key_size};
    facts_add_sums(&facts, history_meter(publisher->history), NULL);
    for (int side = 0; side < PROMPT_SIDES; side++)
        if (publisher->look.prompts[side] && publisher->look.prompts[side]->shows_machine)
            add_machine(publisher, &facts);
    facts_add_git(&facts, git->repository, git->stale);
    add_sessions(publisher, live, &facts);
    facts.alerts = alerts_marks(publisher->alerts, no_text, no_text);
    if (live_is_current(publisher, live, &facts, &slot))
        return slot;
    struct segment_draft *draft = live_draft(publisher, live, &facts);
    if (!draft)
        return -1;
    draft_fact(draft, TACHO_WORD_DIRECTORY, facts.directory);
    return live_publish(publisher, live, draft, &facts);
}

int64_t publisher_session(struct publisher *publisher, const char *id, size_t size,
                          const struct publisher_git *git, struct publisher_asker asker)
{
    publisher->session_lines |= drawn_for(TACHO_SESSION, asker.surface, asker.depth);
    struct live *live = live_get(&publisher->lives, TACHO_SESSION, id, size);
    if (publisher->programs)
        programs_look(publisher->programs);
    live->asked_us = clock_now_us();
    return publish_session(publisher, live, git);
}

int64_t publisher_directory(struct publisher *publisher, const char *path, size_t size,
                            const struct publisher_git *git, struct publisher_asker asker)
{
    publisher->directory_lines |= drawn_for(TACHO_DIRECTORY, asker.surface, asker.depth);
    struct live *live = live_get(&publisher->lives, TACHO_DIRECTORY, path, size);
    live->asked_us = clock_now_us();
    return publish_directory(publisher, live, git);
}

static struct fact_text fact_said(const struct payload_text *text)
{
    return (struct fact_text){text->size ? text->bytes : NULL, text->size};
}

int64_t publisher_tasks(struct publisher *publisher, const char *id, size_t size,
                        const struct payload *payload, struct publisher_asker asker)
{
    static const char suffix[] = "#tasks";
    struct task tasks[sizeof payload->tasks / sizeof *payload->tasks];
    char key[512];
    for (size_t i = 0; i < payload->task_count; i++) {
        const struct payload_task *said = &payload->tasks[i];
        const struct payload_text *label = said->label.size  ? &said->label
                                           : said->name.size ? &said->name
                                                             : &said->description;
        tasks[i] = (struct task){fact_said(&said->id),     fact_said(label), fact_said(&said->model),
                                 fact_said(&said->status), said->tokens,     said->context_size};
    }
    if (size > sizeof key - sizeof suffix)
        size = sizeof key - sizeof suffix;
    memcpy(key, id, size);
    memcpy(key + size, suffix, sizeof suffix);
    struct segment_draft *draft =
        segment_draft(publisher->writer, TACHO_SESSION, key, size + sizeof suffix - 1);
    if (!draft)
        return -1;
    const uint64_t lines = drawn_for(TACHO_SESSION, asker.surface, asker.depth);
    int64_t now = clock_now_us();
    draft_times(draft, now * 1000, (now + MICROSECONDS) * 1000);
    for (enum tacho_depth depth = TACHO_NO_COLOUR; depth <= TACHO_TRUE_COLOUR; depth++) {
        if (!drawn_has(lines, TACHO_CLAUDE, depth))
            continue;
        render_tasks(&publisher->rendering, tasks, payload->task_count,
                     (uint32_t)(payload->columns > 0 ? payload->columns : 0), &publisher->look, depth);
        draft_block(draft, TACHO_CLAUDE, depth, publisher->rendering.pieces, publisher->rendering.piece_count,
                    publisher->rendering.text, publisher->rendering.text_size);
    }
    return segment_publish(publisher->writer, draft);
}

bool publisher_lacks(struct publisher *publisher, enum tacho_kind kind, const char *key, size_t size,
                     struct publisher_asker asker)
{
    const struct live *live = live_find(&publisher->lives, kind, key, size);
    return live && live->lines && (drawn_for(kind, asker.surface, asker.depth) & ~live->lines);
}

struct publisher_draws publisher_draws(const struct publisher *publisher)
{
    return publisher->draws;
}

/* Looks at the rules that are about no session, if what they are about has changed. */
static void look_at_all(struct publisher *publisher, struct facts *facts)
{
    const uint64_t fingerprint = facts_fingerprint(facts);
    const bool with_machine = alerts_want_machine(publisher->alerts);
    if (fingerprint != publisher->alerts_fingerprint || with_machine) {
        publisher->alerts_fingerprint = fingerprint;
        facts_add_sums(facts, history_meter(publisher->history), NULL);
        if (with_machine)
            add_machine(publisher, facts);
        alerts_look(publisher->alerts, SEGMENT_OF_ALL, no_text, facts, &publisher->look);
    }
    facts->alerts = alerts_marks(publisher->alerts, no_text, no_text);
}

static void publish_global(struct publisher *publisher, struct publisher_agent agent)
{
    struct meter *meter = history_meter(publisher->history);
    struct log_tree_counts counts = history_counts(publisher->history);
    struct facts facts =
        facts_common(publisher->history, &publisher->account, publisher->home, clock_now_us());
    look_at_all(publisher, &facts);
    const struct alerts_counts alerts = alerts_counts(publisher->alerts);
    struct sums total = meter_total(meter);
    struct segment_draft *draft = segment_draft(publisher->writer, TACHO_GLOBAL, "", 0);
    if (!draft)
        return;
    const char *state = history_is_ready(publisher->history) ? "ready" : "catching-up";
    draft_times(draft, facts.now_us * 1000, zone_next_midnight(facts.now_us) * 1000);
    draft_sums(draft, &total);
    draft_common(draft, publisher->history, &facts);
    draft_text(draft, TACHO_WORD_STATE, state, strlen(state));
    draft_number(draft, TACHO_WORD_TOOL_CALLS, meter_tool_calls(meter));
    draft_number(draft, TACHO_WORD_FILES, counts.files);
    draft_number(draft, TACHO_WORD_BYTES, counts.bytes);
    draft_number(draft, TACHO_WORD_LINES, counts.lines);
    draft_number(draft, TACHO_WORD_DUPLICATES, meter_duplicate_count(meter, counts.copies));
    draft_number(draft, TACHO_WORD_MALFORMED, skips_total(&counts.skipped));
    draft_number(draft, TACHO_WORD_SESSIONS, meter_session_count(meter));
    draft_number(draft, TACHO_WORD_WAKEUPS, agent.wakeups);
    draft_number(draft, TACHO_WORD_STREAM_SUBSCRIBERS, agent.subscribers.all);
    draft_number(draft, TACHO_WORD_STREAM_SLOW, agent.subscribers.slow);
    draft_alerts(draft, &facts.alerts);
    draft_number(draft, TACHO_WORD_ALERTS, alerts.raised);
    draft_number(draft, TACHO_WORD_ALERT_CHANGES, alerts.changes);
    draft_number(draft, TACHO_WORD_ALERT_BELLS, alerts.bells);
    segment_publish(publisher->writer, draft);
}

/* The repository that a live key lies in, as it was last worked out. */
static struct publisher_git git_of(struct publisher *publisher, struct live *live)
{
    struct publisher_git git = {NULL, false};
    const char *directory = live->key;
    if (live->kind == TACHO_SESSION)
        directory = live_directory(publisher, live);
    /* A repository is not opened on account of a session that nobody ever asked for. */
    if (live->asked_us && directory && directory[0] == '/')
        git.repository = git_find(publisher->git, directory);
    return git;
}

/* Publishes what nobody is asking for at the moment. */
static void publish_live(struct publisher *publisher, struct live *live)
{
    struct publisher_git git = git_of(publisher, live);
    if (live->kind == TACHO_SESSION)
        publish_session(publisher, live, &git);
    else
        publish_directory(publisher, live, &git);
}

static void publish_asked(struct publisher *publisher, struct live *live)
{
    if (live->asked_us)
        publish_live(publisher, live);
}

bool publisher_preview(struct publisher *publisher, const struct look *look, enum tacho_depth depth,
                       struct rendering *rendering)
{
    struct live *live = publisher->lives.first;
    while (live && (live->kind != TACHO_SESSION || !live->words.known))
        live = live->next;
    if (!live)
        return false;
    struct publisher_git git = git_of(publisher, live);
    struct meter_session found, *session = find_session(publisher, live, &found);
    struct facts facts = session_facts(publisher, live, look, &git, session);
    render_status_line(rendering, &facts, look, TACHO_CLAUDE, depth);
    return true;
}

/* Remembers a session that is to be drawn; too many of them, and the first is forgotten. */
static void draw_later(struct publisher *publisher, uint32_t session)
{
    for (size_t i = publisher->later_count; i-- > 0;)
        if (publisher->later[i] == session)
            return;
    if (publisher->later_count == LATER_MAX)
        memmove(publisher->later, publisher->later + 1, --publisher->later_count * sizeof *publisher->later);
    publisher->later[publisher->later_count++] = session;
}

/* What somebody looks at is drawn now; what else grows in a moment, since drawing costs more than counting.
 */
static void session_changed(struct publisher *publisher, uint32_t index, int64_t looked_since_us)
{
    struct meter_session session;
    if (!meter_session_at(history_meter(publisher->history), index, &session))
        return;
    struct live *live = live_find(&publisher->lives, TACHO_SESSION, session.id, strlen(session.id));
    if (live && live->asked_us >= looked_since_us)
        publish_live(publisher, live);
    else if (live || history_is_ready(publisher->history))
        draw_later(publisher, index);
}

void publisher_meter_changed(struct publisher *publisher, struct publisher_agent agent, int seconds)
{
    const int64_t looked_since_us = clock_now_us() - seconds * MICROSECONDS;
    uint32_t changed[CHANGED_AT_ONCE];
    size_t count;
    while ((count = meter_take_changed(history_meter(publisher->history), changed, CHANGED_AT_ONCE)) > 0)
        for (size_t i = 0; i < count; i++)
            session_changed(publisher, changed[i], looked_since_us);
    publish_global(publisher, agent);
}

/* The newest first: of many, they are the likelier to be asked for. */
static void draw_some_later(struct publisher *publisher)
{
    for (int i = 0; i < LATER_AT_ONCE && publisher->later_count; i++) {
        struct meter_session session;
        uint32_t index = publisher->later[--publisher->later_count];
        if (meter_session_at(history_meter(publisher->history), index, &session))
            publish_live(publisher,
                         live_get(&publisher->lives, TACHO_SESSION, session.id, strlen(session.id)));
    }
}

bool publisher_is_watched(const struct publisher *publisher, int seconds)
{
    const int64_t since = clock_now_us() - seconds * MICROSECONDS;
    const struct live *live = publisher->lives.first;
    while (live && live->asked_us < since)
        live = live->next;
    return live;
}

void publisher_others(struct publisher *publisher, int seconds)
{
    const int64_t since = clock_now_us() - seconds * MICROSECONDS;
    for (struct live *live = publisher->lives.first; live; live = live->next)
        if (live->asked_us >= since)
            publish_live(publisher, live);
}

void publisher_logs(struct publisher *publisher, int seconds)
{
    const int64_t since = clock_now_us() - seconds * MICROSECONDS;
    for (struct live *live = publisher->lives.first; live; live = live->next)
        if (live->asked_us >= since && live_read_on(publisher, live))
            publish_live(publisher, live);
}

bool publisher_unseen(struct publisher *publisher)
{
    draw_some_later(publisher);
    return publisher->later_count > 0;
}

void publisher_everything(struct publisher *publisher, struct publisher_agent agent)
{
    if (history_is_ready(publisher->history))
        publisher->account.carried.known = false;
    publisher->alerts_fingerprint = 0;
    uint32_t ignored[CHANGED_AT_ONCE];
    while (meter_take_changed(history_meter(publisher->history), ignored, CHANGED_AT_ONCE) > 0)
        ;
    for (struct live *live = publisher->lives.first; live; live = live->next) {
        live->fingerprint = 0;
        publish_live(publisher, live);
    }
    publish_global(publisher, agent);
}
