/* To-do lists that are told of item by item: see todo_list.h. */
#include "todo_list.h"

#include <string.h>

static void remove_item(struct todo_list *list, struct todo_item *item)
{
    const size_t behind = list->count - (size_t)(item - list->items) - 1;
    memmove(item, item + 1, behind * sizeof *item);
    list->count--;
}

static struct todo_item *take_item(struct todo_list *list, const char *id)
{
    char kept[sizeof list->items->id];
    const size_t size = strnlen(id, sizeof kept - 1);
    memcpy(kept, id, size);
    kept[size] = '\0';
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, kept) == 0)
            return &list->items[i];
    if (list->count == TODO_ITEMS_MAX)
        remove_item(list, list->items);
    struct todo_item *item = &list->items[list->count++];
    memcpy(item->id, kept, sizeof kept);
    item->is_done = false;
    return item;
}

void todo_list_add(struct todo_list *list, const char *id)
{
    take_item(list, id);
}

void todo_list_update(struct todo_list *list, const char *id, const char *status)
{
    struct todo_item *item = take_item(list, id);
    if (strcmp(status, "deleted") == 0)
        remove_item(list, item);
    else if (*status)
        item->is_done = strcmp(status, "completed") == 0;
}

int64_t todo_list_done(const struct todo_list *list)
{
    int64_t done = 0;
    for (size_t i = 0; i < list->count; i++)
        done += list->items[i].is_done;
    return done;
}
