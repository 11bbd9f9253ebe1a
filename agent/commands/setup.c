/* `tacho setup`: makes Claude Code and shells show Tacho's line, and takes it all back. */
#include "setup.h"

#include "command.h"

#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho setup [--scope user|project|local] [--refresh SECONDS] [--from NAME | --no-import]\n"
    "                   [--events] [--shell SHELL] [--yes] [--print]\n"
    "       tacho setup --undo [--yes] [--print]\n"
    "\n"
    "Makes Claude Code show Tacho's status line: sets \"statusLine\" in its settings.json. Shows every "
    "change\n"
    "first, asks, and keeps a copy of the file beside it. Everything else in the file stays as it is.\n"
    "Where ccstatusline, claude-powerline or CCometixLine draws the line so far, its configuration is taken\n"
    "over into Tacho's, with a list of what could not be.\n"
    "\n"
    "  --scope SCOPE      whose settings: user (all projects), project (.claude/settings.json here) or "
    "local\n"
    "                     (.claude/settings.local.json here)\n"
    "  --refresh SECONDS  have the line drawn so often also while nothing happens (else 5; 0: not); what "
    "that\n"
    "                     costs is measured and shown\n"
    "  --from NAME        take over the configuration of that one, also where it draws no line\n"
    "  --no-import        take none over\n"
    "  --events           have Claude Code's own hooks tell the agent of events, so that the line says at "
    "once that\n"
    "                     a session waits for you, works, runs a tool or compacts\n"
    "  --shell SHELL      put the line above the prompt of bash, zsh or fish too: `tacho init` in its file\n"
    "  --undo             put the files back as they were; of one that was edited since only Tacho's part "
    "goes\n"
    "  --yes              do not ask\n"
    "  --print            only show the changes\n"
    "\n"
    "examples:\n"
    "  tacho setup\n"
    "  tacho setup --yes --shell zsh\n"
    "  tacho setup --from ccstatusline --print\n"
    "  CLAUDE_CONFIG_DIR=~/work/.claude tacho setup --print\n"
    "  tacho setup --undo --yes\n";

/* The last that was put in is the first to be taken out: so the settings are found as setup left them. */
static int undo_all(const struct setup_wish *wish)
{
    int events = setup_events(wish), line = setup_line(wish);
    int import = setup_import(wish), shell = setup_shell(wish);
    bool is_done = line == STATUS_DONE && events == STATUS_DONE && import == STATUS_DONE;
    return is_done ? shell : STATUS_FAILED;
}

/*
 * The parts in turn: the import first, while the old line still tells what to import. What is offered comes
 * last, and only where there is somebody to answer. Declining an import or an offer is no failure.
 */
static int setup_all(const struct setup_wish *wish)
{
    bool asks = !wish->yes && !wish->print && isatty(STDIN_FILENO);
    int import = wish->no_import ? STATUS_DONE : setup_import(wish);
    int line = setup_line(wish), events = STATUS_DONE, shell = STATUS_DONE;
    if (line == STATUS_DONE && (wish->events || asks))
        events = setup_events(wish);
    if (line == STATUS_DONE && (wish->shell || asks))
        shell = setup_shell(wish);
    if (line != STATUS_DONE || (wish->events && events != STATUS_DONE) ||
        (wish->shell && shell != STATUS_DONE))
        return STATUS_FAILED;
    return asks ? STATUS_DONE : import;
}

int command_setup(int argc, char **argv)
{
    struct setup_wish wish = {0};
    const struct option_rule rules[] = {
        {"undo", 'u', OPTION_FLAG, &wish.undo},         {"yes", 'y', OPTION_FLAG, &wish.yes},
        {"print", 'p', OPTION_FLAG, &wish.print},       {"scope", 0, OPTION_TEXT, &wish.scope},
        {"refresh", 0, OPTION_TEXT, &wish.refresh},     {"shell", 0, OPTION_TEXT, &wish.shell},
        {"events", 0, OPTION_FLAG, &wish.events},       {"from", 0, OPTION_TEXT, &wish.from},
        {"no-import", 0, OPTION_FLAG, &wish.no_import},
    };
    const struct options options = {"setup", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (wish.scope && setup_scope_of(wish.scope) == SCOPE_COUNT)
        return option_bad(&options, "scope", wish.scope, "user, project or local");
    if (wish.from && !setup_peer_named(wish.from))
        return option_bad(&options, "from", wish.from, "ccstatusline, claude-powerline or CCometixLine");
    if (wish.shell && !setup_knows_shell(wish.shell))
        return option_bad(&options, "shell", wish.shell, "bash, zsh or fish");
    if (wish.refresh && (strspn(wish.refresh, "0123456789") != strlen(wish.refresh) || !*wish.refresh ||
                         strlen(wish.refresh) > 5))
        return option_bad(&options, "refresh", wish.refresh, "seconds");
    return wish.undo ? undo_all(&wish) : setup_all(&wish);
}
