/*
 * Claude Code's log format: one line of a session file → copies of API messages.
 *
 * The rules are DESIGN.md §5, "Counting rules", as shared/reference/count.py states them; formats as in
 * the notes on transcripts (layout, line kinds, usage object). A line that lacks `"usage"`, so written, is
 * not looked at for it; one that has it is validated whole, and either everything in it counts or, malformed,
 * nothing.
 */
#ifndef TACHO_CLAUDE_LOG_H
#define TACHO_CLAUDE_LOG_H

#include "batch.h"

/* What a file's place in the tree says about its lines. See claude_log_place(). */
struct log_place {
    char session[256];   /* from the path; NUL-terminated */
    size_t session_size; /* without the NUL */
    bool is_agent_file;  /* agent-*.jsonl beside the sessions: its lines name their session */
    bool is_subagent;    /* either that or below a folder `subagents` */
};

/*
 * Works out the place of `path`, whose part below `<config>/projects/` begins at path + root_size:
 * slug/session.jsonl, slug/agent-x.jsonl, slug/session/subagents/…/agent-x.jsonl.
 */
void claude_log_place(struct log_place *place, const char *path, size_t root_size);

/*
 * Takes one line (without its newline) into the batch: counts it, and adds its copies if it has usage.
 * `number` is the line's in the file; `provisional` marks an unterminated last line.
 */
void claude_log_line(struct batch *batch, const struct log_place *place, const char *line, size_t size,
                     uint64_t number, bool provisional);

/*
 * The same for a line that is known not to be blank and to hold these needles (kernels.h): one with `"usage"`
 * is looked at for usage, one with `"modelUsage"` for the client's account (cost_state.h), unless it is
 * provisional.
 */
void claude_log_found_line(struct batch *batch, const struct log_place *place, const char *line, size_t size,
                           uint64_t number, unsigned needles, bool provisional);

/* Whether a line is nothing but blanks: such lines have a number, but are not counted. */
bool claude_log_is_blank(const char *line, size_t size);

/* Whether the line may carry usage: holds `"usage"`, byte for byte. What the scan asks of every line. */
bool claude_log_may_count(const char *line, size_t size);

#endif
