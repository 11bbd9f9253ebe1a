/*
 * Alerts kept over restarts: a small file of text beside the ledger, replaced as a whole when an alert is
 * raised, cleared or acknowledged. Not in the ledger: it is of the moment, it must be kept where there is no
 * ledger, and a loss costs one more ring of a bell. One line an alert, its fields set apart by tabs:
 *
 *     raised|resting  SINCE  ACTED  ACKNOWLEDGED  RULE  SUBJECT  SHOWN
 *
 * SINCE and ACTED (when the rule's actions were last taken; 0: never) are Unix µs; ACKNOWLEDGED is 0 or 1;
 * SUBJECT is a session's id, an account's directory, or empty. Lines that are not of this form are passed
 * over.
 */
#ifndef TACHO_ALERT_FILE_H
#define TACHO_ALERT_FILE_H

#include "alert_rules.h"

struct worker;
struct alert_file;

struct alert_line {
    bool is_raised, is_acknowledged;
    int64_t since_us, acted_us;
    const char *rule, *subject, *shown; /* valid during the call */
};

/* `worker` has one thread, and outlives this. `path` NULL: nothing is kept. */
struct alert_file *alert_file_new(const char *path, struct worker *worker);

/* Call after the worker was stopped: what is not written by then is now. NULL is fine. */
void alert_file_free(struct alert_file *file);

/* Tells of every alert in the file. */
void alert_file_load(const struct alert_file *file, void (*take)(void *data, const struct alert_line *line),
                     void *data);

/* Adds a line to a text for alert_file_save(). */
void alert_file_add(struct text *content, const struct alert_line *line);

/* Has the file replaced, on the worker; takes the content over. A failure is said once, until it goes well.
 */
void alert_file_save(struct alert_file *file, struct text *content);

#endif
