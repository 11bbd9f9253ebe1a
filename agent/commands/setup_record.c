/* setup.json: an object with one member for each settings file. See setup_record.h. */
#include "setup_record.h"

#include "command.h"
#include "file.h"

#include "../base/memory.h"
#include "../base/say.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *member(const json_t *record, const char *key)
{
    const json_t *value = json_object_get(record, key);
    return json_is_string(value) ? memory_string(json_string_value(value), json_string_length(value)) : NULL;
}

/* The whole document; a damaged one counts as empty: the backups beside the settings files are still there.
 */
static json_t *records_load(const struct file *file)
{
    json_error_t error;
    json_t *records = file->exists ? json_loadb(file->content.bytes ? file->content.bytes : "",
                                                file->content.size, 0, &error)
                                   : NULL;
    if (json_is_object(records))
        return records;
    json_decref(records);
    return json_object();
}

static int records_open(struct file *file)
{
    char *path = places_state("setup.json");
    struct text why = TEXT_EMPTY;
    int result = path ? file_load(file, path, &why) : -1;
    if (path && result < 0) {
        say("setup: %s", why.bytes);
        file_free(file);
    }
    text_free(&why);
    free(path);
    return result;
}

struct setup_record setup_record_read(const char *settings)
{
    struct setup_record record = {0};
    struct file file;
    if (records_open(&file) < 0)
        return record;
    json_t *records = records_load(&file);
    const json_t *found = json_object_get(records, settings);
    if (json_is_object(found)) {
        record.known = true;
        record.created = json_is_true(json_object_get(found, "created"));
        record.backup = member(found, "backup");
        record.previous = member(found, "previous");
        record.command = member(found, "command");
        record.made = member(found, "made");
    }
    json_decref(records);
    file_free(&file);
    return record;
}

int setup_record_write(const char *settings, const struct setup_record *record)
{
    struct file file;
    if (records_open(&file) < 0)
        return -1;
    json_t *records = records_load(&file);
    if (record->known)
        json_object_set_new(records, settings,
                            json_pack("{s:b, s:s*, s:s*, s:s*, s:s*}", "created", record->created, "backup",
                                      record->backup, "previous", record->previous, "command",
                                      record->command, "made", record->made));
    else
        json_object_del(records, settings);
    struct text content = TEXT_EMPTY, why = TEXT_EMPTY;
    int result = 0;
    if (json_object_size(records) > 0) {
        char *dumped = json_dumps(records, JSON_INDENT(2) | JSON_SORT_KEYS);
        text_addf(&content, "%s\n", dumped ? dumped : "{}");
        free(dumped);
        result = file_replace(&file, &content, &why);
    } else if (file.exists && unlink(file.target) < 0) {
        text_addf(&why, "%s: %s", file.target, strerror(errno));
        result = -1;
    }
    if (result < 0)
        say("setup: %s", why.bytes);
    text_free(&why);
    text_free(&content);
    json_decref(records);
    file_free(&file);
    return result;
}

void setup_record_free(struct setup_record *record)
{
    free(record->backup);
    free(record->previous);
    free(record->command);
    free(record->made);
    *record = (struct setup_record){0};
}
