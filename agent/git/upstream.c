/* Upstream and push target: git-config(1), branch.<name>.* and push.default. */
#include "upstream.h"

#include <stdio.h>
#include <string.h>

static bool starts_with(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

static const char *short_name(const char *ref)
{
    static const char *const prefixes[] = {"refs/remotes/", "refs/heads/", "refs/tags/", "refs/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (starts_with(ref, prefixes[i]))
            return ref + strlen(prefixes[i]);
    return ref;
}

static void measure(struct distance *distance, git_repository *repository, const char *ours,
                    const char *theirs)
{
    git_oid local, other;
    size_t ahead, behind;
    if (distance->ahead >= 0 && strcmp(distance->ours, ours) == 0 && strcmp(distance->theirs, theirs) == 0)
        return;
    distance->ahead = distance->behind = -1;
    if (git_oid_fromstr(&local, ours) != 0 || git_oid_fromstr(&other, theirs) != 0 ||
        git_graph_ahead_behind(&ahead, &behind, repository, &local, &other) != 0)
        return;
    name_copy(distance->ours, sizeof distance->ours, ours);
    name_copy(distance->theirs, sizeof distance->theirs, theirs);
    distance->ahead = (int32_t)(ahead < INT32_MAX ? ahead : INT32_MAX);
    distance->behind = (int32_t)(behind < INT32_MAX ? behind : INT32_MAX);
}

/* Reads a string of the configuration into `out`; returns whether it is set. */
static bool read_setting(const struct settings *settings, const char *name, char out[PATH_MAX])
{
    git_buf value = {0};
    bool is_set = git_config_get_string_buf(&value, settings->config, name) == 0;
    if (is_set)
        snprintf(out, PATH_MAX, "%s", value.ptr);
    git_buf_dispose(&value);
    return is_set;
}

/* Reads branch.<name>.<key>. */
static bool read_branch_setting(const struct settings *settings, const char *branch, const char *key,
                                char out[PATH_MAX])
{
    char name[PATH_MAX + 64];
    snprintf(name, sizeof name, "branch.%s.%s", branch, key);
    return read_setting(settings, name, out);
}

/* The remote that `git push` goes to. */
static void push_remote(const struct settings *settings, const char *branch, char out[PATH_MAX])
{
    if (!read_branch_setting(settings, branch, "pushRemote", out) &&
        !read_setting(settings, "remote.pushDefault", out) &&
        !read_branch_setting(settings, branch, "remote", out))
        snprintf(out, PATH_MAX, "origin");
}

/* Maps a ref by a refspec, [+]SOURCE:TARGET with at most one * in each (git-fetch(1)). Returns whether it is
 * for it. */
static bool map_by(const char *refspec, const char *ref, char out[PATH_MAX])
{
    refspec += *refspec == '+';
    const char *colon = strchr(refspec, ':'), *star = strchr(refspec, '*'), *target = colon ? colon + 1 : "";
    if (!*target || *refspec == '^')
        return false;
    if (!star || star > colon) {
        size_t size = (size_t)(colon - refspec);
        return strlen(ref) == size && memcmp(ref, refspec, size) == 0 &&
               snprintf(out, PATH_MAX, "%s", target) > 0;
    }
    size_t before = (size_t)(star - refspec), after = (size_t)(colon - star - 1), size = strlen(ref);
    const char *hole = strchr(target, '*');
    if (!hole || size < before + after || memcmp(ref, refspec, before) != 0 ||
        memcmp(ref + size - after, star + 1, after) != 0)
        return false;
    snprintf(out, PATH_MAX, "%.*s%.*s%s", (int)(hole - target), target, (int)(size - before - after),
             ref + before, hole + 1);
    return true;
}

/* Maps a ref by the first of remote.<name>.<direction>'s refspecs that is for it. Returns false if none is.
 */
static bool map_ref(const struct settings *settings, const char *remote, const char *direction,
                    const char *ref, char out[PATH_MAX])
{
    char name[PATH_MAX + 64];
    git_config_iterator *refspecs = NULL;
    git_config_entry *entry;
    bool found = false;
    snprintf(name, sizeof name, "remote.%s.%s", remote, direction);
    if (git_config_multivar_iterator_new(&refspecs, settings->config, name, NULL) != 0)
        return false;
    while (!found && git_config_next(&entry, refspecs) == 0)
        found = entry->value && map_by(entry->value, ref, out);
    git_config_iterator_free(refspecs);
    return found;
}

/* The ref here that follows the branch's upstream: what git calls <branch>@{upstream}. */
static bool pull_ref(const struct settings *settings, const char *branch, char out[PATH_MAX])
{
    char remote[PATH_MAX], merge[PATH_MAX];
    if (!read_branch_setting(settings, branch, "remote", remote) ||
        !read_branch_setting(settings, branch, "merge", merge))
        return false;
    if (strcmp(remote, ".") != 0)
        return map_ref(settings, remote, "fetch", merge, out);
    return snprintf(out, PATH_MAX, "%s", merge) > 0;
}

/* The ref here that follows what `git push` would write: what git calls <branch>@{push}. */
static bool push_ref(const struct settings *settings, const char *ref, const char *upstream,
                     char out[PATH_MAX])
{
    char remote[PATH_MAX], there[PATH_MAX], how[PATH_MAX] = "simple";
    push_remote(settings, ref + strlen("refs/heads/"), remote);
    read_setting(settings, "push.default", how);
    if (map_ref(settings, remote, "push", ref, there))
        return map_ref(settings, remote, "fetch", there, out);
    if (strcmp(how, "nothing") == 0)
        return false;
    if (strcmp(how, "upstream") == 0 || strcmp(how, "tracking") == 0)
        return snprintf(out, PATH_MAX, "%s", upstream) > 0;
    bool found = map_ref(settings, remote, "fetch", ref, out);
    bool is_simple = strcmp(how, "current") != 0 && strcmp(how, "matching") != 0;
    return found && (!is_simple || strcmp(out, upstream) == 0); /* simple: only to where it is pulled from */
}

void upstream_read(struct upstream *upstream, const struct place *place, const struct settings *settings,
                   const struct head *head)
{
    char pull[PATH_MAX] = "", push[PATH_MAX], pull_oid[OID_HEX_ROOM] = "", push_oid[OID_HEX_ROOM] = "";
    memset(upstream->name, 0, sizeof upstream->name);
    if (starts_with(head->ref, "refs/heads/")) {
        if (pull_ref(settings, head->ref + strlen("refs/heads/"), pull)) {
            name_copy(upstream->name, sizeof upstream->name, short_name(pull));
            refs_resolve(place, pull, pull_oid);
        }
        if (push_ref(settings, head->ref, pull, push))
            refs_resolve(place, push, push_oid);
    }
    measure(&upstream->pull, settings->repository, head->oid, pull_oid);
    measure(&upstream->push, settings->repository, head->oid, push_oid);
}

/* ---- tags
 * ---------------------------------------------------------------------------------------------------- */

#define TAG_DEPTH 5 /* of tags of tags */

struct tag_search {
    const struct settings *settings;
    const char *oid;
    char *best;
    bool annotated; /* the best one is */
};

/* Whether a tag object leads to the commit, `object HEX` being its first line. */
static bool leads_to(const struct tag_search *search, const char *from)
{
    char next[GIT_OID_HEXSZ + 1];
    git_oid oid;
    git_odb *odb = NULL;
    bool found = false;
    if (!search->settings->repository || git_repository_odb(&odb, search->settings->repository) != 0)
        return false;
    name_copy(next, sizeof next, from);
    for (int i = 0; i < TAG_DEPTH && !found; i++) {
        git_odb_object *object = NULL;
        size_t size;
        git_object_t type;
        bool is_tag = git_oid_fromstr(&oid, next) == 0 && git_odb_read_header(&size, &type, odb, &oid) == 0 &&
                      type == GIT_OBJECT_TAG && git_odb_read(&object, odb, &oid) == 0 &&
                      git_odb_object_size(object) > 7 + GIT_OID_HEXSZ;
        if (is_tag) {
            memcpy(next, (const char *)git_odb_object_data(object) + 7, GIT_OID_HEXSZ);
            found = strcmp(next, search->oid) == 0;
        }
        git_odb_object_free(object);
        if (!is_tag)
            break;
    }
    git_odb_free(odb);
    return found;
}

static void take_tag(void *data, const char *name, const char *oid, const char *peeled)
{
    struct tag_search *search = data;
    bool direct = strcmp(oid, search->oid) == 0;
    bool annotated = !direct && (peeled ? strcmp(peeled, search->oid) == 0 : leads_to(search, oid));
    if (!direct && !annotated)
        return;
    name += strlen("refs/tags/");
    if (*search->best && (search->annotated > annotated ||
                          (search->annotated == annotated && strverscmp(search->best, name) >= 0)))
        return;
    search->annotated = annotated;
    name_copy(search->best, GIT_NAME_MAX, name);
}

void tag_find(char tag[GIT_NAME_MAX], const struct place *place, const struct settings *settings,
              const char *oid)
{
    struct tag_search search = {settings, oid, tag, false};
    memset(tag, 0, GIT_NAME_MAX);
    if (*oid)
        refs_each(place, "refs/tags/", take_tag, &search);
}
