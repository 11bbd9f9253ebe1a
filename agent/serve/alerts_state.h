/* What alerts.c and alerts_document.c share: the alerts as they are in memory. */
#ifndef TACHO_ALERTS_STATE_H
#define TACHO_ALERTS_STATE_H

#include "alert_actions.h"
#include "alert_file.h"
#include "alerts.h"

#include <ev.h>

enum { ALERTS_MAX = 256 };

enum alert_stage {
    STAGE_PENDING, /* the condition holds, but not for long enough yet */
    STAGE_RAISED,
    STAGE_RESTING, /* cleared; kept so that its actions are not taken again too soon */
};

/* A rule that holds, or did lately, for a subject. */
struct alert {
    const struct alert_rule *rule;
    enum alert_stage stage;
    char *subject;        /* "": everything */
    int64_t since_us;     /* when the stage began */
    int64_t acted_us;     /* when its actions were last taken; 0: never */
    int64_t looked_us;    /* when its facts were last looked at */
    int64_t changes_us;   /* when they change by the clock */
    bool is_acknowledged; /* only while raised */
    char shown[CONDITION_SHOWN_MAX];
};

/* What a rule's segment showed when it was last looked at, for whomever. */
struct alert_look {
    bool is_known, has_number;
    double number;
    char shown[CONDITION_SHOWN_MAX];
};

struct alerts {
    struct ev_loop *loop;
    ev_periodic due;
    struct alerts_events events;
    struct alert_rules rules;
    struct alert_look looks[ALERT_RULES_MAX]; /* by rule */
    struct alert_file *file;
    struct alert_actions *actions;
    struct alert *list[ALERTS_MAX];
    size_t count;
    uint64_t generation, changes, bells;
    int64_t machine_us; /* when facts of the machine were last looked at */
    bool is_loaded;
};

#endif
