/* What advisors used, from the iterations of a message: see ccusage_fields.h. */
#include "ccusage_fields.h"

#include "../base/memory.h"

/* An element of `iterations`; true if it is an advisor's. Unlike the rest of the line it is kept whole. */
static bool read_iteration(struct ccusage_walk *walk, struct ccusage_advisor *advisor, bool *bad)
{
    struct json_slice key;
    struct ccusage_text type = {0};
    uint32_t seen = 0;
    *advisor = (struct ccusage_advisor){0};
    if (!ccusage_enter_object(walk, bad))
        return false;
    while (ccusage_next_member(walk, &key))
        if (KEY_IS(&key, "type")) {
            *bad |= ccusage_is_again(&seen, WANTED_TYPE);
            ccusage_read_string(walk, &type, bad);
        } else if (KEY_IS(&key, "model")) {
            *bad |= ccusage_is_again(&seen, WANTED_MODEL);
            ccusage_read_string(walk, &advisor->model, bad);
        } else if (!ccusage_read_usage_member(walk, &key, &advisor->usage, &seen, bad)) {
            ccusage_keep(&walk->json);
        }
    *bad |= !type.bytes || !ccusage_usage_is_complete(seen);
    return advisor->model.size && type.size == 15 && memcmp(type.bytes, "advisor_message", 15) == 0;
}

static void read_iterations(struct ccusage_walk *walk, bool *bad)
{
    struct ccusage_reader *reader = walk->reader;
    if (json_peek(&walk->json) != JSON_ARRAY) {
        ccusage_pass_wrong(walk, bad);
        return;
    }
    walk->json.lenient = false;
    json_enter(&walk->json);
    while (json_element(&walk->json)) {
        reader->advisors = memory_grow(reader->advisors, reader->advisor_count, &reader->advisor_room,
                                       sizeof *reader->advisors);
        reader->advisor_count += read_iteration(walk, &reader->advisors[reader->advisor_count], bad);
    }
    walk->json.lenient = true;
}

/* Enters the member `name` of the object at hand for as long as it lasts. */
static void read_member(struct ccusage_walk *walk, const char *const *names, bool *bad)
{
    struct json_slice key;
    bool seen = false;
    if (!*names) {
        read_iterations(walk, bad);
        return;
    }
    if (!ccusage_enter_object(walk, bad))
        return;
    while (ccusage_next_member(walk, &key)) {
        if (!json_equals(&key, *names)) {
            ccusage_pass(walk);
            continue;
        }
        *bad |= seen;
        seen = true;
        read_member(walk, names + 1, bad);
    }
}

void ccusage_read_advisors(struct ccusage_reader *reader, const char *bytes, size_t size)
{
    static const char *const names[] = {"message", "usage", "iterations", NULL};
    struct ccusage_walk walk = {.reader = reader, .reading = CCUSAGE_ENTRIES};
    bool bad = false;
    json_start(&walk.json, bytes, size);
    walk.json.lenient = true;
    read_member(&walk, names, &bad);
    if (bad || !json_finish(&walk.json))
        reader->advisor_count = 0;
}
