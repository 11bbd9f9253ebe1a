/*
 * Facts (render/facts.h) put together from the meter, the client's words and git; and the metrics of a
 * slot, from the same sources.
 */
#ifndef TACHO_GATHER_H
#define TACHO_GATHER_H

#include "context.h"
#include "limits.h"
#include "live.h"

#include "../git/git.h"
#include "../render/facts.h"
#include "../store/history.h"

#include "../../shm/writer.h"

/* The limits of the account that news came of last, for lines that are of no session. */
struct account {
    struct limits limits;
    struct carried {
        bool known;
        int64_t as_of_us, today_pusd, block_pusd, block_end_us; /* -1: not said */
    } carried; /* what an earlier agent published: shown until history is accounted for */
};

/* Takes back what an earlier agent's global slot says. */
void account_restore(struct account *account, const struct tacho_copy *copy);

/* What every line has: the day, the block, the limits. */
struct facts facts_common(struct history *history, const struct account *account, const char *home,
                          int64_t now_us);

/*
 * Adds what is known of a session; `log` is NULL where its log is not followed, `session` where no log has
 * it. `limits`: those of the account it runs under.
 */
void facts_add_session(struct facts *facts, const struct client_words *words,
                       const struct transcript_facts *log, const struct meter_session *session,
                       const struct limits *limits);

/* Adds the repository that the directory lies in (NULL: in none). `stale`: its state is not that of now. */
void facts_add_git(struct facts *facts, const struct repository *repository, bool stale);

/* What lines show of these facts, as one number that is not 0: while it is the same nothing needs drawing. */
uint64_t facts_fingerprint(const struct facts *facts);

/* A cost as 64 bits; saturates, as no line shows more than nine million dollars. */
int64_t fact_cost(unsigned __int128 pusd);

/* The metrics: of sums, of the day, block and limits, of the repository, of a session. */
void draft_sums(struct segment_draft *draft, const struct sums *sums);
void draft_common(struct segment_draft *draft, struct history *history, const struct facts *facts);
void draft_alerts(struct segment_draft *draft, const struct fact_alerts *alerts);
void draft_git(struct segment_draft *draft, const struct git_state *git);
void draft_session(struct segment_draft *draft, const struct facts *facts, const struct client_words *words,
                   const struct meter_session *session);
void draft_fact(struct segment_draft *draft, enum tacho_metric_word word, struct fact_text text);

#endif
