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

static void measure(struct distance *distance, git_repository *repository, const char *ours, const char *theirs)
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

/* The remote that `git push` goes to; with nothing configured the only one there is, else origin. */
static void push_remote(const struct settings *settings, const char *branch, char out[PATH_MAX])
{
    git_strarray remotes = {0};
    if (read_branch_setting(settings, branch, "pushRemote", out) ||
        read_setting(settings, "remote.pushDefault", out) || read_branch_setting(settings, branch, "remote", out))
        return;
    bool only = git_remote_list(&remotes, settings->repository) == 0 && remotes.count == 1;
    snprintf(out, PATH_MAX, "%s", only ? remotes.strings[0] : "origin");
    git_strarray_dispose(&remotes);
}

/* Maps a ref by the first of the remote's refspecs that is for it. Returns false if none is. */
static bool map_ref(git_remote *remote, git_direction direction, const char *ref, char out[PATH_MAX])
{
    git_buf mapped = {0};
    bool found = false;
    for (size_t i = 0; i < git_remote_refspec_count(remote) && !found; i++) {
        const git_refspec *refspec = git_remote_get_refspec(remote, i);
        found = git_refspec_direction(refspec) == direction && git_refspec_src_matches(refspec, ref) &&
                git_refspec_transform(&mapped, refspec, ref) == 0;
    }
    if (found)
        snprintf(out, PATH_MAX, "%s", mapped.ptr);
    git_buf_dispose(&mapped);
    return found;
}

/* The ref here that follows what `git push` would write: what git calls <branch>@{push}. */
static bool push_ref(const struct settings *settings, const struct head *head, const char *upstream,
                     char out[PATH_MAX])
{
    char name[PATH_MAX] = "", there[PATH_MAX], how[PATH_MAX] = "simple";
    git_remote *remote = NULL;
    bool found = false;
    push_remote(settings, head->ref + strlen("refs/heads/"), name);
    if (git_remote_lookup(&remote, settings->repository, name) != 0)
        return false;
    read_setting(settings, "push.default", how);
    if (map_ref(remote, GIT_DIRECTION_PUSH, head->ref, there)) {
        found = map_ref(remote, GIT_DIRECTION_FETCH, there, out);
    } else if (strcmp(how, "upstream") == 0 || strcmp(how, "tracking") == 0) {
        found = snprintf(out, PATH_MAX, "%s", upstream) > 0;
    } else if (strcmp(how, "nothing") != 0) {
        found = map_ref(remote, GIT_DIRECTION_FETCH, head->ref, out);
        if (strcmp(how, "simple") == 0) /* only to where it is pulled from */
            found = found && strcmp(out, upstream) == 0;
    }
    git_remote_free(remote);
    return found;
}

void upstream_read(struct upstream *upstream, const struct place *place, const struct settings *settings,
                   const struct head *head)
{
    git_buf name = {0};
    char push[PATH_MAX], pull_oid[OID_HEX_ROOM] = "", push_oid[OID_HEX_ROOM] = "";
    name_copy(upstream->name, sizeof upstream->name, "");
    if (starts_with(head->ref, "refs/heads/")) {
        if (git_branch_upstream_name(&name, settings->repository, head->ref) == 0) {
            name_copy(upstream->name, sizeof upstream->name, short_name(name.ptr));
            refs_resolve(place, name.ptr, pull_oid);
        }
        if (push_ref(settings, head, name.ptr ? name.ptr : "", push))
            refs_resolve(place, push, push_oid);
    }
    measure(&upstream->pull, settings->repository, head->oid, pull_oid);
    measure(&upstream->push, settings->repository, head->oid, push_oid);
    git_buf_dispose(&name);
}

/* ---- tags ---------------------------------------------------------------------------------------------------- */

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

void tag_find(char tag[GIT_NAME_MAX], const struct place *place, const struct settings *settings, const char *oid)
{
    struct tag_search search = {settings, oid, tag, false};
    *tag = '\0';
    refs_each(place, "refs/tags/", take_tag, &search);
}
