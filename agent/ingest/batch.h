/*
 * What ingest hands to the meter: a batch of copies of API messages, all from one log file.
 *
 * A copy is one message as one line states it; the same message may stand in several lines and files
 * (streaming, resume, fork, worktree, progress lines). Telling which copies are one, and what then
 * counts, is the meter's work. A batch owns its strings; copies refer to them by index.
 */
#ifndef TACHO_BATCH_H
#define TACHO_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum token_kind {
    TOKENS_INPUT,
    TOKENS_OUTPUT,
    TOKENS_CACHE_WRITE_5M,
    TOKENS_CACHE_WRITE_1H,
    TOKENS_CACHE_READ,
    TOKEN_KINDS
};

/* Why a line that has `"usage"` is skipped. */
enum skip_reason {
    SKIP_SYNTAX, /* it is not one JSON object, well-formed and in UTF-8: cut off, overwritten, binary */
    SKIP_TIME,   /* it has no timestamp that is one */
    SKIP_TOKENS, /* a number of tokens is not an integer from 0 to 2^31 */
    SKIP_MEMORY, /* it is too long for the memory there is */
    SKIP_REASONS
};

/* How many lines were skipped, by reason. */
struct skips {
    uint64_t of[SKIP_REASONS];
};

/* XXH3-128 of what makes a message itself: DESIGN.md §5, "One API message is one entry". */
struct identity {
    uint64_t low;
    uint64_t high;
};

struct usage_copy {
    struct identity identity;
    int64_t when_us;              /* Unix time */
    uint64_t line;                /* number of its line in the file, from 0, counting every line */
    uint64_t usd_pusd;            /* costUSD, half to even; meaningful if has_usd */
    uint32_t tokens[TOKEN_KINDS]; /* each 0 to 2^31 */
    uint32_t model;               /* index into batch->strings */
    uint32_t session;             /* likewise */
    bool has_usd;
    bool fast;
    bool forked;      /* the line says it was copied from another session */
    bool foreign;     /* the line names another session than its file does */
    bool sidechain;   /* a subagent's: does not fill the main context window */
    bool advisor;     /* an advisor iteration, not the message itself */
    bool provisional; /* from an unterminated last line, which will be read again */
    uint32_t tools;   /* first of its tool calls in batch->tools */
    uint32_t tool_count;
};

struct batch_string {
    uint32_t offset; /* into batch->bytes */
    uint32_t size;
};

/* Where a session was last seen to work, from its newest line with usage. */
struct session_place {
    uint32_t session;   /* index into strings */
    uint32_t directory; /* likewise: the line's cwd */
    int64_t when_us;
};

/* What the client says a session has used of a model, all told: see cost_state.h. */
struct cost_state {
    uint32_t session;             /* index into strings */
    uint32_t model;               /* likewise */
    uint64_t tokens[TOKEN_KINDS]; /* cache writes are not told apart: all are 5 m */
    uint64_t cost_pusd;
    int64_t when_us; /* Unix time; 0: the line has none */
};

/* Memory for what one line decodes to; kept from line to line unless it has grown large. */
struct scratch {
    char *bytes;
    size_t used, room;
};

struct kernels;
struct shape;

struct batch {
    const char *path; /* of the file; owned by the log tree, lives as long as the meter that is fed */
    size_t path_size; /* of it, without its NUL */
    struct usage_copy *copies;
    size_t copy_count, copy_room;
    uint64_t *tools; /* XXH3-64 of tool_use ids */
    size_t tool_count, tool_room;
    struct batch_string *strings; /* [0] is "" */
    size_t string_count, string_room;
    char *bytes;
    size_t byte_count, byte_room;
    struct session_place *places;
    size_t place_count, place_room;
    struct cost_state *costs; /* in the order of the lines: the last of a session and model counts */
    size_t cost_count, cost_room;
    uint32_t last_model, last_session,
        last_directory;   /* the strings last asked for: see batch_string_like() */
    uint64_t lines;       /* lines that are not blank */
    uint64_t usage_lines; /* of them, those with usage */
    struct skips skipped;
    uint64_t first_skipped[SKIP_REASONS];  /* number of the first line of each, where there is one */
    uint64_t tail_lines, tail_usage_lines; /* the unterminated last line's share of these */
    struct skips tail_skipped;             /* and of those */
    uint64_t bytes_read;                   /* those not seen by an earlier read of the file */
    const struct kernels *kernels;         /* the scan's, like what follows: see kernels.h */
    struct scratch scratch;
    struct shape *shape; /* of the lines with usage, once there was one: see shape.h */
    char *buffer;        /* what log_file_read() reads into */
};

void batch_init(struct batch *batch, const char *path);

/*
 * Hands the reader's memory (scratch, shape, buffer) from one batch to another, which has none: so that it
 * goes from file to file, and batches that wait to be taken hold only what they say.
 */
void batch_pass_memory(struct batch *from, struct batch *to);

/* Empties it for another use, keeping its memory. */
void batch_clear(struct batch *batch, const char *path);
void batch_free(struct batch *batch);

/*
 * The index of a string, added if it is not among those added last: a batch has few, and in a hostile log
 * a search must not cost more than a look. So one string may have several indices.
 */
uint32_t batch_string(struct batch *batch, const char *bytes, size_t size);

/* Whether a string of the batch is this one. */
static inline bool batch_string_is(const struct batch *batch, size_t index, const char *bytes, size_t size)
{
    const struct batch_string *string = &batch->strings[index];
    return string->size == size && memcmp(batch->bytes + string->offset, bytes, size) == 0;
}

/* The same as batch_string(), for one that is likely the one at *last, which then becomes the one returned.
 */
static inline uint32_t batch_string_like(struct batch *batch, const char *bytes, size_t size, uint32_t *last)
{
    if (*last >= batch->string_count || !batch_string_is(batch, *last, bytes, size))
        *last = batch_string(batch, bytes, size);
    return *last;
}

void batch_add_copy(struct batch *batch, const struct usage_copy *copy);
void batch_add_cost(struct batch *batch, const struct cost_state *cost);
void batch_add_tool(struct batch *batch, uint64_t hash);

/* Notes where a session worked at a time, unless a later time is known. */
void batch_add_place(struct batch *batch, uint32_t session, uint32_t directory, int64_t when_us);

/* Counts a line that is skipped; `tail`: it is the unterminated last one. */
void batch_skip_line(struct batch *batch, enum skip_reason reason, uint64_t number, bool tail);

/* Sums of skipped lines: by reason, and of all. */
void skips_add(struct skips *sum, const struct skips *skips);
void skips_subtract(struct skips *sum, const struct skips *skips);
uint64_t skips_total(const struct skips *skips);

/* How far a batch is filled, so that what was added since can be taken back. Places cannot. */
struct batch_mark {
    size_t copies, tools, strings, bytes, costs;
};

static inline struct batch_mark batch_mark(const struct batch *batch)
{
    return (struct batch_mark){batch->copy_count, batch->tool_count, batch->string_count, batch->byte_count,
                               batch->cost_count};
}

void batch_take_back(struct batch *batch, struct batch_mark mark);

/* Makes the scratch hold at least `size` bytes, and empties it. */
void scratch_begin(struct scratch *scratch, size_t size);

/* The next `size` bytes of it; they must be within what scratch_begin() was asked for. */
char *scratch_take(struct scratch *scratch, size_t size);

/* Gives memory back if a huge line has made it large. */
void scratch_end(struct scratch *scratch);

#endif
