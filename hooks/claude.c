/*
 * tacho-claude: Claude Code's `statusLine` and `subagentStatusLine` command.
 *
 * It hands the client's document to the agent, waits for the one reply or the deadline, and prints the
 * session's line. With --cached it only reads the segment, and if a line like this was never asked for, says
 * that it wants one. How the client calls it and what it does with the output: the client blanks the row at
 * an exit status other than 0 or an empty output, cuts at COLUMNS - 4, and aborts a run with SIGTERM when the
 * next is due (whose default action is right).
 *
 * `tacho-claude event` is a command for the client's own hooks (SessionStart, PreToolUse, Stop, ...): it
 * hands the agent what the client says and ends, without a word and without waiting, so that it decides
 * nothing.
 */
#include "hook.h"

#include "../shm/place.h"

#include <string.h>
#include <unistd.h>

extern char **environ;

enum { CLIENT_MARGIN = 4 }; /* columns the client keeps free: two on each side */

/* Of an event's document only names are wanted, which stand first; a tool's input or output may be huge. */
enum { EVENT_MAX = 64 * 1024 };

static struct runtime runtime;
HOOK_LARGE static char document[TACHO_BODY_MAX];

struct options {
    bool cached;
    uint32_t wait_ms;
};

static struct options options_read(char **arguments)
{
    struct options options = {.wait_ms = HOOK_WAIT_MS};
    for (char **at = arguments + 1; *at; at++) {
        if (strcmp(*at, "--cached") == 0)
            options.cached = true;
        else if (strcmp(*at, "--wait") == 0 && at[1])
            number_read(*++at, 10000, &options.wait_ms);
    }
    return options;
}

/* The session's id: the document's, else what the client put into the environment (2.1.3xx). */
static const char *session_id(size_t document_size, size_t *size)
{
    const char *id = NULL;
    *size = input_find(document, document_size, "session_id", &id);
    if (!*size) {
        id = place_variable((const char *const *)environ, "CLAUDE_CODE_SESSION_ID");
        *size = id ? strlen(id) : 0;
    }
    if (*size > TACHO_KEY_MAX)
        *size = 0;
    return id;
}

static int event(const char *const *environment)
{
    size_t size = input_read(document, EVENT_MAX, HOOK_INPUT_WAIT_MS);
    runtime_find(&runtime, environment);
    const struct question said = {
        .kind = TACHO_REQUEST_EVENT, .key = "", .body = document, .body_size = size};
    const struct show nothing = {0};
    if (runtime.size && size)
        tell(&runtime, &said, &nothing);
    if (size == EVENT_MAX)
        input_drain(HOOK_INPUT_WAIT_MS);
    return 0;
}

int main(int count, char **arguments)
{
    const char *const *environment = (const char *const *)environ;
    if (count > 1 && strcmp(arguments[1], "event") == 0)
        return event(environment);
    struct options options = options_read(arguments);
    uint32_t columns = surroundings_columns(environment);
    struct show show = {.surface = TACHO_CLAUDE, .depth = surroundings_depth(environment)};
    if (columns)
        show.columns = columns > CLIENT_MARGIN ? columns - CLIENT_MARGIN : 1;

    size_t size = 0, id_size;
    if (!options.cached || !place_variable(environment, "CLAUDE_CODE_SESSION_ID"))
        size = input_read(document, sizeof document, HOOK_INPUT_WAIT_MS);
    const char *id = session_id(size, &id_size);

    bool shown = false, lacks = false, late = !options.cached;
    struct question question = {TACHO_REQUEST_CLAUDE, id_size, size, id, document, (int)options.wait_ms};
    runtime_find(&runtime, environment);
    if (runtime.size && !options.cached) {
        struct tacho_reply reply;
        if (ask(&runtime, environment, &question, &show, &reply) == ASK_ANSWERED)
            shown = show_reply(&runtime, &reply, &show);
    }
    if (runtime.size && !shown)
        shown = show_key(&runtime, TACHO_SESSION, id, id_size, late, &show, &lacks);
    if (lacks && options.cached)
        tell(&runtime, &question, &show);
    if (!shown)
        fallback_line(document, size, show.columns);
    return 0;
}
