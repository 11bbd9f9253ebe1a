/* Repositories to test with: see support_git.h. */
#include "support_git.h"

#include "../../agent/base/clock.h"
#include "../../agent/base/text.h"
#include "../../agent/base/watch.h"
#include "../../agent/base/worker.h"
#include "../../agent/git/file.h"
#include "../../agent/git/refs.h"

#include <check.h>
#include <fcntl.h>
#include <git2.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void count_change(void *data, struct repository *repository)
{
    struct lab *lab = data;
    (void)repository;
    lab->changes++;
}

static void set_environment(const struct lab *lab)
{
    static const char *const settings[][2] = {{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                              {"GIT_CONFIG_SYSTEM", "/dev/null"},
                                              {"GIT_AUTHOR_NAME", "A"},
                                              {"GIT_AUTHOR_EMAIL", "a@example.org"},
                                              {"GIT_COMMITTER_NAME", "C"},
                                              {"GIT_COMMITTER_EMAIL", "c@example.org"},
                                              {"GIT_AUTHOR_DATE", "2024-05-01T12:00:00Z"},
                                              {"GIT_COMMITTER_DATE", "2024-05-01T12:00:00Z"},
                                              {"GIT_EDITOR", "true"},
                                              {"LC_ALL", "C"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        setenv(settings[i][0], settings[i][1], 1);
    setenv("HOME", lab->top, 1);
    unsetenv("XDG_CONFIG_HOME");
}

void lab_at(struct lab *lab, const char *name)
{
    ck_assert(path_join(lab->repo, lab->top, name));
}

void lab_open(struct lab *lab)
{
    memset(lab, 0, sizeof *lab);
    const char *place = getenv("TMPDIR");
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s/tacho-git-XXXXXX", place ? place : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(name));
    ck_assert_ptr_nonnull(realpath(name, lab->top));
    set_environment(lab);
    lab_at(lab, "");
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, lab->top);
    lab->loop = ev_loop_new(EVFLAG_AUTO);
    lab->watcher = watcher_open();
    lab->worker = worker_start(lab->loop, 1);
    ck_assert_ptr_nonnull(lab->watcher);
    lab->git = git_open(lab->loop, lab->watcher, lab->worker, count_change, lab);
}

void lab_close(struct lab *lab)
{
    git_close(lab->git);
    worker_stop(lab->worker);
    watcher_close(lab->watcher);
    ev_loop_destroy(lab->loop);
    git_libgit2_shutdown();
    lab_at(lab, "");
    lab_run(lab, "cd /; chmod -R u+rwx '%s'; rm -rf '%s'", lab->top, lab->top);
}

struct shell {
    pid_t child;
    FILE *output;
};

/* Starts a shell command in the repository; its stderr is added to the lab's log. */
static struct shell shell_start(struct lab *lab, const char *command)
{
    struct text line = TEXT_EMPTY;
    struct shell shell = {0};
    int ends[2];
    posix_spawn_file_actions_t actions;
    text_addf(&line, "cd '%s' || exit 99\n{ %s\n} 2>>'%s/log'", lab->repo, command, lab->top);
    char *const arguments[] = {(char[]){"sh"}, (char[]){"-c"}, line.bytes, NULL};
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ck_assert_int_eq(posix_spawnp(&shell.child, "sh", &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    shell.output = fdopen(ends[0], "r");
    text_free(&line);
    return shell;
}

static int shell_end(struct shell *shell)
{
    int status = -1;
    fclose(shell->output);
    ck_assert_int_eq(waitpid(shell->child, &status, 0), shell->child);
    return status;
}

static int run(struct lab *lab, const char *format, va_list arguments)
{
    char command[16384], output[4096];
    vsnprintf(command, sizeof command, format, arguments);
    struct shell shell = shell_start(lab, command);
    while (fread(output, 1, sizeof output, shell.output) > 0)
        continue;
    return shell_end(&shell);
}

int lab_try(struct lab *lab, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int status = run(lab, format, arguments);
    va_end(arguments);
    return status;
}

void lab_run(struct lab *lab, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int status = run(lab, format, arguments);
    va_end(arguments);
    ck_assert_msg(status == 0, "`%s` failed: %d (%s/log)", format, status, lab->top);
}

void lab_init(struct lab *lab, const char *options)
{
    lab_at(lab, "");
    lab_run(lab, "git init -q -b main %s repo", options);
    lab_at(lab, "repo");
}

enum git_freshness lab_settle(struct lab *lab, struct repository *repository)
{
    int64_t since_us = clock_monotonic_us();
    for (int i = 0; i < 1000; i++) {
        watcher_drain(lab->watcher);
        int changes = lab->changes;
        enum git_freshness freshness = git_refresh(repository, since_us);
        if (freshness != GIT_PENDING)
            return freshness;
        while (lab->changes == changes)
            ev_run(lab->loop, EVRUN_ONCE);
    }
    ck_abort_msg("it never comes to rest");
    return GIT_BROKEN;
}

const struct git_state *lab_state(struct lab *lab)
{
    struct repository *repository = git_find(lab->git, lab->repo);
    ck_assert_msg(repository != NULL, "no repository at %s", lab->repo);
    lab_settle(lab, repository);
    return git_state(repository);
}

static void take_line(struct oracle *oracle, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "# branch.ab +%d -%d", &oracle->ahead, &oracle->behind) == 2)
        return;
    if (strncmp(line, "# branch.oid ", 13) == 0)
        name_copy(oracle->oid, sizeof oracle->oid, line[13] == '(' ? "" : line + 13);
    else if (strncmp(line, "# branch.head ", 14) == 0)
        name_copy(oracle->branch, sizeof oracle->branch,
                  strcmp(line + 14, "(detached)") == 0 ? "" : line + 14);
    else if (strncmp(line, "# branch.upstream ", 18) == 0)
        name_copy(oracle->upstream, sizeof oracle->upstream, line + 18);
    else if (strncmp(line, "# stash ", 8) == 0)
        oracle->stashes = atoi(line + 8);
    else if (line[0] == '1' || line[0] == '2') {
        oracle->staged += line[2] != '.';
        oracle->unstaged += line[3] != '.';
    } else if (line[0] == 'u') {
        oracle->conflicted++;
    } else if (line[0] == '?') {
        oracle->untracked++;
    }
}

void oracle_read(struct lab *lab, struct oracle *oracle)
{
    static char line[1 << 16];
    *oracle = (struct oracle){.ahead = -1, .behind = -1};
    struct shell shell =
        shell_start(lab, "git --no-optional-locks status --porcelain=v2 --branch --show-stash");
    while (fgets(line, sizeof line, shell.output))
        take_line(oracle, line);
    ck_assert_msg(shell_end(&shell) == 0, "git status failed in %s", lab->repo);
}

void lab_compare(struct lab *lab, const char *step)
{
    char ours[2048], gits[2048];
    const char *form = "branch '%s' oid '%s' upstream '%s' +%d -%d staged %d unstaged %d untracked %d "
                       "conflicted %d stashes %d";
    struct oracle oracle;
    const struct git_state *s = lab_state(lab);
    snprintf(ours, sizeof ours, form, s->branch, s->oid, s->upstream, s->ahead, s->behind, s->staged,
             s->unstaged, s->untracked, s->conflicted, s->stashes);
    oracle_read(lab, &oracle);
    snprintf(gits, sizeof gits, form, oracle.branch, oracle.oid, oracle.upstream, oracle.ahead, oracle.behind,
             oracle.staged, oracle.unstaged, oracle.untracked, oracle.conflicted, oracle.stashes);
    if (strcmp(ours, gits) != 0 && getenv("TACHO_TEST_HOLD"))
        pause();
    ck_assert_msg(strcmp(ours, gits) == 0, "after %s:\n  git   %s\n  tacho %s (engine %s%s%s)", step, gits,
                  ours, s->engine, *s->reason ? ": " : "", s->reason);
}
