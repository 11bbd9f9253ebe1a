/*
 * Alerts: rules as the configuration has them, what raises and clears an alert, what is acted upon, and what
 * is kept over a restart. Facts are imagined, and so is their clock.
 */
#include "../../agent/base/memory.h"
#include "../../agent/base/words.h"
#include "../../agent/base/worker.h"
#include "../../agent/base/zone.h"
#include "../../agent/render/look_build.h"
#include "../../agent/serve/alerts.h"
#include "../../agent/serve/config.h"
#include "../../agent/serve/program_run.h"
#include "../../agent/serve/webhook.h"
#include "suite.h"
#include <ev.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const int64_t MINUTE_US = 60 * MICROSECONDS;

static struct ev_loop *loop;
static struct worker *worker;
static struct alerts *alerts;
static struct facts facts;
static struct look look;
static unsigned changes;
static char path[] = "/tmp/tacho-alerts-XXXXXX";
static struct text told;

static void note_change(void *data)
{
    (void)data;
    changes++;
}

static void ignore(void *data)
{
    (void)data;
}

static void tell(void *data, unsigned line, const char *mistake)
{
    (void)data;
    text_addf(&told, "%u: %s\n", line, mistake);
}

static struct config read_config(const char *text)
{
    struct config config = config_default();
    struct text content = TEXT_EMPTY;
    text_add_string(&content, text);
    text_clear(&told);
    text_add_string(&told, "");
    config_read_text(&content, &config, tell, NULL);
    text_free(&content);
    return config;
}

/* Alerts by a configuration's text; those that were are kept. */
static void set_rules(const char *text)
{
    struct config config = read_config(text);
    ck_assert_str_eq(told.bytes, "");
    look_free(&look);
    look = config.look;
    alerts_set_rules(alerts, config.alerts);
}

static void open_alerts(void)
{
    worker = worker_start(loop, 1);
    alerts = alerts_new(loop, path, worker, (struct alerts_events){note_change, ignore, ignore, NULL});
}

static void close_alerts(void)
{
    worker_stop(worker);
    alerts_free(alerts);
}

static void set_up(void)
{
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    zone_use("UTC");
    loop = ev_loop_new(0);
    look = render_look_default();
    facts =
        (struct facts){.now_us = INT64_C(1763733900000000), .context_used_e2 = -1, .session_cost_pusd = -1};
    open_alerts();
}

static void tear_down(void)
{
    close_alerts();
    look_free(&look);
    unlink(path);
    ev_loop_destroy(loop);
    text_free(&told);
}

static void look_at_all(void)
{
    alerts_look(alerts, SEGMENT_OF_ALL, (struct fact_text){NULL, 0}, &facts, &look);
}

static uint64_t raised(void)
{
    return alerts_counts(alerts).raised;
}

/* Spends so much today, a minute later. */
static void spend(double dollars)
{
    facts.now_us += MINUTE_US;
    facts.today_cost_pusd = (int64_t)(dollars * 1e12);
    look_at_all();
}

#define SPENT "[alert \"spent\"]\nwhen = cost.today > 20\n"

/* ---- raising and clearing -------------------------------------------------------------------------- */

START_TEST(raised_and_cleared_with_slack)
{
    set_up();
    set_rules(SPENT);
    spend(20);
    ck_assert_uint_eq(raised(), 0);
    spend(20.01);
    ck_assert_uint_eq(raised(), 1);
    ck_assert_uint_eq(changes, 1);
    spend(19.5); /* within a twentieth of the bound */
    ck_assert_uint_eq(raised(), 1);
    spend(18.99);
    ck_assert_uint_eq(raised(), 0);
    ck_assert_uint_eq(changes, 2);
    ck_assert_uint_eq(alerts_counts(alerts).changes, 2);
    tear_down();
}
END_TEST

START_TEST(not_while_sums_are_incomplete)
{
    set_up();
    set_rules(SPENT);
    facts.catching_up = true;
    spend(30);
    ck_assert_uint_eq(raised(), 0);
    facts.catching_up = false;
    spend(30);
    ck_assert_uint_eq(raised(), 1);
    facts.catching_up = facts.carried = true;
    spend(1);
    ck_assert_uint_eq(raised(), 1);
    tear_down();
}
END_TEST

START_TEST(only_once_it_has_held)
{
    set_up();
    set_rules(SPENT "for = 150s\n");
    spend(30);
    spend(30);
    ck_assert_uint_eq(raised(), 0);
    spend(1); /* it begins again */
    spend(30);
    spend(30);
    spend(30);
    ck_assert_uint_eq(raised(), 0);
    spend(30);
    ck_assert_uint_eq(raised(), 1);
    tear_down();
}
END_TEST

/* A clock that is put back neither raises at once nor never. */
START_TEST(clocks_that_jump)
{
    set_up();
    set_rules(SPENT "for = 90s\n");
    spend(30);
    facts.now_us -= 1000 * MINUTE_US;
    spend(30);
    spend(30);
    ck_assert_uint_eq(raised(), 0);
    spend(30);
    ck_assert_uint_eq(raised(), 1);
    facts.now_us -= 1000 * MINUTE_US;
    spend(30);
    ck_assert_uint_eq(raised(), 1);
    facts.now_us += 100000 * MINUTE_US;
    spend(1);
    ck_assert_uint_eq(raised(), 0);
    tear_down();
}
END_TEST

START_TEST(each_session_has_its_own)
{
    const struct fact_text one = fact_string("one"), two = fact_string("two"), none = {NULL, 0};
    set_up();
    set_rules("");
    facts.context_used_e2 = 9500;
    alerts_look(alerts, SEGMENT_OF_SESSION, one, &facts, &look);
    facts.context_used_e2 = 1000;
    alerts_look(alerts, SEGMENT_OF_SESSION, two, &facts, &look);
    ck_assert_uint_eq(raised(), 1);
    ck_assert_int_eq(alerts_marks(alerts, one, none).count, 1);
    ck_assert_mem_eq(alerts_marks(alerts, one, none).name.bytes, "context", 7);
    ck_assert_int_eq(alerts_marks(alerts, two, none).count, 0);
    ck_assert_int_eq(alerts_marks(alerts, none, none).count, 1);
    facts.five_hour = (struct fact_limit){true, 9100, facts.now_us + 60 * MINUTE_US};
    alerts_look(alerts, SEGMENT_OF_ACCOUNT, fact_string("/home/ada/.claude"), &facts, &look);
    ck_assert_int_eq(alerts_marks(alerts, two, fact_string("/home/ada/.claude")).count, 1);
    ck_assert_int_eq(alerts_marks(alerts, one, none).count, 1);
    /* Its window is over. */
    facts.five_hour.known = false;
    alerts_look(alerts, SEGMENT_OF_ACCOUNT, fact_string("/home/ada/.claude"), &facts, &look);
    ck_assert_uint_eq(raised(), 1);
    tear_down();
}
END_TEST

/* So many that they have no room: the oldest go. */
START_TEST(more_than_there_is_room_for)
{
    char name[32];
    set_up();
    set_rules("");
    facts.context_used_e2 = 9500;
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "session-%d", i);
        facts.now_us++;
        alerts_look(alerts, SEGMENT_OF_SESSION, fact_string(name), &facts, &look);
    }
    ck_assert_uint_eq(raised(), 256);
    ck_assert_int_eq(alerts_marks(alerts, fact_string("session-999"), (struct fact_text){NULL, 0}).count, 1);
    ck_assert_int_eq(alerts_marks(alerts, fact_string("session-0"), (struct fact_text){NULL, 0}).count, 0);
    tear_down();
}
END_TEST

/* ---- what stays ------------------------------------------------------------------------------------ */

START_TEST(acknowledged_until_it_is_raised_again)
{
    set_up();
    set_rules(SPENT);
    spend(30);
    ck_assert_int_eq(alerts_acknowledge(alerts, "nothing"), -1);
    ck_assert_int_eq(alerts_acknowledge(alerts, "context"), 0);
    ck_assert_int_eq(alerts_acknowledge(alerts, "all"), 1);
    ck_assert_int_eq(alerts_acknowledge(alerts, "spent"), 0);
    ck_assert_int_eq(alerts_marks(alerts, (struct fact_text){NULL, 0}, (struct fact_text){NULL, 0}).count, 0);
    spend(31);
    ck_assert_uint_eq(raised(), 0);
    spend(1);
    spend(30);
    ck_assert_uint_eq(raised(), 1);
    tear_down();
}
END_TEST

START_TEST(kept_over_restarts)
{
    set_up();
    set_rules(SPENT "[alert \"more\"]\nwhen = cost.today > 25\n");
    spend(30);
    ck_assert_int_eq(alerts_acknowledge(alerts, "more"), 1);
    close_alerts();
    changes = 0;
    open_alerts();
    set_rules(SPENT "[alert \"more\"]\nwhen = cost.today > 25\n");
    ck_assert_uint_eq(raised(), 1);
    spend(31);
    ck_assert_uint_eq(raised(), 1);
    ck_assert_uint_eq(changes, 0);
    /* A rule that is no more, or off, takes its alerts along. */
    set_rules("[alert \"more\"]\nwhen = cost.today > 25\n");
    ck_assert_uint_eq(raised(), 0);
    set_rules(SPENT);
    spend(31);
    ck_assert_uint_eq(raised(), 1);
    set_rules(SPENT "enabled = no\n");
    ck_assert_uint_eq(raised(), 0);
    tear_down();
}
END_TEST

START_TEST(the_document)
{
    struct text out = TEXT_EMPTY;
    set_up();
    set_rules(SPENT "action = none\n");
    spend(30);
    alerts_write(alerts, &out);
    ck_assert_ptr_nonnull(strstr(out.bytes, "\"name\": \"spent\",\n      \"state\": \"raised\""));
    ck_assert_ptr_nonnull(
        strstr(out.bytes, "\"shown\": \"$30.00 today\",\n      \"number\": 30.0,\n      \"bound\": 20.0"));
    text_clear(&out);
    ck_assert_int_eq(alerts_test(alerts, "nothing", true, &out), -1);
    text_clear(&out);
    ck_assert_int_eq(alerts_test(alerts, "spent", true, &out), 0);
    text_free(&out);
    tear_down();
}
END_TEST

/* ---- rules ----------------------------------------------------------------------------------------- */

START_TEST(rules_are_read)
{
    struct config config = read_config("[alert \"a b\"]\n"
                                       "when = session.state = waiting for you\n"
                                       "for = 2m\nevery = 1h\ntimeout = 500ms\naction = bell notify\n"
                                       "command = one 'two words'\ncommand = three\n"
                                       "webhook = http://[::1]:8080/x?y\n");
    ck_assert_str_eq(told.bytes, "");
    const struct alert_rule *rule = alert_rules_find(&config.alerts, "a b");
    ck_assert_ptr_nonnull(rule);
    ck_assert_int_eq(rule->for_us, 2 * MINUTE_US);
    ck_assert_int_eq(rule->every_us, 60 * MINUTE_US);
    ck_assert_int_eq(rule->timeout_us, MICROSECONDS / 2);
    ck_assert_uint_eq(rule->actions,
                      1u << ALERT_BELL | 1u << ALERT_NOTIFY | 1u << ALERT_COMMAND | 1u << ALERT_WEBHOOK);
    ck_assert_str_eq(rule->command[1], "two words");
    ck_assert_str_eq(rule->command[2], "three");
    ck_assert_ptr_null(rule->command[3]);
    config_free(&config);
    config = read_config("");
    ck_assert_uint_gt(config.alerts.count, 8);
    config_free(&config);
    text_free(&told);
}
END_TEST

START_TEST(too_much_of_a_rule)
{
    struct text text = TEXT_EMPTY;
    for (int i = 0; i < 80; i++)
        text_addf(&text, "[alert \"rule %d\"]\nwhen = cost.today > %d\n", i, i);
    struct config config = read_config(text.bytes);
    ck_assert_uint_eq(config.alerts.count, ALERT_RULES_MAX);
    ck_assert_ptr_nonnull(strstr(told.bytes, "there can be 64 rules"));
    config_free(&config);
    text_clear(&text);
    text_add_string(&text, "[alert \"a\"]\nwhen = cost.today > 1\ncommand = ");
    for (int i = 0; i < 40; i++)
        text_addf(&text, "%d ", i);
    text_add_string(&text, "\n[alert]\nwhen = cost.today > 1\n");
    config = read_config(text.bytes);
    ck_assert_ptr_nonnull(strstr(told.bytes, "3: alert.a.command = "));
    ck_assert_ptr_null(alert_rules_find(&config.alerts, "a")->command);
    ck_assert_ptr_nonnull(strstr(told.bytes, "a rule has a name"));
    config_free(&config);
    text_free(&text);
    text_free(&told);
}
END_TEST

START_TEST(addresses_of_webhooks)
{
    static const struct {
        const char *url, *host, *port, *path;
    } cases[] = {
        {"http://127.0.0.1", "127.0.0.1", "80", "/"},
        {"http://localhost:8080/a/b?c=d", "localhost", "8080", "/a/b?c=d"},
        {"http://[::1]:9/", "::1", "9", "/"},
        {"http://[fe80::1]", "fe80::1", "80", "/"},
        {"https://example.org/", NULL, NULL, NULL},
        {"ftp://example.org/", NULL, NULL, NULL},
        {"http://", NULL, NULL, NULL},
        {"http:///path", NULL, NULL, NULL},
        {"http://user@host/", NULL, NULL, NULL},
        {"http://host:0/", NULL, NULL, NULL},
        {"http://host:65536/", NULL, NULL, NULL},
        {"http://host:8o/", NULL, NULL, NULL},
        {"http://host:/", NULL, NULL, NULL},
        {"http://[::1/", NULL, NULL, NULL},
        {"http://[::1]x/", NULL, NULL, NULL},
        {"http://host/a b", NULL, NULL, NULL},
        {"http://host/\r\nX: y", NULL, NULL, NULL},
        {"http://host/#part", NULL, NULL, NULL},
        {"http://host?x", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct webhook webhook;
        struct text why = TEXT_EMPTY;
        const int outcome = webhook_read(&webhook, cases[i].url, &why);
        ck_assert_msg((outcome == 0) == (cases[i].host != NULL), "%s", cases[i].url);
        if (outcome == 0) {
            ck_assert_str_eq(webhook.host, cases[i].host);
            ck_assert_str_eq(webhook.port, cases[i].port);
            ck_assert_str_eq(webhook.path, cases[i].path);
        } else {
            ck_assert_uint_gt(why.size, 0);
        }
        text_free(&why);
    }
}
END_TEST

/* ---- programs -------------------------------------------------------------------------------------- */

START_TEST(words)
{
    const char *at = "  one 'two words'\t\"three\" 'four", *word;
    static const char *const expected[] = {"one", "two words", "three", "four"};
    size_t count = 0, size;
    for (; (word = word_next(&at, &size)); count++) {
        ck_assert_uint_lt(count, 4);
        ck_assert_uint_eq(size, strlen(expected[count]));
        ck_assert_mem_eq(word, expected[count], size);
    }
    ck_assert_uint_eq(count, 4);
}
END_TEST

static struct program_end run_shell(const char *script, char *output, size_t room)
{
    char *const arguments[] = {"sh", "-c", (char *)(uintptr_t)script, NULL};
    static char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
    const struct program_run run = {arguments, environment, 300000, NULL, output, room};
    return program_run(&run);
}

START_TEST(programs_end)
{
    char output[8];
    struct program_end end = run_shell("echo hello world; exit 3", output, sizeof output);
    ck_assert(!end.timed_out && end.error == 0 && WEXITSTATUS(end.status) == 3);
    ck_assert_uint_eq(end.size, sizeof output);
    ck_assert_mem_eq(output, "hello wo", sizeof output);
    /* It closes its output and goes on; it leaves something behind that holds it; it never stops. */
    ck_assert(run_shell("exec >&-; sleep 100", output, sizeof output).timed_out);
    ck_assert(!run_shell("sleep 100 & exit 0", output, sizeof output).timed_out);
    ck_assert(run_shell("while :; do echo more; done", output, sizeof output).timed_out);
    char *const missing[] = {"/no/such/program", NULL}, *const environment[] = {NULL};
    const struct program_run run = {missing, environment, 300000, NULL, output, sizeof output};
    ck_assert_int_ne(program_run(&run).error, 0);
}
END_TEST

SUITE_MAIN("alerts", raised_and_cleared_with_slack, not_while_sums_are_incomplete, only_once_it_has_held,
           clocks_that_jump, each_session_has_its_own, more_than_there_is_room_for,
           acknowledged_until_it_is_raised_again, kept_over_restarts, the_document, rules_are_read,
           too_much_of_a_rule, addresses_of_webhooks, words, programs_end)
