/* [stream] in the configuration: see stream_settings.h. */
#include "stream_settings.h"

#include "../base/setting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RING_LEAST = 64, RING_MOST = 1 << 20 };

struct preset {
    const char *name;
    struct stream_settings settings;
};

/* An event has 64 bytes: 256 KiB, 4 MiB, 32 KiB, 256 KiB. */
static const struct preset presets[] = {
    {"default", {4096, 2048, 1024}},  {"performance", {65536, 32768, 16384}}, {"memory", {512, 256, 128}},
    {"low-latency", {4096, 512, 64}}, {"custom", {4096, 2048, 1024}},
};

static const struct preset *preset_find(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

/* The number of a setting; NULL if there is no such. */
static uint32_t *number_of(struct stream_settings *settings, const char *name)
{
    if (strcmp(name, "stream.ring") == 0)
        return &settings->ring;
    if (strcmp(name, "stream.lag") == 0)
        return &settings->lag;
    return strcmp(name, "stream.patience") == 0 ? &settings->patience : NULL;
}

static bool read_number(const char *value, uint32_t least, uint32_t *number)
{
    char *end;
    errno = 0;
    unsigned long long read = strtoull(value, &end, 10);
    if (errno || end == value || *end || value[0] < '0' || value[0] > '9' || read < least || read > RING_MOST)
        return false;
    *number = (uint32_t)read;
    return true;
}

static bool read_ring(const char *value, uint32_t *ring)
{
    return read_number(value, RING_LEAST, ring) && (*ring & (*ring - 1)) == 0;
}

bool stream_settings_take(const char *name)
{
    return strncmp(name, "stream.", 7) == 0;
}

bool stream_settings_check(const char *name, const char *value, struct text *why)
{
    struct stream_settings settings;
    uint32_t *number = number_of(&settings, name);
    bool is_preset = strcmp(name, "stream.preset") == 0, is_ring = number == &settings.ring;
    if (!number && !is_preset)
        text_add_string(why, "no such setting; there are preset, ring, lag and patience");
    else if (is_preset && !preset_find(value))
        text_add_string(why,
                        "no such preset; there are default, performance, memory, low-latency and custom");
    else if (is_ring && !read_ring(value, number))
        text_addf(why, "expected a power of two from %d to %d", RING_LEAST, RING_MOST);
    else if (number && !is_ring && !read_number(value, 1, number))
        text_addf(why, "expected a number of events from 1 to %d", RING_MOST);
    else
        return true;
    return false;
}

/* Reads the last value of that name that can be used. */
static bool find(const struct text *content, const char *name, struct text *value)
{
    struct text why = TEXT_EMPTY;
    text_clear(value);
    bool found = setting_find(content->bytes, content->size, name, value) &&
                 stream_settings_check(name, value->bytes, &why);
    text_free(&why);
    return found;
}

struct stream_settings stream_settings_read(const char *path)
{
    static const char *const numbers[] = {"stream.ring", "stream.lag", "stream.patience"};
    struct stream_settings settings = presets[0].settings;
    struct text content = TEXT_EMPTY, value = TEXT_EMPTY;
    if (setting_load(path, &content) && content.size > 0) {
        if (find(&content, "stream.preset", &value))
            settings = preset_find(value.bytes)->settings;
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            if (find(&content, numbers[i], &value))
                *number_of(&settings, numbers[i]) = (uint32_t)strtoul(value.bytes, NULL, 10);
    }
    text_free(&content);
    text_free(&value);
    return settings;
}
