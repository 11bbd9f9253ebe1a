/*
 * Bytes by class, sixteen at a time, in the compiler's own vectors: the same source for every processor. Each
 * lane counts in a byte, so the counts are taken out before one can overflow.
 */
#include "token_estimate.h"

#include <string.h>

typedef uint8_t lanes __attribute__((vector_size(16)));

enum { LANES = sizeof(lanes), STEPS_MAX = 255, TOKEN = 1024 };

/* Tokens, in 1/1024, that a byte of each class, or a word, is worth. */
enum {
    WEIGHT_WORD = 563,
    WEIGHT_LETTER = 190,
    WEIGHT_DIGIT = 885,
    WEIGHT_BACKSLASH = 213,
    WEIGHT_SPACE = 12,
    WEIGHT_WIDE = 193,
    WEIGHT_OTHER = 560,
};

/* ---- plainly ------------------------------------------------------------------------------------------- */

static int is_letter(char byte)
{
    return (uint8_t)((byte | 0x20) - 'a') <= 'z' - 'a';
}

static void add_byte(struct byte_classes *classes, char byte, int follows_letter)
{
    if (is_letter(byte)) {
        classes->letters++;
        classes->words += !follows_letter;
    } else if (byte >= '0' && byte <= '9') {
        classes->digits++;
    } else if (byte == '\\') {
        classes->backslashes++;
    } else if (byte == ' ') {
        classes->spaces++;
    } else if ((uint8_t)byte & 0x80) {
        classes->wide++;
    } else {
        classes->others++;
    }
}

void byte_classes_add_plainly(struct byte_classes *classes, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        add_byte(classes, bytes[i], i > 0 && is_letter(bytes[i - 1]));
}

/* ---- by lanes ------------------------------------------------------------------------------------------ */

struct counts {
    lanes words, letters, digits, backslashes, spaces, wide;
};

static inline lanes lanes_at(const char *at)
{
    lanes bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static inline lanes all_lanes(uint8_t value)
{
    return (lanes){value, value, value, value, value, value, value, value,
                   value, value, value, value, value, value, value, value};
}

/* 0xff in every lane that holds a letter. */
static inline lanes letters_of(lanes bytes)
{
    return (lanes)(((bytes | all_lanes(0x20)) - all_lanes('a')) <= all_lanes('z' - 'a'));
}

/* The lanes at `at`; the byte before it is read, too. To subtract 0xff is to add 1. */
static inline void count_step(struct counts *counts, const char *at)
{
    const lanes bytes = lanes_at(at), letters = letters_of(bytes);
    counts->letters -= letters;
    counts->words -= letters & ~letters_of(lanes_at(at - 1));
    counts->digits -= (lanes)((bytes - all_lanes('0')) <= all_lanes(9));
    counts->backslashes -= (lanes)(bytes == all_lanes('\\'));
    counts->spaces -= (lanes)(bytes == all_lanes(' '));
    counts->wide -= (lanes)(bytes >= all_lanes(0x80));
}

static uint64_t sum_of(lanes counts)
{
    uint64_t sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += counts[i];
    return sum;
}

static const char *count_steps(struct byte_classes *classes, const char *at, size_t steps)
{
    struct counts counts = {0};
    for (size_t i = 0; i < steps; i++, at += LANES)
        count_step(&counts, at);
    const uint64_t letters = sum_of(counts.letters), digits = sum_of(counts.digits);
    const uint64_t backslashes = sum_of(counts.backslashes), spaces = sum_of(counts.spaces);
    const uint64_t wide = sum_of(counts.wide);
    classes->words += sum_of(counts.words);
    classes->letters += letters;
    classes->digits += digits;
    classes->backslashes += backslashes;
    classes->spaces += spaces;
    classes->wide += wide;
    classes->others += steps * LANES - letters - digits - backslashes - spaces - wide;
    return at;
}

void byte_classes_add(struct byte_classes *classes, const char *bytes, size_t size)
{
    const char *at = bytes, *const end = bytes + size;
    if (size <= LANES) {
        byte_classes_add_plainly(classes, bytes, size);
        return;
    }
    add_byte(classes, *at++, 0);
    while (end - at >= LANES) {
        const size_t steps = (size_t)(end - at) / LANES;
        at = count_steps(classes, at, steps < STEPS_MAX ? steps : STEPS_MAX);
    }
    for (; at < end; at++)
        add_byte(classes, *at, is_letter(at[-1]));
}

uint64_t token_estimate(const struct byte_classes *classes)
{
    const uint64_t sum = classes->words * WEIGHT_WORD + classes->letters * WEIGHT_LETTER +
                         classes->digits * WEIGHT_DIGIT + classes->backslashes * WEIGHT_BACKSLASH +
                         classes->spaces * WEIGHT_SPACE + classes->wide * WEIGHT_WIDE +
                         classes->others * WEIGHT_OTHER;
    return (sum + TOKEN / 2) / TOKEN;
}
