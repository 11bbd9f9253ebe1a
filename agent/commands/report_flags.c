/* The flags of reports, as ccusage 20 has them, and Tacho's own: see reports.h. */
#include "reports.h"

#include "../base/say.h"
#include "../base/zone.h"
#include "../meter/interned.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What was typed, or stood in a configuration file, before it is understood. */
struct flags {
    const char *since, *until, *zone, *mode, *order, *project, *aliases, *id, *last, *sections, *week_start;
    const char *token_limit, *block_hours, *jq, *config, *rules, *threads, *ignored;
    bool json, csv, markdown, breakdown, instances, compact, no_cost, by_agent, active, recent;
    bool colour, no_colour, direct, logs_only, with_unlogged, single_thread, nothing;
    struct interned kept; /* what a configuration file said */
};

enum {
    DAILY = 1 << DOCUMENT_DAILY,
    WEEKLY = 1 << DOCUMENT_WEEKLY,
    MONTHLY = 1 << DOCUMENT_MONTHLY,
    SESSION = 1 << DOCUMENT_SESSION,
    BLOCKS = 1 << DOCUMENT_BLOCKS,
    PERIODS = DAILY | WEEKLY | MONTHLY,
    TABLES = PERIODS | SESSION,
    ALL = TABLES | BLOCKS,
};

struct flag {
    const char *name;
    char letter;
    unsigned kinds; /* of reports that have it */
    enum option_type type;
    size_t offset; /* in struct flags */
    const char *help; /* what stands for its value, if it takes one, then a tab and what it does; NULL: not listed */
};

#define TEXT(name, letter, kinds, member, help) {name, letter, kinds, OPTION_TEXT, offsetof(struct flags, member), help}
#define FLAG(name, letter, kinds, member, help) {name, letter, kinds, OPTION_FLAG, offsetof(struct flags, member), help}

static const struct flag flags_known[] = {
    TEXT("since", 's', ALL, since, "DAY\tfrom this day on: YYYYMMDD or YYYY-MM-DD"),
    TEXT("until", 'u', ALL, until, "DAY\tup to and with this day"),
    TEXT("last", 0, PERIODS, last, "N\tonly so many days, weeks or months, up to the present one"),
    TEXT("timezone", 'z', ALL, zone, "ZONE\twhose midnight ends a day: Europe/Berlin; default: local, this machine's"),
    TEXT("mode", 'm', ALL, mode, "MODE\tcosts: auto: the log's own, else by tokens; calculate; display"),
    TEXT("order", 'o', ALL, order, "ORDER\tasc or desc; sessions are always dearest first"),
    FLAG("breakdown", 'b', TABLES, breakdown, "\ta row for each model"),
    FLAG("instances", 'i', DAILY, instances, "\tgrouped by project"),
    TEXT("project", 'p', DAILY, project, "NAME\tonly this project"),
    TEXT("project-aliases", 0, DAILY | SESSION, aliases, "LIST\tnames for projects: folder=Name,folder=Name"),
    TEXT("start-of-week", 'w', WEEKLY, week_start, "DAY\tsunday, monday, ...; default: sunday, without `claude` monday"),
    TEXT("id", 'i', SESSION, id, "ID\tonly this session, message by message; the beginning of its id will do"),
    FLAG("active", 'a', BLOCKS, active, "\tonly the active block, with what it will come to"),
    FLAG("recent", 'r', BLOCKS, recent, "\tonly blocks of the last three days"),
    TEXT("token-limit", 't', BLOCKS, token_limit, "N\twarn at so many tokens a block; max: the largest one so far"),
    TEXT("session-length", 'n', BLOCKS, block_hours, "HOURS\tof a block; default: 5"),
    TEXT("sections", 0, TABLES, sections, "LIST\tseveral reports in one: daily,weekly,monthly,session"),
    FLAG("by-agent", 0, TABLES, by_agent, "\tJSON: what each agent had in a row"),
    FLAG("compact", 0, ALL, compact, "\tfewer columns"),
    FLAG("no-cost", 0, ALL, no_cost, "\twithout money"),
    FLAG("json", 'j', ALL, json, "\tfor programs, in the shape of ccusage 20's documents"),
    TEXT("jq", 'q', ALL, jq, "FILTER\tthe JSON, through the program jq"),
    FLAG("csv", 0, ALL, csv, "\tfor spreadsheets"),
    FLAG("markdown", 0, ALL, markdown, "\tfor pages"),
    TEXT("rules", 0, ALL, rules, "RULES\ttacho (default), or ccusage: its own answers to the bit, from the logs"),
    FLAG("logs-only", 0, ALL, logs_only, "\tonly what is on disk now, not what the ledger keeps of logs that are gone"),
    FLAG("with-unlogged", 0, ALL, with_unlogged, "\tadds usage that the client states and its logs do not have"),
    TEXT("config", 0, ALL, config, "FILE\toptions from a ccusage.json; what is typed counts more"),
    FLAG("color", 0, ALL, colour, "\tcolours also where no terminal is; --no-color: none"),
    FLAG("direct", 0, ALL, direct, "\tcount here and now even if the agent runs"),
    FLAG("single-thread", 0, ALL, single_thread, "\tread logs with one thread"),
    FLAG("no-color", 0, ALL, no_colour, NULL),
    FLAG("offline", 'O', ALL, nothing, NULL),
    FLAG("no-offline", 0, ALL, nothing, NULL),
    FLAG("all", 0, TABLES, nothing, NULL),
    FLAG("debug", 'd', ALL, nothing, NULL),
    TEXT("debug-samples", 0, ALL, ignored, NULL),
    TEXT("locale", 'l', ALL, ignored, NULL),
};

#define FLAG_COUNT (sizeof flags_known / sizeof *flags_known)

static const char *const kind_names[] = {
    [DOCUMENT_TOTALS] = "totals",   [DOCUMENT_DAILY] = "daily",     [DOCUMENT_WEEKLY] = "weekly", [DOCUMENT_MONTHLY] = "monthly",
    [DOCUMENT_SESSION] = "session", [DOCUMENT_BLOCKS] = "blocks",
};

static const char *const mode_names[] = {
    [COST_AUTO] = "auto", [COST_CALCULATE] = "calculate", [COST_DISPLAY] = "display", NULL};

/* ---- help ----------------------------------------------------------------------------------------------- */

static void add_flag_help(struct text *out, const struct flag *flag)
{
    struct text left = TEXT_EMPTY;
    size_t value = strcspn(flag->help, "\t");
    if (flag->letter)
        text_addf(&left, "-%c, ", flag->letter);
    else
        text_add_string(&left, "    ");
    text_addf(&left, "--%s%s%.*s", flag->name, value ? " " : "", (int)value, flag->help);
    text_addf(out, "  %-27s %s\n", left.bytes, flag->help + value + 1);
    text_free(&left);
}

static struct text help_of(enum document_kind kind)
{
    static const char *const what[] = {
        [DOCUMENT_DAILY] = "by day",         [DOCUMENT_WEEKLY] = "by week",
        [DOCUMENT_MONTHLY] = "by month",     [DOCUMENT_SESSION] = "by session",
        [DOCUMENT_BLOCKS] = "in the five-hour blocks that limits go by",
    };
    static const char *const example[] = {
        [DOCUMENT_DAILY] = "tacho daily --since 20260801 --breakdown",
        [DOCUMENT_WEEKLY] = "tacho weekly --last 4 --start-of-week monday",
        [DOCUMENT_MONTHLY] = "tacho monthly --csv > months.csv",
        [DOCUMENT_SESSION] = "tacho session --id \"$CLAUDE_CODE_SESSION_ID\"",
        [DOCUMENT_BLOCKS] = "tacho blocks --active --token-limit max",
    };
    struct text help = TEXT_EMPTY;
    text_addf(&help, "usage: tacho [claude] %s [OPTIONS]\n\nTokens and cost %s.\n", kind_names[kind], what[kind]);
    text_add_string(&help, "From the agent if it runs, else from ledger and logs: the same numbers either way.\n\n");
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (flags_known[i].help && (flags_known[i].kinds & (1u << kind)))
            add_flag_help(&help, &flags_known[i]);
    text_add_string(&help, "\nAccepted without effect, as prices are always built in: --offline, --no-offline; also --all,\n"
                           "--debug, --debug-samples N, --locale NAME (dates are ISO 8601).\n\nexamples:\n");
    text_addf(&help, "  %s\n  tacho claude %s --json --timezone UTC\n", example[kind], kind_names[kind]);
    return help;
}

/* ---- words and numbers ---------------------------------------------------------------------------------- */

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

bool reports_read_days(struct document_request *request, const struct options *options, const char *since,
                       const char *until)
{
    static const char expected[] = "a day as YYYYMMDD or YYYY-MM-DD";
    if (since && !day_read(since, &request->since))
        return option_bad(options, "since", since, expected), false;
    if (until && !day_read(until, &request->until))
        return option_bad(options, "until", until, expected), false;
    return true;
}

bool reports_read_word(const struct options *options, const char *option, const char *value,
                       const char *const *words, unsigned *found)
{
    struct text expected = TEXT_EMPTY;
    if (!value)
        return true;
    for (unsigned i = 0; words[i]; i++) {
        if (strcmp(value, words[i]) == 0) {
            *found = i;
            text_free(&expected);
            return true;
        }
        text_addf(&expected, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    }
    option_bad(options, option, value, expected.bytes);
    text_free(&expected);
    return false;
}

bool reports_read_mode(struct document_request *request, const struct options *options, const char *mode)
{
    unsigned found = request->mode;
    bool is_good = reports_read_word(options, "mode", mode, mode_names, &found);
    request->mode = (enum cost_mode)found;
    return is_good;
}

bool reports_read_zone(struct document_request *request, const struct options *options, const char *option,
                       const char *zone)
{
    if (!zone || strcmp(zone, "local") == 0)
        return true;
    if (strlen(zone) >= sizeof request->zone || !zone_use(zone))
        return option_bad(options, option, zone, "the name of a time zone, such as Europe/Berlin or UTC"),
               false;
    snprintf(request->zone, sizeof request->zone, "%s", zone);
    return true;
}

static bool copy_read(char *out, size_t size, const struct options *options, const char *option,
                      const char *word)
{
    if (!word)
        return true;
    if (strlen(word) >= size)
        return option_bad(options, option, word, "something shorter"), false;
    snprintf(out, size, "%s", word);
    return true;
}

bool reports_read_number(const struct options *options, const char *option, const char *word, uint64_t least,
                         uint64_t most, const char *expected, uint64_t *number)
{
    char *end;
    if (!word)
        return true;
    errno = 0;
    unsigned long long value = strtoull(word, &end, 10);
    if (!isdigit((unsigned char)word[0]) || errno || *end || value < least || value > most)
        return option_bad(options, option, word, expected), false;
    *number = value;
    return true;
}

/* ---- what some reports alone have ----------------------------------------------------------------------- */

static bool sections_read(struct document_request *request, const struct options *options, const char *list)
{
    while (list && *list) {
        size_t size = strcspn(list, ",");
        unsigned kind = DOCUMENT_DAILY;
        while (kind <= DOCUMENT_SESSION &&
               (strlen(kind_names[kind]) != size || memcmp(kind_names[kind], list, size) != 0))
            kind++;
        if (kind > DOCUMENT_SESSION)
            return option_bad(options, "sections", list, "some of daily,weekly,monthly,session"), false;
        request->sections |= 1u << kind;
        list += size + (list[size] == ',');
    }
    return true;
}

static bool limit_read(struct document_request *request, const struct options *options, const char *limit)
{
    if (limit && strcmp(limit, "max") == 0)
        request->token_limit = TOKEN_LIMIT_LARGEST;
    else
        return reports_read_number(options, "token-limit", limit, 0, INT64_MAX, "a number of tokens, or max",
                           &request->token_limit);
    return true;
}

static bool length_read(struct document_request *request, const struct options *options, const char *hours)
{
    char *end;
    if (!hours)
        return true;
    double value = strtod(hours, &end);
    if (!isdigit((unsigned char)hours[0]) || *end || !(value >= 1.0 / 3600) || value > 8760)
        return option_bad(options, "session-length", hours, "hours, from a second to a year"), false;
    request->block_us = (int64_t)(value * 3600e6 + 0.5);
    return true;
}

static bool period_flags_read(struct document_request *request, const struct options *options,
                              const struct flags *flags)
{
    static const char *const weekdays[] = {"sunday",   "monday", "tuesday",  "wednesday",
                                           "thursday", "friday", "saturday", NULL};
    uint64_t last = 0;
    unsigned first = request->claude ? SUNDAY : MONDAY;
    if (flags->last && (flags->since || flags->until)) {
        say("%s: --last goes up to the present, so it excludes --since and --until", options->command);
        return false;
    }
    if (!reports_read_number(options, "last", flags->last, 1, 100000, "how many, from 1 on", &last) ||
        !reports_read_word(options, "start-of-week", flags->week_start, weekdays, &first))
        return false;
    request->last = (uint32_t)last;
    request->week_start = (enum document_weekday)first;
    request->instances = flags->instances;
    return copy_read(request->project, sizeof request->project, options, "project", flags->project) &&
           copy_read(request->aliases, sizeof request->aliases, options, "project-aliases", flags->aliases) &&
           copy_read(request->id, sizeof request->id, options, "id", flags->id);
}

static bool block_flags_read(struct document_request *request, const struct options *options,
                             const struct flags *flags)
{
    request->active = flags->active;
    request->recent = flags->recent;
    return limit_read(request, options, flags->token_limit) && length_read(request, options, flags->block_hours);
}

/* ---- what all have -------------------------------------------------------------------------------------- */

static bool format_read(struct document_request *request, const struct flags *flags)
{
    if (flags->json + flags->csv + flags->markdown > 1 || (flags->jq && (flags->csv || flags->markdown))) {
        say("%s: --json, --csv and --markdown exclude each other", kind_names[request->kind]);
        return false;
    }
    request->format = flags->json || flags->jq ? FORMAT_JSON
                      : flags->csv             ? FORMAT_CSV
                      : flags->markdown        ? FORMAT_MARKDOWN
                                               : FORMAT_TABLE;
    enum colour_wish wish = flags->no_colour ? COLOUR_NEVER : flags->colour ? COLOUR_ALWAYS : COLOUR_AUTO;
    request->columns = terminal_columns();
    request->colour = request->format == FORMAT_TABLE && terminal_colour(stdout, wish);
    return true;
}

static bool common_flags_read(struct document_request *request, const struct options *options,
                              const struct flags *flags)
{
    static const char *const orders[] = {"asc", "desc", NULL}, *const rules[] = {"tacho", "ccusage", NULL};
    unsigned descending = 0, rule = RULES_TACHO;
    if (!reports_read_word(options, "order", flags->order, orders, &descending) ||
        !reports_read_word(options, "rules", flags->rules, rules, &rule))
        return false;
    request->descending = descending;
    request->rules = (enum document_rules)rule;
    request->breakdown = flags->breakdown;
    request->compact = flags->compact;
    request->no_cost = flags->no_cost;
    request->by_agent = flags->by_agent;
    request->with_unlogged = flags->with_unlogged;
    return format_read(request, flags) && reports_read_days(request, options, flags->since, flags->until) &&
           reports_read_mode(request, options, flags->mode) &&
           reports_read_zone(request, options, "timezone", flags->zone) &&
           sections_read(request, options, flags->sections);
}

/* ---- a configuration file ------------------------------------------------------------------------------- */

/* Takes an option of a file unless it was given already, on the command line or where it counts more. */
static void config_set(void *data, const char *key, const char *value)
{
    struct flags *flags = data;
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (strcmp(flags_known[i].name, key) != 0)
            continue;
        void *place = (char *)flags + flags_known[i].offset;
        const char **text = place;
        if (flags_known[i].type == OPTION_FLAG)
            *(bool *)place = *(bool *)place || strcmp(value, "true") == 0;
        else if (!*text) {
            uint32_t number = interned_take(&flags->kept, value, strlen(value)); /* which may move the list */
            *text = flags->kept.list[number].bytes;
        }
    }
}

/* Takes back what a file said and what was typed excludes. */
static void config_yield(struct flags *flags, const struct flags *typed)
{
    if (typed->json || typed->csv || typed->markdown || typed->jq) {
        flags->json = typed->json;
        flags->csv = typed->csv;
        flags->markdown = typed->markdown;
        flags->jq = typed->jq;
    }
    if (typed->colour || typed->no_colour) {
        flags->colour = typed->colour;
        flags->no_colour = typed->no_colour;
    }
    if (typed->last) {
        flags->since = typed->since;
        flags->until = typed->until;
    } else if (typed->since || typed->until) {
        flags->last = NULL;
    }
}

static bool config_read(struct flags *flags, enum document_kind kind, bool claude)
{
    const struct flags typed = *flags;
    struct text why = TEXT_EMPTY;
    if (!flags->config)
        return true;
    bool is_good = report_config_read(flags->config, kind_names[kind], claude, config_set, flags, &why);
    if (is_good)
        config_yield(flags, &typed);
    else
        say("%s: --config %s: %s", kind_names[kind], flags->config, why.bytes);
    text_free(&why);
    return is_good;
}

/* ---- the command ---------------------------------------------------------------------------------------- */

static size_t rules_of(enum document_kind kind, struct flags *flags, struct option_rule *rules)
{
    size_t count = 0;
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (flags_known[i].kinds & (1u << kind))
            rules[count++] = (struct option_rule){flags_known[i].name, flags_known[i].letter, flags_known[i].type,
                                                  (char *)flags + flags_known[i].offset};
    return count;
}

static int run(enum document_kind kind, bool claude, struct flags *flags, const struct options *options)
{
    struct document_request request = document_request_default(kind);
    const struct report_source source = {flags->direct, flags->logs_only, flags->single_thread ? 1 : 0};
    request.claude = claude;
    if (!config_read(flags, kind, claude))
        return STATUS_FAILED;
    if (!common_flags_read(&request, options, flags) || !period_flags_read(&request, options, flags) ||
        !block_flags_read(&request, options, flags))
        return STATUS_USAGE;
    return reports_print(options->command, &request, &source, flags->jq);
}

int reports_command(enum document_kind kind, bool claude, int argc, char **argv)
{
    struct flags flags = {0};
    struct option_rule rules[FLAG_COUNT];
    struct text help = help_of(kind);
    char name[32];
    snprintf(name, sizeof name, "%s%s", claude ? "claude " : "", kind_names[kind]);
    const struct options options = {name, help.bytes, rules, rules_of(kind, &flags, rules), 0};
    int status;
    if (options_read(argc, argv, &options, &status))
        status = run(kind, claude, &flags, &options);
    interned_free(&flags.kept);
    text_free(&help);
    return status;
}
