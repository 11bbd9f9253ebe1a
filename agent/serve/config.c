/* The configuration file: see config.h. */
#include "config.h"

#include "../base/say.h"
#include "../base/setting.h"
#include "../meter/personal.h"

#include "../../shm/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int config_path(char *out, size_t size, const char *const *environment)
{
    return place_config(out, size, environment, "") < 0 ? -1 : 0;
}

struct reading {
    const char *path;
    struct setting_reader entry;
    struct look *look;
    struct weights *weights;
    void (*tell)(const char *mistake);
    unsigned mistakes;
};

static void reading_tell(struct reading *reading, const char *what, const char *why)
{
    struct text mistake = TEXT_EMPTY;
    reading->mistakes++;
    text_addf(&mistake, "%s:%u: %s%s", reading->path, setting_line(&reading->entry, reading->entry.begin),
              what, why);
    if (reading->tell)
        reading->tell(mistake.bytes);
    text_free(&mistake);
}

static void reading_complain(struct reading *reading, const char *why)
{
    const struct setting_reader *entry = &reading->entry;
    struct text what = TEXT_EMPTY;
    text_addf(&what, "%s.%s = %s: ", entry->section.bytes, entry->key.bytes, entry->value.bytes);
    reading_tell(reading, what.bytes, why);
    text_free(&what);
}

static void reading_weights(struct reading *reading)
{
    struct text why = TEXT_EMPTY;
    if (weights_read(reading->weights, reading->entry.value.bytes, &why) < 0)
        reading_complain(reading, why.bytes);
    text_free(&why);
}

/* What git takes for a truth. */
static int read_flag(const char *value)
{
    static const char *const words[2][5] = {{"false", "no", "off", "0", ""}, {"true", "yes", "on", "1"}};
    for (int flag = 0; flag < 2; flag++)
        for (int i = 0; i < 5 && words[flag][i]; i++)
            if (strcasecmp(value, words[flag][i]) == 0)
                return flag;
    return -1;
}

static void reading_entry(struct reading *reading)
{
    const char *value = reading->entry.value.bytes;
    if (setting_is(&reading->entry, "line.theme")) {
        const struct theme *theme = render_theme(value);
        if (theme)
            reading->look->theme = theme;
        else
            reading_complain(reading, "no such theme; there are dark and light");
    } else if (setting_is(&reading->entry, "line.ascii")) {
        int flag = read_flag(value);
        if (flag >= 0)
            reading->look->ascii = flag != 0;
        else
            reading_complain(reading, "use true or false");
    } else if (setting_is(&reading->entry, PERSONAL_WEIGHTS)) {
        reading_weights(reading);
    } else {
        reading_complain(reading, "not a setting that this version knows");
    }
}

unsigned config_read_text(const char *path, const struct text *content, struct look *look,
                          struct weights *weights, void (*tell)(const char *mistake))
{
    struct reading reading = {.path = path, .look = look, .weights = weights, .tell = tell};
    enum setting_item item;
    setting_begin(&reading.entry, content->bytes ? content->bytes : "", content->size);
    while ((item = setting_next(&reading.entry)) == SETTING_SECTION || item == SETTING_VALUE)
        if (item == SETTING_VALUE)
            reading_entry(&reading);
    if (item == SETTING_WRONG)
        reading_tell(&reading, "",
                     "neither [section], nor key = value, nor # comment: what stands before applies");
    setting_finish(&reading.entry);
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
