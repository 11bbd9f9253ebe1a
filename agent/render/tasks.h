/*
 * The rows of Claude Code's subagent panel (`subagentStatusLine`): one JSON line a task, `id` and
 * `content`. A row that is left out keeps the client's own look (statusLine documentation, "Subagent
 * status lines").
 */
#ifndef TACHO_TASKS_H
#define TACHO_TASKS_H

#include "render.h"

struct task {
    struct fact_text id;
    struct fact_text label; /* or name, or description: what to call it */
    struct fact_text model;
    struct fact_text status;
    int64_t tokens, context_size; /* 0 or less: unknown */
};

/* Draws the rows: one piece a task, each on its own line. `columns`: a row's width; 0: unknown. */
void render_tasks(struct rendering *rendering, const struct task *tasks, size_t count, uint32_t columns,
                  const struct look *look, enum tacho_depth depth);

#endif
