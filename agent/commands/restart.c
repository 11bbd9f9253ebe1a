/* `tacho restart`: ends the agent, if one runs, and starts it. */
#include "command.h"

#include "../base/say.h"

static const char usage[] = "usage: tacho restart [--wait]\n"
                            "\n"
                            "Ends the agent, if one runs, and starts it: after an upgrade, say.\n"
                            "\n"
                            "  --wait   return when all logs are accounted for\n";

int command_restart(int argc, char **argv)
{
    bool wait = false;
    const struct option_rule rules[] = {{"wait", 'w', OPTION_FLAG, &wait}};
    const struct options options = {"restart", usage, rules, 1, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    struct text why = TEXT_EMPTY;
    enum agent_answer answer = agent_stop(&why);
    if (answer == AGENT_REFUSED)
        say("restart: the agent answered: %s", why.bytes);
    text_free(&why);
    if (answer == AGENT_SILENT)
        return agent_say_silent("restart");
    if (answer == AGENT_REFUSED)
        return STATUS_FAILED;
    if ((status = agent_start("restart")) != STATUS_DONE)
        return status;
    printf("the agent is running (process %ld)\n", (long)agent_pid());
    fflush(stdout);
    return wait ? agent_wait("restart") : STATUS_DONE;
}
