/*
 * Rules of alerts, as the configuration has them. A rule is raised while its condition, of those that
 * segments have (render/condition.h), holds:
 *
 *     [alert "NAME"]
 *         when = cost.today > 20
 *         for = 5m                 # only once it has held so long
 *         every = 15m              # its actions are taken at most so often, for each session
 *         action = mark notify     # mark: in lines with the segment `alert`; bell: in `tacho watch`; notify:
 * notify-send command = PROGRAM WORDS  # run by its arguments; several lines add words webhook =
 * http://127.0.0.1:8080/path timeout = 5s             # of each of the three enabled = false
 *
 * There are rules by default (alert_rules_default()), whose settings a section of their name changes.
 */
#ifndef TACHO_ALERT_RULES_H
#define TACHO_ALERT_RULES_H

#include "../render/condition.h"

enum { ALERT_RULES_MAX = 64, ALERT_NAME_MAX = 64 };

enum alert_action { ALERT_MARK, ALERT_BELL, ALERT_NOTIFY, ALERT_COMMAND, ALERT_WEBHOOK, ALERT_ACTIONS };

struct alert_rule {
    char name[ALERT_NAME_MAX];
    char *when; /* the condition as it was written; NULL: none yet */
    struct condition condition;
    int64_t for_us, every_us, timeout_us;
    char **command; /* ends in NULL; NULL: none */
    char *webhook;
    unsigned actions; /* bit 1 << enum alert_action */
    bool enabled;
    bool has_when, is_wrong; /* the configuration gave a condition; but not a good one */
    unsigned line;           /* of the configuration, where it is first named; 0: by default */
};

/* All zero: no rules. */
struct alert_rules {
    struct alert_rule *list;
    size_t count, room;
};

struct alert_rules alert_rules_default(void);
void alert_rules_free(struct alert_rules *rules);

const struct alert_rule *alert_rules_find(const struct alert_rules *rules, const char *name);

/* The name of an action: "mark"; NULL past the last one. */
const char *alert_action_name(enum alert_action action);

/* Whether a setting is one of these: "alert.NAME.KEY". */
bool alert_rules_take(const char *name);

/* Sets what stands in a line of the configuration. Returns 0, or -1 with why it does not apply. */
int alert_rules_set(struct alert_rules *rules, const char *name, const char *value, unsigned line,
                    struct text *why);

/*
 * Takes out a rule that has no condition; false: every rule has one. It is to be told of unless its name is
 * left empty: its condition was wrong, and told of.
 */
bool alert_rules_drop_empty(struct alert_rules *rules, char name[ALERT_NAME_MAX], unsigned *line);

#endif
