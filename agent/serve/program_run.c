/* Programs of a person's own: see program_run.h. */
#include "program_run.h"

#include "../base/clock.h"
#include "../base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 100 };

/* Its own process group, so that what it starts ends with it; no signal blocked or ignored. */
static int spawn(const struct program_run *run, int output, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawnp(pid, run->argv[0], &files, &attributes, run->argv, run->environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Takes what there is to read, the first bytes of it into the output. Returns false at its end. */
static bool take_output(const struct program_run *run, struct program_end *end, int from)
{
    char more[4096];
    ssize_t got = read(from, more, sizeof more);
    if (got <= 0)
        return got < 0 && (errno == EINTR || errno == EAGAIN);
    for (ssize_t i = 0; i < got && end->size < run->room; i++)
        run->output[end->size++] = more[i];
    return true;
}

/* Until it has ended, whoever still holds its output, or the time is over, or the worker. */
static void collect(const struct program_run *run, struct program_end *end, int from, int process)
{
    int64_t until_us = clock_monotonic_us() + run->timeout_us, left_us;
    struct pollfd poll_for[] = {{.fd = from, .events = POLLIN}, {.fd = process, .events = POLLIN}};
    while ((left_us = until_us - clock_monotonic_us()) > 0 &&
           !(run->worker && worker_is_stopping(run->worker))) {
        int64_t wait_ms = left_us / 1000 + 1;
        if (poll(poll_for, 2, wait_ms < LOOK_MS ? (int)wait_ms : LOOK_MS) <= 0)
            continue;
        if (poll_for[0].revents && !take_output(run, end, from))
            poll_for[0].fd = -1; /* it may go on without */
        else if (poll_for[0].revents)
            continue;
        if (poll_for[1].revents || (poll_for[0].fd < 0 && process < 0))
            return;
    }
    end->timed_out = true;
}

struct program_end program_run(const struct program_run *run)
{
    struct program_end end = {0};
    int ends[2];
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return (struct program_end){.error = errno};
    end.error = spawn(run, ends[1], &pid);
    close(ends[1]);
    if (end.error == 0) {
        int process = (int)syscall(SYS_pidfd_open, pid, 0);
        collect(run, &end, ends[0], process);
        if (end.timed_out)
            kill(-pid, SIGKILL);
        while (waitpid(pid, &end.status, 0) < 0 && errno == EINTR)
            ;
        kill(-pid, SIGKILL); /* what it left behind */
        if (process >= 0)
            close(process);
    }
    close(ends[0]);
    return end;
}
