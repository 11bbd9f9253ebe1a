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

static bool question_send(int descriptor, const struct question *question, const struct show *show)
{
    const struct tacho_request request = {
        .magic = TACHO_REQUEST_MAGIC,
        .version = TACHO_REQUEST_VERSION,
        .kind = (uint16_t)question->kind,
        .key_size = (uint32_t)question->key_size,
        .body_size = (uint32_t)question->body_size,
        .wait_ms = (uint32_t)question->wait_ms,
        .flags = TACHO_REQUEST_LAST,
        .surface = (uint8_t)show->surface,
        .depth = (uint8_t)show->depth,
    };
    return request_send(descriptor, &request, question->key, question->body);
}

void tell(struct runtime *runtime, const struct question *question, const struct show *show)
{
    int descriptor = agent_connect(runtime);
    if (descriptor >= 0)
        question_send(descriptor, question, show);
}

enum ask_result ask(struct runtime *runtime, const char *const *environment, const struct question *question,
                    const struct show *show, struct tacho_reply *reply)
{
    int descriptor = agent_connect(runtime);
    if (descriptor < 0)
        descriptor = agent_start_and_connect(runtime, environment, question->wait_ms);
    if (descriptor < 0)
        return ASK_NO_AGENT;
    /* The process ends soon: the descriptor is left to that. */
    if (!question_send(descriptor, question, show))
        return ASK_LATE;
    return reply_receive(descriptor, question->wait_ms, reply) == ASK_ANSWERED ? ASK_ANSWERED : ASK_LATE;
}
