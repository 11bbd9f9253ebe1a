/*
 * `tacho-claude event` as a command of Claude Code's own hooks, so that the agent knows at once when a
 * session waits, works or runs a tool: a part of `tacho setup`. Hooks of others in the same settings stay as
 * they are.
 */
#include "setup.h"

#include "command.h"
#include "settings.h"

#include "../base/say.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "hooks";

static const char *const events[] = {"SessionStart", "UserPromptSubmit", "PreToolUse",
                                     "PostToolUse",  "Notification",     "Stop",
                                     "SubagentStop", "PreCompact",       "SessionEnd"};

enum { EVENT_COUNT = sizeof events / sizeof *events, HOOKS_MAX = 256 };

/* ---- hooks that are ours ------------------------------------------------------------------------------- */

/* Whether an element of an event's list runs our program and nothing else. */
static bool is_ours(const char *bytes, size_t size)
{
    static const char program[] = "tacho-claude", argument[] = " event";
    json_t *element = json_loadb(bytes, size, 0, NULL);
    const json_t *hooks = json_object_get(element, "hooks");
    const char *command = json_string_value(json_object_get(json_array_get(hooks, 0), "command"));
    size_t length = command ? strlen(command) : 0;
    bool ours = json_array_size(hooks) == 1 && command && strstr(command, program) &&
                length > sizeof argument && strcmp(command + length - (sizeof argument - 1), argument) == 0;
    json_decref(element);
    return ours;
}

/* The index of our element in an event's list; the number of elements: none. */
static size_t find_ours(const char *bytes, size_t size, size_t *count)
{
    struct settings_member elements[HOOKS_MAX];
    size_t index = 0;
    *count = settings_elements(bytes, size, elements, HOOKS_MAX);
    while (index < *count &&
           !is_ours(bytes + elements[index].begin, elements[index].end - elements[index].begin))
        index++;
    return index;
}

/* ---- an object of lists, one for each event ------------------------------------------------------------ */

static void replace(struct text *text, struct text *by)
{
    text_free(text);
    *text = *by;
    *by = (struct text)TEXT_EMPTY;
}

/* Puts our element into the event's list, unless it is there. Returns whether it was put. */
static bool add_event(struct text *hooks, const char *event, const struct text *element)
{
    struct settings_member member = settings_find(hooks->bytes, hooks->size, event);
    const char *list = hooks->bytes + member.value_begin;
    size_t size = member.end - member.value_begin, count;
    struct text value = TEXT_EMPTY, out = TEXT_EMPTY;
    if (member.found && (*list != '[' || find_ours(list, size, &count) < count))
        return false;
    if (member.found)
        settings_append(list, size, element, &value);
    else
        text_addf(&value, "[%s]", element->bytes);
    settings_set(hooks->bytes, hooks->size, event, &value, &out);
    text_free(&value);
    replace(hooks, &out);
    return true;
}

/* Takes our element out of the event's list, and the list with it if nothing else is there. */
static bool remove_event(struct text *hooks, const char *event)
{
    struct settings_member member = settings_find(hooks->bytes, hooks->size, event);
    const char *list = hooks->bytes + member.value_begin;
    size_t size = member.end - member.value_begin, count, index;
    struct text value = TEXT_EMPTY, out = TEXT_EMPTY;
    if (!member.found || *list != '[' || (index = find_ours(list, size, &count)) == count)
        return false;
    if (count == 1) {
        settings_remove(hooks->bytes, hooks->size, event, &out);
    } else {
        settings_remove_element(list, size, index, &value);
        settings_set(hooks->bytes, hooks->size, event, &value, &out);
    }
    text_free(&value);
    replace(hooks, &out);
    return true;
}

/* ---- the document -------------------------------------------------------------------------------------- */

/* The value of "hooks" to be worked on; empty: there is none. */
static struct text hooks_of(const struct text *document)
{
    struct settings_member member = settings_find(document->bytes, document->size, key);
    struct text hooks = TEXT_EMPTY;
    if (member.found)
        text_add(&hooks, document->bytes + member.value_begin, member.end - member.value_begin);
    return hooks;
}

/* An object with our element for every event, laid out as the document is. */
static void write_new(const struct text *document, const struct text *element, struct text *hooks)
{
    struct settings_layout layout = settings_layout(document->bytes, document->size);
    text_add_char(hooks, '{');
    for (size_t i = 0; i < EVENT_COUNT; i++)
        text_addf(hooks, "%s%s%s%s\"%s\": [%s]", i ? "," : "",
                  *layout.newline ? layout.newline
                  : i             ? " "
                                  : "",
                  layout.indent, layout.indent, events[i], element->bytes);
    text_addf(hooks, "%s%s}", layout.newline, layout.indent);
}

/* Whether there is an object of hooks that holds something. */
static bool has_members(const struct text *hooks)
{
    json_t *object = hooks->size ? json_loadb(hooks->bytes, hooks->size, 0, NULL) : NULL;
    bool has = json_object_size(object) > 0;
    json_decref(object);
    return has;
}

static bool is_object_or_none(const struct text *document)
{
    struct text hooks = hooks_of(document);
    bool is_one = !hooks.size || hooks.bytes[0] == '{';
    text_free(&hooks);
    return is_one;
}

static bool install_all(struct setup_change *change, const struct text *element)
{
    const struct text *document = &change->file.content;
    struct text hooks = hooks_of(document);
    bool changed = false;
    if (has_members(&hooks)) {
        for (size_t i = 0; i < EVENT_COUNT; i++)
            changed |= add_event(&hooks, events[i], element);
    } else if (!hooks.size || hooks.bytes[0] == '{') {
        text_clear(&hooks);
        write_new(document, element, &hooks);
        changed = true;
    }
    if (changed)
        settings_set(document->bytes, document->size, key, &hooks, &change->after);
    text_free(&hooks);
    return changed;
}

static bool remove_all(struct setup_change *change)
{
    const struct text *document = &change->file.content;
    struct text hooks = hooks_of(document);
    bool changed = false;
    if (hooks.size && hooks.bytes[0] == '{')
        for (size_t i = 0; i < EVENT_COUNT; i++)
            changed |= remove_event(&hooks, events[i]);
    if (changed && has_members(&hooks))
        settings_set(document->bytes, document->size, key, &hooks, &change->after);
    else if (changed)
        settings_remove(document->bytes, document->size, key, &change->after);
    text_free(&hooks);
    return changed;
}

/* ---- the part ------------------------------------------------------------------------------------------ */

static int install(struct setup_change *change)
{
    char *command = setup_hook_command();
    struct text element = TEXT_EMPTY, quoted = TEXT_EMPTY;
    int status = STATUS_FAILED;
    if (!command)
        return status;
    text_addf(&quoted, "%s event", command);
    text_add_string(&element, "{\"hooks\": [{\"type\": \"command\", \"command\": ");
    text_add_json(&element, quoted.bytes, quoted.size);
    text_add_string(&element, "}]}");
    if (!install_all(change, &element)) {
        printf("%s: %s.\n", change->file.path,
               is_object_or_none(&change->file.content)
                   ? "its hooks tell the agent of events already"
                   : "\"hooks\" is not an object there: it stays as it is");
        status = STATUS_DONE;
    } else {
        setup_change_show(change);
        terminal_paragraph("", "Sessions then tell at once that they wait for you, work, run a tool or "
                               "compact. An event costs less than a draw.");
        if (setup_is_agreed(change->wish, "Have Claude Code tell of events? [y/N] ", &status)) {
            status = setup_change_write(change) < 0 ? STATUS_FAILED : STATUS_DONE;
            if (status == STATUS_DONE)
                puts("Done: sessions that start from now on tell.");
        }
    }
    text_free(&element);
    text_free(&quoted);
    free(command);
    return status;
}

static int undo(struct setup_change *change)
{
    int status = STATUS_DONE;
    if (!remove_all(change))
        return STATUS_DONE;
    setup_change_show(change);
    if (setup_is_agreed(change->wish, "Write this? [y/N] ", &status))
        status = setup_change_write(change) < 0 ? STATUS_FAILED : STATUS_DONE;
    return status;
}

int setup_events(const struct setup_wish *wish)
{
    struct setup_change change = {0};
    char *path = setup_scope_path(wish->scope ? setup_scope_of(wish->scope) : SCOPE_USER);
    int status = STATUS_FAILED;
    if (path && setup_change_load(&change, wish, path) == 0) {
        const struct text *content = &change.file.content;
        bool whole = settings_is_object(content->bytes ? content->bytes : "", content->size);
        if (!whole)
            status = wish->undo ? STATUS_DONE : STATUS_FAILED; /* the line's part has said what is wrong */
        else
            status = wish->undo ? undo(&change) : install(&change);
    }
    setup_change_free(&change);
    free(path);
    return status;
}
