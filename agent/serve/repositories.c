/* What is known of repositories, and what keeps it from being more: see repositories.h. */
#include "repositories.h"

#include "../render/harmless.h"
#include "../render/json_writer.h"

#include <limits.h>
#include <string.h>

static const char *const troubles[] = {
    [GIT_TROUBLE_OWNER] = "owner",   [GIT_TROUBLE_WATCHES] = "watches", [GIT_TROUBLE_REMOTE] = "remote",
    [GIT_TROUBLE_ENGINE] = "engine", [GIT_TROUBLE_FILTER] = "filter",   [GIT_TROUBLE_DAMAGE] = "damage",
    [GIT_TROUBLE_PLACE] = "place",   [GIT_TROUBLE_LIBRARY] = "library",
};

/* Names from outside are whatever bytes they are; a document is UTF-8. */
static void add_text(struct json_writer *json, const char *key, const char *value)
{
    struct text clean = TEXT_EMPTY;
    struct grapheme grapheme;
    size_t size = strlen(value);
    for (; harmless_next(&grapheme, value, size, false); value += grapheme.taken, size -= grapheme.taken)
        text_add(&clean, grapheme.bytes, grapheme.size);
    json_key(json, key);
    json_text(json, clean.size ? clean.bytes : "", clean.size);
    text_free(&clean);
}

static void add_trouble(struct json_writer *json, enum git_trouble trouble, const char *reason)
{
    if (trouble == GIT_NO_TROUBLE) {
        json_key(json, "trouble");
        json_word(json, "null");
        json_key(json, "reason");
        json_word(json, "null");
        return;
    }
    add_text(json, "trouble", troubles[trouble]);
    add_text(json, "reason", reason);
}

static void add_repository(void *data, const struct git_kept *kept)
{
    struct json_writer *json = data;
    json_open(json, '{');
    add_text(json, "root", *kept->state->root ? kept->state->root : kept->git_dir);
    add_text(json, "branch", kept->state->branch);
    add_text(json, "engine", kept->state->engine);
    json_key(json, "watches");
    json_number(json, (uint64_t)kept->watches);
    json_key(json, "pending");
    json_word(json, kept->is_pending ? "true" : "false");
    add_trouble(json, kept->state->trouble, kept->state->reason);
    json_close(json, '}');
}

void repositories_write(struct text *out, struct git *git, const char *directory)
{
    struct json_writer json = {.out = out, .indent = 2};
    char where[PATH_MAX];
    enum git_trouble trouble;
    const char *why =
        *directory && !git_find(git, directory) ? git_why_none(git, directory, where, &trouble) : NULL;
    json_open(&json, '{');
    json_key(&json, "repositories");
    json_open(&json, '[');
    git_each(git, add_repository, &json);
    json_close(&json, ']');
    json_key(&json, "here");
    if (why) {
        json_open(&json, '{');
        add_text(&json, "where", where);
        add_trouble(&json, trouble, why);
        json_close(&json, '}');
    } else {
        json_word(&json, "null");
    }
    json_close(&json, '}');
    text_add_char(out, '\n');
}
