/*
 * Spawns programs in turn and measures each from posix_spawn() to the end of waitpid(). In every round each
 * program runs once, in random order, so that whatever disturbs the machine disturbs them alike. Each
 * gets the same bytes on stdin, from a pipe that is at its end after them; stdout goes to /dev/null.
 *
 *     spawn ROUNDS INPUT NAME PROGRAM [ARGUMENT...] [: NAME PROGRAM [ARGUMENT...]]...
 */
#include "figures.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS_MAX 16
#define INPUT_MAX    (32 * 1024) /* fits a pipe */

extern char **environ;

struct program {
    const char *name;
    char **arguments;
    int64_t *times;
};

struct input {
    char bytes[INPUT_MAX];
    size_t size;
};

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "spawn: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

/* A pipe that holds the input and nothing more to come: its end for reading. */
static int input_pipe(const struct input *input)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        fail("pipe");
    if (write(ends[1], input->bytes, input->size) != (ssize_t)input->size)
        fail("write");
    close(ends[1]);
    return ends[0];
}

static int64_t run(const struct program *program, const struct input *input, int null)
{
    posix_spawn_file_actions_t actions;
    int from = input_pipe(input), status;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, null, STDOUT_FILENO);
    int64_t start = clock_ns();
    errno = posix_spawn(&pid, program->arguments[0], &actions, NULL, program->arguments, environ);
    if (errno)
        fail(program->arguments[0]);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            fail("waitpid");
    int64_t end = clock_ns();
    posix_spawn_file_actions_destroy(&actions);
    close(from);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "spawn: %s: ended with status %d\n", program->name, status);
        exit(EXIT_FAILURE);
    }
    return end - start;
}

static void shuffle(size_t *order, size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = (size_t)random() % (i + 1), held = order[i];
        order[i] = order[j];
        order[j] = held;
    }
}

static void read_input(struct input *input, const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = descriptor < 0 ? -1 : read(descriptor, input->bytes, sizeof input->bytes);
    if (size < 0)
        fail(path);
    input->size = (size_t)size;
    close(descriptor);
}

/* Splits "NAME PROGRAM ARGUMENT... : NAME ..." in place. Returns the number of programs. */
static size_t split_programs(char **words, struct program *programs, size_t rounds)
{
    size_t count = 0;
    while (*words && words[1] && count < PROGRAMS_MAX) {
        struct program *program = &programs[count++];
        program->name = *words++;
        program->arguments = words;
        program->times = calloc(rounds, sizeof *program->times);
        if (!program->times)
            fail("memory");
        while (*words && strcmp(*words, ":") != 0)
            words++;
        if (*words)
            *words++ = NULL;
    }
    return count;
}

int main(int argc, char **argv)
{
    static struct input input;
    struct program programs[PROGRAMS_MAX];
    size_t order[PROGRAMS_MAX];
    size_t rounds = argc > 4 ? strtoul(argv[1], NULL, 10) : 0;
    if (rounds == 0) {
        fputs("usage: spawn ROUNDS INPUT NAME PROGRAM [ARGUMENT...] [: NAME PROGRAM [ARGUMENT...]]...\n",
              stderr);
        return 2;
    }
    read_input(&input, argv[2]);
    size_t count = split_programs(argv + 3, programs, rounds);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t warm = 0; warm < 20; warm++)
        for (size_t i = 0; i < count; i++)
            run(&programs[i], &input, null);
    for (size_t round = 0; round < rounds; round++) {
        shuffle(order, count);
        for (size_t i = 0; i < count; i++)
            programs[order[i]].times[round] = run(&programs[order[i]], &input, null);
    }
    for (size_t i = 0; i < count; i++)
        print_times(programs[i].name, programs[i].times, rounds);
    return 0;
}
