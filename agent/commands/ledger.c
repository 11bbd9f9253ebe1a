/* `tacho ledger`: looking after the ledger. Larger subcommands are in ledger_….c. */
#include "ledger.h"

#include "../base/say.h"
#include "../ingest/log_tree.h"
#include "command.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "usage: tacho ledger status\n"
    "       tacho ledger verify\n"
    "       tacho ledger rebuild\n"
    "       tacho ledger export [FILE]\n"
    "       tacho ledger import FILE\n"
    "       tacho ledger vacuum\n"
    "\n"
    "The ledger keeps everything that was ever counted, also after logs are deleted: ledger-….db in the\n"
    "state directory, an SQLite database, one for each CLAUDE_CONFIG_DIR, with a daily backup beside it.\n"
    "\n"
    "  status    how much is in it, how large it is, when it was backed up\n"
    "  verify    checks the database, every number in it, and that its sums are those of its entries\n"
    "  rebuild   makes the sums anew from the entries, and has all logs read again; no history is lost\n"
    "  export    all messages as JSON Lines, to FILE or the terminal\n"
    "  import    merges such a file, from this or another machine; messages that are there count once. \"-\" "
    "is\n"
    "            standard input\n"
    "  vacuum    makes the file as small as it can be\n"
    "\n"
    "Verify and export read while the agent works. Rebuild, import and vacuum end it and start it again.\n"
    "\n"
    "A line of an export is a JSON object: first {\"ledger\": 1}, then one a message: \"entry\" (its "
    "identity, 32\n"
    "hexadecimal digits), \"when_us\" (Unix time), \"session\", \"model\", \"path\" and \"line\" (of the log "
    "it stands\n"
    "in), \"input\", \"output\", \"cache_write_5m\", \"cache_write_1h\", \"cache_read\" (tokens), \"tools\" "
    "(calls),\n"
    "\"usd_pusd\" (the cost it states, in 10^-12 dollar, if it does), and \"fast\", \"forked\", \"foreign\" "
    "where true.\n"
    "\n"
    "examples:\n"
    "  tacho ledger export | zstd > history.jsonl.zst\n"
    "  zstdcat history.jsonl.zst | tacho ledger import -\n"
    "  tacho ledger export | jq -r 'select(.entry) | .model' | sort | uniq -c\n";

/* ---- opening ------------------------------------------------------------------------------------------- */

int ledger_say(struct text *why)
{
    say("ledger: %s", why->size ? why->bytes : "it cannot be used");
    text_free(why);
    return STATUS_FAILED;
}

static struct ledger *open_ledger(enum ledger_wish wish)
{
    struct ledger_report report = {0};
    char *path = places_ledger();
    if (!path)
        return NULL;
    struct ledger *ledger = ledger_open(path, wish, &report);
    free(path);
    if (!ledger && report.is_missing)
        say("ledger: there is none yet: 'tacho start' makes it");
    else if (report.why.size)
        say("ledger: %s", report.why.bytes);
    text_free(&report.why);
    return ledger;
}

struct ledger *ledger_to_read(void)
{
    struct text answer = TEXT_EMPTY;
    if (agent_ask_ours("flush", &answer, NULL, NULL) == AGENT_SILENT)
        say("ledger: the agent does not answer: what it learned last may not be in the ledger yet");
    text_free(&answer);
    return open_ledger(LEDGER_READ);
}

struct ledger *ledger_to_write(bool *had_agent)
{
    struct text why = TEXT_EMPTY;
    *had_agent = false;
    switch (agent_stop(&why)) {
    case AGENT_OK:
        *had_agent = true;
        break;
    case AGENT_ABSENT:
        break;
    case AGENT_REFUSED:
        ledger_say(&why);
        return NULL;
    case AGENT_SILENT:
        agent_say_silent("ledger");
        return NULL;
    }
    text_free(&why);
    return open_ledger(LEDGER_WRITE);
}

/* A hook may have started an agent meanwhile; the ledger was not to be had for it. */
int ledger_written(struct ledger *ledger, bool had_agent, int status)
{
    struct text why = TEXT_EMPTY;
    ledger_close(ledger);
    if (agent_pid() && agent_stop(&why) == AGENT_OK)
        had_agent = true;
    text_free(&why);
    int started = had_agent ? agent_start("ledger") : STATUS_DONE;
    return status == STATUS_DONE ? started : status;
}

/* What changes a ledger must not make one: it would be empty. Says if there is none. */
static bool is_there(void)
{
    struct ledger_report report = {0};
    char *path = places_ledger();
    struct ledger *ledger = path ? ledger_open(path, LEDGER_READ, &report) : NULL;
    ledger_close(ledger);
    text_free(&report.why);
    free(path);
    if (report.is_missing)
        say("ledger: there is none yet: 'tacho start' makes it");
    return !report.is_missing;
}

/* ---- small subcommands --------------------------------------------------------------------------------- */

static void print_backup(int64_t backup_us)
{
    char when[64] = "none yet: the agent makes one a day";
    time_t seconds = (time_t)(backup_us / 1000000);
    struct tm parts;
    if (backup_us && localtime_r(&seconds, &parts))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M", &parts);
    printf("backup    %s\n", when);
}

static int ledger_command_status(void)
{
    struct ledger_size size;
    struct text why = TEXT_EMPTY;
    char a[32], b[32], c[32];
    struct ledger *ledger = ledger_to_read();
    if (!ledger)
        return STATUS_FAILED;
    int status = STATUS_DONE;
    if (ledger_measure(ledger, &size, &why) != LEDGER_OK) {
        status = ledger_say(&why);
        goto out;
    }
    printf("ledger    schema %d\n", size.schema);
    printf("holds     %s messages in %s sessions; sums of %s hours\n", show_count(a, size.entries),
           show_count(b, size.sessions), show_count(c, size.rollup_hours));
    printf("logs      %s files, read as far as noted\n", show_count(a, size.files));
    printf("size      %s", show_bytes(a, size.bytes));
    if (size.entries)
        printf(", %.1f bytes a message", (double)size.bytes / (double)size.entries);
    printf("; %s of it free; %s not yet moved into the database\n", show_bytes(b, size.free_bytes),
           show_bytes(c, size.wal_bytes));
    print_backup(size.backup_us);
out:
    ledger_close(ledger);
    return status;
}

static int ledger_command_vacuum(void)
{
    bool had_agent;
    char a[32], b[32];
    struct ledger_size before, after;
    struct text why = TEXT_EMPTY;
    struct ledger *ledger = ledger_to_write(&had_agent);
    int status = STATUS_FAILED;
    if (ledger && ledger_measure(ledger, &before, &why) == LEDGER_OK &&
        ledger_vacuum(ledger, &why) == LEDGER_OK && ledger_measure(ledger, &after, &why) == LEDGER_OK) {
        printf("%s, was %s\n", show_bytes(a, after.bytes), show_bytes(b, before.bytes));
        status = STATUS_DONE;
    } else if (ledger) {
        ledger_say(&why);
    }
    return ledger_written(ledger, had_agent, status);
}

/* ---- the command --------------------------------------------------------------------------------------- */

enum ledger_operand { OPERAND_NONE, OPERAND_MAYBE, OPERAND_MUST };

int command_ledger(int argc, char **argv)
{
    const struct options options = {"ledger", usage, NULL, 0, 2};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    const char *name = optind < argc ? argv[optind] : "status";
    const char *path = optind + 1 < argc ? argv[optind + 1] : NULL;
    static const struct {
        const char *name;
        enum ledger_operand operand;
    } known[] = {{"status", OPERAND_NONE},  {"verify", OPERAND_NONE}, {"rebuild", OPERAND_NONE},
                 {"export", OPERAND_MAYBE}, {"import", OPERAND_MUST}, {"vacuum", OPERAND_NONE}};
    size_t which = 0;
    while (which < sizeof known / sizeof *known && strcmp(known[which].name, name) != 0)
        which++;
    if (which == sizeof known / sizeof *known) {
        say("ledger: unknown subcommand '%s': status, verify, rebuild, export, import or vacuum", name);
        return STATUS_USAGE;
    }
    if ((path && known[which].operand == OPERAND_NONE) || (!path && known[which].operand == OPERAND_MUST)) {
        say(path ? "ledger %s takes no file: see 'tacho ledger --help'"
                 : "ledger %s needs a file; '-' is standard input",
            name);
        return STATUS_USAGE;
    }
    switch (which) {
    case 0:
        return ledger_command_status();
    case 1:
        return ledger_command_verify();
    case 2:
        return is_there() ? ledger_command_rebuild() : STATUS_FAILED;
    case 3:
        return ledger_command_export(path);
    case 4:
        return ledger_command_import(path);
    default:
        return is_there() ? ledger_command_vacuum() : STATUS_FAILED;
    }
}
