/*
 * Which of many keys a model's name leads to: its own; else the longest key in its name that only a vendor
 * prefix and a date, version, thinking or long-context mark surround. Names are compared in lower case, '.'
 * and '@' as '-'; of equally long keys the last by name is taken, of keys that look alike the first offered.
 */
#ifndef TACHO_PRICE_NAME_H
#define TACHO_PRICE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* A search: begin with the name, offer every key, end with the best. */
struct name_search {
    const char *name;
    size_t size;
    char *plain; /* the name as it is compared */
    size_t plain_size;
    char *key; /* the key at hand, likewise, and the best one so far */
    char *best_key;
    size_t key_room, best_key_room, best_size;
    const void *best;
    bool is_exact;
};

/* The name must stay until the search ends. */
void name_search_begin(struct name_search *search, const char *name, size_t size);

/* `what` is what the search returns if no better key is offered. */
void name_search_offer(struct name_search *search, const char *key, size_t size, const void *what);

/* Returns what was offered with the best key, or NULL if none fits, and frees what the search held. */
const void *name_search_end(struct name_search *search);

#endif
