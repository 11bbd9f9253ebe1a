/*
 * Payloads that prove themselves: see support_segment.h.
 */
#include "support_segment.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BULK_MAX 8192

static const enum tacho_metric_word payload_words[] = {TACHO_WORD_INPUT, TACHO_WORD_OUTPUT, TACHO_WORD_COST,
                                                       TACHO_WORD_WAKEUPS};

void place_make(struct segment_place *place)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(place->directory, sizeof place->directory, "%s/tacho-test-XXXXXX", base);
    if (!mkdtemp(place->directory)) {
        perror(place->directory);
        exit(EXIT_FAILURE);
    }
    snprintf(place->path, sizeof place->path, "%s/segment", place->directory);
}

void place_remove(const struct segment_place *place)
{
    DIR *directory = opendir(place->directory);
    const struct dirent *entry;
    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
    rmdir(place->directory);
}

struct segment_sizes sizes_small(void)
{
    return (struct segment_sizes){.slot_count = 32, .copy_size = 4096, .ring_count = 256};
}

size_t key_name(char name[32], uint32_t index)
{
    return (size_t)snprintf(name, 32, "session-%u", index);
}

/* The value of a word in payload `number`: its last three digits name the word. */
static uint64_t word_of(uint64_t number, enum tacho_metric_word word)
{
    return number * 1000 + word;
}

/* Bytes of text in payload `number`, so that copies differ in size, too. */
static size_t text_size_of(uint64_t number, size_t bulk)
{
    return bulk + number % 7 * 5;
}

static char letter_of(uint64_t number)
{
    return (char)('a' + number % 26);
}

int64_t payload_publish(struct segment_writer *writer, uint32_t index, uint64_t number, size_t bulk)
{
    char key[32], text[BULK_MAX];
    size_t size = text_size_of(number, bulk);
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, key, key_name(key, index));
    struct tacho_piece piece = {.body_bytes = (uint16_t)size, .body_columns = (uint16_t)size};
    if (!draft)
        return -1;
    memset(text, letter_of(number), size);
    draft_times(draft, (int64_t)number, (int64_t)bulk);
    for (size_t i = 0; i < sizeof payload_words / sizeof *payload_words; i++)
        draft_number(draft, payload_words[i], word_of(number, payload_words[i]));
    draft_text(draft, TACHO_WORD_MODEL_ID, text, size);
    if (draft_block(draft, TACHO_PLAIN, TACHO_NO_COLOUR, &piece, 1, text, (uint32_t)size))
        return -1;
    return segment_publish(writer, draft);
}

static bool text_is_whole(const char *text, size_t size, uint64_t number, size_t bulk)
{
    if (size != text_size_of(number, bulk))
        return false;
    for (size_t i = 0; i < size; i++)
        if (text[i] != letter_of(number))
            return false;
    return true;
}

bool payload_is_whole(const struct tacho_copy *copy, uint64_t *number)
{
    static _Thread_local char line[BULK_MAX];
    uint64_t value;
    size_t size = 0, bulk = (size_t)copy->valid_until_ns;
    *number = (uint64_t)copy->as_of_ns;
    for (size_t i = 0; i < sizeof payload_words / sizeof *payload_words; i++)
        if (!tacho_word(copy, payload_words[i], &value) || value != word_of(*number, payload_words[i]))
            return false;
    const char *text = tacho_text(copy, TACHO_WORD_MODEL_ID, &size);
    if (!text || !text_is_whole(text, size, *number, bulk))
        return false;
    int64_t written = tacho_format(copy, TACHO_PLAIN, TACHO_NO_COLOUR, 0, 0, line, sizeof line);
    return written >= 0 && text_is_whole(line, (size_t)written, *number, bulk);
}

uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}
