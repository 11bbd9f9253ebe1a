/* The table of odd kinds: a member and its values, or a function. */
#include "odd_kinds.h"

#include "odd_values.h"

#include <string.h>

#define TOKENS      .first = FIELD_INPUT, .last = FIELD_CACHE_READ
#define WRITES      .first = FIELD_WRITE_5M, .last = FIELD_WRITE_1H
#define ONLY(field) .first = field, .last = field

#define TOKEN_KINDS(prefix, members)                                                                         \
    {.name = prefix "-null", members, .values = VALUES("null")},                                             \
        {.name = prefix "-missing", members, .values = VALUES("")},                                          \
        {.name = prefix "-negative",                                                                         \
         members,                                                                                            \
         .values = VALUES("-1", "-5", "-2147483648", "-99999999999999999999999999999999")},                  \
        {.name = prefix "-minus-zero", members, .values = VALUES("-0")},                                     \
        {.name = prefix "-float", members, .values = VALUES("1.0", "0.5", "12.25", "0.0", "-0.0")},          \
        {.name = prefix "-exponent",                                                                         \
         members,                                                                                            \
         .values = VALUES("1e2", "1E0", "0e0", "1e400", "1e-400", "5E+3")},                                  \
        {.name = prefix "-bool", members, .values = VALUES("true", "false")},                                \
        {.name = prefix "-string", members, .values = VALUES("\"12\"", "\"\"", "\"many\"", "\"null\"")},     \
        {.name = prefix "-container", members, .values = VALUES("[]", "{}", "[1]", "{\"input_tokens\":1}")}, \
        {.name = prefix "-at-limit", members, .values = VALUES("2147483647", "2147483648")},                 \
        {.name = prefix "-over-limit",                                                                       \
         members,                                                                                            \
         .values =                                                                                           \
             VALUES("2147483649", "4294967295", "4294967296", "9007199254740993", "18446744073709551615",    \
                    "18446744073709551616", "18446744073709551621", "99999999999999999999999999999",         \
                    "100000000000000000000000000000", "340282366920938463463374607431768211461")},           \
    {                                                                                                        \
        .name = prefix "-bad-number", members,                                                               \
        .values = VALUES("01", "00", "+1", ".5", "1.", "-", "0x10", "1e", "1_0", "--1", "1 2")               \
    }

const struct odd_kind odd_kinds[] = {
    TOKEN_KINDS("tokens", TOKENS),
    TOKEN_KINDS("cache-writes", WRITES),
    {.name = "no-tokens", .make = make_no_tokens},
    {.name = "zero-tokens", .make = make_zero_tokens},
    {.name = "long-context", .make = make_long_context},
    {.name = "creation-odd", ONLY(FIELD_CREATION), .values = CREATIONS},
    {.name = "creation-partial", .make = make_creation_partial},
    {.name = "creation-larger", .make = make_creation_larger},
    {.name = "advisor", .make = make_advisor},
    {.name = "iterations-odd", ONLY(FIELD_ITERATIONS), .values = ITERATIONS_ODD},
    {.name = "speed", ONLY(FIELD_SPEED), .values = SPEEDS},
    {.name = "usage-bad", ONLY(FIELD_USAGE), .values = USAGES_BAD},
    {.name = "message-bad", ONLY(FIELD_MESSAGE), .values = MESSAGES_BAD},
    {.name = "type-counted", ONLY(FIELD_TYPE), .values = TYPES_COUNTED},
    {.name = "type-other", ONLY(FIELD_TYPE), .values = TYPES_OTHER},
    {.name = "model-resolved", ONLY(FIELD_MODEL), .values = MODELS_RESOLVED},
    {.name = "model-unpriced", ONLY(FIELD_MODEL), .values = MODELS_UNPRICED},
    {.name = "model-unknown", ONLY(FIELD_MODEL), .values = TEXTS_UNKNOWN},
    {.name = "message-id-odd", ONLY(FIELD_MESSAGE_ID), .values = MESSAGE_IDS},
    {.name = "message-id-unknown", ONLY(FIELD_MESSAGE_ID), .values = TEXTS_UNKNOWN},
    {.name = "request-id-unknown", ONLY(FIELD_REQUEST_ID), .values = TEXTS_UNKNOWN},
    {.name = "uuid-unknown", ONLY(FIELD_UUID), .values = TEXTS_UNKNOWN},
    {.name = "session-id-unknown", ONLY(FIELD_SESSION_ID), .values = TEXTS_UNKNOWN},
    {.name = "session-id-foreign", .make = make_foreign_session},
    {.name = "no-ids", .make = make_no_ids},
    {.name = "uuid-only", .make = make_uuid_only},
    {.name = "forked-from", ONLY(FIELD_FORKED_FROM), .values = FORKS},
    {.name = "cost", ONLY(FIELD_COST_USD), .values = COSTS},
    {.name = "cost-bad", ONLY(FIELD_COST_USD), .values = COSTS_BAD},
    {.name = "cost-tiny", ONLY(FIELD_COST_USD), .values = COSTS_TINY},
    {.name = "timestamp-zoned", ONLY(FIELD_TIMESTAMP), .values = STAMPS_ZONED},
    {.name = "timestamp-border", ONLY(FIELD_TIMESTAMP), .values = STAMPS_BORDER},
    {.name = "timestamp-fraction", ONLY(FIELD_TIMESTAMP), .values = STAMPS_FRACTION},
    {.name = "timestamp-bad", ONLY(FIELD_TIMESTAMP), .values = STAMPS_BAD},
    {.name = "progress", .make = make_progress},
    {.name = "progress-untimed", .make = make_progress_untimed},
    {.name = "progress-times", .make = make_progress_times},
    {.name = "progress-broken", .make = make_progress_broken},
    {.name = "copies", .make = make_copies},
    {.name = "user-line", .make = make_user_line},
    {.name = "tool-output", .make = make_tool_output},
    {.name = "quoted-transcript", .make = make_quoted_transcript},
    {.name = "usage-elsewhere", .make = make_usage_elsewhere},
    {.name = "without-usage", .make = make_without_usage},
    {.name = "not-object", .make = make_not_object},
    {.name = "spaced", .make = make_spaced},
    {.name = "shuffled", .make = make_shuffled},
    {.name = "keys-escaped", .make = make_keys_escaped},
    {.name = "usage-escaped", .make = make_usage_escaped},
    {.name = "usage-escaped-marked", .make = make_usage_escaped_marked},
    {.name = "duplicate-key", .make = make_duplicate_key},
    {.name = "duplicate-object", .make = make_duplicate_object},
    {.name = "crlf", .make = make_crlf},
    {.name = "byte-order-mark", .make = make_byte_order_mark},
    {.name = "nul", .make = make_nul},
    {.name = "control-bytes", .make = make_control_bytes},
    {.name = "binary", .make = make_binary},
    {.name = "invalid-utf8", .make = make_invalid_utf8},
    {.name = "unusual-utf8", .make = make_unusual_utf8},
    {.name = "surrogates", .make = make_surrogates},
    {.name = "surrogate-names", .make = make_surrogate_names},
    {.name = "nested", .make = make_nested},
    {.name = "nested-hopelessly", .make = make_nested_hopelessly},
    {.name = "two-objects", .make = make_two_objects},
    {.name = "trailing", .make = make_trailing},
    {.name = "blanks-around", .make = make_blanks_around},
    {.name = "bad-syntax", .make = make_bad_syntax},
    {.name = "good-syntax", .make = make_good_syntax},
    {.name = "cut", .make = make_cut},
    {.name = "blank-lines", .make = make_blank_lines},
    {.name = "long-line", .make = make_long_line},
};

const size_t odd_kind_count = sizeof odd_kinds / sizeof *odd_kinds;

const struct odd_kind *odd_kind_find(const char *name)
{
    for (size_t i = 0; i < odd_kind_count; i++)
        if (strcmp(odd_kinds[i].name, name) == 0)
            return &odd_kinds[i];
    return NULL;
}

void odd_apply(struct odd *odd, const struct odd_kind *kind, struct record *record)
{
    if (kind->make) {
        kind->make(odd, record);
        return;
    }
    enum field field = (enum field)random_between(&odd->random, kind->first, kind->last);
    size_t count = 0;
    while (kind->values[count])
        count++;
    if (field == FIELD_WRITE_5M || field == FIELD_WRITE_1H)
        record_set(record, FIELD_CREATION, COMPOSED);
    record_set(record, field, kind->values[random_below(&odd->random, count)]);
}
