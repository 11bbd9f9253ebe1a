/* Values for the members of odd records, by kind: see odd_kinds.c. */
#ifndef GENERATE_ODD_VALUES_H
#define GENERATE_ODD_VALUES_H

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Models: the table's own names, names that resolve to one, and names that must not. */
#define MODELS_PRICED                                                                                        \
    VALUES("\"claude-opus-4-6\"", "\"claude-sonnet-4-5-20250929\"", "\"claude-haiku-4-5-20251001\"",         \
           "\"claude-opus-5\"", "\"claude-sonnet-5\"", "\"claude-3-5-haiku-20241022\"",                      \
           "\"claude-sonnet-4\"", "\"claude-opus-4-6[1m]\"", "\"claude-opus-4-6-fast\"",                     \
           "\"claude-opus-4-7@default\"", "\"claude-sonnet-4-6-think\"", "\"deepseek-v4-flash\"",            \
           "\"gpt-5.4\"", "\"gpt-5.5\"", "\"gemini-2.5-pro\"")

#define MODELS_RESOLVED                                                                                      \
    VALUES("\"us.anthropic.claude-opus-4-6-v1:0\"", "\"claude-opus-4.6-1m\"", "\"CLAUDE-OPUS-4-6\"",         \
           "\"vertex_ai/claude-sonnet-4-5@20250929\"", "\"claude-opus-5-20270101\"",                         \
           "\"claude-opus-5-latest\"", "\"claude-opus-5-v2\"", "\"claude-opus-5-v2:17\"",                    \
           "\"claude-opus-5-thinking\"", "\"claude-opus-5:thinking:32000\"",                                 \
           "\"claude-opus-5-20270101-latest-v1:0-thinking[1m]\"", "\"claude-sonnet-5-default-1m\"",          \
           "\"\\u2192claude-opus-5\"", "\"router::Claude.Haiku.4.5\"", "\"claude-hai\\u212au-4-5\"",         \
           "\"claude\\u002dopus\\u002d5\"", "\"my claude-sonnet-4.6\"")

#define MODELS_UNPRICED                                                                                      \
    VALUES("\"house-model-7\"", "\"<synthetic>\"", "\"claude-opus-5-7\"", "\"xclaude-opus-5\"",              \
           "\"claude-opus-5x\"", "\"claude-opus-5-latest-20270101\"", "\"claude-opus-5-2027010\"",           \
           "\"claude-opus-5 \"", "\"claude-opus-5-v\"", "\"claude-opus-5-v1:\"", "\"claude-opus-5[2m]\"",    \
           "\"9claude-opus-5\"", "\"\\u65e5claude-opus-5\"", "\"\\u00e9claude-opus-5\"", "\"opus\"",         \
           "\"Opus des \\u00e9toiles\"", "\"claude-opus-5\\n\"", "\"a\\u0000b\"", "\"a\\\"b\\\\c/d\"",       \
           "\"\\u001b[31mred\"", "\"claude-opus-5-thinking:\"", "\"claude-opus-5-20270101-20270102\"",       \
           "\"claude-opus-5-\\u0662\\u0660\\u0662\\u0667\\u0660\\u0661\\u0660\\u0661\"",                     \
           "\"gpt-5.4-mini-x\"", "\"claude-opus-5 claude-opus-5\"")

/* Timestamps that count. Many lie near a midnight of one zone or another. */
#define STAMPS_ZONED                                                                                         \
    VALUES("\"2026-03-01T00:00:00+05:30\"", "\"2026-02-28T23:59:59-05:00\"",                                 \
           "\"2026-03-01T12:00:00+14:00\"", "\"2026-02-28T12:00:00-12:00\"",                                 \
           "\"2026-03-01T00:00:00-00:00\"", "\"2026-03-01T00:00:00.25+00:00\"",                              \
           "\"2026-03-01T23:59:59.999999+23:59\"", "\"2026-03-01T00:00:00-23:59\"",                          \
           "\"2026-03-01T05:29:59.999+05:30\"", "\"2026-03-01T01:00:00+05:60\"",                             \
           "\"2026-03-01T01:00:00-05:99\"")

#define STAMPS_BORDER                                                                                        \
    VALUES("\"2024-02-29T23:59:59Z\"", "\"2000-02-29T00:00:00Z\"", "\"2026-12-31T23:59:59.999Z\"",           \
           "\"2027-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\"", "\"2999-12-31T23:59:59Z\"",               \
           "\"1970-01-01T00:00:00+05:00\"", "\"1970-01-01T00:00:00.000001Z\"",                               \
           "\"2999-12-31T23:59:59.999999-23:59\"", "\"2026-03-29T01:00:00Z\"", "\"2026-03-08T07:00:00Z\"",   \
           "\"2026-11-01T06:00:00Z\"", "\"2038-01-19T03:14:08Z\"", "\"2100-02-28T23:59:59Z\"",               \
           "\"2100-03-01T00:00:00Z\"", "\"2026-03-01T00:00:0\\u0030Z\"", "\"1999-12-31T23:59:59Z\"",         \
           "\"2026-02-28T18:29:59.999999Z\"", "\"2026-02-28T18:30:00.000000Z\"", "\"2026-03-01T04:59:59Z\"", \
           "\"2026-03-01T05:00:00Z\"")

#define STAMPS_FRACTION                                                                                      \
    VALUES("\"2026-03-01T10:00:00.1Z\"", "\"2026-03-01T10:00:00.12Z\"", "\"2026-03-01T10:00:00.123Z\"",      \
           "\"2026-03-01T10:00:00.1234Z\"", "\"2026-03-01T10:00:00.12345Z\"",                                \
           "\"2026-03-01T10:00:00.123456Z\"", "\"2026-03-01T10:00:00.1234567Z\"",                            \
           "\"2026-03-01T10:00:00.12345678Z\"", "\"2026-03-01T10:00:00.123456789Z\"",                        \
           "\"2026-03-01T10:00:00.000000999999999999999999999999Z\"", "\"2026-03-01T10:00:00Z\"",            \
           "\"2026-03-01T10:00:00.0000009Z\"", "\"2026-03-01T10:00:00.123456+00:00\"")

/* Timestamps that do not. */
#define STAMPS_BAD                                                                                           \
    VALUES("\"2026-02-29T00:00:00Z\"", "\"2100-02-29T00:00:00Z\"", "\"2026-04-31T00:00:00Z\"",               \
           "\"2026-13-01T00:00:00Z\"", "\"2026-00-01T00:00:00Z\"", "\"2026-01-00T00:00:00Z\"",               \
           "\"2026-01-32T00:00:00Z\"", "\"2026-03-01T24:00:00Z\"", "\"2026-03-01T23:60:00Z\"",               \
           "\"2026-03-01T23:59:60Z\"", "\"2026-03-01T10:00:00\"", "\"2026-03-01T10:00:00.Z\"",               \
           "\"2026-03-01T10:00:00,5Z\"", "\"2026-03-01 10:00:00Z\"", "\"2026-03-01t10:00:00Z\"",             \
           "\"2026-03-01T10:00:00z\"", "\"2026-03-01T10:00Z\"", "\"2026-03-01\"", "\"20260301T100000Z\"",    \
           "\"2026-03-01T10:00:00+0530\"", "\"2026-03-01T10:00:00+05\"", "\"2026-03-01T10:00:00+24:00\"",    \
           "\"2026-03-01T10:00:00-24:00\"", "\"2026-03-01T10:00:00+23:60\"",                                 \
           "\"2026-03-01T10:00:00+99:99\"", "\"2026-03-01T10:00:00ZZ\"", "\" 2026-03-01T10:00:00Z\"",        \
           "\"2026-03-01T10:00:00Z \"", "\"2026-03-01T10:00:00Z\\n\"", "\"1969-12-31T23:59:59Z\"",           \
           "\"3000-01-01T00:00:00Z\"", "\"0000-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"",               \
           "\"12026-03-01T10:00:00Z\"", "\"-026-03-01T10:00:00Z\"", "\"2026-3-1T10:00:00Z\"",                \
           "\"2026-03-01T1:00:00Z\"", "\"\\u0662026-03-01T10:00:00Z\"", "\"now\"", "\"\"", "null",           \
           "1772359200", "1772359200000", "true", "[]", "{}", "[\"2026-03-01T10:00:00Z\"]",                  \
           "\"2026-03-01T10:00:00.1_2Z\"", "\"2026-03-01T10:00:00 Z\"", "")

/* What Python calls false or true decides a line's type and whether it is a fork: count.py says `or`, bool().
 */
#define TYPES_COUNTED                                                                                        \
    VALUES("null", "\"\"", "0", "0.0", "-0", "0e5", "-0.0E-3", "false", "[]", "{}", "\"\\u0061ssistant\"",   \
           "[ ]", "{ }", "")
#define TYPES_OTHER                                                                                          \
    VALUES("\"user\"", "\"Assistant\"", "\"assistant \"", "1", "true", "[0]", "{\"a\":0}", "1e-400",         \
           "\"message\"", "\"progress\"", "\"system\"", "\" \"", "0.1", "[null]")
#define FORKS                                                                                                \
    VALUES("{\"sessionId\":\"5\",\"messageUuid\":\"6\"}", "\"x\"", "1", "true", "[0]", "{}", "\"\"", "0",    \
           "0.0", "false", "[]", "null")

#define COSTS                                                                                                \
    VALUES("0", "0.0", "-0.0", "0.25", "1e-5", "2.5E-3", "1000000", "1e6", "1000000.0", "1",                 \
           "0.12345678901234567890", "0.1", "0.30000000000000004", "3E+0", "999999.999999999999999")
#define COSTS_BAD                                                                                            \
    VALUES("null", "true", "false", "\"0.5\"", "-0.01", "1000000.0000000000001", "1e7", "1e400", "-1", "[]", \
           "{}", "99999999999999999999999999999999", "-1e-400", "1000001")
#define COSTS_TINY                                                                                           \
    VALUES("5e-13", "15e-13", "25e-13", "1e-13", "2e-13", "1e-400", "0.0000000000005", "0.0000000000015",    \
           "0.00000000000149999999999999999", "3.5e-12", "4.5e-12")

#define MESSAGE_IDS                                                                                          \
    VALUES("\"msg_\"", "\"msg_short\"", "\"msg_ABCDEFGHIJKLMNO\"", "\"msg_ABCDEFGHIJKLMNOP\"",               \
           "\"msg_ABCDEFGHIJKLMNO-\"", "\"msg_ABCDEFGHIJKLMNOP\\n\"", "\"msg_ABCDEFGHIJKLMNO\\u0050\"",      \
           "\"MSG_ABCDEFGHIJKLMNOP\"",                                                                       \
           "\"msg_"                                                                                          \
           "\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u0" \
           "0e9\\u00e9\\u00e9\"",                                                                            \
           "\"gen-1\"", "\"msg_bdrk_01ABCDEFGHIJKLMNOP\"", "\"msg_______________________\"",                 \
           "\"a\\u0000b\"", "\"msg\\u005fABCDEFGHIJKLMNOP\"", "\"\\ud83d\\ude00\"",                          \
           "\" msg_ABCDEFGHIJKLMNOP\"")
#define TEXTS_UNKNOWN VALUES("null", "\"\"", "5", "[]", "{}", "true", "\"x\"", "[\"x\"]", "-1.5e3", "")
#define USAGES_BAD                                                                                           \
    VALUES("null", "[]", "\"x\"", "3", "true", "{}", "{\"input_tokens\":null}", "[{\"input_tokens\":1}]", "")
#define MESSAGES_BAD                                                                                         \
    VALUES("null", "[]", "\"usage\"", "[\"usage\"]", "{}", "{\"usage\":null}", "{\"usage\":{}}", "0",        \
           "[{\"usage\":{\"input_tokens\":5}}]")
#define CREATIONS                                                                                            \
    VALUES("null", "[]", "[1,2]", "\"x\"", "5", "{}", "{\"ephemeral_24h_input_tokens\":9}", "true",          \
           "{\"ephemeral_5m_input_tokens\":null}")
#define SPEEDS                                                                                               \
    VALUES("\"fast\"", "null", "\"turbo\"", "\"standard\"", "5", "\"f\\u0061st\"", "\"FAST\"", "\"fast \"",  \
           "[\"fast\"]", "true", "")
#define ITERATIONS_ODD                                                                                       \
    VALUES("null", "{}", "\"x\"", "[null]", "[1,\"a\",[]]", "[{}]", "[{\"type\":\"advisor_message\"}]",      \
           "[{\"type\":\"advisor_message\",\"model\":null,\"input_tokens\":-5}]",                            \
           "[{\"type\":\"advisor_message\",\"model\":\"\",\"input_tokens\":\"x\"}]",                         \
           "[{\"type\":\"message\",\"model\":\"claude-opus-5\",\"input_tokens\":-1}]",                       \
           "[{\"type\":\"compaction\",\"input_tokens\":99}]",                                                \
           "[{\"type\":\"advisor_message\",\"model\":\"claude-opus-5\",\"input_tokens\":-1}]",               \
           "[{\"type\":\"advisor_message\",\"model\":\"claude-opus-5\",\"input_tokens\":1.5}]",              \
           "[{\"type\":\"advisor_message\",\"model\":\"claude-opus-5\"}]",                                   \
           "{\"0\":{\"type\":\"advisor_message\",\"model\":\"claude-opus-5\",\"input_tokens\":1}}")

#endif
