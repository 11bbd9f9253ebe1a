/* A list of prices from outside, and writing it: see price_file.h. How an entry is read is price_entry.c. */
#include "price_file.h"

#include "../base/memory.h"
#include "../base/text.h"
#include "../base/zone.h"
#include "price_book.h"
#include "price_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 64 * 1024 * 1024, PROBLEMS_MAX = 20 };

/* ---- the list ----------------------------------------------------------------------------------------- */

static int name_compare(const struct price_entry *entry, const char *name, size_t size)
{
    size_t least = entry->name_size < size ? entry->name_size : size;
    int order = memcmp(entry->price.name, name, least);
    return order ? order : (entry->name_size > size) - (entry->name_size < size);
}

/* The index of the first entry that is not before a name and date. */
static size_t place_of(const struct price_file *file, const char *name, size_t size, int64_t from_us)
{
    size_t low = 0, high = file->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = name_compare(&file->list[middle], name, size);
        if (order < 0 || (order == 0 && file->list[middle].from_us < from_us))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void price_file_add(struct price_file *file, const struct price_entry *entry)
{
    const char *name = entry->price.name;
    size_t at = place_of(file, name, entry->name_size, entry->from_us);
    struct price_entry *there = at < file->count ? &file->list[at] : NULL;
    if (there && there->from_us == entry->from_us && name_compare(there, name, entry->name_size) == 0) {
        const char *owned = there->price.name;
        there->price = entry->price;
        there->price.name = owned;
        return;
    }
    file->list = memory_grow(file->list, file->count, &file->room, sizeof *file->list);
    memmove(file->list + at + 1, file->list + at, (file->count - at) * sizeof *file->list);
    file->list[at] = *entry;
    file->list[at].price.name = memory_string(name, entry->name_size);
    file->count++;
}

void price_file_remove(struct price_file *file, const char *name, size_t size)
{
    size_t first = place_of(file, name, size, INT64_MIN), end = first;
    for (; end < file->count && name_compare(&file->list[end], name, size) == 0; end++)
        free((char *)file->list[end].price.name);
    if (end == first)
        return;
    memmove(file->list + first, file->list + end, (file->count - end) * sizeof *file->list);
    file->count -= end - first;
}

size_t price_file_run(const struct price_file *file, size_t index)
{
    const struct price_entry *first = &file->list[index];
    size_t count = 1;
    while (index + count < file->count &&
           name_compare(&file->list[index + count], first->price.name, first->name_size) == 0)
        count++;
    return count;
}

void price_file_free(struct price_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        free((char *)file->list[i].price.name);
    free(file->list);
    *file = (struct price_file){0};
}

/* ---- reading ------------------------------------------------------------------------------------------ */

/* What is being read. */
struct reading {
    struct price_file *file;
    struct text *problems;
    size_t problem_count;
    char *name; /* of the model at hand */
    size_t name_size;
};

static void reading_complain(struct reading *reading, const char *key, const char *why)
{
    if (reading->problem_count++ < PROBLEMS_MAX)
        text_addf(reading->problems, "%s%s%s: %s\n", reading->name, *key ? ": " : "", key, why);
}

/* Reads the object at hand. */
static void read_entry(struct reading *reading, struct json *json)
{
    struct price_entry entry = {.price.name = reading->name, .name_size = reading->name_size};
    struct price_mistake mistake = {.why = NULL};
    switch (price_entry_read(json, &entry, &mistake)) {
    case PRICE_ENTRY_READ:
        price_file_add(reading->file, &entry);
        break;
    case PRICE_ENTRY_WITHOUT_PRICE:
        reading->file->left_out++;
        break;
    case PRICE_ENTRY_WRONG:
        reading_complain(reading, mistake.key, mistake.why);
        break;
    }
}

/* Reads a model's object, or its array of them. */
static void read_model(struct reading *reading, struct json *json)
{
    static const char expected[] = "expected an object with prices, or an array of such objects";
    enum json_type type = json_peek(json);
    if (type == JSON_OBJECT) {
        read_entry(reading, json);
    } else if (type == JSON_ARRAY && json_enter(json)) {
        while (json_element(json)) {
            if (json_peek(json) == JSON_OBJECT) {
                read_entry(reading, json);
            } else {
                json_take(json, NULL);
                reading_complain(reading, "", expected);
            }
        }
    } else {
        json_take(json, NULL);
        reading_complain(reading, "", expected);
    }
}

static void read_member(struct reading *reading, struct json *json, const struct json_slice *key)
{
    reading->name = memory_take(key->size + 1);
    reading->name_size = json_decode(key, reading->name, key->size);
    reading->name[reading->name_size] = '\0';
    if (strcmp(reading->name, "sample_spec") == 0) /* LiteLLM's explanation of its own keys */
        json_take(json, NULL);
    else if (reading->name_size == 0) {
        json_take(json, NULL);
        reading_complain(reading, "", "a model without a name");
    } else {
        price_file_remove(reading->file, reading->name,
                          reading->name_size); /* of equal keys the last counts */
        read_model(reading, json);
    }
    free(reading->name);
}

int price_file_parse(struct price_file *file, const char *bytes, size_t size, struct text *problems)
{
    struct reading reading = {.file = file, .problems = problems};
    struct json json;
    struct json_slice key;
    *file = (struct price_file){0};
    json_start(&json, bytes, size);
    if (json_peek(&json) == JSON_OBJECT && json_enter(&json)) {
        size_t before = problems->size;
        while (json_member(&json, &key))
            read_member(&reading, &json, &key);
        if (json_finish(&json)) {
            if (reading.problem_count > PROBLEMS_MAX)
                text_addf(problems, "and %zu more like these\n", reading.problem_count - PROBLEMS_MAX);
            return 0;
        }
        problems->size = before; /* of a text that is not JSON nothing else matters */
    }
    price_file_free(file);
    text_add_string(problems, "not a JSON object\n");
    return -1;
}

/* Reads all of a regular file. Returns 0 or -1 with errno. */
static int read_all(const char *path, struct text *content)
{
    char buffer[16 * 1024];
    struct stat status;
    ssize_t size = -1;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return -1;
    if (fstat(descriptor, &status) == 0 && !S_ISREG(status.st_mode))
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    else
        while ((size = read(descriptor, buffer, sizeof buffer)) > 0 && content->size <= FILE_MAX_BYTES)
            text_add(content, buffer, (size_t)size);
    if (content->size > FILE_MAX_BYTES) {
        size = -1;
        errno = EFBIG;
    }
    int error = errno;
    close(descriptor);
    errno = error;
    return size < 0 ? -1 : 0;
}

int price_file_read(struct price_file *file, const char *path, struct text *problems)
{
    struct text content = TEXT_EMPTY;
    *file = (struct price_file){0};
    int result = read_all(path, &content);
    if (result == 0)
        result = price_file_parse(file, content.bytes ? content.bytes : "", content.size, problems);
    else if (errno == ENOENT || errno == ENOTDIR)
        result = 0;
    else
        text_addf(problems, "%s\n", errno == EINVAL ? "not a regular file" : strerror(errno));
    text_free(&content);
    return result;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static void write_prices(const uint64_t prices[TOKEN_KINDS], const char *suffix, struct text *out)
{
    static const char *const keys[TOKEN_KINDS] = {
        [TOKENS_INPUT] = "input_cost_per_token",
        [TOKENS_OUTPUT] = "output_cost_per_token",
        [TOKENS_CACHE_WRITE_5M] = "cache_creation_input_token_cost",
        [TOKENS_CACHE_WRITE_1H] = "cache_creation_input_token_cost_above_1hr",
        [TOKENS_CACHE_READ] = "cache_read_input_token_cost",
    };
    for (int kind = 0; kind < TOKEN_KINDS; kind++) {
        text_addf(out, "\"%s%s\": ", keys[kind], suffix);
        text_add_dollars(out, prices[kind]);
        text_add_string(out, ", ");
    }
}

bool price_entry_date(const struct price_entry *entry, struct text *out)
{
    if (entry->from_us == PRICE_ALWAYS)
        return false;
    char date[32];
    time_t seconds = entry->from_us / MICROSECONDS - (entry->from_us % MICROSECONDS < 0);
    int64_t fraction = entry->from_us - seconds * MICROSECONDS;
    struct tm utc;
    gmtime_r(&seconds, &utc);
    bool is_midnight = !fraction && !utc.tm_hour && !utc.tm_min && !utc.tm_sec;
    strftime(date, sizeof date, is_midnight ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S", &utc);
    text_add_string(out, date);
    if (fraction)
        text_addf(out, ".%06d", (int)fraction);
    text_add_string(out, is_midnight ? "" : "Z");
    return true;
}

void price_entry_write(const struct price_entry *entry, const char *source, struct text *out)
{
    const struct price *price = &entry->price;
    char suffix[48];
    text_add_char(out, '{');
    if (source)
        text_addf(out, "\"source\": \"%s\", ", source);
    if (entry->from_us != PRICE_ALWAYS) {
        text_add_string(out, "\"effective_date\": \"");
        price_entry_date(entry, out);
        text_add_string(out, "\", ");
    }
    write_prices(price->base, "", out);
    snprintf(suffix, sizeof suffix, "_above_%lluk_tokens", (unsigned long long)price->over / 1000);
    if (price->over)
        write_prices(price->above, suffix, out);
    text_addf(out, "\"fast_multiplier\": %u.%u, \"max_input_tokens\": %u}", price->fast_tenths / 10,
              price->fast_tenths % 10, price->context_size);
}

void price_file_write(const struct price_file *file, struct text *out)
{
    text_add_char(out, '{');
    for (size_t i = 0, run; i < file->count; i += run) {
        const struct price_entry *entry = &file->list[i];
        run = price_file_run(file, i);
        text_add_string(out, i ? ",\n  " : "\n  ");
        text_add_json(out, entry->price.name, entry->name_size);
        text_add_string(out, run > 1 ? ": [" : ": ");
        for (size_t k = 0; k < run; k++) {
            text_add_string(out, k ? ",\n    " : "");
            price_entry_write(&entry[k], NULL, out);
        }
        text_add_string(out, run > 1 ? "]" : "");
    }
    text_add_string(out, "\n}\n");
}
