/*
 * What one line of a session's log says of the moment, as written: transcript.c makes sense of it.
 */
#ifndef TACHO_TRANSCRIPT_LINE_H
#define TACHO_TRANSCRIPT_LINE_H

#include "json.h"
#include "token_estimate.h"

enum transcript_kind {
    TRANSCRIPT_OTHER,
    TRANSCRIPT_ASSISTANT,
    TRANSCRIPT_USER,
    TRANSCRIPT_SYSTEM,
    TRANSCRIPT_ATTACHMENT,
    TRANSCRIPT_MODE,
};

enum { TRANSCRIPT_CALLS_MAX = 32 };

/* A tool the model called; the slices point into the line. */
struct transcript_call {
    struct json_slice id, name, skill;
    struct json_slice task, status; /* of a to-do that it updates */
};

struct transcript_line {
    enum transcript_kind kind;
    struct json_slice subtype, cwd, mode, message_id, model, first_text; /* size 0: not said */
    bool is_sidechain, is_summary, is_only_shown, is_api_error, has_usage, has_results;
    int64_t input, cache_write, cache_read, output; /* 0: not said */
    int64_t after_compaction;                       /* tokens; -1: not said, likewise below */
    int64_t saved;                                  /* by a small compaction, tokens */
    int64_t retry;
    int64_t todo_done, todo_total;      /* of a list that was written anew */
    struct json_slice task;             /* the id of a to-do that a result tells of */
    struct byte_classes said, attached; /* what of the line is given to the model */
    uint64_t items;                     /* of content */
    uint64_t images;
    struct transcript_call calls[TRANSCRIPT_CALLS_MAX];
    size_t call_count;
    struct json_slice results[TRANSCRIPT_CALLS_MAX]; /* ids of calls that returned */
    size_t result_count;
};

/* Reads a line, without its newline. False if it is not one well-formed JSON object. */
bool transcript_line_read(struct transcript_line *line, const char *bytes, size_t size);

#endif
