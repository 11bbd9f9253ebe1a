/*
 * claude-powerline's configuration (github.com/Owloops/claude-powerline, 1.29.0): .claude-powerline.json in
 * the project, else ~/.claude/claude-powerline.json, else ~/.config/claude-powerline/config.json, over its
 * defaults. Lines of segments in the order of the document; what a segment shows is said by its options.
 */
#include "import.h"

#include "../base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parts of a segment that an option turns on, and whether they are shown without it. */
static const struct part {
    const char *segment, *option, *name;
    bool usual;
} parts[] = {
    {"git", "showRepoName", "git.repoName", false},
    {"git", "showWorktree", "git.worktree", false},
    {"git", "showOperation", "git.operation", false},
    {"git", "", "git", true},
    {"git", "showTag", "git.tag", false},
    {"git", "showSha", "git.sha", false},
    {"git", "showAheadBehind", "git.aheadBehind", true},
    {"git", "showWorkingTree", "git.workingTree", false},
    {"git", "showUpstream", "git.upstream", false},
    {"git", "showTimeSinceCommit", "git.timeSinceCommit", false},
    {"git", "showStashCount", "git.stashCount", false},
    {"git", "", "git.status", true},
    {"metrics", "showResponseTime", "metrics.response", true},
    {"metrics", "showLastResponseTime", "metrics.lastResponse", true},
    {"metrics", "showDuration", "metrics.duration", true},
    {"metrics", "showMessageCount", "metrics.messages", true},
    {"metrics", "showLinesAdded", "metrics.linesAdded", true},
    {"metrics", "showLinesRemoved", "metrics.linesRemoved", true},
    {"thinking", "showEnabled", "thinking.enabled", true},
    {"thinking", "showEffort", "thinking.effort", true},
};

/* Segments whose form an option chooses: the form is part of the name. */
static const struct form {
    const char *segment, *option, *usual;
} forms[] = {
    {"directory", "style", "full"},
    {"session", "type", "tokens"},
    {"today", "type", "cost"},
    {"cacheTimer", "displayMode", "elapsed"},
};

struct reader {
    struct import *import;
    const json_t *colours; /* the person's own theme; NULL: a named one */
    bool has_icons;
};

static void read_look(const struct reader *reader, struct import_item *item, const char *segment,
                      const json_t *options)
{
    const json_t *own = json_object_get(reader->colours, segment);
    const char *bar = import_string(options, "displayStyle");
    import_say(&item->colour, import_string(own, "fg"));
    import_say(&item->background, import_string(own, "bg"));
    item->bold = import_flag(own, "bold", false);
    import_say(&item->bar, bar && strcmp(bar, "text") != 0 ? bar : NULL);
    if (!import_flag(options, "showIcon", reader->has_icons))
        import_say(&item->icon, "");
}

static bool read_parts(const struct reader *reader, struct import_row *row, const char *segment,
                       const json_t *options)
{
    bool has_parts = false, has_items = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(parts[i].segment, segment) != 0)
            continue;
        has_parts = true;
        /* A linked worktree is told of where the repository's name is, unless its own option says otherwise.
         */
        bool usual = strcmp(parts[i].option, "showWorktree") == 0
                         ? import_flag(options, "showRepoName", false)
                         : parts[i].usual;
        if (!import_flag(options, parts[i].option, usual))
            continue;
        struct import_item *item = import_add(row, IMPORT_WIDGET, parts[i].name);
        read_look(reader, item, segment, options);
        item->joined = has_items;
        has_items = true;
    }
    return has_parts;
}

/* The context: what is left or used, with or without tokens, of all or up to where it is compacted. */
static const char *context_name(const json_t *options)
{
    const char *mode = import_string(options, "percentageMode"),
               *bar = import_string(options, "displayStyle");
    bool is_bar = bar && strcmp(bar, "text") != 0;
    bool is_left = mode ? strcmp(mode, "remaining") == 0 : !is_bar;
    if (is_bar)
        return is_left ? "context.bar.left" : "context.bar.used";
    if (import_flag(options, "showPercentageOnly", false))
        return is_left ? "context.percentage.left" : "context.percentage.used";
    return is_left ? "context.left" : "context.used";
}

static void read_named(const struct reader *reader, struct import_row *row, const char *segment,
                       const json_t *options)
{
    char name[64];
    snprintf(name, sizeof name, "%s", strcmp(segment, "context") == 0 ? context_name(options) : segment);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *form = import_string(options, forms[i].option);
        if (strcmp(segment, forms[i].segment) == 0)
            snprintf(name, sizeof name, "%s.%s", segment, form ? form : forms[i].usual);
    }
    /* Before there was a style, showBasename said it. */
    if (strcmp(segment, "directory") == 0 && !import_string(options, "style") &&
        import_flag(options, "showBasename", false))
        snprintf(name, sizeof name, "directory.basename");
    const char *bar = import_string(options, "displayStyle");
    if ((strcmp(segment, "block") == 0 || strcmp(segment, "weekly") == 0) && bar && strcmp(bar, "text") != 0)
        snprintf(name, sizeof name, "%s.bar", segment);
    read_look(reader, import_add(row, IMPORT_WIDGET, name), segment, options);
}

static void read_line(const struct reader *reader, const json_t *line)
{
    const char *segment;
    json_t *options;
    struct import_row *row = import_add_row(reader->import);
    json_object_foreach(json_object_get(line, "segments"), segment, options)
    {
        if (json_is_object(options) && import_flag(options, "enabled", false) &&
            !read_parts(reader, row, segment, options))
            read_named(reader, row, segment, options);
    }
    if (!row->count)
        reader->import->row_count--;
}

/* Amounts over which it warns: for the session, the day and the block. */
static void read_budgets(struct import *import, const json_t *budgets)
{
    const char *of;
    json_t *budget;
    json_object_foreach((json_t *)budgets, of, budget)
    {
        double amount = json_number_value(json_object_get(budget, "amount"));
        const char *type = import_string(budget, "type");
        bool is_money = !type || strcmp(type, "cost") == 0;
        if (amount <= 0)
            continue;
        if (is_money && strcmp(of, "session") == 0)
            import->budget_session = amount;
        else if (is_money && strcmp(of, "today") == 0)
            import->budget_today = amount;
        else if (is_money && strcmp(of, "block") == 0)
            import->budget_block = amount;
        else
            import_note(import,
                        "budget.%s: %g %s: there are budgets in dollars for the session, the day, the "
                        "week, the month and the block",
                        of, amount, is_money ? "dollars" : type);
    }
}

/* Its defaults' one line. */
static const char defaults[] = "[{\"segments\":{\"directory\":{\"enabled\":true,\"style\":\"basename\"},"
                               "\"git\":{\"enabled\":true},\"model\":{\"enabled\":true},"
                               "\"session\":{\"enabled\":true},\"today\":{\"enabled\":true},"
                               "\"context\":{\"enabled\":true},\"agent\":{\"enabled\":true}}}]";

static int read_claude_powerline(struct import *import, const json_t *document, struct text *why)
{
    const json_t *display = json_object_get(document, "display"), *line;
    const char *theme = import_string(document, "theme"), *style = import_string(display, "style"),
               *charset = import_string(display, "charset");
    bool is_own = theme && strcmp(theme, "custom") == 0;
    struct reader reader = {
        .import = import,
        .colours = is_own ? json_object_get(json_object_get(document, "colors"), "custom") : NULL,
        .has_icons = import_flag(display, "showIcons", true),
    };
    json_t *usual = json_loads(defaults, 0, NULL);
    const json_t *lines = json_object_get(display, "lines");
    size_t index;
    int result = !lines || json_is_array(lines) ? 0 : -1;
    if (result < 0)
        text_add_string(why, "display.lines is not a list");
    import_say(&import->theme, is_own ? NULL : theme ? theme : "dark");
    import_say(&import->style, style ? style : "minimal");
    import_say(&import->charset, charset && strcmp(charset, "text") == 0 ? "ascii" : "unicode");
    json_array_foreach(lines ? lines : usual, index, line) read_line(&reader, line);
    read_budgets(import, json_object_get(document, "budget"));
    json_decref(usual);
    return result;
}

static char *said_path(const char *command)
{
    char *said = import_option(command, "config", '\0');
    const char *variable = getenv("CLAUDE_POWERLINE_CONFIG");
    return said || !variable ? said : memory_string(variable, strlen(variable));
}

static const char *const places[] = {"./.claude-powerline.json", "~/.claude/claude-powerline.json",
                                     "~/.config/claude-powerline/config.json", NULL};

const struct import_peer import_claude_powerline = {.name = "claude-powerline",
                                                    .word = "claude-powerline",
                                                    .read = read_claude_powerline,
                                                    .said = said_path,
                                                    .places = places};
