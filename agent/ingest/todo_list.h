/*
 * A session's to-do list, as the client's tools keep it: one item at a time (TaskCreate, TaskUpdate; Claude
 * Code from 2.1.119 at the latest) or all of it anew (TodoWrite, before).
 */
#ifndef TACHO_TODO_LIST_H
#define TACHO_TODO_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TODO_ITEMS_MAX 128
#define TODO_ID_MAX    16

/* All zero: empty. */
struct todo_list {
    struct todo_item {
        char id[TODO_ID_MAX - 1];
        bool is_done;
    } items[TODO_ITEMS_MAX];
    size_t count;
};

/* An item is there; one that is known stays as it is. Of too many the first makes room. */
void todo_list_add(struct todo_list *list, const char *id);

/* An item's status is told: "completed", "deleted" or another. One that was not known is there from now on.
 */
void todo_list_update(struct todo_list *list, const char *id, const char *status);

int64_t todo_list_done(const struct todo_list *list);

#endif
