/* What the differences between Tacho's sums and ccusage's are called: see reconcile.h. */
#include "reconcile.h"

static const struct {
    const char *name, *meaning;
} reasons[REASONS] = {
    [REASON_HISTORY] = {"history", "Tacho keeps what logs said that are gone; ccusage reads what is on disk"},
    [REASON_NULL] =
        {"null-field",
         "ccusage drops a line that has a null, wherever in it, after id, cwd, model, speed, costUSD, "
         "version, sessionId, requestId, isApiErrorMessage or a count of cached tokens"},
    [REASON_MARKER] = {"spaced-marker",
                       "ccusage only looks at lines with \"usage\":{ written without a blank"},
    [REASON_JSON] = {"strict-json",
                     "ccusage's JSON library refuses the line: half a character, a number or a depth "
                     "beyond its limits, a key twice beside a null"},
    [REASON_PROGRESS] = {"progress-line",
                         "a subagent's message in a progress line: only ccusage's daily reports "
                         "look there"},
    [REASON_MEMBER] = {"other-type",
                       "ccusage drops a line in which a key that it reads is missing, there twice, or "
                       "of another type"},
    [REASON_TIMESTAMP] = {"timestamp-form", "ccusage does not know this form of timestamp"},
    [REASON_VERSION] = {"version-form", "ccusage drops a line whose version is not three numbers"},
    [REASON_EMPTY_NAME] = {"empty-id", "ccusage drops a line with an empty id, session or model"},
    [REASON_ONLY_TACHO_READS] = {"file-only-tacho", "only Tacho reads the file"},
    [REASON_OTHER_LINE] = {"not-assistant", "ccusage counts usage in any line, Tacho only an assistant's"},
    [REASON_MALFORMED] = {"malformed",
                          "Tacho rejects the line: counts from 0 to 2^31, years from 1970 to 2999, "
                          "JSON and UTF-8 throughout"},
    [REASON_NOTHING_USED] = {"nothing-used", "a message without tokens and cost is none to Tacho"},
    [REASON_ONLY_CCUSAGE_READS] = {"file-only-ccusage",
                                   "Tacho reads a file once, whatever paths lead to it; and "
                                   "below a configuration directory only `projects`"},
    [REASON_ADVISOR] = {"advisor", "an advisor's usage, which only one of them makes out"},
    [REASON_NO_MESSAGE_ID] = {"no-message-id", "counted again: ccusage never merges messages without an id"},
    [REASON_NO_REQUEST_ID] = {"no-request-id",
                              "counted twice for lack of a request id: ccusage then holds copies "
                              "in other sessions, or of other times, for other messages"},
    [REASON_OTHER_REQUEST_ID] = {"other-request-id",
                                 "counted twice: to ccusage the same message under another "
                                 "request id is another message"},
    [REASON_MERGED] = {"merged-messages", "ccusage takes it for a copy of another message"},
    [REASON_SIDECHAIN] = {"sidechain-copy",
                          "the largest copy of a message counts for Tacho; for ccusage one of the main "
                          "conversation before a sidechain's"},
    [REASON_COPY] = {"other-copy",
                     "the largest copy of a message counts for Tacho; ccusage compares by what it "
                     "reads of them, and only those that it holds for one message"},
    [REASON_PART] = {"other-part", "they look at different parts of the line"},
    [REASON_BREAKDOWN] = {"cache-breakdown",
                          "cache writes: ccusage takes the breakdown by lifetime for all there "
                          "is, Tacho the larger of it and the count beside it"},
    [REASON_STATED_COST] = {"stated-cost",
                            "a costUSD that only one of them accepts: Tacho takes 0 to 1,000,000"},
    [REASON_UNKNOWN_PRICE] = {"unknown-price",
                              "only one of them knows a price for the model: Tacho names those "
                              "that it does not know and guesses none"},
    [REASON_PRICE] = {"other-price", "they charge the model differently"},
    [REASON_LONG_CONTEXT] = {"long-context",
                             "a request over the long-context limit: Tacho bills it whole at the "
                             "long price, as the vendor does; ccusage by each kind's excess"},
    [REASON_FAST] = {"fast-mode", "they multiply differently in fast mode"},
    [REASON_DAY] = {"other-day",
                    "counted on the day of another copy: for Tacho the first one's, for ccusage that of "
                    "the one whose tokens count"},
    [REASON_EMPTY_SESSION] = {"empty-session", "ccusage leaves out sessions without tokens"},
    [REASON_OVERFLOW] = {"overflow", "ccusage's sums end at 2^64 - 1"},
    [REASON_ROUNDING] = {"rounding", "ccusage adds floating numbers; Tacho's sums are exact"},
};

const char *reconcile_reason_name(enum reconcile_reason reason)
{
    return reasons[reason].name;
}

const char *reconcile_reason_meaning(enum reconcile_reason reason)
{
    return reasons[reason].meaning;
}

void reconcile_add(struct reconcile_amounts *sum, const struct reconcile_amounts *more)
{
    sum->messages += more->messages;
    sum->cost_pusd += more->cost_pusd;
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        sum->tokens[kind] += more->tokens[kind];
}

void reconcile_subtract(struct reconcile_amounts *sum, const struct reconcile_amounts *less)
{
    sum->messages -= less->messages;
    sum->cost_pusd -= less->cost_pusd;
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        sum->tokens[kind] -= less->tokens[kind];
}

bool reconcile_is_nothing(const struct reconcile_amounts *amounts)
{
    bool something = amounts->messages || amounts->cost_pusd;
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        something = something || amounts->tokens[kind];
    return !something;
}
