/*
 * What is read of other status lines' configurations. tests/peers has files that the peers themselves wrote
 * (ccstatusline 2.2.30, CCometixLine 1.1.2), the same in older forms, and files as claude-powerline's
 * documentation has them.
 */
#include "../../agent/commands/import.h"
#include "suite.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void describe_item(const struct import_item *item, struct text *out)
{
    static const char *const kinds[] = {"", "text ", "command ", "", ""};
    text_addf(out, " %s%s", kinds[item->kind], item->name);
    if (item->text)
        text_addf(out, " '%s'", item->text);
    if (item->colour)
        text_addf(out, " %s", item->colour);
    if (item->background)
        text_addf(out, " on %s", item->background);
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
                                   "row: model 30; separator '|'; context-length 59; separator '|';"
                                   " git-branch 96; separator '|'; git-changes 178;\n";
    expect(&import_ccstatusline, "tests/peers/ccstatusline-default.json", NULL, expected);
    expect(&import_ccstatusline, NULL, "npx -y ccstatusline@latest", expected);
}
END_TEST

START_TEST(ccstatusline_of_the_first_schema)
{
    expect(&import_ccstatusline, "tests/peers/ccstatusline-1.json", NULL,
           "style=plain theme=- charset=unicode separator=-\n"
           "row: model 30; separator '|'; git-branch 96 bold; separator '-'; context-percentage #88C0D0;\n"
           "row: current-working-dir.fish 26;\n"
           "flexMode full-minus-40: a line is fitted to the whole width\n");
}
END_TEST

START_TEST(ccstatusline_with_powerline)
{
    /* As a person had it in schema 3, and as ccstatusline rewrote it to 4. */
    static const char *const paths[] = {"tests/peers/ccstatusline-3.json",
                                        "tests/peers/ccstatusline-powerline.json"};
    for (size_t i = 0; i < 2; i++)
        expect(&import_ccstatusline, paths[i], NULL,
               "style=capsule theme=nord charset=nerd separator=-\n"
               "row: model on #3465a4 bold bare; git-branch bold; git-review bold; flex-separator;"
               " context-bar 208 bar=blocks bold; text custom-text 'hello there' #8ae234 bold;"
               " command custom-command 'date +%H:%M' #FF0000 max=20 bold;\n"
               "row: session-cost bold; block-timer bar=blocks bold; terminal-width bold; text link 'docs' "
               "bold;\n"
               "powerline.autoAlign: columns are not lined up between rows\n"
               "custom-command: its output's own colours: they are taken off\n"
               "custom-command: its gradient (hex:FF0000,hex:00FF00): a segment has one colour\n"
               "link: its target https://example.org: words of one's own are no links\n");
}
END_TEST

START_TEST(ccstatusline_with_one_separator)
{
    expect(&import_ccstatusline, "tests/peers/ccstatusline-separator.json", NULL,
           "style=plain theme=- charset=unicode separator=·\n"
           "row: model yellow bare; context-length yellow bare; vim-mode yellow bare;\n");
}
END_TEST

START_TEST(claude_powerline)
{
    expect(&import_claude_powerline, "tests/peers/claude-powerline.json", NULL,
           "style=capsule theme=- charset=unicode separator=-\n"
           "row: directory.fish #e0e0e0 on #2a2a2a; git.showRepoName #d0d0d0 on #3a3a3a bold;"
           " git.showWorktree #d0d0d0 on #3a3a3a bold; git.showOperation #d0d0d0 on #3a3a3a bold;"
           " git #d0d0d0 on #3a3a3a bold; git.showSha #d0d0d0 on #3a3a3a bold;"
           " git.showWorkingTree #d0d0d0 on #3a3a3a bold; model icon=;\n"
           "row: session.both; today.cost; block bar=blocks; weekly; context.bar.remaining bar=capped;"
           " metrics.showDuration; metrics.showLinesAdded; metrics.showLinesRemoved; thinking.showEffort;"
           " cacheTimer.remaining; env 'AWS_PROFILE';\n"
           "env AWS_PROFILE with the prefix aws: the agent's environment is not the session's\n"
           "budget.today: 5.5 dollars\n");
}
END_TEST

#define POWERLINE_LINE                                                                                       \
    "row: directory.basename; git; git.showAheadBehind; model; session.tokens; today.cost;"                  \
    " context.remaining; agent;\n"

START_TEST(claude_powerline_by_default)
{
    expect(&import_claude_powerline, NULL, NULL,
           "style=minimal theme=dark charset=unicode separator=-\n" POWERLINE_LINE);
    expect(&import_claude_powerline, NULL,
           "npx -y @owloops/claude-powerline@latest --style=powerline --theme 'tokyo-night'",
           "style=powerline theme=tokyo-night charset=unicode separator=-\n" POWERLINE_LINE);
    expect(&import_claude_powerline, "tests/peers/claude-powerline-panel.json", "x --charset=unicode",
           "style=plain theme=nord charset=unicode separator=-\n" POWERLINE_LINE
           "style tui: a panel with a frame is not drawn; its lines are\n");
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

SUITE_MAIN("import", ccstatusline_by_default, ccstatusline_of_the_first_schema, ccstatusline_with_powerline,
           ccstatusline_with_one_separator, claude_powerline, claude_powerline_by_default, ccline,
           ccline_by_default, says_what_is_wrong, wrong_types_are_harmless, knows_the_peer_by_its_command,
           reads_options_of_commands, finds_files)
