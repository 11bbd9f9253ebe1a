/*
 * A tree as Claude Code leaves it behind: projects, sessions, subagents, forks and resumed sessions, in
 * the line shapes of several client versions, about 4 KB of log to each line with usage.
 */
#ifndef GENERATE_TREE_H
#define GENERATE_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct tree_plan {
    uint64_t seed;
    int64_t entries;  /* API messages, copies not counted */
    int64_t sessions; /* 0: as many as fit that */
    int64_t days;
    int64_t end; /* Unix seconds of the last line */
    bool lean;   /* short tool output */
};

void tree_write(const char *folder, const struct tree_plan *plan);

/* Appends `entries` messages to a session's log as the client would, `rate` a second (0: at once). */
void tree_append(const char *path, uint64_t seed, int64_t entries, double rate);

#endif
