/*
 * tacho-watch: the full-screen live view, which `tacho watch` runs. It waits for keys, signals, changes of
 * the segment and answers to its questions, and for the next instant at which something shown changes by the
 * clock alone; then it draws, and ncurses sends what is different.
 */
#include "choice.h"
#include "listener.h"
#include "watch.h"

#include "../base/clock.h"
#include "../base/say.h"
#include "../base/zone.h"
#include "../commands/command.h"
#include "../render/look_build.h"
#include "../render/numbers.h"
#include "../screen/full_screen.h"
#include "../serve/config.h"

#include "../../shm/place.h"

#include <errno.h>
#include <limits.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { KEY_ESCAPE = 27, NO_AGENT_LOOK_MS = 1000, BEHIND_MS = 20 };

enum waited_for { KEYS, SIGNALS, CHANGES, ANSWERS, AGENT, WAITED_FOR };

struct program {
    struct watch watch;
    struct reporter *reporter;
    struct pollfd descriptors[WAITED_FOR];
    char path[PATH_MAX]; /* of the segment */
    int32_t asked_day;   /* what the reports were asked for last: day, hour */
    int64_t asked_hour;
    int64_t bells; /* that the agent has counted; -1: not known yet */
    bool has_mouse, is_done;
};

/* ---- what the pages share ------------------------------------------------------------------------------ */

void watch_until(struct watch *watch, int64_t when_us)
{
    if (when_us > watch->now_us && when_us < watch->until_us)
        watch->until_us = when_us;
}

struct strip watch_row(const struct watch *watch, int y)
{
    int margin = COLS >= 60;
    return (struct strip){.y = y, .x = margin, .end = y < LINES ? COLS - margin : 0, .look = &watch->look};
}

void watch_countdown(struct watch *watch, char out[48], int64_t until_us)
{
    int64_t left_us = until_us - watch->now_us;
    number_countdown(out, left_us);
    if (left_us > 0)
        watch_until(watch, watch->now_us + number_countdown_lasts(left_us));
}

void watch_age(struct watch *watch, char out[48], int64_t when_us)
{
    static const struct {
        int64_t us;
        char unit;
    } units[] = {{24 * 3600 * MICROSECONDS, 'd'}, {3600 * MICROSECONDS, 'h'}, {60 * MICROSECONDS, 'm'}};
    int64_t age_us = watch->now_us - when_us;
    snprintf(out, 48, "%s", when_us ? "now" : "");
    if (!when_us || age_us < 0)
        return;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (age_us >= units[i].us) {
            snprintf(out, 48, "%lld%c", (long long)(age_us / units[i].us), units[i].unit);
            watch_until(watch, watch->now_us + units[i].us - age_us % units[i].us);
            return;
        }
    watch_until(watch, when_us + units[2].us);
}

/* ---- drawing ------------------------------------------------------------------------------------------- */

static void draw(struct watch *watch)
{
    static void (*const pages[])(struct watch *) = {overview_paint, details_paint, help_paint};
    watch->now_us = clock_now_us();
    watch->until_us = INT64_MAX;
    choice_update(watch);
    erase();
    pages[watch->page](watch);
    refresh();
}

/* Reports are asked for when a sum changed, and when a new hour or day begins. */
static void ask_for_reports(struct program *program, bool is_changed)
{
    int64_t now_us = clock_now_us(), hour = now_us / (3600 * MICROSECONDS);
    int32_t day = zone_day(now_us);
    if (!is_changed && day == program->asked_day && hour == program->asked_hour)
        return;
    program->asked_day = day;
    program->asked_hour = hour;
    reporter_ask(program->reporter, day, now_us);
}

/* ---- keys ---------------------------------------------------------------------------------------------- */

static void click(struct watch *watch)
{
    MEVENT event;
    while (getmouse(&event) == OK) {
        int row = event.y - watch->table_y;
        bool is_on_row = row >= 0 && row < watch->table_rows && watch->top + (size_t)row < watch->row_count;
        if (is_on_row && watch->page == PAGE_OVERVIEW && event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
            choice_select(watch, watch->top + (size_t)row);
    }
}

/* Whole characters go in; ncurses gives a key for each of their bytes. */
static void type_filter(struct watch *watch, int key)
{
    size_t size = strlen(watch->filter);
    if (key == KEY_ESCAPE)
        watch->filter[0] = '\0';
    if (key == KEY_ESCAPE || key == '\n' || key == KEY_ENTER) {
        watch->is_filtering = false;
    } else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && size) {
        while (size > 1 && ((unsigned char)watch->filter[size - 1] & 0xC0) == 0x80)
            size--;
        watch->filter[size - 1] = '\0';
    } else if (key >= ' ' && key < 256 && key != 127 && size < FILTER_MAX - 1) {
        watch->filter[size] = (char)key;
        watch->filter[size + 1] = '\0';
    }
}

/* The page itself knows where it ends; it has a row for each metric at most. */
static void scroll_details(struct watch *watch, int by)
{
    int64_t to = (int64_t)watch->top + by;
    watch->top = to < 0 ? 0 : to < TACHO_WORDS_MAX ? (size_t)to : TACHO_WORDS_MAX;
}

static void show_page(struct watch *watch, enum page page)
{
    watch->page = page;
    watch->top = 0;
}

/* Keys of the list; in the details they scroll. */
static void move_by(struct watch *watch, int by)
{
    if (watch->page == PAGE_DETAILS)
        scroll_details(watch, by);
    else
        choice_move(watch, by);
}

static void act_on_overview(struct watch *watch, int key)
{
    if (key == '\n' || key == KEY_ENTER)
        show_page(watch, PAGE_DETAILS);
    else if (key == 's')
        watch->sort = (watch->sort + 1) % SORT_KEYS;
    else if (key == 'r')
        watch->is_reversed = !watch->is_reversed;
    else if (key == 'a')
        watch->shows_all = !watch->shows_all;
    else if (key == '/')
        watch->is_filtering = true;
    else if (key == KEY_ESCAPE)
        watch->filter[0] = '\0';
}

static void act(struct program *program, int key)
{
    struct watch *watch = &program->watch;
    int screenful = LINES > 6 ? LINES - 6 : 1;
    if (key == KEY_MOUSE)
        click(watch);
    else if (watch->is_filtering)
        type_filter(watch, key);
    else if (key == 'q')
        program->is_done = true;
    else if (watch->page == PAGE_HELP)
        show_page(watch, PAGE_OVERVIEW);
    else if (key == '?' || key == 'h')
        show_page(watch, PAGE_HELP);
    else if (key == '\f')
        clearok(curscr, TRUE);
    else if (key == 'm')
        full_screen_mouse(program->has_mouse = !program->has_mouse);
    else if (key == KEY_UP || key == 'k')
        move_by(watch, -1);
    else if (key == KEY_DOWN || key == 'j')
        move_by(watch, 1);
    else if (key == KEY_PPAGE || key == KEY_NPAGE)
        move_by(watch, key == KEY_PPAGE ? -screenful : screenful);
    else if (key == 'g' || key == 'G' || key == KEY_HOME || key == KEY_END)
        move_by(watch, key == 'g' || key == KEY_HOME ? -INT_MAX : INT_MAX);
    else if (watch->page == PAGE_DETAILS && (key == KEY_ESCAPE || key == '\n' || key == KEY_LEFT))
        show_page(watch, PAGE_OVERVIEW);
    else if (watch->page == PAGE_OVERVIEW)
        act_on_overview(watch, key);
}

/* All that was typed. A terminal that is gone has an end instead. */
static void take_keys(struct program *program)
{
    int key;
    if (program->descriptors[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
        program->is_done = true;
    while (!program->is_done && (key = getch()) != ERR)
        if (key != KEY_RESIZE)
            act(program, key);
}

/* ---- signals ------------------------------------------------------------------------------------------- */

static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};

/* They come as data, here; threads that are started later have them blocked, too. */
static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
        sigaddset(&set, handled[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Stops as the terminal's user wants, with the terminal given back meanwhile. */
static void suspend(void)
{
    sigset_t stop;
    full_screen_close();
    signal(SIGTSTP, SIG_DFL);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here it stops */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    full_screen_again();
}

static void resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        resizeterm(size.ws_row, size.ws_col);
}

static void take_signals(struct program *program)
{
    struct signalfd_siginfo signal;
    while (read(program->descriptors[SIGNALS].fd, &signal, sizeof signal) == sizeof signal) {
        if (signal.ssi_signo == SIGTSTP)
            suspend();
        if (signal.ssi_signo == SIGTSTP || signal.ssi_signo == SIGWINCH || signal.ssi_signo == SIGCONT)
            resize();
        else
            program->is_done = true;
    }
}

/* ---- the loop ------------------------------------------------------------------------------------------ */

static bool take_count(int descriptor)
{
    uint64_t count;
    return read(descriptor, &count, sizeof count) == sizeof count;
}

/* The bell, if an alert asked for one since. A new agent counts from 0 again. */
static void ring(struct program *program)
{
    const int64_t bells =
        slot_number(segment_view_global(&program->watch.segment), TACHO_WORD_ALERT_BELLS, 0);
    if (program->bells >= 0 && bells > program->bells)
        beep();
    program->bells = bells;
}

/* An agent that is gone may be followed by another, whose segment nobody tells us of. */
static void take_changes(struct program *program)
{
    struct segment_view *segment = &program->watch.segment;
    if (program->descriptors[AGENT].revents && segment->agent >= 0) {
        close(segment->agent);
        segment->agent = -1;
    }
    take_count(program->descriptors[CHANGES].fd);
    ask_for_reports(program, segment_view_update(segment, program->path));
    ring(program);
    program->descriptors[AGENT].fd = segment->agent;
    program->descriptors[AGENT].events = POLLIN;
    if (take_count(program->descriptors[ANSWERS].fd))
        reporter_take(program->reporter, &program->watch.reports);
}

static int wait_ms(const struct program *program)
{
    const struct watch *watch = &program->watch;
    int64_t ms = INT_MAX;
    if (watch->until_us < INT64_MAX)
        ms = (watch->until_us - clock_now_us()) / 1000 + 1;
    if (watch->segment.is_behind && ms > BEHIND_MS)
        ms = BEHIND_MS;
    if (watch->segment.agent < 0 && ms > NO_AGENT_LOOK_MS)
        ms = NO_AGENT_LOOK_MS;
    return ms < 0 ? 0 : ms < INT_MAX ? (int)ms : INT_MAX;
}

static void run(struct program *program)
{
    while (!program->is_done) {
        take_changes(program);
        draw(&program->watch);
        if (poll(program->descriptors, WAITED_FOR, wait_ms(program)) < 0 && errno != EINTR)
            break;
        take_signals(program);
        take_keys(program);
    }
}

/* ---- start and end ------------------------------------------------------------------------------------- */

static void read_look(struct look *look)
{
    char path[PATH_MAX];
    struct config config = config_default();
    if (config_path(path, sizeof path, places_environment()) == 0)
        config_read(path, &config);
    *look = config.look;
    alert_rules_free(&config.alerts);
}

static bool open_descriptors(struct program *program)
{
    int descriptors[WAITED_FOR] = {[KEYS] = STDIN_FILENO, [SIGNALS] = open_signals(), [AGENT] = -1};
    descriptors[CHANGES] = listener_start(program->path);
    program->reporter = reporter_start(&descriptors[ANSWERS]);
    for (int i = 0; i < WAITED_FOR; i++)
        program->descriptors[i] = (struct pollfd){descriptors[i], POLLIN, 0};
    return descriptors[SIGNALS] >= 0 && descriptors[CHANGES] >= 0 && program->reporter;
}

int main(void)
{
    static struct program program = {.has_mouse = true, .bells = -1};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        say("watch: needs a terminal; 'tacho status' and 'tacho blocks --active' print what is now");
        return STATUS_USAGE;
    }
    const char *refusal = full_screen_refusal();
    if (refusal) {
        say("watch: %s; 'tacho status' and 'tacho blocks --active' print what is now", refusal);
        return STATUS_USAGE;
    }
    if (place_runtime(program.path, sizeof program.path, places_environment(), TACHO_SEGMENT_NAME) < 0) {
        say("watch: neither TACHO_RUNTIME_DIR nor HOME is an absolute path: set one");
        return STATUS_FAILED;
    }
    read_look(&program.watch.look);
    zone_use(NULL);
    segment_view_init(&program.watch.segment);
    if (!open_descriptors(&program)) {
        say("watch: cannot start: %s: try again", strerror(errno));
        return STATUS_FAILED;
    }
    full_screen_open();
    paint_begin(&program.watch.look);
    nodelay(stdscr, TRUE);
    run(&program);
    full_screen_close();
    return STATUS_DONE; /* what is left belongs to threads that may be at work with it */
}
