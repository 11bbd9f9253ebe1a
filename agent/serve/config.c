/* The configuration file: see config.h. */
#include "config.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/setting.h"
#include "../meter/personal.h"
#include "../render/look_build.h"

#include "../../shm/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int config_path(char *out, size_t size, const char *const *environment)
{
    return place_config(out, size, environment, "") < 0 ? -1 : 0;
}

struct reading {
    const char *path;
    struct setting_reader entry;
    struct weights *weights;
    void (*tell)(const char *mistake);
    unsigned mistakes;
    struct look_setting *settings; /* those of the look, */
    unsigned *lines;               /* and where they stand */
    size_t count, room;
};

static void reading_tell(struct reading *reading, unsigned line, const char *what, const char *why)
{
    struct text mistake = TEXT_EMPTY;
    reading->mistakes++;
    text_addf(&mistake, "%s:%u: %s%s", reading->path, line, what, why);
    if (reading->tell)
        reading->tell(mistake.bytes);
    text_free(&mistake);
}

static unsigned reading_line(const struct reading *reading)
{
    return setting_line(&reading->entry, reading->entry.begin);
}

static void reading_complain(struct reading *reading, unsigned line, const char *name, const char *value,
                             const char *why)
{
    struct text what = TEXT_EMPTY;
    text_addf(&what, "%s = %s: ", name, value);
    reading_tell(reading, line, what.bytes, why);
    text_free(&what);
}

static void reading_weights(struct reading *reading, const char *name)
{
    struct text why = TEXT_EMPTY;
    if (weights_read(reading->weights, reading->entry.value.bytes, &why) < 0)
        reading_complain(reading, reading_line(reading), name, reading->entry.value.bytes, why.bytes);
    text_free(&why);
}

/* Settings of the look depend on each other: they are built when all are read. */
static void reading_keep(struct reading *reading, const char *name)
{
    if (reading->count == reading->room) {
        reading->room = reading->room ? reading->room * 2 : 32;
        reading->settings = memory_resize(reading->settings, reading->room * sizeof *reading->settings);
        reading->lines = memory_resize(reading->lines, reading->room * sizeof *reading->lines);
    }
    const struct text *value = &reading->entry.value;
    reading->settings[reading->count] =
        (struct look_setting){memory_string(name, strlen(name)), memory_string(value->bytes, value->size)};
    reading->lines[reading->count++] = reading_line(reading);
}

static void reading_entry(struct reading *reading)
{
    struct text name = TEXT_EMPTY;
    text_addf(&name, "%s.%s", reading->entry.section.bytes, reading->entry.key.bytes);
    if (look_takes(name.bytes))
        reading_keep(reading, name.bytes);
    else if (setting_is(&reading->entry, PERSONAL_WEIGHTS))
        reading_weights(reading, name.bytes);
    else
        reading_complain(reading, reading_line(reading), name.bytes, reading->entry.value.bytes,
                         "not a setting that this version knows");
    text_free(&name);
}

static void reading_look_mistake(void *data, const struct look_setting *setting, const char *why)
{
    struct reading *reading = data;
    reading_complain(reading, reading->lines[setting - reading->settings], setting->name, setting->value,
                     why);
}

static void reading_finish(struct reading *reading, struct look *look)
{
    if (reading->count > 0)
        *look = look_build(reading->settings, reading->count, reading_look_mistake, reading);
    for (size_t i = 0; i < reading->count; i++) {
        free((char *)(uintptr_t)reading->settings[i].name);
        free((char *)(uintptr_t)reading->settings[i].value);
    }
    free(reading->settings);
    free(reading->lines);
    setting_finish(&reading->entry);
}

unsigned config_read_text(const char *path, const struct text *content, struct look *look,
                          struct weights *weights, void (*tell)(const char *mistake))
{
    struct reading reading = {.path = path, .weights = weights, .tell = tell};
    enum setting_item item;
    setting_begin(&reading.entry, content->bytes ? content->bytes : "", content->size);
    while ((item = setting_next(&reading.entry)) == SETTING_SECTION || item == SETTING_VALUE)
        if (item == SETTING_VALUE)
            reading_entry(&reading);
    if (item == SETTING_WRONG)
        reading_tell(&reading, reading_line(&reading), "",
                     "neither [section], nor key = value, nor # comment: what stands before applies");
    reading_finish(&reading, look);
    return reading.mistakes;
}

static void say_mistake(const char *mistake)
{
    say("%s", mistake);
}

unsigned config_read(const char *path, struct look *look, struct weights *weights)
{
    struct text content = TEXT_EMPTY;
    unsigned mistakes = 0;
    if (setting_load(path, &content)) {
        mistakes = config_read_text(path, &content, look, weights, say_mistake);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        say("%s: %s: nothing in it applies", path, strerror(errno));
        mistakes = 1;
    }
    text_free(&content);
    return mistakes;
}
