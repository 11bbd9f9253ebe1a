/* The lines of Claude Code's logs: see client.h. */
#include "client.h"

#include <stdio.h>
#include <time.h>

static void add_uuid(struct text *out, const uint64_t uuid[2])
{
    text_addf(out, "\"%08x-%04x-4%03x-%04x-%012llx\"", (unsigned)(uuid[0] >> 32),
              (unsigned)(uuid[0] >> 16 & 0xffff), (unsigned)(uuid[0] & 0xfff),
              (unsigned)(0x8000 | (uuid[1] >> 48 & 0x3fff)),
              (unsigned long long)(uuid[1] & UINT64_C(0xffffffffffff)));
}

static void add_time(struct text *out, int64_t when_us)
{
    time_t seconds = (time_t)(when_us / 1000000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    text_addf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
              utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(when_us % 1000000 / 1000));
}

void client_wait(struct client *client, unsigned percent)
{
    client->now_us += client->pace_us * (int64_t)random_below(&client->random, percent + 1) / 100;
    if (client->now_us > client->limit_us)
        client->now_us = client->limit_us;
}

/* The members that nearly every line begins with. */
static void add_head(struct text *out, struct client *client)
{
    text_add_string(out, "{\"parentUuid\":");
    if (client->parent[0] || client->parent[1])
        add_uuid(out, client->parent);
    else
        text_add_string(out, "null");
    text_addf(out,
              ",\"isSidechain\":%s,\"userType\":\"external\",\"cwd\":\"%s\",\"sessionId\":\"%s\",\"version\":"
              "\"%s\",\"gitBranch\":\"%s\",",
              client->agent_id ? "true" : "false", client->cwd, client->session_id, client->version->name,
              client->branch);
    if (client->agent_id)
        text_addf(out, "\"agentId\":\"%s\",", client->agent_id);
    if (client->forked_from)
        text_addf(out, "\"forkedFrom\":{\"sessionId\":\"%s\",\"messageUuid\":\"0\"},", client->forked_from);
    if (client->version->envelope)
        text_add_string(out, "\"entrypoint\":\"cli\",\"slug\":\"quiet-counting-otter\",");
}

/* ... and those that it ends with. */
static void add_tail(struct text *out, struct client *client)
{
    client->parent[0] = random_next(&client->random);
    client->parent[1] = random_next(&client->random);
    text_add_string(out, ",\"uuid\":");
    add_uuid(out, client->parent);
    text_add_string(out, ",\"timestamp\":");
    add_time(out, client->now_us);
    text_add_string(out, "}\n");
}

/* ---- messages --------------------------------------------------------------------------------------- */

static void message_name(struct client *client, struct message *message)
{
    static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    char tail[23];
    for (size_t i = 0; i < sizeof tail - 1; i++)
        tail[i] = digits[random_below(&client->random, sizeof digits - 1)];
    tail[sizeof tail - 1] = '\0';
    snprintf(message->id, sizeof message->id, "%s%s", client->gateway ? "gen-" : "msg_01", tail);
    for (size_t i = 0; i < sizeof tail - 1; i++)
        tail[i] = digits[random_below(&client->random, sizeof digits - 1)];
    if (!client->gateway)
        snprintf(message->request, sizeof message->request, "req_011%s", tail);
}

void client_message(struct client *client, struct message *message)
{
    struct random *random = &client->random;
    *message = (struct message){.model = client->model};
    message_name(client, message);
    int64_t more = random_between(random, 200, random_chance(random, 8) ? 40000 : 5000);
    if (client->context + more > client->context_size * 9 / 10)
        client->context = client->context_size / 12; /* compacted */
    bool cold = random_chance(random, 4);            /* the cache has expired: all is written anew */
    int64_t written = cold ? client->context + more : more;
    message->read = cold ? 0 : client->context;
    message->input = random_between(random, 1, random_chance(random, 5) ? 3000 : 12);
    message->output = random_between(random, 20, random_chance(random, 10) ? 9000 : 900);
    message->one_hour = client->version->breakdown && random_chance(random, 40);
    *(message->one_hour ? &message->write_1h : &message->write_5m) = written;
    message->fast = client->version->iterations && random_chance(random, 3);
    message->advisor = client->version->iterations && !client->agent_id && random_chance(random, 2);
    client->context += more;
    client_wait(client, 20);
}

static void add_usage(struct text *out, const struct client *client, const struct message *message,
                      int64_t output)
{
    int64_t written = message->write_5m + message->write_1h;
    text_addf(out,
              "\"usage\":{\"input_tokens\":%lld,\"cache_creation_input_tokens\":%lld,\"cache_read_input_"
              "tokens\":%lld,",
              (long long)message->input, (long long)written, (long long)message->read);
    if (client->version->breakdown)
        text_addf(
            out,
            "\"cache_creation\":{\"ephemeral_5m_input_tokens\":%lld,\"ephemeral_1h_input_tokens\":%lld},",
            (long long)message->write_5m, (long long)message->write_1h);
    text_addf(out, "\"output_tokens\":%lld,\"service_tier\":\"standard\"", (long long)output);
    if (client->version->iterations) {
        text_addf(out,
                  ",\"server_tool_use\":{\"web_search_requests\":0,\"web_fetch_requests\":0},\"inference_"
                  "geo\":\"\","
                  "\"iterations\":[{\"type\":\"message\",\"input_tokens\":%lld,\"output_tokens\":%lld,"
                  "\"cache_read_input_tokens\":%lld,"
                  "\"cache_creation_input_tokens\":%lld}",
                  (long long)message->input, (long long)output, (long long)message->read, (long long)written);
        if (message->advisor)
            text_addf(out,
                      ",{\"type\":\"advisor_message\",\"model\":\"claude-opus-4-6\",\"input_tokens\":%lld,"
                      "\"output_tokens\":%lld}",
                      (long long)(message->read / 2 + 5), (long long)output * 2);
        text_addf(out, "],\"speed\":\"%s\"", message->fast ? "fast" : "standard");
    }
    text_add_char(out, '}');
}

static void add_block(struct text *out, struct client *client, const char *block)
{
    struct random *random = &client->random;
    bool thinks = block[0] == 't' && block[1] == 'h', talks = block[0] == 't' && block[1] == 'e';
    if (thinks) {
        text_add_string(out, "{\"type\":\"thinking\",\"thinking\":\"");
        prose_add(out, client->prose, random, random_below(random, 900));
        text_add_string(out, "\",\"signature\":\"");
        prose_add_base64(out, random, 200 + random_below(random, 600));
        text_add_string(out, "\"}");
    } else if (talks) {
        text_add_string(out, "{\"type\":\"text\",\"text\":\"");
        prose_add(out, client->prose, random, 30 + random_below(random, 900));
        text_add_string(out, "\"}");
    } else {
        static const char *const tools[] = {"Bash", "Read", "Edit", "Grep", "Write", "Task"};
        const char *tool = random_of(random, tools);
        text_addf(
            out,
            "{\"type\":\"tool_use\",\"id\":\"toolu_01%016llx\",\"name\":\"%s\",\"input\":{\"description\":\"",
            (unsigned long long)random_next(random), tool);
        prose_add(out, client->prose, random, 20 + random_below(random, 600));
        text_add_string(out, "\"}}");
    }
}

/* The message object, as the API returned it with one block of content. */
static void add_message(struct text *out, struct client *client, const struct message *message,
                        int64_t output, const char *block)
{
    text_addf(out,
              "\"message\":{\"model\":\"%s\",\"id\":\"%s\",\"type\":\"message\",\"role\":\"assistant\","
              "\"content\":[",
              message->model, message->id);
    add_block(out, client, block);
    text_addf(out, "],\"stop_reason\":null,\"stop_sequence\":null,");
    add_usage(out, client, message, output);
    text_add_char(out, '}');
}

void client_add_assistant(struct text *out, struct client *client, const struct message *message,
                          int64_t output, const char *block)
{
    add_head(out, client);
    add_message(out, client, message, output, block);
    if (message->request[0])
        text_addf(out, ",\"requestId\":\"%s\"", message->request);
    if (client->version->costs)
        text_addf(out, ",\"costUSD\":%.17g,\"durationMs\":%d",
                  (double)(message->input * 3 + output * 15 + message->read / 3) / 1e6,
                  (int)random_below(&client->random, 60000));
    text_add_string(out, ",\"type\":\"assistant\"");
    add_tail(out, client);
}

void client_add_progress(struct text *out, struct client *client, struct client *agent,
                         const struct message *message)
{
    add_head(out, client);
    text_add_string(out, "\"type\":\"progress\",\"data\":{\"type\":\"agent_progress\",\"message\":{\"type\":"
                         "\"assistant\",\"timestamp\":");
    add_time(out, agent->now_us);
    text_add_char(out, ',');
    struct client quoted = *agent; /* what the copy says must not move the agent's own stream */
    add_message(out, &quoted, message, message->output, "tool_use");
    text_addf(out, ",\"requestId\":\"%s\",\"uuid\":", message->request);
    add_uuid(out, agent->parent);
    text_add_string(out, "},\"normalizedMessages\":[],\"prompt\":\"");
    prose_add(out, client->prose, &client->random, 300);
    text_addf(out, "\",\"agentId\":\"%s\"},\"toolUseID\":\"agent_%s\",\"parentToolUseID\":\"toolu_1\"",
              agent->agent_id, message->id);
    add_tail(out, client);
}

void client_add_api_error(struct text *out, struct client *client)
{
    uint64_t id[2] = {0, 0};
    add_head(out, client);
    text_add_string(out, "\"type\":\"assistant\",\"message\":{\"id\":");
    id[0] = random_next(&client->random);
    id[1] = random_next(&client->random);
    add_uuid(out, id);
    text_addf(out,
              ",\"container\":null,\"model\":\"<synthetic>\",\"role\":\"assistant\",\"stop_reason\":\"stop_"
              "sequence\",\"type\":\"message\",\"usage\":"
              "{\"input_tokens\":0,\"output_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_"
              "tokens\":0,\"server_tool_use\":null,"
              "\"service_tier\":null,\"cache_creation\":null,\"speed\":null},\"content\":[{\"type\":\"text\","
              "\"text\":\"API Error: the service said %d\"}]},"
              "\"isApiErrorMessage\":true",
              random_chance(&client->random, 50) ? 529 : 500);
    add_tail(out, client);
}

/* ---- lines without usage ---------------------------------------------------------------------------- */

void client_add_prompt(struct text *out, struct client *client)
{
    add_head(out, client);
    text_add_string(out, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"");
    prose_add(out, client->prose, &client->random, 60 + random_below(&client->random, 700));
    text_add_string(out, "\"}");
    add_tail(out, client);
}

void client_add_tool_result(struct text *out, struct client *client, size_t size, bool of_agent)
{
    add_head(out, client);
    text_addf(out,
              "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"toolu_01%"
              "016llx\",\"type\":\"tool_result\",\"content\":\"",
              (unsigned long long)random_next(&client->random));
    struct random again = client->random; /* the same output stands twice in a line */
    prose_add(out, client->prose, &client->random, size / 2);
    text_add_string(out, "\"}]},\"toolUseResult\":{\"stdout\":\"");
    prose_add(out, client->prose, &again, size / 2);
    text_add_string(out, "\",\"stderr\":\"\",\"interrupted\":false,\"isImage\":false");
    if (of_agent) { /* the agent's own sum: not a message */
        int64_t output = random_between(&client->random, 0, 9000);
        text_addf(out,
                  ",\"totalTokens\":%lld,\"usage\":{\"input_tokens\":7,\"output_tokens\":%lld,\"service_"
                  "tier\":null}",
                  (long long)output * 9, (long long)output);
    }
    text_add_char(out, '}');
    add_tail(out, client);
}

void client_add_image(struct text *out, struct client *client)
{
    add_head(out, client);
    text_add_string(out, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"type\":\"image\","
                         "\"source\":{\"type\":\"base64\",\"data\":\"");
    prose_add_base64(out, &client->random, 20000 + random_below(&client->random, 120000));
    text_add_string(out, "\"}}]}");
    add_tail(out, client);
}

static void add_timed(struct text *out, struct client *client, const char *format)
{
    text_addf(out, "{\"type\":\"%s\",\"timestamp\":", format);
    add_time(out, client->now_us);
    text_addf(out, ",\"sessionId\":\"%s\"", client->session_id);
}

void client_add_other(struct text *out, struct client *client)
{
    struct random *random = &client->random;
    switch (random_below(random, 6)) {
    case 0:
        add_timed(out, client, "queue-operation");
        text_addf(out, ",\"operation\":\"%s\"}\n", random_chance(random, 50) ? "enqueue" : "dequeue");
        break;
    case 1:
        text_addf(out,
                  "{\"type\":\"file-history-snapshot\",\"messageId\":\"%016llx\",\"snapshot\":{"
                  "\"trackedFileBackups\":{},\"timestamp\":",
                  (unsigned long long)random_next(random));
        add_time(out, client->now_us);
        text_add_string(out, "},\"isSnapshotUpdate\":false}\n");
        break;
    case 2:
        add_head(out, client);
        text_add_string(out,
                        "\"type\":\"attachment\",\"attachment\":{\"type\":\"hook_success\",\"content\":\"");
        prose_add(out, client->prose, random, random_below(random, 800));
        text_add_string(out, "\"}");
        add_tail(out, client);
        break;
    case 3:
        add_head(out, client);
        text_add_string(out, "\"type\":\"progress\",\"data\":{\"type\":\"bash_progress\",\"output\":\"");
        prose_add(out, client->prose, random, random_below(random, 900));
        text_addf(out, "\",\"elapsedTimeSeconds\":%d}", (int)random_below(random, 99));
        add_tail(out, client);
        break;
    case 4:
        add_head(out, client);
        text_addf(out, "\"type\":\"system\",\"subtype\":\"turn_duration\",\"durationMs\":%d,\"isMeta\":false",
                  (int)random_below(random, 300000));
        add_tail(out, client);
        break;
    default:
        text_addf(out, "{\"type\":\"last-prompt\",\"lastPrompt\":\"");
        prose_add(out, client->prose, random, 60);
        text_addf(out, "\",\"sessionId\":\"%s\"}\n", client->session_id);
        break;
    }
}

void client_add_opening(struct text *out, struct client *client)
{
    if (random_chance(&client->random, 50))
        text_addf(
            out,
            "{\"type\":\"summary\",\"summary\":\"Counting twice, costing once\",\"leafUuid\":\"%016llx\"}\n",
            (unsigned long long)random_next(&client->random));
    if (client->version->envelope)
        text_addf(out, "{\"type\":\"permission-mode\",\"permissionMode\":\"default\",\"sessionId\":\"%s\"}\n",
                  client->session_id);
}
