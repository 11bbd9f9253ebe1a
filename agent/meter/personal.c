/* A person's own prices and weights: see personal.h. */
#include "personal.h"

#include "../../shm/place.h"
#include "../base/say.h"
#include "../base/setting.h"
#include "price_book.h"
#include "weights.h"

#include <limits.h>
#include <string.h>

void personal_complain(const char *path, const struct text *problems)
{
    const char *at = problems->bytes;
    for (size_t size; at && *at; at += size + (at[size] == '\n')) {
        size = strcspn(at, "\n");
        say("prices: %s: %.*s", path, (int)size, at);
    }
}

int personal_prices(struct price_book *book, const char *const *environment)
{
    char path[PATH_MAX];
    struct text problems = TEXT_EMPTY;
    if (place_config(path, sizeof path, environment, PERSONAL_PRICES) < 0)
        return 0; /* nowhere: none */
    int result = price_book_read(book, path, &problems);
    personal_complain(path, &problems);
    text_free(&problems);
    return result;
}

void personal_weights(struct weights *weights, const char *const *environment)
{
    char path[PATH_MAX];
    struct text value = TEXT_EMPTY, why = TEXT_EMPTY;
    if (place_config(path, sizeof path, environment, "") >= 0 &&
        setting_read(path, PERSONAL_WEIGHTS, &value) &&
        weights_read(weights, value.bytes ? value.bytes : "", &why) < 0)
        say("%s: " PERSONAL_WEIGHTS ": %s", path, why.bytes);
    text_free(&value);
    text_free(&why);
}
