/*
 * Shells, as `tacho doctor` sees them: whether the reader that `tacho init` puts into one loads in the shell
 * that is installed. Where it does not the prompt is right all the same, and a little later.
 */
#include "doctor.h"

#include "command.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A shell without its start-up files loads a reader and ends. */
static const struct shell {
    const char *name, *options, *load, *reader, *file;
} shells[] = {
    {"bash", "--norc", "enable -f \"$1\" tacho_prompt", "../lib/tacho.bash", "../lib/tacho.bash"},
    {"zsh", "-f", "module_path=(\"$1\"); zmodload tacho", "../lib/tacho.zsh", "../lib/tacho.zsh/tacho.so"},
};

enum { PATIENCE_STEPS = 500, STEP_NS = 10 * 1000 * 1000 };

/* Waits for a child, five seconds at most. Returns whether it ended well. */
static bool ends_well(pid_t child)
{
    const struct timespec step = {.tv_nsec = STEP_NS};
    int status = -1;
    for (int i = 0; i < PATIENCE_STEPS; i++) {
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended != 0)
            return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        nanosleep(&step, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return false;
}

/* Whether the shell loads the reader; also if there is no such shell. */
static bool loads(const struct shell *shell, const char *reader)
{
    const char *arguments[] = {shell->name, shell->options, "-c", shell->load, "tacho", reader, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++)
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
    int failed =
        posix_spawnp(&child, shell->name, &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed || ends_well(child);
}

void doctor_check_shells(struct findings *findings)
{
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        const struct shell *shell = &shells[i];
        char *reader = places_beside(shell->reader), *file = places_beside(shell->file);
        if (!reader || !file)
            ;
        else if (access(file, R_OK) < 0)
            findings_note(
                findings, "shell-reader",
                "nothing to do; where tacho is built with the shell's headers a prompt takes less time",
                "%s: tacho was built without a reader for it: its prompt asks by file", shell->name);
        else if (!loads(shell, reader))
            findings_note(findings, "shell-reader",
                          "nothing to do; a tacho built for this version of the shell takes less time",
                          "%s: its version is not the one that %s was built for: its prompt asks by file",
                          shell->name, file);
        free(reader);
        free(file);
    }
}
