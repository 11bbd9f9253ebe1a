/* `tacho stop`: ends the agent and returns once it is gone. */
#include "command.h"

#include "../base/say.h"

static const char usage[] = "usage: tacho stop\n"
                            "\n"
                            "Ends the agent and returns once it is gone. That none runs is no failure. The "
                            "next hook, or tacho start,\n"
                            "starts it again, with the same numbers.\n";

int command_stop(int argc, char **argv)
{
    const struct options options = {"stop", usage, NULL, 0, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    struct text why = TEXT_EMPTY;
    status = STATUS_DONE;
    switch (agent_stop(&why)) {
    case AGENT_OK:
        puts("the agent has ended");
        break;
    case AGENT_ABSENT:
        puts("no agent is running");
        break;
    case AGENT_REFUSED:
        say("stop: the agent answered: %s", why.bytes);
        status = STATUS_FAILED;
        break;
    case AGENT_SILENT:
        status = agent_say_silent("stop");
        break;
    }
    text_free(&why);
    return status;
}
