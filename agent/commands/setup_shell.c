/*
 * The line in shells: `tacho init` in the shell's own file, in a block between two comments by which --undo
 * finds it again.
 */
#include "setup.h"

#include "command.h"
#include "quote.h"

#include "../base/say.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char block_begin[] = "# >>> tacho >>>", block_end[] = "# <<< tacho <<<";

struct shell {
    const char *name;
    const char *variable; /* names the folder that its file is in, where it is set */
    const char *folder;   /* in the home directory, where it is not */
    const char *file;
};

static const struct shell shells[] = {
    {"bash", "", "", ".bashrc"},
    {"zsh", "ZDOTDIR", "", ".zshrc"},
    {"fish", "XDG_CONFIG_HOME", "/.config", "fish/config.fish"},
};

enum { SHELL_COUNT = sizeof shells / sizeof *shells };

static const struct shell *shell_of(const char *name)
{
    const char *slash = name ? strrchr(name, '/') : NULL;
    for (size_t i = 0; name && i < SHELL_COUNT; i++)
        if (strcmp(shells[i].name, slash ? slash + 1 : name) == 0)
            return &shells[i];
    return NULL;
}

/* The shell's file, to be freed; NULL: without a home there is none. */
static char *shell_path(const struct shell *shell)
{
    const char *folder = shell->variable[0] ? getenv(shell->variable) : NULL, *home = getenv("HOME");
    struct text path = TEXT_EMPTY;
    if (folder && folder[0] == '/')
        text_addf(&path, "%s/%s", folder, shell->file);
    else if (home && home[0] == '/')
        text_addf(&path, "%s%s/%s", home, shell->folder, shell->file);
    return path.bytes;
}

/* ---- the block ----------------------------------------------------------------------------------------- */

struct block {
    size_t begin, end; /* begin == end: there is none */
};

static struct block find_block(const struct text *content)
{
    struct block block = {0};
    const char *begin = content->size ? strstr(content->bytes, block_begin) : NULL;
    const char *end = begin ? strstr(begin, block_end) : NULL;
    if (!end || (begin > content->bytes && begin[-1] != '\n'))
        return block;
    const char *newline = strchr(end, '\n');
    block.begin = (size_t)(begin - content->bytes);
    block.end = newline ? (size_t)(newline - content->bytes) + 1 : content->size;
    return block;
}

/* What runs `tacho init`, if tacho is still there. */
static void add_block(struct text *out, const struct shell *shell, const char *program)
{
    bool is_fish = strcmp(shell->name, "fish") == 0;
    struct text quoted = TEXT_EMPTY;
    (is_fish ? quote_fish : quote_posix)(&quoted, program);
    text_addf(out, "%s put here by 'tacho setup'; 'tacho setup --undo' takes it out\n", block_begin);
    if (is_fish)
        text_addf(out, "if test -x %s\n    %s init fish | source\nend\n", quoted.bytes, quoted.bytes);
    else
        text_addf(out, "if [ -x %s ]; then\n    eval \"$(%s init %s)\"\nfi\n", quoted.bytes, quoted.bytes,
                  shell->name);
    text_addf(out, "%s\n", block_end);
    text_free(&quoted);
}

/* ---- putting it in, taking it out ------------------------------------------------------------------------
 */

static int install(struct setup_change *change, const struct shell *shell)
{
    struct text question = TEXT_EMPTY;
    char *program = places_beside("tacho");
    const struct text *before = &change->file.content;
    int status = STATUS_FAILED;
    if (!program) {
        say("setup: cannot tell where tacho is installed: /proc is not readable; mount it");
        return STATUS_FAILED;
    }
    text_add(&change->after, before->bytes ? before->bytes : "", before->size);
    if (before->size && before->bytes[before->size - 1] != '\n')
        text_add_char(&change->after, '\n');
    add_block(&change->after, shell, program);
    setup_change_show(change);
    text_addf(&question, "Show Tacho's line above %s's prompt? [y/N] ", shell->name);
    if (setup_is_agreed(change->wish, question.bytes, &status)) {
        change->record.created = !change->file.exists;
        status = STATUS_FAILED;
        if ((change->file.exists || setup_change_remember(change) == 0) && setup_change_write(change) == 0)
            status = STATUS_DONE;
        if (status == STATUS_DONE)
            puts("Done: shells that start from now on show it.");
    }
    text_free(&question);
    free(program);
    return status;
}

static int undo(struct setup_change *change, struct block block)
{
    const struct text *before = &change->file.content;
    int status;
    text_add(&change->after, before->bytes, block.begin);
    text_add(&change->after, before->bytes + block.end, before->size - block.end);
    setup_change_show(change);
    if (!setup_is_agreed(change->wish, "Write this? [y/N] ", &status))
        return status;
    bool remove = change->record.known && change->record.created && !change->after.size;
    if ((remove ? setup_change_remove(change) : setup_change_write(change)) < 0 ||
        setup_change_forget(change) < 0)
        return STATUS_FAILED;
    puts("Done. In shells that run, `tacho_off` takes the line away.");
    return STATUS_DONE;
}

static int run(const struct setup_wish *wish, const struct shell *shell)
{
    struct setup_change change;
    char *path = shell_path(shell);
    int status = STATUS_FAILED;
    if (!path && wish->undo)
        return STATUS_DONE;
    if (!path) {
        say("setup: cannot tell where %s's file is: set HOME", shell->name);
        return STATUS_FAILED;
    }
    if (setup_change_load(&change, wish, path) == 0) {
        struct block block = find_block(&change.file.content);
        bool has_block = block.end > block.begin;
        if (wish->undo)
            status = has_block ? undo(&change, block) : STATUS_DONE;
        else if (!has_block)
            status = install(&change, shell);
        else
            status = STATUS_DONE;
        if (!wish->undo && has_block)
            printf("%s has Tacho's line already.\n", path);
    }
    setup_change_free(&change);
    free(path);
    return status;
}

int setup_shell(const struct setup_wish *wish)
{
    int status = STATUS_DONE;
    if (wish->shell || !wish->undo) {
        const struct shell *shell = shell_of(wish->shell ? wish->shell : getenv("SHELL"));
        return shell ? run(wish, shell) : STATUS_DONE;
    }
    for (size_t i = 0; i < SHELL_COUNT; i++)
        if (run(wish, &shells[i]) != STATUS_DONE)
            status = STATUS_FAILED;
    return status;
}

bool setup_knows_shell(const char *name)
{
    return shell_of(name) != NULL;
}
