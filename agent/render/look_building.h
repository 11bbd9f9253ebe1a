/*
 * A look under construction: what look_build.c, look_theme.c and look_rows.c share.
 */
#ifndef TACHO_LOOK_BUILDING_H
#define TACHO_LOOK_BUILDING_H

#include "look_build.h"
#include "look_parts.h"

/* What a look that was built refers to. */
struct built {
    struct layout layout; /* first: a look's layout is this */
    struct layout prompts[PROMPT_SIDES];
    struct theme theme;
    struct colour colours[ROLE_COUNT];
    struct options_list options;
    struct string_store strings;
};

struct building {
    struct built *built;
    struct look look;
    const struct look_setting *settings;
    size_t count;
    look_complain *complain;
    void *data;
};

/* Tells of a mistake in a setting; without the setting everything else applies. */
void look_mistake(const struct building *building, const struct look_setting *setting, const char *why);

/* The part of a name behind its section, or NULL: another section's. */
const char *setting_within(const char *name, const char *section);

/* A setting's value; one that is only named is true. */
const char *setting_value(const struct look_setting *setting);

/* `[line] theme`: one that is built in, the person's own, or "auto". */
void set_theme(struct building *building, const struct look_setting *setting);

void read_style(struct building *building, struct layout *layout, const struct look_setting *setting);

/* The preset that was chosen, or the usual one; its style is only proposed. */
const struct look_preset *read_preset(struct building *building);

/* The status line's rows, which refer to the options of segments; and the prompt's sides. */
void build_rows(struct building *building, const struct look_preset *preset);
void build_prompts(struct building *building);

#endif
