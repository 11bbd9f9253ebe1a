/*
 * The action under way, from the files it leaves: those that git's own contrib/completion/git-prompt.sh
 * and wt-status.c look at.
 */
#include "action.h"

#include "file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_LIMIT 64
#define TODO_LIMIT   (1 << 20)

static uint32_t read_number(const struct place *place, const char *name)
{
    char path[PATH_MAX];
    struct text text = TEXT_EMPTY;
    unsigned long number = 0;
    if (place_git_path(place, path, name) && file_read(AT_FDCWD, path, 0, NUMBER_LIMIT, &text, NULL) == 0)
        number = strtoul(text.bytes, NULL, 10);
    text_free(&text);
    return number < UINT32_MAX ? (uint32_t)number : 0;
}

/* Between two picks of a series there is no CHERRY_PICK_HEAD; the list of what is to be done tells. */
static const char *sequencer_action(const struct place *place)
{
    char path[PATH_MAX];
    struct text text = TEXT_EMPTY;
    const char *name = "";
    if (place_git_path(place, path, "sequencer/todo") &&
        file_read(AT_FDCWD, path, 0, TODO_LIMIT, &text, NULL) == 0) {
        if (strncmp(text.bytes, "p ", 2) == 0 || strncmp(text.bytes, "pick ", 5) == 0)
            name = "cherry-pick";
        else if (strncmp(text.bytes, "revert ", 7) == 0)
            name = "revert";
    }
    text_free(&text);
    return name;
}

static const char *single_action(const struct place *place)
{
    static const struct {
        const char *file, *name;
    } marks[] = {{"MERGE_HEAD", "merge"}, {"CHERRY_PICK_HEAD", "cherry-pick"}, {"REVERT_HEAD", "revert"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (path_exists(place->git_dir, marks[i].file))
            return marks[i].name;
    const char *name = sequencer_action(place);
    return *name || !path_exists(place->git_dir, "BISECT_LOG") ? name : "bisect";
}

void action_read(struct action *action, const struct place *place)
{
    const char *name;
    *action = (struct action){0};
    if (path_exists(place->git_dir, "rebase-merge")) {
        name = "rebase";
        action->step = read_number(place, "rebase-merge/msgnum");
        action->steps = read_number(place, "rebase-merge/end");
    } else if (path_exists(place->git_dir, "rebase-apply")) {
        name = path_exists(place->git_dir, "rebase-apply/applying") ? "am" : "rebase";
        action->step = read_number(place, "rebase-apply/next");
        action->steps = read_number(place, "rebase-apply/last");
    } else {
        name = single_action(place);
    }
    memcpy(action->name, name, strlen(name));
}
