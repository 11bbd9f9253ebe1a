/*
 * What the segment has not got, asked of the agent by a thread of its own, so that an agent that is slow, or
 * stopped, never holds up the screen: cost by hour and by day, models and projects of today, what the
 * active block will come to, and which alerts are raised. The numbers are those of `tacho daily` and `tacho
 * blocks`.
 */
#ifndef TACHO_REPORTS_H
#define TACHO_REPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPORT_HOURS = 24, REPORT_DAYS = 30, REPORT_SHARES = 8, REPORT_ALERTS = 8 };

/* A model's or project's part of today. */
struct share {
    char name[256]; /* as it came from outside */
    double dollars;
    uint64_t tokens;
};

struct shares {
    struct share list[REPORT_SHARES]; /* dearest first */
    size_t count;
};

/* An alert that is raised; texts as they came from outside. */
struct alert_row {
    char name[64], shown[64];
    char session[64]; /* its id, the beginning of a long one; "": it is of no session */
    int64_t since_us;
    bool is_acknowledged;
};

struct reports {
    struct alert_row alerts[REPORT_ALERTS]; /* the newest first */
    size_t alert_count;
    double hours[REPORT_HOURS]; /* dollars; the present hour is the last */
    double days[REPORT_DAYS];   /* likewise */
    struct shares models, projects;
    double block_per_hour, block_projected; /* dollars; below 0: unknown */
    bool is_known;                          /* the agent has answered */
};

struct reporter;

/*
 * Starts the thread. `told` is set to a descriptor that is readable once an answer is there: eventfd(2), to
 * be read. NULL with errno set. It lasts as long as the program.
 */
struct reporter *reporter_start(int *told);

/* Asks, for a local day (days since 1970) and an instant; while it asks already, once more when it is done.
 */
void reporter_ask(struct reporter *reporter, int32_t today, int64_t now_us);

/* The newest answers. */
void reporter_take(struct reporter *reporter, struct reports *reports);

#endif
