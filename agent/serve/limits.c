/* Limits by account: see limits.h. */
#include "limits.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

size_t account_directory_size(const char *transcript)
{
    const char *end = transcript ? strstr(transcript, "/projects/") : NULL;
    return end ? (size_t)(end - transcript) : 0;
}

static size_t find(const struct limits_table *table, const char *directory, size_t size)
{
    size_t i = 0;
    while (i < table->count && (strlen(table->accounts[i].directory) != size ||
                                memcmp(table->accounts[i].directory, directory, size) != 0))
        i++;
    return i;
}

struct limits *limits_of(struct limits_table *table, const char *transcript)
{
    const char *path = transcript ? transcript : "";
    const size_t size = account_directory_size(path), found = find(table, path, size);
    const bool is_known = found < table->count;
    const size_t from = is_known                             ? found
                        : table->count < LIMITS_ACCOUNTS_MAX ? table->count
                                                             : LIMITS_ACCOUNTS_MAX - 1;
    __typeof__(table->accounts[0]) account = table->accounts[from];
    if (!is_known) {
        if (from < table->count)
            free(account.directory);
        else
            table->count++;
        memset(&account, 0, sizeof account);
        account.directory = memory_string(path, size);
    }
    memmove(table->accounts + 1, table->accounts, from * sizeof account);
    table->accounts[0] = account;
    return &table->accounts[0].limits;
}

void limits_free(struct limits_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->accounts[i].directory);
    table->count = 0;
}
