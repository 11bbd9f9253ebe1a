/* What a prompt shows, on its left, on its right, and once it was answered; by default and by settings. */
#include "suite.h"
#include "support_fit.h"

#include "../../agent/git/git.h"
#include "../../agent/render/look_build.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct rendering rendering;
static struct facts facts;
static struct git_state git;
static char complaints[1024];

static void begin(void)
{
    git = (struct git_state){.root = "/home/ada/loom",
                             .branch = "main",
                             .oid = "1a2b3c4d5e6f",
                             .ahead = 1,
                             .behind = 0,
                             .push_ahead = 1,
                             .push_behind = 0,
                             .staged = 2};
    facts = facts_unknown(0);
    facts.home = "/home/ada";
    facts.directory = fact_string("/home/ada/loom/src");
    facts.git = &git;
    facts.today_cost_pusd = INT64_C(1500000000000);
    *complaints = '\0';
}

static void complain(void *data, const struct look_setting *setting, const char *why)
{
    (void)data;
    size_t used = strlen(complaints);
    snprintf(complaints + used, sizeof complaints - used, "%s=%s: %s\n", setting->name, setting->value, why);
}

static const char *drawn(const struct look *look, enum tacho_surface surface, uint32_t columns)
{
    render_prompt(&rendering, &facts, look, surface, TACHO_NO_COLOUR);
    return support_fit(&rendering, columns, false);
}

static void expect(const struct look_setting *settings, size_t count, const char *left, const char *right,
                   const char *transient)
{
    struct look look = look_build(settings, count, complain, NULL);
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 0), left);
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN_RIGHT, 0), right);
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN_TRANSIENT, 0), transient);
    look_free(&look);
}

START_TEST(by_default)
{
    begin();
    struct look look = render_look_default();
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 0), "~/loom/src main ⇡1 +2 $1.50");
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 14), "main +2 $1.50");
    ck_assert_str_eq(drawn(&look, TACHO_ZSH_RIGHT, 0), "");
    ck_assert_str_eq(drawn(&look, TACHO_FISH_TRANSIENT, 0), "");
    expect(NULL, 0, "~/loom/src main ⇡1 +2 $1.50", "", "");
    facts.git = NULL;
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 0), "~/loom/src $1.50");
}
END_TEST

START_TEST(by_settings)
{
    static const struct look_setting settings[] = {{"prompt.row", "directory.base git.branch"},
                                                   {"prompt.right", "git.changes cost.spent"},
                                                   {"prompt.transient", "directory.base"},
                                                   {"prompt.separator", " > "},
                                                   {"prompt.shell", "status"}};
    begin();
    expect(settings, COUNT(settings), "src > main", "+2 > $1.50", "src");
    ck_assert_str_eq(complaints, "");
}
END_TEST

/* What is wrong is told, and the rest applies; an empty row is nothing, not the usual one. */
START_TEST(mistakes)
{
    static const struct look_setting wrong[] = {{"prompt.row", "directory.base nonsense git.branch"},
                                                {"prompt.colour", "red"},
                                                {"prompt.style", "baroque"}};
    static const struct look_setting empty[] = {{"prompt.row", ""}, {"prompt.right", "sessions"}};
    begin();
    expect(wrong, COUNT(wrong), "src main", "", "");
    ck_assert_ptr_nonnull(strstr(complaints, "no segment is called 'nonsense'"));
    ck_assert_ptr_nonnull(strstr(complaints, "prompt.colour=red: not a setting"));
    ck_assert_ptr_nonnull(strstr(complaints, "prompt.style=baroque: no such style"));
    expect(empty, COUNT(empty), "", "", "");
}
END_TEST

START_TEST(sides_have_their_shells_syntax)
{
    static const struct look_setting settings[] = {{"prompt.right", "git.branch"},
                                                   {"prompt.transient", "git.branch"}};
    begin();
    memcpy(git.branch, "100%", 5);
    struct look look = look_build(settings, COUNT(settings), complain, NULL);
    ck_assert_str_eq(drawn(&look, TACHO_ZSH_RIGHT, 0), "100%%");
    ck_assert_str_eq(drawn(&look, TACHO_ZSH_TRANSIENT, 0), "100%%");
    ck_assert_str_eq(drawn(&look, TACHO_FISH_RIGHT, 0), "100%");
    look_free(&look);
}
END_TEST

START_TEST(rarer_facts)
{
    begin();
    facts.today_cost_pusd = git.staged = 0;
    git.push_ahead = 3, git.push_behind = 2;
    git.sparse = git.submodule = true;
    memcpy(git.worktree, "fix", 4);
    struct look look = render_look_default();
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 0), "~/loom/src fix main submodule sparse ⇡1 ⇢3⇠2");
    git = (struct git_state){.branch = "main", .bare = true, .unborn = true};
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 0), "~/loom/src main (unborn) bare");
}
END_TEST

START_TEST(sessions_here)
{
    begin();
    facts.today_cost_pusd = git.staged = 0;
    facts.sessions[0] = (struct fact_session){fact_string("Opus 4.6"), 2600, STATE_WAITING};
    facts.sessions[1] = (struct fact_session){fact_string("claude-sonnet-4-5-20250929"), -1, STATE_BUSY};
    facts.session_count = 2;
    struct look look = render_look_default();
    ck_assert_str_eq(drawn(&look, TACHO_PLAIN, 0),
                     "~/loom/src main ⇡1 Opus 4.6 26% waiting · claude-sonnet-4-5");
}
END_TEST

SUITE_MAIN("prompt", by_default, by_settings, mistakes, sides_have_their_shells_syntax, rarer_facts,
           sessions_here)
