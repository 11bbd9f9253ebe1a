/* Segments of where the session works: directories and worktrees. */
#include "../git/git.h"
#include "harmless.h"
#include "names.h"
#include "segments_draw.h"
#include <string.h>

enum { DIRECTORY_COLUMNS = 40, FULL_COLUMNS = 80, NAME_COLUMNS = 40 };

/* The last component of a path; of / that. */
static struct fact_text last_component(struct fact_text path)
{
    while (path.size > 1 && path.bytes[path.size - 1] == '/')
        path.size--;
    size_t start = path.size;
    while (start > 0 && path.bytes[start - 1] != '/')
        start--;
    return start == path.size ? path : (struct fact_text){path.bytes + start, path.size - start};
}

/* What is behind the home directory; `*home` is set if the path lies there. */
static struct fact_text below_home(struct fact_text path, const char *home, bool *is_home)
{
    size_t size = home ? strlen(home) : 0;
    *is_home = size > 1 && path.size >= size && memcmp(path.bytes, home, size) == 0 &&
               (path.size == size || path.bytes[size] == '/');
    return *is_home ? (struct fact_text){path.bytes + size, path.size - size} : path;
}

/* Adds what fits the rest of the directory's columns. */
static void add_path(struct line *line, enum role role, struct fact_text text, uint32_t end)
{
    if (line->columns < end)
        piece_outside(line, role, text.bytes, text.size, end - line->columns);
}

void segment_directory(struct line *line, const struct facts *facts)
{
    uint32_t most = segment_most(line, DIRECTORY_COLUMNS), end = line->columns + most;
    if (!facts->directory.bytes || facts->directory.size == 0)
        return;
    struct shown_path path = name_of_directory(facts->directory, facts->home,
                                               facts->git ? facts->git->root : NULL, most, line->look->ascii);
    if (path.home)
        piece_text(line, ROLE_PATH, "~");
    if (path.cut)
        piece_symbol(line, ROLE_PATH, "…/", "../");
    add_path(line, ROLE_PATH, path.before, end);
    add_path(line, ROLE_ROOT, path.root, end);
    if (path.gap && line->columns + 4 < end)
        piece_symbol(line, ROLE_PATH, "/…/", "/../");
    add_path(line, ROLE_PATH, path.after, end);
}

void segment_directory_base(struct line *line, const struct facts *facts)
{
    bool is_home = false;
    if (!facts->directory.size)
        return;
    struct fact_text below = below_home(facts->directory, facts->home, &is_home);
    if (is_home && below.size == 0)
        piece_text(line, ROLE_ROOT, "~");
    else
        draw_text(line, ROLE_ROOT, last_component(facts->directory), DIRECTORY_COLUMNS);
}

void segment_directory_full(struct line *line, const struct facts *facts)
{
    bool is_home = false;
    if (!facts->directory.size)
        return;
    struct fact_text path = below_home(facts->directory, facts->home, &is_home);
    if (is_home)
        piece_text(line, ROLE_PATH, "~");
    draw_text(line, ROLE_PATH, path, FULL_COLUMNS);
}

/* The first grapheme of a component, two if it begins with a dot. */
static void add_first(struct line *line, struct fact_text part)
{
    struct grapheme grapheme;
    for (int i = 0; i < 2 && harmless_next(&grapheme, part.bytes, part.size, line->look->ascii); i++) {
        bool is_dot = part.bytes[0] == '.';
        piece_outside(line, ROLE_PATH, part.bytes, grapheme.taken, grapheme.columns);
        part.bytes += grapheme.taken;
        part.size -= grapheme.taken;
        if (!is_dot)
            return;
    }
}

void segment_directory_fish(struct line *line, const struct facts *facts)
{
    bool is_home = false;
    if (!facts->directory.size)
        return;
    struct fact_text path = below_home(facts->directory, facts->home, &is_home);
    struct fact_text last = last_component(path);
    if (is_home)
        piece_text(line, ROLE_PATH, "~");
    while (path.bytes < last.bytes) {
        const char *slash = memchr(path.bytes, '/', path.size);
        size_t size = slash ? (size_t)(slash - path.bytes) : path.size;
        if (size > 0)
            add_first(line, (struct fact_text){path.bytes, size});
        piece_text(line, ROLE_PATH, "/");
        path.bytes += size + 1;
        path.size -= size + 1;
    }
    draw_text(line, ROLE_ROOT, path, DIRECTORY_COLUMNS);
}

void segment_directory_project(struct line *line, const struct facts *facts)
{
    if (facts->project_directory.size)
        draw_text(line, ROLE_ROOT, last_component(facts->project_directory), DIRECTORY_COLUMNS);
}

void segment_directory_added(struct line *line, const struct facts *facts)
{
    if (facts->added_directories <= 0)
        return;
    piece_text(line, ROLE_DIM, "+");
    piece_count(line, ROLE_DETAIL, facts->added_directories);
    piece_text(line, ROLE_DIM, facts->added_directories == 1 ? " dir" : " dirs");
}

/* ---- worktrees ------------------------------------------------------------------------------------- */

static struct fact_text worktree_name(const struct facts *facts)
{
    if (facts->worktree.name.size || !facts->git)
        return facts->worktree.name;
    return (struct fact_text){facts->git->worktree, strlen(facts->git->worktree)};
}

void segment_worktree(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_BRANCH, worktree_name(facts), NAME_COLUMNS);
}

void segment_worktree_mark(struct line *line, const struct facts *facts)
{
    if (worktree_name(facts).size)
        piece_symbol(line, ROLE_BRANCH, "⧉", "wt");
}

void segment_worktree_branch(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_BRANCH, facts->worktree.branch, NAME_COLUMNS);
}

void segment_worktree_original(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->worktree.original_branch, NAME_COLUMNS);
}

void segment_worktree_from(struct line *line, const struct facts *facts)
{
    bool is_home = false;
    if (!facts->worktree.original_directory.size)
        return;
    struct fact_text path = below_home(facts->worktree.original_directory, facts->home, &is_home);
    if (is_home)
        piece_text(line, ROLE_PATH, "~");
    draw_text(line, ROLE_PATH, path, DIRECTORY_COLUMNS);
}
