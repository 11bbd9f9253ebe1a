/* The configuration file: see config.h. */
#include "config.h"

#include "../base/say.h"
#include "../base/text.h"
#include "../meter/personal.h"

#include "../../shm/place.h"

#include <git2.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int config_path(char *out, size_t size, const char *const *environment)
{
    return place_config(out, size, environment, "") < 0 ? -1 : 0;
}

/* The number of the first line that mentions `name`, for messages; 0: none (libgit2 1.5 does not say). */
static int line_of(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    char line[1024];
    int number = 0, found = 0;
    while (!found && fgets(line, sizeof line, file)) {
        number++;
        if (strcasestr(line, name))
            found = number;
    }
    fclose(file);
    return found;
}

struct reading {
    const char *path;
    struct look *look;
    struct weights *weights;
};

static void reading_complain(const struct reading *reading, const char *name, const char *value,
                             const char *why)
{
    const char *last = strrchr(name, '.');
    say("%s:%d: %s = %s: %s", reading->path, line_of(reading->path, last ? last + 1 : name), name,
        value ? value : "", why);
}

static void reading_weights(const struct reading *reading, const git_config_entry *entry)
{
    struct text why = TEXT_EMPTY;
    if (weights_read(reading->weights, entry->value ? entry->value : "true", &why) < 0)
        reading_complain(reading, entry->name, entry->value, why.bytes);
    text_free(&why);
}

static int reading_entry(const git_config_entry *entry, void *data)
{
    const struct reading *reading = data;
    int flag;
    if (strcmp(entry->name, "line.theme") == 0) {
        const struct theme *theme = render_theme(entry->value);
        if (theme)
            reading->look->theme = theme;
        else
            reading_complain(reading, entry->name, entry->value, "no such theme; there are dark and light");
    } else if (strcmp(entry->name, "line.ascii") == 0) {
        if (git_config_parse_bool(&flag, entry->value) == 0)
            reading->look->ascii = flag != 0;
        else
            reading_complain(reading, entry->name, entry->value, "use true or false");
    } else if (strcmp(entry->name, PERSONAL_WEIGHTS) == 0) {
        reading_weights(reading, entry);
    } else {
        reading_complain(reading, entry->name, entry->value, "not a setting that this version knows");
    }
    return 0;
}

void config_read(const char *path, struct look *look, struct weights *weights)
{
    if (access(path, F_OK) < 0)
        return;
    git_config *config = NULL;
    struct reading reading = {path, look, weights};
    if (git_config_new(&config) < 0)
        return;
    if (git_config_add_file_ondisk(config, path, GIT_CONFIG_LEVEL_APP, NULL, 0) < 0 ||
        git_config_foreach(config, reading_entry, &reading) < 0) {
        const git_error *error = git_error_last();
        say("%s: %s; what stands before that applies", path, error ? error->message : "cannot be read");
    }
    git_config_free(config);
}
