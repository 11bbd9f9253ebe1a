/*
 * From the client's first draw, with no agent there, until the session's own numbers are in the segment. Runs
 * the hook with the client's document, which starts the agent, and draws again every 20 ms, as a busy client
 * might; prints how long the first draw took, and how long it was until the session's slot said as many
 * entries as it has. With ENTRIES 0 it only says how many the slot has now.
 *
 *     live_session SEGMENT SESSION ENTRIES HOOK DOCUMENT
 */
#include "../shm/metrics.h"
#include "../shm/tacho.h"
#include "figures.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#define PATIENCE_NS INT64_C(20000000000)
#define PAUSE_NS    20000000

extern char **environ;

static uint64_t buffer[TACHO_COPY_MAX / sizeof(uint64_t)];

/* The entries that a session's slot says; 0: there is no such slot. */
static uint64_t entries_of(const char *path, const char *session)
{
    struct tacho_segment segment;
    uint64_t value = 0;
    if (tacho_open(&segment, path))
        return 0;
    if (tacho_read_key(&segment, TACHO_SESSION, session, strlen(session), buffer, sizeof buffer) ||
        !tacho_word((const struct tacho_copy *)buffer, TACHO_WORD_ENTRIES, &value))
        value = 0;
    tacho_close(&segment);
    return value;
}

static int run_hook(char *hook, const char *document)
{
    posix_spawn_file_actions_t actions;
    char *arguments[] = {hook, NULL};
    pid_t pid;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, document, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&pid, hook, &actions, NULL, arguments, environ) == 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fputs("usage: live_session SEGMENT SESSION ENTRIES HOOK DOCUMENT\n", stderr);
        return 2;
    }
    const uint64_t entries = strtoull(argv[3], NULL, 10);
    if (!entries) {
        printf("{\"name\":\"entries\",\"count\":%llu}\n", (unsigned long long)entries_of(argv[1], argv[2]));
        return 0;
    }
    const int64_t began = clock_ns();
    int64_t drawn, shown;
    if (run_hook(argv[4], argv[5]) != 0) {
        fprintf(stderr, "live_session: %s: failed\n", argv[4]);
        return 1;
    }
    drawn = clock_ns() - began;
    while (entries_of(argv[1], argv[2]) < entries && clock_ns() - began < PATIENCE_NS) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
        run_hook(argv[4], argv[5]);
    }
    shown = clock_ns() - began;
    print_times("drawn", &drawn, 1);
    print_times("shown", &shown, 1);
    if (shown < PATIENCE_NS)
        return 0;
    fprintf(stderr, "live_session: %s: does not come to %s entries\n", argv[2], argv[3]);
    return 1;
}
