/*
 * Another status line's configuration, taken over into Tacho's: a part of `tacho setup`. Sections that say
 * how the line looks are replaced; the rest of the file stays.
 */
#include "setup.h"

#include "command.h"
#include "config_text.h"
#include "demo.h"
#include "import.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../render/look_build.h"
#include "../serve/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what there is ----------------------------------------------------------------------------------- */

/* The command of the line that is shown here: of settings that win over others first. To be freed. */
static char *shown_command(void)
{
    for (unsigned scope = SCOPE_COUNT; scope-- > 0;) {
        char *command = setup_scope_command((enum setup_scope)scope);
        if (command)
            return command;
    }
    return NULL;
}

const struct import_peer *setup_peer_named(const char *name)
{
    const struct import_peer *peer;
    for (size_t i = 0; (peer = import_peer_at(i)); i++)
        if (strcasecmp(peer->name, name) == 0 || strcmp(peer->word, name) == 0)
            return peer;
    return NULL;
}

/* ---- putting it in ------------------------------------------------------------------------------------- */

static bool is_replaced(const char *section)
{
    return strcmp(section, "line") == 0 || strcmp(section, "budget") == 0 ||
           strncmp(section, "segment.", 8) == 0;
}

static void show_mistake(void *data, unsigned line, const char *mistake)
{
    (void)data;
    (void)line;
    terminal_paragraph("  - ", mistake);
}

static void show_notes(const struct import *import)
{
    const char *line = import->notes.bytes;
    if (line)
        puts("What could not be taken over as it was:");
    while (line && *line) {
        const size_t size = strcspn(line, "\n");
        char *note = memory_string(line, size);
        terminal_paragraph("  - ", note);
        free(note);
        line += size + 1;
    }
}

/* What the agent would complain of, and the line that it would draw. */
static void show_look(const struct setup_change *change)
{
    struct config config = config_default();
    config_read_text(&change->after, &config, show_mistake, NULL);
    terminal_paragraph("", "Of a session that has something to show everywhere the line will be:");
    demo_line(&config.look);
    config_free(&config);
}

/* Fills in the record: what was there before the first import. */
static int remember(struct setup_change *change)
{
    struct setup_record *record = &change->record;
    const struct text *before = &change->file.content;
    bool ours = record->known && record->made && before->size == strlen(record->made) &&
                memcmp(record->made, before->bytes, before->size) == 0;
    if (!ours) {
        setup_record_free(record);
        record->created = !change->file.exists;
        if (change->file.exists && !(record->backup = setup_change_backup(change)))
            return -1;
    }
    free(record->made);
    record->made = memory_string(change->after.bytes, change->after.size);
    return setup_change_remember(change);
}

static void tell_source(const struct import *import, const char *path)
{
    struct text source = TEXT_EMPTY;
    text_addf(&source, "%s%s%s becomes Tacho's configuration:", import->peer->name,
              path ? ": " : "'s default line", path ? path : "");
    terminal_paragraph("", source.bytes);
    text_free(&source);
}

static int write_import(struct setup_change *change, struct import *import, const char *path)
{
    int status;
    config_text_drop(&change->file.content, is_replaced, &change->after);
    if (change->after.size && change->after.bytes[change->after.size - 1] != '\n')
        text_add_char(&change->after, '\n');
    import_write(import, path, &change->after);
    if (change->after.size == change->file.content.size &&
        memcmp(change->after.bytes, change->file.content.bytes, change->after.size) == 0) {
        printf("%s has all of %s already.\n", change->file.path, path ? path : import->peer->name);
        return STATUS_DONE;
    }
    tell_source(import, path);
    setup_change_show(change);
    show_notes(import);
    show_look(change);
    if (!setup_is_agreed(change->wish, "Take it over? [y/N] ", &status))
        return status;
    if (remember(change) < 0 || setup_change_write(change) < 0)
        return STATUS_FAILED;
    if (change->record.backup)
        printf("Done. The configuration as it was: %s\n", change->record.backup);
    else
        puts("Done.");
    return STATUS_DONE;
}

static int install(struct setup_change *change, const struct import_peer *peer, const char *command)
{
    char directory[PATH_MAX];
    struct import import;
    struct text why = TEXT_EMPTY;
    bool is_its = command && strstr(command, peer->word);
    char *path = import_find(peer, is_its ? command : NULL, getcwd(directory, sizeof directory));
    int status = STATUS_FAILED;
    if (!config_text_check(&change->file.content, &why))
        say("setup: %s: %s: mend it first", change->file.path, why.bytes);
    else if (import_read(&import, peer, path, is_its ? command : NULL, &why) < 0)
        say("setup: %s: %s: mend it, or leave it with --no-import", path ? path : peer->name, why.bytes);
    else
        status = write_import(change, &import, path);
    if (why.size == 0)
        import_free(&import);
    text_free(&why);
    free(path);
    return status;
}

/* ---- taking it out ------------------------------------------------------------------------------------- */

static int undo(struct setup_change *change)
{
    const struct setup_record *record = &change->record;
    struct file backup = {0};
    struct text why = TEXT_EMPTY;
    int status = STATUS_FAILED;
    const struct text *now = &change->file.content;
    bool same =
        record->made && now->size == strlen(record->made) && memcmp(record->made, now->bytes, now->size) == 0;
    bool is_there = record->backup && file_load(&backup, record->backup, &why) == 0 && backup.exists;
    if (!same || (!record->created && !is_there)) {
        printf("%s was edited since and stays%s%s.\n", change->file.path, is_there ? "; as it was: " : "",
               is_there ? record->backup : "");
        status = change->wish->print || setup_change_forget(change) == 0 ? STATUS_DONE : STATUS_FAILED;
        goto out;
    }
    text_add(&change->after, is_there && backup.content.size ? backup.content.bytes : "",
             backup.content.size);
    setup_change_show(change);
    if (!setup_is_agreed(change->wish, "Write this? [y/N] ", &status))
        goto out;
    status = STATUS_FAILED;
    if ((record->created ? setup_change_remove(change) : setup_change_write(change)) < 0 ||
        setup_change_forget(change) < 0)
        goto out;
    if (is_there)
        unlink(record->backup);
    printf("Done: %s is as it was.\n", change->file.path);
    status = STATUS_DONE;
out:
    file_free(&backup);
    text_free(&why);
    return status;
}

/* ------------------------------------------------------------------------------------------------------- */

int setup_import(const struct setup_wish *wish)
{
    char path[PATH_MAX];
    struct setup_change change;
    char *command = wish->undo ? NULL : shown_command();
    const struct import_peer *peer = wish->from ? setup_peer_named(wish->from)
                                     : command  ? import_peer_of(command)
                                                : NULL;
    int status = STATUS_DONE;
    if ((!peer && !wish->undo) || config_path(path, sizeof path, places_environment()) < 0)
        goto out;
    status = STATUS_FAILED;
    if (setup_change_load(&change, wish, path) == 0) {
        if (!wish->undo)
            status = install(&change, peer, command);
        else
            status = change.record.known ? undo(&change) : STATUS_DONE;
    }
    setup_change_free(&change);
out:
    free(command);
    return status;
}
