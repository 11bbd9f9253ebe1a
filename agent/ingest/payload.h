/*
 * The JSON that Claude Code gives its status-line command → what it says.
 *
 * Fields as documented for 2.1.240 (statusLine input) and as seen on 2.1.328; every one may be absent,
 * null or of another type in some version, which means "unknown", never an error. Text is decoded
 * UTF-8 as the client sent it: whoever shows it makes it harmless first.
 */
#ifndef TACHO_PAYLOAD_H
#define TACHO_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_TASKS_MAX 64

/* A decoded string; size 0: unknown. Points into the payload's own buffer; not NUL-terminated. */
struct payload_text {
    const char *bytes;
    size_t size;
};

struct payload_window {
    bool known;
    int32_t used_e2;   /* hundredths of a percent, rounded down */
    int64_t resets_us; /* Unix time; 0: unknown */
    int64_t heard_us;  /* when whoever keeps it heard it first; not read from the document */
};

struct payload {
    struct payload_text session_id, session_name, cwd, current_dir, project_dir, transcript_path;
    struct payload_text model_id, model_name, version, output_style, effort, agent, vim_mode;
    struct payload_text worktree, git_worktree; /* the former: the client's own, else git's */
    struct payload_text worktree_branch, worktree_original_branch, worktree_path;
    struct payload_text worktree_origin; /* where it was entered from */
    struct payload_text repo_host, repo_owner, repo_name;
    struct payload_text pr_url, pr_state, pr_kind;
    int64_t pr_number;         /* 0: unknown */
    int64_t added_directories; /* how many */
    int64_t cost_pusd;         /* -1: unknown, likewise below */
    int64_t duration_ms, api_duration_ms, lines_added, lines_removed;
    int64_t context_tokens, context_output, context_size;
    int32_t context_used_e2; /* hundredths of a percent */
    int64_t current_input, current_output, current_cache_write, current_cache_read;
    bool exceeds_200k, fast_mode, thinking, has_tasks; /* has_tasks: a subagentStatusLine document */
    struct payload_window five_hour, seven_day;
    int64_t columns;
    size_t used;
    size_t task_count;
    struct payload_task {
        struct payload_text id, name, label, status, description, model;
        int64_t tokens, context_size;
        int64_t start_ms;
    } tasks[PAYLOAD_TASKS_MAX]; /* as many as are counted; from here on nothing is cleared */
    char buffer[16 * 1024]; /* decoded text; what is too long is cut at a character's end */
};

/*
 * Reads the first JSON value of a document (a byte-order mark before it and anything behind it are
 * ignored). Returns true if it is a well-formed object. If it is cut off or malformed, false: what stood
 * before the damage is filled in all the same.
 */
bool payload_read(struct payload *payload, const char *bytes, size_t size);

#endif
