/* Mistyped words: see suggest.h. */
#include "suggest.h"

#include <string.h>

enum { WORD_MAX = 40 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's distance with swaps of neighbours. */
unsigned suggest_distance(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b);
    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return WORD_MAX;
    unsigned rows[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= a_size; i++)
        rows[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        for (size_t j = 1; j <= b_size; j++) {
            unsigned replace = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            rows[i][j] = least(replace, least(rows[i - 1][j], rows[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a_size][b_size];
}

bool suggest_is_near(const char *a, const char *b)
{
    size_t size = strlen(a);
    if (size >= 2 && strncmp(a, b, size) == 0)
        return true; /* cut short */
    return suggest_distance(a, b) <= (size <= 3 ? 1u : 2u);
}

const char *suggest_nearest(const char *word, const char *(*word_at)(size_t index))
{
    const char *nearest = NULL, *known;
    unsigned least_distance = 0;
    for (size_t i = 0; (known = word_at(i)); i++) {
        const unsigned distance = suggest_distance(word, known);
        if (!suggest_is_near(word, known) || (nearest && distance >= least_distance))
            continue;
        nearest = known;
        least_distance = distance;
    }
    return nearest;
}
