/*
 * Numbers → finished lines. One call draws one block: the pieces of a line for one surface and colour
 * depth, each with its columns and rank, so that a reader fits a width by addition (shm/tacho.h, struct
 * tacho_piece). Pure: the same facts and look give the same bytes. Nothing is allocated.
 *
 * Every text from outside goes through render/harmless.h: control bytes, C1, bidirectional overrides and
 * invalid UTF-8 are replaced, the surface's own syntax is escaped, width is counted by grapheme.
 *
 * Signs: ⇡n ⇣n commits ahead and behind, +n staged, !n changed, ?n untracked, ✗n in conflict, *n stashes,
 * "…" after them: not those of this moment; @ a detached HEAD; ≥ before a sum while history is still being
 * read (rounded down, so that it is true); "--%" context not known yet; ◷ stale. ASCII looks use
 * >n <n x ~ .. >= for them.
 *
 * Surfaces: what the bytes are and how a shell must embed them. Each was tried with hostile text in bash
 * 5.2, zsh 5.9, fish 3.6 and tmux 3.3a on a terminal.
 *
 *   claude, fish
 *          Text and SGR. fish: `printf %s "$line"` inside fish_prompt.
 *   bash   The value of a variable, or output of a command, that PS1 refers to (promptvars on, as it is by
 *          default):
 *              PS1='${tacho_line}\$ '
 *          bash expands a prompt's escapes and parameters once, and not again in what they stand for, so
 *          $ ` \ in the value are inert. Colours are between \001 and \002, which is what \[ \] become
 *          (those themselves would be shown). Should somebody put the value into PS1 itself, nothing is
 *          executed either: $ and \ are followed by an empty \001\002, and ` is drawn as ˋ.
 *   zsh    The value of a parameter that PROMPT or RPROMPT refers to with PROMPT_SUBST on:
 *              setopt prompt_subst; PROMPT='${tacho_line}%# '
 *          or, with or without PROMPT_SUBST, part of PROMPT itself. % is doubled and colours are between
 *          %{ %}; $ and \ are followed by an empty %{%}, which ends what a substitution might see, and `
 *          is drawn as ˋ. PROMPT_PERCENT must be on (it is by default); with PROMPT_BANG on, a ! turns
 *          into the history number, which is wrong but harmless.
 *   tmux   The output of #(tacho-prompt tmux) in status-right, or part of it. # is written ##, and it and
 *          % are followed by an empty style #[], so that neither tmux's formats nor strftime see more.
 *   plain  Text alone, at every depth.
 *   json   Data. Control characters are replaced here too, so that `jq -r` prints nothing that a terminal
 *          would obey.
 */
#ifndef TACHO_RENDER_H
#define TACHO_RENDER_H

#include "../../shm/tacho.h"
#include "facts.h"

#define RENDER_TEXT_MAX (8 * 1024)

struct theme;
struct layout;

/* What the person chose. render_look_default() gives what they get without choosing. */
/* Where a part of a shell's prompt stands; transient: what is left of one that was answered. */
enum prompt_side { PROMPT_LEFT, PROMPT_RIGHT, PROMPT_TRANSIENT, PROMPT_SIDES };

struct look {
    const struct theme *theme;
    bool ascii;                  /* no symbols outside ASCII */
    bool nerd;                   /* a Nerd Font has the symbols of Unicode's private use area */
    const struct layout *layout; /* NULL: the default one */
    const struct layout *prompts[PROMPT_SIDES]; /* likewise */
};

struct rendering {
    struct tacho_piece pieces[TACHO_PIECES_MAX];
    uint32_t piece_count;
    char text[RENDER_TEXT_MAX];
    uint32_t text_size;
    int64_t valid_until_us; /* when it would look different by the clock alone; of status lines */
};

struct look render_look_default(void);

/* "dark", "light" (and later more), or NULL. render_theme_at() lists them. */
const struct theme *render_theme(const char *name);
const char *render_theme_at(size_t index);

/*
 * Draws the status line of a session (surface claude, plain). Never without a piece of at most four columns,
 * so that something is shown at any width from there.
 */
void render_status_line(struct rendering *rendering, const struct facts *facts, const struct look *look,
                        enum tacho_surface surface, enum tacho_depth depth);

/*
 * Draws a directory's part of a prompt: directory, git, sessions, today's cost, or what the look says. A
 * surface's left, right and transient sides are surfaces of their own: zsh, zsh-right, zsh-transient. No
 * pieces at all where there is nothing to say.
 */
void render_prompt(struct rendering *rendering, const struct facts *facts, const struct look *look,
                   enum tacho_surface surface, enum tacho_depth depth);

/*
 * Draws the same facts as one JSON object for bars and scripts: one piece of 0 columns, which fits any
 * width. Unknown is null. Keys: model, effort, fast_mode, directory, session (its name),
 * state (idle, busy, waiting), mode (permission mode), activity {tool, skill, error, retries, agents,
 * todo_done, todo_total, compacting}, context {used_percent, tokens, size, estimated}, cost {session, today,
 * block: dollars, exactly; at_least: history is still being read}, block {ends_at, cost}, limits {five_hour,
 * seven_day: {used_percent, resets_at}}, alerts {raised, latest: its rule's name}, git. Instants are Unix seconds. `block` is null while none is
 * active, `git` outside a repository; it has the keys branch, oid, detached, upstream, ahead, behind,
 * push_ahead, push_behind, staged, unstaged, untracked, conflicted, stashes, action, step, steps, tag,
 * worktree, engine, stale_ms.
 */
void render_json(struct rendering *rendering, const struct facts *facts);

/*
 * The next instant (Unix µs) at which a line with these facts would look different by the clock alone:
 * a countdown's next minute, a reset, the block's end. INT64_MAX: never. Midnight is not among them: the
 * facts do not say when it is.
 */
int64_t render_valid_until(const struct facts *facts);

#endif
