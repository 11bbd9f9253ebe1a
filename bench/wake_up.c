/*
 * The least that a line can cost a program that sleeps until a log grows: waking up, reading the notice,
 * opening the log, reading the line, closing it. A child does just that, and nothing with what it read, for
 * lines appended at the pace of append_visible; the CPU time that it took is the yardstick of the agent's.
 *
 *     wake_up LOG COUNT
 */
#include "figures.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_SIZE   1047 /* append_visible's */
#define WARM_ROUNDS 10

static int64_t cpu_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

static int read_line(const char *path, off_t offset)
{
    char line[LINE_SIZE];
    struct stat status;
    const int log = open(path, O_RDONLY | O_CLOEXEC);
    const bool is_read =
        log >= 0 && fstat(log, &status) == 0 && pread(log, line, sizeof line, offset) == (ssize_t)sizeof line;
    if (log >= 0)
        close(log);
    return is_read ? 0 : -1;
}

/* Wakes up for every line; returns the CPU time, ns, of all rounds but the first few, or -1. */
static int64_t follow(const char *path, int inotify, size_t count, atomic_size_t *seen)
{
    static char events[65536];
    struct epoll_event event = {.events = EPOLLIN};
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    int64_t start = 0;
    if (epoll_ctl(poll, EPOLL_CTL_ADD, inotify, &event))
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (i == WARM_ROUNDS)
            start = cpu_ns();
        if (epoll_wait(poll, &event, 1, -1) != 1 || read(inotify, events, sizeof events) <= 0 ||
            read_line(path, (off_t)(i * LINE_SIZE)))
            return -1;
        atomic_store(seen, i + 1);
    }
    return cpu_ns() - start;
}

static void pause_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000 + random() % 18000000}, NULL);
}

static int append_lines(int log, size_t count, const atomic_size_t *seen)
{
    char line[LINE_SIZE];
    memset(line, ' ', sizeof line);
    for (size_t i = 0; i < count; i++) {
        if (write(log, line, sizeof line) != (ssize_t)sizeof line)
            return -1;
        for (int looks = 0; atomic_load(seen) <= i; looks++) {
            if (looks == 1000)
                return -1;
            pause_a_little();
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    const size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count <= WARM_ROUNDS) {
        fputs("usage: wake_up LOG COUNT\n", stderr);
        return 2;
    }
    const int log = open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int inotify = inotify_init1(IN_CLOEXEC);
    atomic_size_t *seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (log < 0 || inotify_add_watch(inotify, argv[1], IN_MODIFY) < 0 || seen == MAP_FAILED) {
        fprintf(stderr, "wake_up: cannot open or watch %s\n", argv[1]);
        return 1;
    }
    const pid_t child = fork();
    if (child == 0) {
        const int64_t used = follow(argv[1], inotify, count, seen);
        if (used >= 0)
            printf("{\"name\":\"wake-up\",\"count\":%zu,\"cpu_ns\":%lld}\n", count - WARM_ROUNDS,
                   (long long)used / (long long)(count - WARM_ROUNDS));
        return used < 0;
    }
    int status = 1;
    const int failed = child < 0 || append_lines(log, count, seen);
    return child < 0 || waitpid(child, &status, 0) != child || failed || status;
}
