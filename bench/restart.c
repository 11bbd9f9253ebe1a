/*
 * From the agent's exec until the right numbers are in the segment. Each round starts the agent, waits until
 * a new segment says as many entries as there are, and ends it again. Prints the wall time and the CPU time
 * that the agent had used by then.
 *
 *     restart SEGMENT ROUNDS ENTRIES AGENT
 */
#include "../shm/metrics.h"
#include "../shm/tacho.h"
#include "figures.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_NS INT64_C(10000000000)
#define PAUSE_NS    100000

extern char **environ;

static uint64_t buffer[TACHO_COPY_MAX / sizeof(uint64_t)];

static bool has_entries(const char *path, uint64_t entries)
{
    struct tacho_segment segment;
    uint64_t value = 0;
    if (tacho_open(&segment, path))
        return false;
    bool has = tacho_read_key(&segment, TACHO_GLOBAL, "", 0, buffer, sizeof buffer) == 0 &&
               tacho_word((const struct tacho_copy *)buffer, TACHO_WORD_ENTRIES, &value) && value == entries;
    tacho_close(&segment);
    return has;
}

/* CPU time that a process has used so far. */
static int64_t cpu_ns(pid_t pid)
{
    clockid_t clock;
    struct timespec used = {0};
    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* One start; -1 if the numbers do not come. */
static int start(const char *segment, uint64_t entries, char *agent, int64_t *wall, int64_t *cpu)
{
    char *arguments[] = {agent, NULL};
    pid_t pid;
    unlink(segment); /* else the agent takes over what is in it, and readers see it meanwhile */
    const int64_t began = clock_ns();
    if (posix_spawn(&pid, agent, NULL, NULL, arguments, environ))
        return -1;
    bool shown;
    while (!(shown = has_entries(segment, entries)) && clock_ns() - began < PATIENCE_NS)
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    *wall = clock_ns() - began;
    *cpu = cpu_ns(pid);
    kill(pid, SIGTERM);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return shown ? 0 : -1;
}

int main(int argc, char **argv)
{
    const size_t rounds = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
    if (!rounds) {
        fputs("usage: restart SEGMENT ROUNDS ENTRIES AGENT\n", stderr);
        return 2;
    }
    int64_t *wall = calloc(rounds, sizeof *wall), *cpu = calloc(rounds, sizeof *cpu);
    const uint64_t entries = strtoull(argv[3], NULL, 10);
    for (size_t i = 0; i < rounds; i++)
        if (!wall || !cpu || start(argv[1], entries, argv[4], &wall[i], &cpu[i])) {
            fprintf(stderr, "restart: %s: does not come to %s entries\n", argv[1], argv[3]);
            return 1;
        }
    print_times("wall", wall, rounds);
    print_times("cpu", cpu, rounds);
    return 0;
}
