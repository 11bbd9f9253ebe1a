/*
 * The meter: how copies merge into entries and entries into sums, against a slow model of the same rules
 * written from shared/reference/count.py, in random orders; provisional copies; blocks; sessions.
 */
#include "../../agent/base/zone.h"
#include "../../agent/meter/meter.h"
#include "suite.h"

#include <string.h>

#define HOUR (3600 * MICROSECONDS)
#define DAY  (24 * HOUR)
#define NOON (20000 * DAY + 12 * HOUR) /* 2024-10-04T12:00Z */

static struct meter *new_meter(void)
{
    ck_assert(zone_use("UTC"));
    return meter_new();
}

/* ---- copies, as tests write them ------------------------------------------------------------------------
 */

struct copy {
    unsigned id;
    const char *path, *session, *model;
    int64_t when;
    uint64_t line;
    uint32_t tokens[TOKEN_KINDS];
    uint64_t usd;
    bool has_usd, fast, forked, foreign, sidechain, advisor, provisional;
    unsigned tool; /* 0: none */
};

static uint32_t string(struct batch *batch, const char *text)
{
    return batch_string(batch, text, strlen(text));
}

static void put(struct batch *batch, const struct copy *copy)
{
    uint64_t tool = copy->tool * UINT64_C(0x9e3779b97f4a7c15);
    struct usage_copy usage = {
        .identity = {copy->id % 7, copy->id}, /* so that identities collide in the table */
        .when_us = copy->when,
        .line = copy->line,
        .usd_pusd = copy->usd,
        .model = string(batch, copy->model),
        .session = string(batch, copy->session),
        .has_usd = copy->has_usd,
        .fast = copy->fast,
        .forked = copy->forked,
        .foreign = copy->foreign,
        .sidechain = copy->sidechain,
        .advisor = copy->advisor,
        .provisional = copy->provisional,
        .tools = (uint32_t)batch->tool_count,
        .tool_count = copy->tool != 0,
    };
    memcpy(usage.tokens, copy->tokens, sizeof usage.tokens);
    if (copy->tool)
        batch_add_tool(batch, tool);
    batch_add_copy(batch, &usage);
}

static void apply(struct meter *meter, const char *path, const struct copy *copies, size_t count)
{
    struct batch batch;
    batch_init(&batch, path);
    for (size_t i = 0; i < count; i++)
        put(&batch, &copies[i]);
    meter_apply(meter, &batch);
    batch_free(&batch);
}

static void apply_one(struct meter *meter, struct copy copy)
{
    apply(meter, copy.path, &copy, 1);
}

static struct copy plain_copy(unsigned id, int64_t when)
{
    return (struct copy){.id = id,
                         .path = "/a",
                         .session = "s",
                         .model = "claude-opus-4-6",
                         .when = when,
                         .line = id,
                         .tokens = {10, 20, 30, 40, 50}};
}

/* ---- the slow model -------------------------------------------------------------------------------------
 */

enum { MOST_COPIES = 250, SESSIONS = 4, PATHS = 5 };

static const char *const session_names[SESSIONS] = {"one", "two", "three", "four"};
static const char *const path_names[PATHS] = {"/p/b.jsonl", "/p/a.jsonl", "/p/a/x.jsonl", "/q/\xff.jsonl",
                                              "/p/c.jsonl"};
static const char *const model_names[] = {"claude-opus-4-6", "claude-sonnet-4-5", "mystery", "mysterious",
                                          "OPUS"};

struct model_entry {
    struct copy first, largest;
    unsigned tools;
};

struct model {
    struct copy copies[MOST_COPIES];
    size_t count;
    struct model_entry entries[MOST_COPIES]; /* of the copies; see model_settle() */
    size_t entry_count;
};

static uint64_t sum_of(const struct copy *copy)
{
    uint64_t sum = 0;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sum += copy->tokens[kind];
    return sum;
}

#define ORDER(a, b)                                                                                          \
    if ((a) != (b))                                                                                          \
    return (a) < (b)

static bool is_earlier(const struct copy *a, const struct copy *b)
{
    ORDER(a->when, b->when);
    ORDER(a->forked, b->forked);
    ORDER(a->foreign, b->foreign);
    int order = strcmp(a->path, b->path);
    ORDER(order, 0);
    return a->line < b->line;
}

static bool is_smaller(const struct copy *a, const struct copy *b)
{
    ORDER(sum_of(a), sum_of(b));
    ORDER(a->tokens[TOKENS_OUTPUT], b->tokens[TOKENS_OUTPUT]);
    ORDER(a->tokens[TOKENS_INPUT], b->tokens[TOKENS_INPUT]);
    ORDER(a->tokens[TOKENS_CACHE_READ], b->tokens[TOKENS_CACHE_READ]);
    ORDER(a->tokens[TOKENS_CACHE_WRITE_1H], b->tokens[TOKENS_CACHE_WRITE_1H]);
    ORDER(a->has_usd, b->has_usd);
    ORDER(a->has_usd ? a->usd : 0, b->has_usd ? b->usd : 0);
    ORDER(a->fast, b->fast);
    return strcmp(a->model, b->model) < 0;
}

/* Whether this copy is the first in the list of its entry; then the entry is worked out. */
static bool entry_at(const struct model *model, size_t at, struct model_entry *entry)
{
    unsigned tools[8] = {0};
    *entry = (struct model_entry){model->copies[at], model->copies[at], 0};
    for (size_t i = 0; i < model->count; i++) {
        const struct copy *copy = &model->copies[i];
        if (copy->id != entry->first.id)
            continue;
        if (i < at)
            return false;
        if (is_earlier(copy, &entry->first))
            entry->first = *copy;
        if (is_smaller(&entry->largest, copy))
            entry->largest = *copy;
        if (copy->tool && !copy->provisional)
            tools[copy->tool] = 1;
    }
    for (size_t i = 0; i < 8; i++)
        entry->tools += tools[i];
    return true;
}

static void model_settle(struct model *model)
{
    model->entry_count = 0;
    for (size_t i = 0; i < model->count; i++)
        model->entry_count += entry_at(model, i, &model->entries[model->entry_count]);
}

static unsigned __int128 cost_of(const struct copy *copy)
{
    static const struct price *prices[sizeof model_names / sizeof *model_names];
    static bool are_known;
    for (size_t i = 0; i < sizeof prices / sizeof *prices && !are_known; i++)
        prices[i] = price_find(model_names[i], strlen(model_names[i]));
    are_known = true;
    size_t at = 0;
    while (strcmp(model_names[at], copy->model) != 0)
        at++;
    const struct price *price = prices[at];
    return copy->has_usd ? copy->usd : price ? price_cost(price, copy->tokens, copy->fast) : 0;
}

static void add_to(struct sums *sums, const struct model_entry *entry)
{
    bool opus = strstr(entry->largest.model, "opus") || strstr(entry->largest.model, "OPUS");
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums->tokens[kind] += entry->largest.tokens[kind];
    sums->weighted += sum_of(&entry->largest) * (opus ? 5 : 1);
    sums->cost_pusd += cost_of(&entry->largest);
    sums->entries++;
}

static void check_sums(struct sums is, struct sums expected)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        ck_assert_uint_eq(is.tokens[kind], expected.tokens[kind]);
    ck_assert_uint_eq(is.weighted, expected.weighted);
    ck_assert_uint_eq(is.entries, expected.entries);
    ck_assert(is.cost_pusd == expected.cost_pusd);
}

static void check_total_and_days(const struct meter *meter, const struct model *model)
{
    struct sums total = {0}, days[40] = {0};
    uint64_t tools = 0;
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct model_entry *entry = &model->entries[i];
        add_to(&total, entry);
        add_to(&days[entry->first.when / DAY - 20000], entry);
        tools += entry->tools;
    }
    check_sums(meter_total(meter), total);
    ck_assert_uint_eq(meter_entry_count(meter), total.entries);
    ck_assert_uint_eq(meter_tool_calls(meter), tools);
    for (int32_t day = 0; day < 40; day++)
        check_sums(meter_day(meter, 20000 + day), days[day]);
}

static const struct copy *newest_of(const struct model *model, const char *session)
{
    const struct copy *newest = NULL;
    for (size_t i = 0; i < model->count; i++) {
        const struct copy *copy = &model->copies[i];
        if (strcmp(copy->session, session) != 0 || copy->sidechain || copy->advisor)
            continue;
        if (!newest || copy->when > newest->when ||
            (copy->when == newest->when && copy->line > newest->line) ||
            (copy->when == newest->when && copy->line == newest->line &&
             strcmp(copy->path, newest->path) > 0))
            newest = copy;
    }
    return newest;
}

static void check_context(const struct model *model, const struct meter_session *session, const char *name)
{
    const struct copy *newest = newest_of(model, name);
    if (!newest) {
        ck_assert_ptr_null(session->model);
        return;
    }
    size_t i = 0;
    while (model->entries[i].first.id != newest->id)
        i++;
    const uint32_t *tokens = model->entries[i].largest.tokens;
    ck_assert_str_eq(session->model, model->entries[i].largest.model);
    ck_assert_uint_eq(session->context_tokens, (uint64_t)tokens[TOKENS_INPUT] +
                                                   tokens[TOKENS_CACHE_WRITE_5M] +
                                                   tokens[TOKENS_CACHE_WRITE_1H] + tokens[TOKENS_CACHE_READ]);
}

static void check_sessions(const struct meter *meter, const struct model *model)
{
    size_t used = 0;
    for (size_t s = 0; s < SESSIONS; s++) {
        struct sums sums = {0};
        int64_t first = INT64_MAX, last = INT64_MIN;
        uint64_t tools = 0;
        for (size_t i = 0; i < model->entry_count; i++) {
            const struct model_entry *entry = &model->entries[i];
            if (strcmp(entry->first.session, session_names[s]) != 0)
                continue;
            add_to(&sums, entry);
            tools += entry->tools;
            first = entry->first.when < first ? entry->first.when : first;
            last = entry->first.when > last ? entry->first.when : last;
        }
        struct meter_session session;
        bool found = meter_find_session(meter, session_names[s], strlen(session_names[s]), &session);
        ck_assert(found == (sums.entries || newest_of(model, session_names[s])));
        check_sums(session.sums, sums);
        check_context(model, &session, session_names[s]);
        ck_assert_uint_eq(session.tool_calls, tools);
        if (sums.entries) {
            ck_assert_int_eq(session.first_us, first);
            ck_assert_int_eq(session.last_us, last);
            used++;
        }
    }
    ck_assert_uint_eq(meter_session_count(meter), used);
}

static int compare_entries(const void *a, const void *b)
{
    int64_t x = ((const struct model_entry *)a)->first.when, y = ((const struct model_entry *)b)->first.when;
    return (x > y) - (x < y);
}

/* The first active block, from all entries in order of time (transcripts.md, "Blocks"). */
static struct meter_block model_block(const struct model *model, int64_t now)
{
    static struct model_entry entries[MOST_COPIES];
    const size_t count = model->entry_count;
    memcpy(entries, model->entries, count * sizeof *entries);
    qsort(entries, count, sizeof *entries, compare_entries);
    struct meter_block block = {0};
    for (size_t i = 0; i <= count; i++) {
        int64_t when = i < count ? entries[i].first.when : INT64_MAX / 2;
        if (!block.sums.entries || when - block.start_us > 5 * HOUR || when - block.last_us > 5 * HOUR) {
            block.active = block.sums.entries && now - block.last_us < 5 * HOUR && now < block.end_us;
            if (block.active || i == count)
                break;
            int64_t start = when / HOUR * HOUR;
            block = (struct meter_block){.start_us = start, .end_us = start + 5 * HOUR, .first_us = when};
        }
        block.last_us = when;
        add_to(&block.sums, &entries[i]);
    }
    return block.active ? block : (struct meter_block){0};
}

static void check_block(struct meter *meter, const struct model *model, int64_t now)
{
    struct meter_block is = meter_active_block(meter, now), expected = model_block(model, now);
    ck_assert_int_eq(is.active, expected.active);
    ck_assert_int_eq(is.start_us, expected.start_us);
    ck_assert_int_eq(is.end_us, expected.end_us);
    ck_assert_int_eq(is.first_us, expected.first_us);
    ck_assert_int_eq(is.last_us, expected.last_us);
    check_sums(is.sums, expected.sums);
}

/* ---- random histories against the model -----------------------------------------------------------------
 */

static uint64_t seed;

static unsigned chance(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

static struct copy random_copy(unsigned path, uint64_t line, unsigned spread)
{
    struct copy copy = {
        .id = 1 + chance(60),
        .path = path_names[path],
        .session = session_names[chance(4) ? path % SESSIONS : chance(SESSIONS)],
        .model = model_names[chance(sizeof model_names / sizeof *model_names)],
        .when = 20000 * DAY + chance(spread) * HOUR / 4,
        .line = line,
        .usd = chance(3),
        .has_usd = chance(4) == 0,
        .fast = chance(3) == 0,
        .forked = chance(4) == 0,
        .foreign = chance(4) == 0,
        .sidechain = chance(5) == 0,
        .advisor = chance(9) == 0,
        .tool = chance(8),
    };
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        copy.tokens[kind] = chance(3) ? chance(4) : chance(150000);
    return copy;
}

/* The file is read on: what its unterminated line said before is gone; a few lines, the last perhaps
 * unterminated. */
static void read_on(struct meter *meter, struct model *model, unsigned path, uint64_t *line, unsigned spread)
{
    struct copy batch[8], before = {0};
    size_t count = 0, kept = 0, wanted = chance(4);
    for (size_t i = 0; i < model->count; i++) {
        if (model->copies[i].provisional && model->copies[i].path == path_names[path])
            before = model->copies[i];
        else
            model->copies[kept++] = model->copies[i];
    }
    model->count = kept;
    if (before.provisional && chance(4)) { /* most often the line is what it was, and now has its newline */
        before.provisional = chance(4) == 0;
        batch[count++] = before;
    }
    if (!count || !before.provisional)
        while (wanted--)
            batch[count++] = random_copy(path, (*line)++, spread);
    if (count)
        batch[count - 1].provisional = before.provisional && count == 1 ? true : chance(3) == 0;
    apply(meter, path_names[path], batch, count);
    for (size_t i = 0; i < count; i++)
        model->copies[model->count++] = batch[i];
    model_settle(model);
}

static void check_history(uint64_t start, unsigned spread)
{
    static struct model model;
    struct meter *meter = new_meter();
    uint64_t lines[PATHS] = {0};
    seed = start;
    model.count = model.entry_count = 0;
    while (model.count < MOST_COPIES - 8 && chance(90)) {
        unsigned path = chance(PATHS);
        read_on(meter, &model, path, &lines[path], spread);
        check_total_and_days(meter, &model);
        check_block(meter, &model, 20000 * DAY + chance(spread + 60) * HOUR / 4);
        if (chance(3) == 0)
            check_sessions(meter, &model);
    }
    check_sessions(meter, &model);
    for (unsigned i = 0; i < 40; i++)
        check_block(meter, &model, 20000 * DAY + chance(spread + 60) * HOUR / 4 + chance(2));
    meter_free(meter);
}

START_TEST(random_histories_equal_the_model)
{
    for (uint64_t i = 0; i < 24; i++)
        check_history(i, i % 3 == 0 ? 40 : i % 3 == 1 ? 300 : 3000);
}
END_TEST

/* The same copies in another order, and in other batches, give the same. */
START_TEST(order_does_not_matter)
{
    struct copy copies[120];
    struct sums expected = {0};
    seed = 77;
    for (unsigned i = 0; i < 120; i++)
        copies[i] = random_copy(chance(PATHS), i, 500);
    for (unsigned round = 0; round < 20; round++) {
        struct meter *meter = new_meter();
        for (unsigned i = 120; i-- > 1;) {
            unsigned other = chance(i + 1);
            struct copy copy = copies[i];
            copies[i] = copies[other];
            copies[other] = copy;
        }
        for (unsigned i = 0; i < 120; i++)
            apply_one(meter, copies[i]);
        if (round == 0)
            expected = meter_total(meter);
        check_sums(meter_total(meter), expected);
        meter_free(meter);
    }
}
END_TEST

/* ---- single rules ----------------------------------------------------------------------------------------
 */

START_TEST(first_copy_gives_time_and_largest_gives_tokens)
{
    struct meter *meter = new_meter();
    struct copy small = plain_copy(1, NOON), large = plain_copy(1, NOON + DAY);
    large.session = "fork";
    large.path = "/b";
    large.tokens[TOKENS_OUTPUT] = 2000;
    large.model = "claude-haiku-4-5";
    apply_one(meter, large);
    apply_one(meter, small);
    struct entry_view entry;
    meter_entry(meter, 0, &entry);
    ck_assert_uint_eq(meter_entry_count(meter), 1);
    ck_assert_int_eq(entry.when_us, NOON);
    ck_assert_str_eq(entry.session, "s");
    ck_assert_str_eq(entry.path, "/a");
    ck_assert_str_eq(entry.model, "claude-haiku-4-5");
    ck_assert_uint_eq(entry.tokens[TOKENS_OUTPUT], 2000);
    ck_assert_uint_eq(meter_day(meter, 20000).entries, 1);
    ck_assert_uint_eq(meter_day(meter, 20001).entries, 0);
    meter_free(meter);
}
END_TEST

START_TEST(provisional_line_counts_once)
{
    struct meter *meter = new_meter();
    struct copy copy = plain_copy(1, NOON);
    copy.provisional = true;
    apply_one(meter, copy);
    ck_assert_uint_eq(meter_entry_count(meter), 1);
    apply_one(meter, copy); /* read again, still without its newline */
    copy.provisional = false;
    apply_one(meter, copy);
    ck_assert_uint_eq(meter_entry_count(meter), 1);
    check_sums(meter_total(meter), meter_day(meter, 20000));
    meter_free(meter);
}
END_TEST

START_TEST(provisional_line_that_breaks_is_taken_back)
{
    struct meter *meter = new_meter();
    struct copy other = plain_copy(1, NOON + HOUR), copy = plain_copy(1, NOON), alone = plain_copy(2, NOON);
    other.path = "/b";
    copy.provisional = alone.provisional = true;
    copy.tokens[TOKENS_OUTPUT] = 5000;
    apply_one(meter, other);
    struct sums before = meter_total(meter);
    apply(meter, "/a", (struct copy[]){copy, alone}, 2);
    ck_assert_uint_eq(meter_entry_count(meter), 2);
    apply(meter, "/a", NULL, 0); /* more came on that line, and it is no longer a whole object */
    check_sums(meter_total(meter), before);
    ck_assert_uint_eq(meter_entry_count(meter), 1);
    meter_free(meter);
}
END_TEST

START_TEST(tool_calls_follow_their_entry)
{
    struct meter *meter = new_meter();
    struct meter_session session;
    struct copy copy = plain_copy(1, NOON), earlier = plain_copy(1, NOON - HOUR);
    copy.tool = 1;
    apply_one(meter, copy);
    apply_one(meter, copy); /* the same call in another line */
    copy.tool = 2;
    apply_one(meter, copy);
    ck_assert_uint_eq(meter_tool_calls(meter), 2);
    earlier.session = "origin";
    apply_one(meter, earlier);
    ck_assert(meter_find_session(meter, "origin", 6, &session));
    ck_assert_uint_eq(session.tool_calls, 2);
    ck_assert(meter_find_session(meter, "s", 1, &session)); /* has no entries any more, but a context */
    ck_assert_uint_eq(session.tool_calls, 0);
    ck_assert_uint_eq(session.sums.entries, 0);
    ck_assert_uint_eq(session.context_tokens, 130);
    meter_free(meter);
}
END_TEST

START_TEST(context_is_the_newest_of_the_main_chain)
{
    struct meter *meter = new_meter();
    struct meter_session session;
    struct copy first = plain_copy(1, NOON), second = plain_copy(2, NOON + HOUR),
                aside = plain_copy(3, NOON + 2 * HOUR);
    second.tokens[TOKENS_CACHE_READ] = 100000;
    second.model = "claude-haiku-4-5";
    aside.sidechain = true;
    apply_one(meter, second);
    apply_one(meter, first);
    apply_one(meter, aside);
    ck_assert(meter_find_session(meter, "s", 1, &session));
    ck_assert_uint_eq(session.context_tokens, 100080);
    ck_assert_uint_eq(session.context_size, 200000);
    ck_assert_str_eq(session.model, "claude-haiku-4-5");
    struct copy longer = plain_copy(4, NOON + 3 * HOUR);
    longer.model = "claude-haiku-4-5";
    longer.tokens[TOKENS_CACHE_READ] = 300000;
    apply_one(meter, longer);
    ck_assert(meter_find_session(meter, "s", 1, &session));
    ck_assert_uint_eq(session.context_size, 1000000);
    struct copy marked = plain_copy(5, NOON + 4 * HOUR);
    marked.model = "some-model[1m]";
    apply_one(meter, marked);
    ck_assert(meter_find_session(meter, "s", 1, &session));
    ck_assert_uint_eq(session.context_size, 1000000);
    ck_assert_str_eq(session.model, "some-model[1m]");
    meter_free(meter);
}
END_TEST

START_TEST(blocks_end_by_length_and_by_gap)
{
    struct meter *meter = new_meter();
    apply_one(meter, plain_copy(1, NOON + 20 * 60 * MICROSECONDS));
    apply_one(meter, plain_copy(2, NOON + 5 * HOUR)); /* exactly five hours after the start: still in */
    struct meter_block block = meter_active_block(meter, NOON + 5 * HOUR - 1);
    ck_assert(block.active);
    ck_assert_int_eq(block.start_us, NOON);
    ck_assert_int_eq(block.end_us, NOON + 5 * HOUR);
    ck_assert_uint_eq(block.sums.entries, 2);
    ck_assert(!meter_active_block(meter, NOON + 5 * HOUR).active); /* at its end it is over */
    apply_one(meter, plain_copy(3, NOON + 5 * HOUR + 1));
    block = meter_active_block(meter, NOON + 6 * HOUR);
    ck_assert_int_eq(block.start_us, NOON + 5 * HOUR);
    ck_assert_uint_eq(block.sums.entries, 1);
    ck_assert(!meter_active_block(meter, NOON + 30 * HOUR).active);
    meter_free(meter);
}
END_TEST

/* A clock that is wrong by years must not hide the block that is active now. */
START_TEST(entries_from_the_future_make_blocks_of_their_own)
{
    struct meter *meter = new_meter();
    apply_one(meter, plain_copy(1, NOON));
    apply_one(meter, plain_copy(2, NOON + 900 * DAY));
    struct meter_block block = meter_active_block(meter, NOON + HOUR);
    ck_assert(block.active);
    ck_assert_int_eq(block.start_us, NOON);
    apply_one(meter, plain_copy(3, NOON + HOUR));
    ck_assert_uint_eq(meter_active_block(meter, NOON + HOUR).sums.entries, 2);
    ck_assert_int_eq(meter_active_block(meter, NOON + 10 * HOUR).start_us,
                     NOON + 900 * DAY); /* as ccusage has it */
    meter_free(meter);
}
END_TEST

START_TEST(changed_sessions_are_told_once)
{
    struct meter *meter = new_meter();
    uint32_t changed[8];
    struct meter_session session;
    struct copy one = plain_copy(1, NOON), two = plain_copy(2, NOON);
    two.session = "t";
    apply_one(meter, one);
    apply_one(meter, two);
    ck_assert_uint_eq(meter_take_changed(meter, changed, 1), 1);
    ck_assert(meter_session_at(meter, changed[0], &session));
    ck_assert_str_eq(session.id, "s");
    ck_assert_uint_eq(meter_take_changed(meter, changed, 8), 1);
    ck_assert(meter_session_at(meter, changed[0], &session));
    ck_assert_str_eq(session.id, "t");
    ck_assert_uint_eq(meter_take_changed(meter, changed, 8), 0);
    one.tokens[TOKENS_OUTPUT]++;
    apply_one(meter, one);
    ck_assert_uint_eq(meter_take_changed(meter, changed, 8), 1);
    ck_assert(!meter_session_at(meter, 99, &session));
    ck_assert(!meter_find_session(meter, "none", 4, &session));
    meter_free(meter);
}
END_TEST

START_TEST(newest_line_tells_the_directory)
{
    struct meter *meter = new_meter();
    struct meter_session session;
    static const struct {
        const char *directory;
        int64_t when;
    } places[] = {{"/b", NOON}, {"/c", NOON - 1}, {"/a", NOON}};
    for (size_t i = 0; i < 3; i++) {
        struct batch batch;
        struct copy copy = plain_copy(1, NOON);
        batch_init(&batch, "/a");
        put(&batch, &copy);
        batch_add_place(&batch, string(&batch, "s"), string(&batch, places[i].directory), places[i].when);
        meter_apply(meter, &batch);
        batch_free(&batch);
    }
    ck_assert(meter_find_session(meter, "s", 1, &session));
    ck_assert_str_eq(session.directory, "/b");
    meter_free(meter);
}
END_TEST

START_TEST(modes_cost_what_they_say)
{
    struct meter *meter = new_meter();
    struct copy copy = plain_copy(1, NOON), unknown = plain_copy(2, NOON);
    struct entry_view entry;
    bool unpriced;
    copy.has_usd = true;
    copy.usd = 123;
    unknown.model = "mystery";
    apply(meter, "/a", (struct copy[]){copy, unknown}, 2);
    meter_entry(meter, 0, &entry);
    ck_assert(entry_cost(&entry, COST_AUTO, &unpriced) == 123 && !unpriced);
    ck_assert(entry_cost(&entry, COST_DISPLAY, &unpriced) == 123 && !unpriced);
    /* 10 x 5 + 20 x 25 + 30 x 6.25 + 40 x 10 + 50 x 0.5 millionths of a dollar */
    ck_assert(entry_cost(&entry, COST_CALCULATE, &unpriced) == 1162500000 && !unpriced);
    meter_entry(meter, 1, &entry);
    ck_assert(entry_cost(&entry, COST_AUTO, &unpriced) == 0 && unpriced);
    ck_assert(entry_cost(&entry, COST_DISPLAY, &unpriced) == 0 && !unpriced);
    ck_assert(entry_cost(&entry, COST_CALCULATE, &unpriced) == 0 && unpriced);
    meter_free(meter);
}
END_TEST

START_TEST(many_entries_are_found_again)
{
    struct meter *meter = new_meter();
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 5000; i++) {
            struct copy copy = plain_copy(i, NOON + i);
            apply_one(meter, copy);
        }
    ck_assert_uint_eq(meter_entry_count(meter), 5000);
    ck_assert_uint_eq(meter_total(meter).tokens[TOKENS_OUTPUT], 100000);
    meter_free(meter);
}
END_TEST

SUITE_MAIN("meter", random_histories_equal_the_model, order_does_not_matter,
           first_copy_gives_time_and_largest_gives_tokens, provisional_line_counts_once,
           provisional_line_that_breaks_is_taken_back, tool_calls_follow_their_entry,
           context_is_the_newest_of_the_main_chain, blocks_end_by_length_and_by_gap,
           entries_from_the_future_make_blocks_of_their_own, changed_sessions_are_told_once,
           newest_line_tells_the_directory, modes_cost_what_they_say, many_entries_are_found_again)
