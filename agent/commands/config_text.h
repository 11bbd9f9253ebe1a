/*
 * Tacho's configuration as text: values are set and taken out, and every other byte, comments too, stays as
 * it was. Syntax and names: base/setting.h.
 */
#ifndef TACHO_COMMAND_CONFIG_TEXT_H
#define TACHO_COMMAND_CONFIG_TEXT_H

#include "../base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether it is the syntax; if not, writes the line and what is wrong to `why`. */
bool config_text_check(const struct text *config, struct text *why);

/* Whether a name has the form that a value can be set by: section.key or section.subsection.key. */
bool config_text_is_name(const char *name);

/* Adds the values called so to `out`, a line each; returns how many there are. */
size_t config_text_get(const struct text *config, const char *name, struct text *out);

/*
 * Writes the configuration with these values, and no others, under the name: in the place of the first that
 * was there, else at the end of their section, else in a new section at the end. No values take the name out.
 * The configuration has been checked. `out` is another text, and empty.
 */
void config_text_set(const struct text *config, const char *name, const char *const *values, size_t count,
                     struct text *out);

/* Writes it without the sections that `is_unwanted` says yes to, headers, values and comments in them. */
void config_text_drop(const struct text *config, bool (*is_unwanted)(const char *section), struct text *out);

/* Adds a header, and a line with a value, as config_text_set() writes them. */
void config_text_add_section(struct text *out, const char *section);
void config_text_add_value(struct text *out, const char *key, const char *value);

#endif
