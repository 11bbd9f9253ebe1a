/* Directories and their times: see listed.h. */
#include "listed.h"

#include "../base/memory.h"
#include "file.h"

#include <stdlib.h>
#include <string.h>

#define SETTLED_SECONDS 2 /* file systems tell times to 2 s or better */

struct part {
    char *directory;
    struct file_stamp stamp, rules;
    bool is_settled;
};

struct listed {
    struct part *all;
    size_t count, room;
};

struct listed *listed_make(void)
{
    return memory_zeroed(1, sizeof(struct listed));
}

void listed_free(struct listed *listed)
{
    if (!listed)
        return;
    for (size_t i = 0; i < listed->count; i++)
        free(listed->all[i].directory);
    free(listed->all);
    free(listed);
}

static bool is_settled(const struct file_stamp *stamp, time_t now)
{
    return stamp->modified.tv_sec < now - SETTLED_SECONDS && stamp->changed.tv_sec < now - SETTLED_SECONDS;
}

static void take_rules(struct file_stamp *stamp, const char *directory)
{
    char path[PATH_MAX];
    *stamp = (struct file_stamp){0};
    if (path_join(path, directory, ".gitignore"))
        file_stamp_take(stamp, path);
}

void listed_add(struct listed *listed, const char *directory)
{
    time_t now = time(NULL);
    listed->all = memory_grow(listed->all, listed->count, &listed->room, sizeof *listed->all);
    struct part *part = &listed->all[listed->count++];
    part->directory = memory_string(directory, strlen(directory));
    take_rules(&part->rules, directory);
    part->is_settled = file_stamp_take(&part->stamp, directory) && is_settled(&part->stamp, now) &&
                       is_settled(&part->rules, now);
}

static bool rules_are_same(const struct part *part)
{
    struct file_stamp now;
    take_rules(&now, part->directory);
    return file_stamp_same(&now, &part->rules);
}

bool listed_holds(const struct listed *listed)
{
    for (size_t i = 0; i < listed->count; i++) {
        const struct part *part = &listed->all[i];
        struct file_stamp now;
        file_stamp_take(&now, part->directory);
        if (!part->is_settled || !file_stamp_same(&now, &part->stamp) || !rules_are_same(part))
            return false;
    }
    return listed->count > 0;
}

bool listed_has_other_rules(const struct listed *listed)
{
    return listed->count && !rules_are_same(&listed->all[0]);
}
