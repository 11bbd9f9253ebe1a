/* `tacho alerts`: what is raised, by which rules; acknowledging it, and trying rules out. */
#include "command.h"

#include "../base/say.h"
#include "../render/harmless.h"

#include <getopt.h>
#include <jansson.h>
#include <string.h>

static const char usage[] =
    "usage: tacho alerts [--json]\n"
    "       tacho alerts ack NAME | all\n"
    "       tacho alerts test NAME [--json]\n"
    "\n"
    "Lists the alerts that are raised, and the rules with what they look at and what it shows now.\n"
    "\n"
    "  ack    takes the mark of a rule's alerts away until they are raised again\n"
    "  test   takes a rule's actions once, as the agent would, and says what came of them\n"
    "\n"
    "  -j, --json   the same for programs: {\"alerts\": [...], \"rules\": [...]}\n"
    "\n"
    "Rules stand in the configuration ('tacho config path'), and 'tacho config check' tells of mistakes. A\n"
    "rule's condition is one that segments have, too ('tacho segments' lists what there is):\n"
    "\n"
    "  [alert \"spent\"]\n"
    "      when = cost.today > 20\n"
    "      action = mark notify\n"
    "  [alert \"waits\"]\n"
    "      when = session.state = waiting for you\n"
    "      for = 2m\n"
    "      every = 15m\n"
    "      command = notify-my-phone --title 'an agent waits'\n"
    "  [alert \"context\"]\n"
    "      enabled = false            # one of those that are there by default\n"
    "\n"
    "A command gets TACHO_ALERT, TACHO_ALERT_STATE (raised, test), TACHO_ALERT_WHEN, TACHO_ALERT_SHOWN,\n"
    "TACHO_ALERT_SESSION and TACHO_ALERT_DIRECTORY in its environment; `webhook = http://HOST:PORT/PATH` "
    "has\n"
    "the same sent as JSON.\n"
    "\n"
    "examples:\n"
    "  tacho alerts\n"
    "  tacho alerts ack all\n"
    "  tacho alerts test spent\n"
    "  tacho config set alert.spent.when 'cost.today > 20'\n"
    "  tacho alerts --json | jq -r '.alerts[] | select(.state == \"raised\") | .name'\n";

/* ---- columns --------------------------------------------------------------------------------------- */

enum { COLUMNS_MAX = 40 };

static const char *word(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static int columns_of(const char *text)
{
    return (int)harmless_columns(text, strlen(text), false);
}

/* Prints a text in a column. */
static void print_column(const char *text, int width)
{
    print_harmless(text, strlen(text));
    printf("%*s", width > columns_of(text) ? width - columns_of(text) + 2 : 2, "");
}

static int widest(const json_t *list, const char *key)
{
    int width = 0;
    size_t index;
    const json_t *object;
    json_array_foreach(list, index, object) if (columns_of(word(object, key)) > width) width =
        columns_of(word(object, key));
    return width < COLUMNS_MAX ? width : COLUMNS_MAX;
}

/* ---- what there is --------------------------------------------------------------------------------- */

/* Whom an alert is about, as far as it is about one. */
static void print_subject(const json_t *alert)
{
    const char *session = word(alert, "session"), *account = word(alert, "account");
    if (*session) {
        fputs("  session ", stdout);
        print_harmless(session, strlen(session));
    } else if (*account) {
        fputs("  account ", stdout);
        print_harmless(account, strlen(account));
    }
}

static void print_alerts(const json_t *alerts)
{
    const int name_width = widest(alerts, "name"), shown_width = widest(alerts, "shown");
    size_t index;
    const json_t *alert;
    char time[32];
    json_array_foreach(alerts, index, alert)
    {
        const json_int_t since = json_integer_value(json_object_get(alert, "since"));
        print_column(word(alert, "name"), name_width);
        print_column(word(alert, "shown"), shown_width);
        printf("%s since %s", word(alert, "state"), show_time(time, (uint64_t)since * 1000000));
        print_subject(alert);
        putchar('\n');
    }
    if (json_array_size(alerts) == 0)
        puts("No alert is raised.");
}

static void print_actions(const json_t *actions)
{
    size_t index;
    const json_t *action;
    if (json_array_size(actions) == 0)
        fputs("nothing", stdout);
    json_array_foreach(actions, index, action) printf("%s%s", index ? ", " : "", json_string_value(action));
}

static void print_results(const json_t *results)
{
    const char *action;
    json_t *result;
    json_object_foreach((json_t *)(uintptr_t)results, action, result)
    {
        printf("    %s %s: ", action, json_is_true(json_object_get(result, "done")) ? "done" : "failed");
        print_harmless(word(result, "result"), strlen(word(result, "result")));
        putchar('\n');
    }
}

static void print_rules(const json_t *rules)
{
    const int name = widest(rules, "name"), state = widest(rules, "state"), when = widest(rules, "when"),
              shown = widest(rules, "shown");
    size_t index;
    const json_t *rule;
    puts("\nRules: name, state, condition, what it showed last, what is done");
    json_array_foreach(rules, index, rule)
    {
        fputs("  ", stdout);
        print_column(word(rule, "name"), name);
        print_column(word(rule, "state"), state);
        print_column(word(rule, "when"), when);
        print_column(*word(rule, "shown") ? word(rule, "shown") : "-", shown ? shown : 1);
        print_actions(json_object_get(rule, "actions"));
        putchar('\n');
        print_results(json_object_get(rule, "results"));
    }
}

/* ---- asking ---------------------------------------------------------------------------------------- */

/* Asks the agent. Returns STATUS_DONE, or another after saying why. */
static int ask(const char *request, struct text *answer)
{
    switch (agent_ask(request, answer, NULL, NULL)) {
    case AGENT_OK:
        return STATUS_DONE;
    case AGENT_ABSENT:
        say("alerts: no agent runs, so that nothing is watched: 'tacho start' starts it");
        return STATUS_FAILED;
    case AGENT_REFUSED:
        say("alerts: %s", answer->bytes);
        return STATUS_FAILED;
    default:
        return agent_say_silent("alerts");
    }
}

/* Prints the agent's document as it is, or as `print` does. */
static int show(const char *request, bool json, int (*print)(const json_t *document))
{
    struct text answer = TEXT_EMPTY;
    int status = ask(request, &answer);
    json_t *document = NULL;
    if (status == STATUS_DONE && json) {
        fwrite(answer.bytes, 1, answer.size, stdout);
    } else if (status == STATUS_DONE) {
        document = json_loadb(answer.bytes, answer.size, 0, NULL);
        status = document ? print(document) : STATUS_FAILED;
        if (!document)
            say("alerts: the agent's answer is not understood: it is another version; run 'tacho restart'");
    }
    json_decref(document);
    text_free(&answer);
    return status;
}

static int print_all(const json_t *document)
{
    print_alerts(json_object_get(document, "alerts"));
    print_rules(json_object_get(document, "rules"));
    return STATUS_DONE;
}

/* Marks and bells are no actions of the agent's. */
static int print_test(const json_t *document)
{
    size_t index;
    const char *key;
    const json_t *action, *results = json_object_get(document, "results");
    json_t *result;
    bool failed = false;
    json_array_foreach(json_object_get(document, "actions"), index, action)
    {
        if (strcmp(json_string_value(action), "mark") == 0)
            puts("    mark: shown by the segment `alert`, while it is raised");
        if (strcmp(json_string_value(action), "bell") == 0)
            puts("    bell: rung by 'tacho watch' and 'tacho events --follow', where they run");
    }
    print_results(results);
    json_object_foreach((json_t *)(uintptr_t)results, key, result) failed |=
        !json_is_true(json_object_get(result, "done"));
    return failed ? STATUS_FAILED : STATUS_DONE;
}

static int acknowledge(const char *name)
{
    struct text request = TEXT_EMPTY, answer = TEXT_EMPTY;
    text_addf(&request, "alerts ack %s", name);
    int status = ask(request.bytes, &answer);
    if (status == STATUS_DONE)
        printf("Acknowledged: %s", answer.bytes);
    text_free(&request);
    text_free(&answer);
    return status;
}

static int test(const char *name, bool json)
{
    struct text request = TEXT_EMPTY;
    text_addf(&request, "alerts test %s", name);
    int status = show(request.bytes, json, print_test);
    text_free(&request);
    return status;
}

static int usage_error(const char *what)
{
    say("alerts: %s: see 'tacho alerts --help'", what);
    return STATUS_USAGE;
}

int command_alerts(int argc, char **argv)
{
    bool json = false;
    const struct option_rule rules[] = {{"json", 'j', OPTION_FLAG, &json}};
    const struct options options = {"alerts", usage, rules, 1, 2};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    const char *action = optind < argc ? argv[optind] : NULL, *name = action ? argv[optind + 1] : NULL;
    if (!action)
        return show("alerts", json, print_all);
    if (strcmp(action, "ack") != 0 && strcmp(action, "test") != 0)
        return usage_error("no such subcommand; there are ack and test");
    if (!name)
        return usage_error("which rule? 'tacho alerts' lists them");
    if (strpbrk(name, "\n\r"))
        return usage_error("a rule's name has no line breaks");
    return strcmp(action, "ack") == 0 ? acknowledge(name) : test(name, json);
}
