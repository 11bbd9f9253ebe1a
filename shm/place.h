/*
 * Where the runtime directory is: the one rule for hooks, commands and agent.
 *
 * $TACHO_RUNTIME_DIR; else $XDG_RUNTIME_DIR/tacho; else "run" in the state directory, which is
 * $TACHO_STATE_DIR, else $XDG_STATE_HOME/tacho, else $HOME/.local/state/tacho. Variables that are empty or
 * not absolute paths count as unset (XDG Base Directory Specification 0.8). Needs no C library.
 */
#ifndef TACHO_PLACE_H
#define TACHO_PLACE_H

#include <stddef.h>

/* The value of `name` in an environment block, or NULL. */
const char *place_variable(const char *const *environment, const char *name);

/*
 * Writes the path of `name` inside the runtime directory ("" for the directory itself), NUL-terminated.
 * Returns its length, or -1 if it does not fit or no variable says where it is.
 */
int place_runtime(char *out, size_t size, const char *const *environment, const char *name);

/* The same for the state directory. */
int place_state(char *out, size_t size, const char *const *environment, const char *name);

/*
 * The path of the configuration file, or, if `name` is not "", of the file of that name beside it:
 * $TACHO_CONFIG, else $XDG_CONFIG_HOME/tacho/config, else $HOME/.config/tacho/config.
 */
int place_config(char *out, size_t size, const char *const *environment, const char *name);

#endif
