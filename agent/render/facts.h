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
#include <string.h>

struct git_state;

struct fact_text {
    const char *bytes; /* NULL: unknown */
    size_t size;
};

static inline struct fact_text fact_string(const char *string)
{
    return (struct fact_text){string, string ? strlen(string) : 0};
}

struct fact_limit {
    bool known;
    int32_t used_e2;   /* hundredths of a percent */
    int64_t resets_us; /* 0: unknown; a window whose reset lies in the past is not given as known */
};

/* What a session is doing, as its client's hooks, files and log tell. */
enum session_state {
    STATE_UNKNOWN,
    STATE_IDLE,
    STATE_BUSY,
    STATE_WAITING, /* for the person: a permission, an answer */
};

/* What a setting of the client says. */
enum fact_switch {
    SWITCH_UNKNOWN,
    SWITCH_OFF,
    SWITCH_ON,
};

struct fact_activity {
    struct fact_text tool;  /* the one that is running */
    struct fact_text skill; /* the one used last */
    struct fact_text error; /* the last answer from the API was this error */
    int64_t retries;        /* of the request under way; 0: none or unknown, likewise below */
    int64_t agents;         /* subagents that are running */
    int64_t todo_done, todo_total;
    int64_t compactions; /* of the session so far */
    bool compacting;
};

/* Tokens by kind; all 0: unknown. */
struct fact_tokens {
    int64_t input, output, cache_write, cache_read;
};

/* A pull or merge request; number 0: none. */
struct fact_review {
    int64_t number;
    struct fact_text url, state, kind; /* kind: "mr" for a merge request */
};

/* A worktree that the client made for the session. */
struct fact_worktree {
    struct fact_text name, branch, original_branch, original_directory;
};

/* The machine, as of the draw; only where a layout shows it. */
struct fact_machine {
    int64_t memory_used, memory_total; /* bytes; total 0: unknown */
    int64_t load_e2;                   /* of one minute, hundredths; -1: unknown */
    int32_t battery_percent;           /* -1: none */
    const char *host, *user;           /* NULL: unknown */
    bool charging, known;
    int64_t agent_memory;     /* bytes that Tacho's agent takes; 0: unknown */
    int64_t agent_behind;     /* bytes of logs that it has not read */
    int64_t agent_unsaved_us; /* since when its ledger cannot be written; 0: it can */
};

/* Alerts that are raised and concern the line. */
struct fact_alerts {
    struct fact_text name; /* of the rule, the one raised last; NULL: none */
    int64_t count;
    uint64_t generation; /* another whenever one of these is */
};

/* What a person's own commands printed last, in the order of the layout's commands. */
struct fact_commands {
    const struct fact_text *texts;
    size_t count;
    uint64_t generation; /* another whenever a text is */
};

/* A session that works in the directory. */
struct fact_session {
    struct fact_text model;
    int32_t context_used_e2; /* -1: unknown */
    enum session_state state;
};

#define FACT_SESSIONS_MAX 4

struct facts {
    int64_t now_us;         /* the moment the line is drawn for */
    const char *home;       /* the person's home directory, to be shown as ~; NULL */
    struct fact_text model; /* display name; else id */
    struct fact_text directory;
    struct fact_text session_name;
    struct fact_text effort;
    bool fast_mode;
    const struct git_state *git; /* NULL: not in a repository */
    bool git_stale;              /* git's state is older than the draw */
    int32_t context_used_e2;     /* -1: unknown */
    int64_t context_tokens, context_size;
    int64_t session_cost_pusd; /* -1: unknown */
    int64_t today_cost_pusd;
    bool block_active;
    int64_t block_cost_pusd, block_end_us;
    struct fact_limit five_hour, seven_day;
    int64_t five_hour_heard_us, seven_day_heard_us; /* when an answer last said so; 0: unknown */
    int64_t lines_added, lines_removed;             /* -1: unknown */
    bool catching_up;                               /* history is still being read: sums are at least this */
    int64_t as_of_us;                               /* of what is carried; 0: all is of now */
    bool carried; /* history is still being read: sums are those that an earlier agent published; stale */

    /* What only some layouts show. Numbers: 0 is none or unknown, unless said otherwise. */
    struct fact_text session_id, model_id, version, output_style, agent, vim_mode;
    struct fact_text mode;                   /* permission mode, as the client's hooks name it */
    struct fact_text account_email;          /* of whoever is logged in; only where a layout shows it */
    enum fact_switch sandbox, voice, remote; /* commands run in one; voice input; remote control */
    struct fact_text project_directory;
    struct fact_text repository_host, repository_owner, repository_name;
    struct fact_review review;
    struct fact_worktree worktree;
    struct fact_activity activity;
    struct fact_commands commands;
    struct fact_alerts alerts;
    struct fact_machine machine;
    struct fact_session sessions[FACT_SESSIONS_MAX]; /* of a directory: the one drawn last first */
    size_t session_count;
    enum session_state state;
    bool thinking, exceeds_200k;
    bool context_estimated;   /* carried forward since the last answer: marked ~ */
    int64_t context_appended; /* of context_tokens, what is an estimate */
    int32_t
        context_error_e2;  /* mean error of the session's estimates, hundredths of a percent; -1: unknown */
    int64_t unlogged_pusd; /* what the client states beyond what the log explains */
    int64_t added_directories; /* how many */
    int64_t duration_us, api_duration_us;
    int64_t first_us, last_us;      /* of the session's messages */
    int64_t tool_calls, messages;   /* of the session */
    int64_t cache_until_us;         /* when what the last answer left in the prompt cache ends */
    struct fact_tokens last, total; /* of the last answer; of the session, subagents too */
    int64_t today_tokens, block_tokens;
    int64_t week_cost_pusd, month_cost_pusd;
    int64_t block_start_us, block_first_us, block_last_us; /* its first and last message */
};

/* Facts of this moment, with nothing known. */
static inline struct facts facts_unknown(int64_t now_us)
{
    return (struct facts){.now_us = now_us,
                          .context_used_e2 = -1,
                          .context_tokens = -1,
                          .context_error_e2 = -1,
                          .session_cost_pusd = -1,
                          .today_cost_pusd = -1,
                          .block_cost_pusd = -1,
                          .lines_added = -1,
                          .lines_removed = -1};
}

#endif
