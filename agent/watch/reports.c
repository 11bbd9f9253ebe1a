/* Report documents, asked for in the background and read: see reports.h. */
#include "reports.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/zone.h"
#include "../commands/command.h"
#include "../render/document.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* The agent's loop answers one question at a time: at most a fiftieth of it is for us. */
enum { PAUSE_LEAST_MS = 1000, PAUSE_TIMES = 50, PAUSE_MOST_MS = 60000 };

struct reporter {
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t asked;
    bool is_asked;
    int32_t today;
    int64_t now_us;
    struct reports answer;
    int told;
};

struct moment {
    int32_t today;
    int64_t now_us;
};

/* ---- documents ----------------------------------------------------------------------------------------- */

/* The agent's answer as JSON; NULL: none came. */
static json_t *ask(const char *line)
{
    struct text answer = TEXT_EMPTY;
    json_t *document = NULL;
    if (agent_ask(line, &answer, NULL, NULL) == AGENT_OK)
        document = json_loadb(answer.bytes, answer.size, 0, NULL);
    text_free(&answer);
    return document;
}

static json_t *ask_for(const struct document_request *request)
{
    struct text line = TEXT_EMPTY;
    text_add_string(&line, "document ");
    document_request_encode(request, &line);
    json_t *document = ask(line.bytes);
    text_free(&line);
    return document;
}

static struct document_request request_json(enum document_kind kind)
{
    struct document_request request = document_request_default(kind);
    request.format = FORMAT_JSON;
    return request;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));
    return string ? string : "";
}

static double number_of(const json_t *object, const char *key, double none)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : none;
}

/* Unix seconds of a time in UTC; -1 if it is none. */
static int64_t seconds_of(const char *text, const char *format)
{
    struct tm parts = {0};
    return strptime(text, format, &parts) ? (int64_t)timegm(&parts) : -1;
}

static int compare_shares(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    return (x->dollars < y->dollars) - (x->dollars > y->dollars);
}

/* Keeps the dearest. */
static void add_share(struct shares *shares, const char *name, const json_t *sums, const char *cost)
{
    struct share share = {.dollars = number_of(sums, cost, 0)};
    static const char *const kinds[] = {"inputTokens", "outputTokens", "cacheCreationTokens",
                                        "cacheReadTokens"};
    snprintf(share.name, sizeof share.name, "%s", name);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        share.tokens += (uint64_t)number_of(sums, kinds[i], 0);
    if (shares->count < REPORT_SHARES)
        shares->list[shares->count++] = share;
    else if (shares->list[REPORT_SHARES - 1].dollars < share.dollars)
        shares->list[REPORT_SHARES - 1] = share;
    qsort(shares->list, shares->count, sizeof *shares->list, compare_shares);
}

/* ---- what they say ------------------------------------------------------------------------------------- */

/* A row a day, oldest first; today's, if there is one, has the models. */
static bool take_days(struct reports *reports, const struct moment *moment)
{
    struct document_request request = request_json(DOCUMENT_DAILY);
    request.last = REPORT_DAYS;
    json_t *document = ask_for(&request), *row, *model;
    size_t i, j;
    json_array_foreach(json_object_get(document, "daily"), i, row)
    {
        int64_t age = moment->today - seconds_of(string_of(row, "period"), "%Y-%m-%d") / 86400;
        if (age < 0 || age >= REPORT_DAYS)
            continue;
        reports->days[REPORT_DAYS - 1 - age] = number_of(row, "totalCost", 0);
        if (age == 0)
            json_array_foreach(json_object_get(row, "modelBreakdowns"), j, model)
                add_share(&reports->models, string_of(model, "modelName"), model, "cost");
    }
    json_decref(document);
    return document != NULL;
}

static void take_projects(struct reports *reports, const struct moment *moment)
{
    struct document_request request = request_json(DOCUMENT_DAILY);
    request.claude = request.instances = true;
    request.since = moment->today;
    json_t *document = ask_for(&request), *rows;
    const char *name;
    json_object_foreach(json_object_get(document, "projects"), name, rows)
        add_share(&reports->projects, name, json_array_get(rows, 0), "totalCost");
    json_decref(document);
}

/* Blocks of one hour are the hours. */
static void take_hours(struct reports *reports, const struct moment *moment)
{
    const int64_t hour_us = 3600 * MICROSECONDS;
    struct document_request request = request_json(DOCUMENT_BLOCKS);
    request.recent = true;
    request.block_us = hour_us;
    json_t *document = ask_for(&request), *row;
    size_t i;
    json_array_foreach(json_object_get(document, "blocks"), i, row)
    {
        int64_t start = seconds_of(string_of(row, "startTime"), "%Y-%m-%dT%H:%M:%S");
        int64_t age = moment->now_us / hour_us - start / 3600;
        if (!json_is_true(json_object_get(row, "isGap")) && age >= 0 && age < REPORT_HOURS)
            reports->hours[REPORT_HOURS - 1 - age] += number_of(row, "costUSD", 0);
    }
    json_decref(document);
}

static void take_block(struct reports *reports)
{
    struct document_request request = request_json(DOCUMENT_BLOCKS);
    request.active = true;
    json_t *document = ask_for(&request);
    const json_t *block = json_array_get(json_object_get(document, "blocks"), 0);
    reports->block_per_hour = number_of(json_object_get(block, "burnRate"), "costPerHour", -1);
    reports->block_projected = number_of(json_object_get(block, "projection"), "totalCost", -1);
    json_decref(document);
}

static int compare_alerts(const void *a, const void *b)
{
    const struct alert_row *x = a, *y = b;
    return (x->since_us < y->since_us) - (x->since_us > y->since_us);
}

static void take_alerts(struct reports *reports)
{
    json_t *document = ask("alerts"), *row;
    size_t i;
    json_array_foreach(json_object_get(document, "alerts"), i, row)
    {
        const char *state = string_of(row, "state");
        struct alert_row alert = {.since_us = (int64_t)number_of(row, "since", 0) * MICROSECONDS,
                                  .is_acknowledged = strcmp(state, "acknowledged") == 0};
        snprintf(alert.name, sizeof alert.name, "%s", string_of(row, "name"));
        snprintf(alert.shown, sizeof alert.shown, "%s", string_of(row, "shown"));
        snprintf(alert.session, sizeof alert.session, "%s", string_of(row, "session"));
        bool is_raised = alert.is_acknowledged || strcmp(state, "raised") == 0;
        if (is_raised && reports->alert_count < REPORT_ALERTS)
            reports->alerts[reports->alert_count++] = alert;
    }
    qsort(reports->alerts, reports->alert_count, sizeof *reports->alerts, compare_alerts);
    json_decref(document);
}

/* ---- the thread ---------------------------------------------------------------------------------------- */

static struct moment wait_until_asked(struct reporter *reporter)
{
    pthread_mutex_lock(&reporter->mutex);
    while (!reporter->is_asked)
        pthread_cond_wait(&reporter->asked, &reporter->mutex);
    reporter->is_asked = false;
    struct moment moment = {reporter->today, reporter->now_us};
    pthread_mutex_unlock(&reporter->mutex);
    return moment;
}

static void hand_over(struct reporter *reporter, const struct reports *reports)
{
    const uint64_t one = 1;
    pthread_mutex_lock(&reporter->mutex);
    reporter->answer = *reports;
    pthread_mutex_unlock(&reporter->mutex);
    if (write(reporter->told, &one, sizeof one) < 0)
        abort(); /* an eventfd's counter cannot overflow so */
}

/* Answers that came before stay while none comes. */
static void *report_on(void *data)
{
    struct reporter *reporter = data;
    for (;;) {
        struct moment moment = wait_until_asked(reporter);
        struct reports reports = {0};
        int64_t began_ms = clock_monotonic_ms();
        if ((reports.is_known = take_days(&reports, &moment))) {
            take_projects(&reports, &moment);
            take_hours(&reports, &moment);
            take_block(&reports);
            take_alerts(&reports);
            hand_over(reporter, &reports);
        }
        int64_t pause_ms = (clock_monotonic_ms() - began_ms) * PAUSE_TIMES;
        pause_ms = pause_ms < PAUSE_LEAST_MS  ? PAUSE_LEAST_MS
                   : pause_ms > PAUSE_MOST_MS ? PAUSE_MOST_MS
                                              : pause_ms;
        const struct timespec pause = {pause_ms / 1000, pause_ms % 1000 * 1000000};
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct reporter *reporter_start(int *told)
{
    struct reporter *reporter = memory_zeroed(1, sizeof *reporter);
    pthread_t thread;
    pthread_mutex_init(&reporter->mutex, NULL);
    pthread_cond_init(&reporter->asked, NULL);
    *told = reporter->told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int error = *told < 0 ? errno : pthread_create(&thread, NULL, report_on, reporter);
    if (error == 0) {
        pthread_detach(thread);
        return reporter;
    }
    if (*told >= 0)
        close(*told);
    free(reporter);
    errno = error;
    return NULL;
}

void reporter_ask(struct reporter *reporter, int32_t today, int64_t now_us)
{
    pthread_mutex_lock(&reporter->mutex);
    reporter->is_asked = true;
    reporter->today = today;
    reporter->now_us = now_us;
    pthread_cond_signal(&reporter->asked);
    pthread_mutex_unlock(&reporter->mutex);
}

void reporter_take(struct reporter *reporter, struct reports *reports)
{
    pthread_mutex_lock(&reporter->mutex);
    *reports = reporter->answer;
    pthread_mutex_unlock(&reporter->mutex);
}
