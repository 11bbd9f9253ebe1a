/* Each reason for which Tacho's sums and ccusage's differ, on logs that have nothing else. */
#include "suite.h"

#include "../../agent/base/text.h"
#include "../../agent/base/zone.h"
#include "../../agent/render/reconcile_report.h"

#include <ftw.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- logs ---------------------------------------------------------------------------------------------- */

#define STAMP       "\"timestamp\":\"2026-08-01T12:00:00.000Z\","
#define MODEL       "\"model\":\"claude-sonnet-4-5-20250929\""
#define NOBODYS     "\"model\":\"nobody's\","
#define ID          "\"id\":\"msg_aaaaaaaaaaaaaaaaaaaa\","
#define USAGE(rest) "\"usage\":{\"input_tokens\":10,\"output_tokens\":5" rest "}"
#define MESSAGE     "\"message\":{" ID MODEL "," USAGE("") "}"

/* A message of the named parts: 10 tokens of input and 5 of output, unless they say otherwise. */
#define LINE(outer, message) "{\"type\":\"assistant\"," STAMP outer "\"message\":{" message "}}\n"
#define REQUEST(number)      "\"requestId\":\"req_" number "\","

#define COST INT64_C(105000000) /* 10 x 3 + 5 x 15 dollars a million, in picodollars */

struct scenario {
    const char *reason, *log;
    struct reconcile_amounts amounts;
    const char *second;      /* another log; "": a hard link to the first */
    const char *second_name; /* if not session-2.jsonl */
    enum document_kind kind; /* 0: daily */
    size_t reasons;          /* how many there are; 0: 1 */
};

#define AMOUNTS(count, in, out, write, read, cost)                                                           \
    .amounts = {.messages = (count), .tokens = {(in), (out), (write), (read)}, .cost_pusd = (cost)}

static const struct scenario scenarios[] = {
    {"null-field", LINE("\"extra\":{\"cwd\":null},", ID MODEL "," USAGE("")),
     AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"null-field", LINE("", ID MODEL "," USAGE(",\"speed\" : null")), AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"spaced-marker", LINE("", ID MODEL ",\"usage\": {\"input_tokens\":10,\"output_tokens\":5}"),
     AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"strict-json", LINE("\"text\":\"\\ud800\",", ID MODEL "," USAGE("")), AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"progress-line",
     "{\"type\":\"progress\"," STAMP "\"data\":{\"message\":{\"type\":\"assistant\"," STAMP MESSAGE "}}}\n",
     AMOUNTS(-1, -10, -5, 0, 0, -COST), .kind = DOCUMENT_SESSION},
    {"other-type", LINE("", ID MODEL ",\"usage\":{\"output_tokens\":5}"),
     AMOUNTS(-1, 0, -5, 0, 0, -INT64_C(75000000))},
    {"timestamp-form", "{\"type\":\"assistant\",\"timestamp\":\"2026-08-01T12:00:00.000000Z\"," MESSAGE "}\n",
     AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"version-form", LINE("\"version\":\"2.1\",", ID MODEL "," USAGE("")), AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"empty-id", LINE("\"requestId\":\"\",", ID MODEL "," USAGE("")), AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"file-only-tacho", "", AMOUNTS(-1, -10, -5, 0, 0, -COST), .second = LINE("", ID MODEL "," USAGE("")),
     .second_name = ".jsonl"},
    {"not-assistant", "{\"type\":\"user\"," STAMP MESSAGE "}\n", AMOUNTS(1, 10, 5, 0, 0, COST)},
    {"malformed", LINE("", ID MODEL "," USAGE(",\"cache_read_input_tokens\":2147483649")),
     AMOUNTS(1, 10, 5, 0, 2147483649, COST + 200000 * INT64_C(300000) + INT64_C(2147283649) * 600000)},
    {"nothing-used", LINE("", ID MODEL ",\"usage\":{\"input_tokens\":0,\"output_tokens\":0}"),
     AMOUNTS(1, 0, 0, 0, 0, 0)},
    {"file-only-ccusage", LINE("", MODEL "," USAGE("")), AMOUNTS(1, 10, 5, 0, 0, COST), .second = ""},
    {"advisor",
     LINE("", ID MODEL "," USAGE(",\"iterations\":[{\"type\":\"advisor_message\"," MODEL
                                 ",\"input_tokens\":2,\"output_tokens\":1},{\"type\":\"message\"}]")),
     AMOUNTS(-1, -2, -1, 0, 0, -INT64_C(21000000))},
    {"no-message-id",
     LINE("\"uuid\":\"u\",", MODEL "," USAGE("")) LINE("\"uuid\":\"u\",", MODEL "," USAGE("")),
     AMOUNTS(1, 10, 5, 0, 0, COST)},
    {"no-request-id",
     LINE("", ID MODEL
          "," USAGE("")) "{\"type\":\"assistant\",\"timestamp\":\"2026-08-01T12:00:01.000Z\"," MESSAGE "}\n",
     AMOUNTS(1, 10, 5, 0, 0, COST)},
    {"no-request-id", LINE(REQUEST("1"), ID MODEL "," USAGE("")) LINE("", ID MODEL "," USAGE("")),
     AMOUNTS(1, 10, 5, 0, 0, COST), .kind = DOCUMENT_SESSION},
    {"other-request-id",
     LINE(REQUEST("1"), ID MODEL "," USAGE("")) LINE(REQUEST("2"), ID MODEL "," USAGE("")),
     AMOUNTS(1, 10, 5, 0, 0, COST)},
    {"merged-messages",
     LINE(REQUEST("1"), "\"id\":\"gen-1\"," MODEL "," USAGE(""))
         LINE(REQUEST("2") "\"isSidechain\":true,", "\"id\":\"gen-1\"," MODEL "," USAGE("")),
     AMOUNTS(-1, -10, -5, 0, 0, -COST)},
    {"sidechain-copy",
     LINE(REQUEST("1"), ID MODEL ",\"usage\":{\"input_tokens\":10,\"output_tokens\":1}")
         LINE(REQUEST("1") "\"isSidechain\":true,", ID MODEL "," USAGE("")),
     AMOUNTS(0, 0, -4, 0, 0, -INT64_C(60000000))},
    {"other-copy", /* larger to Tacho, and not to ccusage, for which the breakdown is all that was written */
     LINE(REQUEST("1"), ID MODEL "," USAGE(""))
         LINE(REQUEST("1"), ID MODEL ",\"usage\":{\"input_tokens\":9,\"output_tokens\":5,"
                                     "\"cache_creation_input_tokens\":100,\"cache_creation\":{}}"),
     AMOUNTS(0, 1, 0, -100, 0, INT64_C(3000000) - 100 * INT64_C(3750000))},
    {"null-field", /* of a message whose largest copy is dropped */
     LINE(REQUEST("1"), ID MODEL ",\"usage\":{\"input_tokens\":10,\"output_tokens\":1}")
         LINE(REQUEST("1") "\"cwd\":null,", ID MODEL "," USAGE("")),
     AMOUNTS(0, 0, -4, 0, 0, -INT64_C(60000000))},
    {"malformed", /* a copy that ccusage prefers */
     LINE(REQUEST("1"), ID NOBODYS USAGE(""))
         LINE(REQUEST("1"), ID NOBODYS "\"usage\":{\"input_tokens\":10,\"output_tokens\":2147483649}"),
     AMOUNTS(0, 0, INT64_C(2147483644), 0, 0, 0)},
    {"other-part",
     "{\"type\":\"progress\"," STAMP "\"data\":{\"message\":{\"type\":\"assistant\"," STAMP
     "\"message\":{" ID MODEL ",\"usage\":{\"input_tokens\":1,\"output_tokens\":5}}}}," MESSAGE "}\n",
     AMOUNTS(0, 9, 0, 0, 0, INT64_C(27000000))},
    {"cache-breakdown",
     LINE("", ID MODEL "," USAGE(",\"cache_creation_input_tokens\":100,\"cache_creation\":{}")),
     AMOUNTS(0, 0, 0, -100, 0, -INT64_C(375000000))},
    {"stated-cost", LINE("\"costUSD\":-1,", ID MODEL "," USAGE("")),
     AMOUNTS(0, 0, 0, 0, 0, -INT64_C(1000000000000) - COST)},
    {"unknown-price", LINE("", ID "\"model\":\"claude-sonnet-4-5-turbo\"," USAGE("")),
     AMOUNTS(0, 0, 0, 0, 0, COST)},
    {"other-price",
     "{\"type\":\"assistant\",\"timestamp\":\"2026-09-01T12:00:00.000Z\",\"message\":{" ID
     "\"model\":\"deepseek-v4-pro\"," USAGE("") "}}\n",
     AMOUNTS(0, 0, 0, 0, 0, 7800000)},
    {"long-context", LINE("", ID MODEL ",\"usage\":{\"input_tokens\":300000,\"output_tokens\":5}"),
     AMOUNTS(0, 0, 0, 0, 0, -INT64_C(200000) * 3000000 - 5 * INT64_C(7500000))},
    {"empty-session",
     LINE("\"costUSD\":0.5,", ID MODEL ",\"usage\":{\"input_tokens\":0,\"output_tokens\":0}"),
     AMOUNTS(-1, 0, 0, 0, 0, -INT64_C(500000000000)), .kind = DOCUMENT_SESSION},
    {"overflow",
     LINE(REQUEST("1"), ID NOBODYS "\"usage\":{\"input_tokens\":9223372036854775808,\"output_tokens\":0}")
         LINE(REQUEST("2"),
              ID NOBODYS "\"usage\":{\"input_tokens\":9223372036854775808,\"output_tokens\":0}"),
     AMOUNTS(0, -1, 0, 0, 0, 0), .reasons = 2},
};

/* ---- comparing ----------------------------------------------------------------------------------------- */

static char place[64]; /* the config directory */

static void write_log(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/projects/p/%s", place, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void make_logs(const struct scenario *scenario)
{
    char path[256], other[256];
    snprintf(place, sizeof place, "/tmp/tacho-reconcile-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place));
    snprintf(path, sizeof path, "%s/projects", place);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/projects/p", place);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    write_log("session-1.jsonl", scenario->log);
    snprintf(path, sizeof path, "%s/projects/p/session-1.jsonl", place);
    snprintf(other, sizeof other, "%s/projects/p/session-2.jsonl", place);
    if (scenario->second && *scenario->second)
        write_log(scenario->second_name ? scenario->second_name : "session-2.jsonl", scenario->second);
    else if (scenario->second)
        ck_assert_int_eq(link(path, other), 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static void check_amount(const char *reason, const char *what, __int128 amount, __int128 expected)
{
    ck_assert_msg(amount == expected, "%s: %s is %lld, not %lld", reason, what, (long long)amount,
                  (long long)expected);
}

static void check_amounts(const char *reason, const struct reconcile_amounts *amounts,
                          const struct reconcile_amounts *expected)
{
    static const char *const kinds[BOTH_KINDS] = {"input", "output", "cache write", "cache read"};
    check_amount(reason, "messages", amounts->messages, expected->messages);
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        check_amount(reason, kinds[kind], amounts->tokens[kind], expected->tokens[kind]);
    check_amount(reason, "cost", amounts->cost_pusd, expected->cost_pusd);
}

static void check_report(const struct scenario *scenario, const struct reconcile_report *report)
{
    size_t found = 0;
    ck_assert_msg(reconcile_report_is_whole(report), "%s: not all is explained", scenario->reason);
    for (int i = 0; i < REASONS; i++) {
        const char *name = reconcile_reason_name((enum reconcile_reason)i);
        if (!report->total.cases[i] || i == REASON_ROUNDING)
            continue;
        found++;
        if (strcmp(name, scenario->reason) == 0)
            check_amounts(name, &report->total.reasons[i], &scenario->amounts);
        else
            ck_assert_msg(scenario->reasons > 1, "%s instead of %s", name, scenario->reason);
    }
    ck_assert_msg(found == (scenario->reasons ? scenario->reasons : 1), "%s: %zu reasons", scenario->reason,
                  found);
}

/* Reads the logs, compares, and checks; and that what is written is not nothing. */
static void compare(const struct scenario *scenario)
{
    struct document_request request =
        document_request_default(scenario->kind ? scenario->kind : DOCUMENT_DAILY);
    char *const directories[] = {place, NULL};
    struct meter *meter = meter_new_for_reports();
    struct ccusage_entries entries;
    struct reconcile_report report;
    struct both_files files;
    struct text out = TEXT_EMPTY;
    request.format = FORMAT_JSON;
    both_files_find(&files, directories);
    ccusage_entries_init(&entries, reconcile_reading(request.kind), request.mode);
    struct reconcile *reconcile = reconcile_new(meter, &entries);
    both_rules_scan(&files, entries.reading, reconcile_take, NULL, reconcile);
    const struct reconcile_source source = {reconcile, &files, meter, NULL, &entries, 2};
    reconcile_report_make(&report, &source, &request);
    check_report(scenario, &report);
    reconcile_report_write(&report, &request, true, &out);
    ck_assert_ptr_nonnull(strstr(out.bytes, scenario->reason));
    text_free(&out);
    reconcile_report_free(&report);
    reconcile_free(reconcile);
    ccusage_entries_free(&entries);
    meter_free(meter);
    both_files_free(&files);
}

START_TEST(reasons)
{
    ck_assert(zone_use("UTC"));
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        make_logs(&scenarios[i]);
        compare(&scenarios[i]);
        nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
}
END_TEST

START_TEST(dollars_as_picodollars)
{
    ck_assert_int_eq((int64_t)reconcile_pusd(0.000001), 1000000);
    ck_assert_int_eq((int64_t)reconcile_pusd(-0.1), -INT64_C(100000000000));
    ck_assert_int_eq((int64_t)reconcile_pusd(4e-13), 0);
    ck_assert_int_eq((int64_t)reconcile_pusd(6e-13), 1);
    ck_assert_int_eq((int64_t)reconcile_pusd((double)NAN), 0);
    ck_assert(reconcile_pusd(1e300) == reconcile_pusd(RECONCILE_DOLLARS_MOST));
    ck_assert(reconcile_pusd(-1e300) == -reconcile_pusd(RECONCILE_DOLLARS_MOST));
}
END_TEST

START_TEST(every_reason_has_words)
{
    for (int i = 0; i < REASONS; i++) {
        ck_assert_ptr_nonnull(reconcile_reason_name((enum reconcile_reason)i));
        ck_assert_uint_gt(strlen(reconcile_reason_meaning((enum reconcile_reason)i)), 10);
        for (int other = 0; other < i; other++)
            ck_assert_str_ne(reconcile_reason_name((enum reconcile_reason)i),
                             reconcile_reason_name((enum reconcile_reason)other));
    }
}
END_TEST

SUITE_MAIN("reconcile", reasons, dollars_as_picodollars, every_reason_has_words)
