/* The default layout, and rows read from words: see layout.h. */
#include "look_parts.h"
#include "segments_draw.h"
#include <ctype.h>
#include <string.h>

/* ---- the default ----------------------------------------------------------------------------------- */

#define ITEM(function, join)                                                                                 \
    {                                                                                                        \
        &segment_table[SEGMENT_##function], NULL, JOIN_##join, 0                                             \
    }

static const struct layout default_layout = {
    .style = STYLE_PLAIN,
    .icons = true,
    .items = {ITEM(model, SECTION), ITEM(session_name, DOT), ITEM(directory, SECTION),
              ITEM(git_branch, SECTION), ITEM(git_sync, SPACE), ITEM(git_action, SPACE),
              ITEM(git_changes, SPACE), ITEM(git_stashes, SPACE), ITEM(context_used, SECTION),
              ITEM(context_bar, SPACE), ITEM(context_tokens, SPACE), ITEM(cost_session, SECTION),
              ITEM(cost_today, DOT), ITEM(block, SECTION), ITEM(limit_five_hour, SECTION),
              ITEM(limit_seven_day, DOT), ITEM(alert, SECTION), ITEM(stale, SECTION),
              ITEM(stale_word, SPACE)},
    .count = 19,
};

const struct layout *layout_default(void)
{
    return &default_layout;
}

static const struct layout default_prompt = {
    .style = STYLE_PLAIN,
    .separator = " ",
    .items = {ITEM(directory, SECTION), ITEM(worktree, SECTION), ITEM(git_branch, SECTION),
              ITEM(git_kind, SECTION), ITEM(git_sync, SECTION), ITEM(git_push, SECTION),
              ITEM(git_action, SECTION), ITEM(git_changes, SECTION), ITEM(git_stashes, SECTION),
              ITEM(sessions, SECTION), ITEM(cost_spent, SECTION), ITEM(alert, SECTION), ITEM(stale, SECTION),
              ITEM(stale_word, SECTION)},
    .count = 14,
};

const struct layout *layout_default_prompt(enum prompt_side side)
{
    return side == PROMPT_LEFT ? &default_prompt : NULL;
}

/* ---- rows ------------------------------------------------------------------------------------------ */

/* A part of a word: up to a + or a comma. */
static size_t part_size(const char *text)
{
    return strcspn(text, " \t+,");
}

static bool add_item(struct layout *layout, const struct layout_item *item, struct text *why)
{
    if (layout->count == LAYOUT_ITEMS_MAX) {
        text_addf(why, "more than %d segments", LAYOUT_ITEMS_MAX);
        return false;
    }
    layout->items[layout->count++] = *item;
    return true;
}

static int add_words(struct layout *layout, uint8_t row, const char *text, enum join join,
                     const struct options_list *options, struct text *why);

/* What a name stands for; a group's segments join what the group joins. */
static int add_name(struct layout *layout, uint8_t row, const char *name, size_t size, enum join join,
                    const struct options_list *options, struct text *why)
{
    const char *label = memchr(name, '@', size);
    const struct segment *segment = segment_find(name, label ? (size_t)(label - name) : size);
    const struct segment_group *group = segment ? NULL : segment_group_find(name, size);
    if (group)
        return add_words(layout, row, group->row, join, options, why);
    if (!segment) {
        segment_say_unknown(why, name, size);
        return -1;
    }
    struct layout_item item = {segment, options_find(options, name, size), join, row};
    return add_item(layout, &item, why) ? 0 : -1;
}

static bool is_word(const char *word, size_t size, const char *wanted)
{
    return size == strlen(wanted) && memcmp(word, wanted, size) == 0;
}

/* Words that name nothing are left out, and said; the rest of the row stands. */
static int add_words(struct layout *layout, uint8_t row, const char *text, enum join join,
                     const struct options_list *options, struct text *why)
{
    int status = 0;
    while (*text) {
        if (isspace((unsigned char)*text)) {
            join = JOIN_SECTION;
            text++;
        } else if (*text == '+' || *text == ',') {
            join = *text++ == '+' ? JOIN_SPACE : JOIN_DOT;
        } else {
            size_t size = part_size(text);
            const struct layout_item flex = {NULL, NULL, JOIN_FLEX, row};
            if (is_word(text, size, "flex"))
                status = add_item(layout, &flex, why) ? status : -1;
            else if (!is_word(text, size, "|") && add_name(layout, row, text, size, join, options, why) < 0)
                status = -1;
            join = JOIN_SECTION;
            text += size;
        }
    }
    return status;
}

int layout_add_row(struct layout *layout, uint8_t row, const char *text, const struct options_list *options,
                   struct text *why)
{
    return add_words(layout, row, text, JOIN_SECTION, options, why);
}

static bool shows(const struct layout *layout, const struct segment *segment)
{
    for (size_t i = 0; i < layout->count; i++)
        if (layout->items[i].segment == segment)
            return true;
    return false;
}

/* At the end of the first row. */
void layout_add_stale(struct layout *layout)
{
    const struct segment *mark = &segment_table[SEGMENT_stale];
    size_t at = 0;
    if (shows(layout, mark) || layout->count == LAYOUT_ITEMS_MAX)
        return;
    while (at < layout->count && layout->items[at].row == layout->items[0].row)
        at++;
    memmove(&layout->items[at + 1], &layout->items[at], (layout->count - at) * sizeof *layout->items);
    layout->items[at] = (struct layout_item){mark, NULL, JOIN_SECTION, at ? layout->items[0].row : 0};
    layout->count++;
}
