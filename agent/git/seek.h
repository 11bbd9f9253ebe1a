/*
 * Looking for the repositories of directories on file systems that may not answer: on a worker, so that only
 * those wait who ask about such a directory.
 */
#ifndef TACHO_GIT_SEEK_H
#define TACHO_GIT_SEEK_H

#include "sighting.h"

#include <stdint.h>

struct seeks;
struct worker;

/* What was found for a directory. */
struct finding {
    bool is_there;
    struct sighting sighting; /* if it is */
    const char *why;          /* why not, although there is a `.git`, as git_why_none() tells it; NULL */
    char where[PATH_MAX];
};

/* `sought` is called whenever a look has ended. */
struct seeks *seeks_make(void (*sought)(void *data), void *data);

/* After the worker has stopped. What it could not end is left as it is. */
void seeks_free(struct seeks *seeks);

/*
 * What is known of a directory, NULL: nothing yet. Looks for its repository if the last look began before
 * `since_us` (clock_monotonic_us()). *is_pending: a look is under way.
 */
const struct finding *seeks_ask(struct seeks *seeks, struct worker *worker, const char *directory,
                                int64_t since_us, bool *is_pending);

#endif
