/* Rules of alerts: see alert_rules.h. */
#include "alert_rules.h"

#include "webhook.h"

#include "../base/memory.h"
#include "../base/words.h"
#include "../base/zone.h"
#include "../render/look_parts.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const int64_t EVERY_US = 15 * 60 * MICROSECONDS, TIMEOUT_US = 5 * MICROSECONDS;

/* Few, and quiet: a mark. Budgets are those of [budget]: without one there is nothing to compare with. */
static const struct {
    const char *name, *when;
    int64_t for_us;
} defaults[] = {
    {"limit-5h", "limit.five_hour >= 90", 0},
    {"limit-7d", "limit.seven_day >= 90", 0},
    {"context", "context.used >= 90", 0},
    {"budget-session", "budget.session >= 100", 0},
    {"budget-today", "budget.today >= 100", 0},
    {"budget-week", "budget.week >= 100", 0},
    {"budget-month", "budget.month >= 100", 0},
    {"budget-block", "budget.block >= 100", 0},
    {"agent-memory", "agent.memory >= 256", 0},
    {"agent-unsaved", "agent.unsaved >= 1", 0},
    {"agent-behind", "agent.behind > 0", 60 * MICROSECONDS},
};

static const char *const actions[ALERT_ACTIONS] = {"mark", "bell", "notify", "command", "webhook"};

const char *alert_action_name(enum alert_action action)
{
    return action < ALERT_ACTIONS ? actions[action] : NULL;
}

/* ---- the list -------------------------------------------------------------------------------------- */

static struct alert_rule *find(const struct alert_rules *rules, const char *name, size_t size)
{
    for (size_t i = 0; i < rules->count; i++)
        if (strlen(rules->list[i].name) == size && memcmp(rules->list[i].name, name, size) == 0)
            return &rules->list[i];
    return NULL;
}

const struct alert_rule *alert_rules_find(const struct alert_rules *rules, const char *name)
{
    return find(rules, name, strlen(name));
}

static struct alert_rule *add(struct alert_rules *rules, const char *name, size_t size)
{
    rules->list = memory_grow(rules->list, rules->count, &rules->room, sizeof *rules->list);
    struct alert_rule *rule = &rules->list[rules->count++];
    *rule = (struct alert_rule){
        .every_us = EVERY_US, .timeout_us = TIMEOUT_US, .actions = 1u << ALERT_MARK, .enabled = true};
    memcpy(rule->name, name, size);
    return rule;
}

static void free_command(struct alert_rule *rule)
{
    for (size_t i = 0; rule->command && rule->command[i]; i++)
        free(rule->command[i]);
    free(rule->command);
    rule->command = NULL;
}

static void free_rule(struct alert_rule *rule)
{
    free(rule->when);
    free_command(rule);
    free(rule->webhook);
}

void alert_rules_free(struct alert_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        free_rule(&rules->list[i]);
    free(rules->list);
    *rules = (struct alert_rules){0};
}

struct alert_rules alert_rules_default(void)
{
    struct alert_rules rules = {0};
    struct text why = TEXT_EMPTY;
    for (size_t i = 0; i < COUNT(defaults); i++) {
        struct alert_rule *rule = add(&rules, defaults[i].name, strlen(defaults[i].name));
        rule->for_us = defaults[i].for_us;
        if (condition_read(&rule->condition, defaults[i].when, &why) == 0)
            rule->when = memory_string(defaults[i].when, strlen(defaults[i].when));
    }
    text_free(&why);
    return rules;
}

bool alert_rules_drop_empty(struct alert_rules *rules, char name[ALERT_NAME_MAX], unsigned *line)
{
    size_t i = 0;
    while (i < rules->count && rules->list[i].when)
        i++;
    if (i == rules->count)
        return false;
    memcpy(name, rules->list[i].name, ALERT_NAME_MAX);
    if (rules->list[i].is_wrong)
        name[0] = '\0';
    *line = rules->list[i].line;
    free_rule(&rules->list[i]);
    memmove(&rules->list[i], &rules->list[i + 1], (--rules->count - i) * sizeof *rules->list);
    return true;
}

/* ---- settings -------------------------------------------------------------------------------------- */

static int set_when(struct alert_rule *rule, const char *value, struct text *why)
{
    struct condition condition;
    const bool is_second = rule->has_when;
    rule->has_when = true;
    if (is_second) {
        text_add_string(why, "a rule has one condition: what was read before applies; use another rule");
        return -1;
    }
    if (condition_read(&condition, value, why) < 0) {
        rule->is_wrong = true;
        return -1;
    }
    free(rule->when);
    rule->when = memory_string(value, strlen(value));
    rule->condition = condition;
    return 0;
}

static int set_for(struct alert_rule *rule, const char *value, struct text *why)
{
    return span_read(&rule->for_us, value, why);
}

static int set_every(struct alert_rule *rule, const char *value, struct text *why)
{
    return span_read(&rule->every_us, value, why);
}

static int set_timeout(struct alert_rule *rule, const char *value, struct text *why)
{
    return span_read(&rule->timeout_us, value, why);
}

static int set_enabled(struct alert_rule *rule, const char *value, struct text *why)
{
    int flag = flag_read(value);
    if (flag < 0)
        text_add_string(why, "use true or false");
    else
        rule->enabled = flag;
    return flag < 0 ? -1 : 0;
}

/* Those that need more than their name are chosen by their own settings. */
static int set_action(struct alert_rule *rule, const char *value, struct text *why)
{
    unsigned chosen = rule->actions & (1u << ALERT_COMMAND | 1u << ALERT_WEBHOOK);
    const char *at = value, *word;
    for (size_t size; (word = word_next(&at, &size));) {
        unsigned action = 0;
        while (action < ALERT_COMMAND &&
               (strlen(actions[action]) != size || memcmp(actions[action], word, size) != 0))
            action++;
        if (action < ALERT_COMMAND) {
            chosen |= 1u << action;
        } else if (size != 4 || memcmp(word, "none", 4) != 0) {
            text_add_string(why, "use mark, bell and notify, or none; command and webhook are settings of "
                                 "their own");
            return -1;
        }
    }
    rule->actions = chosen;
    return 0;
}

static size_t count_words(char *const *words)
{
    size_t count = 0;
    while (words && words[count])
        count++;
    return count;
}

static int set_command(struct alert_rule *rule, const char *value, struct text *why)
{
    const char *at = value, *word;
    size_t count = count_words(rule->command);
    rule->command = memory_resize(rule->command, (COMMAND_WORDS_MAX + 1) * sizeof *rule->command);
    for (size_t size; count < COMMAND_WORDS_MAX && (word = word_next(&at, &size));)
        rule->command[count++] = memory_string(word, size);
    rule->command[count] = NULL;
    if (count > 0 && rule->command[0][0] && !word_next(&at, &(size_t){0})) {
        rule->actions |= 1u << ALERT_COMMAND;
        return 0;
    }
    text_add_string(why, "name a program and at most 31 arguments");
    free_command(rule);
    rule->actions &= ~(1u << ALERT_COMMAND);
    return -1;
}

static int set_webhook(struct alert_rule *rule, const char *value, struct text *why)
{
    struct webhook webhook;
    if (webhook_read(&webhook, value, why) < 0)
        return -1;
    free(rule->webhook);
    rule->webhook = memory_string(value, strlen(value));
    rule->actions |= 1u << ALERT_WEBHOOK;
    return 0;
}

static bool is_name(const char *name, size_t size)
{
    if (size == 0 || size >= ALERT_NAME_MAX)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7F)
            return false;
    return true;
}

static int set_key(struct alert_rule *rule, const char *key, const char *value, struct text *why)
{
    static const struct {
        const char *key;
        int (*set)(struct alert_rule *rule, const char *value, struct text *why);
    } keys[] = {{"when", set_when},       {"for", set_for},         {"every", set_every},
                {"action", set_action},   {"command", set_command}, {"webhook", set_webhook},
                {"timeout", set_timeout}, {"enabled", set_enabled}};
    for (size_t i = 0; i < COUNT(keys); i++)
        if (strcmp(keys[i].key, key) == 0)
            return keys[i].set(rule, value, why);
    text_add_string(why, "not a setting of alerts; there are");
    for (size_t i = 0; i < COUNT(keys); i++)
        text_addf(why, "%s %s", i ? "," : "", keys[i].key);
    return -1;
}

static const char prefix[] = "alert.";

bool alert_rules_take(const char *name)
{
    return strncmp(name, prefix, sizeof prefix - 1) == 0;
}

int alert_rules_set(struct alert_rules *rules, const char *name, const char *value, unsigned line,
                    struct text *why)
{
    const char *rest = name + sizeof prefix - 1, *dot = strrchr(rest, '.');
    const size_t size = dot ? (size_t)(dot - rest) : 0;
    if (!is_name(rest, size)) {
        text_addf(why, "a rule has a name of up to %d bytes: [alert \"name\"]", ALERT_NAME_MAX - 1);
        return -1;
    }
    struct alert_rule *rule = find(rules, rest, size);
    if (!rule && rules->count == ALERT_RULES_MAX) {
        text_addf(why, "there can be %d rules", ALERT_RULES_MAX);
        return -1;
    }
    if (!rule) {
        rule = add(rules, rest, size);
        rule->line = line;
    }
    return set_key(rule, dot + 1, value, why);
}
