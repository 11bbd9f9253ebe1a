/*
 * The page with everything: its sections from top to bottom, each given rows by what matters most while rows
 * are short.
 */
#include "overview.h"

#include "../base/zone.h"
#include "../render/numbers.h"

#include <ncurses.h>
#include <string.h>

/* ---- the first row and the last ones ------------------------------------------------------------------- */

/* Where there are no rows for those that are raised: the latest, and how many more. */
static void paint_alerts(struct strip *strip, const struct tacho_copy *all)
{
    const int64_t count = slot_number(all, TACHO_WORD_ALERTS, 0);
    const struct fact_text name = slot_text(all, TACHO_WORD_ALERT);
    if (count <= 0 || !name.bytes || !paint_whole(strip, ROLE_ALARM, strip->look->ascii ? "  ! " : "  ⚠ "))
        return;
    struct strip part = *strip;
    part.end = part.end - 12 < part.x ? part.x : part.end - 12; /* room for the rest of the row */
    paint_text(&part, ROLE_ALARM, name);
    strip->x = part.x;
    if (count > 1)
        paint_whole(strip, ROLE_DIM, " +%d", (int)(count - 1));
}

static void paint_head(struct watch *watch, int y)
{
    const struct tacho_copy *all = segment_view_global(&watch->segment);
    struct fact_text state = slot_text(all, TACHO_WORD_STATE);
    struct strip strip = watch_row(watch, y);
    int hours, minutes;
    paint_whole(&strip, ROLE_ROOT, "Tacho");
    if (watch->segment.agent < 0 && !paint_whole(&strip, ROLE_ALARM, "  no agent: 'tacho start' starts one"))
        paint_whole(&strip, ROLE_ALARM, "  no agent");
    if (watch->segment.agent >= 0 && state.bytes && strcmp(state.bytes, "ready") != 0)
        paint_whole(&strip, ROLE_WARN, "  reading logs: at least this much");
    if (!watch->shows_alerts)
        paint_alerts(&strip, all);
    zone_clock(watch->now_us, &hours, &minutes);
    watch_until(watch, watch->now_us + 60 * MICROSECONDS - watch->now_us % (60 * MICROSECONDS));
    if (strip.end - strip.x > 7) {
        paint_up_to(&strip, strip.end - 5);
        paint_whole(&strip, ROLE_DETAIL, "%02d:%02d", hours, minutes);
    }
}

static void paint_agent(struct watch *watch, int y)
{
    const struct tacho_copy *all = segment_view_global(&watch->segment);
    struct strip strip = labelled(watch, y, "Agent");
    char number[NUMBER_MAX];
    static const struct {
        uint32_t word;
        const char *what;
    } counts[] = {{TACHO_WORD_ENTRIES, "messages"},
                  {TACHO_WORD_SESSIONS, "sessions"},
                  {TACHO_WORD_FILES, "logs"},
                  {TACHO_WORD_MALFORMED, "malformed lines"}};
    const char *between = "";
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++, between = ", ") {
        number_grouped(number, (uint64_t)slot_number(all, counts[i].word, 0));
        paint_whole(&strip, ROLE_DETAIL, "%s%s %s", between, number, counts[i].what);
    }
    paint_whole(&strip, ROLE_DIM, "  process %u", watch->segment.segment.header.agent_pid);
}

static void paint_keys(struct watch *watch, int y)
{
    struct strip strip = watch_row(watch, y);
    if (watch->is_filtering) {
        paint_whole(&strip, ROLE_DIM, "type to filter  Enter: keep it  Esc: no filter");
        return;
    }
    static const char *const keys[] = {"q quit",   "? help",     "  arrows select", "  Enter details",
                                       "  s sort", "  / filter", "  a all"};
    paint_whole(&strip, ROLE_DIM, "%s  ", keys[0]);
    for (size_t i = 1; i < sizeof keys / sizeof *keys; i++)
        paint_whole(&strip, ROLE_DIM, "%s", keys[i]);
}

/* ---- sections ------------------------------------------------------------------------------------------ */

static int one_wanted(const struct watch *watch)
{
    (void)watch;
    return 1;
}

static int sessions_wanted(const struct watch *watch)
{
    return 2 + (watch->row_count ? (int)watch->row_count : 1);
}

static int history_wanted(const struct watch *watch)
{
    return watch->reports.is_known;
}

static int shares_space_wanted(const struct watch *watch)
{
    return shares_wanted(watch) > 0;
}

static int repositories_space_wanted(const struct watch *watch)
{
    return repositories_wanted(watch) > 0;
}

enum section {
    HEAD,
    TODAY,
    BLOCK,
    FIVE_HOUR,
    SEVEN_DAY,
    ALERTS,
    SPACE_SESSIONS,
    SESSIONS,
    SPACE_SHARES,
    SHARES,
    SPACE_HISTORY,
    HOURS,
    DAYS,
    SPACE_REPOSITORIES,
    REPOSITORIES,
    REST,
    AGENT,
    KEYS,
    SECTIONS,
};

static const struct {
    int (*wanted)(const struct watch *watch);                 /* rows */
    void (*paint)(struct watch *watch, int y);                /* of sections of one row */
    void (*paint_list)(struct watch *watch, int y, int rows); /* of the others; neither: it is blank */
} sections[SECTIONS] = {
    [HEAD] = {one_wanted, paint_head, NULL},
    [TODAY] = {one_wanted, paint_today, NULL},
    [BLOCK] = {one_wanted, paint_block, NULL},
    [FIVE_HOUR] = {five_hour_wanted, paint_five_hour, NULL},
    [SEVEN_DAY] = {seven_day_wanted, paint_seven_day, NULL},
    [ALERTS] = {alert_rows_wanted, NULL, paint_alert_rows},
    [SPACE_SESSIONS] = {one_wanted, NULL, NULL},
    [SESSIONS] = {sessions_wanted, NULL, sessions_paint},
    [SPACE_SHARES] = {shares_space_wanted, NULL, NULL},
    [SHARES] = {shares_wanted, NULL, paint_shares},
    [SPACE_HISTORY] = {history_wanted, NULL, NULL},
    [HOURS] = {history_wanted, paint_hours, NULL},
    [DAYS] = {history_wanted, paint_days, NULL},
    [SPACE_REPOSITORIES] = {repositories_space_wanted, NULL, NULL},
    [REPOSITORIES] = {repositories_wanted, NULL, paint_repositories},
    [REST] = {NULL, NULL, NULL},
    [AGENT] = {one_wanted, paint_agent, NULL},
    [KEYS] = {one_wanted, paint_keys, NULL},
};

enum { ALL = 1000 };

/* Who gets rows, in this order: up to so many, as far as wanted and left. */
static const struct {
    enum section section;
    int rows;
} grants[] = {
    {HEAD, 1},           {SESSIONS, 2},       {TODAY, 1},        {ALERTS, 1},       {KEYS, 1},
    {BLOCK, 1},          {FIVE_HOUR, 1},      {SEVEN_DAY, 1},    {HOURS, 1},        {SESSIONS, 4},
    {DAYS, 1},           {SESSIONS, 6},       {ALERTS, 4},       {SHARES, 3},       {AGENT, 1},
    {SPACE_SESSIONS, 1}, {SPACE_HISTORY, 1},  {SPACE_SHARES, 1}, {REPOSITORIES, 3}, {SPACE_REPOSITORIES, 1},
    {ALERTS, ALL},       {SESSIONS, 12},      {SHARES, 6},       {REPOSITORIES, 6}, {SESSIONS, ALL},
    {SHARES, ALL},       {REPOSITORIES, ALL},
};

static void allot(const struct watch *watch, int rows[SECTIONS], int left)
{
    memset(rows, 0, SECTIONS * sizeof *rows);
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        enum section section = grants[i].section;
        int wanted = sections[section].wanted(watch);
        int more = (wanted < grants[i].rows ? wanted : grants[i].rows) - rows[section];
        more = more > left ? left : more > 0 ? more : 0;
        rows[section] += more;
        left -= more;
    }
    rows[REST] = left;
}

void overview_paint(struct watch *watch)
{
    int rows[SECTIONS], y = 0;
    allot(watch, rows, LINES);
    watch->table_rows = 0;
    watch->shows_alerts = rows[ALERTS] > 0;
    for (int section = 0; section < SECTIONS; section++) {
        if (rows[section] && sections[section].paint)
            sections[section].paint(watch, y);
        if (rows[section] && sections[section].paint_list)
            sections[section].paint_list(watch, y, rows[section]);
        y += rows[section];
    }
}
