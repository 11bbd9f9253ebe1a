/*
 * zsh's module `tacho`: the reader (reader.h) around a parameter, as the builtin `tacho_prompt`.
 *
 *     module_path=(.../lib/tacho.zsh $module_path); zmodload tacho
 *     tacho_prompt [-cln] [-f name] [-s surface] [-w milliseconds] [-W columns] [name]
 *
 *     name             is set to the line; TACHO_LINE if not said
 *     -c               only read what the agent published last
 *     -f name          if the answer does not come in time, set this to the descriptor on which it will come
 *                      (for `zle -F`); else to nothing
 *     -l               something came on that descriptor: take it
 *     -n               end the line with a newline
 *     -s surface       zsh (default), bash, fish, tmux, plain or json
 *     -w milliseconds  how long to wait for the agent: 20, with -f 2
 *     -W columns       the width to fit; 0: unlimited. $COLUMNS if not said
 *
 * Returns 0, or 3 if no agent runs: tacho-prompt starts one. 1 if a parameter cannot be set or an option has
 * a wrong value. It refuses to be loaded by a zsh of another version than that of the headers it was built
 * with.
 */
#include "reader.h"

#include <zsh/zsh.mdh>

#include <fcntl.h>
#include <zsh/patchlevel.h>

/* Macros of the terminal's (term.h), which comes with zsh's headers. */
#undef columns
#undef newline

enum {
    WAIT_WITH_REDRAW_MS = 2,
    PATIENCE_WITH_REDRAW_MS = 1000,
    STATUS_FAILED = 1,
    STATUS_NO_AGENT = 3,
};

extern char **environ;

/* At 10 or above, and known to zsh as the shell's own: it is in no command's way. */
static int zsh_keep(int descriptor)
{
    int kept = movefd(descriptor);
    if (kept >= 0)
        fcntl(kept, F_SETFD, FD_CLOEXEC);
    return kept;
}

static void zsh_release(int descriptor)
{
    zclose(descriptor);
}

static const char *const *zsh_environment(void)
{
    return (const char *const *)environ;
}

static const struct reader_host host = {zsh_keep, zsh_release, zsh_environment};
static struct reader reader = READER_NEW(&host);

/* A parameter that is set as it is: an integer's value would be evaluated. NULL: not set. */
enum { UNSUITABLE = PM_READONLY | PM_SPECIAL | PM_TIED | PM_RESTRICTED };

static int parameter_set(char *name, char *value, size_t size)
{
    if (!isident(name) || strchr(name, '['))
        return STATUS_FAILED;
    Param parameter = (Param)paramtab->getnode(paramtab, name);
    char *text = metafy(value, (int)size, META_USEHEAP);
    if (parameter && !(parameter->node.flags & PM_UNSET)) {
        if (PM_TYPE(parameter->node.flags) != PM_SCALAR || (parameter->node.flags & UNSUITABLE))
            return STATUS_FAILED;
        if (parameter->u.str && strcmp(parameter->u.str, text) == 0)
            return 0;
    }
    return assignsparam(name, ztrdup(text), 0) ? 0 : STATUS_FAILED;
}

/* A string parameter's value, or NULL: getsparam() without the subscripts that a name might have, which take
 * time. */
static const char *parameter_text(const char *name)
{
    Param parameter = (Param)paramtab->getnode(paramtab, name);
    bool is_text =
        parameter && !(parameter->node.flags & PM_UNSET) && PM_TYPE(parameter->node.flags) == PM_SCALAR;
    return is_text ? parameter->gsu.s->getfn(parameter) : NULL;
}

/* Sets the parameter to the descriptor on which a late answer comes. */
static int answer_set(char *name)
{
    char number[16] = "";
    int descriptor = reader_late_descriptor(&reader);
    if (descriptor >= 0)
        snprintf(number, sizeof number, "%d", descriptor);
    return parameter_set(name, number, strlen(number));
}

/* Returns false at a wrong value. */
static bool request_read(struct reader_request *request, Options options)
{
    uint32_t wait = OPT_ISSET(options, 'f') ? WAIT_WITH_REDRAW_MS : HOOK_WAIT_MS;
    struct show *show = &request->show;
    *request = (struct reader_request){.cached = OPT_ISSET(options, 'c')};
    show->surface = TACHO_ZSH;
    show->depth =
        terminal_depth(parameter_text("NO_COLOR"), parameter_text("COLORTERM"), parameter_text("TERM"));
    show->columns = zterm_columns > 0 ? (uint32_t)zterm_columns : 0;
    show->newline = OPT_ISSET(options, 'n');
    if ((OPT_ISSET(options, 's') && !surface_named(OPT_ARG(options, 's'), &show->surface)) ||
        (OPT_ISSET(options, 'w') && !number_read(OPT_ARG(options, 'w'), 10000, &wait)) ||
        (OPT_ISSET(options, 'W') && !number_read(OPT_ARG(options, 'W'), 10000, &show->columns)))
        return false;
    request->wait_ms = (int)wait;
    request->patience_ms = OPT_ISSET(options, 'f') ? PATIENCE_WITH_REDRAW_MS : (int)wait;
    return true;
}

static int tacho_prompt(char *name, char **arguments, Options options, int function)
{
    (void)function;
    static char default_name[] = "TACHO_LINE";
    struct reader_request request;
    if (!request_read(&request, options)) {
        zwarnnam(name, "unknown surface, or not a number");
        return STATUS_FAILED;
    }
    /* A trap could call this builtin again. */
    queue_signals();
    enum reader_news news =
        OPT_ISSET(options, 'l') ? reader_take_late(&reader, &request) : reader_make_line(&reader, &request);
    int status = parameter_set(*arguments ? *arguments : default_name, reader.line, reader.line_size);
    if (!status && OPT_ISSET(options, 'f'))
        status = answer_set(OPT_ARG(options, 'f'));
    unqueue_signals();
    return !status && news == READER_ALONE ? STATUS_NO_AGENT : status;
}

/* ---- what zsh looks up by name ------------------------------------------------------------------- */

static struct builtin builtins[] = {
    BUILTIN("tacho_prompt", 0, tacho_prompt, 0, 1, 0, "cf:lns:w:W:", NULL),
};

static struct features features = {.bn_list = builtins, .bn_size = sizeof builtins / sizeof *builtins};

#pragma GCC visibility push(default)
int setup_(Module module);
int features_(Module module, char ***names);
int enables_(Module module, int **enables);
int boot_(Module module);
int cleanup_(Module module);
int finish_(Module module);
#pragma GCC visibility pop

/* "zsh-5.9-0-g73d3173" of the headers against the shell's $ZSH_VERSION, "5.9". */
static bool is_built_for(const char *version)
{
    static const char before[] = "zsh-";
    const char *built = &ZSH_PATCHLEVEL[sizeof before - 1];
    size_t size = version ? strlen(version) : 0;
    return size && strncmp(built, version, size) == 0 && built[size] == '-';
}

int setup_(Module module)
{
    (void)module;
    return !is_built_for(getsparam("ZSH_VERSION"));
}

int features_(Module module, char ***names)
{
    *names = featuresarray(module, &features);
    return 0;
}

int enables_(Module module, int **enables)
{
    return handlefeatures(module, &features, enables);
}

int boot_(Module module)
{
    (void)module;
    return 0;
}

int cleanup_(Module module)
{
    return setfeatureenables(module, &features, NULL);
}

int finish_(Module module)
{
    (void)module;
    reader_close(&reader);
    return 0;
}
