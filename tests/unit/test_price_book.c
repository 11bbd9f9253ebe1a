/*
 * Prices with dates: overrides in LiteLLM's shape, what they mean for a model at an instant, and that the
 * past stays what it was.
 */
#include "../../agent/base/text.h"
#include "../../agent/base/zone.h"
#include "../../agent/meter/price_book.h"
#include "../../agent/meter/price_file.h"
#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_US (INT64_C(86400) * MICROSECONDS)
#define NOW    (INT64_C(20000) * DAY_US) /* 2024-10-04 */

static const char *const costs = "\"input_cost_per_token\": 4e-06, \"output_cost_per_token\": 20e-06";

/* ---- reading ------------------------------------------------------------------------------------------ */

static struct price_file parse(const char *json, const char *problems)
{
    struct price_file file;
    struct text found = TEXT_EMPTY;
    price_file_parse(&file, json, strlen(json), &found);
    ck_assert_str_eq(found.bytes ? found.bytes : "", problems);
    text_free(&found);
    return file;
}

START_TEST(an_entry_has_all_prices)
{
    struct price_file file = parse(
        "{\"claude-x\": {\"input_cost_per_token\": 3e-06, \"output_cost_per_token\": 0.000015,"
        " \"cache_creation_input_token_cost\": 3.75e-6, \"cache_read_input_token_cost\": 3E-7,"
        " \"cache_creation_input_token_cost_above_1hr\": 7e-06,"
        " \"input_cost_per_token_above_200k_tokens\": 6e-06, \"output_cost_per_token_above_200k_tokens\": "
        "22.5e-06,"
        " \"cache_creation_input_token_cost_above_1hr_above_200k_tokens\": 13e-06,"
        " \"cache_creation_input_token_cost_above_200k_tokens\": 8e-06,"
        " \"cache_read_input_token_cost_above_200k_tokens\": 7e-07, \"fast_multiplier\": 2.5,"
        " \"max_input_tokens\": 1000000, \"litellm_provider\": \"anthropic\", \"mode\": {\"a\": [1]},"
        " \"input_cost_per_token_batches\": 1.5e-06, \"effective_date\": \"2024-10-04\"}}",
        "");
    ck_assert_uint_eq(file.count, 1);
    const struct price *price = &file.list[0].price;
    const uint64_t base[TOKEN_KINDS] = {3000000, 15000000, 3750000, 7000000, 300000};
    const uint64_t above[TOKEN_KINDS] = {6000000, 22500000, 8000000, 13000000, 700000};
    ck_assert_str_eq(price->name, "claude-x");
    ck_assert_mem_eq(price->base, base, sizeof base);
    ck_assert_mem_eq(price->above, above, sizeof above);
    ck_assert_uint_eq(price->over, 200000);
    ck_assert_uint_eq(price->fast_tenths, 25);
    ck_assert_uint_eq(price->context_size, 1000000);
    ck_assert_int_eq(file.list[0].from_us, NOW);
    price_file_free(&file);
}
END_TEST

START_TEST(what_an_entry_leaves_out_follows_from_the_rest)
{
    struct price_file file =
        parse("{\"x\": {\"input_cost_per_token\": 4e-06, \"output_cost_per_token\": 0,"
              " \"input_cost_per_token_above_272k_tokens\": 8e-06, \"cache_read_input_token_cost\": null},"
              " \"claude-opus-4-6\": {\"input_cost_per_token\": 4e-06, \"output_cost_per_token\": 1e-05},"
              " \"y\": {\"input_cost_per_token\": 0, \"output_cost_per_token\": 0,"
              " \"provider_specific_entry\": {\"us\": 1.1, \"fast\": 6.0}, \"max_input_tokens\": \"many\"}}",
              "");
    const uint64_t base[TOKEN_KINDS] = {4000000, 0, 5000000, 8000000, 400000};
    const uint64_t above[TOKEN_KINDS] = {8000000, 0, 10000000, 16000000, 800000};
    ck_assert_uint_eq(file.count, 3);
    ck_assert_str_eq(file.list[1].price.name, "x"); /* by name */
    ck_assert_mem_eq(file.list[1].price.base, base, sizeof base);
    ck_assert_mem_eq(file.list[1].price.above, above, sizeof above);
    ck_assert_uint_eq(file.list[1].price.over, 272000);
    ck_assert_uint_eq(file.list[1].price.fast_tenths, 10);
    ck_assert_int_eq(file.list[1].from_us, PRICE_ALWAYS);
    ck_assert_uint_eq(file.list[0].price.fast_tenths, 60); /* the built-in table's */
    ck_assert_uint_eq(file.list[0].price.context_size, 1000000);
    ck_assert_uint_eq(file.list[2].price.fast_tenths, 60);
    ck_assert_uint_eq(file.list[2].price.context_size, 0);
    price_file_free(&file);
}
END_TEST

START_TEST(mistakes_are_named_and_the_rest_applies)
{
    static const struct {
        const char *members, *problem;
    } wrong[] = {
        {"\"input_cost_per_token\": 3, \"output_cost_per_token\": 15",
         "input_cost_per_token: is more than a dollar a token: prices are in dollars a token, not a million "
         "tokens"},
        {"\"input_cost_per_token\": 1e-13, \"output_cost_per_token\": 0",
         "input_cost_per_token: is no whole number of picodollars (10^-12 dollars)"},
        {"\"input_cost_per_token\": -1e-6, \"output_cost_per_token\": 0",
         "input_cost_per_token: is negative"},
        {"\"input_cost_per_token\": \"3e-6\", \"output_cost_per_token\": 0",
         "input_cost_per_token: expected a number"},
        {"\"input_cost_per_token\": 3e-6", "output_cost_per_token: is not there"},
        {"\"output_cost_per_token\": 3e-6", "input_cost_per_token: is not there"},
        {"\"input_cost_per_token\": 1e-12, \"output_cost_per_token\": 0",
         "cache_creation_input_token_cost: must be stated, because what follows from the input price is no "
         "whole "
         "number of picodollars"},
        {"\"input_cost_per_token\": 4e-6, \"output_cost_per_token\": 0, \"fast_multiplier\": 1.25",
         "fast_multiplier: has more than one decimal"},
        {"\"input_cost_per_token\": 4e-6, \"output_cost_per_token\": 0, \"effective_date\": \"2024-02-30\"",
         "effective_date: expected YYYY-MM-DD, or a time as in 2026-12-01T08:00:00Z"},
        {"\"input_cost_per_token\": 4e-6, \"output_cost_per_token\": 0, \"effective_date\": 5",
         "effective_date: expected YYYY-MM-DD, or a time as in 2026-12-01T08:00:00Z"},
        {"\"input_cost_per_token\": 4e-6, \"output_cost_per_token\": 0,"
         " \"input_cost_per_token_above_128k_tokens\": 5e-6, \"input_cost_per_token_above_256k_tokens\": "
         "6e-6",
         "input_cost_per_token_above_256k_tokens: there is another long-context limit already, and only one "
         "can "
         "be used"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct text json = TEXT_EMPTY, problem = TEXT_EMPTY;
        text_addf(&json, "{\"m\": {%s}, \"good\": {%s}}", wrong[i].members, costs);
        text_addf(&problem, "m: %s\n", wrong[i].problem);
        struct price_file file = parse(json.bytes, problem.bytes);
        ck_assert_uint_eq(file.count, 1);
        ck_assert_str_eq(file.list[0].price.name, "good");
        price_file_free(&file);
        text_free(&json);
        text_free(&problem);
    }
}
END_TEST

START_TEST(other_shapes_are_told_too)
{
    static const char shape[] = "expected an object with prices, or an array of such objects";
    struct text problem = TEXT_EMPTY;
    text_addf(&problem, "a: %s\nb: %s\n: a model without a name\n", shape, shape);
    struct price_file file =
        parse("{\"a\": 5, \"b\": [5], \"\": {}, \"sample_spec\": {\"input_cost_per_token\": "
              "\"words\"}, \"image\": {\"output_cost_per_image\": 0.04}, \"c\": []}",
              problem.bytes);
    ck_assert_uint_eq(file.count, 0);
    ck_assert_uint_eq(file.left_out, 1);
    static const char *const broken[] = {
        "", "[]", "{", "{\"a\": {\"input_cost_per_token\": 1}} x", "{]}", "{\"a\": 5, ", "\"text\""};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        file = parse(broken[i], "not a JSON object\n");
        ck_assert_uint_eq(file.count, 0);
    }
    text_free(&problem);
}
END_TEST

START_TEST(of_many_mistakes_some_are_told)
{
    struct text json = TEXT_EMPTY, found = TEXT_EMPTY;
    struct price_file file;
    text_add_char(&json, '{');
    for (int i = 0; i < 500; i++)
        text_addf(&json, "%s\"m%d\": 1", i ? ", " : "", i);
    text_add_char(&json, '}');
    ck_assert_int_eq(price_file_parse(&file, json.bytes, json.size, &found), 0);
    ck_assert_ptr_nonnull(strstr(found.bytes, "\nand 480 more like these\n"));
    text_free(&json);
    text_free(&found);
}
END_TEST

START_TEST(dates_make_a_line_and_the_last_of_equals_counts)
{
    struct text json = TEXT_EMPTY;
    text_addf(&json,
              "{\"m\": {%s}, \"m\": [{%s, \"effective_date\": \"2025-01-01\"}, {%s}, "
              "{%s, \"effective_date\": \"2024-12-31T23:00:00-01:00\", \"max_input_tokens\": 7}]}",
              costs, costs, costs, costs);
    struct price_file file = parse(json.bytes, "");
    ck_assert_uint_eq(file.count, 2);
    ck_assert_uint_eq(price_file_run(&file, 0), 2);
    ck_assert_int_eq(file.list[0].from_us, PRICE_ALWAYS);
    ck_assert_uint_eq(file.list[1].price.context_size, 7);
    price_file_remove(&file, "m", 1);
    ck_assert_uint_eq(file.count, 0);
    price_file_free(&file);
    text_free(&json);
}
END_TEST

/* Everything in the built-in table, and some with dates, comes back from what is written. */
START_TEST(what_is_written_is_read_again)
{
    struct price_file file = {0}, again;
    struct text out = TEXT_EMPTY, second = TEXT_EMPTY, problems = TEXT_EMPTY;
    const struct price *price;
    const int64_t dates[] = {
        PRICE_ALWAYS, 0, NOW, NOW + 1, NOW + 3600 * MICROSECONDS, INT64_C(32503679999999999)};
    for (size_t i = 0; (price = price_at(i)); i++) {
        struct price_entry entry = {*price, strlen(price->name), PRICE_ALWAYS};
        price_file_add(&file, &entry);
        for (size_t k = 0; i % 50 == 0 && k < sizeof dates / sizeof *dates; k++) {
            entry.from_us = dates[k];
            price_file_add(&file, &entry);
        }
    }
    price_file_write(&file, &out);
    ck_assert_int_eq(price_file_parse(&again, out.bytes, out.size, &problems), 0);
    ck_assert_uint_eq(problems.size, 0);
    ck_assert_uint_eq(again.count, file.count);
    for (size_t i = 0; i < file.count; i++) {
        ck_assert_str_eq(again.list[i].price.name, file.list[i].price.name);
        ck_assert_int_eq(again.list[i].from_us, file.list[i].from_us);
        ck_assert(price_equal(&again.list[i].price, &file.list[i].price));
    }
    price_file_write(&again, &second);
    ck_assert_str_eq(out.bytes, second.bytes);
    price_file_free(&file);
    price_file_free(&again);
    text_free(&out);
    text_free(&second);
}
END_TEST

/* ---- the book ----------------------------------------------------------------------------------------- */

static char overrides_path[64];

static void write_overrides(const char *json)
{
    FILE *file = fopen(overrides_path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(json, file);
    fclose(file);
}

static void read_overrides(struct price_book *book, const char *json)
{
    struct text problems = TEXT_EMPTY;
    snprintf(overrides_path, sizeof overrides_path, "/tmp/tacho-prices-%d.json", (int)getpid());
    write_overrides(json);
    ck_assert_int_eq(price_book_read(book, overrides_path, &problems), 0);
    ck_assert_uint_eq(problems.size, 0);
    unlink(overrides_path);
}

/* An override of `dollars` for a million tokens of input, and as many of output. */
#define PRICE_OF(dollars)                                                                                    \
    "{\"input_cost_per_token\": " #dollars "e-06, \"output_cost_per_token\": " #dollars "e-06}"
#define PRICE_FROM(dollars, date)                                                                            \
    "{\"input_cost_per_token\": " #dollars "e-06, \"output_cost_per_token\": " #dollars                      \
    "e-06, \"effective_date\": \"" date "\"}"

static uint64_t dollars_at(const struct price_line *line, int64_t when_us)
{
    const struct price *price = price_line_at(line, when_us);
    return price ? price->base[TOKENS_INPUT] / 1000000 : 999;
}

static const struct price_line *find(struct price_book *book, const char *model)
{
    return price_book_find(book, model, strlen(model));
}

START_TEST(without_overrides_the_table_holds_always)
{
    struct price_book *book = price_book_new();
    const struct price_line *line = find(book, "claude-opus-4-6-20260101");
    ck_assert_ptr_eq(price_line_at(line, PRICE_ALWAYS), price_find("claude-opus-4-6", 15));
    ck_assert_ptr_eq(price_line_at(line, INT64_MAX), price_find("claude-opus-4-6", 15));
    ck_assert_ptr_eq(find(book, "claude-opus-4-6-20260101"), line);
    ck_assert_ptr_null(price_line_at(find(book, "nobody-knows-it"), NOW));
    ck_assert_int_eq(price_book_renew(book, NOW), INT64_MAX);
    price_book_free(book);
}
END_TEST

START_TEST(overrides_take_names_as_the_table_does)
{
    struct price_book *book = price_book_new();
    read_overrides(book, "{\"claude-opus-4-6\": " PRICE_OF(8) ", \"opus-4-6\": " PRICE_OF(12) //
                   ", \"claude-haiku-4.5\": " PRICE_OF(16) ", \"brand-new\": " PRICE_OF(20) "}");
    ck_assert_uint_eq(dollars_at(find(book, "claude-opus-4-6"), NOW), 8);
    ck_assert_uint_eq(dollars_at(find(book, "vendor/claude-opus-4-6-20260101"), NOW), 8);
    ck_assert_uint_eq(dollars_at(find(book, "claude-opus-4-6[1m]"), NOW), 5); /* the table has that key */
    ck_assert_uint_eq(dollars_at(find(book, "claude.opus-4-6"), NOW), 8);
    ck_assert_uint_eq(dollars_at(find(book, "another-opus-4-6"), NOW), 12);
    ck_assert_uint_eq(dollars_at(find(book, "claude-haiku-4-5"), NOW), 1);         /* its own key */
    ck_assert_uint_eq(dollars_at(find(book, "claude-haiku-4-5-latest"), NOW), 16); /* keys that look alike */
    ck_assert_uint_eq(dollars_at(find(book, "brand-new-20260101"), NOW), 20);
    price_book_free(book);
}
END_TEST

START_TEST(before_its_date_an_override_does_not_hold)
{
    struct price_book *book = price_book_new();
    read_overrides(book,
                   "{\"claude-opus-4-6\": [" PRICE_FROM(8, "2024-10-04") "," PRICE_FROM(12, "2025-01-01") //
                   "], \"brand-new\": " PRICE_FROM(16, "2024-10-04") "}");
    const struct price_line *line = find(book, "claude-opus-4-6");
    ck_assert_uint_eq(dollars_at(line, NOW - 1), 5);
    ck_assert_uint_eq(dollars_at(line, NOW), 8);
    ck_assert_uint_eq(dollars_at(line, NOW + 88 * DAY_US), 8);
    ck_assert_uint_eq(dollars_at(line, NOW + 89 * DAY_US), 12);
    ck_assert_uint_eq(dollars_at(find(book, "brand-new"), NOW - 1), 999);
    ck_assert_uint_eq(dollars_at(find(book, "brand-new"), NOW), 16);
    price_book_free(book);
}
END_TEST

START_TEST(a_change_begins_when_it_is_learned)
{
    struct price_book *book = price_book_new();
    const struct price_line *known = find(book, "claude-opus-4-6"), *unknown = find(book, "brand-new");
    read_overrides(book, "{\"claude-opus-4-6\": " PRICE_OF(8) ", \"brand-new\": " PRICE_OF(12) "}");
    ck_assert_uint_eq(dollars_at(known, NOW), 5); /* not before it is told to */
    ck_assert_int_eq(price_book_renew(book, NOW), NOW);
    ck_assert_uint_eq(dollars_at(known, NOW - 1), 5);
    ck_assert_uint_eq(dollars_at(known, NOW), 8);
    ck_assert_uint_eq(dollars_at(unknown, NOW - 1), 999);
    ck_assert_uint_eq(dollars_at(unknown, NOW), 12);
    ck_assert_int_eq(price_book_renew(book, NOW + 1), INT64_MAX);
    read_overrides(book, "{}");
    ck_assert_int_eq(price_book_renew(book, NOW + DAY_US), NOW + DAY_US);
    ck_assert_uint_eq(dollars_at(known, NOW + DAY_US - 1), 8);
    ck_assert_uint_eq(dollars_at(known, NOW + DAY_US), 5);
    price_book_forget(book);
    ck_assert_uint_eq(dollars_at(known, NOW), 5);
    ck_assert_uint_eq(dollars_at(unknown, NOW), 999);
    price_book_free(book);
}
END_TEST

START_TEST(a_date_that_has_passed_waits_for_recalculation)
{
    struct price_book *book = price_book_new();
    const struct price_line *line = find(book, "claude-opus-4-6");
    read_overrides(book, "{\"claude-opus-4-6\": " PRICE_FROM(8, "2024-10-01") "}");
    price_book_renew(book, NOW);
    ck_assert_uint_eq(dollars_at(line, NOW - 1), 5);
    ck_assert_uint_eq(dollars_at(line, NOW), 8);
    price_book_forget(book);
    ck_assert_uint_eq(dollars_at(line, NOW - 3 * DAY_US - 1), 5);
    ck_assert_uint_eq(dollars_at(line, NOW - 3 * DAY_US), 8);
    price_book_free(book);
}
END_TEST

START_TEST(plans_may_change_until_they_come_true)
{
    struct price_book *book = price_book_new();
    const struct price_line *line = find(book, "claude-opus-4-6");
    read_overrides(book, "{\"claude-opus-4-6\": " PRICE_FROM(8, "2024-10-14") "}");
    ck_assert_int_eq(price_book_renew(book, NOW), NOW + 10 * DAY_US);
    ck_assert_uint_eq(dollars_at(line, NOW + 10 * DAY_US), 8);
    /* Another day, and another plan beyond. */
    read_overrides(
        book, "{\"claude-opus-4-6\": [" PRICE_FROM(8, "2024-10-24") "," PRICE_FROM(16, "2024-11-03") "]}");
    ck_assert_int_eq(price_book_renew(book, NOW + DAY_US), NOW + 10 * DAY_US);
    ck_assert_uint_eq(dollars_at(line, NOW + 10 * DAY_US), 5);
    ck_assert_uint_eq(dollars_at(line, NOW + 20 * DAY_US), 8);
    ck_assert_uint_eq(dollars_at(line, NOW + 30 * DAY_US), 16);
    /* A price from now on that is the planned one: the plan's border must not end it. */
    read_overrides(book, "{\"claude-opus-4-6\": [" PRICE_OF(8) "," PRICE_FROM(5, "2024-10-24") "]}");
    price_book_renew(book, NOW + 2 * DAY_US);
    ck_assert_uint_eq(dollars_at(line, NOW + 2 * DAY_US), 8);
    ck_assert_uint_eq(dollars_at(line, NOW + 20 * DAY_US - 1), 8);
    ck_assert_uint_eq(dollars_at(line, NOW + 20 * DAY_US), 5);
    ck_assert_uint_eq(dollars_at(line, NOW + 40 * DAY_US), 5);
    ck_assert_uint_eq(dollars_at(line, NOW), 5);
    price_book_free(book);
}
END_TEST

/* What a ledger would keep. */
struct kept {
    struct price_record list[64];
    size_t count;
};

static void keep(struct kept *kept, struct price_book *book)
{
    size_t count;
    struct price_record *news = price_book_news(book, &count);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < kept->count &&
               (kept->list[at].from_us != news[i].from_us || strcmp(kept->list[at].name, news[i].name) != 0))
            at++;
        kept->count += at == kept->count;
        kept->list[at] = news[i];
    }
    free(news);
}

START_TEST(the_past_survives_a_restart)
{
    struct kept kept = {.count = 0};
    struct price_book *book = price_book_new(), *second = price_book_new();
    size_t none;
    read_overrides(book, "{\"m\": [" PRICE_OF(4) "," PRICE_FROM(8, "2024-10-14") "]}");
    find(book, "m");
    find(book, "claude-opus-4-6");
    find(book, "unknown");
    keep(&kept, book);
    ck_assert_uint_eq(kept.count, 4);
    ck_assert_ptr_null(price_book_news(book, &none));
    ck_assert_uint_eq(none, 0);
    read_overrides(book, "{\"m\": " PRICE_OF(12) "}");
    price_book_renew(book, NOW);
    keep(&kept, book);

    read_overrides(second, "{\"m\": " PRICE_OF(16) ", \"unknown\": " PRICE_OF(20) "}");
    price_book_recall(second, kept.list, kept.count);
    const struct price_line *line = find(second, "m");
    ck_assert_uint_eq(dollars_at(line, NOW - 1), 4);
    ck_assert_uint_eq(dollars_at(line, NOW), 12);
    ck_assert_uint_eq(dollars_at(line, NOW + 20 * DAY_US), 12);
    ck_assert_uint_eq(dollars_at(find(second, "claude-opus-4-6"), 0), 5);
    ck_assert_int_eq(line->periods[0].source, PRICE_REMEMBERED);
    ck_assert_ptr_null(price_book_news(second, &none));
    ck_assert_int_eq(price_book_renew(second, NOW + DAY_US), NOW + DAY_US);
    ck_assert_uint_eq(dollars_at(line, NOW + DAY_US - 1), 12);
    ck_assert_uint_eq(dollars_at(line, NOW + DAY_US), 16);
    ck_assert_uint_eq(dollars_at(line, NOW + 20 * DAY_US), 16);
    ck_assert_uint_eq(dollars_at(find(second, "unknown"), NOW), 999);
    ck_assert_uint_eq(dollars_at(find(second, "unknown"), NOW + DAY_US), 20);
    ck_assert_int_eq(line->periods[line->count - 1].source, PRICE_OVERRIDE);
    keep(&kept, second);
    price_book_free(second);
    price_book_free(book);
}
END_TEST

START_TEST(a_file_that_cannot_be_used_changes_nothing)
{
    struct price_book *book = price_book_new();
    struct text problems = TEXT_EMPTY;
    read_overrides(book, "{\"m\": " PRICE_OF(4) "}");
    write_overrides("{\"m\": ");
    ck_assert_int_eq(price_book_read(book, overrides_path, &problems), -1);
    ck_assert_str_eq(problems.bytes, "not a JSON object\n");
    ck_assert_uint_eq(dollars_at(find(book, "m"), NOW), 4);
    unlink(overrides_path);
    text_clear(&problems);
    ck_assert_int_eq(mkfifo(overrides_path, 0600), 0);
    ck_assert_int_eq(price_book_read(book, overrides_path, &problems), -1);
    ck_assert_str_eq(problems.bytes, "not a regular file\n");
    unlink(overrides_path);
    text_clear(&problems);
    ck_assert_int_eq(price_book_read(book, overrides_path, &problems), 0); /* none: no overrides */
    ck_assert_uint_eq(problems.size, 0);
    ck_assert_uint_eq(dollars_at(find(book, "m-20250101"), NOW), 999);
    text_free(&problems);
    price_book_free(book);
}
END_TEST

/*
 * Against a plain model of the rule: whatever tables and overrides are learned when, an instant before the
 * learning keeps its price, and one after it has what was learned last.
 */
START_TEST(random_histories_keep_their_past)
{
    srand(7);
    for (int round = 0; round < 200; round++) {
        struct price_book *book = price_book_new();
        const struct price_line *line = find(book, "m");
        uint64_t expected[100];
        for (int day = 0; day < 100; day++)
            expected[day] = 999;
        for (int now = rand() % 20; now < 100; now += 1 + rand() % 30) {
            struct text json = TEXT_EMPTY;
            int count = rand() % 4, from[4], price[4];
            text_add_string(&json, "{\"m\": [");
            for (int i = 0; i < count; i++) {
                from[i] = rand() % 100;
                price[i] = rand() % 3 * 4;
                text_addf(
                    &json,
                    "%s{\"input_cost_per_token\": %de-6, \"output_cost_per_token\": 0, \"effective_date\": "
                    "\"1970-0%d-%02d\"}",
                    i ? "," : "", price[i], from[i] / 25 + 1, from[i] % 25 + 1);
            }
            text_add_string(&json, "]}");
            read_overrides(book, json.bytes);
            int64_t changed = price_book_renew(book, now * DAY_US);
            int64_t first = INT64_MAX;
            for (int day = now; day < 100; day++) {
                uint64_t is = 999;
                int best = -1;
                for (int i = 0; i < count; i++) {
                    static const int months[] = {0, 31, 59, 90};
                    int starts = months[from[i] / 25] + from[i] % 25;
                    if (starts <= day && starts >= best) {
                        best = starts;
                        is = (uint64_t)price[i];
                    }
                }
                if (is != expected[day] && first == INT64_MAX)
                    first = day * DAY_US;
                expected[day] = is;
            }
            if (first != INT64_MAX)
                ck_assert_int_eq(changed, first);
            for (int day = 0; day < 100; day++)
                ck_assert_uint_eq(dollars_at(line, day * DAY_US), expected[day]);
            text_free(&json);
        }
        price_book_free(book);
    }
}
END_TEST

SUITE_MAIN("price_book", an_entry_has_all_prices, what_an_entry_leaves_out_follows_from_the_rest,
           mistakes_are_named_and_the_rest_applies, other_shapes_are_told_too, of_many_mistakes_some_are_told,
           dates_make_a_line_and_the_last_of_equals_counts, what_is_written_is_read_again,
           without_overrides_the_table_holds_always, overrides_take_names_as_the_table_does,
           before_its_date_an_override_does_not_hold, a_change_begins_when_it_is_learned,
           a_date_that_has_passed_waits_for_recalculation, plans_may_change_until_they_come_true,
           the_past_survives_a_restart, a_file_that_cannot_be_used_changes_nothing,
           random_histories_keep_their_past)
