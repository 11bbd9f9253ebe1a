/*
 * What the subcommands of `tacho config` share: the person's configuration file, changed as text, and only to
 * what the agent would read without a mistake.
 */
#ifndef TACHO_COMMAND_CONFIG_H
#define TACHO_COMMAND_CONFIG_H

#include "file.h"

/* Reads the configuration, or notes that there is none. Returns 0, or -1 after saying why. */
int config_load(struct file *file);

/*
 * Puts the text into the file's place, unless the agent would complain of more in it than in what is there:
 * that is said, and nothing is written. With `keep` the file as it was is kept beside it, and *backup is its
 * path, to be freed (NULL: there was none); else NULL. Returns 0, or -1 after saying why.
 */
int config_save(const struct file *file, const struct text *content, bool keep, char **backup);

/*
 * Writes the configuration with a preset in place of the rows that are there, and of what sets them apart.
 * Returns whether there were any. `out` is another text, and empty.
 */
bool config_set_preset(const struct text *config, const char *name, struct text *out);

#endif
