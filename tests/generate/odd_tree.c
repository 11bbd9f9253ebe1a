/*
 * A small tree of odd files: every nesting variant, names that count and names that do not, links, pipes,
 * last lines with and without a newline; in them, ordinary lines among all the odd kinds.
 */
#include "odd.h"
#include "output.h"

#include "../../agent/base/memory.h"
#include "../../agent/base/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ONE   "11111111-1111-4111-8111-111111111111"
#define TWO   "22222222-2222-4222-8222-222222222222"
#define THREE "33333333-3333-4333-8333-333333333333"
#define FOUR  "44444444-4444-4444-8444-444444444444"

static const char *const sessions[] = {ONE, TWO, THREE, FOUR};

/* Where a log may lie, and the session that its path says (NULL: the name itself). */
static const struct {
    const char *path;
    const char *session;
} files[] = {
    {"-home-ada-meter/" ONE ".jsonl", ONE},
    {"-home-ada-meter/" TWO ".jsonl", TWO},
    {"-home-ada-other/" THREE ".jsonl", THREE},
    {"-home-ada-other/" ONE ".jsonl", ONE}, /* a session resumed in another folder */
    {"-home-ada-gr--e/" FOUR ".jsonl", FOUR},
    {"-home-ada-meter/agent-0a1b2c3d.jsonl", NULL},
    {"-home-ada-other/agent-4e5f6a7b.jsonl", NULL},
    {"-home-ada-meter/" ONE "/subagents/agent-a0123456789abcdef.jsonl", ONE},
    {"-home-ada-meter/" ONE "/subagents/workflows/wf_7/agent-b.jsonl", ONE},
    {"-home-ada-meter/" TWO "/subagents/journal.jsonl", TWO},
    {"-home-ada-other/" THREE "/deeper/subagents/agent-c.jsonl", THREE},
    {"-home-ada-other/" THREE "/deeper/plain.jsonl", NULL},
    {"-home-ada-other/subagents/agent-d.jsonl", NULL},
    {"-home-ada-other/subagents/subagents/e.jsonl", NULL},
    {"top.jsonl", NULL},
    {"agent-top.jsonl", NULL},
    {"größe und 長さ/a b'c\"d$(e)`f`;g.jsonl", NULL},
    {"-home-ada-meter/.jsonl", NULL},
    {".hidden/" TWO ".jsonl", TWO},
    {"a/b/c/d/e/f/g/h/far.jsonl", NULL},
};

/* Names that are not logs. */
static const char *const not_logs[] = {
    "-home-ada-meter/" ONE ".JSONL", "-home-ada-meter/" ONE ".jsonl.bak", "-home-ada-meter/" ONE ".json",
    "-home-ada-meter/jsonl",         "-home-ada-meter/notes.jsonl~",      "-home-ada-other/memory/notes.md",
};

struct plan {
    struct odd odd;
    const struct odd_kind *only;
    size_t *order; /* kinds, shuffled; each is used once before any is used again */
    size_t next;
};

static const struct odd_kind *next_kind(struct plan *plan)
{
    if (plan->only)
        return plan->only;
    if (plan->next == 0) {
        for (size_t i = odd_kind_count - 1; i > 0; i--) {
            size_t j = random_below(&plan->odd.random, i + 1), kind = plan->order[i];
            plan->order[i] = plan->order[j];
            plan->order[j] = kind;
        }
    }
    const struct odd_kind *kind = &odd_kinds[plan->order[plan->next]];
    plan->next = (plan->next + 1) % odd_kind_count;
    return kind;
}

static void add_record(struct plan *plan, struct text *out)
{
    struct odd *odd = &plan->odd;
    struct record record;
    odd_ordinary(odd, &record);
    text_clear(&odd->raw);
    if (random_chance(&odd->random, 70))
        odd_apply(odd, next_kind(plan), &record);
    if (!plan->only && odd->raw.size == 0 && random_chance(&odd->random, 12))
        odd_apply(odd, next_kind(plan), &record); /* two oddities meet */
    if (odd->raw.size)
        text_add(out, odd->raw.bytes, odd->raw.size);
    else
        record_write(out, &record, &odd->random);
    for (unsigned i = 0; i < record.copies; i++) {
        text_add_char(out, '\n');
        odd_vary(odd, &record);
        record_write(out, &record, &odd->random);
    }
    record_free(&record);
}

/* The last line of a file: ended, whole but not ended, or cut off. */
static void end_file(struct plan *plan, struct text *out)
{
    switch (random_below(&plan->odd.random, 4)) {
    case 0:
        out->size--;
        break;
    case 1: {
        size_t line = out->size - 1;
        while (line > 0 && out->bytes[line - 1] != '\n')
            line--;
        out->size -= 1 + random_below(&plan->odd.random, out->size - line);
        break;
    }
    default:
        break;
    }
}

static void write_file(struct plan *plan, const char *path, const char *session, unsigned lines)
{
    struct output output;
    output_open(&output, path);
    plan->odd.session = session;
    for (unsigned i = 0; i < lines; i++) {
        add_record(plan, &output.pending);
        text_add_char(&output.pending, '\n');
    }
    if (lines)
        end_file(plan, &output.pending);
    output_close(&output, 0);
}

/* "…/name.jsonl" -> "name", in a buffer of the caller's; quotes are escaped for use in JSON. */
static const char *stem(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t used = 0;
    for (size_t i = 0; name[i] && strcmp(name + i, ".jsonl") != 0 && used + 2 < size; i++) {
        if (name[i] == '"')
            out[used++] = '\\';
        out[used++] = name[i];
    }
    out[used] = '\0';
    return out;
}

static void must(int result, const char *doing)
{
    if (result && errno != EEXIST) {
        say("cannot %s: %s", doing, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

/* Links, pipes and folders with a log's name. `from` is a log that was written. */
static void add_links(struct plan *plan, const char *root, const char *from)
{
    static const char *const names[] = {"-home-ada-aaa/" TWO ".jsonl", "-home-ada-zzz/" FOUR ".jsonl",
                                        "-home-ada-meter/agent-linked.jsonl",
                                        "-home-ada-zzz/" ONE "/subagents/agent-linked.jsonl"};
    struct text path = TEXT_EMPTY;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (random_chance(&plan->odd.random, 40))
            continue;
        text_clear(&path);
        text_addf(&path, "%s/%s", root, names[i]);
        *strrchr(path.bytes, '/') = '\0';
        output_folder(path.bytes);
        path.bytes[strlen(path.bytes)] = '/';
        must(link(from, path.bytes), "make a hard link");
    }
    static const struct {
        const char *target, *name;
    } symlinks[] = {{"-home-ada-meter/" ONE ".jsonl", "linked.jsonl"},
                    {"-home-ada-meter", "-home-ada-linked"},
                    {"nowhere", "dangling.jsonl"},
                    {".", "round"},
                    {"/dev/zero", "endless.jsonl"}};
    for (size_t i = 0; i < sizeof symlinks / sizeof *symlinks; i++) {
        text_clear(&path);
        text_addf(&path, "%s/%s", root, symlinks[i].name);
        must(symlink(symlinks[i].target, path.bytes), "make a symlink");
    }
    text_clear(&path);
    text_addf(&path, "%s/-home-ada-meter/pipe.jsonl", root);
    must(mkfifo(path.bytes, 0600), "make a pipe");
    text_clear(&path);
    text_addf(&path, "%s/-home-ada-meter/folder.jsonl", root);
    output_folder(path.bytes);
    text_free(&path);
}

void odd_tree_write(const char *folder, uint64_t seed, const struct odd_kind *kind)
{
    struct plan plan = {.odd = {.random = random_stream(seed, 1),
                                .sessions = sessions,
                                .session_count = sizeof sessions / sizeof *sessions},
                        .only = kind};
    struct text root = TEXT_EMPTY, path = TEXT_EMPTY;
    char name[256];
    prose_make(&plan.odd.prose, seed);
    plan.order = memory_zeroed(odd_kind_count, sizeof *plan.order);
    for (size_t i = 0; i < odd_kind_count; i++)
        plan.order[i] = i;
    text_addf(&root, "%s/projects", folder);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (i > 1 && random_chance(&plan.odd.random, 20))
            continue;
        const char *session = files[i].session ? files[i].session : stem(files[i].path, name, sizeof name);
        text_clear(&path);
        text_addf(&path, "%s/%s", root.bytes, files[i].path);
        write_file(&plan, path.bytes, session,
                   random_chance(&plan.odd.random, 6) ? 0
                                                      : (unsigned)random_between(&plan.odd.random, 1, 26));
    }
    for (size_t i = 0; i < sizeof not_logs / sizeof *not_logs; i++) {
        text_clear(&path);
        text_addf(&path, "%s/%s", root.bytes, not_logs[i]);
        write_file(&plan, path.bytes, ONE, 2);
    }
    text_clear(&path);
    text_addf(&path, "%s/%s", root.bytes, files[1].path);
    add_links(&plan, root.bytes, path.bytes);
    free(plan.order);
    prose_free(&plan.odd.prose);
    text_free(&plan.odd.raw);
    text_free(&path);
    text_free(&root);
}
