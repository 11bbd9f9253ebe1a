/*
 * Alerts: which rules hold (alert_rules.h), for whom, and what is done about it (alert_actions.h).
 *
 * An alert is a rule that holds for a subject: for everything, for an account or for a session, as its
 * segment has one number for all or one for each. It is raised once its condition holds (and has held for as
 * long as the rule says), and cleared when a number is back by a twentieth of its bound, or the condition
 * holds no more. Nothing is looked at while history is still being read, for sums are only lower bounds then.
 *
 * Nothing polls: the publisher has rules looked at when the facts they are about have changed, and a timer,
 * set only where an alert is raised or about to be, when they change by the clock alone.
 */
#ifndef TACHO_ALERTS_H
#define TACHO_ALERTS_H

#include "alert_rules.h"

struct alerts;
struct ev_loop;
struct worker;

struct alerts_events {
    void (*changed)(void *data); /* an alert was raised, cleared or acknowledged */
    void (*due)(void *data);     /* something changes by the clock: all facts are to be looked at again */
    void (*tested)(void *data);  /* actions that were under way have ended */
    void *data;
};

/* What is kept over restarts is in the file `path` (NULL: nothing), written by `worker`, which has one
 * thread. */
struct alerts *alerts_new(struct ev_loop *loop, const char *path, struct worker *worker,
                          struct alerts_events events);

/* Call after the worker was stopped. NULL is fine. */
void alerts_free(struct alerts *alerts);

/* The rules are the alerts' from now on. Alerts of rules that there are no more are dropped. */
void alerts_set_rules(struct alerts *alerts, struct alert_rules rules);

/* Looks at the rules of a scope. `subject`: the account's directory or the session's id; else NULL. */
void alerts_look(struct alerts *alerts, enum segment_scope scope, struct fact_text subject,
                 const struct facts *facts, const struct look *look);

/* Whether the next look at SEGMENT_OF_ALL should have facts of the machine: they cost more than others. */
bool alerts_want_machine(const struct alerts *alerts);

/*
 * The marks for a line: those of its session and account and of everything; of every alert where `session`
 * has no bytes. Texts last until the next call that may change an alert.
 */
struct fact_alerts alerts_marks(const struct alerts *alerts, struct fact_text session,
                                struct fact_text account);

/*
 * Sets the marks for a session's line in its facts; `log` is its log's path (NULL: not known). With a look,
 * which may be NULL, the rules about it and its account are looked at before.
 */
void alerts_of_session(struct alerts *alerts, struct facts *facts, const char *log, const struct look *look);

/* Alerts that are raised and not acknowledged; how often one was raised or cleared, and a bell to be rung. */
struct alerts_counts {
    uint64_t raised, changes, bells;
};

struct alerts_counts alerts_counts(const struct alerts *alerts);

/* Acknowledges those of a rule, or of "all": no mark until they are raised again. Returns how many; -1: no
 * rule. */
int alerts_acknowledge(struct alerts *alerts, const char *name);

/*
 * Takes a rule's actions once, whatever its state. `is_first`: start them. Returns 1 while they are under
 * way, 0 with what came of them in *out, -1 with why not.
 */
int alerts_test(struct alerts *alerts, const char *name, bool is_first, struct text *out);

/*
 * The document of `tacho alerts --json`: "alerts" (name, state: raised, acknowledged or pending, since,
 * session, account, shown), "rules" (name, when, scope, state, enabled, for_s, every_s, actions, shown,
 * number, bound, results: of the last actions by name).
 */
void alerts_write(const struct alerts *alerts, struct text *out);

#endif
