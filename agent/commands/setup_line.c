/* The status line in Claude Code's settings.json, and out of it again: a part of `tacho setup`. */
#include "setup.h"

#include "command.h"
#include "quote.h"
#include "settings.h"

#include "../base/memory.h"
#include "../base/say.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char key[] = "statusLine";
static const char hook_name[] = "tacho-claude";

/*
 * Seconds after which the client draws the line also while nothing happens: for what other sessions and
 * shells do. Its own time pieces change by the minute.
 */
static const char usual_refresh[] = "5";

/* `exec` and an absolute path: Claude Code runs the command by /bin/sh, and Debian's dash would fork for it.
 */
char *setup_hook_command(void)
{
    char *hook = places_beside(hook_name);
    if (!hook || access(hook, X_OK) < 0) {
        say("setup: cannot run %s: %s: install tacho again", hook ? hook : hook_name, strerror(errno));
        free(hook);
        return NULL;
    }
    struct text command = TEXT_EMPTY;
    text_add_string(&command, "exec ");
    quote_posix(&command, hook);
    free(hook);
    return command.bytes;
}

/* ---- the value --------------------------------------------------------------------------------------- */

static json_t *current_value(const struct text *document)
{
    struct settings_member member = settings_find(document->bytes, document->size, key);
    return member.found ? json_loadb(document->bytes + member.value_begin, member.end - member.value_begin,
                                     JSON_DECODE_ANY, NULL)
                        : NULL;
}

/* What the line shall be: ours, with what is there of padding and the like. To be released. */
static json_t *wanted_value(const struct setup_wish *wish, const struct text *document, const char *command)
{
    json_t *before = current_value(document);
    json_t *value = json_pack("{s:s, s:s}", "type", "command", "command", command);
    const char *name;
    json_t *member;
    json_object_foreach(before, name, member)
    {
        if (!json_object_get(value, name))
            json_object_set(value, name, member);
    }
    if (wish->refresh || !json_object_get(value, "refreshInterval")) {
        long seconds = strtol(wish->refresh ? wish->refresh : usual_refresh, NULL, 10);
        json_object_del(value, "refreshInterval");
        if (seconds > 0)
            json_object_set_new(value, "refreshInterval", json_integer(seconds));
    }
    json_decref(before);
    return value;
}

/* The document with the value in it, in the document's own layout. */
static void add_status_line(const struct text *before, const json_t *value, struct text *after)
{
    struct settings_layout layout = settings_layout(before->bytes, before->size);
    struct text written = TEXT_EMPTY;
    const char *newline = layout.newline, *indent = layout.indent, *name, *comma = "";
    json_t *member;
    text_add_char(&written, '{');
    json_object_foreach((json_t *)value, name, member)
    {
        char *dumped = json_dumps(member, JSON_ENCODE_ANY);
        text_addf(&written, "%s%s%s%s", comma, *newline ? newline : *comma ? " " : "", indent, indent);
        text_add_json(&written, name, strlen(name));
        text_addf(&written, ": %s", dumped ? dumped : "null");
        comma = ",";
        free(dumped);
    }
    text_addf(&written, "%s%s}", newline, indent);
    settings_set(before->bytes, before->size, key, &written, after);
    text_free(&written);
}

/* ---- putting it in ------------------------------------------------------------------------------------- */

/*
 * Fills in the record: what was there before Tacho. If a line of ours is replaced by another, that is still
 * what the first record says.
 */
static int remember(struct setup_change *change, const char *current, const char *command)
{
    struct setup_record *record = &change->record;
    const struct text *before = &change->file.content;
    bool ours = record->known && current && record->command && strcmp(current, record->command) == 0;
    if (!ours) {
        struct settings_member member = settings_find(before->bytes, before->size, key);
        setup_record_free(record);
        record->created = !change->file.exists;
        if (member.found)
            record->previous =
                memory_string(before->bytes + member.value_begin, member.end - member.value_begin);
        if (change->file.exists && !(record->backup = setup_change_backup(change)))
            return -1;
    }
    free(record->command);
    record->command = memory_string(command, strlen(command));
    if (setup_change_remember(change) == 0)
        return 0;
    if (!ours && record->backup)
        unlink(record->backup);
    return -1;
}

static int write_line(struct setup_change *change, const char *current, const char *command)
{
    if (remember(change, current, command) < 0)
        return STATUS_FAILED;
    if (setup_change_write(change) < 0) {
        setup_change_forget(change);
        if (change->record.backup)
            unlink(change->record.backup);
        return STATUS_FAILED;
    }
    if (change->record.backup)
        printf("Done. The file as it was: %s\n", change->record.backup);
    else
        puts("Done.");
    terminal_paragraph("", "Claude Code shows the line within a second, also in sessions that run. 'tacho "
                           "setup --undo' takes it back.");
    return STATUS_DONE;
}

/* What the interval in the value costs, measured here. */
static void tell_cost(const json_t *value, const char *command)
{
    json_int_t seconds = json_integer_value(json_object_get(value, "refreshInterval"));
    double cost = seconds > 0 ? setup_draw_cost_us(command) : 0;
    if (cost <= 0)
        return;
    struct text told = TEXT_EMPTY;
    text_addf(
        &told,
        "refreshInterval: the line is drawn every %lld s also while nothing happens. A draw takes %.1f ms "
        "of processor time here, its shell included: %.3f %% of one core for each open session. "
        "--refresh 0 leaves it out.",
        (long long)seconds, cost / 1000, cost / 1e4 / (double)seconds);
    terminal_paragraph("", told.bytes);
    text_free(&told);
}

/* Settings that win over these, and have a line of their own. */
static void tell_of_others(enum setup_scope scope, const char *ours)
{
    for (unsigned other = scope + 1; other < SCOPE_COUNT; other++) {
        char *command = setup_scope_command((enum setup_scope)other);
        char *path = command ? setup_scope_path((enum setup_scope)other) : NULL;
        if (path && strcmp(path, ours) != 0) /* the home directory's settings are the user's */
            printf(
                "%s has a status line of its own, which is what this project shows: 'tacho setup --scope %s' "
                "replaces it.\n",
                path, setup_scope_name((enum setup_scope)other));
        free(path);
        free(command);
    }
}

static int install(struct setup_change *change, enum setup_scope scope)
{
    char *command = setup_hook_command(), *current = setup_line_command(&change->file.content);
    struct text why = TEXT_EMPTY;
    int status = STATUS_FAILED;
    if (!command)
        goto out;
    json_t *value = wanted_value(change->wish, &change->file.content, command);
    json_t *before = current_value(&change->file.content);
    bool same =
        current && strcmp(current, command) == 0 && (!change->wish->refresh || json_equal(value, before));
    json_decref(before);
    if (same) {
        printf("%s has Tacho's status line already.\n", change->file.path);
        status = STATUS_DONE;
    } else if (!change->wish->print && !file_is_writable(&change->file, &why)) {
        say("setup: %s", why.bytes);
    } else {
        add_status_line(&change->file.content, value, &change->after);
        setup_change_show(change);
        if (current && strcmp(current, command) != 0)
            terminal_paragraph("",
                               "There is a status line already. It is kept: 'tacho setup --undo' brings it "
                               "back.");
        tell_cost(value, command);
        if (setup_is_agreed(change->wish, "Write this? [y/N] ", &status))
            status = write_line(change, current, command);
    }
    json_decref(value);
    tell_of_others(scope, change->file.path);
out:
    text_free(&why);
    free(current);
    free(command);
    return status;
}

/* ---- taking it out ------------------------------------------------------------------------------------- */

/* Whether the file is what setup made of `before`, but for the line itself. */
static bool is_untouched(const struct setup_change *change, const struct text *before)
{
    const struct text *now = &change->file.content;
    struct settings_member member = settings_find(now->bytes, now->size, key);
    struct text value = TEXT_EMPTY, made = TEXT_EMPTY;
    text_add(&value, now->bytes + member.value_begin, member.end - member.value_begin);
    settings_set(before->bytes, before->size, key, &value, &made);
    bool same = now->size == made.size && memcmp(now->bytes, made.bytes, made.size) == 0;
    text_free(&value);
    text_free(&made);
    return same;
}

/* Loads the file as it was before; false if there is no copy any more. */
static bool load_backup(const struct setup_change *change, struct file *backup)
{
    struct text why = TEXT_EMPTY;
    const char *path = change->record.backup;
    bool loaded = path && file_load(backup, path, &why) == 0 && backup->exists &&
                  settings_check(backup->content.bytes, backup->content.size, &why);
    text_free(&why);
    return loaded;
}

/* The file was edited since: only the status line goes back to what it was. */
static void restore_status_line(struct setup_change *change)
{
    const struct text *now = &change->file.content;
    if (change->record.previous) {
        struct text value = TEXT_EMPTY;
        text_add_string(&value, change->record.previous);
        settings_set(now->bytes, now->size, key, &value, &change->after);
        text_free(&value);
    } else {
        settings_remove(now->bytes, now->size, key, &change->after);
    }
}

static int forget(struct setup_change *change, bool whole)
{
    const char *backup = change->record.backup;
    if (setup_change_forget(change) < 0)
        return STATUS_FAILED;
    if (whole && backup)
        unlink(backup);
    if (whole)
        printf("Done: %s is as it was.\n", change->file.path);
    else if (backup)
        printf("Done. The rest of the file was edited since and stays; as it was: %s\n", backup);
    else
        puts("Done.");
    return STATUS_DONE;
}

/* There is no line of ours in the file (any more). */
static int undo_nothing(const struct setup_change *change)
{
    printf("%s: its status line is not Tacho's%s: nothing to undo.\n", change->file.path,
           change->record.known ? " any more" : "");
    return change->wish->print || setup_change_forget(change) == 0 ? STATUS_DONE : STATUS_FAILED;
}

static int undo(struct setup_change *change)
{
    static const struct text nothing = TEXT_EMPTY;
    struct setup_record *record = &change->record;
    char *current = setup_line_command(&change->file.content);
    bool ours = current && (record->command ? strcmp(current, record->command) == 0
                                            : strstr(current, hook_name) != NULL);
    free(current);
    if (!ours)
        return undo_nothing(change);
    struct file backup = {0};
    bool whole = false, remove = false;
    if (load_backup(change, &backup) && is_untouched(change, &backup.content)) {
        text_add(&change->after, backup.content.bytes ? backup.content.bytes : "", backup.content.size);
        whole = true;
    } else if (record->known && record->created && is_untouched(change, &nothing)) {
        remove = true;
    } else {
        restore_status_line(change);
    }
    file_free(&backup);
    setup_change_show(change);
    int status;
    if (!setup_is_agreed(change->wish, "Write this? [y/N] ", &status))
        return status;
    if ((remove ? setup_change_remove(change) : setup_change_write(change)) < 0)
        return STATUS_FAILED;
    return forget(change, whole || remove);
}

/* ------------------------------------------------------------------------------------------------------- */

int setup_line(const struct setup_wish *wish)
{
    enum setup_scope scope = wish->scope ? setup_scope_of(wish->scope) : SCOPE_USER;
    struct setup_change change = {0};
    struct text why = TEXT_EMPTY;
    char *path = setup_scope_path(scope);
    int status = STATUS_FAILED;
    if (path && setup_change_load(&change, wish, path) == 0) {
        if (!settings_check(change.file.content.bytes, change.file.content.size, &why))
            say("setup: %s: %s: mend it first; nothing was written", path, why.bytes);
        else
            status = wish->undo ? undo(&change) : install(&change, scope);
    }
    setup_change_free(&change);
    text_free(&why);
    free(path);
    return status;
}
