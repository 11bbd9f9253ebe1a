/*
 * Where Claude Code's settings are: the user's, the project's and the person's own for the project
 * (settings.local.json), which wins over the project's, which wins over the user's.
 */
#include "setup.h"

#include "command.h"
#include "settings.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../ingest/log_tree.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[SCOPE_COUNT] = {"user", "project", "local"};

enum setup_scope setup_scope_of(const char *name)
{
    unsigned scope = 0;
    while (scope < SCOPE_COUNT && strcmp(names[scope], name) != 0)
        scope++;
    return (enum setup_scope)scope;
}

const char *setup_scope_name(enum setup_scope scope)
{
    return names[scope];
}

/* The settings.json of the first config directory; Claude Code's own rule where the variable is not set. */
static char *user_path(void)
{
    struct text path = TEXT_EMPTY;
    const char *variable = getenv("CLAUDE_CONFIG_DIR"), *home = getenv("HOME");
    if (variable && *variable) {
        char **directories = log_tree_directories(places_environment());
        if (directories[0])
            text_addf(&path, "%s/settings.json", directories[0]);
        log_tree_free_directories(directories);
    } else if (home && *home) {
        text_addf(&path, "%s/.claude/settings.json", home);
    }
    if (!path.size)
        say("setup: cannot tell where Claude Code's settings.json is: set HOME or CLAUDE_CONFIG_DIR");
    return path.bytes;
}

char *setup_scope_path(enum setup_scope scope)
{
    char directory[PATH_MAX];
    struct text path = TEXT_EMPTY;
    if (scope == SCOPE_USER)
        return user_path();
    if (!getcwd(directory, sizeof directory)) {
        say("setup: this directory is not there any more: go to the project's");
        return NULL;
    }
    text_addf(&path, "%s/.claude/settings%s.json", directory, scope == SCOPE_LOCAL ? ".local" : "");
    return path.bytes;
}

char *setup_line_command(const struct text *document)
{
    struct settings_member member = settings_find(document->bytes, document->size, "statusLine");
    if (!member.found)
        return NULL;
    json_t *value = json_loadb(document->bytes + member.value_begin, member.end - member.value_begin,
                               JSON_DECODE_ANY, NULL);
    const char *command = json_string_value(json_object_get(value, "command"));
    char *copy = command ? memory_string(command, strlen(command)) : NULL;
    json_decref(value);
    return copy;
}

char *setup_scope_command(enum setup_scope scope)
{
    struct file file = {0};
    struct text why = TEXT_EMPTY;
    char *path = setup_scope_path(scope), *command = NULL;
    if (path && file_load(&file, path, &why) == 0 && file.exists &&
        settings_is_object(file.content.bytes ? file.content.bytes : "", file.content.size))
        command = setup_line_command(&file.content);
    file_free(&file);
    text_free(&why);
    free(path);
    return command;
}
