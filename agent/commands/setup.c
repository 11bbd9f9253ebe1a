/* `tacho setup`: puts the status line into Claude Code's settings.json, and takes it out again. */
#include "command.h"
#include "diff.h"
#include "file.h"
#include "settings.h"
#include "setup_record.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../ingest/log_tree.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho setup [--undo] [--yes] [--print]\n"
    "\n"
    "Makes Claude Code show Tacho's status line: sets \"statusLine\" in its settings.json. Shows the change\n"
    "first, asks, and keeps a copy of the file beside it. Everything else in the file stays as it is.\n"
    "\n"
    "  --undo    put the file back as it was; if it was edited since, only the status line\n"
    "  --yes     do not ask\n"
    "  --print   only show the change\n"
    "\n"
    "examples:\n"
    "  tacho setup\n"
    "  CLAUDE_CONFIG_DIR=~/work/.claude tacho setup --print\n"
    "  tacho setup --undo --yes\n";

static const char key[] = "statusLine";
static const char hook_name[] = "tacho-claude";

struct setup {
    struct file file;
    struct setup_record record;
    struct text after; /* what the file shall hold */
    bool undo, yes, print;
};

/* ---- what is to be written ---------------------------------------------------------------------------- */

/* The settings.json of the first config directory; Claude Code's own rule where the variable is not set. */
static char *settings_path(void)
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

/*
 * `exec` and an absolute path: Claude Code runs the command by /bin/sh, and Debian's dash would fork for it.
 * NULL after saying why not.
 */
static char *hook_command(void)
{
    char *hook = places_beside(hook_name);
    if (!hook || access(hook, X_OK) < 0) {
        say("setup: cannot run %s: %s: install tacho again", hook ? hook : hook_name, strerror(errno));
        free(hook);
        return NULL;
    }
    struct text command = TEXT_EMPTY;
    text_add_string(&command, "exec '");
    for (const char *at = hook; *at; at++) {
        if (*at == '\'')
            text_add_string(&command, "'\\''");
        else
            text_add_char(&command, *at);
    }
    text_add_char(&command, '\'');
    free(hook);
    return command.bytes;
}

/* The document with our status line in it, in the document's own layout. */
static void add_status_line(const struct text *before, const char *command, struct text *after)
{
    struct settings_layout layout = settings_layout(before->bytes, before->size);
    struct text value = TEXT_EMPTY;
    const char *newline = layout.newline, *indent = layout.indent;
    text_addf(&value, "{%s%s%s\"type\": \"command\",%s%s%s%s\"command\": ", newline, indent, indent, newline,
              indent, indent, *newline ? "" : " ");
    text_add_json(&value, command, strlen(command));
    text_addf(&value, "%s%s}", newline, indent);
    settings_set(before->bytes, before->size, key, &value, after);
    text_free(&value);
}

/* The command of the document's status line, to be freed; NULL: it has none. */
static char *current_command(const struct text *document)
{
    struct settings_member member = settings_find(document->bytes, document->size, key);
    if (!member.found)
        return NULL;
    json_t *value = json_loadb(document->bytes + member.value_begin, member.end - member.value_begin,
                               JSON_DECODE_ANY, NULL);
    const char *command = json_string_value(json_object_get(value, "command"));
    char *copy = command ? memory_string(command, strlen(command)) : NULL;
    json_decref(value);
    return copy;
}

/* ---- showing, asking, writing ------------------------------------------------------------------------- */

static void show_change(const struct setup *setup)
{
    struct text diff = TEXT_EMPTY;
    const struct text *before = &setup->file.content;
    diff_write(&diff, before->bytes ? before->bytes : "", before->size,
               setup->after.bytes ? setup->after.bytes : "", setup->after.size,
               terminal_colour(stdout, COLOUR_AUTO));
    printf("%s%s\n", setup->file.path, setup->file.exists ? "" : " (new)");
    if (setup->file.is_link)
        printf("is a symlink; what is changed is %s\n", setup->file.target);
    fwrite(diff.bytes, 1, diff.size, stdout);
    text_free(&diff);
}

/* Whether to go on; if not, *status is what to exit with. */
static bool is_agreed(const struct setup *setup, int *status)
{
    *status = STATUS_DONE;
    if (setup->print)
        return false;
    if (setup->yes)
        return true;
    *status = STATUS_FAILED;
    if (!isatty(STDIN_FILENO)) {
        fflush(stdout);
        say("setup: nothing was written: there is no terminal to ask on; run it with --yes");
        return false;
    }
    if (terminal_agrees("Write this? [y/N] "))
        return true;
    puts("Nothing was written.");
    return false;
}

static int write_file(const struct setup *setup)
{
    struct text why = TEXT_EMPTY;
    int result = file_is_writable(&setup->file, &why) ? file_replace(&setup->file, &setup->after, &why) : -1;
    if (result < 0)
        say("setup: %s", why.bytes);
    text_free(&why);
    return result;
}

/* The path of a copy beside the file, or NULL after saying why there is none. */
static char *make_backup(const struct file *file)
{
    struct text why = TEXT_EMPTY;
    char *path = file_backup(file, &why);
    if (!path)
        say("setup: %s", why.bytes);
    text_free(&why);
    return path;
}

/* ---- setup -------------------------------------------------------------------------------------------- */

/*
 * Fills in the record: what was there before Tacho. If a line of ours is replaced by another, that is still
 * what the first record says.
 */
static int remember(struct setup *setup, const char *current, const char *command)
{
    struct setup_record *record = &setup->record;
    bool ours = record->known && current && record->command && strcmp(current, record->command) == 0;
    if (!ours) {
        struct settings_member member =
            settings_find(setup->file.content.bytes, setup->file.content.size, key);
        setup_record_free(record);
        record->created = !setup->file.exists;
        if (member.found)
            record->previous = memory_string(setup->file.content.bytes + member.value_begin,
                                             member.end - member.value_begin);
        if (setup->file.exists && !(record->backup = make_backup(&setup->file)))
            return -1;
    }
    free(record->command);
    record->known = true;
    record->command = memory_string(command, strlen(command));
    if (setup_record_write(setup->file.target, record) == 0)
        return 0;
    if (!ours && record->backup)
        unlink(record->backup);
    return -1;
}

static int install(struct setup *setup, const char *command)
{
    char *current = current_command(&setup->file.content);
    int status = STATUS_FAILED;
    if (current && strcmp(current, command) == 0) {
        printf("%s has Tacho's status line already.\n", setup->file.path);
        free(current);
        return STATUS_DONE;
    }
    struct text why = TEXT_EMPTY;
    if (!setup->print && !file_is_writable(&setup->file, &why)) {
        say("setup: %s", why.bytes);
        goto out;
    }
    add_status_line(&setup->file.content, command, &setup->after);
    show_change(setup);
    if (settings_find(setup->file.content.bytes, setup->file.content.size, key).found)
        puts("There is a status line already. It is kept: 'tacho setup --undo' brings it back.");
    if (!is_agreed(setup, &status))
        goto out;
    status = STATUS_FAILED;
    if (remember(setup, current, command) < 0)
        goto out;
    if (write_file(setup) < 0) {
        struct setup_record none = {0};
        setup_record_write(setup->file.target, &none);
        if (setup->record.backup)
            unlink(setup->record.backup);
        goto out;
    }
    if (setup->record.backup)
        printf("Done. The file as it was: %s\n", setup->record.backup);
    else
        puts("Done.");
    puts("Claude Code shows the line within a second, also in sessions that run. 'tacho setup --undo' takes "
         "it back.\n"
         "For your shell's prompt: tacho help init");
    status = STATUS_DONE;
out:
    text_free(&why);
    free(current);
    return status;
}

/* ---- undo --------------------------------------------------------------------------------------------- */

/* Whether the file still is what setup made of `before`. */
static bool is_untouched(const struct setup *setup, const struct text *before)
{
    struct text made = TEXT_EMPTY;
    const struct text *now = &setup->file.content;
    add_status_line(before, setup->record.command, &made);
    bool same = now->size == made.size && memcmp(now->bytes, made.bytes, made.size) == 0;
    text_free(&made);
    return same;
}

/* Loads the file as it was before; false if there is no copy any more. */
static bool load_backup(const struct setup *setup, struct file *backup)
{
    struct text why = TEXT_EMPTY;
    bool loaded =
        setup->record.backup && file_load(backup, setup->record.backup, &why) == 0 && backup->exists;
    loaded = loaded && settings_check(backup->content.bytes, backup->content.size, &why);
    text_free(&why);
    return loaded;
}

/* The file was edited since: only the status line goes back to what it was. */
static void restore_status_line(struct setup *setup)
{
    const struct text *now = &setup->file.content;
    if (setup->record.previous) {
        struct text value = TEXT_EMPTY;
        text_add_string(&value, setup->record.previous);
        settings_set(now->bytes, now->size, key, &value, &setup->after);
        text_free(&value);
    } else {
        settings_remove(now->bytes, now->size, key, &setup->after);
    }
}

static int forget(struct setup *setup, bool whole)
{
    struct setup_record none = {0};
    if (setup->record.known && setup_record_write(setup->file.target, &none) < 0)
        return STATUS_FAILED;
    if (whole && setup->record.backup)
        unlink(setup->record.backup);
    if (whole)
        printf("Done: %s is as it was.\n", setup->file.path);
    else if (setup->record.backup)
        printf("Done. The rest of the file was edited since and stays; as it was: %s\n",
               setup->record.backup);
    else
        puts("Done.");
    return STATUS_DONE;
}

static int remove_created(struct setup *setup)
{
    if (unlink(setup->file.target) == 0)
        return forget(setup, true);
    say("setup: %s: cannot remove it: %s", setup->file.target, strerror(errno));
    return STATUS_FAILED;
}

static int undo(struct setup *setup)
{
    static const struct text nothing = TEXT_EMPTY;
    struct setup_record *record = &setup->record;
    char *current = current_command(&setup->file.content);
    bool ours = current && (record->command ? strcmp(current, record->command) == 0
                                            : strstr(current, hook_name) != NULL);
    free(current);
    if (!ours) {
        printf("%s: its status line is not Tacho's%s: nothing to undo.\n", setup->file.path,
               record->known ? " any more" : "");
        struct setup_record none = {0};
        return setup->print || !record->known || setup_record_write(setup->file.target, &none) == 0
                   ? STATUS_DONE
                   : STATUS_FAILED;
    }
    struct file backup = {0};
    bool whole = false, remove = false;
    if (load_backup(setup, &backup) && is_untouched(setup, &backup.content)) {
        text_add(&setup->after, backup.content.bytes ? backup.content.bytes : "", backup.content.size);
        whole = true;
    } else if (record->known && record->created && is_untouched(setup, &nothing)) {
        remove = true;
    } else {
        restore_status_line(setup);
    }
    file_free(&backup);
    show_change(setup);
    int status;
    if (!is_agreed(setup, &status))
        return status;
    if (remove)
        return remove_created(setup);
    return write_file(setup) < 0 ? STATUS_FAILED : forget(setup, whole);
}

/* ------------------------------------------------------------------------------------------------------- */

static int setup_run(struct setup *setup)
{
    struct text why = TEXT_EMPTY;
    char *path = settings_path();
    char *command = setup->undo ? NULL : hook_command();
    int status = STATUS_FAILED;
    if (!path || (!setup->undo && !command))
        goto out;
    if (file_load(&setup->file, path, &why) < 0) {
        say("setup: %s", why.bytes);
    } else if (!settings_check(setup->file.content.bytes, setup->file.content.size, &why)) {
        say("setup: %s: %s: mend it first; nothing was written", path, why.bytes);
    } else {
        setup->record = setup_record_read(setup->file.target);
        status = setup->undo ? undo(setup) : install(setup, command);
    }
out:
    text_free(&why);
    free(path);
    free(command);
    return status;
}

int command_setup(int argc, char **argv)
{
    struct setup setup = {0};
    const struct option_rule rules[] = {
        {"undo", 'u', OPTION_FLAG, &setup.undo},
        {"yes", 'y', OPTION_FLAG, &setup.yes},
        {"print", 'p', OPTION_FLAG, &setup.print},
    };
    const struct options options = {"setup", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    status = setup_run(&setup);
    file_free(&setup.file);
    setup_record_free(&setup.record);
    text_free(&setup.after);
    return status;
}
