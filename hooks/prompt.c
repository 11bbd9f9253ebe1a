/*
 * tacho-prompt SURFACE: the current directory's line for a shell prompt, tmux or a bar.
 *
 * It asks the agent for a fence, so that the line is right after whatever command ran before it, and
 * prints the directory's line in the surface's syntax. With --cached it only reads the segment. Where there
 * is nothing to show it prints nothing: the prompt around it stands by itself.
 */
#include "hook.h"

#include "../shm/place.h"

#include <string.h>
#include <unistd.h>

extern char **environ;

static struct runtime runtime;
HOOK_LARGE static char directory[HOOK_PATH_MAX];

static const char USAGE[] =
    "usage: tacho-prompt bash|zsh|fish|tmux|plain|json|waybar|polybar [--of PID] [--cached] [--wait MS] "
    "[--columns N]\n"
    "       tacho-prompt depth\n"
    "\n"
    "Prints the current directory's line: git state, live cost. `tacho init SHELL` puts it into a prompt.\n"
    "With --of, the line of the directory that a process of yours works in.\n"
    "With `depth`, how many colours that line would have here: 0 none, 1 sixteen, 2 256, 3 any.\n";

struct options {
    bool cached, help, depth;
    uint32_t wait_ms, columns;
    const char *process;        /* whose directory's line is wanted; NULL: our own */
    enum tacho_surface surface; /* 0: not a known one */
    void (*bar)(const struct tacho_segment *segment, const struct line_room *room, size_t size);
};

/* What a bar shows is a plain line, in its own syntax. */
static void surface_take(struct options *options, const char *name)
{
    options->bar = strcmp(name, "waybar") == 0    ? bar_waybar
                   : strcmp(name, "polybar") == 0 ? bar_polybar
                                                  : NULL;
    if (options->bar)
        options->surface = TACHO_PLAIN;
    else
        surface_named(name, &options->surface);
}

static struct options options_read(char **arguments)
{
    struct options options = {.wait_ms = HOOK_WAIT_MS};
    for (char **at = arguments + 1; *at; at++) {
        if (strcmp(*at, "--cached") == 0)
            options.cached = true;
        else if (strcmp(*at, "--help") == 0)
            options.help = true;
        else if (strcmp(*at, "--wait") == 0 && at[1])
            number_read(*++at, 10000, &options.wait_ms);
        else if (strcmp(*at, "--columns") == 0 && at[1])
            number_read(*++at, 10000, &options.columns);
        else if (strcmp(*at, "--of") == 0 && at[1])
            options.process = *++at;
        else if (strcmp(*at, "depth") == 0)
            options.depth = true;
        else if (!options.surface)
            surface_take(&options, *at);
    }
    return options;
}

/*
 * Goes where a process works. Its number is all that tmux has to be told: a directory's name, in a command
 * that a shell is given, would be run.
 */
static bool follow(const char *process)
{
    char path[sizeof "/proc/4294967295/cwd"];
    uint32_t number;
    size_t size = strlen(process);
    if (!number_read(process, INT32_MAX, &number) || size > sizeof "4294967295" - 1)
        return false;
    memcpy(path, "/proc/", 6);
    memcpy(path + 6, process, size);
    memcpy(path + 6 + size, "/cwd", sizeof "/cwd");
    return chdir(path) == 0;
}

int main(int count, char **arguments)
{
    (void)count;
    const char *const *environment = (const char *const *)environ;
    struct options options = options_read(arguments);
    if (options.depth) {
        const char digit[] = {(char)('0' + surroundings_depth(environment)), '\n'};
        show_bytes(digit, sizeof digit);
        return 0;
    }
    if (options.help || !options.surface) {
        show_bytes(USAGE, sizeof USAGE - 1);
        return options.help ? 0 : 2;
    }
    struct show show = {
        .surface = options.surface,
        .depth = surroundings_depth(environment),
        .columns = options.surface == TACHO_JSON ? 0 : options.columns,
        .newline = options.surface == TACHO_JSON || (options.surface == TACHO_PLAIN && !options.bar),
        .write = options.bar,
    };
    runtime_find(&runtime, environment);
    if (!runtime.size || (options.process && !follow(options.process)) ||
        !getcwd(directory, sizeof directory) || directory[0] != '/')
        return 0;
    size_t size = strlen(directory);
    const struct question question = {TACHO_REQUEST_FENCE, size, 0, directory, NULL, (int)options.wait_ms};
    bool shown = false, lacks = false;
    if (!options.cached) {
        struct tacho_reply reply;
        enum ask_result result = ask(&runtime, environment, &question, &show, &reply);
        /* Answered, and nothing to show: that is the truth, not a reason to show something old. */
        if (result == ASK_ANSWERED && reply.status != TACHO_REPLY_NOTHING)
            shown = show_reply(&runtime, &reply, &show) || reply.status == TACHO_REPLY_FRESH;
    }
    if (!shown)
        show_key(&runtime, TACHO_DIRECTORY, directory, size, !options.cached, &show, &lacks);
    if (lacks && options.cached)
        tell(&runtime, &question, &show);
    return 0;
}
