/* `tacho claude daily|weekly|...`: ccusage 20's grammar and documents for Claude Code alone. */
#include "reports.h"

#include "../base/say.h"
#include "../base/suggest.h"

#include <string.h>

static const char usage[] =
    "usage: tacho claude [daily|weekly|monthly|session|blocks|statusline] [OPTIONS]\n"
    "\n"
    "The reports of Claude Code's logs, with ccusage 20's flags and documents; daily if none is named.\n"
    "\n"
    "examples:\n"
    "  tacho claude daily --json\n"
    "  tacho claude session --since 20260801\n"
    "  tacho claude blocks --active\n"
    "\n"
    "'tacho claude daily --help' lists the options.\n";

static const struct {
    const char *name;
    enum document_kind kind;
} reports[] = {
    {"daily", DOCUMENT_DAILY},     {"weekly", DOCUMENT_WEEKLY}, {"monthly", DOCUMENT_MONTHLY},
    {"session", DOCUMENT_SESSION}, {"blocks", DOCUMENT_BLOCKS}, {"statusline", DOCUMENT_STATUSLINE},
};

static int say_unknown(const char *name)
{
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        if (suggest_is_near(name, reports[i].name)) {
            say("claude: unknown report '%s': did you mean 'tacho claude %s'?", name, reports[i].name);
            return STATUS_USAGE;
        }
    }
    say("claude: unknown report '%s': there are daily, weekly, monthly, session, blocks and statusline",
        name);
    return STATUS_USAGE;
}

int command_claude(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof reports / sizeof *reports; i++) {
        if (strcmp(argv[1], reports[i].name) != 0)
            continue;
        return reports[i].kind == DOCUMENT_STATUSLINE
                   ? reports_statusline(true, argc - 1, argv + 1)
                   : reports_command(reports[i].kind, true, argc - 1, argv + 1);
    }
    if (argc > 1 && argv[1][0] != '-')
        return say_unknown(argv[1]);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return STATUS_DONE;
    }
    return reports_command(DOCUMENT_DAILY, true, argc, argv);
}
