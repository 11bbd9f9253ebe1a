/*
 * Running git: git(1) for the options and variables, git-status(1) for porcelain version 2.
 *
 * Filters are the one thing that git itself would run to compare contents. They are listed first, with
 * `git config`, which runs nothing, and each is then set to nothing by GIT_CONFIG_COUNT variables.
 */
#include "program.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../base/worker.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS_MAX  20
#define OUTPUT_LIMIT (256u << 20)
#define SLICE_MS     200 /* how often a wait looks whether it should end */

extern char **environ;

/* ---- the environment
 * --------------------------------------------------------------------------------------- */

struct strings {
    char **all; /* ends in NULL once strings_end() was called */
    size_t count, room;
};

static void strings_add(struct strings *strings, const char *string)
{
    strings->all = memory_grow(strings->all, strings->count, &strings->room, sizeof *strings->all);
    strings->all[strings->count++] = string ? memory_string(string, strlen(string)) : NULL;
}

static void strings_free(struct strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->all[i]);
    free(strings->all);
}

static void add_variable(struct strings *environment, const char *name, const char *value)
{
    struct text text = TEXT_EMPTY;
    text_addf(&text, "%s=%s", name, value);
    strings_add(environment, text.bytes);
    text_free(&text);
}

static void add_setting(struct strings *environment, size_t number, const char *key)
{
    char name[48];
    snprintf(name, sizeof name, "GIT_CONFIG_KEY_%zu", number);
    add_variable(environment, name, key);
    snprintf(name, sizeof name, "GIT_CONFIG_VALUE_%zu", number);
    add_variable(environment, name, "");
}

/* Where git finds itself and the user's configuration; nothing that redirects it elsewhere. */
static void add_own(struct strings *environment)
{
    static const char *const kept[] = {"PATH",
                                       "HOME",
                                       "XDG_CONFIG_HOME",
                                       "USER",
                                       "LOGNAME",
                                       "TMPDIR",
                                       "GIT_CONFIG_GLOBAL",
                                       "GIT_CONFIG_SYSTEM",
                                       "TZ",
                                       "GIT_CONFIG_NOSYSTEM"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *value = getenv(kept[i]);
        if (value)
            add_variable(environment, kept[i], value);
    }
}

/* `filters`: setting names as `git config --null --name-only` lists them. */
static void make_environment(struct strings *environment, const struct text *filters)
{
    static const char *const fixed[][2] = {
        {"LC_ALL", "C"},
        {"GIT_OPTIONAL_LOCKS", "0"},
        {"GIT_TERMINAL_PROMPT", "0"},
        {"GIT_NO_LAZY_FETCH", "1"},
        {"GIT_ALLOW_PROTOCOL", "none"},
        {"GIT_PAGER", "cat"},
    };
    size_t number = 0;
    char count[24];
    add_own(environment);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        add_variable(environment, fixed[i][0], fixed[i][1]);
    for (const char *at = filters->bytes; filters->size && at < filters->bytes + filters->size;
         at += strlen(at) + 1)
        add_setting(environment, number++, at);
    snprintf(count, sizeof count, "%zu", number);
    add_variable(environment, "GIT_CONFIG_COUNT", count);
    strings_add(environment, NULL);
}

/* ---- running
 * ------------------------------------------------------------------------------------------------ */

static int spawn(pid_t *child, char *const *arguments, char *const *environment, const char *directory,
                 int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addchdir_np(&actions, directory);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int error = posix_spawnp(child, "git", &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Reads all the output. Returns false if it took too long, was too much, or the agent is to stop. */
static bool collect(int input, struct text *output, const struct worker *worker)
{
    int64_t deadline = clock_monotonic_ms() + SECONDS_MAX * 1000;
    struct pollfd wait = {.fd = input, .events = POLLIN};
    for (;;) {
        char piece[16 * 1024];
        if (clock_monotonic_ms() > deadline || (worker && worker_is_stopping(worker)) ||
            output->size > OUTPUT_LIMIT)
            return false;
        if (poll(&wait, 1, SLICE_MS) <= 0)
            continue;
        ssize_t got = read(input, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        text_add(output, piece, (size_t)got);
    }
}

/* Whether it ended well. A loop that reaps all children may have been faster: then its output decides. */
static bool ended_well(pid_t child, int *code)
{
    int status;
    pid_t got;
    *code = 0;
    do
        got = waitpid(child, &status, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == ECHILD;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return WIFEXITED(status);
}

static const char *run(const char *directory, const char *const *arguments, const struct text *filters,
                       struct text *output, int *code, const struct worker *worker)
{
    struct strings environment = {0}, words = {0};
    int ends[2];
    pid_t child;
    const char *why = NULL;
    text_clear(output);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return "no pipe could be made for the git program";
    for (; *arguments; arguments++)
        strings_add(&words, *arguments);
    strings_add(&words, NULL);
    make_environment(&environment, filters);
    int error = spawn(&child, words.all, environment.all, directory, ends[1]);
    close(ends[1]);
    if (error) {
        why = error == ENOENT ? "this repository needs the git program, which is not installed"
                              : "the git program could not be started";
    } else {
        if (!collect(ends[0], output, worker)) {
            kill(-child, SIGTERM); /* it holds no locks */
            why = "the git program took too long";
        }
        if (!ended_well(child, code) && !why)
            why = "the git program failed";
    }
    close(ends[0]);
    strings_free(&words);
    strings_free(&environment);
    return why;
}

/* ---- reading its answer
 * ---------------------------------------------------------------------------------------- */

static bool take(const char *record, const char *label, const char **value)
{
    size_t size = strlen(label);
    if (strncmp(record, label, size) != 0)
        return false;
    *value = record + size;
    return true;
}

static void read_header(struct program_status *status, const char *record)
{
    const char *value;
    if (take(record, "# branch.oid ", &value)) {
        status->head.unborn = strcmp(value, "(initial)") == 0;
        name_copy(status->head.oid, OID_HEX_ROOM, status->head.unborn ? "" : value);
    } else if (take(record, "# branch.head ", &value)) {
        status->head.detached = strcmp(value, "(detached)") == 0;
        if (!status->head.detached)
            snprintf(status->head.ref, sizeof status->head.ref, "refs/heads/%s", value);
    } else if (take(record, "# branch.upstream ", &value)) {
        name_copy(status->upstream, sizeof status->upstream, value);
    } else if (take(record, "# stash ", &value)) {
        status->stashes = (int32_t)strtol(value, NULL, 10);
    } else if (take(record, "# branch.ab +", &value)) {
        char *end;
        status->ahead = (int32_t)strtol(value, &end, 10);
        status->behind = *end ? (int32_t)strtol(end + 2, NULL, 10) : -1;
    }
}

/* Returns how many records the entry takes: a rename is followed by the path it had. */
static int read_record(struct program_status *status, const char *record)
{
    switch (record[0]) {
    case '#':
        read_header(status, record);
        return 1;
    case '1':
    case '2':
        if (strlen(record) > 4) {
            status->staged += record[2] != '.';
            status->unstaged += record[3] != '.';
        }
        return record[0] - '0';
    case 'u':
        status->conflicted++;
        return 1;
    case '?':
        status->untracked++;
        return 1;
    default:
        return 1;
    }
}

static void read_answer(struct program_status *status, const struct text *answer)
{
    const char *at = answer->bytes, *end = at + answer->size;
    while (at < end) {
        int records = read_record(status, at);
        while (records-- && at < end)
            at += strlen(at) + 1;
    }
}

const char *program_read_status(struct program_status *status, const struct place *place,
                                const struct worker *worker)
{
    static const char *const list[] = {"git",          "config",     "--null", "--name-only",
                                       "--get-regexp", "^filter\\.", NULL};
    static const char *const ask[] = {"git",
                                      "--no-optional-locks",
                                      "-c",
                                      "core.fsmonitor=",
                                      "-c",
                                      "core.hooksPath=/dev/null",
                                      "-c",
                                      "core.pager=cat",
                                      "status",
                                      "--porcelain=v2",
                                      "--branch",
                                      "--show-stash",
                                      "--ignore-submodules=dirty",
                                      "-z",
                                      NULL};
    struct text filters = TEXT_EMPTY, none = TEXT_EMPTY, answer = TEXT_EMPTY;
    const char *directory = *place->root ? place->root : place->git_dir;
    int code;
    *status = (struct program_status){.ahead = -1, .behind = -1};
    const char *why = run(directory, list, &none, &filters, &code, worker);
    if (!why)
        why = run(directory, ask, &filters, &answer, &code, worker);
    if (!why && (code != 0 || answer.size < 2 || answer.bytes[0] != '#'))
        why = "the git program cannot read this repository; `git status` tells why";
    if (!why)
        read_answer(status, &answer);
    status->has_submodules = path_exists(place->root, ".gitmodules");
    text_free(&filters);
    text_free(&none);
    text_free(&answer);
    return why;
}
