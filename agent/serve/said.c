/* What the client said, kept: see said.h. */
#include "said.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The texts that are kept: from where in a payload, to where in facts. */
#define TEXTS(KEEP)                                                                                          \
    KEEP(model_id, model_id)                                                                                 \
    KEEP(version, version)                                                                                   \
    KEEP(output_style, output_style)                                                                         \
    KEEP(agent, agent)                                                                                       \
    KEEP(vim_mode, vim_mode)                                                                                 \
    KEEP(project_dir, project_directory)                                                                     \
    KEEP(repo_host, repository_host)                                                                         \
    KEEP(repo_owner, repository_owner)                                                                       \
    KEEP(repo_name, repository_name)                                                                         \
    KEEP(pr_url, review.url)                                                                                 \
    KEEP(pr_state, review.state)                                                                             \
    KEEP(pr_kind, review.kind)                                                                               \
    KEEP(worktree, worktree.name)                                                                            \
    KEEP(worktree_branch, worktree.branch)                                                                   \
    KEEP(worktree_original_branch, worktree.original_branch)                                                 \
    KEEP(worktree_origin, worktree.original_directory)

#define ONE(from, to) +1
_Static_assert(0 TEXTS(ONE) <= sizeof((struct said *)0)->at / sizeof(uint32_t), "room for every text");
#undef ONE

static uint32_t keep_text(struct said *said, const struct payload_text *text)
{
    if (text->size == 0)
        return 0;
    if (said->size + text->size + 1 > said->room) {
        said->room = (said->size + text->size + 1) * 2;
        said->texts = memory_resize(said->texts, said->room);
    }
    uint32_t at = (uint32_t)said->size;
    memcpy(said->texts + at, text->bytes, text->size);
    said->texts[at + text->size] = '\0';
    said->size += text->size + 1;
    return at + 1;
}

static int64_t known(int64_t number)
{
    return number > 0 ? number : 0;
}

/* Milliseconds, as far as they are ones that can be multiplied. */
static int64_t microseconds(int64_t milliseconds)
{
    return milliseconds > 0 && milliseconds < INT64_MAX / 1000 ? milliseconds * 1000 : 0;
}

static int64_t tokens(int64_t count)
{
    return count > 0 && count < INT64_C(1) << 40 ? count : 0;
}

void said_take(struct said *said, const struct payload *payload)
{
    size_t i = 0;
    said->size = 0;
#define KEEP(from, to) said->at[i++] = keep_text(said, &payload->from);
    TEXTS(KEEP)
#undef KEEP
    said->duration_us = microseconds(payload->duration_ms);
    said->api_duration_us = microseconds(payload->api_duration_ms);
    said->review_number = known(payload->pr_number);
    said->added_directories = known(payload->added_directories);
    said->last =
        (struct fact_tokens){tokens(payload->current_input), tokens(payload->current_output),
                             tokens(payload->current_cache_write), tokens(payload->current_cache_read)};
    said->thinking = payload->thinking;
    said->exceeds_200k = payload->exceeds_200k;
    said->known = true;
}

void said_free(struct said *said)
{
    free(said->texts);
    *said = (struct said){0};
}

static struct fact_text text_at(const struct said *said, uint32_t at)
{
    const char *text = at ? said->texts + at - 1 : NULL;
    return (struct fact_text){text, text ? strlen(text) : 0};
}

void facts_add_said(struct facts *facts, const struct said *said)
{
    size_t i = 0;
    if (!said->known)
        return;
#define KEEP(from, to) facts->to = text_at(said, said->at[i++]);
    TEXTS(KEEP)
#undef KEEP
    facts->duration_us = said->duration_us;
    facts->api_duration_us = said->api_duration_us;
    facts->review.number = said->review_number;
    facts->added_directories = said->added_directories;
    facts->last = said->last;
    facts->thinking = said->thinking;
    facts->exceeds_200k = said->exceeds_200k;
}
