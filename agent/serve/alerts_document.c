/* Alerts as a document, and rules that are tried out: see alerts.h. */
#include "alerts_state.h"

#include "../base/clock.h"
#include "../base/zone.h"
#include "../render/json_writer.h"

#include <string.h>

static const char *const stages[] = {"pending", "raised", "resting"};
static const char *const scopes[] = {"all", "account", "session"};

static void add_text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    if (value)
        json_text(json, value, strlen(value));
    else
        json_word(json, "null");
}

static void add_seconds(struct json_writer *json, const char *key, int64_t us)
{
    json_key(json, key);
    json_number(json, (uint64_t)(us / MICROSECONDS));
}

static const char *state_of(const struct alert *alert)
{
    return alert->is_acknowledged ? "acknowledged" : stages[alert->stage];
}

static void add_alert(struct json_writer *json, const struct alert *alert)
{
    const enum segment_scope scope = segment_scope(alert->rule->condition.segment);
    json_open(json, '{');
    add_text(json, "name", alert->rule->name);
    add_text(json, "state", state_of(alert));
    add_seconds(json, "since", alert->since_us);
    add_text(json, "session", scope == SEGMENT_OF_SESSION ? alert->subject : NULL);
    add_text(json, "account", scope == SEGMENT_OF_ACCOUNT ? alert->subject : NULL);
    add_text(json, "shown", alert->shown);
    json_close(json, '}');
}

/* ---- rules ----------------------------------------------------------------------------------------- */

/* That of its alerts that matters most: of one that is raised, raised. */
static const char *rule_state(const struct alerts *alerts, const struct alert_rule *rule)
{
    const struct alert *chosen = NULL;
    for (size_t i = 0; i < alerts->count; i++) {
        const struct alert *alert = alerts->list[i];
        if (alert->rule != rule || alert->stage == STAGE_RESTING)
            continue;
        if (!chosen ||
            (alert->stage == STAGE_RAISED && (chosen->is_acknowledged || chosen->stage != STAGE_RAISED)))
            chosen = alert;
    }
    return !rule->enabled ? "off" : chosen ? state_of(chosen) : "clear";
}

static void add_actions(struct json_writer *json, const struct alert_rule *rule)
{
    json_key(json, "actions");
    json_open(json, '[');
    for (unsigned action = 0; action < ALERT_ACTIONS; action++)
        if (rule->actions & 1u << action)
            json_text(json, alert_action_name(action), strlen(alert_action_name(action)));
    json_close(json, ']');
}

static void add_look(struct json_writer *json, const struct alert_rule *rule, const struct alert_look *look)
{
    const enum comparison comparison = rule->condition.comparison;
    add_text(json, "shown", look->is_known ? look->shown : NULL);
    json_key(json, "number");
    if (look->is_known && look->has_number)
        json_double(json, look->number);
    else
        json_word(json, "null");
    json_key(json, "bound");
    if (comparison != COMPARE_SHOWN && comparison != COMPARE_HIDDEN && comparison != COMPARE_TEXT)
        json_double(json, rule->condition.number);
    else
        json_word(json, "null");
}

static void add_rule(struct json_writer *json, const struct alerts *alerts, size_t index)
{
    const struct alert_rule *rule = &alerts->rules.list[index];
    json_open(json, '{');
    add_text(json, "name", rule->name);
    add_text(json, "when", rule->when);
    add_text(json, "scope", scopes[segment_scope(rule->condition.segment)]);
    add_text(json, "state", rule_state(alerts, rule));
    add_look(json, rule, &alerts->looks[index]);
    add_seconds(json, "for_s", rule->for_us);
    add_seconds(json, "every_s", rule->every_us);
    add_actions(json, rule);
    json_key(json, "results");
    json_open(json, '{');
    alert_actions_write(alerts->actions, rule->name, json);
    json_close(json, '}');
    json_close(json, '}');
}

void alerts_write(const struct alerts *alerts, struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    json_key(&json, "alerts");
    json_open(&json, '[');
    for (size_t i = 0; i < alerts->count; i++)
        if (alerts->list[i]->stage != STAGE_RESTING)
            add_alert(&json, alerts->list[i]);
    json_close(&json, ']');
    json_key(&json, "rules");
    json_open(&json, '[');
    for (size_t i = 0; i < alerts->rules.count; i++)
        add_rule(&json, alerts, i);
    json_close(&json, ']');
    json_close(&json, '}');
    text_add_char(out, '\n');
}

/* ---- trying rules out ------------------------------------------------------------------------------ */

static void start_test(struct alerts *alerts, const struct alert_rule *rule)
{
    const struct alert_look *look = &alerts->looks[rule - alerts->rules.list];
    const struct alert_news news = {
        .state = "test", .shown = look->is_known ? look->shown : NULL, .when_us = clock_now_us()};
    alert_actions_run(alerts->actions, rule, &news);
    if (rule->actions & 1u << ALERT_BELL) {
        alerts->bells++;
        alerts->events.changed(alerts->events.data);
    }
}

int alerts_test(struct alerts *alerts, const char *name, bool is_first, struct text *out)
{
    const struct alert_rule *rule = alert_rules_find(&alerts->rules, name);
    if (!rule) {
        text_addf(out, "no rule is called '%s'; 'tacho alerts' lists them", name);
        return -1;
    }
    if (is_first && !alert_actions_are_running(alerts->actions, name))
        start_test(alerts, rule);
    if (alert_actions_are_running(alerts->actions, name))
        return 1;
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    add_actions(&json, rule);
    json_key(&json, "results");
    json_open(&json, '{');
    alert_actions_write(alerts->actions, name, &json);
    json_close(&json, '}');
    json_close(&json, '}');
    text_add_char(out, '\n');
    return 0;
}
