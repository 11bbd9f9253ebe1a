/*
 * What a session's own log says of this moment, beyond what is counted: how full the context window is, what
 * came into it since the last answer, what tool runs, what the session's to-do list says.
 *
 * Only sessions that somebody looks at are followed so, each by the one file that its client names. The
 * counts of the reports are made elsewhere and do not depend on anything here. Nothing here is exact, nor
 * fails: a line that says nothing sensible is passed over.
 *
 * Context: what the model was last given is known exactly (the answer's input, cache writes and cache reads).
 * What its next request will hold more than that is estimated from the texts appended since
 * (token_estimate.h), times a factor learnt from the session's own answers.
 */
#ifndef TACHO_TRANSCRIPT_H
#define TACHO_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRANSCRIPT_TEXT_MAX      128
#define TRANSCRIPT_DIRECTORY_MAX 4096

struct text;
struct transcript;

/* Texts are as they came from outside, NUL-terminated and cut; "": none or unknown. */
struct transcript_facts {
    uint64_t generation;     /* another one after each answer and each compaction; 0: none was seen */
    int64_t context_tokens;  /* what the model was given for the last answer, or is left with; -1: unknown */
    int64_t appended_tokens; /* an estimate: what the next request will hold beyond that; 0: nothing new */
    bool is_compacted;       /* no answer came since a compaction: context_tokens is an estimate, too */
    int32_t error_e2; /* hundredths of a percent of the context by which estimates were off lately, in the
                         mean; -1: there was none */
    char model[TRANSCRIPT_TEXT_MAX]; /* of the last answer */
    char tool[TRANSCRIPT_TEXT_MAX];  /* that was called last and has not returned */
    char skill[TRANSCRIPT_TEXT_MAX]; /* used last */
    char mode[TRANSCRIPT_TEXT_MAX];  /* permission mode */
    char error[TRANSCRIPT_TEXT_MAX]; /* the last answer was this error of the API */
    int64_t retries;                 /* of the request under way */
    int64_t agents;                  /* subagents that were called and have not returned */
    int64_t todo_done, todo_total;
    int64_t compactions;                      /* -1: the file was not read from its start */
    char directory[TRANSCRIPT_DIRECTORY_MAX]; /* where its last line was written */
};

struct transcript *transcript_new(void);
void transcript_free(struct transcript *transcript);

/*
 * Reads what is new in the log at `path`: of a large one that is met for the first time, only its beginning
 * and its end. `buffer` is room to read into, kept by the caller from call to call. A file that is not what
 * it was, only longer, is read anew; one that cannot be read leaves everything as it was. Returns whether the
 * facts may have changed.
 */
bool transcript_follow(struct transcript *transcript, const char *path, struct text *buffer);

const struct transcript_facts *transcript_facts(const struct transcript *transcript);

/* How one estimate turned out, for whoever measures them: what was said the next request would hold. */
struct transcript_trial {
    int64_t before, predicted, actual; /* tokens of context: at the last answer, estimated, at this one */
};

/* Has `tried` called whenever an answer shows how good an estimate was. */
void transcript_on_trial(struct transcript *transcript,
                         void (*tried)(void *data, const struct transcript_trial *trial), void *data);

#endif
