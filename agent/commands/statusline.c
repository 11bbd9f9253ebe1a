/*
 * `tacho statusline`: the line of `ccusage statusline`, from the client's JSON on stdin. The numbers come from
 * the agent or the ledger, so there is nothing to cache. (`tacho setup` installs Tacho's own line, which is
 * another and faster.)
 */
#include "reports.h"

#include "../base/say.h"
#include "../ingest/payload.h"
#include "../render/numbers.h"
#include "../render/table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX (1024 * 1024)

static const char usage[] =
    "usage: tacho [claude] statusline [OPTIONS] < JSON\n"
    "\n"
    "The line of `ccusage statusline`, from the JSON that Claude Code gives its status-line command.\n"
    "\n"
    "  -B, --visual-burn-rate HOW       off (default), emoji, text or emoji-text\n"
    "      --cost-source SOURCE         of the session's cost: auto (default): the client's, else counted;\n"
    "                                   ccusage: counted; cc: the client's; both\n"
    "      --context-low-threshold N    below so many percent the context is green; default: 50\n"
    "      --context-medium-threshold N and below so many yellow; default: 80\n"
    "  -z, --timezone ZONE              whose midnight begins today; default: this machine's\n"
    "      --rules RULES                tacho (default) or ccusage: its own numbers, which takes its time\n"
    "      --direct                     count here and now even if the agent runs\n"
    "\n"
    "Accepted without effect: --offline, --no-offline, --cache, --no-cache, --refresh-interval N, --config FILE,\n"
    "--debug.\n"
    "\n"
    "examples:\n"
    "  tacho statusline < input.json\n"
    "  tacho claude statusline --visual-burn-rate emoji --cost-source both < input.json\n";

enum burn_look { BURN_OFF, BURN_EMOJI, BURN_TEXT, BURN_BOTH };
enum cost_source { SOURCE_AUTO, SOURCE_CCUSAGE, SOURCE_CC, SOURCE_BOTH };

struct wishes {
    const char *burn, *source, *low, *medium, *zone, *rules;
    bool direct;
    unsigned burn_look, cost_source;
    double low_percent, medium_percent;
};

/* What document_statusline.c says; what it does not know it leaves out. */
struct known {
    bool has_session, has_block, has_rate, has_context;
    double session, today, block, per_hour, per_minute, left_us, context_tokens, context_size;
};

static void read_known(const struct text *document, struct known *known)
{
    const struct {
        const char *name;
        double *value;
        bool *has;
    } names[] = {
        {"session", &known->session, &known->has_session},
        {"today", &known->today, NULL},
        {"block", &known->block, &known->has_block},
        {"block_left_us", &known->left_us, NULL},
        {"per_hour", &known->per_hour, &known->has_rate},
        {"per_minute", &known->per_minute, NULL},
        {"context_tokens", &known->context_tokens, &known->has_context},
        {"context_size", &known->context_size, NULL},
    };
    for (const char *line = document->bytes; line && *line;) {
        size_t name = strcspn(line, " \n");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (strlen(names[i].name) != name || memcmp(names[i].name, line, name) != 0)
                continue;
            *names[i].value = strtod(line + name, NULL);
            if (names[i].has)
                *names[i].has = true;
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
}

/* ---- the line's parts ----------------------------------------------------------------------------------- */

static void add_session(struct text *out, const struct wishes *wishes, const struct payload *payload,
                        const struct known *known)
{
    char client[64] = "N/A", counted[64] = "N/A";
    if (payload->cost_pusd >= 0)
        snprintf(client, sizeof client, "$%.2f", (double)payload->cost_pusd / 1e12);
    if (known->has_session)
        snprintf(counted, sizeof counted, "$%.2f", known->session);
    bool is_counted = wishes->cost_source == SOURCE_CCUSAGE ||
                      (wishes->cost_source == SOURCE_AUTO && payload->cost_pusd < 0);
    if (wishes->cost_source == SOURCE_BOTH)
        text_addf(out, "(%s cc / %s ccusage) session", client, counted);
    else
        text_addf(out, "%s session", is_counted ? counted : client);
}

static void add_block(struct text *out, const struct known *known)
{
    if (!known->has_block) {
        text_add_string(out, "No active block");
        return;
    }
    int minutes = known->left_us > 0 ? (int)(known->left_us / 60e6) : 0;
    text_addf(out, "$%.2f block (", known->block);
    if (minutes >= 60)
        text_addf(out, "%dh ", minutes / 60);
    text_addf(out, "%dm left)", minutes % 60);
}

static void add_rate(struct text *out, const struct wishes *wishes, const struct known *known)
{
    static const char *const emojis[] = {"🟢", "⚠️", "🚨"}, *const words[] = {"Normal", "Moderate", "High"};
    int level = known->per_minute < 2000 ? 0 : known->per_minute < 5000 ? 1 : 2;
    if (!known->has_block || !known->has_rate)
        return;
    text_addf(out, " | 🔥 $%.2f/hr", known->per_hour);
    if (wishes->burn_look == BURN_EMOJI || wishes->burn_look == BURN_BOTH)
        text_addf(out, " %s", emojis[level]);
    if (wishes->burn_look == BURN_TEXT || wishes->burn_look == BURN_BOTH)
        text_addf(out, " (%s)", words[level]);
}

static void add_context(struct text *out, const struct wishes *wishes, const struct payload *payload,
                        const struct known *known)
{
    double tokens = payload->context_tokens >= 0 ? (double)payload->context_tokens : known->context_tokens;
    double size = payload->context_size > 0 ? (double)payload->context_size : known->context_size;
    text_add_string(out, " | 🧠 ");
    if (payload->context_tokens < 0 && !known->has_context) {
        text_add_string(out, "N/A");
        return;
    }
    char number[NUMBER_MAX];
    number_grouped(number, (uint64_t)tokens);
    double percent = tokens / (size > 0 ? size : 200000.0) * 100.0;
    bool colour = terminal_colour(stdout, COLOUR_AUTO);
    text_addf(out, "%s (", number);
    if (colour)
        text_add_string(out, percent < wishes->low_percent      ? "\033[32m"
                             : percent < wishes->medium_percent ? "\033[33m"
                                                                : "\033[31m");
    text_addf(out, "%.0f%%%s)", percent, colour ? "\033[0m" : "");
}

static void add_line(struct text *out, const struct wishes *wishes, const struct payload *payload,
                     const struct known *known)
{
    text_add_string(out, "🤖 ");
    text_add_harmless(out, payload->model_name.bytes, payload->model_name.size);
    text_add_string(out, " | 💰 ");
    add_session(out, wishes, payload, known);
    text_addf(out, " / $%.2f today / ", known->today);
    add_block(out, known);
    add_rate(out, wishes, known);
    add_context(out, wishes, payload, known);
    text_add_char(out, '\n');
}

/* ---- the command ---------------------------------------------------------------------------------------- */

static bool percent_read(const struct options *options, const char *option, const char *word, double *percent)
{
    char *end;
    if (!word)
        return true;
    *percent = strtod(word, &end);
    if (*end || end == word || !(*percent >= 0 && *percent <= 100))
        return option_bad(options, option, word, "percent, 0 to 100"), false;
    return true;
}

static bool wishes_read(struct wishes *wishes, struct document_request *request, const struct options *options)
{
    static const char *const looks[] = {"off", "emoji", "text", "emoji-text", NULL};
    static const char *const sources[] = {"auto", "ccusage", "cc", "both", NULL};
    static const char *const rules[] = {"tacho", "ccusage", NULL};
    unsigned rule = RULES_TACHO;
    if (!reports_read_word(options, "visual-burn-rate", wishes->burn, looks, &wishes->burn_look) ||
        !reports_read_word(options, "cost-source", wishes->source, sources, &wishes->cost_source) ||
        !reports_read_word(options, "rules", wishes->rules, rules, &rule) ||
        !percent_read(options, "context-low-threshold", wishes->low, &wishes->low_percent) ||
        !percent_read(options, "context-medium-threshold", wishes->medium, &wishes->medium_percent) ||
        !reports_read_zone(request, options, "timezone", wishes->zone))
        return false;
    request->rules = (enum document_rules)rule;
    if (wishes->low_percent < wishes->medium_percent)
        return true;
    say("statusline: --context-low-threshold must be less than --context-medium-threshold");
    return false;
}

static bool input_read(struct text *input)
{
    char buffer[16 * 1024];
    ssize_t size;
    while (input->size < INPUT_MAX && (size = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        text_add(input, buffer, (size_t)size);
    return input->size > 0;
}

/* Reads the client's JSON. Returns false after saying what is missing. */
static bool payload_take(struct payload *payload)
{
    struct text input = TEXT_EMPTY;
    bool is_there = input_read(&input);
    if (!is_there)
        say("statusline: nothing on stdin: Claude Code's JSON is expected there");
    else if (!payload_read(payload, input.bytes, input.size))
        say("statusline: stdin is not the JSON of a status line");
    else if (!payload->session_id.size || !payload->model_name.size)
        say("statusline: the JSON on stdin has no %s",
            payload->session_id.size ? "model.display_name" : "session_id");
    else {
        text_free(&input);
        return true;
    }
    text_free(&input);
    return false;
}

static int print_line(const struct wishes *wishes, struct document_request *request)
{
    struct payload payload;
    struct known known = {.has_session = false};
    struct text document = TEXT_EMPTY, line = TEXT_EMPTY;
    const struct report_source source = {.direct = wishes->direct};
    if (!payload_take(&payload) || payload.session_id.size >= sizeof request->id)
        return STATUS_FAILED;
    memcpy(request->id, payload.session_id.bytes, payload.session_id.size);
    int status = reports_make("statusline", request, &source, &document);
    if (status == STATUS_DONE) {
        read_known(&document, &known);
        add_line(&line, wishes, &payload, &known);
        fwrite(line.bytes, 1, line.size, stdout);
    }
    text_free(&document);
    text_free(&line);
    return status;
}

int reports_statusline(bool claude, int argc, char **argv)
{
    struct wishes wishes = {.low_percent = 50, .medium_percent = 80};
    const struct option_rule rules[] = {
        {"visual-burn-rate", 'B', OPTION_TEXT, &wishes.burn},
        {"cost-source", 0, OPTION_TEXT, &wishes.source},
        {"context-low-threshold", 0, OPTION_TEXT, &wishes.low},
        {"context-medium-threshold", 0, OPTION_TEXT, &wishes.medium},
        {"timezone", 'z', OPTION_TEXT, &wishes.zone},
        {"rules", 0, OPTION_TEXT, &wishes.rules},
        {"direct", 0, OPTION_FLAG, &wishes.direct},
        {"offline", 'O', OPTION_FLAG, NULL},
        {"no-offline", 0, OPTION_FLAG, NULL},
        {"cache", 0, OPTION_FLAG, NULL},
        {"no-cache", 0, OPTION_FLAG, NULL},
        {"refresh-interval", 0, OPTION_TEXT, NULL},
        {"config", 0, OPTION_TEXT, NULL},
        {"debug", 'd', OPTION_FLAG, NULL},
    };
    const struct options options = {claude ? "claude statusline" : "statusline", usage, rules,
                                    sizeof rules / sizeof *rules, 0};
    struct document_request request = document_request_default(DOCUMENT_STATUSLINE);
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (!wishes_read(&wishes, &request, &options))
        return STATUS_USAGE;
    return print_line(&wishes, &request);
}

int command_statusline(int argc, char **argv)
{
    return reports_statusline(false, argc, argv);
}
