/*
 * What is read of other status lines' configurations. tests/peers has files that the peers themselves wrote
 * (ccstatusline 2.2.30, CCometixLine 1.1.2), the same in older forms, and files as claude-powerline's
 * documentation has them.
 */
#include "../../agent/commands/import.h"
#include "../../agent/render/look_build.h"
#include "../../agent/serve/config.h"
#include "suite.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void describe_item(const struct import_item *item, struct text *out)
{
    static const char *const kinds[] = {"", "text ", "link ", "command ", "", ""};
    text_addf(out, "%s%s%s", item->joined ? " + " : " ", kinds[item->kind], item->name);
    if (item->text)
        text_addf(out, " '%s'", item->text);
    if (item->url)
        text_addf(out, " to %s", item->url);
    if (item->colour)
        text_addf(out, " %s", item->colour);
    if (item->background)
        text_addf(out, " on %s", item->background);
    if (item->gradient)
        text_addf(out, " gradient '%s'", item->gradient);
    if (item->bar)
        text_addf(out, " bar=%s", item->bar);
    if (item->icon)
        text_addf(out, " icon=%s", item->icon);
    if (item->max_columns)
        text_addf(out, " max=%u", item->max_columns);
    text_addf(out, "%s%s;", item->bold ? " bold" : "", item->bare ? " bare" : "");
}

/* The neutral form in words: what is chosen for all, a line a row, the notes. */
static void describe(const struct import *import, struct text *out)
{
    text_addf(out, "style=%s theme=%s charset=%s separator=%s\n", import->style ? import->style : "-",
              import->theme ? import->theme : "-", import->charset ? import->charset : "-",
              import->separator ? import->separator : "-");
    for (size_t i = 0; i < import->row_count; i++) {
        text_addf(out, "row:");
        for (size_t j = 0; j < import->rows[i].count; j++)
            describe_item(&import->rows[i].items[j], out);
        text_add_char(out, '\n');
    }
    if (import->budget_session > 0 || import->budget_today > 0 || import->budget_block > 0)
        text_addf(out, "budgets: %g %g %g\n", import->budget_session, import->budget_today,
                  import->budget_block);
    if (import->notes.size)
        text_add(out, import->notes.bytes, import->notes.size);
}

static void expect(const struct import_peer *peer, const char *path, const char *command,
                   const char *expected)
{
    struct import import;
    struct text why = TEXT_EMPTY, described = TEXT_EMPTY;
    int result = import_read(&import, peer, path, command, &why);
    ck_assert_msg(result == 0, "%s: %s", path, why.bytes);
    describe(&import, &described);
    ck_assert_str_eq(described.bytes, expected);
    import_free(&import);
    text_free(&described);
    text_free(&why);
}

START_TEST(ccstatusline_by_default)
{
    static const char expected[] = "style=plain theme=- charset=unicode separator=-\n"
                                   "row: model 30; separator ' | '; context-length 59; separator ' | ';"
                                   " git-branch 96; separator ' | '; git-changes 178;\n";
    expect(&import_ccstatusline, "tests/peers/ccstatusline-default.json", NULL, expected);
    expect(&import_ccstatusline, NULL, "npx -y ccstatusline@latest", expected);
}
END_TEST

START_TEST(ccstatusline_of_the_first_schema)
{
    expect(
        &import_ccstatusline, "tests/peers/ccstatusline-1.json", NULL,
        "style=plain theme=- charset=unicode separator=-\n"
        "row: model 30; separator ' | '; git-branch 96 bold; separator ' - '; context-percentage #88C0D0;\n"
        "row: current-working-dir.fish 26;\n"
        "flexMode full-minus-40: a line is fitted to the whole width\n");
}
END_TEST

START_TEST(ccstatusline_with_a_theme)
{
    /* As a person had it in schema 3, and as ccstatusline rewrote it to 4. */
    static const char *const paths[] = {"tests/peers/ccstatusline-3.json",
                                        "tests/peers/ccstatusline-powerline.json"};
    for (size_t i = 0; i < 2; i++)
        expect(&import_ccstatusline, paths[i], NULL,
               "style=capsule theme=nord charset=nerd separator=-\n"
               "row: model bold bare; git-branch bold; git-review bold; flex-separator;"
               " context-bar bar=blocks bold; text custom-text 'hello there' bold;"
               " command custom-command 'date +%H:%M' max=20 bold;\n"
               "row: session-cost bold; block-timer.bar bar=blocks bold; terminal-width bold;"
               " link link 'docs' to https://example.org bold;\n"
               "powerline.autoAlign: columns are not lined up between rows\n"
               "custom-command: its output's own colours: they are taken off\n");
}
END_TEST

START_TEST(ccstatusline_with_colours_of_its_own)
{
    expect(&import_ccstatusline, "tests/peers/ccstatusline-custom.json", NULL,
           "style=capsule theme=- charset=nerd separator=-\n"
           "row: model on #3465a4 bold bare; git-branch bold; git-review bold; flex-separator;"
           " context-bar 208 bar=blocks bold; text custom-text 'hello there' #8ae234 bold;"
           " command custom-command 'date +%H:%M' gradient 'FF0000 00FF00' max=20 bold;\n"
           "row: session-cost bold; block-timer.bar bar=blocks bold; terminal-width bold;"
           " link link 'docs' to https://example.org bold;\n"
           "powerline.autoAlign: columns are not lined up between rows\n"
           "custom-command: its output's own colours: they are taken off\n");
}
END_TEST

START_TEST(ccstatusline_with_one_separator)
{
    expect(&import_ccstatusline, "tests/peers/ccstatusline-separator.json", NULL,
           "style=plain theme=- charset=unicode separator= · \n"
           "row: model yellow bare; context-length yellow bare; vim-mode yellow bare;\n");
}
END_TEST

START_TEST(claude_powerline)
{
    expect(&import_claude_powerline, "tests/peers/claude-powerline.json", NULL,
           "style=capsule theme=- charset=unicode separator=-\n"
           "row: directory.fish #e0e0e0 on #2a2a2a; git.repoName #d0d0d0 on #3a3a3a bold;"
           " + git.worktree #d0d0d0 on #3a3a3a bold; + git.operation #d0d0d0 on #3a3a3a bold;"
           " + git #d0d0d0 on #3a3a3a bold; + git.sha #d0d0d0 on #3a3a3a bold;"
           " + git.workingTree #d0d0d0 on #3a3a3a bold; + git.status #d0d0d0 on #3a3a3a bold; model icon=;\n"
           "row: session.both; today.cost; block.bar bar=blocks; weekly; context.bar.left bar=capped;"
           " metrics.duration; + metrics.linesAdded; + metrics.linesRemoved; thinking.effort;"
           " cacheTimer.remaining; env;\n"
           "budgets: 0 5.5 0\n");
}
END_TEST

#define POWERLINE_LINE                                                                                       \
    "row: directory.basename; git; + git.aheadBehind; + git.status; model; session.tokens; today.cost;"      \
    " context.left; agent;\n"

START_TEST(claude_powerline_by_default)
{
    expect(&import_claude_powerline, NULL, NULL,
           "style=minimal theme=dark charset=unicode separator=-\n" POWERLINE_LINE);
    expect(&import_claude_powerline, NULL,
           "npx -y @owloops/claude-powerline@latest --style=powerline --theme 'tokyo-night'",
           "style=powerline theme=tokyo-night charset=unicode separator=-\n" POWERLINE_LINE);
    expect(&import_claude_powerline, "tests/peers/claude-powerline-panel.json", "x --charset=unicode",
           "style=tui theme=nord charset=unicode separator=-\n" POWERLINE_LINE);
}
END_TEST

START_TEST(ccline)
{
    expect(&import_ccline, "tests/peers/ccline-default.toml", NULL,
           "style=plain theme=default charset=unicode separator= | \n"
           "row: model brightcyan icon=🤖; directory brightgreen icon=📁; git brightblue icon=🌿;"
           " context_window brightmagenta icon=⚡️;\n"
           "directory: the icon's own colour brightyellow: an icon has its segment's\n");
    expect(
        &import_ccline, "tests/peers/ccline-powerline-rose-pine.toml", NULL,
        "style=powerline theme=powerline-rose-pine charset=nerd separator=-\n"
        "row: model #ebbcba on #191724 icon=\xee\x89\xad; directory #c4a7e7 on #26233a icon=\xf3\xb0\x89\x8b;"
        " git #9ccfd8 on #1f1d2e icon=\xf3\xb0\x8a\xa2; context_window #e0def4 on #524f67 "
        "icon=\xef\x92\x9b;\n");
}
END_TEST

START_TEST(ccline_by_default)
{
    expect(&import_ccline, NULL, NULL,
           "style=plain theme=- charset=unicode separator=-\n"
           "row: model; directory; git; context_window;\n");
}
END_TEST

/* ---- as Tacho's configuration ------------------------------------------------------------------------ */

static void no_mistake(void *data, unsigned line, const char *mistake)
{
    (void)data;
    (void)line;
    ck_abort_msg("%s", mistake);
}

/* The agent reads it without a complaint. */
static void expect_readable(const struct text *written)
{
    struct config config = config_default();
    ck_assert_uint_eq(config_read_text(written, &config, no_mistake, NULL), 0);
    config_free(&config);
}

static void expect_written(const struct import_peer *peer, const char *path, const char *expected,
                           const char *notes)
{
    struct import import;
    struct text why = TEXT_EMPTY, written = TEXT_EMPTY;
    ck_assert_int_eq(import_read(&import, peer, path, NULL, &why), 0);
    import_write(&import, NULL, &written);
    expect_readable(&written);
    ck_assert_str_eq(written.bytes, expected);
    ck_assert_str_eq(import.notes.bytes ? import.notes.bytes : "", notes);
    import_free(&import);
    text_free(&written);
}

START_TEST(writes_ccstatusline)
{
    expect_written(
        &import_ccstatusline, "tests/peers/ccstatusline-custom.json",
        "[line]\n"
        "    row = model.name git.branch review flex context.bar+context.tokens+context.used text command\n"
        "    row = cost.session block.bar link\n"
        "    style = capsule\n"
        "    charset = nerd\n"
        "    icons = false\n"
        "[segment \"model.name\"]\n"
        "    background = \"#3465a4\"\n"
        "[segment \"git.branch\"]\n"
        "    icon = ⎇\n"
        "[segment \"context.bar\"]\n"
        "    color = bold 208\n"
        "    icon = Context:\n"
        "    bar = bar\n"
        "[segment \"context.tokens\"]\n"
        "    color = bold 208\n"
        "[segment \"context.used\"]\n"
        "    color = bold 208\n"
        "[segment \"text\"]\n"
        "    color = \"bold #8ae234\"\n"
        "    text = hello there\n"
        "[segment \"command\"]\n"
        "    gradient = FF0000 00FF00\n"
        "    max = 20\n"
        "    command = \"sh -c \\\"date +%H:%M\\\"\"\n"
        "[segment \"cost.session\"]\n"
        "    icon = Cost:\n"
        "[segment \"block.bar\"]\n"
        "    icon = Block\n"
        "    bar = bar\n"
        "[segment \"link\"]\n"
        "    text = docs\n"
        "    url = https://example.org\n",
        "powerline.autoAlign: columns are not lined up between rows\n"
        "custom-command: its output's own colours: they are taken off\n"
        "bold: a colour of one's own can be bold (\"bold #88c0d0\"), a theme's are as the theme has them\n"
        "git-review: as review: as the client tells it; nothing is asked of the network\n"
        "custom-command: date +%H:%M: is run every minute in the background, without the session's document\n"
        "terminal-width: the line is fitted to the terminal by itself\n");
}
END_TEST

START_TEST(writes_claude_powerline)
{
    expect_written(
        &import_claude_powerline, "tests/peers/claude-powerline.json",
        "[line]\n"
        "    row = directory.fish "
        "git.root+worktree.mark+git.action+git.branch+git.commit+git.changes+git.clean model.name\n"
        "    row = cost.session+tokens.total cost.today "
        "limit.five_hour.bar+limit.five_hour+limit.five_hour.reset limit.seven_day+limit.seven_day.reset "
        "context.bar+context.left session.clock+lines.added+lines.removed model.effort cache.expiry\n"
        "    style = capsule\n"
        "    charset = nerd\n"
        "    icons = false\n"
        "[segment \"directory.fish\"]\n"
        "    color = \"#e0e0e0\"\n"
        "    background = \"#2a2a2a\"\n"
        "[segment \"git.root\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "[segment \"worktree.mark\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "[segment \"git.action\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "[segment \"git.branch\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "    icon = ⎇\n"
        "[segment \"git.commit\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "    icon = ♯\n"
        "[segment \"git.changes\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "[segment \"git.clean\"]\n"
        "    color = \"bold #d0d0d0\"\n"
        "    background = \"#3a3a3a\"\n"
        "[segment \"model.name\"]\n"
        "    icon = \"\"\n"
        "[segment \"cost.session\"]\n"
        "    icon = §\n"
        "[segment \"cost.today\"]\n"
        "    icon = ☉\n"
        "[segment \"limit.five_hour.bar\"]\n"
        "    icon = ◱\n"
        "    bar = bar\n"
        "[segment \"limit.seven_day\"]\n"
        "    icon = ◑\n"
        "[segment \"context.bar\"]\n"
        "    bar = capped\n"
        "[segment \"session.clock\"]\n"
        "    icon = ⧗\n"
        "[segment \"model.effort\"]\n"
        "    icon = ✦\n"
        "[segment \"cache.expiry\"]\n"
        "    icon = ◴\n"
        "[budget]\n"
        "    today = 5.50\n",
        "env: not taken over; possible is a text of yours; the agent does not see a session's environment\n");
}
END_TEST

START_TEST(writes_ccline)
{
    expect_written(
        &import_ccline, "tests/peers/ccline-default.toml",
        "[line]\n"
        "    row = model.name directory.base git.branch+git.clean+git.sync context.used,context.length\n"
        "    style = plain\n"
        "    theme = dark\n"
        "    charset = unicode\n"
        "    separator = \" | \"\n"
        "[segment \"model.name\"]\n"
        "    color = brightcyan\n"
        "    icon = 🤖\n"
        "[segment \"directory.base\"]\n"
        "    color = brightgreen\n"
        "    icon = 📁\n"
        "[segment \"git.branch\"]\n"
        "    color = brightblue\n"
        "    icon = 🌿\n"
        "[segment \"git.clean\"]\n"
        "    color = brightblue\n"
        "[segment \"git.sync\"]\n"
        "    color = brightblue\n"
        "[segment \"context.used\"]\n"
        "    color = brightmagenta\n"
        "    icon = ⚡️\n"
        "[segment \"context.length\"]\n"
        "    color = brightmagenta\n",
        "directory: the icon's own colour brightyellow: an icon has its segment's\n");
}
END_TEST

static void expect_refusal(const struct import_peer *peer, const char *content, const char *expected)
{
    char path[] = "/tmp/tacho-import-XXXXXX";
    int file = mkstemp(path);
    struct import import;
    struct text why = TEXT_EMPTY;
    ck_assert_int_eq(write(file, content, strlen(content)), (ssize_t)strlen(content));
    close(file);
    ck_assert_int_eq(import_read(&import, peer, path, NULL, &why), -1);
    ck_assert_msg(strstr(why.bytes, expected), "%s: %s", content, why.bytes);
    import_free(&import);
    text_free(&why);
    unlink(path);
}

START_TEST(says_what_is_wrong)
{
    expect_refusal(&import_ccstatusline, "{\n\"lines\": [\n", "line ");
    expect_refusal(&import_ccstatusline, "[]", "not an object");
    expect_refusal(&import_ccstatusline, "", "line ");
    expect_refusal(&import_ccstatusline, "{\"version\": 3}", "no lines");
    expect_refusal(&import_claude_powerline, "{\"display\": {\"lines\": 5}}", "display.lines");
    expect_refusal(&import_ccline, "theme = \"x\"\n", "no [[segments]]");
    expect_refusal(&import_ccline, "theme = \n", "line 1");
}
END_TEST

/* Members of every wrong type: nothing is drawn from them, nothing breaks. */
START_TEST(wrong_types_are_harmless)
{
    static const char *const documents[] = {
        "{\"lines\":[5,null,[5,null,{},{\"type\":5},{\"type\":\"model\",\"color\":5,\"metadata\":[],"
        "\"maxWidth\":\"x\",\"customText\":1},{\"type\":\"custom-text\"},{\"type\":\"link\"}]],\"powerline\":"
        "5}",
        "{\"theme\":5,\"display\":{\"lines\":[5,{},{\"segments\":[]},{\"segments\":{\"git\":5,\"model\":{},"
        "\"env\":{\"enabled\":true},\"context\":{\"enabled\":true,\"displayStyle\":5}}}]},\"budget\":[1]}",
    };
    const struct import_peer *const peers[] = {&import_ccstatusline, &import_claude_powerline};
    for (size_t i = 0; i < 2; i++) {
        char path[] = "/tmp/tacho-import-XXXXXX";
        int file = mkstemp(path);
        struct import import;
        struct text why = TEXT_EMPTY, described = TEXT_EMPTY;
        ck_assert_int_gt(write(file, documents[i], strlen(documents[i])), 0);
        close(file);
        ck_assert_int_eq(import_read(&import, peers[i], path, NULL, &why), 0);
        describe(&import, &described);
        import_free(&import);
        text_free(&described);
        text_free(&why);
        unlink(path);
    }
}
END_TEST

START_TEST(knows_the_peer_by_its_command)
{
    ck_assert_ptr_eq(import_peer_of("npx -y ccstatusline@latest"), &import_ccstatusline);
    ck_assert_ptr_eq(import_peer_of("node ~/x/claude-powerline/bin.js"), &import_claude_powerline);
    ck_assert_ptr_eq(import_peer_of("~/.claude/ccline/ccline"), &import_ccline);
    ck_assert_ptr_null(import_peer_of("~/.claude/statusline.sh"));
}
END_TEST

START_TEST(reads_options_of_commands)
{
    static const char *const cases[][2] = {
        {"x --theme=nord", "nord"},
        {"x --theme nord y", "nord"},
        {"x -t 'a b'", "a b"},
        {"x --theme=\"rose pine\"", "rose pine"},
        {"x --themes=no", NULL},
        {"x", NULL},
        {"", NULL},
        {"x --theme", NULL},
        {"x -test no", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *value = import_option(cases[i][0], "theme", 't');
        ck_assert_pstr_eq(value, cases[i][1]);
        free(value);
    }
}
END_TEST

/* The peer's own order of places. */
START_TEST(finds_files)
{
    char home[] = "/tmp/tacho-home-XXXXXX", path[256], other[256];
    ck_assert_ptr_nonnull(mkdtemp(home));
    setenv("HOME", home, 1);
    unsetenv("CLAUDE_POWERLINE_CONFIG");
    ck_assert_ptr_null(import_find(&import_claude_powerline, NULL, home));
    snprintf(path, sizeof path, "%s/.claude", home);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/.claude/claude-powerline.json", home);
    fclose(fopen(path, "w"));
    char *found = import_find(&import_claude_powerline, NULL, home);
    ck_assert_str_eq(found, path);
    free(found);
    snprintf(other, sizeof other, "%s/.claude-powerline.json", home);
    fclose(fopen(other, "w"));
    found = import_find(&import_claude_powerline, NULL, home);
    ck_assert_str_eq(found, other);
    free(found);
    found = import_find(&import_claude_powerline, "x --config=~/mine.json", home);
    ck_assert_str_eq(strrchr(found, '/'), "/mine.json");
    free(found);
    found = import_find(&import_ccline, "ccline -t nord", home);
    ck_assert_str_eq(strrchr(found, '/'), "/nord.toml");
    free(found);
    unlink(path);
    unlink(other);
    snprintf(path, sizeof path, "%s/.claude", home);
    rmdir(path);
    rmdir(home);
}
END_TEST

SUITE_MAIN("import", ccstatusline_by_default, ccstatusline_of_the_first_schema, ccstatusline_with_a_theme,
           ccstatusline_with_colours_of_its_own, ccstatusline_with_one_separator, claude_powerline,
           claude_powerline_by_default, ccline, ccline_by_default, writes_ccstatusline,
           writes_claude_powerline, writes_ccline, says_what_is_wrong, wrong_types_are_harmless,
           knows_the_peer_by_its_command, reads_options_of_commands, finds_files)
