/*
 * What each account has used of its limits. An account is a configuration directory, the part of a log's path
 * before /projects/: two of them are two accounts, however many sessions each has.
 */
#ifndef TACHO_LIMITS_H
#define TACHO_LIMITS_H

#include "../ingest/payload.h"

#include <stddef.h>

enum { LIMITS_ACCOUNTS_MAX = 16 };

struct limits {
    struct payload_window five_hour, seven_day;
};

/* All zero: none are known. */
struct limits_table {
    struct {
        char *directory;
        struct limits limits;
    } accounts[LIMITS_ACCOUNTS_MAX]; /* the one asked for last comes first */
    size_t count;
};

/* How much of a log's path names its configuration directory; 0: nothing does. */
size_t account_directory_size(const char *transcript);

/* The limits of the account that a log belongs to (NULL: it is not known which). Never NULL. */
struct limits *limits_of(struct limits_table *table, const char *transcript);

void limits_free(struct limits_table *table);

#endif
