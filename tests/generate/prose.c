/* Filler text: see prose.h. */
#include "prose.h"

#define POOL_SIZE (512 * 1024)

/* Invented; chosen for their bytes: letters, escapes, quotes, braces, two- to four-byte characters. */
/* clang-format off */
static const char *const words[] = {
    "the", "meter", "reads", "every", "line", "once", "and", "then", "waits", "for", "more", "because",
    "a", "reader", "may", "be", "slow", "but", "never", "wrong", "file", "handle", "queue", "drain",
    "parser", "token", "offset", "buffer", "renders", "prompt", "branch", "commit", "index", "segment",
    "publish", "version", "of", "in", "to", "is", "größer", "naïve", "façade", "Ελλάδα", "мера", "日本語",
    "計測", "한국어", "→", "✓", "…", "🙂", "👩‍💻", "é", "0x7fff", "3.14159", "--verbose", "-O2", "src/main.c",
    "build/", "~/.cache", "42", "1e-9", "100%", "if", "(count", "<", "limit)", "{", "}", "return", "0;",
    "\\n", "\\n", "\\n", "\\n\\n", "\\t", "\\r\\n", "\\\\", "\\/", "\\u001b[1m", "\\u001b[0m",
    "\\u00e9t\\u00e9", "\\ud83d\\ude80", "\\\"key\\\":", "\\\"text\\\",", "[1,2,3],", "null",
    "{\\\"usage\\\":{\\\"input_tokens\\\":7}}", "\\\"type\\\":\\\"assistant\\\"", "usage", "'quoted'",
    "`code`", "C:\\\\logs\\\\today", "$HOME", "a&b", "<div>", "</div>", "#include", "//", "/*", "*/",
    "==", "!=", "+=",
};
/* clang-format on */

void prose_make(struct prose *prose, uint64_t seed)
{
    struct random random = random_stream(seed, 0x70726f7365);
    *prose = (struct prose){0};
    while (prose->pool.size < POOL_SIZE) {
        text_add_string(&prose->pool, random_of(&random, words));
        text_add_char(&prose->pool, ' ');
    }
}

void prose_free(struct prose *prose)
{
    text_free(&prose->pool);
}

/* A blank is never part of an escape or a character, so the pool may be cut at any. */
static size_t next_blank(const struct text *pool, size_t at)
{
    while (pool->bytes[at] != ' ')
        at++;
    return at;
}

void prose_add(struct text *out, const struct prose *prose, struct random *random, size_t size)
{
    const struct text *pool = &prose->pool;
    while (size > 0) {
        size_t most = size < pool->size / 2 ? size : pool->size / 2;
        size_t from = next_blank(pool, random_below(random, pool->size - most - 64)) + 1;
        size_t to = next_blank(pool, from + most - 1 < pool->size - 1 ? from + most - 1 : pool->size - 1);
        text_add(out, pool->bytes + from, to - from);
        size -= most;
    }
}

void prose_add_base64(struct text *out, struct random *random, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char chunk[8];
    for (size_t done = 0; done < size; done += sizeof chunk) {
        uint64_t bits = random_next(random);
        for (size_t i = 0; i < sizeof chunk; i++, bits >>= 6)
            chunk[i] = digits[bits & 63];
        text_add(out, chunk, sizeof chunk < size - done ? sizeof chunk : size - done);
    }
}
