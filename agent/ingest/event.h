/*
 * What Claude Code gives its hooks' commands (SessionStart, PreToolUse, Stop, ...) → what happened.
 *
 * Members as documented for hooks: session_id, cwd, permission_mode and hook_event_name in all of them,
 * others by event. Each may be absent, null or of another type in some version; an event of another name
 * still tells the session's mode and directory.
 */
#ifndef TACHO_EVENT_H
#define TACHO_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#define EVENT_TEXT_MAX 256
#define EVENT_PATH_MAX 4096

enum event_kind {
    EVENT_OTHER,
    EVENT_SESSION_START,
    EVENT_SESSION_END,
    EVENT_PROMPT,      /* UserPromptSubmit */
    EVENT_TOOL_BEGINS, /* PreToolUse */
    EVENT_TOOL_ENDS,   /* PostToolUse, also after a failure */
    EVENT_PERMISSION,  /* a dialog asks for it */
    EVENT_NOTIFICATION,
    EVENT_STOP, /* the turn is over */
    EVENT_STOP_FAILURE,
    EVENT_AGENT_STOPS,
    EVENT_COMPACTION_BEGINS,
    EVENT_COMPACTION_ENDS,
};

/* Texts are as the client sent them, NUL-terminated and cut; "": not said. */
struct event {
    enum event_kind kind;
    char session[EVENT_TEXT_MAX];
    char mode[EVENT_TEXT_MAX]; /* permission mode */
    char tool[EVENT_TEXT_MAX], tool_id[EVENT_TEXT_MAX];
    char agent[EVENT_TEXT_MAX];        /* the subagent in which it happened; "": the session itself */
    char notification[EVENT_TEXT_MAX]; /* its type */
    char message[EVENT_TEXT_MAX], error[EVENT_TEXT_MAX];
    char directory[EVENT_PATH_MAX];
};

/*
 * Reads an event's document, or the beginning of one: what stands in it counts. Returns false if that names
 * no session.
 */
bool event_read(struct event *event, const char *bytes, size_t size);

/* Whether a tool of that name is what subagents are called by: "Task" in older versions, "Agent". */
bool event_is_of_agent(const char *tool);

#endif
