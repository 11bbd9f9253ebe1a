/*
 * The agent's command socket: what `tacho` asks, over AF_UNIX SOCK_STREAM, `control.sock` in the runtime
 * directory.
 *
 * A request is one line of text; the answer is read until end of file. Its first line is `ok` or
 * `error: what went wrong`; the body follows. Requests:
 *
 *     status              the document of `tacho status --json`
 *     repositories [DIR]  the document of repositories.h; DIR is looked at, too
 *     wait                answers when all logs are accounted for; until then lines `progress READ TOTAL`
 *                         come before the `ok`
 *     document REQUEST    waits likewise, then a finished document; REQUEST as document_request_encode()
 *                         writes it
 *     flush               waits likewise, and then until they are in the ledger, as far as there is one
 *     reload              reads the configuration and the person's own prices again
 *     recalculate         the same, prices all history by them, and answers as flush does
 *     preview COLUMNS DEPTH FILE
 *                         the line of the session asked for last, as the configuration in FILE would have it
 *     alerts              the document of `tacho alerts --json` (alerts.h)
 *     alerts ack NAME     acknowledges those of a rule, or of `all`; the body is how many
 *     alerts test NAME    takes a rule's actions, and answers with what came of them once they have ended
 *     stop                answers, then the agent ends
 *     of LOGS REQUEST     one of these, if LOGS is the ledger_mark() of the config directories that the
 *                         agent reads; else the first line of the answer is `other logs`
 *
 * Only the agent's own user is answered (SO_PEERCRED). A client that is slow to read costs the agent the
 * memory of its answer and nothing else.
 */
#ifndef TACHO_CONTROL_H
#define TACHO_CONTROL_H

struct control;
struct ev_loop;
struct text;

/* What the control socket asks of the agent; each is called on the loop thread. */
struct control_calls {
    void (*status)(void *data, struct text *out);
    void (*repositories)(void *data, const char *directory, struct text *out);
    /* Writes the document or, returning -1, the reason why not. */
    int (*document)(void *data, const char *request, unsigned long size, struct text *out);
    /* Whether all logs are accounted for; *read and *total say how far it is. */
    int (*is_ready)(void *data, unsigned long long *read, unsigned long long *total);
    /* Commits what is not in the ledger; whether nothing is left of that. */
    int (*flush)(void *data);
    /* Reads configuration and prices again; the second prices all history by them. Return 0, or -1: it was
     * said in the agent's log why not. */
    int (*reload)(void *data);
    /* Writes the line; returns -1 if there is no session to draw. */
    int (*preview)(void *data, const char *request, struct text *out);
    int (*recalculate)(void *data);
    /* Writes the document; acknowledges: how many, -1: no such rule; tries a rule out: alerts_test(). */
    void (*alerts)(void *data, struct text *out);
    int (*acknowledge)(void *data, const char *name);
    int (*test_alert)(void *data, const char *name, int is_first, struct text *out);
    void (*stop)(void *data);
    const char *logs; /* the ledger_mark() of the agent's config directories */
    void *data;
};

/* Listens at `path`, which must not exist. NULL with errno set. */
struct control *control_open(struct ev_loop *loop, const char *path, struct control_calls calls);

/* Tells those who wait how far it is. Call when progress was made, when ready, and when a test has ended. */
void control_progress(struct control *control);

void control_close(struct control *control);

#endif
