/*
 * Finding repositories: gitrepository-layout(5) for what a git directory is, git-rev-parse(1) and
 * git-config(1) for where git looks and what it refuses.
 */
#include "place.h"

#include "file.h"
#include "library_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GIT_FILE_LIMIT 8192 /* of a .git or commondir file */
#define CONFIG_LIMIT   (1 << 20)

bool place_git_path(const struct place *place, char out[PATH_MAX], const char *name)
{
    return path_join(out, place->git_dir, name);
}

bool place_common_path(const struct place *place, char out[PATH_MAX], const char *name)
{
    return path_join(out, place->common_dir, name);
}

static bool resolve(char out[PATH_MAX], const char *base, const char *path)
{
    char joined[PATH_MAX];
    if (!path_join(joined, path[0] == '/' ? "" : base, path))
        return false;
    return realpath(joined, out) != NULL;
}

/* Reads a file that holds one path, after `label`, into `out` as a real path; relative ones are `base`'s. */
static bool read_path(char out[PATH_MAX], const char *file, const char *label, const char *base)
{
    struct text text = TEXT_EMPTY;
    bool found = false;
    size_t skip = strlen(label);
    if (file_read(AT_FDCWD, file, 0, GIT_FILE_LIMIT, &text, NULL) != 0)
        goto out;
    while (text.size && (text.bytes[text.size - 1] == '\n' || text.bytes[text.size - 1] == '\r'))
        text.bytes[--text.size] = '\0';
    if (text.size > skip && memcmp(text.bytes, label, skip) == 0 && strlen(text.bytes) == text.size)
        found = resolve(out, base, text.bytes + skip);
out:
    text_free(&text);
    return found;
}

/* HEAD must be a symbolic link into refs/, name a ref, or hold an object id. */
static bool head_is_plausible(const char *git_dir)
{
    char path[PATH_MAX], target[8] = "";
    if (!path_join(path, git_dir, "HEAD"))
        return false;
    if (readlink(path, target, sizeof target) >= 5)
        return memcmp(target, "refs/", 5) == 0;
    struct text text = TEXT_EMPTY;
    bool plausible = false;
    if (file_read(AT_FDCWD, path, 0, GIT_FILE_LIMIT, &text, NULL) == 0) {
        const char *at = text.bytes;
        if (strncmp(at, "ref:", 4) == 0) {
            at += 4 + strspn(at + 4, " \t\n\r");
            plausible = strncmp(at, "refs/", 5) == 0;
        } else {
            plausible = strspn(at, "0123456789abcdefABCDEF") >= 40;
        }
    }
    text_free(&text);
    return plausible;
}

/* Whether `path` is a git directory; if so fills in it and its common directory. */
static bool git_dir_at(struct place *place, const char *path, bool is_real)
{
    char file[PATH_MAX];
    if (!path_exists(path, "HEAD"))
        return false;
    if (is_real)
        memcpy(place->git_dir, path, strlen(path) + 1);
    else if (!realpath(path, place->git_dir))
        return false;
    memcpy(place->common_dir, place->git_dir, strlen(place->git_dir) + 1);
    if (!place_git_path(place, file, "commondir"))
        return false;
    if (access(file, F_OK) == 0 && !read_path(place->common_dir, file, "", place->git_dir))
        return false;
    return path_exists(place->common_dir, "objects") && path_exists(place->common_dir, "refs") &&
           head_is_plausible(place->git_dir);
}

/* A linked work tree's git directory is <common>/worktrees/<name>. */
static void name_worktree(struct place *place)
{
    place->worktree[0] = '\0';
    const char *name = strrchr(place->git_dir, '/');
    if (name && strcmp(place->git_dir, place->common_dir) != 0) {
        size_t size = strnlen(name + 1, sizeof place->worktree - 1);
        memcpy(place->worktree, name + 1, size);
        place->worktree[size] = '\0';
    }
}

enum look { LOOK_NOTHING, LOOK_FOUND, LOOK_BROKEN };

/* `directory` is a real path. */
static enum look look_at(struct place *place, const char *directory)
{
    char path[PATH_MAX], target[PATH_MAX];
    struct stat status;
    *place->git_file = *place->root = '\0';
    if (!path_join(path, directory, ".git"))
        return LOOK_BROKEN;
    bool is_there = lstat(path, &status) == 0, is_link = is_there && S_ISLNK(status.st_mode);
    if (is_link)
        is_there = stat(path, &status) == 0;
    bool is_file = is_there && S_ISREG(status.st_mode);
    if (is_file) {
        if (!read_path(target, path, "gitdir: ", directory) || !git_dir_at(place, target, true))
            return LOOK_BROKEN;
        memcpy(place->git_file, path, strlen(path) + 1);
    }
    if (is_file || (is_there && S_ISDIR(status.st_mode) && git_dir_at(place, path, !is_link)))
        memcpy(place->root, directory, strlen(directory) + 1);
    else if (!git_dir_at(place, directory, true))
        return LOOK_NOTHING;
    name_worktree(place);
    return LOOK_FOUND;
}

bool place_at(struct place *place, const char *directory)
{
    char path[PATH_MAX];
    return realpath(directory, path) && look_at(place, path) == LOOK_FOUND;
}

bool place_find(struct place *place, const char *directory)
{
    char path[PATH_MAX];
    struct stat first, status;
    if (!realpath(directory, path) || stat(path, &first) != 0)
        return false;
    for (;;) {
        enum look look = look_at(place, path);
        if (look != LOOK_NOTHING)
            return look == LOOK_FOUND;
        char *slash = strrchr(path, '/');
        if (!slash || !path[1])
            return false;
        slash[slash == path] = '\0';
        if (stat(path, &status) != 0 || status.st_dev != first.st_dev)
            return false;
    }
}

/* What is wrong with a `.git` that is no repository; NULL if there is nothing by that name. */
static const char *why_not(const char *path)
{
    char target[PATH_MAX], directory[PATH_MAX];
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == EACCES ? "may not be entered" : NULL;
    if (S_ISREG(status.st_mode)) {
        snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path), path);
        return read_path(target, path, "gitdir: ", directory) ? "leads to something that is no git directory"
                                                              : "is a file that leads nowhere";
    }
    if (stat(path, &status) != 0)
        return "is a link that leads nowhere";
    if (!S_ISDIR(status.st_mode))
        return "is neither a directory nor a file";
    if (access(path, R_OK | X_OK) != 0)
        return "may not be entered";
    if (!path_exists(path, "HEAD") || !head_is_plausible(path))
        return "has no HEAD, or one that names no ref and no commit";
    return "has no objects or no refs, or its commondir leads nowhere";
}

const char *place_why_none(const char *directory, char where[PATH_MAX])
{
    char path[PATH_MAX];
    if (!realpath(directory, path))
        return NULL;
    for (;;) {
        const char *why = path_join(where, path, ".git") ? why_not(where) : NULL;
        char *slash = strrchr(path, '/');
        if (why || !path[1])
            return why;
        slash[slash == path] = '\0';
    }
}

/* Found from inside the git directory of a work tree: that is the one beside it. */
static void root_beside(struct place *place)
{
    char *slash = strrchr(place->git_dir, '/');
    if (!slash || strcmp(slash, "/.git") != 0)
        return;
    memcpy(place->root, place->git_dir, PATH_MAX);
    place->root[slash - place->git_dir] = '\0';
}

void place_apply_configuration(struct place *place)
{
    char path[PATH_MAX], root[PATH_MAX];
    struct text text = TEXT_EMPTY;
    git_config *config = NULL;
    git_buf work_tree = {0};
    int bare = 0;
    if (!place_common_path(place, path, "config") ||
        file_read(AT_FDCWD, path, 0, CONFIG_LIMIT, &text, NULL) != 0 ||
        (!strcasestr(text.bytes, "worktree") && !strcasestr(text.bytes, "bare")) ||
        git_config_open_ondisk(&config, path) != 0)
        goto out;
    if (!*place->worktree && git_config_get_string_buf(&work_tree, config, "core.worktree") == 0) {
        if (resolve(root, place->git_dir, work_tree.ptr))
            memcpy(place->root, root, PATH_MAX);
    } else if (!*place->worktree && git_config_get_bool(&bare, config, "core.bare") == 0) {
        if (bare)
            *place->root = '\0';
        else if (!*place->root)
            root_beside(place);
    }
out:
    git_buf_dispose(&work_tree);
    git_config_free(config);
    text_free(&text);
}

static bool is_own(const char *path)
{
    struct stat status;
    return !*path || (lstat(path, &status) == 0 && status.st_uid == geteuid());
}

struct safe {
    const char *path;
    bool yes;
};

/* git-config(1), safe.directory: an empty value clears the list, `*` is everything. */
static int take_safe_directory(const git_config_entry *entry, void *data)
{
    struct safe *safe = data;
    char path[PATH_MAX];
    if (!*entry->value)
        safe->yes = false;
    else if (strcmp(entry->value, "*") == 0 || strcmp(entry->value, safe->path) == 0)
        safe->yes = true;
    else if (realpath(entry->value, path) && strcmp(path, safe->path) == 0)
        safe->yes = true;
    return 0;
}

static bool is_declared_safe(const char *path)
{
    struct safe safe = {.path = path};
    git_config *config = NULL;
    if (git_config_open_default(&config) == 0)
        git_config_get_multivar_foreach(config, "safe.directory", NULL, take_safe_directory, &safe);
    git_config_free(config);
    return safe.yes;
}

bool place_is_submodule(const struct place *place)
{
    return *place->git_file && strstr(place->common_dir, "/.git/modules/");
}

bool place_is_own(const struct place *place)
{
    return is_own(place->root) && is_own(place->git_file) && is_own(place->git_dir);
}

const char *place_refusal(const struct place *place)
{
    if (place_is_own(place))
        return NULL;
    if (is_declared_safe(*place->root ? place->root : place->git_dir))
        return NULL;
    return "belongs to another user; `git config --global --add safe.directory` lets it be read";
}
