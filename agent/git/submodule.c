/* Submodules, each with a survey of its own: see submodule.h. */
#include "submodule.h"

#include "../base/memory.h"
#include "file.h"
#include "refs.h"
#include "survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8 /* submodules of submodules */

struct submodule {
    char *path;
    struct survey *survey;
};

/* A `submodule.<name>` section, of .gitmodules or the repository's configuration. */
struct section {
    char *name;
    char path[PATH_MAX];
    enum submodule_ignore ignore;
    bool has_ignore;
};

struct submodules {
    int depth;
    struct submodule *all;
    size_t count, room;
    bool has_sections;
    struct section *sections;
    size_t section_count, section_room;
};

struct submodules *submodules_make(int depth)
{
    struct submodules *submodules = memory_zeroed(1, sizeof *submodules);
    submodules->depth = depth;
    return submodules;
}

void submodules_reset(struct submodules *submodules)
{
    for (size_t i = 0; i < submodules->count; i++) {
        free(submodules->all[i].path);
        survey_free(submodules->all[i].survey);
    }
    for (size_t i = 0; i < submodules->section_count; i++)
        free(submodules->sections[i].name);
    submodules->count = submodules->section_count = 0;
    submodules->has_sections = false;
}

void submodules_free(struct submodules *submodules)
{
    submodules_reset(submodules);
    free(submodules->all);
    free(submodules->sections);
    free(submodules);
}

/* ---- sections
 * ---------------------------------------------------------------------------------------------- */

static struct section *section_named(struct submodules *submodules, const char *name, size_t size)
{
    for (size_t i = 0; i < submodules->section_count; i++)
        if (strlen(submodules->sections[i].name) == size &&
            memcmp(submodules->sections[i].name, name, size) == 0)
            return &submodules->sections[i];
    submodules->sections = memory_grow(submodules->sections, submodules->section_count,
                                       &submodules->section_room, sizeof *submodules->sections);
    struct section *section = &submodules->sections[submodules->section_count++];
    *section = (struct section){.name = memory_string(name, size)};
    return section;
}

static void take_setting(struct submodules *submodules, const git_config_entry *entry)
{
    const char *name = entry->name + strlen("submodule."), *key = strrchr(name, '.');
    if (!key || !entry->value)
        return;
    if (strcmp(key, ".path") == 0) {
        struct section *section = section_named(submodules, name, (size_t)(key - name));
        snprintf(section->path, sizeof section->path, "%s", entry->value);
    } else if (strcmp(key, ".ignore") == 0) {
        struct section *section = section_named(submodules, name, (size_t)(key - name));
        section->ignore = settings_parse_ignore(entry->value, IGNORE_NONE);
        section->has_ignore = true;
    }
}

static void take_settings(struct submodules *submodules, const git_config *config)
{
    git_config_iterator *entries = NULL;
    git_config_entry *entry;
    if (git_config_iterator_new(&entries, config) != 0)
        return;
    while (git_config_next(&entry, entries) == 0)
        if (strncmp(entry->name, "submodule.", strlen("submodule.")) == 0)
            take_setting(submodules, entry);
    git_config_iterator_free(entries);
}

/* .gitmodules says which name is for which path; the repository's configuration overrides it. */
static void read_sections(struct submodules *submodules, const struct look *look)
{
    char path[PATH_MAX];
    git_config *modules = NULL;
    submodules->has_sections = true;
    if (path_join(path, look->root, ".gitmodules") && path_exists(path, "") &&
        git_config_open_ondisk(&modules, path) == 0)
        take_settings(submodules, modules);
    git_config_free(modules);
    take_settings(submodules, look->settings->config);
}

static enum submodule_ignore ignore_of(struct submodules *submodules, const struct look *look,
                                       const char *path)
{
    if (!submodules->has_sections)
        read_sections(submodules, look);
    for (size_t i = 0; i < submodules->section_count; i++) {
        const struct section *section = &submodules->sections[i];
        if (section->has_ignore && strcmp(section->path, path) == 0)
            return section->ignore;
    }
    return look->settings->ignore_submodules;
}

/* ---- looking
 * ------------------------------------------------------------------------------------------------ */

static struct survey *survey_of(struct submodules *submodules, const char *path, const struct place *place)
{
    for (size_t i = 0; i < submodules->count; i++)
        if (strcmp(submodules->all[i].path, path) == 0)
            return submodules->all[i].survey;
    submodules->all =
        memory_grow(submodules->all, submodules->count, &submodules->room, sizeof *submodules->all);
    struct submodule *submodule = &submodules->all[submodules->count++];
    *submodule =
        (struct submodule){memory_string(path, strlen(path)), survey_make(place, submodules->depth + 1)};
    return submodule->survey;
}

static void add_visits(struct look *look, const struct visits *visits)
{
    for (size_t i = 0; i < visits->count; i++) {
        enum visit_kind kind = visits->all[i].kind == VISIT_WORK ? VISIT_WORK : VISIT_MODULE;
        visits_add(look->visits, kind, visits->all[i].directory, "");
    }
}

static bool has_changes(struct submodules *submodules, struct look *look, const char *path,
                        const struct place *place, const struct head *head, bool counts_untracked)
{
    struct survey_order *order = memory_zeroed(1, sizeof *order);
    struct survey_result *result = memory_zeroed(1, sizeof *result);
    order->marks = MARK_ALL;
    order->head = *head;
    survey_look(survey_of(submodules, path, place), order, result);
    bool changed = result->staged > 0 || result->unstaged > 0 || result->conflicted > 0 ||
                   (counts_untracked && result->untracked > 0);
    add_visits(look, &result->visits);
    visits_clear(&result->visits);
    free(result);
    free(order);
    return changed;
}

static bool same_oid(const char *hex, const unsigned char *oid)
{
    git_oid expected;
    return git_oid_fromstr(&expected, hex) == 0 && memcmp(expected.id, oid, GIT_OID_RAWSZ) == 0;
}

bool submodule_changed(struct submodules *submodules, struct look *look, const char *path,
                       const unsigned char *oid)
{
    char root[PATH_MAX];
    enum submodule_ignore ignore = ignore_of(submodules, look, path);
    if (ignore == IGNORE_ALL || !path_join(root, look->root, path))
        return false;
    struct place *place = memory_zeroed(1, sizeof *place);
    struct head *head = memory_zeroed(1, sizeof *head);
    bool changed = false;
    if (!place_at(place, root) || !*place->root || place_refusal(place))
        goto out;
    visits_add_git(look->visits, VISIT_MODULE, place);
    refs_read_head(head, place);
    changed = *head->oid && !same_oid(head->oid, oid);
    if (ignore != IGNORE_DIRTY && submodules->depth < DEPTH_MAX)
        changed |= has_changes(submodules, look, path, place, head,
                               ignore == IGNORE_NONE && look->settings->untracked != UNTRACKED_NO);
out:
    free(place);
    free(head);
    return changed;
}
