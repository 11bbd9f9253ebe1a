/* What a session is doing: see activity.h. */
#include "activity.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { RUNNING_MAX = 16, NAME_MAX_SIZE = 64 };

struct running {
    char id[NAME_MAX_SIZE], name[NAME_MAX_SIZE];
};

struct activity {
    enum session_state state;
    struct running running[RUNNING_MAX]; /* in the order in which they began */
    size_t running_count;
    int64_t agents;
    bool hears_tools, hears_agents; /* the client's hooks tell of them */
    bool compacting;
    bool is_remote;
    bool has_ended; /* the client is gone: what its log left open stays so */
    char mode[NAME_MAX_SIZE];
    char error[EVENT_TEXT_MAX];
    char *directory;
};

struct activity *activity_new(void)
{
    return memory_zeroed(1, sizeof(struct activity));
}

void activity_free(struct activity *activity)
{
    if (!activity)
        return;
    free(activity->directory);
    free(activity);
}

/* As much of a text as there is room for; cut, it never ends inside a character of more bytes. */
static void keep_name(char kept[NAME_MAX_SIZE], const char *text)
{
    size_t size = strnlen(text, NAME_MAX_SIZE - 1);
    while (size && text[size] && (text[size] & 0xc0) == 0x80)
        size--;
    memcpy(kept, text, size);
    kept[size] = '\0';
}

/* ---- events ---------------------------------------------------------------------------------------- */

static void tool_begins(struct activity *activity, const struct event *event)
{
    struct running *list = activity->running;
    activity->hears_tools = true;
    activity->agents += event_is_of_agent(event->tool);
    if (activity->running_count == RUNNING_MAX)
        memmove(list, list + 1, --activity->running_count * sizeof *list);
    keep_name(list[activity->running_count].id, event->tool_id);
    keep_name(list[activity->running_count++].name, event->tool);
}

/* By its id, or, where the client gives none, the latest of that name. */
static void tool_ends(struct activity *activity, const struct event *event)
{
    struct running *list = activity->running, ended;
    keep_name(ended.id, event->tool_id);
    keep_name(ended.name, event->tool);
    for (size_t i = activity->running_count; i-- > 0;) {
        if (ended.id[0] && list[i].id[0] ? strcmp(list[i].id, ended.id) : strcmp(list[i].name, ended.name))
            continue;
        memmove(list + i, list + i + 1, (--activity->running_count - i) * sizeof *list);
        return;
    }
}

/* A subagent's own tools are its own affair. */
static void take_tool(struct activity *activity, const struct event *event)
{
    activity->state = STATE_BUSY;
    if (event->agent[0])
        return;
    activity->compacting = false;
    if (event->kind == EVENT_TOOL_BEGINS)
        tool_begins(activity, event);
    else
        tool_ends(activity, event);
}

/* Older clients give no type; the message then says what for. */
static void take_notification(struct activity *activity, const struct event *event)
{
    const char *type = event->notification;
    if (strcmp(type, "permission_prompt") == 0 || strcmp(type, "elicitation_dialog") == 0 ||
        (!type[0] && strstr(event->message, "permission")))
        activity->state = STATE_WAITING;
    else if (strcmp(type, "idle_prompt") == 0 || (!type[0] && strstr(event->message, "waiting")))
        activity->state = STATE_IDLE;
}

static void nothing_runs(struct activity *activity)
{
    activity->running_count = 0;
    activity->compacting = false;
}

static void session_begins(struct activity *activity)
{
    nothing_runs(activity);
    activity->agents = 0;
    activity->error[0] = '\0';
    activity->state = STATE_IDLE;
}

void activity_take_event(struct activity *activity, const struct event *event)
{
    if (event->mode[0])
        keep_name(activity->mode, event->mode);
    if (event->directory[0] == '/' && !event->agent[0]) {
        free(activity->directory);
        activity->directory = memory_string(event->directory, strlen(event->directory));
    }
    activity->has_ended = event->kind == EVENT_SESSION_END;
    switch (event->kind) {
    case EVENT_SESSION_START:
        session_begins(activity);
        break;
    case EVENT_SESSION_END:
        session_begins(activity);
        activity->state = STATE_UNKNOWN;
        break;
    case EVENT_PROMPT:
        nothing_runs(activity);
        activity->error[0] = '\0';
        activity->state = STATE_BUSY;
        break;
    case EVENT_TOOL_BEGINS:
    case EVENT_TOOL_ENDS:
        take_tool(activity, event);
        break;
    case EVENT_PERMISSION:
        activity->state = STATE_WAITING;
        break;
    case EVENT_NOTIFICATION:
        take_notification(activity, event);
        break;
    case EVENT_STOP:
    case EVENT_STOP_FAILURE:
        nothing_runs(activity);
        activity->state = STATE_IDLE;
        memcpy(activity->error, event->error, sizeof activity->error);
        break;
    case EVENT_AGENT_STOPS:
        activity->hears_agents = true;
        activity->agents -= activity->agents > 0;
        break;
    case EVENT_COMPACTION_BEGINS:
        activity->compacting = true;
        activity->state = STATE_BUSY;
        break;
    case EVENT_COMPACTION_ENDS:
        activity->compacting = false;
        break;
    case EVENT_OTHER:
        break;
    }
}

void activity_take_state(struct activity *activity, enum session_state state, bool is_remote)
{
    activity->has_ended = state == STATE_UNKNOWN;
    if (state == STATE_UNKNOWN)
        activity->agents = 0;
    if (state == STATE_UNKNOWN || state == STATE_IDLE)
        nothing_runs(activity);
    activity->state = state;
    activity->is_remote = is_remote;
}

/* ---- facts ----------------------------------------------------------------------------------------- */

static struct fact_text text_of(const char *text)
{
    return fact_string(text[0] ? text : NULL);
}

static void facts_of_log(const struct transcript_facts *log, struct facts *facts)
{
    struct fact_activity *activity = &facts->activity;
    facts->mode = text_of(log->mode);
    activity->tool = text_of(log->tool);
    activity->skill = text_of(log->skill);
    activity->error = text_of(log->error);
    activity->retries = log->retries;
    activity->agents = log->agents;
    activity->todo_done = log->todo_done;
    activity->todo_total = log->todo_total;
    activity->compactions = log->compactions > 0 ? log->compactions : 0;
}

void activity_facts(const struct activity *activity, const struct transcript_facts *log, struct facts *facts)
{
    if (log)
        facts_of_log(log, facts);
    if (!activity)
        return;
    facts->state = activity->state;
    facts->remote = activity->is_remote ? SWITCH_ON : SWITCH_UNKNOWN;
    if (activity->mode[0])
        facts->mode = text_of(activity->mode);
    if (activity->hears_tools)
        facts->activity.tool =
            text_of(activity->running_count ? activity->running[activity->running_count - 1].name : "");
    if (activity->hears_tools && activity->hears_agents)
        facts->activity.agents = activity->agents;
    if (activity->error[0])
        facts->activity.error = text_of(activity->error);
    facts->activity.compacting = activity->compacting;
    /* Whoever is idle runs nothing, though a turn that was broken off left it so in the log. */
    if (activity->state == STATE_IDLE || activity->has_ended)
        facts->activity.tool = text_of("");
    if (activity->has_ended)
        facts->activity.agents = facts->activity.retries = 0;
}

const char *activity_directory(const struct activity *activity)
{
    return activity ? activity->directory : NULL;
}
