/* The configuration file: see config.h. */
#include "config.h"
#include "stream_settings.h"

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

struct mistake {
    unsigned line;
    char *what;
};
struct config config_default(void)
{
    return (struct config){render_look_default(), weights_default(), alert_rules_default()};
}

void config_free(struct config *config)
{
    look_free(&config->look);
    alert_rules_free(&config->alerts);
}

struct reading {
    struct setting_reader entry;
    struct config *config;
    struct mistake *mistakes;
    size_t mistake_count, mistake_room;
    struct look_setting *settings; /* those of the look, */
    unsigned *lines;               /* and where they stand */
    size_t count, room;
    bool has_alerts;
};

/* `what` is the reading's from now on. */
static void reading_note(struct reading *reading, unsigned line, char *what)
{
    reading->mistakes = memory_grow(reading->mistakes, reading->mistake_count, &reading->mistake_room,
                                    sizeof *reading->mistakes);
    reading->mistakes[reading->mistake_count++] = (struct mistake){line, what};
}

static unsigned reading_line(const struct reading *reading)
{
    return setting_line(&reading->entry, reading->entry.begin);
}

static void reading_complain(struct reading *reading, unsigned line, const char *name, const char *value,
                             const char *why)
{
    struct text what = TEXT_EMPTY;
    text_addf(&what, "%s = %s: %s", name, value, why);
    reading_note(reading, line, what.bytes);
}

static void reading_weights(struct reading *reading, const char *name)
{
    struct text why = TEXT_EMPTY;
    if (weights_read(&reading->config->weights, reading->entry.value.bytes, &why) < 0)
        reading_complain(reading, reading_line(reading), name, reading->entry.value.bytes, why.bytes);
    text_free(&why);
}

static void reading_alert(struct reading *reading, const char *name)
{
    struct text why = TEXT_EMPTY;
    reading->has_alerts = true;
    if (alert_rules_set(&reading->config->alerts, name, reading->entry.value.bytes, reading_line(reading),
                        &why) < 0)
        reading_complain(reading, reading_line(reading), name, reading->entry.value.bytes, why.bytes);
    text_free(&why);
}

/* They are read where they are used; here they are checked. */
static void reading_stream(struct reading *reading, const char *name)
{
    struct text why = TEXT_EMPTY;
    if (!stream_settings_check(name, reading->entry.value.bytes, &why))
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
    else if (stream_settings_take(name.bytes))
        reading_stream(reading, name.bytes);
    else if (alert_rules_take(name.bytes))
        reading_alert(reading, name.bytes);
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

static int compare_lines(const void *a, const void *b)
{
    const struct mistake *one = a, *other = b;
    return (one->line > other->line) - (one->line < other->line);
}

/* Settings are made sense of in an order of their own; a person goes through the file from its top. */
static void reading_tell(struct reading *reading, config_tell *tell, void *data)
{
    if (reading->mistake_count)
        qsort(reading->mistakes, reading->mistake_count, sizeof *reading->mistakes, compare_lines);
    for (size_t i = 0; i < reading->mistake_count; i++) {
        if (tell)
            tell(data, reading->mistakes[i].line, reading->mistakes[i].what);
        free(reading->mistakes[i].what);
    }
    free(reading->mistakes);
}

static void reading_finish_alerts(struct reading *reading)
{
    char name[ALERT_NAME_MAX];
    unsigned line;
    while (alert_rules_drop_empty(&reading->config->alerts, name, &line)) {
        struct text what = TEXT_EMPTY;
        text_addf(&what, "[alert \"%s\"]: without `when` it is never raised", name);
        if (name[0])
            reading_note(reading, line, what.bytes);
        else
            text_free(&what);
    }
}

/* What rules look at of a session is gathered as if its line showed it. */
static void reading_note_alerts(struct config *config)
{
    for (size_t i = 0; i < config->alerts.count; i++) {
        const struct alert_rule *rule = &config->alerts.list[i];
        if (rule->enabled && segment_scope(rule->condition.segment) == SEGMENT_OF_SESSION)
            look_note(&config->look, rule->condition.segment);
    }
}

static void reading_finish(struct reading *reading)
{
    reading_finish_alerts(reading);
    if (reading->count > 0 || reading->has_alerts)
        reading->config->look = look_build(reading->settings, reading->count, reading_look_mistake, reading);
    reading_note_alerts(reading->config);
    for (size_t i = 0; i < reading->count; i++) {
        free((char *)(uintptr_t)reading->settings[i].name);
        free((char *)(uintptr_t)reading->settings[i].value);
    }
    free(reading->settings);
    free(reading->lines);
    setting_finish(&reading->entry);
}

unsigned config_read_text(const struct text *content, struct config *config, config_tell *tell, void *data)
{
    struct reading reading = {.config = config};
    enum setting_item item;
    setting_begin(&reading.entry, content->bytes ? content->bytes : "", content->size);
    while ((item = setting_next(&reading.entry)) == SETTING_SECTION || item == SETTING_VALUE)
        if (item == SETTING_VALUE)
            reading_entry(&reading);
    if (item == SETTING_WRONG) {
        static const char why[] =
            "neither [section], nor key = value, nor # comment: what stands before applies";
        reading_note(&reading, reading_line(&reading), memory_string(why, sizeof why - 1));
    }
    reading_finish(&reading);
    reading_tell(&reading, tell, data);
    return (unsigned)reading.mistake_count;
}

static void say_mistake(void *path, unsigned line, const char *mistake)
{
    say("%s:%u: %s", (const char *)path, line, mistake);
}

unsigned config_read(const char *path, struct config *config)
{
    struct text content = TEXT_EMPTY;
    unsigned mistakes = 0;
    if (setting_load(path, &content)) {
        mistakes = config_read_text(&content, config, say_mistake, (void *)(uintptr_t)path);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        say("%s: %s: nothing in it applies", path, strerror(errno));
        mistakes = 1;
    }
    text_free(&content);
    return mistakes;
}
