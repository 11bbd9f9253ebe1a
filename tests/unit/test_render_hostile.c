/*
 * Random and hostile facts on every surface at every depth and width: nothing drawn is wider than
 * stated, obeyed by a terminal, or read by a shell. The surface's syntax is taken apart here anew, and
 * widths come from a table of atoms, not from the renderer.
 */
#include "../../agent/git/git.h"
#include "../../agent/render/render.h"
#include "suite.h"
#include "support_fit.h"
#include <string.h>

#define ROUNDS 400

/* What texts are made of; `shown` is what must come out of it, `columns` wide, on a plain surface. */
static const struct atom {
    const char *bytes, *shown;
    uint32_t columns;
} atoms[] = {
    {"a", "a", 1},
    {"-", "-", 1},
    {"/", "/", 1},
    {" ", " ", 1},
    {"é", "é", 1},
    {"e\u0301", "e\u0301", 1},
    {"果", "果", 2},
    {"🍐", "🍐", 2},
    {"🧑\u200d💻", "🧑\u200d💻", 2},
    {"🇩🇪", "🇩🇪", 2},
    {"❤\ufe0f", "❤\ufe0f", 2},
    {"\ue0a0", "\ue0a0", 1},
    {"\x1b[2J", "␛[2J", 4},
    {"\x1b]0;x\x07", "␛]0;x␇", 6},
    {"\n", "␊", 1},
    {"\r", "␍", 1},
    {"\x01", "␁", 1},
    {"\x02", "␂", 1},
    {"\x7f", "␡", 1},
    {"\xc2\x9b", "\uFFFD", 1},
    {"\xff", "\uFFFD", 1},
    {"\u202e", "\uFFFD", 1},
    {"\u2028", "\uFFFD", 1},
    {"\u200b", "\uFFFD", 1},
    {"$(touch x)", "$(touch x)", 10},
    {"`x`", "`x`", 3},
    {"${x}", "${x}", 4},
    {"\\", "\\", 1},
    {"\\044", "\\044", 4},
    {"\\]", "\\]", 2},
    {"!", "!", 1},
    {"%{", "%{", 2},
    {"%}", "%}", 2},
    {"%n", "%n", 2},
    {"#[fg=red]", "#[fg=red]", 9},
    {"#(touch x)", "#(touch x)", 10},
    {"##", "##", 2},
    {"';x;'", "';x;'", 5},
    {"\"", "\"", 1},
};

static uint64_t seed = 88172645463325252;

static uint32_t below(uint32_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % limit;
}

static size_t random_text(char *out, size_t size)
{
    size_t used = 0;
    for (uint32_t left = below(40); left > 0; left--) {
        const char *bytes = atoms[below(sizeof atoms / sizeof *atoms)].bytes;
        if (used + strlen(bytes) >= size)
            break;
        memcpy(out + used, bytes, strlen(bytes));
        used += strlen(bytes);
    }
    out[used] = '\0';
    return used;
}

static struct git_state git;
static struct facts facts;
static struct rendering rendering, again;

static struct fact_text random_fact(char *out, size_t size)
{
    size_t used = random_text(out, size);
    return below(4) ? (struct fact_text){out, used} : (struct fact_text){NULL, 0};
}

static int64_t random_number(void)
{
    static const int64_t ends[] = {-1, 0, 1, 999, 123456789, 45678901234567, INT64_MAX};
    return ends[below(sizeof ends / sizeof *ends)];
}

static int32_t random_count(void)
{
    static const int32_t ends[] = {-1, 0, 0, 1, 12, INT32_MAX};
    return ends[below(sizeof ends / sizeof *ends)];
}

static struct fact_limit random_limit(void)
{
    return (struct fact_limit){below(2) == 0, (int32_t)below(12000) - 10, below(3) ? random_number() : 0};
}

static void random_git(void)
{
    memset(&git, 0, sizeof git);
    random_text(git.root, sizeof git.root);
    random_text(git.branch, sizeof git.branch);
    random_text(git.oid, sizeof git.oid);
    random_text(git.tag, sizeof git.tag);
    random_text(git.action, sizeof git.action);
    git.step = below(9), git.steps = below(3) ? UINT32_MAX : 0;
    git.ahead = random_count(), git.behind = random_count(), git.stashes = random_count();
    git.staged = random_count(), git.unstaged = random_count(), git.untracked = random_count();
    git.conflicted = random_count(), git.unborn = below(4) == 0, git.bare = below(4) == 0;
}

static void random_facts(void)
{
    static char model[512], directory[4096], session[512], effort[512];
    random_git();
    facts = (struct facts){
        .now_us = 1,
        .home = below(2) ? git.root : NULL,
        .model = random_fact(model, sizeof model),
        .directory = random_fact(directory, sizeof directory),
        .session_name = random_fact(session, sizeof session),
        .effort = random_fact(effort, sizeof effort),
        .fast_mode = below(2) == 0,
        .git = below(4) ? &git : NULL,
        .git_stale = below(2) == 0,
        .context_used_e2 = (int32_t)below(20000) - 100,
        .context_tokens = random_number(),
        .context_size = random_number(),
        .session_cost_pusd = random_number(),
        .today_cost_pusd = random_number(),
        .block_active = below(2) == 0,
        .block_cost_pusd = random_number(),
        .block_end_us = random_number(),
        .five_hour = random_limit(),
        .seven_day = random_limit(),
        .catching_up = below(2) == 0,
    };
}

/* ---- taking a surface's syntax apart ------------------------------------------------------------------- */

static bool begins(const char *at, const char *prefix)
{
    return strncmp(at, prefix, strlen(prefix)) == 0;
}

/* The bytes of an SGR sequence at `at`, or 0. */
static size_t sgr_size(const char *at)
{
    size_t size = 2;
    if (!begins(at, "\033["))
        return 0;
    size += strspn(at + size, "0123456789;");
    return at[size] == 'm' ? size + 1 : 0;
}

/* The bytes at `at` that the surface takes out of the text, and what is shown for them; 0: none. */
static size_t markup_size(enum tacho_surface surface, const char *at, const char **text)
{
    *text = "";
    switch (surface) {
    case TACHO_BASH:
        if (begins(at, "$\001\002") || begins(at, "\\\001\002"))
            return *text = *at == '$' ? "$" : "\\", 3;
        return begins(at, "\001\033") && at[1 + sgr_size(at + 1)] == '\002' ? sgr_size(at + 1) + 2 : 0;
    case TACHO_ZSH:
        if (begins(at, "%%"))
            return *text = "%", 2;
        if (begins(at, "$%{%}") || begins(at, "\\%{%}"))
            return *text = *at == '$' ? "$" : "\\", 5;
        return begins(at, "%{\033") && begins(at + 2 + sgr_size(at + 2), "%}") ? sgr_size(at + 2) + 4 : 0;
    case TACHO_TMUX:
        if (begins(at, "###[]"))
            return *text = "#", 5;
        if (begins(at, "%#[]"))
            return *text = "%", 4;
        return begins(at, "#[fg=") || begins(at, "#[default") ? strcspn(at, "]") + 1 : 0;
    case TACHO_CLAUDE:
    case TACHO_FISH:
        return sgr_size(at);
    default:
        return 0;
    }
}

/* What is left over means something to the surface and should not be there. */
static bool is_live(enum tacho_surface surface, char c)
{
    if ((uint8_t)c < 0x20 || c == 0x7F)
        return true;
    return (surface == TACHO_BASH && strchr("$\\`", c)) || (surface == TACHO_ZSH && strchr("$\\`%", c)) ||
           (surface == TACHO_TMUX && strchr("#%", c));
}

static char bare[RENDER_TEXT_MAX + 1];

/* Takes all markup out of a text; fails the test where live syntax is left. */
static void strip(enum tacho_surface surface, const char *bytes, size_t size)
{
    static char source[RENDER_TEXT_MAX + 1];
    size_t used = 0;
    memcpy(source, bytes, size);
    source[size] = '\0';
    if (strlen(source) != size)
        ck_abort_msg("a NUL");
    for (const char *at = source; *at;) {
        const char *text;
        size_t taken = markup_size(surface, at, &text);
        if (taken == 0 && is_live(surface, *at))
            ck_abort_msg("surface %d: live '%c' (%d) in \"%s\"", surface, *at, *at, source);
        if (taken == 0)
            bare[used++] = *at++;
        else
            used += (size_t)snprintf(bare + used, sizeof bare - used, "%s", text);
        at += taken;
    }
    bare[used] = '\0';
}

/* Columns of bare text: atoms by the table, the longest first; other characters, all our own, one each. */
static uint32_t columns_of(const char *at)
{
    uint32_t columns = 0;
    while (*at) {
        const struct atom *best = NULL;
        for (size_t i = 0; i < sizeof atoms / sizeof *atoms; i++) {
            const char *shown = atoms[i].shown;
            bool ascii = (uint8_t)shown[0] < 0x80 && (uint8_t)shown[1] < 0x80;
            if (!ascii && begins(at, shown) && (!best || strlen(shown) > strlen(best->shown)))
                best = &atoms[i];
        }
        columns += best ? best->columns : 1;
        at += best ? strlen(best->shown) : 1;
        while (!best && ((uint8_t)*at & 0xC0) == 0x80)
            at++;
    }
    return columns;
}

/* ---- what must hold ------------------------------------------------------------------------------------ */

static void check_part(enum tacho_surface surface, enum tacho_depth depth, bool ascii, const char *bytes,
                       size_t size, uint32_t columns)
{
    strip(surface, bytes, size);
    if (columns_of(bare) != columns)
        ck_abort_msg("surface %d: \"%s\" is %u columns, stated %u", surface, bare, columns_of(bare), columns);
    for (size_t i = 0; i < size; i++) {
        if (ascii && (uint8_t)bytes[i] >= 0x80)
            ck_abort_msg("not ASCII: \"%s\"", bare);
        if (bytes[i] == '\033' &&
            (depth == TACHO_NO_COLOUR || surface == TACHO_PLAIN || surface == TACHO_TMUX))
            ck_abort_msg("an escape without colour");
    }
    bool tmux = surface == TACHO_TMUX, coloured = size && (memchr(bytes, '\033', size) || (tmux && depth));
    const char *resets[] = {[TACHO_CLAUDE] = "\033[0m",
                            [TACHO_BASH] = "\033[0m\002",
                            [TACHO_ZSH] = "\033[0m%}",
                            [TACHO_FISH] = "\033[0m",
                            [TACHO_TMUX] = "#[default]"};
    bool space = size == 1 && *bytes == ' ';
    if (coloured && !space &&
        memcmp(bytes + size - strlen(resets[surface]), resets[surface], strlen(resets[surface])))
        ck_abort_msg("surface %d: no reset after \"%s\"", surface, bare);
}

static void check_rendering(enum tacho_surface surface, enum tacho_depth depth, bool ascii)
{
    uint64_t ranks = 0;
    uint32_t offset = 0;
    for (uint32_t i = 0; i < rendering.piece_count; i++) {
        const struct tacho_piece *piece = &rendering.pieces[i];
        const char *bytes = rendering.text + piece->offset;
        if (piece->offset != offset || piece->body_columns == 0 || piece->line != 0 || piece->rank > 63 ||
            ranks >> piece->rank & 1)
            ck_abort_msg("surface %d: piece %u is wrong", surface, i);
        ranks |= UINT64_C(1) << piece->rank;
        check_part(surface, depth, ascii, bytes, piece->lead_bytes, piece->lead_columns);
        check_part(surface, depth, ascii, bytes + piece->lead_bytes, piece->body_bytes, piece->body_columns);
        offset += (uint32_t)piece->lead_bytes + piece->body_bytes;
    }
    ck_assert_uint_eq(offset, rendering.text_size);
    ck_assert_uint_le(offset, RENDER_TEXT_MAX);
}

/* The line as a reader fits it: never wider than asked, and shown at all from four columns on. */
static void check_fitted(enum tacho_surface surface, bool never_empty)
{
    uint32_t columns = 1 + below(300);
    bool stale = below(2) == 0;
    const char *line = support_fit(&rendering, columns, stale);
    strip(surface, line, strlen(line));
    if (columns_of(bare) > columns)
        ck_abort_msg("surface %d: \"%s\" is wider than %u", surface, bare, columns);
    if (never_empty && columns >= 4 && !*bare)
        ck_abort_msg("surface %d: nothing at %u columns", surface, columns);
}

typedef void render_function(struct rendering *, const struct facts *, const struct look *,
                             enum tacho_surface, enum tacho_depth);

static void check_surfaces(render_function *render, const enum tacho_surface *surfaces, size_t count)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct look look = {.theme = render_theme(render_theme_at(below(2))), .ascii = below(4) == 0};
        random_facts();
        for (size_t i = 0; i < count; i++) {
            enum tacho_depth depth = (enum tacho_depth)below(4);
            render(&rendering, &facts, &look, surfaces[i], depth);
            render(&again, &facts, &look, surfaces[i], depth);
            ck_assert_uint_eq(rendering.piece_count, again.piece_count);
            ck_assert_mem_eq(rendering.pieces, again.pieces, rendering.piece_count * sizeof *again.pieces);
            ck_assert_mem_eq(rendering.text, again.text, rendering.text_size);
            check_rendering(surfaces[i], depth, look.ascii);
            for (int widths = 0; widths < 5; widths++)
                check_fitted(surfaces[i], render == render_status_line);
        }
    }
}

START_TEST(status_lines_are_harmless_and_as_wide_as_stated)
{
    static const enum tacho_surface surfaces[] = {TACHO_CLAUDE, TACHO_PLAIN};
    check_surfaces(render_status_line, surfaces, 2);
}
END_TEST

START_TEST(prompts_are_harmless_and_as_wide_as_stated)
{
    static const enum tacho_surface surfaces[] = {TACHO_BASH, TACHO_ZSH, TACHO_FISH, TACHO_TMUX, TACHO_PLAIN};
    check_surfaces(render_prompt, surfaces, 5);
}
END_TEST

/* One look at a time, each atom alone: exactly what the table says comes out. */
START_TEST(each_atom_is_shown_as_expected)
{
    struct look look = render_look_default();
    for (size_t i = 0; i < sizeof atoms / sizeof *atoms; i++) {
        if (strcmp(atoms[i].bytes, " ") == 0)
            continue; /* a name of spaces is none */
        facts = facts_unknown(0);
        facts.session_name = (struct fact_text){atoms[i].bytes, strlen(atoms[i].bytes)};
        render_status_line(&rendering, &facts, &look, TACHO_PLAIN, TACHO_NO_COLOUR);
        const struct tacho_piece *piece = &rendering.pieces[0];
        ck_assert_uint_eq(piece->body_columns, atoms[i].columns);
        ck_assert_uint_eq(piece->body_bytes, strlen(atoms[i].shown));
        ck_assert_mem_eq(rendering.text + piece->offset + piece->lead_bytes, atoms[i].shown,
                         piece->body_bytes);
    }
}
END_TEST

START_TEST(json_of_anything_is_bounded)
{
    for (int round = 0; round < ROUNDS; round++) {
        random_facts();
        render_json(&rendering, &facts);
        ck_assert_uint_eq(rendering.piece_count, 1);
        ck_assert_uint_eq(rendering.pieces[0].body_bytes, rendering.text_size);
        ck_assert_uint_lt(rendering.text_size, RENDER_TEXT_MAX);
        strip(TACHO_PLAIN, rendering.text, rendering.text_size); /* no control byte anywhere */
        ck_assert_int_eq(bare[0], '{');
        ck_assert_int_eq(bare[strlen(bare) - 1], '}');
    }
}
END_TEST

SUITE_MAIN("render_hostile", status_lines_are_harmless_and_as_wide_as_stated,
           prompts_are_harmless_and_as_wide_as_stated, each_atom_is_shown_as_expected,
           json_of_anything_is_bounded)
