/* `tacho init`: prints the script that a shell evals; the scripts are the files of shell/. */
#include "command.h"
#include "quote.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/setting.h"

#include "../../shm/place.h"
#include "../../shm/request.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho init bash|zsh|fish|tmux\n"
    "\n"
    "Prints the script that shows Tacho's line above the shell's prompt: the "
    "repository's state, and today's\n"
    "cost. Your own prompt stays as it is; `tacho_off` takes the line away again. In tmux "
    "it is shown in the\n"
    "status bar.\n"
    "\n"
    "examples:\n"
    "  eval \"$(tacho init bash)\"      in ~/.bashrc\n"
    "  eval \"$(tacho init zsh)\"       in ~/.zshrc\n"
    "  tacho init fish | source       in ~/.config/fish/config.fish\n"
    "  run-shell 'tacho init tmux | tmux source-file -'   in ~/.tmux.conf\n";

/*
 * The scripts as they are in the tree, put into the program by the assembler. Paths are from the tree's root,
 * where the compiler is run; the Makefile knows that this file's object depends on them.
 */
#define SCRIPT(name, path)                                                                                   \
    __asm__(".pushsection .rodata\n" #name ":\n.incbin \"" path "\"\n.byte 0\n.popsection\n");               \
    extern const char name[] __attribute__((visibility("hidden")))

SCRIPT(init_script_bash, "shell/init.bash");
SCRIPT(init_script_zsh, "shell/init.zsh");
SCRIPT(init_script_fish, "shell/init.fish");
SCRIPT(init_script_tmux, "shell/init.tmux");
SCRIPT(around_script_bash, "shell/around.bash");
SCRIPT(around_script_zsh, "shell/around.zsh");
SCRIPT(around_script_fish, "shell/around.fish");
SCRIPT(around_script_shared, "shell/around.sh");

/* ---- the configuration -------------------------------------------------------------------------------- */

/* What a setting says; NULL: nothing. To be freed. */
static char *configured(const char *name)
{
    char path[PATH_MAX];
    struct text value = TEXT_EMPTY;
    bool found =
        place_config(path, sizeof path, places_environment(), "") >= 0 && setting_read(path, name, &value);
    char *words = found ? memory_string(value.bytes ? value.bytes : "", value.size) : NULL;
    text_free(&value);
    return words;
}

/* What the shell puts around the line: all that there is, unless the setting says otherwise. */
static char *configured_words(const char *name)
{
    static const char all[] = "host environment duration jobs status";
    char *words = configured(name);
    return words ? words : memory_string(all, sizeof all - 1);
}

/* Which sides there are beside the left one. */
static char *configured_sides(const char *unused)
{
    char *right = configured("prompt.right"), *transient = configured("prompt.transient");
    struct text sides = TEXT_EMPTY;
    (void)unused;
    text_addf(&sides, "%s %s", right && *right ? "right" : "", transient && *transient ? "transient" : "");
    free(right);
    free(transient);
    return sides.bytes;
}

/* What tmux runs in a format for the line of a pane's directory (tmux(1), FORMATS). */
static char *tmux_command(const char *name)
{
    char *program = places_beside(name);
    struct text word = TEXT_EMPTY, command = TEXT_EMPTY;
    if (!program)
        return NULL;
    quote_posix(&word, program);
    text_add_string(&command, "#(");
    for (size_t i = 0; i < word.size; i++) {
        if (word.bytes[i] == '#')
            text_add_char(&command, '#');
        text_add_char(&command, word.bytes[i]);
    }
    text_add_string(&command, " tmux --of #{pane_pid})");
    text_free(&word);
    free(program);
    return command.bytes;
}

/* ---- the scripts --------------------------------------------------------------------------------------- */

/* In the scripts these stand for quoted paths, and words of the configuration. */
static const struct mark {
    const char *mark;
    char *(*find)(const char *name);
    const char *name;
} marks[] = {
    {"@TACHO_PROMPT@", places_beside, "tacho-prompt"},
    {"@TACHO_BASH@", places_beside, "../lib/tacho.bash"},
    {"@TACHO_ZSH@", places_beside, "../lib/tacho.zsh"},
    {"@TACHO_SHELLS@", places_runtime, TACHO_SHELLS_NAME},
    {"@TACHO_PARTS@", configured_words, "prompt.shell"},
    {"@TACHO_SIDES@", configured_sides, ""},
    {"@TACHO_TMUX@", tmux_command, "tacho-prompt"},
};
enum { MARK_COUNT = sizeof marks / sizeof *marks };

static const struct shell {
    const char *name;
    const char *script;
    const char
        *around; /* stands in it for @TACHO_AROUND@; in that for @TACHO_SHARED@ what two shells share */
    void (*quote)(struct text *out, const char *string);
} shells[] = {
    {"bash", init_script_bash, around_script_bash, quote_posix},
    {"zsh", init_script_zsh, around_script_zsh, quote_posix},
    {"fish", init_script_fish, around_script_fish, quote_fish},
    {"tmux", init_script_tmux, "", quote_posix},
};

/* The mark that stands at `at`, or NULL. */
static const struct mark *mark_at(const char *at)
{
    for (size_t i = 0; i < MARK_COUNT; i++)
        if (strncmp(at, marks[i].mark, strlen(marks[i].mark)) == 0)
            return &marks[i];
    return NULL;
}

/* The script that stands for the line at `*at`, which is then passed; NULL: none. */
static const char *script_at(const struct shell *shell, const char **at)
{
    static const char around[] = "@TACHO_AROUND@\n", shared[] = "@TACHO_SHARED@\n";
    const char *script = NULL;
    if (strncmp(*at, around, sizeof around - 1) == 0) {
        script = shell->around;
        *at += sizeof around - 1;
    } else if (strncmp(*at, shared, sizeof shared - 1) == 0) {
        script = around_script_shared;
        *at += sizeof shared - 1;
    }
    return script;
}

static bool add_script(struct text *out, const struct shell *shell, const char *script)
{
    for (const char *at = script; *at;) {
        const char *part = script_at(shell, &at);
        if (part) {
            if (!add_script(out, shell, part))
                return false;
            continue;
        }
        const struct mark *mark = mark_at(at);
        if (!mark) {
            text_add_char(out, *at++);
            continue;
        }
        char *path = mark->find(mark->name);
        if (!path)
            return say("init: cannot tell where %s is", mark->name), false;
        shell->quote(out, path);
        free(path);
        at += strlen(mark->mark);
    }
    return true;
}

static int print_script(const struct shell *shell)
{
    struct text out = TEXT_EMPTY;
    bool made = add_script(&out, shell, shell->script);
    if (made)
        fwrite(out.bytes, 1, out.size, stdout);
    text_free(&out);
    return made ? STATUS_DONE : STATUS_FAILED;
}

int command_init(int argc, char **argv)
{
    const struct options options = {"init", usage, NULL, 0, 1};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (optind >= argc) {
        say("init: for which shell? 'tacho init bash', zsh, fish or tmux");
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(argv[optind], shells[i].name) == 0)
            return print_script(&shells[i]);
    say("init: no script for '%s': there are bash, zsh, fish and tmux", argv[optind]);
    return STATUS_USAGE;
}
