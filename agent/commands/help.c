/* `tacho help`: the list of commands; `tacho help COMMAND`: what that command says for itself. */
#include "command.h"

#include <unistd.h>

static const char usage[] = "usage: tacho help [COMMAND [SUBCOMMAND]]\n"
                            "\n"
                            "Lists the commands, or explains one.\n";

static void help_list(void)
{
    fputs("usage: tacho COMMAND [OPTIONS]\n"
          "\n"
          "The speedometer of your coding agent: what it uses and costs, always ready for your prompt.\n"
          "\n",
          stdout);
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)); i++)
        printf("  %-10s %s\n", command->name, command->summary);
    fputs("\n"
          "examples:\n"
          "  tacho setup                    make Claude Code show the status line\n"
          "  eval \"$(tacho init bash)\"      the same numbers in your shell's prompt\n"
          "  tacho daily --since 20260801   tokens and cost by day\n"
          "\n"
          "'tacho help COMMAND' explains one.\n",
          stdout);
}

int command_help(int argc, char **argv)
{
    const struct options options = {"help", usage, NULL, 0, 2};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (optind >= argc) {
        help_list();
        return STATUS_DONE;
    }
    const struct command *command = command_find(argv[optind]);
    if (!command)
        return command_unknown(argv[optind]);
    char *arguments[] = {(char *)command->name, (char *)"--help", NULL, NULL};
    if (optind + 1 == argc)
        return command->run(2, arguments);
    arguments[1] = argv[optind + 1]; /* help claude daily: a report of it, or a subcommand */
    arguments[2] = (char *)"--help";
    return command->run(3, arguments);
}
