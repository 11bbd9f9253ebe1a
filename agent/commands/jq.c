/* Printing a document through jq, the program. */
#include "reports.h"

#include "../base/say.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts `jq FILTER` reading from a pipe, whose other end is *input. Returns 0 or an error number. */
static int jq_start(const char *filter, pid_t *child, int *input)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return errno;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    struct text spaced = TEXT_EMPTY; /* jq 1.6 has no `--`: a space keeps a filter from being an option */
    text_addf(&spaced, " %s", filter);
    char *const arguments[] = {(char *)"jq", spaced.bytes, NULL};
    int error = posix_spawnp(child, "jq", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    text_free(&spaced);
    close(ends[0]);
    if (error)
        close(ends[1]);
    *input = ends[1];
    return error;
}

static void write_all(int descriptor, const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return; /* it has ended: its exit status says why */
        bytes += written;
        size -= (size_t)written;
    }
}

int jq_print(const char *command, const char *filter, const struct text *document)
{
    pid_t child;
    int input = -1, status = 0;
    fflush(stdout);
    int error = jq_start(filter, &child, &input);
    if (error) {
        say("%s: cannot run jq: %s%s", command, strerror(error),
            error == ENOENT ? ": install it, or leave --jq out" : "");
        return STATUS_FAILED;
    }
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    write_all(input, document->bytes, document->size);
    close(input);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    signal(SIGPIPE, before);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? STATUS_DONE : STATUS_FAILED;
}
