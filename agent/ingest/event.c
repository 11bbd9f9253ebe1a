/* One event's document, picked in one pass; inputs and outputs of tools are passed over. See event.h. */
#include "event.h"

#include "json.h"

#include <string.h>

static const struct {
    const char *name;
    enum event_kind kind;
} KINDS[] = {
    {"SessionStart", EVENT_SESSION_START},
    {"SessionEnd", EVENT_SESSION_END},
    {"UserPromptSubmit", EVENT_PROMPT},
    {"PreToolUse", EVENT_TOOL_BEGINS},
    {"PostToolUse", EVENT_TOOL_ENDS},
    {"PostToolUseFailure", EVENT_TOOL_ENDS},
    {"PermissionRequest", EVENT_PERMISSION},
    {"Notification", EVENT_NOTIFICATION},
    {"Stop", EVENT_STOP},
    {"StopFailure", EVENT_STOP_FAILURE},
    {"SubagentStop", EVENT_AGENT_STOPS},
    {"PreCompact", EVENT_COMPACTION_BEGINS},
    {"PostCompact", EVENT_COMPACTION_ENDS},
};

static enum event_kind kind_named(const struct json_slice *name)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (json_equals(name, KINDS[i].name))
            return KINDS[i].kind;
    return EVENT_OTHER;
}

/* Where a member's text is kept, and how much of it; NULL: it is not wanted. */
static char *place_of(struct event *event, const struct json_slice *key, size_t *room)
{
    static const struct {
        const char *key;
        size_t offset;
    } places[] = {
        {"session_id", offsetof(struct event, session)},
        {"permission_mode", offsetof(struct event, mode)},
        {"tool_name", offsetof(struct event, tool)},
        {"tool_use_id", offsetof(struct event, tool_id)},
        {"agent_id", offsetof(struct event, agent)},
        {"notification_type", offsetof(struct event, notification)},
        {"message", offsetof(struct event, message)},
        {"error", offsetof(struct event, error)},
    };
    *room = EVENT_TEXT_MAX;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (json_equals(key, places[i].key))
            return (char *)event + places[i].offset;
    *room = EVENT_PATH_MAX;
    return json_equals(key, "cwd") ? event->directory : NULL;
}

static void take_member(struct event *event, struct json *json, const struct json_slice *key)
{
    struct json_slice value;
    size_t room;
    char *place = place_of(event, key, &room);
    const bool is_string = json_take(json, &value) == JSON_STRING;
    if (place)
        place[is_string ? json_decode(&value, place, room - 1) : 0] = '\0';
    if (is_string && json_equals(key, "hook_event_name"))
        event->kind = kind_named(&value);
}

bool event_read(struct event *event, const char *bytes, size_t size)
{
    struct json json;
    struct json_slice key;
    *event = (struct event){.kind = EVENT_OTHER};
    json_start(&json, bytes, size);
    json.lenient = true;
    if (!json_enter_object(&json))
        return false;
    while (json_member(&json, &key))
        take_member(event, &json, &key);
    return event->session[0] != '\0';
}

bool event_is_of_agent(const char *tool)
{
    return strcmp(tool, "Task") == 0 || strcmp(tool, "Agent") == 0;
}
