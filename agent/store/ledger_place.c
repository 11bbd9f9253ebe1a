/* The ledger's path: see ledger_place.h. */
#include "ledger_place.h"

#include "../../shm/place.h"
#include "../base/text.h"

#define XXH_INLINE_ALL
#include <stdio.h>
#include <xxhash.h>

void ledger_mark(char mark[LEDGER_MARK_SIZE], char *const *directories)
{
    struct text list = TEXT_EMPTY;
    for (size_t i = 0; directories[i]; i++)
        text_addf(&list, "%s\n", directories[i]);
    snprintf(mark, LEDGER_MARK_SIZE, "%016llx",
             (unsigned long long)XXH3_64bits(list.size ? list.bytes : "", list.size));
    text_free(&list);
}

int ledger_place(char *out, size_t size, const char *const *environment, char *const *directories)
{
    char mark[LEDGER_MARK_SIZE], name[40];
    ledger_mark(mark, directories);
    snprintf(name, sizeof name, "ledger-%s.db", mark);
    return place_state(out, size, environment, name);
}
