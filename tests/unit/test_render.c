/*
 * Lines: what is drawn for known facts, and, for random and hostile facts on every surface at every depth
 * and width, that nothing drawn is wider than stated, obeyed by a terminal or read by a shell.
 */
#include "../../agent/git/git.h"
#include "../../agent/render/line.h"
#include "suite.h"
#include "support_fit.h"
#include <string.h>

#define NOW    INT64_C(1700000000000000)
#define MINUTE INT64_C(60000000)
#define DOLLAR INT64_C(1000000000000)
static struct rendering rendering;
static struct git_state git;
static struct facts facts;
static struct look look;

/* Where nothing is known. */
static void begin(void)
{
    look = render_look_default();
    git = (struct git_state){.root = "/home/dev/tacho", .engine = "index"};
    facts = facts_unknown(NOW);
    facts.home = "/home/dev";
}

/* An ordinary session in a repository. */
static void begin_session(void)
{
    begin();
    strncpy(git.branch, "main", sizeof git.branch - 1);
    strncpy(git.oid, "1a2b3c4d5e6f7a8b", sizeof git.oid - 1);
    git.ahead = 1, git.staged = 2, git.unstaged = 3, git.untracked = 1, git.stashes = 1;
    facts.git = &git;
    facts.model = fact_string("Opus 5.5");
    facts.effort = fact_string("high");
    facts.directory = fact_string("/home/dev/tacho/agent");
    facts.context_used_e2 = 4231, facts.context_tokens = 84620, facts.context_size = 200000;
    facts.session_cost_pusd = DOLLAR * 123 / 100, facts.today_cost_pusd = DOLLAR * 1234 / 100;
    facts.block_active = true, facts.block_cost_pusd = DOLLAR * 32 / 10,
    facts.block_end_us = NOW + 133 * MINUTE;
    facts.five_hour = (struct fact_limit){true, 2450, NOW + 133 * MINUTE};
    facts.seven_day = (struct fact_limit){true, 4100, NOW + 5000 * MINUTE};
}

static const char *status(uint32_t columns)
{
    render_status_line(&rendering, &facts, &look, TACHO_PLAIN, TACHO_TRUE_COLOUR);
    return support_fit(&rendering, columns, false);
}

static const char *prompt(void)
{
    render_prompt(&rendering, &facts, &look, TACHO_PLAIN, TACHO_NO_COLOUR);
    return support_fit(&rendering, 0, false);
}

static const char *json(void)
{
    render_json(&rendering, &facts);
    return support_fit(&rendering, 1, false);
}

/* ---- known facts ----------------------------------------------------------------------------------------
 */

START_TEST(a_session_in_full)
{
    begin_session();
    ck_assert_str_eq(status(0),
                     "Opus 5.5 high │ ~/tacho/agent │ main ⇡1 +2 !3 ?1 *1 │ 42% ▰▰▰▱▱▱▱▱ 84k/200k │ "
                     "$1.23 · $12.34 today │ 2h 13m left $3.20 │ 5h 24% · 7d 41%");
    look.ascii = true;
    ck_assert_str_eq(status(0),
                     "Opus 5.5 high | ~/tacho/agent | main >1 +2 !3 ?1 *1 | 42% [###-----] 84k/200k | "
                     "$1.23 . $12.34 today | 2h 13m left $3.20 | 5h 24% . 7d 41%");
}
END_TEST

START_TEST(narrow_lines_keep_what_matters)
{
    begin_session();
    ck_assert_str_eq(status(76), "Opus 5.5 high │ main ⇡1 +2 !3 ?1 *1 │ 42% │ $1.23 · $12.34 today │ 5h 24%");
    ck_assert_str_eq(status(40), "Opus 5.5 high │ main ⇡1 +2 !3 ?1 │ 42%");
    ck_assert_str_eq(status(20), "Opus 5.5 high │ 42%");
    ck_assert_str_eq(status(4), "42%");
}
END_TEST

START_TEST(nothing_known_still_shows_something)
{
    begin();
    ck_assert_str_eq(status(0), "--%");
    ck_assert_str_eq(status(4), "--%");
    ck_assert_str_eq(prompt(), "");
    render_prompt(&rendering, &facts, &look, TACHO_BASH, TACHO_TRUE_COLOUR);
    ck_assert_uint_eq(rendering.piece_count, 0);
}
END_TEST

START_TEST(context_is_never_full_before_it_is)
{
    begin();
    facts.context_used_e2 = 9987;
    ck_assert_str_eq(status(0), "99% ▰▰▰▰▰▰▰▱");
    facts.context_used_e2 = 10000;
    ck_assert_str_eq(status(0), "100% ▰▰▰▰▰▰▰▰");
    facts.context_used_e2 = 12345;
    ck_assert_str_eq(status(4), "100%");
    facts.context_used_e2 = 0;
    ck_assert_str_eq(status(0), "0% ▱▱▱▱▱▱▱▱");
}
END_TEST

START_TEST(heads_of_every_kind)
{
    begin_session();
    facts.today_cost_pusd = 0;
    git.ahead = git.staged = git.unstaged = git.untracked = git.stashes = 0;
    ck_assert_str_eq(prompt(), "~/tacho/agent main");
    git.unborn = true;
    ck_assert_str_eq(prompt(), "~/tacho/agent main (unborn)");
    git.unborn = false, git.detached = true, git.branch[0] = '\0';
    ck_assert_str_eq(prompt(), "~/tacho/agent @1a2b3c4d");
    strncpy(git.tag, "v1.2", sizeof git.tag - 1);
    ck_assert_str_eq(prompt(), "~/tacho/agent @v1.2");
    git.tag[0] = git.oid[0] = '\0';
    ck_assert_str_eq(prompt(), "~/tacho/agent (git?)");
}
END_TEST

START_TEST(git_states)
{
    begin_session();
    ck_assert_str_eq(prompt(), "~/tacho/agent main ⇡1 +2 !3 ?1 *1 $12.34");
    git.behind = 4, git.conflicted = 2, git.step = 3, git.steps = 10, git.stashes = 0;
    strncpy(git.action, "rebase", sizeof git.action - 1);
    ck_assert_str_eq(prompt(), "~/tacho/agent main ⇡1⇣4 rebase 3/10 ✗2 +2 !3 ?1 $12.34");
    facts.git_stale = true;
    ck_assert_str_eq(prompt(), "~/tacho/agent main ⇡1⇣4 rebase 3/10 ✗2 +2 !3 ?1… $12.34");
    git = (struct git_state){.branch = "topic",
                             .ahead = -1,
                             .behind = -1,
                             .staged = -1,
                             .unstaged = -1,
                             .untracked = -1,
                             .conflicted = -1,
                             .stashes = -1,
                             .action = "bisect"};
    facts.git_stale = false;
    ck_assert_str_eq(prompt(), "~/tacho/agent topic bisect … $12.34");
    facts.git = NULL;
    ck_assert_str_eq(prompt(), "~/tacho/agent $12.34");
}
END_TEST

START_TEST(long_names_are_cut_at_graphemes)
{
    begin_session();
    memset(git.branch, 'b', 100);
    memcpy(git.branch + 38, "🧑\u200d💻", strlen("🧑\u200d💻"));
    facts.today_cost_pusd = -1, git.ahead = git.staged = git.unstaged = git.untracked = git.stashes = 0;
    ck_assert_str_eq(prompt(), "~/tacho/agent bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…");
    begin();
    facts.session_name = fact_string("a session name that goes on and on");
    facts.model = fact_string("A model's name that is far beyond what a line can bear");
    ck_assert_str_eq(status(0), "A model's name that is far be… · a session name that goe… │ --%");
}
END_TEST

START_TEST(sums_while_catching_up_say_at_least)
{
    begin();
    facts.session_cost_pusd = DOLLAR * 1239 / 1000, facts.today_cost_pusd = 1, facts.catching_up = true;
    ck_assert_str_eq(status(0), "--% │ ≥$1.23 · ≥$0.00 today");
    facts.catching_up = false;
    ck_assert_str_eq(status(0), "--% │ $1.24 · <$0.01 today");
}
END_TEST

START_TEST(high_limits_say_when_they_reset)
{
    begin();
    facts.five_hour = (struct fact_limit){true, 8000, NOW + 75 * MINUTE};
    facts.seven_day = (struct fact_limit){true, 7999, 0};
    ck_assert_str_eq(status(0), "--% │ 5h 80% 1h 15m · 7d 79%");
    ck_assert_int_eq(render_valid_until(&facts), NOW + MINUTE);
    facts.five_hour.resets_us = 0;
    ck_assert_str_eq(status(0), "--% │ 5h 80% · 7d 79%");
    facts.five_hour.resets_us = NOW; /* over: says nothing about now */
    ck_assert_str_eq(status(0), "--% │ 7d 79%");
}
END_TEST

START_TEST(lines_are_valid_until_the_clock_changes_them)
{
    begin();
    ck_assert_int_eq(render_valid_until(&facts), INT64_MAX);
    facts.five_hour = (struct fact_limit){true, 100, NOW + 75 * MINUTE + 5};
    ck_assert_int_eq(render_valid_until(&facts), NOW + 75 * MINUTE + 5);
    facts.block_active = true, facts.block_end_us = NOW + 10 * MINUTE + 7;
    ck_assert_int_eq(render_valid_until(&facts), NOW + 7);
    char before[RENDER_TEXT_MAX];
    for (int i = 0; i < 15 && render_valid_until(&facts) < NOW + 60 * MINUTE; i++) {
        int64_t until = render_valid_until(&facts);
        snprintf(before, sizeof before, "%s", status(0));
        facts.now_us = until - 1;
        ck_assert_str_eq(before, status(0));
        facts.now_us = until;
        ck_assert_str_ne(before, status(0));
    }
    ck_assert_str_eq(status(0), "--% │ 5h 1%"); /* the block is over */
}
END_TEST

START_TEST(stale_lines_say_so)
{
    begin_session();
    status(0);
    ck_assert_ptr_nonnull(strstr(support_fit(&rendering, 0, true), " │ ◷ stale"));
    ck_assert_ptr_null(strstr(support_fit(&rendering, 0, false), "stale"));
    ck_assert_str_eq(support_fit(&rendering, 10, true), "42% │ ◷");
    prompt();
    ck_assert_str_eq(support_fit(&rendering, 0, true),
                     "~/tacho/agent main ⇡1 +2 !3 ?1 *1 $12.34 ◷ stale, of 22:13");
}
END_TEST

START_TEST(json_has_every_key)
{
    begin();
    ck_assert_str_eq(
        json(), "{\"model\":null,\"effort\":null,\"fast_mode\":false,\"directory\":null,\"session\":null,"
                "\"state\":null,\"mode\":null,\"activity\":{\"tool\":null,\"skill\":null,\"error\":null,"
                "\"retries\":0,\"agents\":0,\"todo_done\":0,\"todo_total\":0,\"compacting\":false},"
                "\"context\":{\"used_percent\":null,\"tokens\":null,\"size\":null,\"estimated\":false},"
                "\"cost\":{\"session\":null,\"today\":null,\"block\":null,\"at_least\":false},\"block\":null,"
                "\"limits\":{\"five_hour\":null,\"seven_day\":null},\"alerts\":{\"raised\":0,\"latest\":null}"
                ",\"git\":null}");
    begin_session();
    facts.git_stale = true, git.as_of_us = NOW - 2500000, git.push_ahead = -1;
    facts.model = fact_string("O\"p\\us\n");
    facts.state = STATE_WAITING, facts.mode = fact_string("plan"), facts.context_estimated = true;
    facts.alerts = (struct fact_alerts){.name = fact_string("context"), .count = 2};
    facts.activity = (struct fact_activity){.tool = fact_string("Bash"),
                                            .retries = 2,
                                            .agents = 1,
                                            .todo_done = 3,
                                            .todo_total = 5,
                                            .compacting = true};
    ck_assert_str_eq(
        json(),
        "{\"model\":\"O\\\"p\\\\us␊\",\"effort\":\"high\",\"fast_mode\":false,"
        "\"directory\":\"/home/dev/tacho/agent\",\"session\":null,"
        "\"state\":\"waiting\",\"mode\":\"plan\",\"activity\":{\"tool\":\"Bash\",\"skill\":null,"
        "\"error\":null,\"retries\":2,\"agents\":1,\"todo_done\":3,\"todo_total\":5,\"compacting\":true},"
        "\"context\":{\"used_percent\":42.31,\"tokens\":84620,\"size\":200000,\"estimated\":true},"
        "\"cost\":{\"session\":1.23,\"today\":12.34,\"block\":3.2,\"at_least\":false},"
        "\"block\":{\"ends_at\":1700007980,\"cost\":3.2},"
        "\"limits\":{\"five_hour\":{\"used_percent\":24.5,\"resets_at\":1700007980},"
        "\"seven_day\":{\"used_percent\":41,\"resets_at\":1700300000}},"
        "\"alerts\":{\"raised\":2,\"latest\":\"context\"},"
        "\"git\":{\"branch\":\"main\",\"oid\":\"1a2b3c4d5e6f7a8b\",\"detached\":false,\"upstream\":null,"
        "\"ahead\":1,\"behind\":0,\"push_ahead\":null,\"push_behind\":0,\"staged\":2,\"unstaged\":3,"
        "\"untracked\":1,\"conflicted\":0,\"stashes\":1,\"action\":null,\"step\":null,\"steps\":null,"
        "\"tag\":null,\"worktree\":null,\"engine\":\"index\",\"stale_ms\":2500}}");
}
END_TEST

START_TEST(json_fits_whatever_the_texts)
{
    static const char *const units[] = {
        "\"", "\\", "\x01", "\xff", "果", "🧑\u200d💻", "e\u0301\u0301\u0301\u0301"};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        static char text[20000];
        size_t size = strlen(units[u]);
        for (size_t i = 0; i + size <= sizeof text; i += size)
            memcpy(text + i, units[u], size);
        begin_session();
        facts.model = facts.effort = facts.directory = facts.session_name =
            (struct fact_text){text, sizeof text - 64};
        facts.context_tokens = facts.session_cost_pusd = facts.today_cost_pusd = facts.block_cost_pusd =
            INT64_MAX;
        memcpy(git.branch, text, sizeof git.branch - 1);
        memcpy(git.upstream, text, sizeof git.upstream - 1);
        memcpy(git.tag, text, sizeof git.tag - 1);
        memcpy(git.worktree, text, sizeof git.worktree - 1);
        memcpy(git.oid, text, sizeof git.oid - 1);
        memcpy(git.action, text, sizeof git.action - 1);
        memcpy(git.engine, text, sizeof git.engine - 1);
        const char *object = json();
        ck_assert_uint_lt(rendering.text_size, RENDER_TEXT_MAX);
        ck_assert_str_eq(object + strlen(object) - strlen(",\"stale_ms\":0}}"), ",\"stale_ms\":0}}");
        bool inside = false;
        int depth = 0;
        for (const char *at = object; *at; at++) {
            ck_assert_uint_ge((uint8_t)*at, ' ');
            if (inside && *at == '\\')
                at++;
            else if (*at == '"')
                inside = !inside;
            else if (!inside)
                depth += (*at == '{') - (*at == '}');
        }
        ck_assert(!inside && depth == 0);
    }
}
END_TEST

START_TEST(escapes_of_each_surface)
{
    begin();
    facts.today_cost_pusd = DOLLAR;
    static const struct {
        enum tacho_surface surface;
        enum tacho_depth depth;
        const char *expected;
    } cases[] = {
        {TACHO_BASH, TACHO_TRUE_COLOUR, "\001\033[38;2;255;215;175m\002$\001\0021.00\001\033[0m\002"},
        {TACHO_BASH, TACHO_NO_COLOUR, "$\001\0021.00"},
        {TACHO_ZSH, TACHO_256_COLOURS, "%{\033[38;5;223m%}$%{%}1.00%{\033[0m%}"},
        {TACHO_FISH, TACHO_16_COLOURS, "\033[97m$1.00\033[0m"},
        {TACHO_FISH, TACHO_NO_COLOUR, "$1.00"},
        {TACHO_TMUX, TACHO_TRUE_COLOUR, "#[fg=#ffd7af]$1.00#[default]"},
        {TACHO_TMUX, TACHO_16_COLOURS, "#[fg=brightwhite]$1.00#[default]"},
        {TACHO_PLAIN, TACHO_TRUE_COLOUR, "$1.00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        render_prompt(&rendering, &facts, &look, cases[i].surface, cases[i].depth);
        ck_assert_str_eq(support_fit(&rendering, 0, false), cases[i].expected);
    }
}
END_TEST

START_TEST(pieces_without_room_are_left_out)
{
    static char long_text[RENDER_TEXT_MAX];
    struct line line;
    begin();
    memset(long_text, 'x', sizeof long_text);
    line_begin(&line, &rendering, &look, TACHO_FISH, TACHO_TRUE_COLOUR);
    for (uint8_t rank = 0; rank < TACHO_PIECES_MAX + 5; rank++) {
        piece_open(&line, rank, LEAD_BAR);
        piece_outside(&line, ROLE_MODEL, rank == 3 ? long_text : "short", rank == 3 ? sizeof long_text : 5,
                      UINT16_MAX);
        piece_close(&line);
    }
    ck_assert_uint_eq(rendering.piece_count, TACHO_PIECES_MAX);
    for (uint32_t i = 0; i < rendering.piece_count; i++) {
        ck_assert_uint_eq(rendering.pieces[i].body_columns, 5);
        ck_assert_uint_ne(rendering.pieces[i].rank, 3);
    }
    line_begin(&line, &rendering, &look, TACHO_FISH, TACHO_TRUE_COLOUR);
    piece_open(&line, 0, LEAD_BAR);
    piece_close(&line);
    ck_assert_uint_eq(rendering.piece_count, 0);
    ck_assert_uint_eq(rendering.text_size, 0);
}
END_TEST

START_TEST(an_old_limit_says_how_old)
{
    begin_session();
    facts.five_hour_heard_us = NOW - 29 * MINUTE, facts.seven_day_heard_us = NOW - 95 * MINUTE;
    ck_assert_ptr_nonnull(strstr(status(0), "5h 24% · 7d 41% (1h 35m old)"));
    facts.five_hour_heard_us = facts.seven_day_heard_us = NOW - 30 * MINUTE;
    ck_assert_ptr_nonnull(strstr(status(0), "5h 24% (30m old) · 7d 41% (30m old)"));
}
END_TEST

START_TEST(an_estimate_is_marked)
{
    begin_session();
    facts.context_estimated = true;
    ck_assert_ptr_nonnull(strstr(status(0), "~42%"));
    ck_assert_str_eq(status(4), "~42%");
    facts.context_used_e2 = 10000;
    ck_assert_str_eq(status(4), "100%");
}
END_TEST

SUITE_MAIN("render", an_estimate_is_marked, an_old_limit_says_how_old, a_session_in_full,
           narrow_lines_keep_what_matters, nothing_known_still_shows_something,
           context_is_never_full_before_it_is, heads_of_every_kind, git_states,
           long_names_are_cut_at_graphemes, sums_while_catching_up_say_at_least,
           high_limits_say_when_they_reset, lines_are_valid_until_the_clock_changes_them, stale_lines_say_so,
           json_has_every_key, json_fits_whatever_the_texts, escapes_of_each_surface,
           pieces_without_room_are_left_out)
