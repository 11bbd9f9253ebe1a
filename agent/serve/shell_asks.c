/* Asks and answers by file: see shell_asks.h. */
#include "shell_asks.h"

#include "answers.h"

#include "../base/clock.h"
#include "../base/folder.h"
#include "../base/memory.h"
#include "../base/watch.h"

#include "../../shm/request.h"
#include "../../shm/tacho.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SHELLS_MAX = 256, /* more run tacho-prompt */
    NAME_SIZE = 32,
    TOKEN_SIZE = 32,
    ASK_MAX = 256 + PATH_MAX,
    LINE_MAX_BYTES = 32 * 1024,
};

/* Made beside the folder, so that making it is no event in there, and renamed into it. */
static const char NEW_LINE[] = "line.new";

struct shell {
    struct shell *next;
    pid_t pid;
    int64_t asked_us; /* CLOCK_MONOTONIC */
    bool due;         /* it has asked */
    bool incomplete;  /* what it was answered */
};

struct shell_asks {
    struct answers *answers;
    struct watch *watch;
    int runtime, folder; /* descriptors */
    struct tacho_segment segment;
    struct shell *shells;
    unsigned count;
    bool any_due;
    struct text text; /* an answer in the making */
    char line[LINE_MAX_BYTES];
    _Alignas(8) char copy[TACHO_COPY_MAX];
};

/* What a shell has written. */
struct ask {
    unsigned surface, depth, columns;
    char token[TOKEN_SIZE];
    bool late;
    char directory[PATH_MAX];
};

/* ---- shells -------------------------------------------------------------------------------------- */

static void name_of(char name[NAME_SIZE], pid_t pid, const char *ending)
{
    snprintf(name, NAME_SIZE, "%d.%s", (int)pid, ending);
}

static bool is_gone(pid_t pid)
{
    return kill(pid, 0) < 0 && errno == ESRCH;
}

static void forget(struct shell_asks *asks, struct shell **at)
{
    struct shell *shell = *at;
    char name[NAME_SIZE];
    static const char *const endings[] = {"ask", "line"};
    for (int i = 0; i < 2; i++) {
        name_of(name, shell->pid, endings[i]);
        unlinkat(asks->folder, name, 0);
    }
    *at = shell->next;
    asks->count--;
    free(shell);
}

static void forget_the_gone(struct shell_asks *asks)
{
    for (struct shell **at = &asks->shells; *at;)
        if (is_gone((*at)->pid))
            forget(asks, at);
        else
            at = &(*at)->next;
}

static void shell_asked(struct shell_asks *asks, pid_t pid)
{
    struct shell *shell = asks->shells;
    while (shell && shell->pid != pid)
        shell = shell->next;
    if (!shell) {
        forget_the_gone(asks);
        if (asks->count == SHELLS_MAX)
            return;
        shell = memory_zeroed(1, sizeof *shell);
        shell->pid = pid;
        shell->next = asks->shells;
        asks->shells = shell;
        asks->count++;
    }
    shell->asked_us = clock_monotonic_us();
    shell->due = asks->any_due = true;
}

/* The process in the name of an ask, or 0. */
static pid_t asker_named(const char *name)
{
    char *end;
    errno = 0;
    long pid = strtol(name, &end, 10);
    return errno == 0 && *name >= '1' && *name <= '9' && pid <= INT_MAX && strcmp(end, ".ask") == 0
               ? (pid_t)pid
               : 0;
}

static void folder_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    (void)watch;
    pid_t pid = mask & IN_CLOSE_WRITE ? asker_named(name) : 0;
    if (pid)
        shell_asked(data, pid);
}

/* ---- an ask -------------------------------------------------------------------------------------- */

/* Takes a number and the one blank after it. */
static bool number_take(const char **at, unsigned most, unsigned *number)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(*at, &end, 10);
    if (errno || **at < '0' || **at > '9' || value > most || (*end != ' ' && *end != '\n'))
        return false;
    *at = end + 1;
    *number = (unsigned)value;
    return true;
}

static bool token_take(const char **at, char token[TOKEN_SIZE])
{
    size_t size = strcspn(*at, " \n");
    if (size == 0 || size >= TOKEN_SIZE || (*at)[size] != ' ')
        return false;
    memcpy(token, *at, size);
    token[size] = '\0';
    *at += size + 1;
    return true;
}

static bool ask_parse(struct ask *ask, const char *text)
{
    unsigned late;
    if (!number_take(&text, UINT8_MAX, &ask->surface) ||
        !number_take(&text, TACHO_TRUE_COLOUR, &ask->depth) || !number_take(&text, 10000, &ask->columns) ||
        !token_take(&text, ask->token) || !number_take(&text, 1, &late))
        return false;
    ask->late = late;
    /* As the shell's own programs would see it: without symlinks. A directory that is gone has no line. */
    return text[0] != '/' || realpath(text, ask->directory) || !(ask->directory[0] = '\0');
}

/* Reads what a shell has written last; false if that is not an ask. */
static bool ask_read(const struct shell_asks *asks, pid_t pid, struct ask *ask)
{
    char name[NAME_SIZE], text[ASK_MAX];
    struct stat status;
    ssize_t size = -1;
    name_of(name, pid, "ask");
    int file = openat(asks->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid())
        size = read(file, text, sizeof text - 1);
    close(file);
    if (size <= 0)
        return false;
    text[size] = '\0';
    return ask_parse(ask, text);
}

/* ---- its answer ---------------------------------------------------------------------------------- */

/* Puts the answer into asks->text. Returns whether it is complete. */
static bool answer_make(struct shell_asks *asks, const struct ask *ask, int64_t asked_us)
{
    bool fresh = true;
    struct tacho_copy *copy = (void *)asks->copy;
    int64_t slot = -1, size = 0;
    struct publisher_asker asker = {(uint8_t)ask->surface, (uint8_t)ask->depth};
    if (ask->directory[0])
        slot =
            answers_directory(asks->answers, ask->directory, strlen(ask->directory), asker, asked_us, &fresh);
    if (slot >= 0 && tacho_read(&asks->segment, (uint32_t)slot, copy, TACHO_COPY_MAX) == TACHO_OK)
        size = tacho_format(copy, (enum tacho_surface)ask->surface, (enum tacho_depth)ask->depth,
                            ask->columns, false, asks->line, sizeof asks->line);
    text_clear(&asks->text);
    text_add_string(&asks->text, ask->token);
    text_add_char(&asks->text, '\n');
    text_add(&asks->text, asks->line, size > 0 ? (size_t)size : 0);
    text_add_char(&asks->text, '\n');
    return fresh;
}

static bool answer_write(const struct shell_asks *asks, pid_t pid)
{
    char name[NAME_SIZE];
    name_of(name, pid, "line");
    int file = openat(asks->runtime, NEW_LINE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    ssize_t written = write(file, asks->text.bytes, asks->text.size);
    close(file);
    return written == (ssize_t)asks->text.size && renameat(asks->runtime, NEW_LINE, asks->folder, name) == 0;
}

/* `again`: it was answered before, and that was not complete. */
static void shell_answer(struct shell_asks *asks, struct shell *shell, bool again)
{
    struct ask ask;
    shell->due = shell->incomplete = false;
    if (!ask_read(asks, shell->pid, &ask))
        return;
    shell->incomplete = !answer_make(asks, &ask, shell->asked_us);
    if (again && shell->incomplete)
        return;
    if (answer_write(asks, shell->pid) && (ask.late || again))
        kill(shell->pid, SIGURG);
}

void shell_asks_answer(struct shell_asks *asks)
{
    if (!asks || !asks->any_due)
        return;
    asks->any_due = false;
    for (struct shell *shell = asks->shells; shell; shell = shell->next)
        if (shell->due)
            shell_answer(asks, shell, false);
}

void shell_asks_look_again(struct shell_asks *asks)
{
    for (struct shell *shell = asks ? asks->shells : NULL; shell; shell = shell->next)
        if (shell->incomplete)
            shell_answer(asks, shell, true);
}

/* ---- opening ------------------------------------------------------------------------------------- */

/* What is there is of shells that asked an earlier agent. */
static void folder_take_over(struct shell_asks *asks)
{
    int copy = fcntl(asks->folder, F_DUPFD_CLOEXEC, 0);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    if (!folder) {
        if (copy >= 0)
            close(copy);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        pid_t pid = asker_named(entry->d_name);
        if (pid)
            shell_asked(asks, pid);
    }
    closedir(folder);
    forget_the_gone(asks);
}

static int folder_open(struct shell_asks *asks, const char *runtime, struct watcher *watcher)
{
    char path[PATH_MAX], segment[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", runtime, TACHO_SHELLS_NAME) >= (int)sizeof path ||
        snprintf(segment, sizeof segment, "%s/%s", runtime, TACHO_SEGMENT_NAME) >= (int)sizeof segment ||
        folder_make(path) < 0)
        return -1;
    asks->runtime = open(runtime, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    asks->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (asks->runtime < 0 || asks->folder < 0 || tacho_open(&asks->segment, segment) != TACHO_OK)
        return -1;
    asks->watch = watch_add(watcher, path, IN_CLOSE_WRITE, folder_changed, asks);
    return asks->watch ? 0 : -1;
}

struct shell_asks *shell_asks_open(const char *runtime, struct watcher *watcher, struct answers *answers)
{
    struct shell_asks *asks = memory_zeroed(1, sizeof *asks);
    asks->answers = answers;
    asks->runtime = asks->folder = asks->segment.descriptor = -1;
    if (folder_open(asks, runtime, watcher) < 0) {
        shell_asks_close(asks);
        return NULL;
    }
    folder_take_over(asks);
    return asks;
}

void shell_asks_close(struct shell_asks *asks)
{
    if (!asks)
        return;
    if (asks->watch)
        watch_remove(asks->watch);
    while (asks->shells) {
        struct shell *shell = asks->shells;
        asks->shells = shell->next;
        free(shell);
    }
    tacho_close(&asks->segment);
    if (asks->runtime >= 0)
        close(asks->runtime);
    if (asks->folder >= 0)
        close(asks->folder);
    text_free(&asks->text);
    free(asks);
}
