/* A realistic tree: sessions over some weeks, one after the other. See tree.h. */
#include "tree.h"

#include "client.h"
#include "output.h"

#include "../../agent/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C(1000000)

static const struct client_version versions[] = {
    {.name = "1.0.98", .costs = true, .grows = true, .agents_inline = true},
    {.name = "2.0.14", .grows = true, .agents_beside = true},
    {.name = "2.0.76", .grows = true, .breakdown = true, .agents_beside = true, .agent_progress = true},
    {.name = "2.1.41", .grows = true, .breakdown = true, .agent_progress = true},
    {.name = "2.1.87", .grows = true, .breakdown = true, .iterations = true},
    {.name = "2.1.150", .breakdown = true, .iterations = true, .envelope = true},
    {.name = "2.1.328", .breakdown = true, .iterations = true, .envelope = true},
};

static const struct {
    const char *slug, *cwd, *branch;
} projects[] = {
    {"-home-ada-src-tachometer", "/home/ada/src/tachometer", "main"},
    {"-home-ada-src-garden-planner", "/home/ada/src/garden-planner", "feature/beds"},
    {"-home-ada-src-letterpress", "/home/ada/src/letterpress", "main"},
    {"-home-ada-notes", "/home/ada/notes", "HEAD"},
    {"-home-ada-work-Pr-ffstand", "/home/ada/work/Prüffstand", "größe"},
    {"-srv-mill", "/srv/mill", "release-4"},
};

static const struct {
    const char *name;
    int64_t context_size;
    bool gateway;
} models[] = {
    {"claude-opus-4-6", 200000, false},
    {"claude-sonnet-4-5-20250929", 200000, false},
    {"claude-haiku-4-5-20251001", 200000, false},
    {"claude-opus-5", 1000000, false},
    {"claude-sonnet-5", 1000000, false},
    {"claude-sonnet-4-5-20250929[1m]", 1000000, false},
    {"claude-opus-4-5-20251101", 200000, false},
    {"glm-4.6", 200000, true},
    {"house-model-7", 128000, true},
    {"us.anthropic.claude-opus-4-6-v1", 200000, false},
};

/* All that is decided about a session before its lines are written. */
struct session {
    char id[37];
    int64_t number, quota, end_us, pace_us;
    int64_t pause_after, pause_us; /* left after so many messages, and resumed later */
    size_t version, model, project;
};

/* How a session's lines are written this time: as itself, or as what another file took over from it. */
struct rendering {
    struct output *output;
    const char *folder;      /* for subagents' files; NULL: do not write any */
    const char *session_id;  /* as the lines shall say it */
    const char *forked_from; /* likewise; or NULL */
    int64_t most;            /* messages */
};

struct writing {
    const struct tree_plan *plan;
    struct prose prose;
    struct text root;
};

static void session_decide(struct session *session, uint64_t seed)
{
    struct random random = random_stream(seed, 1000 + (uint64_t)session->number);
    uint64_t a = random_next(&random), b = random_next(&random);
    snprintf(session->id, sizeof session->id, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
             (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), (unsigned)(0x8000 | (b >> 48 & 0x3fff)),
             (unsigned long long)(b & UINT64_C(0xffffffffffff)));
    session->version = random_below(&random, sizeof versions / sizeof *versions);
    session->model = random_below(&random, sizeof models / sizeof *models);
    session->project = random_below(&random, sizeof projects / sizeof *projects);
    if (random_chance(&random, 50))
        session->model %= 4; /* the first few are used most */
    session->pace_us = random_between(&random, 6, 40) * SECOND;
    session->pause_us = random_between(&random, 2, 20) * 3600 * SECOND;
    session->pause_after = random_chance(&random, 20) ? session->quota / 2 : INT64_MAX;
}

/* Mostly short output, sometimes a whole file: half of all bytes are in a few per cent of the lines. */
static size_t tool_output_size(struct client *client)
{
    uint64_t pick = random_below(&client->random, 100);
    size_t size = pick < 60 ? 1500 : pick < 90 ? 7000 : pick < 98 ? 34000 : 130000;
    return 60 + random_below(&client->random, client->lean ? size / 8 : size);
}

/* The lines of one message: a line for each block, with the same identity and, in some versions, growing
 * output. */
static void add_blocks(struct text *out, struct client *client, const struct message *message, bool last)
{
    bool thinks = random_chance(&client->random, 40), talks = last || random_chance(&client->random, 40);
    unsigned tools = last ? 0 : random_chance(&client->random, 15) ? 2 : 1, left = thinks + talks + tools;
    for (unsigned i = 0, count = left; i < count; i++, left--) {
        int64_t output = client->version->grows && left > 1
                             ? 1 + message->output * (int64_t)i / (int64_t)count
                             : message->output;
        const char *block = thinks && i == 0                 ? "thinking"
                            : talks && i == (unsigned)thinks ? "text"
                                                             : "tool_use";
        client_add_assistant(out, client, message, output, block);
        client_wait(client, 5);
    }
}

static void open_agent_file(struct output *output, const struct rendering *rendering,
                            const struct client *client, const char *agent_id)
{
    struct text path = TEXT_EMPTY;
    if (client->version->agents_beside)
        text_addf(&path, "%s/agent-%s.jsonl", rendering->folder, agent_id);
    else
        text_addf(&path, "%s/%s/subagents/agent-%s.jsonl", rendering->folder, rendering->session_id,
                  agent_id);
    output_open(output, path.bytes);
    text_free(&path);
}

/* A subagent at work: its own file, or inline, and in some versions repeated in the parent's file. */
static int64_t add_agent(const struct rendering *rendering, struct client *client, int64_t most)
{
    char agent_id[24];
    snprintf(agent_id, sizeof agent_id, "a%016llx", (unsigned long long)random_next(&client->random));
    struct client agent = *client;
    agent.random = random_stream(random_next(&client->random), 2);
    agent.agent_id = agent_id;
    agent.model = random_chance(&client->random, 50) ? "claude-haiku-4-5-20251001" : client->model;
    agent.context = 8000;
    agent.parent[0] = agent.parent[1] = 0;
    struct output own = {.descriptor = -1};
    struct text scrap = TEXT_EMPTY;
    bool has_file = !client->version->agents_inline && rendering->folder;
    if (has_file)
        open_agent_file(&own, rendering, client, agent_id);
    struct text *out = has_file                         ? &own.pending
                       : client->version->agents_inline ? &rendering->output->pending
                                                        : &scrap;
    int64_t count = random_between(&client->random, 2, 9);
    count = count < most ? count : most;
    client_add_prompt(out, &agent);
    for (int64_t i = 0; i < count; i++) {
        struct message message;
        client_message(&agent, &message);
        add_blocks(out, &agent, &message, i + 1 == count);
        if (client->version->agent_progress)
            client_add_progress(&rendering->output->pending, client, &agent, &message);
        client_add_tool_result(out, &agent, tool_output_size(&agent), false);
    }
    client->now_us = agent.now_us;
    if (has_file)
        output_close(&own, agent.now_us);
    text_free(&scrap);
    return count;
}

/* From a prompt to the answer's end. Returns the number of messages. */
static int64_t add_turn(const struct rendering *rendering, struct client *client, int64_t most)
{
    struct text *out = &rendering->output->pending;
    int64_t steps = random_between(&client->random, 2, 12), done = 0;
    client_add_prompt(out, client);
    client_wait(client, 10);
    for (int64_t i = 0; i < steps && done < most; i++) {
        struct message message;
        client_message(client, &message);
        bool last = i + 1 == steps || done + 1 == most;
        add_blocks(out, client, &message, last);
        done++;
        bool asks = !last && random_chance(&client->random, 4);
        if (asks)
            done += add_agent(rendering, client, most - done);
        if (!last)
            client_add_tool_result(out, client, tool_output_size(client), asks);
        while (random_chance(&client->random, 50))
            client_add_other(out, client);
        if (random_chance(&client->random, 1))
            client_add_api_error(out, client);
        client_wait(client, 10);
    }
    if (random_chance(&client->random, 2) && !client->lean)
        client_add_image(out, client);
    output_flush(rendering->output, 0);
    return done;
}

/* Everything a session says, up to `most` messages; what it starts with is always the same. */
static int64_t add_session(const struct writing *writing, const struct session *session,
                           const struct rendering *rendering)
{
    struct client client = {
        .random = random_stream(writing->plan->seed, 3000 + (uint64_t)session->number),
        .prose = &writing->prose,
        .version = &versions[session->version],
        .session_id = rendering->session_id,
        .forked_from = rendering->forked_from,
        .cwd = projects[session->project].cwd,
        .branch = projects[session->project].branch,
        .model = models[session->model].name,
        .gateway = models[session->model].gateway,
        .context = 14000,
        .context_size = models[session->model].context_size,
        .lean = writing->plan->lean,
        .pace_us = session->pace_us,
        .limit_us = session->end_us,
    };
    int64_t pause_after = session->pause_after, done = 0;
    client.now_us = session->end_us - session->quota * session->pace_us;
    if (pause_after < INT64_MAX)
        client.now_us -= session->pause_us;
    client_add_opening(&rendering->output->pending, &client);
    while (done < rendering->most) {
        done += add_turn(rendering, &client, rendering->most - done);
        if (done >= pause_after) {
            client.now_us += session->pause_us;
            pause_after = INT64_MAX;
        }
    }
    return client.now_us;
}

/* One session file: perhaps another session's beginning, then its own lines. */
static void write_session(const struct writing *writing, const struct session *session,
                          const struct session *parent)
{
    struct random random = random_stream(writing->plan->seed, 4000 + (uint64_t)session->number);
    bool forks = parent && random_chance(&random, 12);
    struct text path = TEXT_EMPTY, folder = TEXT_EMPTY;
    text_addf(&folder, "%s/%s", writing->root.bytes, projects[(forks ? parent : session)->project].slug);
    text_addf(&path, "%s/%s.jsonl", folder.bytes, session->id);
    struct output output;
    output_open(&output, path.bytes);
    if (forks) {
        bool renames = random_chance(&random, 60), marks = random_chance(&random, 60);
        int64_t most = random_between(&random, 1, parent->quota);
        add_session(writing, parent,
                    &(struct rendering){.output = &output,
                                        .session_id = renames ? session->id : parent->id,
                                        .forked_from = marks ? parent->id : NULL,
                                        .most = most < 40 ? most : 40});
    }
    int64_t last = add_session(
        writing, session,
        &(struct rendering){
            .output = &output, .folder = folder.bytes, .session_id = session->id, .most = session->quota});
    output_close(&output, last);
    text_free(&path);
    text_free(&folder);
}

void tree_write(const char *folder, const struct tree_plan *plan)
{
    struct writing writing = {.plan = plan};
    struct random random = random_stream(plan->seed, 5);
    int64_t count = plan->sessions ? plan->sessions : 1 + plan->entries / 180, left = plan->entries;
    struct session *sessions = memory_zeroed((size_t)count, sizeof *sessions);
    prose_make(&writing.prose, plan->seed);
    text_addf(&writing.root, "%s/projects", folder);
    output_folder(writing.root.bytes);
    for (int64_t i = 0; i < count; i++) {
        struct session *session = &sessions[i];
        int64_t fair = left / (count - i),
                quota = i + 1 == count ? left : fair * random_between(&random, 30, 170) / 100;
        session->number = i;
        session->quota = quota > left ? left : quota < 1 && left > 0 ? 1 : quota;
        session->end_us = (plan->end - plan->days * 86400 * (count - 1 - i) / count) * SECOND;
        session_decide(session, plan->seed);
        left -= session->quota;
        if (session->quota)
            write_session(&writing, session, i ? &sessions[random_below(&random, (uint64_t)i)] : NULL);
    }
    free(sessions);
    prose_free(&writing.prose);
    text_free(&writing.root);
}

void tree_append(const char *path, uint64_t seed, int64_t entries, double rate)
{
    struct prose prose;
    struct output output;
    char id[37];
    const char *slash = strrchr(path, '/');
    snprintf(id, sizeof id, "%s", slash ? slash + 1 : path);
    prose_make(&prose, seed);
    output_open_append(&output, path);
    struct client client = {.random = random_stream(seed, 7),
                            .prose = &prose,
                            .version = &versions[sizeof versions / sizeof *versions - 1],
                            .session_id = id,
                            .cwd = projects[0].cwd,
                            .branch = "main",
                            .model = models[0].name,
                            .context = 14000,
                            .context_size = 200000,
                            .limit_us = INT64_MAX};
    for (int64_t i = 0; i < entries; i++) {
        struct timespec now, pause = {.tv_sec = rate > 0 ? (time_t)(1 / rate) : 0};
        struct message message;
        clock_gettime(CLOCK_REALTIME, &now);
        client.now_us = now.tv_sec * SECOND + now.tv_nsec / 1000;
        client_message(&client, &message);
        client_add_assistant(&output.pending, &client, &message, message.output, "text");
        output_flush(&output, rate > 0);
        pause.tv_nsec = rate > 0 ? (long)((1 / rate - (double)pause.tv_sec) * 1e9) : 0;
        if (rate > 0 && i + 1 < entries)
            nanosleep(&pause, NULL);
    }
    output_close(&output, 0);
    prose_free(&prose);
}
