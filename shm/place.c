/*
 * Where the runtime and state directories are: the environment, by the rules in place.h. Freestanding: the
 * hooks use it, too.
 */
#include "place.h"
#include <limits.h>

/* Returns what follows "NAME=" in an environment entry, or NULL if the entry is another variable's. */
static const char *value_if_named(const char *entry, const char *name)
{
    while (*name && *entry == *name) {
        entry++;
        name++;
    }
    return *name == '\0' && *entry == '=' ? entry + 1 : NULL;
}

const char *place_variable(const char *const *environment, const char *name)
{
    for (; environment && *environment; environment++) {
        const char *value = value_if_named(*environment, name);
        if (value)
            return value;
    }
    return NULL;
}

/* A directory: what a variable says, and what comes below it. */
struct base {
    const char *path;
    const char *below;
};

/* Sets base->path from a variable. Returns 1, or 0 if it does not hold an absolute path. */
static int base_is(struct base *base, const char *const *environment, const char *variable, const char *below)
{
    base->path = place_variable(environment, variable);
    base->below = below;
    return base->path && *base->path == '/';
}

static int base_is_state(struct base *base, const char *const *environment)
{
    return base_is(base, environment, "TACHO_STATE_DIR", "") ||
           base_is(base, environment, "XDG_STATE_HOME", "/tacho") ||
           base_is(base, environment, "HOME", "/.local/state/tacho");
}

/* Appends `part` at *length. Returns 1, or 0 if it and a final NUL do not fit. */
static int append(char *out, size_t size, size_t *length, const char *part)
{
    for (; *part; part++) {
        if (*length + 1 >= size)
            return 0;
        out[(*length)++] = *part;
    }
    return 1;
}

/* Writes base + within (a further directory, or "") + slash + name (if there is one). */
static int join(char *out, size_t size, const struct base *base, const char *within, const char *name)
{
    size_t length = 0;
    if (size == 0 || size > INT_MAX)
        return -1;
    int fits = append(out, size, &length, base->path) && append(out, size, &length, base->below) &&
               append(out, size, &length, within) && append(out, size, &length, *name ? "/" : "") &&
               append(out, size, &length, name);
    out[length] = '\0';
    return fits ? (int)length : -1;
}

int place_state(char *out, size_t size, const char *const *environment, const char *name)
{
    struct base base;
    return base_is_state(&base, environment) ? join(out, size, &base, "", name) : -1;
}

int place_runtime(char *out, size_t size, const char *const *environment, const char *name)
{
    struct base base;
    if (base_is(&base, environment, "TACHO_RUNTIME_DIR", "") ||
        base_is(&base, environment, "XDG_RUNTIME_DIR", "/tacho"))
        return join(out, size, &base, "", name);
    return base_is_state(&base, environment) ? join(out, size, &base, "/run", name) : -1;
}

/* Cuts the last part of a path off, the slash before it stays. Returns the length that is left. */
static size_t cut_last(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/')
        length--;
    return length;
}

int place_config(char *out, size_t size, const char *const *environment, const char *name)
{
    struct base base;
    if (!base_is(&base, environment, "TACHO_CONFIG", "") &&
        !base_is(&base, environment, "XDG_CONFIG_HOME", "/tacho/config") &&
        !base_is(&base, environment, "HOME", "/.config/tacho/config"))
        return -1;
    int whole = join(out, size, &base, "", "");
    if (whole < 0 || !*name)
        return whole;
    size_t length = cut_last(out, (size_t)whole);
    int fits = append(out, size, &length, name);
    out[length] = '\0';
    return fits ? (int)length : -1;
}
