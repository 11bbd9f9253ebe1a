/* `tacho watch`: the full-screen live view, a program of its own (agent/watch/). */
#include "command.h"

#include "../base/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho watch\n"
    "\n"
    "Shows what is going on, full-screen and as it happens: today, the block and the limits with what they will\n"
    "come to, the sessions that are at work or wait for you, models and projects of today, cost by hour and by\n"
    "day, and the repositories. It draws when something changed, and what changed.\n"
    "\n"
    "  arrows, j, k   select a session; Enter: all that is known of it\n"
    "  s, r           sort by activity, cost, rate, context or name; the other way round\n"
    "  /              only sessions with this in their name, model, directory, branch or state\n"
    "  ?              all keys\n"
    "  q              quit\n"
    "\n"
    "Colours are those of `tacho config theme`; NO_COLOR is honoured. Starts the agent if none runs.\n"
    "\n"
    "examples:\n"
    "  tacho watch\n"
    "  tmux split-window -l 12 'tacho watch'      beside your work: it fits any size\n";

int command_watch(int argc, char **argv)
{
    const struct options options = {"watch", usage, NULL, 0, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        say("watch: needs a terminal; 'tacho status' and 'tacho blocks --active' print what is now");
        return STATUS_USAGE;
    }
    if (!agent_pid() && (status = agent_start("watch")) != STATUS_DONE)
        return status;
    char *path = places_beside("../libexec/tacho-watch");
    if (path)
        execv(path, (char *const[]){path, NULL});
    say("watch: cannot run %s: %s: install tacho again", path ? path : "tacho-watch", strerror(errno));
    free(path);
    return STATUS_FAILED;
}
