/*
 * Looking at a work tree: lstat(2) of what is tracked, one listing of each directory for what is not.
 *
 * Directories are opened one in another and never through a symbolic link, so that what is looked at is
 * below the top, whatever is moved about meanwhile. The rules for "changed" are those of git's index
 * (gitformat-index(5); git-update-index(1); "racy git": an entry as young as the index is compared by
 * content), those for "untracked" git-status(1) -u.
 */
#include "worktree_table.h"

#include "content.h"
#include "submodule.h"

#include "../base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLAIN_SIZE_MAX (8 << 20) /* of files that are taken into memory to be compared */

bool walk_is_spent(const struct walk *walk)
{
    return walk->look->why || (walk->look->is_quick && walk->look->budget < 0);
}

size_t walk_set_name(struct walk *walk, size_t directory, const char *name, size_t size)
{
    size_t at = directory ? directory + 1 : 0;
    if (at + size >= PATH_MAX)
        return 0;
    if (directory)
        walk->path[directory] = '/';
    memcpy(walk->path + at, name, size);
    walk->path[at + size] = '\0';
    return at + size;
}

static const char *name_in(const struct walk *walk, size_t directory)
{
    return walk->path + (directory ? directory + 1 : 0);
}

/* Too few descriptors or too little memory must not be taken for a missing file. */
static bool is_system_failure(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == ESTALE;
}

/* Of a repository's libgit2 handle and its submodules there is one, however many threads there are. */
static void look_lock(const struct look *look)
{
    if (look->lock)
        pthread_mutex_lock(look->lock);
}

static void look_unlock(const struct look *look)
{
    if (look->lock)
        pthread_mutex_unlock(look->lock);
}

static void fail(struct walk *walk)
{
    walk->look->why = strerrordesc_np(errno);
}

/* ---- tracked files
 * ----------------------------------------------------------------------------------------- */

static bool same_instant(uint32_t seconds, uint32_t nanoseconds, struct timespec time)
{
    return seconds == (uint32_t)time.tv_sec && nanoseconds == (uint32_t)time.tv_nsec;
}

/* By whole seconds, as git is commonly built. */
static bool is_racy(const struct walk *walk, const struct index_status *old)
{
    return old->modified_s >= (uint32_t)walk->worktree->index->stamp.modified.tv_sec;
}

static bool same_status(const struct index_status *old, const struct stat *now)
{
    return same_instant(old->modified_s, old->modified_ns, now->st_mtim) &&
           same_instant(old->changed_s, old->changed_ns, now->st_ctim) &&
           old->inode == (uint32_t)now->st_ino && old->uid == now->st_uid && old->gid == now->st_gid &&
           old->size == (uint32_t)now->st_size;
}

/* Whether a .gitattributes may be about the files of the directory that is looked at. */
static bool has_attributes(const struct walk *walk, size_t directory)
{
    char path[PATH_MAX], part[PATH_MAX];
    for (size_t size = directory;; size--) {
        if (size && size != directory && walk->path[size] != '/')
            continue;
        snprintf(part, sizeof part, "%.*s%s.gitattributes", (int)size, walk->path, size ? "/" : "");
        if (!path_join(path, walk->look->root, part) ||
            faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return true;
        if (!size)
            return false;
    }
}

static bool is_plain(struct walk *walk, struct directory *directory, const struct stat *now)
{
    if (now->st_size > PLAIN_SIZE_MAX)
        return false;
    if (directory->contents == UNTOLD) {
        bool converts = walk->look->is_converted || has_attributes(walk, directory->path_size);
        directory->contents = converts ? CONVERTED : PLAIN;
    }
    return directory->contents == PLAIN;
}

static bool content_differs(struct walk *walk, int at, struct directory *directory,
                            const struct index_entry *entry, const struct stat *now, bool same)
{
    walk->look->budget -= 1 + now->st_size / 1024;
    if (walk_is_spent(walk))
        return false;
    const char *name = name_in(walk, directory->path_size);
    if (is_plain(walk, directory, now))
        return content_compare_plain(at, name, now, index_oid(entry)) == CONTENT_CHANGED;
    look_lock(walk->look);
    enum content content = content_compare(walk->look->settings, walk->path, at, name, now, index_oid(entry));
    look_unlock(walk->look);
    if (content != CONTENT_FILTERED)
        return content == CONTENT_CHANGED;
    walk->look->filtered++;
    return !same;
}

/* A file that is there, of either kind, against its entry. */
static bool file_differs(struct walk *walk, int at, struct directory *directory,
                         const struct index_entry *entry, const struct stat *now)
{
    uint32_t mode = index_mode(entry);
    if ((mode & INDEX_MODE_TYPE) != (now->st_mode & S_IFMT))
        return true;
    if (S_ISREG(now->st_mode) && walk->look->settings->trusts_executable_bit &&
        ((mode ^ now->st_mode) & S_IXUSR))
        return true;
    struct index_status old = index_status(entry);
    if (old.size && old.size != (uint32_t)now->st_size)
        return true; /* size 0 may also stand for "compare the content" */
    bool same = same_status(&old, now);
    if (same && old.size && !is_racy(walk, &old))
        return false;
    return content_differs(walk, at, directory, entry, now, same);
}

static bool gitlink_differs(struct walk *walk, const struct index_entry *entry, const struct stat *now)
{
    if (!S_ISDIR(now->st_mode))
        return true;
    if (walk->look->is_quick)
        walk->look->budget = -1; /* a whole repository is never looked at in a hurry */
    if (walk_is_spent(walk))
        return false;
    visits_add(walk->look->visits, VISIT_WORK, walk->look->root, walk->path);
    look_lock(walk->look);
    bool changed = submodule_changed(walk->look->submodules, walk->look, walk->path, index_oid(entry));
    look_unlock(walk->look);
    return changed;
}

/* Whether the entry, its path set, counts as unstaged; `at` is its directory's descriptor. */
static bool entry_differs(struct walk *walk, struct directory *directory, int at,
                          const struct index_entry *entry, bool *is_gone)
{
    struct stat now;
    const char *name = name_in(walk, directory->path_size);
    if (entry->stage || (entry->flags & INDEX_ASSUME_UNCHANGED))
        return false;
    bool skip = entry->flags & INDEX_SKIP_WORKTREE;
    if (skip && !walk->look->settings->is_sparse_checkout)
        return false;
    if (at < 0 || fstatat(at, name, &now, AT_SYMLINK_NOFOLLOW) != 0) {
        *is_gone = !skip && (at < 0 || errno == ENOENT || errno == ENOTDIR);
        return *is_gone || (entry->flags & INDEX_INTENT_TO_ADD);
    }
    if (entry->flags & INDEX_INTENT_TO_ADD)
        return true;
    if ((index_mode(entry) & INDEX_MODE_TYPE) == INDEX_MODE_GITLINK)
        return gitlink_differs(walk, entry, &now);
    *is_gone = S_ISDIR(now.st_mode);
    return file_differs(walk, at, directory, entry, &now);
}

unsigned walk_file(struct walk *walk, struct directory *directory, int at, const struct index_entry *entry)
{
    size_t base = directory->path_size ? directory->path_size + 1u : 0;
    bool is_gone = false;
    walk->look->budget--;
    if (!walk_set_name(walk, directory->path_size, entry->path + base, entry->path_size - base))
        return 0;
    bool differs = entry_differs(walk, directory, at, entry, &is_gone);
    return (differs ? FILE_UNSTAGED : 0u) | (is_gone ? FILE_DELETED : 0u);
}

static void look_at_files(struct walk *walk, struct directory *directory, int at)
{
    const struct worktree *worktree = walk->worktree;
    directory->unstaged = directory->deleted = 0;
    directory->contents = UNTOLD;
    for (uint32_t i = 0; i < directory->file_count && !walk_is_spent(walk); i++) {
        uint32_t number = worktree->files[directory->first_file + i];
        unsigned state = walk_file(walk, directory, at, &worktree->index->entries[number]);
        worktree->states[number] = (unsigned char)state;
        directory->unstaged += state & FILE_UNSTAGED;
        directory->deleted += (state & FILE_DELETED) != 0;
    }
}

/* ---- untracked files
 * --------------------------------------------------------------------------------------- */

static int32_t count_in_untracked(struct walk *walk, int parent, size_t size, const struct ignore_level *up,
                                  int depth);

/* The type of an entry: S_IFREG, S_IFLNK, S_IFDIR, or 0 for what git does not see. */
static mode_t entry_type(int at, const struct dirent *entry)
{
    struct stat status;
    switch (entry->d_type) {
    case DT_REG:
        return S_IFREG;
    case DT_LNK:
        return S_IFLNK;
    case DT_DIR:
        return S_IFDIR;
    case DT_UNKNOWN:
        if (fstatat(at, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            return 0;
        return S_ISREG(status.st_mode) || S_ISLNK(status.st_mode) || S_ISDIR(status.st_mode)
                   ? status.st_mode & S_IFMT
                   : 0;
    default:
        return 0;
    }
}

static bool is_skipped(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0;
}

DIR *walk_open(struct walk *walk, int parent, const char *name)
{
    int at = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (at < 0) {
        if (is_system_failure(errno))
            fail(walk);
        return NULL;
    }
    DIR *directory = fdopendir(at);
    if (!directory) {
        fail(walk);
        close(at);
    }
    return directory;
}

/* Notes a directory that is about to be listed: `below` in `directory`. */
static void visit(const struct walk *walk, const char *directory, const char *below)
{
    char path[PATH_MAX];
    visits_add(walk->look->visits, VISIT_WORK, directory, below);
    if (walk->listed && path_join(path, directory, below))
        listed_add(walk->listed, path);
}

/* A work tree of its own that nobody added: git shows it as one path and does not look inside. */
static bool is_repository(const struct walk *walk, int at)
{
    char path[PATH_MAX];
    struct stat status;
    if (fstatat(at, ".git", &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !path_join(path, walk->look->root, walk->path))
        return false;
    if (S_ISDIR(status.st_mode))
        visit(walk, path, ".git"); /* it may be in the making */
    struct place *place = memory_take(sizeof *place);
    bool found = place_at(place, path) && *place->root;
    free(place);
    return found;
}

/* One untracked name, its path set: how many paths it counts for. */
static int32_t count_name(struct walk *walk, int at, size_t size, mode_t type,
                          const struct ignore_level *level, int depth)
{
    if (!type || ignore_match(level, walk->path, size, S_ISDIR(type)))
        return 0;
    return S_ISDIR(type) ? count_in_untracked(walk, at, size, level, depth + 1) : 1;
}

/*
 * An untracked directory counts as one path if there is anything in it that is not ignored, or with
 * showUntrackedFiles=all as many as there are. Once one is found the rest need not be looked at, nor watched.
 */
static int32_t count_in_untracked(struct walk *walk, int parent, size_t size, const struct ignore_level *up,
                                  int depth)
{
    int32_t count = 0;
    bool all = walk->look->settings->untracked == UNTRACKED_ALL;
    const char *slash = memrchr(walk->path, '/', size);
    DIR *directory = depth < DEPTH_MAX ? walk_open(walk, parent, slash ? slash + 1 : walk->path) : NULL;
    if (!directory)
        return 0;
    int at = dirfd(directory);
    visit(walk, walk->look->root, walk->path);
    struct ignore_rules *rules = NULL;
    if (is_repository(walk, at)) {
        count = 1;
        goto out;
    }
    rules = ignore_load(at, ".gitignore", O_NOFOLLOW);
    struct ignore_level level = {rules, size + 1, up};
    for (struct dirent *entry; (all || !count) && !walk_is_spent(walk) && (entry = readdir(directory));) {
        walk->look->budget--;
        size_t whole = walk_set_name(walk, size, entry->d_name, strlen(entry->d_name));
        if (whole && !is_skipped(entry->d_name))
            count += count_name(walk, at, whole, entry_type(at, entry), &level, depth);
        walk->path[size] = '\0';
    }
out:
    ignore_free(rules);
    closedir(directory);
    return count;
}

/*
 * A directory in the place of a tracked file has the file's name, which git never shows as untracked; only
 * what is in it can be, where that is shown.
 */
static bool is_tracked(const struct walk *walk, const struct directory *directory, const char *name,
                       mode_t type)
{
    size_t size = strlen(name);
    const struct index_entry *entry = directory_file(walk->worktree, directory, name, size);
    if (entry)
        return !S_ISDIR(type) || walk->look->settings->untracked != UNTRACKED_ALL ||
               (index_mode(entry) & INDEX_MODE_TYPE) == INDEX_MODE_GITLINK;
    return S_ISDIR(type) && directory_child(walk->worktree, directory, name, size) != NOWHERE;
}

static void look_for_untracked(struct walk *walk, struct directory *directory, DIR *listing,
                               const struct ignore_level *level, int depth)
{
    int at = dirfd(listing);
    for (struct dirent *entry; !walk_is_spent(walk) && (entry = readdir(listing));) {
        mode_t type = entry_type(at, entry);
        walk->look->budget--;
        if (is_skipped(entry->d_name) || is_tracked(walk, directory, entry->d_name, type))
            continue;
        size_t size = walk_set_name(walk, directory->path_size, entry->d_name, strlen(entry->d_name));
        int32_t count = size ? count_name(walk, at, size, type, level, depth) : 0;
        directory->untracked += count;
        if (count && !S_ISDIR(type))
            directory_note(directory, entry->d_name, true);
    }
}

/* ---- directories
 * ------------------------------------------------------------------------------------------- */

/* In a sparse checkout the .gitignore may be in the index only. */
static struct ignore_rules *load_rules(struct walk *walk, const struct directory *directory, int at)
{
    struct ignore_rules *rules = ignore_load(at, ".gitignore", O_NOFOLLOW);
    const struct index_entry *entry;
    git_blob *blob = NULL;
    git_oid oid;
    if (rules || faccessat(at, ".gitignore", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return rules;
    entry = directory_file(walk->worktree, directory, ".gitignore", strlen(".gitignore"));
    if (!entry || !(entry->flags & INDEX_SKIP_WORKTREE))
        return NULL;
    memcpy(oid.id, index_oid(entry), GIT_OID_RAWSZ);
    look_lock(walk->look);
    if (git_blob_lookup(&blob, walk->look->settings->repository, &oid) == 0)
        rules = ignore_parse(git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
    git_blob_free(blob);
    look_unlock(walk->look);
    return rules;
}

/*
 * Lists a directory for what is untracked in it, or, where times tell, only if they are others than those of
 * the last listing.
 */
static void look_for_names(struct walk *walk, uint32_t id, DIR *listing, const struct ignore_level *level,
                           bool is_ignored, int depth)
{
    struct directory *directory = &walk->worktree->all[id];
    bool wants = walk->look->settings->untracked != UNTRACKED_NO && !is_ignored;
    walk_set_name(walk, 0, directory->path, directory->path_size);
    if (directory->listed && walk->look->by_times) {
        if (wants && listed_holds(directory->listed))
            return;
        if (listed_has_other_rules(directory->listed))
            directory_forget_below(walk->worktree, id);
    }
    listed_free(directory->listed);
    walk->listed = directory->listed = walk->look->by_times ? listed_make() : NULL;
    directory->untracked = 0;
    text_clear(&directory->names);
    visit(walk, walk->look->root, walk->path);
    if (wants)
        look_for_untracked(walk, directory, listing, level, depth);
    walk->listed = NULL;
}

static void look_at_directory(struct walk *walk, uint32_t id, DIR *listing, struct ignore_level *level,
                              bool is_ignored, int depth)
{
    struct directory *directory = &walk->worktree->all[id];
    int at = listing ? dirfd(listing) : -1;
    ignore_free(directory->rules);
    directory->rules = listing ? load_rules(walk, directory, at) : NULL;
    level->rules = directory->rules;
    directory->is_ignored = is_ignored;
    directory->needs_git = directory->is_sparse && listing;
    look_at_files(walk, directory, at);
    if (listing) {
        look_for_names(walk, id, listing, level, is_ignored, depth);
    } else {
        directory->untracked = 0;
        text_clear(&directory->names);
    }
}

static void walk_child(struct walk *walk, uint32_t id, int at, const struct ignore_level *level,
                       bool is_ignored, int depth)
{
    struct directory *child = &walk->worktree->all[id];
    if (depth >= DEPTH_MAX || child->path_size >= PATH_MAX) {
        child->needs_git = true;
        return;
    }
    walk_set_name(walk, 0, child->path, child->path_size);
    const char *slash = memrchr(child->path, '/', child->path_size);
    const char *name = walk->path + (slash ? slash + 1 - child->path : 0);
    is_ignored = is_ignored || ignore_match(level, walk->path, child->path_size, true);
    if (walk->parts && at >= 0 && walk_put_aside(walk->parts, id, is_ignored, depth))
        return;
    DIR *listing = at >= 0 ? walk_open(walk, at, name) : NULL;
    if (walk_is_spent(walk))
        return;
    walk_directory(walk, id, listing, level, is_ignored, depth);
    if (listing)
        closedir(listing);
}

void walk_directory(struct walk *walk, uint32_t id, DIR *listing, const struct ignore_level *up,
                    bool is_ignored, int depth)
{
    struct directory *directory = &walk->worktree->all[id];
    struct ignore_level level = {directory->rules, directory->path_size ? directory->path_size + 1u : 0, up};
    if (directory->stale || !listing)
        look_at_directory(walk, id, listing, &level, is_ignored, depth);
    for (uint32_t i = 0; i < directory->child_count && !walk_is_spent(walk); i++) {
        uint32_t id_below = walk->worktree->children[directory->first_child + i];
        const struct directory *child = &walk->worktree->all[id_below];
        if (child->stale || child->stale_below || !listing)
            walk_child(walk, id_below, listing ? dirfd(listing) : -1, &level, is_ignored, depth + 1);
    }
    if (!walk_is_spent(walk))
        directory->stale = directory->stale_below = false;
}

const struct ignore_level *walk_rules_above(const struct walk *walk, uint32_t id, struct ignore_level *levels)
{
    const struct worktree *worktree = walk->worktree;
    const struct ignore_level *outer = walk->look->outer, *first = outer, **link = &first;
    for (int i = 0; id && i < DEPTH_MAX; i++) {
        const struct directory *directory = &worktree->all[id = worktree->all[id].parent];
        levels[i] = (struct ignore_level){directory->rules,
                                          directory->path_size ? directory->path_size + 1u : 0, outer};
        *link = &levels[i];
        link = &levels[i].up;
    }
    return first;
}

bool worktree_look(struct worktree *worktree, struct look *look)
{
    walk_tree(worktree, look);
    return !look->why && !(look->is_quick && look->budget < 0);
}
