/* The flags of `daily` and `session`, as ccusage 20 has them: see reports.h. */
#include "reports.h"

#include "../base/zone.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#define REPORT_FLAGS                                                                                         \
    "  -s, --since DAY       from this day on: YYYYMMDD or YYYY-MM-DD\n"                                     \
    "  -u, --until DAY       up to and with this day\n"                                                      \
    "  -z, --timezone ZONE   whose midnight ends a day: Europe/Berlin; default: this machine's\n"            \
    "  -m, --mode MODE       auto: the log's own cost, else by tokens; calculate: by tokens; display: the\n" \
    "                        log's own\n"                                                                    \
    "  -o, --order ORDER     asc or desc\n"                                                                  \
    "  -b, --breakdown       a row for each model\n"                                                         \
    "  -p, --project NAME    only this project\n"                                                            \
    "  -j, --json            for programs\n"                                                                 \
    "  -O, --offline         accepted: prices are always built in\n"                                         \
    "      --color           colours also where no terminal is; --no-color: none\n"                          \
    "      --direct          read the logs here and now even if the agent runs\n"

static const char daily_usage[] =
    "usage: tacho [claude] daily [OPTIONS]\n"
    "\n"
    "Tokens and cost by day. From the agent if it runs, else from the logs: the same numbers either way.\n"
    "`tacho claude daily --json` has the shape of ccusage 20's document.\n"
    "\n" REPORT_FLAGS "  -i, --instances       grouped by project\n"
    "\n"
    "examples:\n"
    "  tacho daily --since 20260801\n"
    "  tacho daily --breakdown --order desc\n"
    "  tacho claude daily --json --timezone UTC | jq .totals.totalCost\n";

static const char session_usage[] = "usage: tacho [claude] session [OPTIONS]\n"
                                    "\n"
                                    "Tokens and cost by session. From the agent if it runs, else from the "
                                    "logs: the same numbers either way.\n"
                                    "`tacho claude session --json` has the shape of ccusage 20's document.\n"
                                    "\n" REPORT_FLAGS "  -i, --id ID           only this session\n"
                                    "\n"
                                    "examples:\n"
                                    "  tacho session --since 20260801\n"
                                    "  tacho claude session --json --id \"$CLAUDE_CODE_SESSION_ID\"\n";

/* What was typed, before it is understood. */
struct flags {
    const char *since, *until, *zone, *mode, *order, *project, *id;
    bool json, breakdown, instances, colour, no_colour, direct;
};

/* YYYYMMDD or YYYY-MM-DD → days since 1970-01-01; false if there is no such day. */
static bool day_read(const char *word, int32_t *day)
{
    char digits[9];
    size_t size = 0;
    bool dashes = strlen(word) == 10 && word[4] == '-' && word[7] == '-';
    for (size_t i = 0; word[i]; i++) {
        if (dashes && (i == 4 || i == 7))
            continue;
        if (!isdigit((unsigned char)word[i]) || size == 8)
            return false;
        digits[size++] = word[i];
    }
    if (size != 8)
        return false;
    digits[8] = '\0';
    struct tm date = {0};
    sscanf(digits, "%4d%2d%2d", &date.tm_year, &date.tm_mon, &date.tm_mday);
    date.tm_year -= 1900;
    date.tm_mon -= 1;
    struct tm asked = date;
    time_t when = timegm(&date);
    if (date.tm_mon != asked.tm_mon || date.tm_mday != asked.tm_mday)
        return false;
    *day = (int32_t)(when / 86400 - (when % 86400 < 0));
    return true;
}

static bool days_read(struct document_request *request, const struct options *options,
                      const struct flags *flags)
{
    static const char expected[] = "a day as YYYYMMDD or YYYY-MM-DD";
    if (flags->since && !day_read(flags->since, &request->since))
        return option_bad(options, "since", flags->since, expected), false;
    if (flags->until && !day_read(flags->until, &request->until))
        return option_bad(options, "until", flags->until, expected), false;
    return true;
}

bool reports_read_mode(struct document_request *request, const struct options *options, const char *mode)
{
    if (!mode || strcmp(mode, "auto") == 0)
        request->mode = COST_AUTO;
    else if (strcmp(mode, "calculate") == 0)
        request->mode = COST_CALCULATE;
    else if (strcmp(mode, "display") == 0)
        request->mode = COST_DISPLAY;
    else
        return option_bad(options, "mode", mode, "auto, calculate or display"), false;
    return true;
}

bool reports_read_zone(struct document_request *request, const struct options *options, const char *option,
                       const char *zone)
{
    if (!zone)
        return true;
    if (strlen(zone) >= sizeof request->zone || !zone_use(zone))
        return option_bad(options, option, zone, "the name of a time zone, such as Europe/Berlin or UTC"),
               false;
    snprintf(request->zone, sizeof request->zone, "%s", zone);
    return true;
}

static bool order_read(struct document_request *request, const struct options *options, const char *order)
{
    if (!order || strcmp(order, "asc") == 0)
        request->descending = false;
    else if (strcmp(order, "desc") == 0)
        request->descending = true;
    else
        return option_bad(options, "order", order, "asc or desc"), false;
    return true;
}

static bool word_read(char *out, size_t size, const struct options *options, const char *option,
                      const char *word)
{
    if (!word)
        return true;
    if (strlen(word) >= size)
        return option_bad(options, option, word, "a shorter name"), false;
    snprintf(out, size, "%s", word);
    return true;
}

static bool request_fill(struct document_request *request, const struct options *options,
                         const struct flags *flags)
{
    request->json = flags->json;
    request->breakdown = flags->breakdown;
    request->instances = flags->instances;
    request->columns = terminal_columns();
    enum colour_wish wish = flags->no_colour ? COLOUR_NEVER : flags->colour ? COLOUR_ALWAYS : COLOUR_AUTO;
    request->colour = !flags->json && terminal_colour(stdout, wish);
    return days_read(request, options, flags) && reports_read_mode(request, options, flags->mode) &&
           reports_read_zone(request, options, "timezone", flags->zone) &&
           order_read(request, options, flags->order) &&
           word_read(request->project, sizeof request->project, options, "project", flags->project) &&
           word_read(request->id, sizeof request->id, options, "id", flags->id);
}

int reports_command(enum document_kind kind, bool claude, int argc, char **argv)
{
    bool daily = kind == DOCUMENT_DAILY;
    struct flags flags = {0};
    const struct option_rule rules[] = {
        {"since", 's', OPTION_TEXT, &flags.since},
        {"until", 'u', OPTION_TEXT, &flags.until},
        {"timezone", 'z', OPTION_TEXT, &flags.zone},
        {"mode", 'm', OPTION_TEXT, &flags.mode},
        {"order", 'o', OPTION_TEXT, &flags.order},
        {"breakdown", 'b', OPTION_FLAG, &flags.breakdown},
        {"project", 'p', OPTION_TEXT, &flags.project},
        {"json", 'j', OPTION_FLAG, &flags.json},
        {"offline", 'O', OPTION_FLAG, NULL},
        {"color", 0, OPTION_FLAG, &flags.colour},
        {"no-color", 0, OPTION_FLAG, &flags.no_colour},
        {"direct", 0, OPTION_FLAG, &flags.direct},
        daily ? (struct option_rule){"instances", 'i', OPTION_FLAG, &flags.instances}
              : (struct option_rule){"id", 'i', OPTION_TEXT, &flags.id},
    };
    char name[32];
    snprintf(name, sizeof name, "%s%s", claude ? "claude " : "", daily ? "daily" : "session");
    const struct options options = {name, daily ? daily_usage : session_usage, rules,
                                    sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    struct document_request request = document_request_default(kind);
    request.claude = claude;
    if (!request_fill(&request, &options, &flags))
        return STATUS_USAGE;
    return reports_print(name, &request, flags.direct);
}
