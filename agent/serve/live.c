/* Live keys and what the client says about them: see live.h. */
#include "live.h"

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

void words_take(struct client_words *words, const struct payload *payload)
{
    const struct payload_text *directory = payload->current_dir.size ? &payload->current_dir : &payload->cwd;
    words->known = true;
    keep(&words->model_id, &payload->model_id);
    keep(&words->model_name, &payload->model_name);
    keep(&words->session_name, &payload->session_name);
    keep(&words->effort, &payload->effort);
    keep(&words->directory, directory);
    words->context_tokens = payload->context_used_e2 < 0 ? -1 : payload->context_tokens;
    words->context_size = payload->context_size;
    words->context_used_e2 = payload->context_used_e2;
    words->cost_pusd = payload->cost_pusd;
    words->lines_added = payload->lines_added;
    words->lines_removed = payload->lines_removed;
    words->fast_mode = payload->fast_mode;
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
    window_restore(&words->five_hour, copy, TACHO_WORD_FIVE_HOUR_USED);
    window_restore(&words->seven_day, copy, TACHO_WORD_SEVEN_DAY_USED);
    words->known = true;
}

/* ---- limits -------------------------------------------------------------------------------------- */

bool window_hear(struct payload_window *account, struct payload_window *heard,
                 const struct payload_window *said, int64_t now_us)
{
    bool is_repeated = heard->known && said->used_e2 == heard->used_e2 && said->resets_us == heard->resets_us;
    bool is_over = said->resets_us && said->resets_us <= now_us;
    *heard = *said;
    if (!said->known || is_over || (is_repeated && account->known))
        return false;
    *account = *said;
    return true;
}

void window_restore(struct payload_window *window, const struct tacho_copy *copy, uint32_t word)
{
    int64_t used = restore_number(copy, word), reset = restore_number(copy, word + 1);
    if (used >= 0 && used <= INT32_MAX)
        *window = (struct payload_window){true, (int32_t)used, reset > 0 ? reset / 1000 : 0};
}
