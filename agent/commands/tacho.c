/* `tacho COMMAND ...`: the table of commands, and dispatch. */
#include "command.h"

#include "../base/say.h"
#include "../base/suggest.h"

#include <string.h>

static const struct command commands[] = {
    {"start", command_start, "start the agent in the background"},
    {"stop", command_stop, "end it"},
    {"restart", command_restart, "end it and start it again"},
    {"status", command_status, "what the agent is doing, and how much it has read"},
    {"daily", command_daily, "tokens and cost by day"},
    {"weekly", command_weekly, "by week"},
    {"monthly", command_monthly, "by month"},
    {"session", command_session, "tokens and cost by session"},
    {"blocks", command_blocks, "in the five-hour blocks that limits go by"},
    {"statusline", command_statusline, "ccusage's status line; `tacho setup` installs Tacho's own"},
    {"claude", command_claude, "the same reports in ccusage's grammar: tacho claude daily"},
    {"totals", command_totals, "every sum by Tacho's counting rules, for programs"},
    {"prices", command_prices, "what tokens cost, and your own prices"},
    {"reconcile", command_reconcile, "why Tacho and ccusage come to different sums, by reason"},
    {"watch", command_watch, "what is going on, full-screen and as it happens"},
    {"segments", command_segments, "what a status line can be made of, with samples"},
    {"alerts", command_alerts, "what is raised, the rules, and acknowledging them"},
    {"doctor", command_doctor, "what is wrong, and how to mend it"},
    {"events", command_events, "the changes of the published numbers, as they come"},
    {"dump", command_dump, "the shared memory that hooks read, decoded"},
    {"ledger", command_ledger, "the history that is kept: verify, export, import, rebuild"},
    {"init", command_init, "print the script that puts the line into bash, zsh or fish"},
    {"demo", command_demo, "every preset in every theme, with an imagined session"},
    {"config", command_config, "look at and change the configuration, which it checks"},
    {"setup", command_setup, "make Claude Code show the status line; --undo takes it back"},
    {"version", command_version, "print the version"},
    {"help", command_help, "explain a command, with examples"},
};

const struct command *command_at(size_t index)
{
    return index < sizeof commands / sizeof *commands ? &commands[index] : NULL;
}

const struct command *command_find(const char *name)
{
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)); i++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

int command_unknown(const char *name)
{
    const struct command *nearest = NULL, *command;
    for (size_t i = 0; (command = command_at(i)); i++)
        if (suggest_is_near(name, command->name) &&
            (!nearest || suggest_distance(name, command->name) < suggest_distance(name, nearest->name)))
            nearest = command;
    if (nearest)
        say("unknown command '%s': did you mean 'tacho %s'?", name, nearest->name);
    else
        say("unknown command '%s': 'tacho help' lists them", name);
    return STATUS_USAGE;
}

/* The options that stand for a command. */
static const char *command_name(const char *argument)
{
    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)
        return "help";
    if (strcmp(argument, "--version") == 0 || strcmp(argument, "-V") == 0 || strcmp(argument, "-v") == 0)
        return "version";
    return argument;
}

/* What was printed is worth nothing if it did not arrive: a full disk must not look like success. */
static int output_finish(int status)
{
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) != 0 || failed) {
        say("cannot write the output: is the disk full?");
        return STATUS_FAILED;
    }
    return status;
}

int main(int argc, char **argv)
{
    static char *const only_help[] = {"help", NULL};
    if (argc < 2)
        return output_finish(command_help(1, (char **)only_help));
    const char *name = command_name(argv[1]);
    if (name[0] == '-') {
        say("unknown option '%s': options come after a command; 'tacho help' lists them", name);
        return STATUS_USAGE;
    }
    const struct command *command = command_find(name);
    if (!command)
        return command_unknown(name);
    return output_finish(command->run(argc - 1, argv + 1));
}
