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
    "usage: tacho-prompt bash|zsh|fish|tmux|plain|json [--cached] [--wait MS] [--columns N]\n"
    "       tacho-prompt depth\n"
    "\n"
    "Prints the current directory's line: git state, live cost. `tacho init SHELL` puts it into a prompt.\n"
    "With `depth`, how many colours that line would have here: 0 none, 1 sixteen, 2 256, 3 any.\n";

struct options {
    bool cached, help, depth;
    uint32_t wait_ms, columns;
    enum tacho_surface surface; /* 0: not a known one */
};

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
        else if (strcmp(*at, "depth") == 0)
            options.depth = true;
        else if (!options.surface)
            surface_named(*at, &options.surface);
    }
    return options;
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
        .newline = options.surface == TACHO_JSON || options.surface == TACHO_PLAIN,
    };
    runtime_find(&runtime, environment);
    if (!runtime.size || !getcwd(directory, sizeof directory) || directory[0] != '/')
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
