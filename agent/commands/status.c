/* `tacho status`: the agent's own account of itself, for people or as the document it sends. */
#include "command.h"

#include "../base/say.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "usage: tacho status [--json]\n"
    "\n"
    "Says what the agent is doing and how much it has read. Exit status 0 if it runs, else 1.\n"
    "\n"
    "  --json   as one JSON object; {\"state\":\"stopped\"}, with exit status 1, if none runs\n"
    "\n"
    "examples:\n"
    "  tacho status --json | jq .entries\n"
    "  tacho status >/dev/null 2>&1 || tacho start\n";

/* A number of the document; 0 if it is not there. */
static uint64_t number(const json_t *status, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(status, key));
    return value > 0 ? (uint64_t)value : 0;
}

static const char *word(const json_t *status, const char *key)
{
    const char *value = json_string_value(json_object_get(status, key));
    return value ? value : "unknown";
}

static void print_skipped(const json_t *status)
{
    static const struct {
        const char *key, *meaning;
    } reasons[] = {
        {"syntax", "not JSON"},
        {"time", "without a timestamp"},
        {"tokens", "with impossible numbers of tokens"},
        {"memory", "too long"},
    };
    const json_t *skipped = json_object_get(status, "skipped");
    char a[32];
    if (number(status, "malformed")) {
        printf("skipped   %s malformed lines", show_count(a, number(status, "malformed")));
        const char *before = ": ";
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
            if (!number(skipped, reasons[i].key))
                continue;
            printf("%s%s %s", before, show_count(a, number(skipped, reasons[i].key)), reasons[i].meaning);
            before = ", ";
        }
        puts("; 'tacho doctor' shows where");
    }
    if (number(status, "unreadable"))
        printf("skipped   %s files and folders that cannot be read; 'tacho doctor' shows which\n",
               show_count(a, number(status, "unreadable")));
}

static void print_ledger(const json_t *status)
{
    const json_t *ledger = json_object_get(status, "ledger");
    const char *state = word(ledger, "state"), *why = word(ledger, "why");
    char a[32], b[32];
    if (!ledger)
        return;
    if (strcmp(state, "kept") == 0) {
        const char *unsaved = show_count(b, number(ledger, "unsaved_entries"));
        printf("ledger    %s, %s messages to be written", show_bytes(a, number(ledger, "bytes")),
               strcmp(unsaved, "0") == 0 ? "no" : unsaved);
        if (number(ledger, "committed_us"))
            printf("; last written at %s", show_time(a, number(ledger, "committed_us")));
        printf("%s%s\n", *why ? "\n          " : "", why);
    } else if (strcmp(state, "failing") == 0) {
        printf("ledger    cannot be written since %s: %s\n", show_time(a, number(ledger, "failing_since_us")),
               why);
        printf("          %s messages wait in memory; run 'tacho doctor'\n",
               show_count(b, number(ledger, "unsaved_entries")));
    } else {
        printf("ledger    none: numbers last as long as the agent%s%s\n", *why ? ": " : "", why);
    }
}

static void print_for_people(const json_t *status)
{
    char a[32], b[32], c[32];
    bool ready = strcmp(word(status, "state"), "ready") == 0;
    printf("agent     %s, process %llu, version %s, up %llu min\n",
           ready ? "ready" : "reading logs; the sums are not complete yet",
           (unsigned long long)number(status, "pid"), word(status, "version"),
           (unsigned long long)number(status, "uptime_s") / 60);
    printf("logs      %s files, %s", show_count(a, number(status, "files")),
           show_bytes(b, number(status, "bytes")));
    if (!ready)
        printf(" of %s", show_bytes(a, number(status, "bytes_total")));
    printf(", %s lines\n", show_count(c, number(status, "lines")));
    printf("counted   %s messages in %s sessions; %s further copies merged\n",
           show_count(a, number(status, "entries")), show_count(b, number(status, "sessions")),
           show_count(c, number(status, "duplicates")));
    print_skipped(status);
    print_ledger(status);
    printf("memory    %s\n", show_bytes(a, number(status, "rss_bytes")));
}

static int print_status(const struct text *document, bool json)
{
    if (json) {
        fwrite(document->bytes, 1, document->size, stdout);
        return STATUS_DONE;
    }
    json_error_t error;
    json_t *status = json_loadb(document->bytes, document->size, 0, &error);
    if (!json_is_object(status)) {
        say("status: the agent's answer is not understood: it is another version; run 'tacho restart'");
        json_decref(status);
        return STATUS_FAILED;
    }
    print_for_people(status);
    json_decref(status);
    return STATUS_DONE;
}

static int say_stopped(bool json)
{
    if (json)
        puts("{\"state\":\"stopped\"}");
    else
        say("status: no agent runs: 'tacho start' starts it, and so does the next hook");
    return STATUS_FAILED;
}

int command_status(int argc, char **argv)
{
    bool json = false;
    const struct option_rule rules[] = {{"json", 'j', OPTION_FLAG, &json}};
    const struct options options = {"status", usage, rules, 1, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    struct text answer = TEXT_EMPTY;
    switch (agent_ask("status", &answer, NULL, NULL)) {
    case AGENT_OK:
        status = print_status(&answer, json);
        break;
    case AGENT_ABSENT:
        status = say_stopped(json);
        break;
    case AGENT_REFUSED:
        say("status: the agent answered: %s", answer.bytes);
        status = STATUS_FAILED;
        break;
    case AGENT_SILENT:
        status = agent_say_silent("status");
        break;
    }
    text_free(&answer);
    return status;
}
