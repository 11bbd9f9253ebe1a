/*
 * `tacho doctor`: what is wrong, and how to mend it. Each check adds what it finds.
 */
#ifndef TACHO_DOCTOR_H
#define TACHO_DOCTOR_H

#include "../base/text.h"

#include <stdbool.h>

struct finding {
    const char *id;      /* one word, for programs */
    struct text what;    /* is wrong, in a sentence */
    struct text details; /* a line each: where, or why */
    const char *mend;    /* what to do about it */
    bool is_note;        /* not wrong, but worth knowing */
};

struct findings {
    struct finding *list;
    size_t count, room;
};

/* Adds something that is wrong; and a detail of what was added last. */
void findings_add(struct findings *findings, const char *id, const char *mend, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same of something that is not wrong, but explains what one may wonder about. */
void findings_note(struct findings *findings, const char *id, const char *mend, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void findings_detail(struct findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The ledger that the agent keeps, or that there is without it (doctor_ledger.c). */
struct json_t;
void doctor_check_ledger(struct findings *findings, const struct json_t *status);

/* The repositories that the agent keeps, and the one that this is run in (doctor_git.c). */
void doctor_check_git(struct findings *findings);

/* The shells that are installed (doctor_shells.c). */
void doctor_check_shells(struct findings *findings);

/* The logs of the directories: whether they are there, can be read, and say what can be (doctor_logs.c). */
void doctor_check_logs(struct findings *findings, char *const *directories);

#endif
