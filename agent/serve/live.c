/* Live keys and what the client says about them: see live.h. */
#include "live.h"

#include "activity.h"

#include "../base/memory.h"

#include "../../shm/metrics.h"

#include <stdlib.h>
#include <string.h>

enum { LIVE_MAX = 200 };

static void live_free(struct live *live)
{
    free(live->words.model_id);
    free(live->words.model_name);
    free(live->words.session_name);
    free(live->words.effort);
    free(live->words.directory);
    said_free(&live->said);
    free(live->words.worktree);
    free(live->words.transcript);
    transcript_free(live->transcript);
    activity_free(live->activity);
    free(live->key);
    free(live);
}

void live_list_free(struct live_list *list)
{
    while (list->first) {
        struct live *live = list->first;
        list->first = live->next;
        live_free(live);
    }
    list->count = 0;
}

struct live *live_find(struct live_list *list, enum tacho_kind kind, const char *key, size_t size)
{
    for (struct live **at = &list->first; *at; at = &(*at)->next) {
        struct live *live = *at;
        if (live->kind != kind || live->key_size != size || memcmp(live->key, key, size) != 0)
            continue;
        *at = live->next;
        live->next = list->first;
        list->first = live;
        return live;
    }
    return NULL;
}

static void live_drop_oldest(struct live_list *list)
{
    struct live **at = &list->first;
    while ((*at)->next)
        at = &(*at)->next;
    live_free(*at);
    *at = NULL;
    list->count--;
}

struct live *live_get(struct live_list *list, enum tacho_kind kind, const char *key, size_t size)
{
    struct live *live = live_find(list, kind, key, size);
    if (live)
        return live;
    if (list->count == LIVE_MAX)
        live_drop_oldest(list);
    live = memory_zeroed(1, sizeof *live);
    live->kind = kind;
    live->key = memory_string(key, size);
    live->key_size = size;
    live->words.carried_pusd = -1;
    live->next = list->first;
    list->first = live;
    list->count++;
    return live;
}

/* ---- what the client says ------------------------------------------------------------------------ */

/* Keeps a text; what is not said this time is unknown from now on. */
static void keep(char **kept, const struct payload_text *text)
{
    size_t size = *kept ? strlen(*kept) : 0;
    if (text->size && size == text->size && memcmp(*kept, text->bytes, size) == 0)
        return;
    free(*kept);
    *kept = text->size ? memory_string(text->bytes, text->size) : NULL;
}

/*
 * What the model was given for its last answer: of the parts of its usage, because clients before 2.1.132 put
 * the whole session's into the total.
 */
static int64_t context_said(const struct payload *payload)
{
    if (payload->current_input < 0)
        return payload->context_used_e2 < 0 ? -1 : payload->context_tokens;
    return payload->current_input + (payload->current_cache_write > 0 ? payload->current_cache_write : 0) +
           (payload->current_cache_read > 0 ? payload->current_cache_read : 0);
}

/*
 * The client's total goes on from its parent's in a fork, and begins at 0 in a client that was killed. What
 * is there before a session's first answer is another session's.
 */
static void take_cost(struct client_words *words, const struct payload *payload, bool is_logged)
{
    const bool is_fresh = !is_logged && payload->context_used_e2 < 0 && payload->cost_pusd > 0;
    if (is_fresh || payload->cost_pusd < words->cost_base_pusd)
        words->cost_base_pusd = is_fresh ? payload->cost_pusd : 0;
    words->cost_pusd = payload->cost_pusd;
}

/* Where a client that works in a worktree of its own says that it is not there but where it came from. */
static const struct payload_text *worktree_left(const struct payload *payload,
                                                const struct payload_text *directory)
{
    static const struct payload_text none = {NULL, 0};
    const struct payload_text *origin = &payload->worktree_origin;
    const bool is_left = origin->size && origin->size == directory->size &&
                         memcmp(directory->bytes, origin->bytes, origin->size) == 0;
    return is_left ? &payload->worktree_path : &none;
}

void words_take_transcript(struct client_words *words, const struct payload *payload)
{
    keep(&words->transcript, &payload->transcript_path);
}

bool words_take(struct client_words *words, const struct payload *payload, uint64_t generation,
                bool is_logged)
{
    const struct payload_text *directory = payload->current_dir.size ? &payload->current_dir : &payload->cwd;
    const int64_t context_tokens = context_said(payload);
    const bool has_answered =
        context_tokens != words->context_tokens || payload->cost_pusd != words->cost_pusd;
    if (!words->known || context_tokens != words->context_tokens)
        words->generation = generation;
    words->known = true;
    keep(&words->model_id, &payload->model_id);
    keep(&words->model_name, &payload->model_name);
    keep(&words->session_name, &payload->session_name);
    keep(&words->effort, &payload->effort);
    keep(&words->directory, directory);
    keep(&words->worktree, worktree_left(payload, directory));
    words->context_tokens = context_tokens;
    words->context_size = payload->context_size;
    words->context_used_e2 = payload->context_used_e2;
    take_cost(words, payload, is_logged);
    words->lines_added = payload->lines_added;
    words->lines_removed = payload->lines_removed;
    words->fast_mode = payload->fast_mode;
    return has_answered;
}

/* ---- what an earlier agent published ------------------------------------------------------------- */

static void restore_text(char **kept, const struct tacho_copy *copy, uint32_t word)
{
    struct payload_text text = {0};
    text.bytes = tacho_text(copy, word, &text.size);
    if (!text.bytes)
        text.size = 0;
    keep(kept, &text);
}

int64_t restore_number(const struct tacho_copy *copy, uint32_t word)
{
    uint64_t value;
    return tacho_word(copy, word, &value) && value <= INT64_MAX ? (int64_t)value : -1;
}

void words_restore(struct client_words *words, const struct tacho_copy *copy)
{
    restore_text(&words->model_id, copy, TACHO_WORD_MODEL_ID);
    restore_text(&words->model_name, copy, TACHO_WORD_MODEL_NAME);
    restore_text(&words->session_name, copy, TACHO_WORD_SESSION_NAME);
    restore_text(&words->effort, copy, TACHO_WORD_EFFORT);
    restore_text(&words->directory, copy, TACHO_WORD_DIRECTORY);
    words->context_tokens = restore_number(copy, TACHO_WORD_CONTEXT_TOKENS);
    words->context_size = restore_number(copy, TACHO_WORD_CONTEXT_SIZE);
    int64_t used = restore_number(copy, TACHO_WORD_CONTEXT_USED);
    words->context_used_e2 = used >= 0 && used <= INT32_MAX ? (int32_t)used : -1;
    words->cost_pusd = restore_number(copy, TACHO_WORD_CLIENT_COST);
    words->carried_pusd = restore_number(copy, TACHO_WORD_COST);
    words->lines_added = restore_number(copy, TACHO_WORD_LINES_ADDED);
    words->lines_removed = restore_number(copy, TACHO_WORD_LINES_REMOVED);
    words->fast_mode = restore_number(copy, TACHO_WORD_FAST_MODE) == 1;
    window_restore(&words->five_hour, copy, TACHO_WORD_FIVE_HOUR_USED, TACHO_WORD_FIVE_HOUR_HEARD);
    window_restore(&words->seven_day, copy, TACHO_WORD_SEVEN_DAY_USED, TACHO_WORD_SEVEN_DAY_HEARD);
    words->known = true;
}

/* ---- limits -------------------------------------------------------------------------------------- */

/* Instants of one reset are told with some seconds between them. */
static const int64_t SAME_RESET_US = 120 * INT64_C(1000000);

bool window_is_same(const struct payload_window *a, const struct payload_window *b)
{
    return a->resets_us - b->resets_us <= SAME_RESET_US && b->resets_us - a->resets_us <= SAME_RESET_US;
}

static bool is_current(const struct payload_window *window, int64_t now_us)
{
    return window->known && (window->resets_us == 0 || window->resets_us > now_us);
}

/* Whether what a session says of its account goes beyond what is known of it. */
static bool is_beyond(const struct payload_window *said, const struct payload_window *account, int64_t now_us)
{
    if (!is_current(account, now_us) || !said->resets_us)
        return true;
    return window_is_same(account, said) ? said->used_e2 >= account->used_e2
                                         : said->resets_us > account->resets_us;
}

bool window_hear(struct payload_window *account, struct payload_window *heard,
                 const struct payload_window *said, bool has_answered, int64_t now_us)
{
    bool is_repeated = !has_answered && heard->known && said->used_e2 == heard->used_e2 &&
                       said->resets_us == heard->resets_us;
    const int64_t heard_us = is_repeated ? heard->heard_us : now_us;
    *heard = *said;
    heard->heard_us = heard_us;
    if (!is_current(said, now_us) || (is_repeated && account->known) || !is_beyond(said, account, now_us))
        return false;
    bool is_news =
        !account->known || account->used_e2 != said->used_e2 || account->resets_us != said->resets_us;
    *account = *heard;
    return is_news;
}

struct payload_window window_of_session(const struct payload_window *account,
                                        const struct payload_window *heard, int64_t now_us)
{
    if (!is_current(heard, now_us))
        return *account;
    if (!is_current(account, now_us) || !window_is_same(account, heard) || account->used_e2 < heard->used_e2)
        return *heard;
    const bool is_later = account->used_e2 > heard->used_e2 || account->heard_us > heard->heard_us;
    return is_later ? *account : *heard;
}

void window_restore(struct payload_window *window, const struct tacho_copy *copy, uint32_t word,
                    uint32_t heard_word)
{
    int64_t used = restore_number(copy, word), reset = restore_number(copy, word + 1);
    int64_t heard = restore_number(copy, heard_word);
    if (used >= 0 && used <= INT32_MAX)
        *window = (struct payload_window){true, (int32_t)used, reset > 0 ? reset / 1000 : 0,
                                          heard > 0 ? heard / 1000 : 0};
}
