/* Alerts: see alerts.h. */
#include "alerts.h"

#include "alerts_state.h"
#include "limits.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>

/* A number must be back by this share of its bound. */
static const double SLACK = 0.05;

/* Of a session that is not heard of for so long nothing is known any more. */
static const int64_t FORGET_US = 24 * 3600 * MICROSECONDS;

static const int64_t MACHINE_EVERY_US = 10 * MICROSECONDS;

/* ---- the list -------------------------------------------------------------------------------------- */

static bool is_about(const struct alert *alert, struct fact_text subject)
{
    return subject.bytes && strlen(alert->subject) == subject.size &&
           memcmp(alert->subject, subject.bytes, subject.size) == 0;
}

static struct alert *find(const struct alerts *alerts, const struct alert_rule *rule,
                          struct fact_text subject)
{
    for (size_t i = 0; i < alerts->count; i++) {
        struct alert *alert = alerts->list[i];
        if (alert->rule == rule && is_about(alert, subject))
            return alert;
    }
    return NULL;
}

static void drop(struct alerts *alerts, size_t index)
{
    free(alerts->list[index]->subject);
    free(alerts->list[index]);
    memmove(&alerts->list[index], &alerts->list[index + 1], (--alerts->count - index) * sizeof *alerts->list);
}

/* The oldest that rests, else the oldest, makes room. */
static void make_room(struct alerts *alerts)
{
    size_t oldest = 0;
    for (size_t i = 1; i < alerts->count; i++) {
        const struct alert *best = alerts->list[oldest], *other = alerts->list[i];
        const bool rests = other->stage == STAGE_RESTING, best_rests = best->stage == STAGE_RESTING;
        if (rests != best_rests ? rests : other->since_us < best->since_us)
            oldest = i;
    }
    drop(alerts, oldest);
}

static struct alert *add(struct alerts *alerts, const struct alert_rule *rule, struct fact_text subject)
{
    if (alerts->count == ALERTS_MAX)
        make_room(alerts);
    struct alert *alert = memory_zeroed(1, sizeof *alert);
    alert->rule = rule;
    alert->subject = memory_string(subject.bytes, subject.size);
    alert->changes_us = INT64_MAX;
    alerts->list[alerts->count++] = alert;
    return alert;
}

static void save(struct alerts *alerts)
{
    struct text content = TEXT_EMPTY;
    for (size_t i = 0; i < alerts->count; i++) {
        const struct alert *alert = alerts->list[i];
        const struct alert_line line = {alert->stage == STAGE_RAISED,
                                        alert->is_acknowledged,
                                        alert->since_us,
                                        alert->acted_us,
                                        alert->rule->name,
                                        alert->subject,
                                        alert->shown};
        if (alert->stage != STAGE_PENDING)
            alert_file_add(&content, &line);
    }
    alert_file_save(alerts->file, &content);
}

/* ---- the clock ------------------------------------------------------------------------------------- */

/* An instant at which everything is to be looked at again; the timer stands on the next one. */
static void look_again_at(struct alerts *alerts, int64_t when_us)
{
    const double when = (double)when_us / 1e6;
    if (when_us == INT64_MAX || (ev_is_active(&alerts->due) && ev_periodic_at(&alerts->due) <= when))
        return;
    ev_periodic_stop(alerts->loop, &alerts->due);
    ev_periodic_set(&alerts->due, when, 0, NULL);
    ev_periodic_start(alerts->loop, &alerts->due);
}

static bool is_over(const struct alert *alert, int64_t now_us)
{
    if (alert->stage == STAGE_RESTING)
        return now_us - alert->acted_us >= alert->rule->every_us || alert->acted_us > now_us;
    return now_us - alert->looked_us >= FORGET_US && alert->subject[0];
}

/* Forgets what is over, and notes when the others are. */
static void forget_old(struct alerts *alerts, int64_t now_us)
{
    bool changed = false;
    for (size_t i = alerts->count; i-- > 0;) {
        const struct alert *alert = alerts->list[i];
        if (!is_over(alert, now_us)) {
            if (alert->stage != STAGE_RESTING && alert->subject[0])
                look_again_at(alerts, alert->looked_us + FORGET_US);
            continue;
        }
        changed |= alert->stage == STAGE_RAISED;
        alerts->changes += alert->stage == STAGE_RAISED;
        drop(alerts, i);
    }
    if (!changed)
        return;
    alerts->generation++;
    save(alerts);
}

static void come_due(struct ev_loop *loop, ev_periodic *due, int events)
{
    (void)loop;
    (void)events;
    struct alerts *alerts = due->data;
    forget_old(alerts, clock_now_us());
    alerts->events.due(alerts->events.data);
}

/* ---- raising and clearing -------------------------------------------------------------------------- */

static void changed(struct alerts *alerts)
{
    alerts->generation++;
    save(alerts);
    alerts->events.changed(alerts->events.data);
}

static void act(struct alerts *alerts, struct alert *alert, const struct facts *facts)
{
    const bool is_session = segment_scope(alert->rule->condition.segment) == SEGMENT_OF_SESSION;
    /* A time in the future is one that the clock was put back from. */
    if (alert->acted_us && alert->acted_us <= facts->now_us &&
        facts->now_us - alert->acted_us < alert->rule->every_us)
        return;
    const struct alert_news news = {.state = "raised",
                                    .shown = alert->shown,
                                    .session = is_session ? alert->subject : NULL,
                                    .directory = facts->directory,
                                    .when_us = facts->now_us};
    alert->acted_us = facts->now_us;
    alerts->bells += (alert->rule->actions & 1u << ALERT_BELL) != 0;
    alert_actions_run(alerts->actions, alert->rule, &news);
}

static void enter(struct alert *alert, enum alert_stage stage, int64_t now_us)
{
    alert->stage = stage;
    alert->since_us = now_us;
    alert->is_acknowledged = false;
}

static void take_hold(struct alerts *alerts, struct alert *alert, const struct facts *facts)
{
    const int64_t now_us = facts->now_us, for_us = alert->rule->for_us;
    if (alert->stage == STAGE_RESTING)
        enter(alert, STAGE_PENDING, now_us);
    if (alert->since_us > now_us) /* the clock was put back */
        alert->since_us = now_us;
    if (alert->stage == STAGE_PENDING && now_us - alert->since_us < for_us) {
        look_again_at(alerts, alert->since_us + for_us);
    } else if (alert->stage == STAGE_PENDING) {
        enter(alert, STAGE_RAISED, now_us);
        act(alerts, alert, facts);
        alerts->changes++;
        changed(alerts);
    }
}

static void let_go(struct alerts *alerts, struct alert *alert, int64_t now_us)
{
    const bool was_raised = alert->stage == STAGE_RAISED;
    if (alert->stage == STAGE_RESTING)
        return;
    enter(alert, STAGE_RESTING, now_us);
    if (was_raised) {
        alerts->changes++;
        changed(alerts);
    }
    for (size_t i = 0; is_over(alert, now_us) && i < alerts->count; i++)
        if (alerts->list[i] == alert) {
            drop(alerts, i);
            return;
        }
}

/* ---- looking --------------------------------------------------------------------------------------- */

static int64_t earlier_after(int64_t now_us, int64_t soonest_us, int64_t when_us)
{
    return when_us > now_us && when_us < soonest_us ? when_us : soonest_us;
}

/* When a segment may show less by the clock alone: the day, a block or a window ends. */
static int64_t next_end(const struct facts *facts)
{
    int64_t next = zone_next_midnight(facts->now_us);
    if (facts->block_active)
        next = earlier_after(facts->now_us, next, facts->block_end_us);
    if (facts->five_hour.known)
        next = earlier_after(facts->now_us, next, facts->five_hour.resets_us);
    if (facts->seven_day.known)
        next = earlier_after(facts->now_us, next, facts->seven_day.resets_us);
    return next;
}

/* Conditions that may come to hold when a segment shows less. */
static bool waits_for_less(const struct condition *condition)
{
    return condition->comparison == COMPARE_HIDDEN || condition->comparison == COMPARE_LESS ||
           condition->comparison == COMPARE_MOST;
}

static void keep_look(struct alert_look *look, const struct condition_result *result)
{
    look->is_known = true;
    look->has_number = result->has_number;
    look->number = result->number;
    memcpy(look->shown, result->shown, sizeof look->shown);
}

static void look_at(struct alerts *alerts, size_t index, struct fact_text subject, const struct facts *facts,
                    const struct look *look)
{
    const struct alert_rule *rule = &alerts->rules.list[index];
    struct alert *alert = find(alerts, rule, subject);
    const bool is_raised = alert && alert->stage == STAGE_RAISED;
    const struct condition_result result =
        condition_judge(&rule->condition, facts, look, is_raised ? SLACK : 0);
    keep_look(&alerts->looks[index], &result);
    if (result.holds && !alert) {
        alert = add(alerts, rule, subject);
        enter(alert, STAGE_PENDING, facts->now_us);
    }
    if (alert) {
        alert->looked_us = facts->now_us;
        memcpy(alert->shown, result.shown, sizeof alert->shown);
        if (result.holds)
            take_hold(alerts, alert, facts);
        else
            let_go(alerts, alert, facts->now_us);
    }
    look_again_at(alerts, result.changes_us);
    if (result.holds || waits_for_less(&rule->condition))
        look_again_at(alerts, next_end(facts));
}

static bool is_of_machine(const struct alert_rule *rule)
{
    return rule->condition.segment->family == FAMILY_MACHINE;
}

void alerts_look(struct alerts *alerts, enum segment_scope scope, struct fact_text subject,
                 const struct facts *facts, const struct look *look)
{
    if (facts->catching_up || facts->carried)
        return;
    if (!subject.bytes)
        subject = (struct fact_text){"", 0};
    for (size_t i = 0; i < alerts->rules.count; i++) {
        const struct alert_rule *rule = &alerts->rules.list[i];
        if (rule->enabled && segment_scope(rule->condition.segment) == scope &&
            (!is_of_machine(rule) || facts->machine.known))
            look_at(alerts, i, subject, facts, look);
    }
    if (facts->machine.known && scope == SEGMENT_OF_ALL)
        alerts->machine_us = clock_monotonic_us();
}

bool alerts_want_machine(const struct alerts *alerts)
{
    bool is_wanted = false, is_watched = false;
    for (size_t i = 0; i < alerts->rules.count; i++)
        is_wanted |= alerts->rules.list[i].enabled && is_of_machine(&alerts->rules.list[i]);
    for (size_t i = 0; i < alerts->count; i++)
        is_watched |= alerts->list[i]->stage != STAGE_RESTING && is_of_machine(alerts->list[i]->rule);
    return is_wanted && (is_watched || !alerts->machine_us ||
                         clock_monotonic_us() - alerts->machine_us >= MACHINE_EVERY_US);
}

/* ---- what is shown --------------------------------------------------------------------------------- */

static bool is_marked(const struct alert *alert)
{
    return alert->stage == STAGE_RAISED && !alert->is_acknowledged &&
           (alert->rule->actions & 1u << ALERT_MARK);
}

struct fact_alerts alerts_marks(const struct alerts *alerts, struct fact_text session,
                                struct fact_text account)
{
    struct fact_alerts marks = {.generation = alerts->generation};
    int64_t latest_us = 0;
    for (size_t i = 0; i < alerts->count; i++) {
        const struct alert *alert = alerts->list[i];
        if (!is_marked(alert) ||
            (session.bytes && alert->subject[0] && !is_about(alert, session) && !is_about(alert, account)))
            continue;
        marks.count++;
        if (alert->since_us < latest_us)
            continue;
        latest_us = alert->since_us;
        marks.name = fact_string(alert->rule->name);
    }
    return marks;
}

void alerts_of_session(struct alerts *alerts, struct facts *facts, const char *log, const struct look *look)
{
    const struct fact_text account = {log ? log : "", log ? account_directory_size(log) : 0};
    if (look) {
        alerts_look(alerts, SEGMENT_OF_SESSION, facts->session_id, facts, look);
        alerts_look(alerts, SEGMENT_OF_ACCOUNT, account, facts, look);
    }
    facts->alerts = alerts_marks(alerts, facts->session_id, account);
}

struct alerts_counts alerts_counts(const struct alerts *alerts)
{
    struct alerts_counts counts = {.changes = alerts->changes, .bells = alerts->bells};
    for (size_t i = 0; i < alerts->count; i++)
        counts.raised += alerts->list[i]->stage == STAGE_RAISED && !alerts->list[i]->is_acknowledged;
    return counts;
}

int alerts_acknowledge(struct alerts *alerts, const char *name)
{
    const struct alert_rule *rule = alert_rules_find(&alerts->rules, name);
    int count = 0;
    if (!rule && strcmp(name, "all") != 0)
        return -1;
    for (size_t i = 0; i < alerts->count; i++) {
        struct alert *alert = alerts->list[i];
        if ((rule && alert->rule != rule) || alert->stage != STAGE_RAISED || alert->is_acknowledged)
            continue;
        alert->is_acknowledged = true;
        count++;
    }
    if (count)
        changed(alerts);
    return count;
}

/* ---- rules ----------------------------------------------------------------------------------------- */

static void take_line(void *data, const struct alert_line *line)
{
    struct alerts *alerts = data;
    const struct alert_rule *rule = alert_rules_find(&alerts->rules, line->rule);
    const struct fact_text subject = fact_string(line->subject);
    if (!rule || !rule->enabled || alerts->count == ALERTS_MAX || find(alerts, rule, subject))
        return;
    struct alert *alert = add(alerts, rule, subject);
    alert->stage = line->is_raised ? STAGE_RAISED : STAGE_RESTING;
    alert->since_us = line->since_us;
    alert->acted_us = line->acted_us;
    alert->is_acknowledged = line->is_raised && line->is_acknowledged;
    alert->looked_us = clock_now_us();
    strncpy(alert->shown, line->shown, sizeof alert->shown - 1);
}

/* Alerts refer to rules that were: now to those of the same names. */
static void follow_rules(struct alerts *alerts)
{
    for (size_t i = alerts->count; i-- > 0;) {
        struct alert *alert = alerts->list[i];
        const struct alert_rule *rule = alert_rules_find(&alerts->rules, alert->rule->name);
        const bool is_same =
            rule && rule->enabled &&
            segment_scope(rule->condition.segment) == segment_scope(alert->rule->condition.segment);
        alert->rule = rule;
        if (!is_same)
            drop(alerts, i);
    }
}

void alerts_set_rules(struct alerts *alerts, struct alert_rules rules)
{
    struct alert_rules before = alerts->rules;
    alerts->rules = rules;
    memset(alerts->looks, 0, sizeof alerts->looks);
    follow_rules(alerts);
    alert_rules_free(&before);
    if (!alerts->is_loaded)
        alert_file_load(alerts->file, take_line, alerts);
    alerts->is_loaded = true;
    forget_old(alerts, clock_now_us());
    alerts->generation++;
}

static void actions_ended(void *data)
{
    struct alerts *alerts = data;
    alerts->events.tested(alerts->events.data);
}

struct alerts *alerts_new(struct ev_loop *loop, const char *path, struct worker *worker,
                          struct alerts_events events)
{
    struct alerts *alerts = memory_zeroed(1, sizeof *alerts);
    alerts->loop = loop;
    alerts->events = events;
    alerts->file = alert_file_new(path, worker);
    alerts->actions = alert_actions_new(loop, actions_ended, alerts);
    ev_periodic_init(&alerts->due, come_due, 0, 0, NULL);
    alerts->due.data = alerts;
    return alerts;
}

void alerts_free(struct alerts *alerts)
{
    if (!alerts)
        return;
    ev_periodic_stop(alerts->loop, &alerts->due);
    alert_actions_free(alerts->actions);
    alert_file_free(alerts->file);
    while (alerts->count)
        drop(alerts, alerts->count - 1);
    alert_rules_free(&alerts->rules);
    free(alerts);
}
