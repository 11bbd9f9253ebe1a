/*
 * Claude Code as far as its logs show it: one session being written, line by line. Line kinds, key order
 * and usage objects as the notes on transcripts list them for the client's versions.
 */
#ifndef GENERATE_CLIENT_H
#define GENERATE_CLIENT_H

#include "prose.h"
#include "random.h"

#include <stdbool.h>
#include <stdint.h>

/* What changed in the logs from version to version. */
struct client_version {
    const char *name;
    bool costs;          /* lines state costUSD */
    bool grows;          /* output_tokens grow from block to block of one message */
    bool breakdown;      /* cache_creation tells 5 m from 1 h */
    bool iterations;     /* usage has iterations and speed */
    bool agents_inline;  /* subagents' lines are in the session's own file */
    bool agents_beside;  /* subagents have files beside the sessions; else below the session's folder */
    bool agent_progress; /* the parent's file repeats subagents' messages in progress lines */
    bool envelope;       /* entrypoint, slug, permissionMode, ... on every line */
};

struct client {
    struct random random;
    const struct prose *prose;
    const struct client_version *version;
    const char *session_id;  /* as the lines say it */
    const char *forked_from; /* NULL: not a fork */
    const char *agent_id;    /* NULL: the main conversation */
    const char *cwd, *branch, *model;
    bool gateway; /* not the vendor's own API: other message ids, no request ids */
    bool lean;    /* short tool output */
    int64_t now_us, limit_us, pace_us;
    int64_t context, context_size; /* tokens */
    uint64_t parent[2];            /* uuid of the line before; 0, 0: none */
};

/* One API message. */
struct message {
    char id[48], request[48];
    const char *model;
    int64_t input, output, write_5m, write_1h, read;
    bool fast, advisor, one_hour;
};

/* Moves the clock on by part of the pace between messages. */
void client_wait(struct client *client, unsigned percent);

/* Starts the next message: identity, tokens, growing context. */
void client_message(struct client *client, struct message *message);

/* Each adds one line, newline included. */
void client_add_prompt(struct text *out, struct client *client);
void client_add_tool_result(struct text *out, struct client *client, size_t size, bool of_agent);
void client_add_assistant(struct text *out, struct client *client, const struct message *message,
                          int64_t output, const char *block);
void client_add_progress(struct text *out, struct client *client, struct client *agent,
                         const struct message *message);
void client_add_api_error(struct text *out, struct client *client);
void client_add_image(struct text *out, struct client *client);

/* One of the many lines without usage: queue operations, snapshots, attachments, system lines. */
void client_add_other(struct text *out, struct client *client);

/* What a file starts with. */
void client_add_opening(struct text *out, struct client *client);

#endif
