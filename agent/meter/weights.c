/* What tokens weigh: see weights.h. */
#include "weights.h"

#include "../base/text.h"

#include <stdbool.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

struct weights weights_default(void)
{
    return (struct weights){.list = {{"opus", 5}}, .count = 1};
}

/* Reads WORD=FACTOR, `size` bytes. Returns what is wrong with it, or NULL. */
static const char *weight_read(struct weight *weight, const char *bytes, size_t size)
{
    const char *sign = memchr(bytes, '=', size);
    if (!sign)
        return "expected WORD=FACTOR";
    size_t word_size = (size_t)(sign - bytes), at = word_size + 1;
    if (word_size == 0 || word_size > WEIGHT_WORD_MAX)
        return "the word must have 1 to 31 bytes";
    *weight = (struct weight){.factor = 0};
    for (size_t i = 0; i < word_size; i++)
        weight->word[i] = lower(bytes[i]);
    for (; at < size && bytes[at] >= '0' && bytes[at] <= '9' && weight->factor <= WEIGHT_FACTOR_MAX; at++)
        weight->factor = weight->factor * 10 + (uint32_t)(bytes[at] - '0');
    if (at < size || weight->factor < 1 || weight->factor > WEIGHT_FACTOR_MAX)
        return "the factor must be a whole number from 1 to 1000";
    return NULL;
}

int weights_read(struct weights *weights, const char *text, struct text *why)
{
    static const char separators[] = " \t\r\n,";
    struct weights read = {.count = 0};
    for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
        size_t size = strcspn(text, separators);
        const char *wrong = read.count == WEIGHTS_MAX ? "there are more than 16 weights"
                                                      : weight_read(&read.list[read.count++], text, size);
        if (wrong) {
            text_addf(why, "%.*s: %s", (int)(size < 64 ? size : 64), text, wrong);
            return -1;
        }
        text += size;
    }
    *weights = read;
    return 0;
}

static bool is_in(const char *word, const char *name, size_t size)
{
    size_t length = strlen(word);
    for (size_t from = 0; from + length <= size; from++) {
        size_t same = 0;
        while (same < length && lower(name[from + same]) == word[same])
            same++;
        if (same == length)
            return true;
    }
    return false;
}

uint32_t weights_of(const struct weights *weights, const char *model, size_t size)
{
    for (size_t i = 0; i < weights->count; i++)
        if (is_in(weights->list[i].word, model, size))
            return weights->list[i].factor;
    return 1;
}
