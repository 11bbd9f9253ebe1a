/* The context window, and the directory: see context.h. */
#include "context.h"

#include <string.h>

#define FULL_E2 10000

/* By how much the client's own share may differ from its tokens before it is taken for one of another window.
 */
#define ROUNDING_E2 100

static int32_t share_e2(int64_t tokens, int64_t size)
{
    const int64_t share = size > 0 ? tokens * FULL_E2 / size : -1;
    return share < FULL_E2 ? (int32_t)share : FULL_E2;
}

/* What the client says, and nothing else. */
static void add_said(struct facts *facts, const struct client_words *words)
{
    const int64_t tokens = words->context_tokens, size = words->context_size;
    facts->context_tokens = tokens > 0 ? tokens : 0;
    facts->context_size = size > 0 ? size : 0;
    facts->context_used_e2 = words->context_used_e2;
    const int32_t share = share_e2(tokens, size);
    const int32_t off = share - words->context_used_e2;
    /* Its percentage is a whole number, of the window it had when it was worked out. */
    if (tokens >= 0 && size > 0 && (words->context_used_e2 < 0 || off > ROUNDING_E2 || off < -ROUNDING_E2))
        facts->context_used_e2 = share;
}

/* What the log says, of a window of the size that the client or else the price table states. */
static void add_logged(struct facts *facts, const struct client_words *words,
                       const struct transcript_facts *log, const struct meter_session *session)
{
    const int64_t said = words->known ? words->context_size : -1;
    facts->context_tokens = log->context_tokens + log->appended_tokens;
    facts->context_size = said > 0 ? said : session ? (int64_t)session->context_size : 0;
    facts->context_used_e2 = share_e2(facts->context_tokens, facts->context_size);
    facts->context_appended = log->is_compacted ? facts->context_tokens : log->appended_tokens;
    facts->context_estimated = facts->context_appended > 0;
    facts->context_error_e2 = log->error_e2;
}

/* Of a session that nobody follows, what was counted. */
static void add_counted(struct facts *facts, const struct meter_session *session)
{
    facts->context_tokens = (int64_t)session->context_tokens;
    facts->context_size = (int64_t)session->context_size;
    facts->context_used_e2 = share_e2(facts->context_tokens, facts->context_size);
}

void facts_add_context(struct facts *facts, const struct client_words *words,
                       const struct transcript_facts *log, const struct meter_session *session)
{
    facts->context_error_e2 = -1;
    const bool is_logged = log && log->generation && log->context_tokens >= 0;
    const bool has_news = is_logged && log->generation != words->generation;
    if (is_logged && (!words->known || words->context_tokens <= 0 || has_news ||
                      words->context_tokens == log->context_tokens))
        add_logged(facts, words, log, session);
    else if (words->known)
        add_said(facts, words);
    else if (session && session->context_size && session->context_tokens)
        add_counted(facts, session);
    /* Nothing came since the client said so: then it is its own figure, to the digit. */
    if (words->known && !has_news && words->context_tokens > 0 && !facts->context_estimated)
        add_said(facts, words);
}

/* ---- the directory --------------------------------------------------------------------------------- */

static bool is_inside(const char *directory, const char *parent, size_t parent_size)
{
    return parent_size && strncmp(directory, parent, parent_size) == 0 &&
           (directory[parent_size] == '/' || directory[parent_size] == '\0');
}

/* Where clients make worktrees of their own: <repository>/.claude/worktrees/<name>. */
static bool is_worktree_of(const char *directory, const char *said)
{
    static const char made[] = "/.claude/worktrees/";
    const size_t size = strlen(said);
    return is_inside(directory, said, size) && strncmp(directory + size, made, sizeof made - 1) == 0;
}

const char *session_directory(const struct client_words *words, const struct transcript_facts *log,
                              const struct meter_session *session)
{
    const char *logged = log && log->directory[0] == '/' ? log->directory : NULL;
    if (!words->directory)
        return logged ? logged : session ? session->directory : NULL;
    if (logged && (is_worktree_of(logged, words->directory) ||
                   (words->worktree && is_inside(logged, words->worktree, strlen(words->worktree)))))
        return logged;
    return words->worktree && !logged ? words->worktree : words->directory;
}
