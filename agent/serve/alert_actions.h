/*
 * What is done when an alert is raised: programs, notifications and webhooks run on threads of their own,
 * each for so long and no longer. What came of the last ones is remembered.
 */
#ifndef TACHO_ALERT_ACTIONS_H
#define TACHO_ALERT_ACTIONS_H

#include "alert_rules.h"

#include "../render/facts.h"

struct alert_actions;
struct ev_loop;
struct json_writer;

/* What there is to tell. Texts may be NULL; they are copied. */
struct alert_news {
    const char *state;   /* "raised" or "test" */
    const char *shown;   /* what the rule's segment shows */
    const char *session; /* NULL: the alert is of none */
    struct fact_text directory;
    int64_t when_us;
};

/* `ended` is called on the loop thread whenever the last action of a rule that was under way has ended. */
struct alert_actions *alert_actions_new(struct ev_loop *loop, void (*ended)(void *data), void *data);

/* Ends what runs. */
void alert_actions_free(struct alert_actions *actions);

/* Starts the rule's actions but marks and the bell, which are for others to show. */
void alert_actions_run(struct alert_actions *actions, const struct alert_rule *rule,
                       const struct alert_news *news);

/* Whether one of a rule's actions is under way. */
bool alert_actions_are_running(const struct alert_actions *actions, const char *rule);

/* Writes what came of a rule's last actions as members: "command": {"at", "done", "result"}. */
void alert_actions_write(const struct alert_actions *actions, const char *rule, struct json_writer *json);

#endif
