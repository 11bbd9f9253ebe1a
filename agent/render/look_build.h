/*
 * A look out of settings: layout, style, theme, charset and options of segments, as the configuration's
 * sections `line`, `theme`, `segment` and `budget` give them.
 *
 *     [line] row = model directory git | flex | context cost     (several: several lines)
 *            preset, style, theme, charset, icons, separator, align
 *     [prompt] row = directory git sessions cost.spent; right, transient: the sides of a shell's prompt;
 *              style, separator; shell: what `tacho init` puts beside them
 *     [segment "context.bar"] icon, color, background, format, when, max, priority, bar, width, text, url,
 *                             command, interval, timeout, gradient
 *     [theme "mine"] base, background, or a role's name = a colour
 *     [budget] session, today, week, month, block = dollars
 *
 * What is wrong is told, and the rest applies: there is always a look.
 */
#ifndef TACHO_LOOK_BUILD_H
#define TACHO_LOOK_BUILD_H

#include "layout.h"

/* A setting: "line.row", "segment.context.bar.color"; section and key in lower case, as git gives them. */
struct look_setting {
    const char *name;
    const char *value; /* NULL: the key alone, which means true */
};

typedef void look_complain(void *data, const struct look_setting *setting, const char *why);

/* Whether a setting is of those that look_build() takes. */
bool look_takes(const char *name);

/* Makes a look; look_free() frees it. Settings that it does not take are passed over. */
struct look look_build(const struct look_setting *settings, size_t count, look_complain *complain,
                       void *data);
void look_free(struct look *look);

/* Has gathered what a segment needs, as if a look that was built showed it. */
void look_note(struct look *look, const struct segment *segment);

/* A named layout: rows are separated by newlines. NULL past the end; by name, NULL: none. */
struct look_preset {
    const char *name, *about;
    enum style style;
    const char *rows;
};
const struct look_preset *look_preset_at(size_t index);
const struct look_preset *look_preset_find(const char *name);

/* "plain", "minimal", "powerline", "capsule"; NULL past the end. */
const char *look_style_at(size_t index);

/* The names of the roles that a theme may set, as "model", "warn"; NULL past the end. */
const char *look_role_at(size_t index);

#endif
