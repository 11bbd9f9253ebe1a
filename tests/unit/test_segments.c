/*
 * Segments: what each shows for known facts, that none shows anything for unknown ones, and that what other
 * status lines' widgets are called here exists.
 */
#include "../../agent/base/zone.h"
#include "../../agent/git/git.h"
#include "../../agent/render/look_build.h"
#include "../../agent/render/segments.h"
#include "suite.h"
#include "support_fit.h"
#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1700000000000000)

static struct rendering rendering;

/* What segments show of the sample session, all of them, in order. */
static const struct {
    const char *name, *text;
} samples[] = {
    {"stale", "◷"},
    {"stale.word", "stale, of 14:05"},
    {"model", "Opus 4.1 high fast"},
    {"model.name", "Opus 4.1"},
    {"model.id", "claude-opus-4-1-20250805"},
    {"model.effort", "high"},
    {"model.thinking", "thinking"},
    {"model.fast", "fast"},
    {"session.name", "punch cards"},
    {"session.id", "7c1e5a52"},
    {"session.clock", "1h 35m"},
    {"session.api", "api 21m"},
    {"session.messages", "63 msgs"},
    {"session.tools", "48 tools"},
    {"session.version", "v2.1.240"},
    {"session.style", "Explanatory"},
    {"session.agent", "reviewer"},
    {"session.vim", "INSERT"},
    {"session.mode", "plan"},
    {"session.sandbox", "sandbox"},
    {"session.voice", "voice"},
    {"session.remote", "remote"},
    {"session.state", "busy"},
    {"account.email", "ada@example.org"},
    {"sessions", "Opus 4.1 62% waiting"},
    {"directory", "~/loom/cards"},
    {"directory.base", "cards"},
    {"directory.full", "~/loom/cards"},
    {"directory.fish", "~/l/cards"},
    {"directory.project", "loom"},
    {"directory.added", "+2 dirs"},
    {"worktree", "jacquard"},
    {"worktree.mark", "⧉"},
    {"worktree.branch", "feature/jacquard"},
    {"worktree.original", "main"},
    {"worktree.from", "~/loom"},
    {"git.branch", "feature/jacquard"},
    {"git.sync", "⇡2⇣1"},
    {"git.action", "rebase 2/5"},
    {"git.changes", "✗1 +3 !4 ?1"},
    {"git.stashes", "*1"},
    {"git.push", ""},
    {"git.kind", ""},
    {"git.ahead", "⇡2"},
    {"git.behind", "⇣1"},
    {"git.staged", "+3"},
    {"git.unstaged", "!4"},
    {"git.untracked", "?1"},
    {"git.conflicts", "✗1"},
    {"git.clean", "●"},
    {"git.commit", "3f9c1d2e"},
    {"git.age", "2h 5m ago"},
    {"git.tag", "v2.4.0"},
    {"git.upstream", "origin/feature/jacquard"},
    {"git.root", "loom"},
    {"repository", "ada/loom"},
    {"repository.owner", "ada"},
    {"repository.name", "loom"},
    {"repository.host", "github.com"},
    {"repository.upstream", "charles/loom"},
    {"repository.fork", "fork"},
    {"review", "PR #42 approved"},
    {"review.number", "PR #42"},
    {"review.state", "approved"},
    {"lines", "+156 −23"},
    {"lines.added", "+156"},
    {"lines.removed", "−23"},
    {"context.used", "62%"},
    {"context.left", "37% left"},
    {"context.bar", "▰▰▰▰▰▱▱▱"},
    {"context.tokens", "125k/200k"},
    {"context.length", "125k"},
    {"context.size", "200k"},
    {"context.usable", "74% of usable"},
    {"context.compact", "42k to compact"},
    {"context.warning", ">200k"},
    {"tokens.input", "45k in"},
    {"tokens.output", "38k out"},
    {"tokens.cached", "3.2M cached"},
    {"tokens.total", "3.2M tokens"},
    {"tokens.last", "↑125k ↓850"},
    {"tokens.today", "9.4M today"},
    {"tokens.block", "4.1M block"},
    {"tokens.rate", "65 tok/s"},
    {"tokens.rate.input", "35 in/s"},
    {"tokens.rate.output", "30 out/s"},
    {"cache.hit", "89% hit"},
    {"cache.read", "120k cache read"},
    {"cache.write", "3.1k cache write"},
    {"cache.expiry", "cache 4m"},
    {"cost.session", "$4.87"},
    {"cost.today", "$23.15 today"},
    {"cost.spent", "$23.15"},
    {"cost.week", "$84.20 week"},
    {"cost.month", "$312.75 month"},
    {"cost.block", "$11.20 block"},
    {"cost.rate", "$4.23/h"},
    {"cost.projected", "→ $20.57 block"},
    {"budget.session", "48% of session"},
    {"budget.today", "46% of today"},
    {"budget.week", "42% of week"},
    {"budget.month", "52% of month"},
    {"budget.block", "56% of block"},
    {"block", "2h 13m left $11.20"},
    {"block.left", "2h 13m left"},
    {"block.timer", "2h 47m"},
    {"block.bar", "▰▰▰▰▱▱▱▱"},
    {"limit.five_hour", "5h 42%"},
    {"limit.five_hour.bar", "▰▰▰▱▱▱▱▱"},
    {"limit.five_hour.reset", "5h reset 2h 13m"},
    {"limit.five_hour.pace", "→ 75%"},
    {"limit.seven_day", "7d 68%"},
    {"limit.seven_day.bar", "▰▰▰▰▰▱▱▱"},
    {"limit.seven_day.reset", "7d reset 4d 0h"},
    {"limit.seven_day.pace", "→ 158%"},
    {"alert", "⚠ budget-today +1"},
    {"activity.tool", "Bash"},
    {"activity.todos", "☐ 3/7"},
    {"activity.agents", "3 agents"},
    {"activity.skill", "weaving"},
    {"activity.error", "overloaded"},
    {"activity.retries", "retry 2"},
    {"activity.compactions", "compacted 1×"},
    {"agent.memory", "16 MiB"},
    {"agent.behind", "3 MiB behind"},
    {"agent.unsaved", "4m unsaved"},
    {"host.name", "loom"},
    {"host.user", "ada"},
    {"host.memory", "6.6/15.6G"},
    {"host.load", "load 1.42"},
    {"host.battery", "81%"},
    {"host.clock", "14:05"},
    {"host.date", "2025-11-21"},
    {"text", "hello"},
    {"link", "hello"},
    {"command", "12 °C, rain"},
};

static const char *sample_of(const struct segment *segment)
{
    segment_sample(&rendering, segment);
    return support_fit(&rendering, 0, true);
}

START_TEST(each_shows_what_it_says)
{
    size_t count = 0;
    ck_assert(zone_use("UTC"));
    for (; segment_at(count); count++) {
        const struct segment *segment = segment_at(count);
        ck_assert_uint_lt(count, sizeof samples / sizeof *samples);
        ck_assert_str_eq(segment->name, samples[count].name);
        ck_assert_str_eq(sample_of(segment), samples[count].text);
        ck_assert_ptr_eq(segment_find(segment->name, strlen(segment->name)), segment);
        ck_assert_int_gt(segment->priority, 0);
        ck_assert(*segment->shows);
    }
    ck_assert_uint_eq(count, sizeof samples / sizeof *samples);
    ck_assert_ptr_null(segment_find("context.usedx", 13));
    ck_assert_ptr_null(segment_find("", 0));
}
END_TEST

/* ---- unknown facts --------------------------------------------------------------------------------- */

static const char *drawn(const struct segment *segment, const struct facts *facts)
{
    struct look look = render_look_default();
    struct line line;
    line_begin(&line, &rendering, &look, TACHO_PLAIN, TACHO_NO_COLOUR);
    piece_open(&line, 0, LEAD_SPACE);
    segment->draw(&line, facts);
    piece_close(&line);
    return support_fit(&rendering, 0, true);
}

/* Those that need no facts: they show what is always known. */
static bool shows_always(const char *name)
{
    static const char *const names[] = {"stale", "stale.word", "context.used", "host.clock", "host.date"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

START_TEST(unknown_shows_nothing)
{
    const struct facts facts = facts_unknown(NOW);
    for (size_t i = 0; segment_at(i); i++) {
        const char *text = drawn(segment_at(i), &facts);
        if (shows_always(segment_at(i)->name))
            ck_assert_msg(*text, "%s shows nothing", segment_at(i)->name);
        else
            ck_assert_msg(!*text, "%s shows \"%s\"", segment_at(i)->name, text);
    }
}
END_TEST

/* An empty repository, and a window of no size. */
START_TEST(hardly_known_shows_nothing_wrong)
{
    static const struct git_state git = {
        .ahead = -1, .behind = -1, .staged = -1, .unstaged = -1, .untracked = -1, .conflicted = -1};
    struct facts facts = facts_unknown(NOW);
    facts.git = &git;
    facts.context_used_e2 = 0;
    facts.five_hour = (struct fact_limit){true, 0, 0};
    for (size_t i = 0; segment_at(i); i++)
        if (strcmp(segment_at(i)->name, "host.date") != 0)
            ck_assert_ptr_null(strstr(drawn(segment_at(i), &facts), "-1"));
}
END_TEST

/* ---- values at their edges ------------------------------------------------------------------------- */

static const char *shown(const char *name, const struct facts *facts)
{
    const struct segment *segment = segment_find(name, strlen(name));
    ck_assert_ptr_nonnull(segment);
    return drawn(segment, facts);
}

START_TEST(directories_in_every_form)
{
    struct facts facts = facts_unknown(NOW);
    facts.home = "/home/ada";
    facts.directory = fact_string("/home/ada");
    ck_assert_str_eq(shown("directory.base", &facts), "~");
    ck_assert_str_eq(shown("directory.fish", &facts), "~");
    ck_assert_str_eq(shown("directory.full", &facts), "~");
    facts.directory = fact_string("/");
    ck_assert_str_eq(shown("directory.base", &facts), "/");
    ck_assert_str_eq(shown("directory.fish", &facts), "/");
    facts.directory = fact_string("/home/adam/.config/日本語/x");
    ck_assert_str_eq(shown("directory.fish", &facts), "/h/a/.c/日/x");
    facts.directory = fact_string("C:\\src\\loom");
    ck_assert_str_eq(shown("directory.full", &facts), "C:\\src\\loom");
    facts.directory = fact_string("relative");
    ck_assert_str_eq(shown("directory.fish", &facts), "relative");
}
END_TEST

START_TEST(modes_and_states)
{
    struct facts facts = facts_unknown(NOW);
    facts.mode = fact_string("default");
    ck_assert_str_eq(shown("session.mode", &facts), "");
    facts.mode = fact_string("acceptEdits");
    ck_assert_str_eq(shown("session.mode", &facts), "accept edits");
    facts.mode = fact_string("somethingNew");
    ck_assert_str_eq(shown("session.mode", &facts), "somethingNew");
    facts.state = STATE_WAITING;
    ck_assert_str_eq(shown("session.state", &facts), "waiting for you");
    facts.output_style = fact_string("default");
    ck_assert_str_eq(shown("session.style", &facts), "");
    facts.review = (struct fact_review){7, {NULL, 0}, fact_string("changes_requested"), fact_string("mr")};
    ck_assert_str_eq(shown("review", &facts), "MR !7 changes requested");
    facts.activity.compacting = true;
    ck_assert_str_eq(shown("activity.compactions", &facts), "compacting");
    facts.activity.todo_total = facts.activity.todo_done = 4;
    ck_assert_str_eq(shown("activity.todos", &facts), "☑ 4/4");
}
END_TEST

START_TEST(compaction_is_counted_down_to)
{
    struct facts facts = facts_unknown(NOW);
    facts.context_used_e2 = 9500;
    facts.context_tokens = 190000;
    facts.context_size = 200000;
    ck_assert_str_eq(shown("context.compact", &facts), "compacts next");
    ck_assert_str_eq(shown("context.usable", &facts), "100% of usable");
    facts.context_tokens = 100000;
    facts.context_used_e2 = 5000;
    facts.context_estimated = true;
    ck_assert_str_eq(shown("context.compact", &facts), "67k to compact");
    ck_assert_str_eq(shown("context.used", &facts), "~50%");
    facts.cache_until_us = facts.now_us - 1;
    ck_assert_str_eq(shown("cache.expiry", &facts), "cache cold");
}
END_TEST

/* A block that has just begun gives no rate: its first minute would be multiplied by hundreds. */
START_TEST(rates_need_time)
{
    struct facts facts = facts_unknown(NOW);
    facts.block_active = true;
    facts.block_cost_pusd = INT64_C(1000000000000);
    facts.block_end_us = facts.now_us + INT64_C(7200000000);
    facts.block_first_us = facts.now_us - 1000000;
    facts.block_last_us = facts.now_us;
    ck_assert_str_eq(shown("cost.rate", &facts), "");
    facts.block_first_us = facts.now_us - INT64_C(1800000000);
    ck_assert_str_eq(shown("cost.rate", &facts), "$2.00/h");
    ck_assert_str_eq(shown("cost.projected", &facts), "→ $5.00 block");
    facts.five_hour = (struct fact_limit){true, 2000, facts.now_us + INT64_C(9000000000)};
    ck_assert_str_eq(shown("limit.five_hour.pace", &facts), "→ 40%");
    facts.five_hour.resets_us = facts.now_us + INT64_C(17990000000);
    ck_assert_str_eq(shown("limit.five_hour.pace", &facts), "");
}
END_TEST

/* ---- links ----------------------------------------------------------------------------------------- */

static const char *linked(const char *url)
{
    struct look look = render_look_default();
    struct facts facts = facts_unknown(NOW);
    struct line line;
    facts.review = (struct fact_review){7, fact_string(url), {NULL, 0}, {NULL, 0}};
    line_begin(&line, &rendering, &look, TACHO_CLAUDE, TACHO_TRUE_COLOUR);
    piece_open(&line, 0, LEAD_SPACE);
    segment_find("review.number", 13)->draw(&line, &facts);
    piece_close(&line);
    ck_assert_uint_eq(rendering.pieces[0].body_columns, 5);
    return support_fit(&rendering, 0, true);
}

START_TEST(only_harmless_addresses_are_linked)
{
    ck_assert_ptr_nonnull(strstr(linked("https://x.org/pull/7"), "\033]8;;https://x.org/pull/7\033\\"));
    ck_assert_ptr_nonnull(strstr(linked("https://x.org/pull/7"), "\033]8;;\033\\"));
    ck_assert_ptr_null(strstr(linked("https://x.org/\033\\\033[2J"), "\033]8"));
    ck_assert_ptr_null(strstr(linked("javascript:alert(1)"), "\033]8"));
    ck_assert_ptr_null(strstr(linked("https://x.org/\a"), "\033]8"));
    ck_assert_ptr_null(strstr(linked("https://x.org/ü"), "\033]8"));
}
END_TEST

/* ---- groups and peers ------------------------------------------------------------------------------ */

static void not_expected(void *data, const struct look_setting *setting, const char *why)
{
    ck_abort_msg("%s: %s = %s: %s", (const char *)data, setting->name, setting->value, why);
}

static void check_row(const char *row, const char *whose)
{
    const struct look_setting setting = {"line.row", row};
    struct look look = look_build(&setting, 1, not_expected, (void *)(uintptr_t)whose);
    look_free(&look);
}

START_TEST(groups_name_segments)
{
    for (size_t i = 0; segment_group_at(i); i++)
        check_row(segment_group_at(i)->row, segment_group_at(i)->name);
    for (size_t i = 0; look_preset_at(i); i++)
        for (const char *at = look_preset_at(i)->rows; at;
             at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
            char row[512];
            snprintf(row, sizeof row, "%.*s", (int)strcspn(at, "\n"), at);
            check_row(row, look_preset_at(i)->name);
        }
}
END_TEST

START_TEST(every_peers_widget_has_its_place)
{
    size_t count = 0, without = 0;
    for (; segment_peer_at(count); count++) {
        const struct segment_peer *peer = segment_peer_at(count);
        if (*peer->ours)
            check_row(peer->ours, peer->theirs);
        else
            ck_assert_msg(*peer->note, "%s has no counterpart and no reason", peer->theirs);
        without += !*peer->ours;
    }
    ck_assert_uint_ge(count, 150);
    ck_assert_uint_le(without, 9);
}
END_TEST

SUITE_MAIN("segments", each_shows_what_it_says, unknown_shows_nothing, hardly_known_shows_nothing_wrong,
           directories_in_every_form, modes_and_states, compaction_is_counted_down_to, rates_need_time,
           only_harmless_addresses_are_linked, groups_name_segments, every_peers_widget_has_its_place)
