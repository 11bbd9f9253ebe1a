/* `tacho config`: looks at the configuration, changes and checks it. */
#include "config.h"

#include "command.h"
#include "config_text.h"

#include "../base/say.h"
#include "../render/look_build.h"
#include "../serve/config.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho config edit\n"
    "       tacho config get NAME\n"
    "       tacho config set NAME VALUE...\n"
    "       tacho config unset NAME\n"
    "       tacho config check [FILE]\n"
    "       tacho config preset [NAME]\n"
    "       tacho config theme [NAME]\n"
    "       tacho config path\n"
    "\n"
    "The configuration is a file in git's syntax; `git config -f` and any editor change it too, and the "
    "agent\n"
    "takes a change up at once. A mistake never blanks the line: it is told, and the rest applies.\n"
    "\n"
    "  edit     the layout, theme and style, full-screen, with your own session's line as it will be\n"
    "  get      prints the values, a line each\n"
    "  set      sets the values, in place of those that are there; what would be a mistake is not written\n"
    "  unset    takes the values out\n"
    "  check    tells of every mistake, with its line\n"
    "  preset   puts a ready-made layout in place of the rows that are there; without NAME lists them\n"
    "  theme    chooses the colours; without NAME lists them. `tacho demo` shows every preset in every "
    "theme\n"
    "  path     prints where the file is\n"
    "\n"
    "examples:\n"
    "  tacho config preset three-line\n"
    "  tacho config theme nord\n"
    "  tacho config set line.row \"model directory git flex cost\" \"context limits\"\n"
    "  tacho config set segment.context.bar.color \"#88c0d0\"\n"
    "  tacho config get line.theme\n"
    "  tacho config check\n";

/* ---- the file ------------------------------------------------------------------------------------------ */

int config_load(struct file *file)
{
    char path[PATH_MAX];
    struct text why = TEXT_EMPTY;
    if (config_path(path, sizeof path, places_environment()) < 0)
        return say_failed("config: neither TACHO_CONFIG nor HOME is an absolute path: set one");
    int result = file_load(file, path, &why);
    if (result < 0) {
        say("config: %s", why.bytes);
        file_free(file);
    }
    text_free(&why);
    return result;
}

/* The mistakes that the agent would tell of; returns how many. */
static unsigned find_mistakes(const struct text *content, config_tell *tell, void *data)
{
    struct config config = config_default();
    unsigned count = config_read_text(content, &config, tell, data);
    config_free(&config);
    return count;
}

static void say_mistake(void *path, unsigned line, const char *mistake)
{
    say("%s:%u: %s", (const char *)path, line, mistake);
}

static void keep_mistake(void *mistakes, unsigned line, const char *mistake)
{
    (void)line;
    text_addf(mistakes, "\n%s\n", mistake);
}

struct news {
    const char *path;
    struct text known; /* a line for each mistake that was there before */
};

static void say_new_mistake(void *data, unsigned line, const char *mistake)
{
    const struct news *news = data;
    struct text wanted = TEXT_EMPTY;
    text_addf(&wanted, "\n%s\n", mistake);
    if (!news->known.size || !strstr(news->known.bytes, wanted.bytes))
        say("%s:%u: %s", news->path, line, mistake);
    text_free(&wanted);
}

/* Whether the text has more mistakes than what is there; those that it adds are then told. */
static bool is_worse(const struct file *file, const struct text *content)
{
    struct news news = {.path = file->path, .known = TEXT_EMPTY};
    const unsigned before = find_mistakes(&file->content, keep_mistake, &news.known);
    const bool worse = find_mistakes(content, NULL, NULL) > before;
    if (worse) {
        find_mistakes(content, say_new_mistake, &news);
        say("config: nothing was written");
    }
    text_free(&news.known);
    return worse;
}

int config_save(const struct file *file, const struct text *content, bool keep, char **backup)
{
    struct text why = TEXT_EMPTY;
    *backup = NULL;
    if (is_worse(file, content))
        return -1;
    int result = file_is_writable(file, &why) ? 0 : -1;
    if (result == 0 && keep && file->exists && !(*backup = file_backup(file, &why)))
        result = -1;
    if (result == 0)
        result = file_replace(file, content, &why);
    if (result < 0)
        say("config: %s", why.bytes);
    text_free(&why);
    return result;
}

/* ---- subcommands --------------------------------------------------------------------------------------- */

static int get(const struct file *file, const char *name)
{
    struct text values = TEXT_EMPTY;
    size_t count = config_text_get(&file->content, name, &values);
    if (count)
        fwrite(values.bytes, 1, values.size, stdout);
    text_free(&values);
    return count ? STATUS_DONE : STATUS_FAILED;
}

/* Sets the values, or with none takes them out. */
static int set(const struct file *file, const char *name, char **values, int count)
{
    struct text after = TEXT_EMPTY, why = TEXT_EMPTY;
    char *backup;
    int status = STATUS_FAILED;
    if (!config_text_check(&file->content, &why)) {
        say("config: %s: %s: mend it first", file->path, why.bytes);
    } else {
        config_text_set(&file->content, name, (const char *const *)values, (size_t)count, &after);
        if (config_save(file, &after, false, &backup) == 0)
            status = STATUS_DONE;
    }
    text_free(&why);
    text_free(&after);
    return status;
}

/* ---- presets and themes ----------------------------------------------------------------------------------
 */

bool config_set_preset(const struct text *config, const char *name, struct text *out)
{
    /* What a preset takes the place of: rows, and how they are set apart. */
    static const char *const places[] = {"line.row", "line.style", "line.separator"};
    bool had_rows = false;
    config_text_set(config, "line.preset", &name, 1, out);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct text before = *out, values = TEXT_EMPTY;
        *out = (struct text)TEXT_EMPTY;
        had_rows |= config_text_get(&before, places[i], &values) > 0;
        config_text_set(&before, places[i], NULL, 0, out);
        text_free(&before);
        text_free(&values);
    }
    return had_rows;
}

static int set_preset(const struct file *file, const char *name)
{
    struct text after = TEXT_EMPTY;
    char *backup;
    int status = STATUS_FAILED;
    bool had_rows = config_set_preset(&file->content, name, &after);
    if (config_save(file, &after, had_rows, &backup) == 0) {
        status = STATUS_DONE;
        if (backup)
            printf("The configuration with the rows that were there: %s\n", backup);
        free(backup);
    }
    text_free(&after);
    return status;
}

static int preset(const struct file *file, const char *name)
{
    if (name && look_preset_find(name))
        return set_preset(file, name);
    if (name) {
        say("config: no preset is called '%s': 'tacho config preset' lists them", name);
        return STATUS_FAILED;
    }
    for (size_t i = 0; look_preset_at(i); i++)
        printf("%-12s %s\n", look_preset_at(i)->name, look_preset_at(i)->about);
    return STATUS_DONE;
}

/* A theme may be the person's own: whether there is one of that name is for the check to say. */
static int theme(const struct file *file, char *name)
{
    if (name)
        return set(file, "line.theme", &name, 1);
    for (size_t i = 0; render_theme_at(i); i++)
        puts(render_theme_at(i));
    return STATUS_DONE;
}

/* ---- checking ------------------------------------------------------------------------------------------ */

static int check(const struct file *file)
{
    if (find_mistakes(&file->content, say_mistake, file->path))
        return STATUS_FAILED;
    printf("%s: %s\n", file->path,
           file->exists ? "no mistakes" : "is not there: all is as Tacho has it by default");
    return STATUS_DONE;
}

/* Another file is checked as if it were the configuration. */
static int check_file(const char *path)
{
    struct file file;
    struct text why = TEXT_EMPTY;
    int status = STATUS_FAILED;
    if (file_load(&file, path, &why) == 0 && !file.exists)
        text_addf(&why, "%s: no such file", path);
    if (why.size)
        say("config: %s", why.bytes);
    else
        status = check(&file);
    text_free(&why);
    file_free(&file);
    return status;
}

/* The editor is a program of its own. Returns only if it cannot be run. */
static int edit(void)
{
    char *path = places_beside("../libexec/tacho-editor");
    if (path)
        execv(path, (char *const[]){path, NULL});
    say("config: cannot run %s: %s: install tacho again", path ? path : "tacho-editor", strerror(errno));
    free(path);
    return STATUS_FAILED;
}

/* ------------------------------------------------------------------------------------------------------- */

enum action {
    ACTION_EDIT,
    ACTION_GET,
    ACTION_SET,
    ACTION_UNSET,
    ACTION_CHECK,
    ACTION_PRESET,
    ACTION_THEME,
    ACTION_PATH,
    ACTION_NONE
};

static int usage_error(const char *what)
{
    say("config: %s: see 'tacho config --help'", what);
    return STATUS_USAGE;
}

static int act(enum action action, char **operands, int count)
{
    const char *name = count > 0 ? operands[0] : NULL;
    bool needs_name = action == ACTION_GET || action == ACTION_SET || action == ACTION_UNSET;
    if (needs_name && !name)
        return usage_error("which setting? Names are like line.theme");
    if (needs_name && !config_text_is_name(name))
        return usage_error("a setting's name is like line.theme or segment.model.color");
    if (action == ACTION_SET && count < 2)
        return usage_error("to which value?");
    if (action == ACTION_EDIT)
        return edit();
    if (action == ACTION_CHECK && name)
        return check_file(name);
    struct file file;
    if (config_load(&file) < 0)
        return STATUS_FAILED;
    int status = STATUS_DONE;
    if (action == ACTION_GET)
        status = get(&file, name);
    else if (action == ACTION_CHECK)
        status = check(&file);
    else if (action == ACTION_PATH)
        puts(file.path);
    else if (action == ACTION_PRESET)
        status = preset(&file, name);
    else if (action == ACTION_THEME)
        status = theme(&file, operands[0]);
    else
        status = set(&file, name, operands + 1, action == ACTION_SET ? count - 1 : 0);
    file_free(&file);
    return status;
}

int command_config(int argc, char **argv)
{
    static const struct {
        const char *name;
        int most; /* operands */
    } actions[] = {{"edit", 0},  {"get", 1},    {"set", 64},  {"unset", 1},
                   {"check", 1}, {"preset", 1}, {"theme", 1}, {"path", 0}};
    const struct options options = {"config", usage, NULL, 0, 65};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (optind == argc)
        return usage_error("what about it? There are edit, get, set, unset, check, preset, theme and path");
    for (size_t i = 0; i < ACTION_NONE; i++) {
        if (strcmp(argv[optind], actions[i].name) != 0)
            continue;
        int count = argc - optind - 1;
        return count > actions[i].most ? usage_error("too many words")
                                       : act((enum action)i, argv + optind + 1, count);
    }
    return usage_error("no such subcommand; there are edit, get, set, unset, check, preset, theme and path");
}
