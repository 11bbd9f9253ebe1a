/*
 * bash's loadable builtin `tacho_prompt`: the reader (reader.h) around a variable.
 *
 *     enable -f .../lib/tacho.bash tacho_prompt
 *     tacho_prompt [-cnt] [-s surface] [-w milliseconds] [-W columns] [name]
 *
 * It refuses to be loaded by a bash of another version than that of the headers it was built with: what it
 * uses of bash's inside is no public interface.
 */
#include <config.h>
#include <stdint.h>

#include <loadables.h>
#include <version.h>

#include "reader.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
    KEPT_FROM = 100, /* a person's own descriptors are below, bash's terminal is 255 */
    STATUS_NO_AGENT = 3,
};

/* Set as it is, without being looked at, is a line only in a variable of this kind: an integer's is
 * evaluated. */
#define UNSUITABLE                                                                                           \
    (att_readonly | att_integer | att_array | att_assoc | att_function | att_noassign | att_nameref)

static int bash_keep(int descriptor)
{
    int kept = fcntl(descriptor, F_DUPFD_CLOEXEC, KEPT_FROM);
    if (kept < 0)
        return descriptor; /* so few may be open; then it stays where it is */
    close(descriptor);
    return kept;
}

static void bash_release(int descriptor)
{
    close(descriptor);
}

static const char *const *bash_environment(void)
{
    maybe_make_export_env();
    return (const char *const *)export_env;
}

static const struct reader_host host = {bash_keep, bash_release, bash_environment};
static struct reader reader = READER_NEW(&host);

static const char *value_of(const char *name)
{
    SHELL_VAR *variable = find_variable(name);
    return variable && !(variable->attributes & (att_array | att_assoc)) ? value_cell(variable) : NULL;
}

/* Sets the variable, if its value is not the line already. */
static int variable_set(const char *name, char *line)
{
    SHELL_VAR *variable = find_variable(name);
    if (variable) {
        if ((variable->attributes & UNSUITABLE) || variable->assign_func)
            return EXECUTION_FAILURE;
        if (value_cell(variable) && strcmp(value_cell(variable), line) == 0)
            return EXECUTION_SUCCESS;
    }
    return bind_variable(name, line, 0) ? EXECUTION_SUCCESS : EXECUTION_FAILURE;
}

/* ---- the transient prompt ------------------------------------------------------------------------ */

/* readline's, which is a part of bash, or loaded beside it; its headers are not among bash's. */
extern char *rl_prompt __attribute__((weak));
extern FILE *rl_outstream __attribute__((weak));
extern int rl_set_prompt(const char *prompt) __attribute__((weak));

static int newlines_in(const char *text)
{
    int count = 0;
    while ((text = strchr(text, '\n'))) {
        count++;
        text++;
    }
    return count;
}

/*
 * Puts `text` in the place of the prompt's first line, before the next one, and the cursor to where the
 * prompt began. For what readline runs at a key (`bind -x`): the prompt's last line and what was typed are
 * off the terminal already.
 */
static bool prompt_replace_line(const char *text)
{
    const char *line_end =
        &rl_prompt && &rl_outstream && rl_set_prompt && rl_prompt ? strchr(rl_prompt, '\n') : NULL;
    char *prompt = NULL;
    if (!*text || !line_end || asprintf(&prompt, "%s %s", text, line_end + 1) < 0)
        return false;
    fprintf(rl_outstream, "\033[%dA\r\033[J", newlines_in(line_end));
    fflush(rl_outstream);
    rl_set_prompt(prompt);
    free(prompt);
    return true;
}

/* ---- the builtin --------------------------------------------------------------------------------- */

struct options {
    struct reader_request request;
    bool transient;
    const char *name;
};

/* Returns false at a mistake. */
static bool option_take(struct options *options, int option)
{
    uint32_t number = 0;
    struct show *show = &options->request.show;
    switch (option) {
    case 'c':
        options->request.cached = true;
        return true;
    case 'n':
        show->newline = true;
        return true;
    case 's':
        return surface_named(list_optarg, &show->surface);
    case 't':
        options->transient = options->request.cached = true;
        show->surface = TACHO_BASH_TRANSIENT;
        return true;
    case 'w':
        if (!number_read(list_optarg, 10000, &number))
            return false;
        options->request.wait_ms = options->request.patience_ms = (int)number;
        return true;
    case 'W':
        return number_read(list_optarg, 10000, &show->columns);
    default:
        return false;
    }
}

static bool options_read(struct options *options, WORD_LIST *list)
{
    static char letters[] = "cns:tw:W:";
    int option;
    if (!number_read(value_of("COLUMNS"), 10000, &options->request.show.columns))
        options->request.show.columns = 0;
    reset_internal_getopt();
    while ((option = internal_getopt(list, letters)) != GETOPT_EOF)
        if (!option_take(options, option))
            return false;
    list = loptend;
    if (list)
        options->name = list->word->word;
    return !(list && list->next) && legal_identifier(options->name);
}

static int tacho_prompt(WORD_LIST *list)
{
    struct options options = {
        .request = {.show = {.surface = TACHO_BASH}, .wait_ms = HOOK_WAIT_MS, .patience_ms = HOOK_WAIT_MS},
        .name = "TACHO_LINE",
    };
    if (!options_read(&options, list)) {
        builtin_usage();
        return EX_USAGE;
    }
    options.request.show.depth =
        terminal_depth(value_of("NO_COLOR"), value_of("COLORTERM"), value_of("TERM"));
    enum reader_news news = reader_make_line(&reader, &options.request);
    if (options.transient)
        return prompt_replace_line(reader.line) ? EXECUTION_SUCCESS : EXECUTION_FAILURE;
    int status = variable_set(options.name, reader.line);
    return status == EXECUTION_SUCCESS && news == READER_ALONE ? STATUS_NO_AGENT : status;
}

/* What bash looks up by name: the builtin, and what to call when it is loaded and unloaded. */
#define EXPORTED __attribute__((visibility("default")))
extern struct builtin tacho_prompt_struct;
int tacho_prompt_builtin_load(char *name);
void tacho_prompt_builtin_unload(char *name);

/* "@(#)Bash version 5.2.15(1) release GNU" of the headers against the shell's "5.2.15(1)-release". */
static bool is_built_for(const char *version)
{
    static const char before[] = "@(#)Bash version ";
    const char *built = &SCCSVERSION[sizeof before - 1];
    for (; *version; version++, built++)
        if (*built != (*version == '-' ? ' ' : *version))
            return false;
    return *built == ' ';
}

EXPORTED int tacho_prompt_builtin_load(char *name)
{
    (void)name;
    return is_built_for(shell_version_string());
}

EXPORTED void tacho_prompt_builtin_unload(char *name)
{
    (void)name;
    reader_close(&reader);
}

static char *const documentation[] = {
    "Put Tacho's line for the current directory into a variable.",
    "",
    "Asks Tacho's agent for the directory's line, as it is after every command so far, and sets NAME",
    "(default: TACHO_LINE) to it; to nothing where there is nothing to show. No process is started.",
    "",
    "Options:",
    "  -c\tonly read what the agent published last",
    "  -n\tend the line with a newline",
    "  -s surface\tbash (default), zsh, fish, tmux, plain or json",
    "  -t\tin a function that `bind -x` runs: put the transient prompt in the place of the prompt's first "
    "line",
    "  -w milliseconds\thow long to wait for the agent (default 20)",
    "  -W columns\tthe width to fit (default: $COLUMNS; 0: unlimited)",
    "",
    "Exit Status:",
    "0, or 3 if no agent runs: tacho-prompt starts one. 1 if NAME cannot be set or there is nothing to put, "
    "2 for a mistake in usage.",
    NULL,
};

EXPORTED struct builtin tacho_prompt_struct = {
    "tacho_prompt",
    tacho_prompt,
    BUILTIN_ENABLED,
    documentation,
    "tacho_prompt [-cnt] [-s surface] [-w milliseconds] [-W columns] [name]",
    NULL,
};
