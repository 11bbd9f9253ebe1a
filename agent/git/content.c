/*
 * Comparing contents by their blob ids, after the conversions of gitattributes(5) that need no program:
 * line ends and $Id$. libgit2 knows these and never runs a configured filter.
 */
#include "content.h"

#include "../base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYMLINK_LIMIT     (1 << 20)
#define SYSTEM_ATTRIBUTES "/etc/gitattributes"

static enum content compare_symlink(int at, const char *name, const struct stat *status,
                                    const unsigned char *oid)
{
    git_oid found;
    size_t room = (size_t)status->st_size + 1;
    if (status->st_size < 0 || status->st_size > SYMLINK_LIMIT)
        return CONTENT_CHANGED;
    char *target = memory_take(room);
    ssize_t size = readlinkat(at, name, target, room);
    bool same = size >= 0 && git_odb_hash(&found, target, (size_t)size, GIT_OBJECT_BLOB) == 0 &&
                memcmp(found.id, oid, GIT_OID_RAWSZ) == 0;
    free(target);
    return same ? CONTENT_SAME : CONTENT_CHANGED;
}

static const char *attribute(const struct settings *settings, const char *path, const char *name)
{
    const char *value = NULL;
    git_attr_get(&value, settings->repository, GIT_ATTR_CHECK_FILE_THEN_INDEX, path, name);
    return value;
}

/* Whether a program is configured for the filter that the path's attributes name. */
static bool is_filtered(const struct settings *settings, const char *path)
{
    static const char *const programs[] = {"clean", "process"};
    const char *filter = attribute(settings, path, "filter");
    char name[512];
    if (git_attr_value(attribute(settings, path, "working-tree-encoding")) == GIT_ATTR_VALUE_STRING)
        return true;
    if (git_attr_value(filter) != GIT_ATTR_VALUE_STRING)
        return false;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        git_buf command = {0};
        int size = snprintf(name, sizeof name, "filter.%s.%s", filter, programs[i]);
        bool set = size >= (int)sizeof name ||
                   (git_config_get_string_buf(&command, settings->config, name) == 0 && command.size);
        git_buf_dispose(&command);
        if (set)
            return true;
    }
    return false;
}

/* Text by attribute is always converted; by core.autocrlf or text=auto only if the index has no CRLF itself.
 */
static bool is_always_converted(const struct settings *settings, const char *path)
{
    return git_attr_value(attribute(settings, path, "text")) == GIT_ATTR_VALUE_TRUE ||
           (git_attr_value(attribute(settings, path, "text")) == GIT_ATTR_VALUE_UNSPECIFIED &&
            git_attr_value(attribute(settings, path, "eol")) == GIT_ATTR_VALUE_STRING);
}

static bool has_id(const struct settings *settings, const char *path, const char *as,
                   const unsigned char *oid)
{
    git_oid found;
    return git_repository_hashfile(&found, settings->repository, path, GIT_OBJECT_BLOB, as) == 0 &&
           memcmp(found.id, oid, GIT_OID_RAWSZ) == 0;
}

enum content content_compare(const struct settings *settings, const char *path, int at, const char *name,
                             const struct stat *status, const unsigned char *oid)
{
    if (S_ISLNK(status->st_mode))
        return compare_symlink(at, name, status, oid);
    if (is_filtered(settings, path))
        return CONTENT_FILTERED;
    if (has_id(settings, path, NULL, oid))
        return CONTENT_SAME;
    /* Where the index has CRLF the file is not converted: then, and only then, the bare contents are the
     * same. */
    if (!is_always_converted(settings, path) && has_id(settings, path, "", oid))
        return CONTENT_SAME;
    return CONTENT_CHANGED;
}

/* Reads as much as there was when `status` was taken, and one byte more, to see the end. Returns its size, or
 * -1. */
static ssize_t read_file(int at, const char *name, char *bytes, size_t size)
{
    size_t got = 0;
    int file = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return -1;
    while (got < size) {
        ssize_t more = read(file, bytes + got, size - got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0) {
            got = more < 0 ? SIZE_MAX : got;
            break;
        }
        got += (size_t)more;
    }
    close(file);
    return (ssize_t)got;
}

enum content content_compare_plain(int at, const char *name, const struct stat *status,
                                   const unsigned char *oid)
{
    git_oid found;
    if (S_ISLNK(status->st_mode))
        return compare_symlink(at, name, status, oid);
    char *bytes = memory_take((size_t)status->st_size + 1);
    ssize_t size = read_file(at, name, bytes, (size_t)status->st_size + 1);
    bool same = size >= 0 && git_odb_hash(&found, bytes, (size_t)size, GIT_OBJECT_BLOB) == 0 &&
                memcmp(found.id, oid, GIT_OID_RAWSZ) == 0;
    free(bytes);
    return same ? CONTENT_SAME : CONTENT_CHANGED;
}

bool content_is_converted(const struct settings *settings, const struct place *place)
{
    char path[PATH_MAX];
    git_buf value = {0};
    int truth = 0;
    bool converts = git_config_get_string_buf(&value, settings->config, "core.autocrlf") == 0 &&
                    (git_config_parse_bool(&truth, value.ptr) != 0 || truth);
    git_buf_dispose(&value);
    if (!converts) {
        converts = git_config_get_path(&value, settings->config, "core.attributesFile") == 0 && *value.ptr;
        git_buf_dispose(&value);
    }
    settings_user_file(path, "attributes");
    return converts || path_exists(path, "") || path_exists(SYSTEM_ATTRIBUTES, "") ||
           (place_common_path(place, path, "info/attributes") && path_exists(path, ""));
}
