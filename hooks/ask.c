/* One request to the agent, its reply or none, an agent started where there is none: see hook.h. */
#include "hook.h"

#include <poll.h>

enum { START_STEP_MS = 2 };

/* Starts an agent and gives it as long to listen as the hook would wait for an answer anyway. */
static int agent_start_and_connect(struct runtime *runtime, const char *const *environment, int wait_ms)
{
    bool spawned = agent_spawn(runtime, environment, false);
    for (int waited = 0; waited < wait_ms; waited += START_STEP_MS) {
        poll(NULL, 0, START_STEP_MS);
        int descriptor = agent_connect(runtime);
        if (descriptor >= 0)
            return descriptor;
        /* Whoever held the lock may have been ending. */
        spawned = spawned || agent_spawn(runtime, environment, false);
    }
    if (!spawned)
        agent_spawn(runtime, environment, true);
    return -1;
}

static struct tacho_request request_of(enum tacho_request_kind kind, size_t key_size, size_t body_size,
                                       int wait_ms)
{
    return (struct tacho_request){
        .magic = TACHO_REQUEST_MAGIC,
        .version = TACHO_REQUEST_VERSION,
        .kind = (uint16_t)kind,
        .key_size = (uint32_t)key_size,
        .body_size = (uint32_t)body_size,
        .wait_ms = (uint32_t)wait_ms,
        .flags = TACHO_REQUEST_LAST,
    };
}

void tell(struct runtime *runtime, enum tacho_request_kind kind, const char *body, size_t body_size)
{
    struct tacho_request request = request_of(kind, 0, body_size, 0);
    int descriptor = agent_connect(runtime);
    if (descriptor >= 0)
        request_send(descriptor, &request, "", body);
}

enum ask_result ask(struct runtime *runtime, const char *const *environment, enum tacho_request_kind kind,
                    const char *key, size_t key_size, const char *body, size_t body_size, int wait_ms,
                    struct tacho_reply *reply)
{
    struct tacho_request request = request_of(kind, key_size, body_size, wait_ms);
    int descriptor = agent_connect(runtime);
    if (descriptor < 0)
        descriptor = agent_start_and_connect(runtime, environment, wait_ms);
    if (descriptor < 0)
        return ASK_NO_AGENT;
    /* The process ends soon: the descriptor is left to that. */
    if (!request_send(descriptor, &request, key, body))
        return ASK_LATE;
    return reply_receive(descriptor, wait_ms, reply) == ASK_ANSWERED ? ASK_ANSWERED : ASK_LATE;
}
