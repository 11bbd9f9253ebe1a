/* Configuration, through libgit2, with the meanings and defaults of git-config(1). */
#include "settings.h"

#include "remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool read_bool(const git_config *config, const char *name, bool otherwise)
{
    int value;
    return git_config_get_bool(&value, config, name) == 0 ? value != 0 : otherwise;
}

/* Reads a string, "" if it is not set, cut at `room`. */
static void read_string(const git_config *config, const char *name, char *out, size_t room)
{
    git_buf value = {0};
    *out = '\0';
    if (git_config_get_string_buf(&value, config, name) == 0)
        snprintf(out, room, "%s", value.ptr);
    git_buf_dispose(&value);
}

static void read_remote(const git_config *config, const char *name, struct git_remote *remote)
{
    char url[1024];
    read_string(config, name, url, sizeof url);
    remote_parse(remote, url);
}

static enum untracked_mode read_untracked(const git_config *config)
{
    char value[16];
    int truth;
    read_string(config, "status.showUntrackedFiles", value, sizeof value);
    if (strcmp(value, "no") == 0)
        return UNTRACKED_NO;
    if (strcmp(value, "all") == 0)
        return UNTRACKED_ALL;
    if (*value && git_config_parse_bool(&truth, value) == 0 && !truth)
        return UNTRACKED_NO;
    return UNTRACKED_NORMAL;
}

/* status.renames, else diff.renames, else yes; `copies` finds renames too. */
static bool read_renames(const git_config *config)
{
    char value[16];
    int truth;
    read_string(config, "status.renames", value, sizeof value);
    if (!*value)
        read_string(config, "diff.renames", value, sizeof value);
    return !*value || git_config_parse_bool(&truth, value) != 0 || truth;
}

enum submodule_ignore settings_parse_ignore(const char *value, enum submodule_ignore otherwise)
{
    static const char *const names[] = {"none", "untracked", "dirty", "all"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(value, names[i]) == 0)
            return (enum submodule_ignore)i;
    return otherwise;
}

void settings_user_file(char out[PATH_MAX], const char *name)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char below[32];
    *out = '\0';
    if (config && *config) {
        snprintf(below, sizeof below, "git/%s", name);
        path_join(out, config, below);
    } else if (home && *home) {
        snprintf(below, sizeof below, ".config/git/%s", name);
        path_join(out, home, below);
    }
}

static void read_excludes_file(struct settings *settings)
{
    git_buf path = {0};
    settings_user_file(settings->excludes_file, "ignore");
    if (git_config_get_path(&path, settings->config, "core.excludesFile") == 0)
        snprintf(settings->excludes_file, PATH_MAX, "%s", path.ptr);
    git_buf_dispose(&path);
}

static void limit(struct settings *settings, const char *why)
{
    snprintf(settings->limit, sizeof settings->limit, "%s", why);
}

/* libgit2 ends the path in a slash. */
static bool is_work_tree(const git_repository *repository, const char *root)
{
    const char *path = git_repository_workdir(repository);
    size_t size = strlen(root);
    return path && strncmp(path, root, size) == 0 && strcmp(path + size, "/") == 0;
}

static int open_repository(struct settings *settings, const struct place *place)
{
    git_index *none = NULL;
    const char *path = *place->root && !*place->git_file ? place->git_dir
                       : *place->root                    ? place->root
                                                         : place->git_dir;
    unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT * !*place->git_file;
    if (git_repository_open_ext(&settings->repository, path, flags, NULL) != 0)
        return -1;
    if (*place->root && !is_work_tree(settings->repository, place->root))
        git_repository_set_workdir(settings->repository, place->root, 0);
    /* libgit2's own index reader refuses some shapes; where it asks for an index (attributes) an empty one
     * will do. */
    if (git_index_new(&none) == 0)
        git_repository_set_index(settings->repository, none);
    git_index_free(none);
    return git_repository_config(&settings->config, settings->repository);
}

/* extensions.worktreeConfig: one more file, which libgit2 1.5 does not know of, above all others. */
static void add_worktree_configuration(struct settings *settings, const struct place *place)
{
    char path[PATH_MAX];
    if (read_bool(settings->config, "extensions.worktreeConfig", false) &&
        place_git_path(place, path, "config.worktree") && path_exists(path, ""))
        git_config_add_file_ondisk(settings->config, path, GIT_CONFIG_LEVEL_APP, settings->repository, 1);
}

static void check_extension(struct settings *settings, const git_config_entry *entry)
{
    static const char *const known[] = {"noop",         "noop-v1",        "preciousobjects",
                                        "partialclone", "worktreeconfig", "relativeworktrees"};
    const char *name = entry->name + strlen("extensions."), *value = entry->value ? entry->value : "";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return;
    bool is_default = (strcmp(name, "objectformat") == 0 && strcmp(value, "sha1") == 0) ||
                      (strcmp(name, "refstorage") == 0 && strcmp(value, "files") == 0);
    if (!is_default)
        snprintf(settings->limit, sizeof settings->limit, "extensions.%s is %s", name, value);
}

/* What libgit2 would refuse (gitformat: repository-version) is not even opened with it. */
static void check_format(struct settings *settings, const struct place *place)
{
    char path[PATH_MAX];
    int32_t version = 0;
    git_config *config = NULL;
    git_config_iterator *entries = NULL;
    git_config_entry *entry;
    if (!place_common_path(place, path, "config") || git_config_open_ondisk(&config, path) != 0)
        goto out;
    git_config_get_int32(&version, config, "core.repositoryFormatVersion");
    if (version > 1)
        limit(settings, "its format is newer than is known here");
    if (version != 1 || git_config_iterator_new(&entries, config) != 0)
        goto out;
    while (git_config_next(&entry, entries) == 0)
        if (strncmp(entry->name, "extensions.", strlen("extensions.")) == 0)
            check_extension(settings, entry);
out:
    git_config_iterator_free(entries);
    git_config_free(config);
}

void settings_open(struct settings *settings, const struct place *place)
{
    char value[16];
    memset(settings, 0, sizeof *settings);
    check_format(settings, place);
    if (*settings->limit)
        return;
    if (open_repository(settings, place) != 0) {
        const git_error *error = git_error_last();
        limit(settings, error ? error->message : "libgit2 cannot open it");
        git_repository_free(settings->repository);
        settings->repository = NULL;
        return;
    }
    add_worktree_configuration(settings, place);
    const git_config *config = settings->config;
    settings->trusts_executable_bit = read_bool(config, "core.fileMode", true);
    settings->detects_renames = read_renames(config);
    settings->is_sparse = read_bool(config, "core.sparseCheckout", false);
    settings->is_sparse_checkout =
        settings->is_sparse && !read_bool(config, "sparse.expectFilesOutsideOfPatterns", false);
    settings->untracked = read_untracked(config);
    read_remote(config, "remote.origin.url", &settings->origin);
    read_remote(config, "remote.upstream.url", &settings->upstream_remote);
    read_string(config, "diff.ignoreSubmodules", value, sizeof value);
    settings->ignore_submodules = settings_parse_ignore(value, IGNORE_NONE);
    read_excludes_file(settings);
    if (read_bool(config, "core.ignoreCase", false))
        limit(settings, "core.ignoreCase is set");
    else if (!read_bool(config, "core.symlinks", true))
        limit(settings, "core.symlinks is off");
}

void settings_close(struct settings *settings)
{
    git_config_free(settings->config);
    git_repository_free(settings->repository);
    memset(settings, 0, sizeof *settings);
}

bool settings_outside_file(int number, char out[PATH_MAX])
{
    static const char *const names[] = {"config", "ignore", "attributes"};
    const char *home = getenv("HOME");
    if (number < 3)
        settings_user_file(out, names[number]);
    else if (number == 3)
        path_join(out, home ? home : "", ".gitconfig");
    else
        path_join(out, "/etc", "gitconfig");
    return *out == '/';
}
