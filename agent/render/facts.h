/*
 * Everything a line may show, as plain values: numbers → lines begins here. The publisher fills it in
 * from the meter, the client's payload and git; the renderer reads it and nothing else. Texts are raw, as
 * they came from outside; making them harmless is the renderer's work. Unknown is NULL, -1 or false.
 */
#ifndef TACHO_FACTS_H
#define TACHO_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct git_state;

struct fact_text {
    const char *bytes; /* NULL: unknown */
    size_t size;
};

struct fact_limit {
    bool known;
    int32_t used_e2;   /* hundredths of a percent */
    int64_t resets_us; /* 0: unknown; a window whose reset lies in the past is not given as known */
};

struct facts {
    int64_t now_us;            /* the moment the line is drawn for */
    const char *home;          /* the person's home directory, to be shown as ~; NULL */
    struct fact_text model;    /* display name; else id */
    struct fact_text directory;
    struct fact_text session_name;
    struct fact_text effort;
    bool fast_mode;
    const struct git_state *git; /* NULL: not in a repository */
    bool git_stale;              /* git's state is older than the draw */
    int32_t context_used_e2;     /* -1: unknown */
    int64_t context_tokens, context_size;
    int64_t session_cost_pusd;   /* -1: unknown */
    int64_t today_cost_pusd;
    bool block_active;
    int64_t block_cost_pusd, block_end_us;
    struct fact_limit five_hour, seven_day;
    int64_t lines_added, lines_removed; /* -1: unknown */
    bool catching_up;                   /* history is still being read: sums are at least this */
    bool carried; /* history is still being read: sums are those that an earlier agent published; stale */
};

#endif
