/* `tacho segments`: what a status line can be made of: segments, groups, presets, themes, with samples. */
#include "command.h"

#include "../render/look_build.h"
#include "../render/segments.h"

#include <string.h>

static const char usage[] =
    "usage: tacho segments [--json] [--groups | --presets | --themes | --peers]\n"
    "\n"
    "Lists what `[line] row` in the configuration may name, with a sample of each.\n"
    "\n"
    "  --groups   names that stand for several segments\n"
    "  --presets  named layouts: [line] preset = NAME\n"
    "  --themes   colours: [line] theme = NAME; and the roles that a theme of your own may set\n"
    "  --peers    what other status lines' widgets are called here\n"
    "  --json     the segments, or what else was asked for, as JSON\n";

/* A list of objects with the same few members; tables of them, as JSON or in columns. */
struct list {
    bool json, any;
    const char *const *keys;
    size_t key_count;
};

enum { KEYS_MAX = 4 };

static void list_begin(struct list *list)
{
    if (list->json)
        printf("[");
}

static void list_end(const struct list *list)
{
    if (list->json)
        printf("%s]\n", list->any ? "\n" : "");
}

static void list_add_json(const struct list *list, const char *const values[KEYS_MAX])
{
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < list->key_count; i++) {
        text_add_string(&out, i ? ", " : "{");
        text_add_json(&out, list->keys[i], strlen(list->keys[i]));
        text_add_string(&out, ": ");
        text_add_json(&out, values[i], strlen(values[i]));
    }
    printf("%s\n  %s}", list->any ? "," : "", out.bytes);
    text_free(&out);
}

/* How many columns a text of Tacho's own takes: every character of it takes one. */
static int columns_of(const char *text)
{
    int columns = 0;
    for (; *text; text++)
        columns += (*text & 0xC0) != 0x80;
    return columns;
}

static void list_add_columns(const struct list *list, const char *const values[KEYS_MAX])
{
    static const int widths[KEYS_MAX] = {22, 24, 30, 0};
    for (size_t i = 0; i < list->key_count; i++) {
        bool last = i + 1 == list->key_count;
        int pad = last ? 0 : widths[i] - columns_of(values[i]);
        printf("%s%*s%s", values[i], pad > 0 ? pad : 0, "", last ? "\n" : "  ");
    }
}

static void list_add(struct list *list, const char *const values[KEYS_MAX])
{
    if (list->json)
        list_add_json(list, values);
    else
        list_add_columns(list, values);
    list->any = true;
}

static void list_segments(struct list *list)
{
    static const char *const keys[] = {"name", "sample", "shows"};
    static struct rendering rendering;
    list->keys = keys;
    list->key_count = 3;
    for (size_t i = 0; segment_at(i); i++) {
        const struct segment *segment = segment_at(i);
        segment_sample(&rendering, segment);
        rendering.text[rendering.text_size] = '\0';
        list_add(list, (const char *const[KEYS_MAX]){segment->name, rendering.text, segment->shows});
    }
}

static void list_groups(struct list *list)
{
    static const char *const keys[] = {"name", "row"};
    list->keys = keys;
    list->key_count = 2;
    for (size_t i = 0; segment_group_at(i); i++)
        list_add(list, (const char *const[KEYS_MAX]){segment_group_at(i)->name, segment_group_at(i)->row});
}

static void list_presets(struct list *list)
{
    static const char *const keys[] = {"name", "style", "about"};
    list->keys = keys;
    list->key_count = 3;
    for (size_t i = 0; look_preset_at(i); i++) {
        const struct look_preset *preset = look_preset_at(i);
        list_add(list,
                 (const char *const[KEYS_MAX]){preset->name, look_style_at(preset->style), preset->about});
    }
}

static void list_themes(struct list *list)
{
    static const char *const keys[] = {"name"};
    list->keys = keys;
    list->key_count = 1;
    for (size_t i = 0; render_theme_at(i); i++)
        list_add(list, (const char *const[KEYS_MAX]){render_theme_at(i)});
    if (list->json)
        return;
    printf("\nroles:");
    for (size_t i = 0; look_role_at(i); i++)
        printf(" %s", look_role_at(i));
    printf("\n");
}

static void list_peers(struct list *list)
{
    static const char *const keys[] = {"peer", "theirs", "ours", "note"};
    list->keys = keys;
    list->key_count = 4;
    for (size_t i = 0; segment_peer_at(i); i++) {
        const struct segment_peer *peer = segment_peer_at(i);
        list_add(list, (const char *const[KEYS_MAX]){peer->peer, peer->theirs, peer->ours, peer->note});
    }
}

int command_segments(int argc, char **argv)
{
    bool groups = false, presets = false, themes = false, peers = false;
    struct list list = {0};
    const struct option_rule rules[] = {
        {"json", 0, OPTION_FLAG, &list.json},  {"groups", 0, OPTION_FLAG, &groups},
        {"presets", 0, OPTION_FLAG, &presets}, {"themes", 0, OPTION_FLAG, &themes},
        {"peers", 0, OPTION_FLAG, &peers},
    };
    const struct options options = {"segments", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    list_begin(&list);
    if (groups)
        list_groups(&list);
    else if (presets)
        list_presets(&list);
    else if (themes)
        list_themes(&list);
    else if (peers)
        list_peers(&list);
    else
        list_segments(&list);
    list_end(&list);
    return STATUS_DONE;
}
