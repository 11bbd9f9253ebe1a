/*
 * tacho-agent: the background agent. This file wires the rooms together and holds the one context; what
 * happens in a room is in its folder:
 *
 *     base/    memory, text, time zones, the one inotify descriptor, the background thread
 *     ingest/  log files → copies of messages        meter/   copies → entries, sums, blocks, prices
 *     git/     repositories                          render/  numbers → lines and documents
 *     serve/   lines → the segment; the hooks' and the commands' sockets
 *
 * The loop sleeps until a log or repository changes or somebody asks. All that came about in a turn is
 * published once, at its end.
 */
#include "base/clock.h"
#include "base/folder.h"
#include "base/folder_watch.h"
#include "base/memory.h"
#include "base/say.h"
#include "base/setting.h"
#include "base/version.h"
#include "base/watch.h"
#include "base/worker.h"
#include "base/zone.h"
#include "git/git.h"
#include "meter/personal.h"
#include "meter/weights.h"
#include "render/document.h"
#include "render/fitted.h"
#include "render/look_build.h"
#include "serve/alerts.h"
#include "serve/answers.h"
#include "serve/clients.h"
#include "serve/config.h"
#include "serve/control.h"
#include "serve/hook_socket.h"
#include "serve/place_prepare.h"
#include "serve/programs.h"
#include "serve/publisher.h"
#include "serve/repositories.h"
#include "serve/shell_asks.h"
#include "serve/status.h"
#include "serve/stream_settings.h"
#include "serve/subscribers.h"
#include "store/history.h"
#include "store/ledger_place.h"

#include "../shm/place.h"
#include "../shm/request.h"
#include "../shm/writer.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

extern char **environ;

/* Other sessions' lines follow a change so much later, all in one go: those that somebody looked at lately,
 * and the ones that grow unseen. */
static const double OTHERS_AFTER_SECONDS = 0.1, UNSEEN_AFTER_SECONDS = 1;
enum { LOOKED_LATELY_SECONDS = 600 };
static const double FAR_FUTURE = 4e9;

struct agent {
    struct ev_loop *loop;
    char runtime[PLACE_PATH_MAX];
    char config[PLACE_PATH_MAX];
    int lock;
    char **directories;
    struct segment_writer *writer;
    struct tacho_segment old; /* the segment of the agent before, until its live sessions are taken over */
    bool has_old;
    struct watcher *watcher;
    struct worker *worker, *scanners, *keeper;
    char ledger[PLACE_PATH_MAX];
    char logs[LEDGER_MARK_SIZE];
    struct history *history;
    struct git *git;
    struct publisher *publisher;
    struct programs *programs;
    struct alerts *alerts;
    struct answers *answers;
    struct clients *clients;
    struct hook_socket *hooks;
    struct shell_asks *shells;
    struct control *control;
    struct subscribers *subscribers;
    struct folder_watch *config_watch;
    ev_io inotify;
    ev_prepare turn_ends;
    ev_check turn_begins;
    ev_timer others, unseen;
    ev_periodic
        never; /* libev wakes once a minute to look for clock jumps, unless a periodic tells it of them */
    ev_signal interrupted, terminated, hung_up;
    struct stream_settings stream;
    struct status_clock clock;
    uint64_t lines;        /* of logs, when they were last looked at */
    bool others_changed;   /* other sessions' numbers, not only what is in their logs */
    bool changed, renewed; /* in this turn, not yet published */
};

/* ---- what a turn brought about is published at its end ------------------------------------------- */

static struct publisher_agent agent_about(const struct agent *agent)
{
    return (struct publisher_agent){.wakeups = agent->clock.wakeups,
                                    .subscribers = subscribers_count(agent->subscribers)};
}

static void agent_turn_begins(struct ev_loop *loop, ev_check *check, int events)
{
    (void)loop;
    (void)events;
    ((struct agent *)check->data)->clock.wakeups++;
}

static void agent_begin(struct agent *agent, ev_timer *timer, double seconds)
{
    if (ev_is_active(timer))
        return;
    ev_timer_set(timer, seconds, 0);
    ev_timer_start(agent->loop, timer);
}

static void agent_draw_looked_at_later(struct agent *agent)
{
    agent->others_changed = true;
    if (publisher_is_watched(agent->publisher, LOOKED_LATELY_SECONDS))
        agent_begin(agent, &agent->others, OTHERS_AFTER_SECONDS);
}

static void agent_draw_others_later(struct agent *agent)
{
    agent_draw_looked_at_later(agent);
    agent_begin(agent, &agent->unseen, UNSEEN_AFTER_SECONDS);
}

static void agent_publish(struct agent *agent)
{
    const bool renewed = agent->renewed;
    agent->changed = agent->renewed = false;
    if (renewed)
        publisher_everything(agent->publisher, agent_about(agent));
    else
        publisher_meter_changed(agent->publisher, agent_about(agent), LOOKED_LATELY_SECONDS);
    answers_look_again(agent->answers);
    shell_asks_look_again(agent->shells);
    if (!renewed)
        agent_draw_others_later(agent);
    control_progress(agent->control);
}

static void agent_turn_ends(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    (void)loop;
    (void)events;
    struct agent *agent = prepare->data;
    shell_asks_answer(agent->shells);
    /* Twice, if an alert was raised or cleared on the way: lines that were published before it show it, too.
     */
    for (int round = 0; round < 2 && (agent->changed || agent->renewed); round++)
        agent_publish(agent);
    subscribers_look(agent->subscribers);
    segment_signal(agent->writer);
}

static void agent_others(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct agent *agent = timer->data;
    if (agent->others_changed)
        publisher_others(agent->publisher, LOOKED_LATELY_SECONDS);
    else
        publisher_logs(agent->publisher, LOOKED_LATELY_SECONDS);
    agent->others_changed = false;
}

static void agent_unseen(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct agent *agent = timer->data;
    if (publisher_unseen(agent->publisher))
        agent_begin(agent, timer, OTHERS_AFTER_SECONDS);
}

/* The meter or the account's limits changed. */
static void agent_numbers_changed(void *data)
{
    ((struct agent *)data)->changed = true;
}

static void agent_history_renewed(void *data)
{
    struct agent *agent = data;
    agent->renewed = true;
    if (history_is_ready(agent->history))
        memory_trim();
    if (!agent->clock.ready_us && history_is_ready(agent->history))
        agent->clock.ready_us = clock_monotonic_us();
}

static void agent_history_flushed(void *data)
{
    struct agent *agent = data;
    if (agent->control)
        control_progress(agent->control);
}

static void agent_repository_changed(void *data, struct repository *repository)
{
    (void)repository;
    struct agent *agent = data;
    answers_look_again(agent->answers);
    shell_asks_look_again(agent->shells);
    agent_draw_looked_at_later(agent); /* lines whose hook could not wait for it */
}

static void agent_program_printed(void *data)
{
    ((struct agent *)data)->renewed = true;
}

/* A line that counts for nothing may fill a context: a tool's result, before the answer that pays for it. */
static void agent_note_lines(struct agent *agent)
{
    const uint64_t lines = history_counts(agent->history).lines;
    const bool is_news = lines != agent->lines && history_is_ready(agent->history);
    agent->lines = lines;
    if (is_news && publisher_is_watched(agent->publisher, LOOKED_LATELY_SECONDS))
        agent_begin(agent, &agent->others, OTHERS_AFTER_SECONDS);
}

static void agent_inotify(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    (void)events;
    struct agent *agent = io->data;
    watcher_drain(agent->watcher);
    history_catch_up(agent->history);
    agent_note_lines(agent);
}

/* A client was idle, busy or waiting, and is no more. */
static void agent_client_changed(void *data, const char *session, enum session_state state, bool is_remote)
{
    publisher_take_state(((struct agent *)data)->publisher, session, state, is_remote);
}

/* ---- configuration ------------------------------------------------------------------------------- */

static void agent_configure(struct agent *agent)
{
    struct config config = config_default();
    if (agent->config[0])
        config_read(agent->config, &config);
    publisher_set_look(agent->publisher, config.look);
    alerts_set_rules(agent->alerts, config.alerts);
    history_set_weights(agent->history, &config.weights);
}

static void agent_config_changed(void *data, const char *name)
{
    struct agent *agent = data;
    const char *base = strrchr(agent->config, '/') + 1;
    if (!name[0] || strcmp(name, PERSONAL_PRICES) == 0)
        history_reload_prices(agent->history);
    if (name[0] && strcmp(name, base) != 0)
        return;
    agent_configure(agent);
    agent->renewed = true;
}

/* Watches the configuration's folder: editors replace the file. */
static void agent_watch_config(struct agent *agent)
{
    if (config_path(agent->config, sizeof agent->config, (const char *const *)environ) < 0)
        return;
    char folder[PLACE_PATH_MAX];
    size_t size = (size_t)(strrchr(agent->config, '/') - agent->config);
    memcpy(folder, agent->config, size);
    folder[size] = '\0';
    agent->config_watch = folder_watch_start(agent->watcher, folder, agent_config_changed, agent);
}

/* ---- alerts ---------------------------------------------------------------------------------------- */

static void agent_alerts_due(void *data)
{
    ((struct agent *)data)->renewed = true;
}

static void agent_alerts_tested(void *data)
{
    control_progress(((struct agent *)data)->control);
}

static void agent_alerts(void *data, struct text *out)
{
    alerts_write(((struct agent *)data)->alerts, out);
}

static int agent_acknowledge(void *data, const char *name)
{
    struct agent *agent = data;
    int count = alerts_acknowledge(agent->alerts, name);
    agent->renewed |= count > 0;
    return count;
}

static int agent_test_alert(void *data, const char *name, int is_first, struct text *out)
{
    return alerts_test(((struct agent *)data)->alerts, name, is_first, out);
}

/* Beside the ledger: alerts are of the logs that it is of. */
static void agent_open_alerts(struct agent *agent)
{
    char mark[LEDGER_MARK_SIZE], name[40], path[PLACE_PATH_MAX];
    ledger_mark(mark, agent->directories);
    snprintf(name, sizeof name, "alerts-%s", mark);
    const bool has_path =
        agent->ledger[0] && place_state(path, sizeof path, (const char *const *)environ, name) >= 0;
    agent->alerts = alerts_new(
        agent->loop, has_path ? path : NULL, agent->keeper,
        (struct alerts_events){agent_numbers_changed, agent_alerts_due, agent_alerts_tested, agent});
}

/* ---- what commands ask --------------------------------------------------------------------------- */

static void agent_status(void *data, struct text *out)
{
    struct agent *agent = data;
    watcher_drain(agent->watcher);
    history_catch_up(agent->history);
    const struct publisher_draws draws = publisher_draws(agent->publisher);
    status_write(out, agent->history, agent->writer, &agent->clock, &draws);
}

static void agent_repositories(void *data, const char *directory, struct text *out)
{
    struct agent *agent = data;
    watcher_drain(agent->watcher);
    repositories_write(out, agent->git, directory[0] == '/' ? directory : "");
}

static int agent_document(void *data, const char *line, unsigned long size, struct text *out)
{
    struct agent *agent = data;
    struct document_request request;
    if (!document_request_decode(&request, line, size))
        return -1;
    watcher_drain(agent->watcher);
    history_catch_up(agent->history);
    struct log_tree_counts counts = history_counts(agent->history);
    return document_write(history_meter(agent->history), &counts, &request, out);
}

static int agent_is_ready(void *data, unsigned long long *read, unsigned long long *total)
{
    struct agent *agent = data;
    struct log_tree_counts counts = history_counts(agent->history);
    *read = counts.bytes;
    *total = counts.bytes_total;
    return history_is_ready(agent->history);
}

static int agent_flush(void *data)
{
    struct agent *agent = data;
    history_flush(agent->history);
    return history_is_flushed(agent->history);
}

static int agent_reload(void *data)
{
    struct agent *agent = data;
    agent_configure(agent);
    agent->renewed = true;
    return history_reload_prices(agent->history);
}

/* `COLUMNS DEPTH FILE`: what is wrong in the file is for those to tell who wrote it. */
static int agent_preview(void *data, const char *request, struct text *out)
{
    static struct rendering rendering;
    static char fitted[FITTED_MAX];
    struct agent *agent = data;
    unsigned columns = 0, depth = 0;
    int path = 0;
    struct text content = TEXT_EMPTY;
    if (sscanf(request, "%u %u %n", &columns, &depth, &path) < 2 || !path || depth > TACHO_TRUE_COLOUR)
        return -1;
    struct config config = config_default();
    if (setting_load(request + path, &content))
        config_read_text(&content, &config, NULL, NULL);
    bool drawn = publisher_preview(agent->publisher, &config.look, depth, &rendering);
    if (drawn)
        text_add(out, fitted, rendering_fitted(&rendering, columns, false, fitted));
    config_free(&config);
    text_free(&content);
    return drawn ? 0 : -1;
}

static int agent_recalculate(void *data)
{
    struct agent *agent = data;
    agent_configure(agent);
    agent->renewed = true;
    return history_recalculate(agent->history);
}

static void agent_stop(void *data)
{
    ev_break(((struct agent *)data)->loop, EVBREAK_ALL);
}

static void agent_signalled(struct ev_loop *loop, ev_signal *signal, int events)
{
    (void)loop;
    (void)events;
    agent_stop(signal->data);
}

/* ---- start and stop ------------------------------------------------------------------------------ */

static int agent_path(const struct agent *agent, char out[PLACE_PATH_MAX], const char *name)
{
    int used = snprintf(out, PLACE_PATH_MAX, "%s/%s", agent->runtime, name);
    return used < 0 || used >= PLACE_PATH_MAX ? -1 : 0;
}

static void agent_start_signals(struct agent *agent)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow further is an error of its write */
    ev_signal *signals[] = {&agent->interrupted, &agent->terminated, &agent->hung_up};
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        ev_signal_init(signals[i], agent_signalled, numbers[i]);
        signals[i]->data = agent;
        ev_signal_start(agent->loop, signals[i]);
    }
}

static int agent_open_segment(struct agent *agent)
{
    char path[PLACE_PATH_MAX];
    if (agent_path(agent, path, TACHO_SEGMENT_NAME) < 0)
        return say_failed("%s: the path is too long", agent->runtime);
    char config[PLACE_PATH_MAX];
    const bool has_config = config_path(config, sizeof config, (const char *const *)environ) == 0;
    agent->stream = stream_settings_read(has_config ? config : "");
    /* Opened before the new segment takes its name. */
    agent->has_old = tacho_open(&agent->old, path) == TACHO_OK;
    struct segment_sizes sizes = segment_sizes_default();
    sizes.ring_count = agent->stream.ring;
    agent->writer = segment_prepare(path, sizes, TACHO_VERSION);
    if (!agent->writer)
        return say_failed("%s: cannot make the segment: %s; free some space there or set TACHO_RUNTIME_DIR",
                          path, strerror(errno));
    return 0;
}

/* Publishes what is taken over from the agent before, and only then lets readers see the new segment. */
static int agent_show_segment(struct agent *agent)
{
    char path[PLACE_PATH_MAX];
    if (agent->has_old)
        publisher_adopt(agent->publisher, &agent->old);
    publisher_everything(agent->publisher, agent_about(agent));
    if (agent_path(agent, path, TACHO_SEGMENT_NAME) < 0 || segment_install(agent->writer, path) < 0)
        return say_failed("%s/%s: cannot take the old segment's place: %s", agent->runtime,
                          TACHO_SEGMENT_NAME, strerror(errno));
    return 0;
}

static int agent_open_sockets(struct agent *agent)
{
    char path[PLACE_PATH_MAX];
    ledger_mark(agent->logs, agent->directories);
    struct control_calls calls = {
        agent_status,     agent_repositories, agent_document,    agent_is_ready, agent_flush,
        agent_reload,     agent_preview,      agent_recalculate, agent_alerts,   agent_acknowledge,
        agent_test_alert, agent_stop,         agent->logs,       agent};
    if (agent_path(agent, path, TACHO_CONTROL_NAME) < 0 ||
        !(agent->control = control_open(agent->loop, path, calls)))
        return say_failed("%s/%s: cannot listen: %s", agent->runtime, TACHO_CONTROL_NAME, strerror(errno));
    if (agent_path(agent, path, TACHO_SOCKET_NAME) < 0 ||
        !(agent->hooks = hook_socket_open(agent->loop, path, answers_asked, agent->answers)))
        return say_failed("%s/%s: cannot listen: %s", agent->runtime, TACHO_SOCKET_NAME, strerror(errno));
    return 0;
}

/* Without it all works; `tacho events --clients` lists nobody. */
static void agent_open_subscribers(struct agent *agent)
{
    char path[PLACE_PATH_MAX];
    if (agent_path(agent, path, TACHO_SUBSCRIBERS_NAME) == 0)
        agent->subscribers = subscribers_open(agent->loop, path, agent->writer, agent->stream.lag,
                                              agent_numbers_changed, agent);
    if (!agent->subscribers)
        say("%s/%s: cannot listen: %s", agent->runtime, TACHO_SUBSCRIBERS_NAME, strerror(errno));
}

/* Without it such shells run tacho-prompt. */
static void agent_open_shells(struct agent *agent)
{
    agent->shells = shell_asks_open(agent->runtime, agent->watcher, agent->answers);
    if (!agent->shells)
        say("%s/%s: cannot be watched: %s; fish will run tacho-prompt", agent->runtime, TACHO_SHELLS_NAME,
            strerror(errno));
}

static void agent_open_history(struct agent *agent)
{
    const char *const *environment = (const char *const *)environ;
    char state[PLACE_PATH_MAX];
    bool has_ledger = place_state(state, sizeof state, environment, "") >= 0 && folder_make(state) == 0 &&
                      ledger_place(agent->ledger, sizeof agent->ledger, environment, agent->directories) >= 0;
    struct history_place place = {
        .loop = agent->loop,
        .directories = agent->directories,
        .ledger_path = has_ledger ? agent->ledger : NULL,
        .environment = environment,
        .watcher = agent->watcher,
        .scanners = agent->scanners,
        .keeper = agent->keeper,
    };
    struct history_events events = {agent_numbers_changed, agent_history_renewed, agent_history_flushed,
                                    agent};
    agent->history = history_open(&place, events);
}

static int agent_open_rooms(struct agent *agent)
{
    agent->watcher = watcher_open();
    if (!agent->watcher)
        return say_failed("cannot watch files: %s; fs.inotify.max_user_instances may be used up",
                          strerror(errno));
    agent->worker = worker_start(agent->loop, 1);
    agent->scanners = worker_start(agent->loop, 0);
    agent->keeper = worker_start(agent->loop, 1);
    if (!agent->worker || !agent->scanners || !agent->keeper)
        return say_failed("cannot start a thread: %s", strerror(errno));
    agent_open_history(agent);
    agent->git = git_open(agent->loop, agent->watcher, agent->worker, agent_repository_changed, agent);
    if (!agent->git)
        return say_failed("cannot start libgit2");
    agent_open_alerts(agent);
    agent->publisher = publisher_new(agent->writer, agent->history, agent->git, agent->alerts,
                                     place_variable((const char *const *)environ, "HOME"));
    agent->programs = programs_new(agent->loop, agent_program_printed, agent);
    publisher_set_programs(agent->publisher, agent->programs);
    agent->answers = answers_new(agent->loop, agent->watcher, agent->history, agent->git, agent->publisher,
                                 agent->writer, agent_numbers_changed, agent);
    return 0;
}

static void agent_never(struct ev_loop *loop, ev_periodic *periodic, int events)
{
    (void)loop;
    (void)periodic;
    (void)events;
}

static void agent_start_watchers(struct agent *agent)
{
    ev_io_init(&agent->inotify, agent_inotify, watcher_descriptor(agent->watcher), EV_READ);
    ev_prepare_init(&agent->turn_ends, agent_turn_ends);
    ev_check_init(&agent->turn_begins, agent_turn_begins);
    ev_timer_init(&agent->others, agent_others, 0, 0);
    ev_timer_init(&agent->unseen, agent_unseen, 0, 0);
    agent->unseen.data = agent;
    ev_periodic_init(&agent->never, agent_never, FAR_FUTURE, 0, NULL);
    ev_periodic_start(agent->loop, &agent->never);
    agent->inotify.data = agent->turn_ends.data = agent->turn_begins.data = agent->others.data = agent;
    ev_io_start(agent->loop, &agent->inotify);
    ev_prepare_start(agent->loop, &agent->turn_ends);
    ev_check_start(agent->loop, &agent->turn_begins);
}

/* In the reverse order of opening. The segment stays: its last lines are good until the next agent's. */
static void agent_close(struct agent *agent)
{
    shell_asks_close(agent->shells);
    subscribers_close(agent->subscribers);
    answers_free(agent->answers);
    hook_socket_close(agent->hooks);
    control_close(agent->control);
    clients_close(agent->clients);
    struct worker *workers[] = {agent->worker, agent->scanners, agent->keeper};
    for (int i = 0; i < 3; i++)
        if (workers[i])
            worker_stop(workers[i]);
    alerts_free(agent->alerts);
    publisher_free(agent->publisher);
    programs_free(agent->programs);
    git_close(agent->git);
    history_close(agent->history);
    folder_watch_stop(agent->config_watch);
    watcher_close(agent->watcher);
    if (agent->writer)
        segment_close(agent->writer, 0);
    static const char *const names[] = {TACHO_SOCKET_NAME, TACHO_CONTROL_NAME, TACHO_SUBSCRIBERS_NAME};
    char path[PLACE_PATH_MAX];
    for (int i = 0; i < 3; i++)
        if (agent->lock >= 0 && agent_path(agent, path, names[i]) == 0)
            unlink(path);
    log_tree_free_directories(agent->directories);
    if (agent->lock >= 0)
        close(agent->lock);
    ev_loop_destroy(agent->loop);
}

static int agent_run(struct agent *agent)
{
    int failed = agent_open_segment(agent) < 0 || agent_open_rooms(agent) < 0 ||
                 agent_show_segment(agent) < 0 || agent_open_sockets(agent) < 0;
    if (!failed) {
        agent_open_shells(agent);
        agent_open_subscribers(agent);
        history_start(agent->history);
        git_start(agent->git); /* without it the repositories are missing, and `tacho doctor` says why */
        agent_watch_config(agent);
        agent_configure(agent);
        agent_start_watchers(agent);
        agent->clients =
            clients_open(agent->loop, agent->watcher, agent->directories, agent_client_changed, agent);
        agent_start_signals(agent);
        agent->renewed = true; /* so that the slots are there from the first turn on */
        ev_run(agent->loop, 0);
    }
    if (agent->has_old)
        tacho_close(&agent->old);
    agent_close(agent);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int agent_usage(FILE *out, int status)
{
    fputs(
        "usage: tacho-agent [--foreground]\n"
        "\n"
        "Tacho's background agent. `tacho start` runs it; --foreground keeps its messages on this terminal\n"
        "(else they go to agent.log in the state directory). SIGTERM or `tacho stop` ends it.\n",
        out);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"foreground", no_argument, NULL, 'f'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool foreground = false;
    int option;
    while ((option = getopt_long(argc, argv, "fh", options, NULL)) != -1) {
        if (option == 'v')
            return printf("tacho-agent %s\n", TACHO_VERSION) < 0;
        if (option == 'h')
            return agent_usage(stdout, EXIT_SUCCESS);
        if (option != 'f')
            return agent_usage(stderr, 2);
        foreground = true;
    }
    say_as("tacho-agent");
    memory_be_thrifty();
    static struct agent agent = {.lock = -1};
    const char *const *environment = (const char *const *)environ;
    agent.clock.started_us = clock_monotonic_us();
    if (place_prepare(agent.runtime, sizeof agent.runtime, environment) < 0)
        return EXIT_FAILURE;
    agent.lock = place_lock(agent.runtime);
    if (agent.lock < 0)
        return agent.lock == PLACE_LOCKED ? TACHO_EXIT_LOCKED : EXIT_FAILURE;
    if (!foreground)
        place_open_log(environment);
    agent.directories = log_tree_directories(environment);
    agent.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    if (!agent.loop)
        return say_failed("cannot make an event loop: %s", strerror(errno)) < 0;
    if (!zone_use(NULL))
        say("the time zone in TZ is not known; days are UTC's");
    return agent_run(&agent);
}
