/* Actions of alerts: see alert_actions.h. */
#include "alert_actions.h"

#include "program_run.h"
#include "webhook.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../base/worker.h"
#include "../render/json_writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

/* So many run beside each other; so many may be under way; of so many the results are kept. */
enum { THREADS = 3, RUNS_MAX = 16, RESULTS_MAX = 64, OUTPUT_MAX = 128, RESULT_MAX = 160, VARIABLES_MAX = 8 };

/* One action under way: owns copies of all it needs, because the rules may be others when it ends. */
struct run {
    struct job job;
    struct run *next;
    struct alert_actions *actions;
    char rule[ALERT_NAME_MAX];
    enum alert_action action;
    int64_t timeout_us;
    char **argv, **environment; /* of programs */
    size_t inherited;           /* of the environment's entries, the agent's own */
    struct webhook webhook;
    struct text document, result;
    bool is_done; /* as it should be */
};

struct result {
    char rule[ALERT_NAME_MAX];
    enum alert_action action;
    int64_t at_us;
    bool is_done;
    char text[RESULT_MAX];
};

struct alert_actions {
    struct ev_loop *loop;
    struct worker *worker; /* started with the first action */
    void (*ended)(void *data);
    void *data;
    struct run *runs;
    size_t run_count;
    struct result results[RESULTS_MAX]; /* the latest last */
    size_t result_count;
};

struct alert_actions *alert_actions_new(struct ev_loop *loop, void (*ended)(void *data), void *data)
{
    struct alert_actions *actions = memory_zeroed(1, sizeof *actions);
    actions->loop = loop;
    actions->ended = ended;
    actions->data = data;
    return actions;
}

void alert_actions_free(struct alert_actions *actions)
{
    if (!actions)
        return;
    if (actions->worker)
        worker_stop(actions->worker);
    free(actions);
}

/* ---- on a thread ----------------------------------------------------------------------------------- */

static void tell_end(struct run *run, const struct program_end *end, const char *output)
{
    const int size = (int)strcspn(output, "\n");
    if (end->error)
        text_addf(&run->result, "%s: %s", run->argv[0], strerror(end->error));
    else if (end->timed_out)
        text_addf(&run->result, "ended after %.1f s: it took too long", (double)run->timeout_us / 1e6);
    else if (WIFSIGNALED(end->status))
        text_addf(&run->result, "ended by signal %d", WTERMSIG(end->status));
    else
        text_addf(&run->result, "exit status %d%s%.*s", WEXITSTATUS(end->status), size ? ": " : "", size,
                  output);
    run->is_done = !end->error && !end->timed_out && WIFEXITED(end->status) && WEXITSTATUS(end->status) == 0;
}

static void run_action(struct job *job)
{
    struct run *run = (struct run *)job;
    char output[OUTPUT_MAX + 1];
    if (run->action == ALERT_WEBHOOK) {
        run->is_done = webhook_send(&run->webhook, &run->document, run->timeout_us, &run->result) == 0;
        return;
    }
    const struct program_run program = {.argv = run->argv,
                                        .environment = run->environment,
                                        .timeout_us = run->timeout_us,
                                        .worker = run->actions->worker,
                                        .output = output,
                                        .room = OUTPUT_MAX};
    const struct program_end end = program_run(&program);
    output[end.size] = '\0';
    tell_end(run, &end, output);
}

/* ---- on the loop thread ---------------------------------------------------------------------------- */

static void keep_result(struct alert_actions *actions, const struct run *run)
{
    struct result *results = actions->results;
    size_t i = 0;
    while (i < actions->result_count &&
           (results[i].action != run->action || strcmp(results[i].rule, run->rule) != 0))
        i++;
    if (i == actions->result_count && i == RESULTS_MAX)
        i = 0;
    if (i < actions->result_count)
        memmove(results + i, results + i + 1, (--actions->result_count - i) * sizeof *results);
    struct result *result = &results[actions->result_count++];
    *result = (struct result){.action = run->action, .at_us = clock_now_us(), .is_done = run->is_done};
    memcpy(result->rule, run->rule, sizeof result->rule);
    snprintf(result->text, sizeof result->text, "%s", run->result.bytes ? run->result.bytes : "not run");
}

static void free_run(struct run *run)
{
    for (size_t i = 0; run->argv && run->argv[i]; i++)
        free(run->argv[i]);
    for (size_t i = run->inherited; run->environment && run->environment[i]; i++)
        free(run->environment[i]);
    free(run->argv);
    free(run->environment);
    text_free(&run->document);
    text_free(&run->result);
    free(run);
}

static void run_done(struct job *job)
{
    struct run *run = (struct run *)job, **link;
    struct alert_actions *actions = run->actions;
    for (link = &actions->runs; *link != run;)
        link = &(*link)->next;
    *link = run->next;
    actions->run_count--;
    if (!worker_is_stopping(actions->worker)) {
        keep_result(actions, run);
        if (!run->is_done)
            say("alert %s: %s: %s", run->rule, alert_action_name(run->action),
                run->result.bytes ? run->result.bytes : "not run");
        if (!alert_actions_are_running(actions, run->rule))
            actions->ended(actions->data);
    }
    free_run(run);
}

bool alert_actions_are_running(const struct alert_actions *actions, const char *rule)
{
    for (const struct run *run = actions->runs; run; run = run->next)
        if (strcmp(run->rule, rule) == 0)
            return true;
    return false;
}

/* ---- what is to be run ----------------------------------------------------------------------------- */

static char *copy_string(const char *string)
{
    return memory_string(string, strlen(string));
}

static void set_arguments(struct run *run, const char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    run->argv = memory_zeroed(count + 1, sizeof *run->argv);
    for (size_t i = 0; i < count; i++)
        run->argv[i] = copy_string(words[i]);
}

/* The agent's own variables, and what there is to tell. */
static void set_environment(struct run *run, const struct alert_rule *rule, const struct alert_news *news)
{
    const struct {
        const char *name, *value;
        size_t size;
    } facts[] = {
        {"ALERT", rule->name, strlen(rule->name)},
        {"ALERT_STATE", news->state, strlen(news->state)},
        {"ALERT_WHEN", rule->when, strlen(rule->when)},
        {"ALERT_SHOWN", news->shown, news->shown ? strlen(news->shown) : 0},
        {"ALERT_SESSION", news->session, news->session ? strlen(news->session) : 0},
        {"ALERT_DIRECTORY", news->directory.bytes, news->directory.size},
    };
    _Static_assert(sizeof facts / sizeof *facts <= VARIABLES_MAX, "more variables than room");
    size_t count = 0;
    while (environ[count])
        count++;
    run->environment = memory_zeroed(count + VARIABLES_MAX + 1, sizeof *run->environment);
    memcpy(run->environment, environ, count * sizeof *environ);
    run->inherited = count;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        struct text variable = TEXT_EMPTY;
        if (!facts[i].value)
            continue;
        text_addf(&variable, "TACHO_%s=%.*s", facts[i].name, (int)facts[i].size, facts[i].value);
        run->environment[count++] = variable.bytes;
    }
}

static void add_text(struct json_writer *json, const char *key, const char *value, size_t size)
{
    json_key(json, key);
    if (value)
        json_text(json, value, size);
    else
        json_word(json, "null");
}

static void set_document(struct run *run, const struct alert_rule *rule, const struct alert_news *news)
{
    struct json_writer json = {.out = &run->document};
    json_open(&json, '{');
    add_text(&json, "alert", rule->name, strlen(rule->name));
    add_text(&json, "state", news->state, strlen(news->state));
    add_text(&json, "when", rule->when, strlen(rule->when));
    add_text(&json, "shown", news->shown, news->shown ? strlen(news->shown) : 0);
    add_text(&json, "session", news->session, news->session ? strlen(news->session) : 0);
    json_key(&json, "time");
    json_number(&json, (uint64_t)(news->when_us / 1000000));
    json_close(&json, '}');
    text_add_char(&run->document, '\n');
}

static void set_notification(struct run *run, const struct alert_rule *rule, const struct alert_news *news)
{
    struct text title = TEXT_EMPTY, body = TEXT_EMPTY;
    text_addf(&title, "Tacho: %s", rule->name);
    text_addf(&body, "%s (%s)", news->shown ? news->shown : "", rule->when);
    const char *const words[] = {"notify-send", "--app-name=Tacho", "--", title.bytes, body.bytes, NULL};
    set_arguments(run, words);
    text_free(&title);
    text_free(&body);
}

static void start(struct alert_actions *actions, const struct alert_rule *rule, enum alert_action action,
                  const struct alert_news *news)
{
    struct text why = TEXT_EMPTY;
    struct run *run = memory_zeroed(1, sizeof *run);
    run->job = (struct job){.run = run_action, .done = run_done};
    run->actions = actions;
    memcpy(run->rule, rule->name, sizeof run->rule);
    run->action = action;
    run->timeout_us = rule->timeout_us;
    if (action == ALERT_WEBHOOK) {
        webhook_read(&run->webhook, rule->webhook, &why);
        set_document(run, rule, news);
    } else {
        if (action == ALERT_NOTIFY)
            set_notification(run, rule, news);
        else
            set_arguments(run, (const char *const *)rule->command);
        set_environment(run, rule, news);
    }
    text_free(&why);
    run->next = actions->runs;
    actions->runs = run;
    actions->run_count++;
    worker_submit(actions->worker, &run->job, false);
}

void alert_actions_run(struct alert_actions *actions, const struct alert_rule *rule,
                       const struct alert_news *news)
{
    static const enum alert_action kinds[] = {ALERT_NOTIFY, ALERT_COMMAND, ALERT_WEBHOOK};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!(rule->actions & 1u << kinds[i]))
            continue;
        if (!actions->worker && !(actions->worker = worker_start(actions->loop, THREADS)))
            say("alert %s: cannot start a thread: %s", rule->name, strerror(errno));
        else if (actions->run_count >= RUNS_MAX)
            say("alert %s: %s left out: %d actions are under way", rule->name, alert_action_name(kinds[i]),
                RUNS_MAX);
        else
            start(actions, rule, kinds[i], news);
    }
}

void alert_actions_write(const struct alert_actions *actions, const char *rule, struct json_writer *json)
{
    for (size_t i = 0; i < actions->result_count; i++) {
        const struct result *result = &actions->results[i];
        if (strcmp(result->rule, rule) != 0)
            continue;
        json_key(json, alert_action_name(result->action));
        json_open(json, '{');
        json_key(json, "at");
        json_number(json, (uint64_t)(result->at_us / 1000000));
        json_key(json, "done");
        json_word(json, result->is_done ? "true" : "false");
        add_text(json, "result", result->text, strlen(result->text));
        json_close(json, '}');
    }
}
