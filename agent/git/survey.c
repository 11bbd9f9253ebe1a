/* Everything that is counted, brought together: see survey.h. */
#include "survey.h"

#include "../base/memory.h"
#include "../base/worker.h"
#include "content.h"
#include "program.h"
#include "staged.h"
#include "submodule.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUICK_BUDGET 1000 /* directory entries and KiB: about a third of a millisecond */

/* What is staged, as long as neither HEAD nor the index changes. */
struct staged_answer {
    bool known;
    char head[OID_HEX_ROOM];
    struct file_stamp index;
    int32_t count;
    int64_t committed_us; /* when HEAD's commit was made; 0: not known */
    char reason[160];
};

struct survey {
    struct place place;
    bool is_open;
    struct settings settings;
    struct index *index;
    struct worktree *worktree;
    struct ignore_rules *info_rules, *user_rules;
    struct file_stamp outer_stamps[2]; /* of their files */
    bool is_converted;                 /* contents may be, by more than the work tree's own attributes */
    struct submodules *submodules;
    struct staged_answer staged;
    struct upstream upstream;
    char tag[GIT_NAME_MAX];
};

/* ---- paths
 * --------------------------------------------------------------------------------------------------- */

void survey_paths_add(struct survey_paths *paths, const char *path, enum path_kind kind)
{
    paths->all = memory_grow(paths->all, paths->count, &paths->room, sizeof *paths->all);
    paths->all[paths->count++] = (struct survey_path){memory_string(path, strlen(path)), kind};
}

void survey_paths_clear(struct survey_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->all[i].path);
    free(paths->all);
    *paths = (struct survey_paths){0};
}

/* ---- making and keeping
 * ---------------------------------------------------------------------------------------- */

struct survey *survey_make(const struct place *place, int depth)
{
    struct survey *survey = memory_zeroed(1, sizeof *survey);
    survey->place = *place;
    survey->submodules = submodules_make(depth);
    survey->upstream.pull.ahead = survey->upstream.push.ahead = -1;
    return survey;
}

static void forget_rules(struct survey *survey)
{
    ignore_free(survey->info_rules);
    ignore_free(survey->user_rules);
    survey->info_rules = survey->user_rules = NULL;
}

static void forget_index(struct survey *survey)
{
    worktree_free(survey->worktree);
    index_free(survey->index);
    survey->worktree = NULL;
    survey->index = NULL;
}

static void close_survey(struct survey *survey)
{
    forget_index(survey);
    forget_rules(survey);
    submodules_reset(survey->submodules);
    survey->staged.known = false;
    if (survey->is_open)
        settings_close(&survey->settings);
    survey->is_open = false;
}

void survey_free(struct survey *survey)
{
    if (!survey)
        return;
    close_survey(survey);
    submodules_free(survey->submodules);
    free(survey);
}

/* Rules from outside the work tree, which count everywhere in it. */
static void load_rules(struct survey *survey)
{
    char path[PATH_MAX];
    struct file_stamp stamps[2] = {0};
    forget_rules(survey);
    if (place_common_path(&survey->place, path, "info/exclude") && file_stamp_take(&stamps[0], path))
        survey->info_rules = ignore_load(AT_FDCWD, path, 0);
    if (*survey->settings.excludes_file && file_stamp_take(&stamps[1], survey->settings.excludes_file))
        survey->user_rules = ignore_load(AT_FDCWD, survey->settings.excludes_file, 0);
    bool same = file_stamp_same(&stamps[0], &survey->outer_stamps[0]) &&
                file_stamp_same(&stamps[1], &survey->outer_stamps[1]);
    if (!same && survey->worktree)
        worktree_forget_listings(survey->worktree);
    memcpy(survey->outer_stamps, stamps, sizeof stamps);
    survey->is_converted =
        !*survey->settings.limit && content_is_converted(&survey->settings, &survey->place);
}

static void open_survey(struct survey *survey, unsigned marks)
{
    bool reopen = marks & MARK_SETTINGS;
    if (survey->is_open && reopen)
        close_survey(survey);
    if (!survey->is_open) {
        settings_open(&survey->settings, &survey->place);
        survey->is_open = true;
        load_rules(survey);
    } else if (marks & (MARK_RULES | MARK_ALL)) {
        load_rules(survey);
        git_attr_cache_flush(survey->settings.repository);
        submodules_reset(survey->submodules);
    }
}

/* ---- the index
 * --------------------------------------------------------------------------------------------------- */

static bool index_is_current(const struct survey *survey)
{
    char path[PATH_MAX];
    struct file_stamp stamp;
    if (!survey->index || !place_git_path(&survey->place, path, "index"))
        return false;
    file_stamp_take(&stamp, path);
    return file_stamp_same(&stamp, &survey->index->stamp);
}

/* Reads the index again if it is another one. Returns NULL, or why it cannot. */
static const char *load_index(struct survey *survey, const struct survey_order *order, bool *is_unknown)
{
    const char *why;
    *is_unknown = false;
    if (order->is_quick || index_is_current(survey)) /* of another one a watch would have told */
        return NULL;
    struct index *index = index_read(survey->place.git_dir, GIT_OID_RAWSZ, &why, is_unknown);
    struct worktree *worktree = index ? worktree_make(index, &why) : NULL;
    if (worktree && survey->worktree)
        worktree_carry(worktree, survey->worktree);
    forget_index(survey);
    if (!worktree) {
        index_free(index);
        return why;
    }
    survey->index = index;
    survey->worktree = worktree;
    return NULL;
}

static void mark(struct survey *survey, const struct survey_order *order)
{
    if (order->marks & (MARK_ALL | MARK_RULES | MARK_SETTINGS))
        worktree_mark(survey->worktree, "", true);
    if (order->marks & MARK_MODULES)
        worktree_mark_submodules(survey->worktree);
    for (size_t i = 0; i < order->paths.count; i++) {
        const struct survey_path *path = &order->paths.all[i];
        if (path->kind == PATH_NAME)
            worktree_mark_name(survey->worktree, path->path);
        else
            worktree_mark(survey->worktree, path->path, path->kind == PATH_DEEP);
    }
}

/* ---- counts
 * -------------------------------------------------------------------------------------------------------- */

static void take_program_counts(struct survey_result *result, const struct program_status *status)
{
    result->staged = status->staged;
    result->unstaged = status->unstaged;
    result->untracked = status->untracked;
    result->conflicted = status->conflicted;
}

/* How much of what the git program tells is taken. */
enum asking { ASK_STAGED, ASK_COUNTS, ASK_ALL };

/* Gives a reason, unless there is one. */
static void __attribute__((format(printf, 3, 4)))
give(struct survey_result *result, enum git_trouble trouble, const char *format, ...)
{
    va_list arguments;
    if (*result->reason)
        return;
    va_start(arguments, format);
    vsnprintf(result->reason, sizeof result->reason, format, arguments);
    va_end(arguments);
    result->trouble = trouble;
}

static void ask_program(struct survey *survey, const struct survey_order *order, struct survey_result *result,
                        enum asking asking)
{
    struct program_status *status = memory_zeroed(1, sizeof *status);
    const char *why = program_read_status(status, &survey->place, order->worker);
    if (why)
        give(result, GIT_TROUBLE_DAMAGE, "%s", why);
    else if (asking == ASK_STAGED)
        result->staged = status->staged;
    else
        take_program_counts(result, status);
    if (!why)
        result->engine = "git";
    if (!why && asking == ASK_ALL) {
        result->has_head = true;
        result->head = status->head;
        result->stashes = status->stashes;
        result->ahead = status->ahead;
        result->behind = status->behind;
        memcpy(result->upstream, status->upstream, sizeof result->upstream);
    }
    if (asking != ASK_STAGED && status->has_submodules)
        give(result, GIT_TROUBLE_ENGINE, "changes inside submodules are not looked at");
    free(status);
}

static bool staged_is_known(const struct survey *survey, const struct head *head)
{
    return survey->staged.known && strcmp(survey->staged.head, head->oid) == 0 &&
           file_stamp_same(&survey->staged.index, &survey->index->stamp);
}

/* Counts what is staged, unless that is known already. Returns false if git must be asked. */
static bool count_staged(struct survey *survey, const struct head *head)
{
    struct staged staged;
    if (staged_is_known(survey, head))
        return true;
    const char *why = staged_count(&staged, survey->settings.repository, survey->index, head->oid,
                                   survey->settings.detects_renames);
    survey->staged = (struct staged_answer){.known = true, .index = survey->index->stamp};
    survey->staged.count = why ? -1 : staged.count;
    survey->staged.committed_us = staged.committed_us;
    memcpy(survey->staged.head, head->oid, sizeof head->oid);
    snprintf(survey->staged.reason, sizeof survey->staged.reason, "%s", why ? why : "");
    return why || !staged.needs_git;
}

static void give_reason(struct survey_result *result, const struct survey *survey, const struct look *look)
{
    if (look->why)
        give(result, GIT_TROUBLE_DAMAGE, "the work tree cannot be read: %s", look->why);
    if (*survey->staged.reason)
        give(result, GIT_TROUBLE_DAMAGE, "%s", survey->staged.reason);
    if (look->filtered)
        give(result, GIT_TROUBLE_FILTER,
             "%d files pass a configured filter, which is not run: compared by time only", look->filtered);
}

static bool count(struct survey *survey, const struct survey_order *order, struct survey_result *result)
{
    struct ignore_level user = {survey->user_rules, 0, NULL}, info = {survey->info_rules, 0, &user};
    struct look look = {.root = survey->place.root,
                        .settings = &survey->settings,
                        .outer = &info,
                        .submodules = survey->submodules,
                        .visits = &result->visits,
                        .by_times = order->by_times,
                        .is_quick = order->is_quick,
                        .budget = QUICK_BUDGET};
    if (order->is_quick && !staged_is_known(survey, &order->head))
        return false;
    look.is_converted = survey->index->has_attributes || survey->is_converted;
    bool asks = !count_staged(survey, &order->head);
    if (!worktree_look(survey->worktree, &look) && !look.why)
        return false;
    struct worktree_counts counts = worktree_counts(survey->worktree);
    if ((asks || counts.needs_git) && order->is_quick)
        return false;
    result->conflicted = counts.conflicted;
    result->staged = survey->staged.count;
    result->committed_us = survey->staged.committed_us;
    result->unstaged = look.why ? -1 : counts.unstaged;
    result->untracked = look.why ? -1 : counts.untracked;
    result->engine = "index";
    give_reason(result, survey, &look);
    if (asks || counts.needs_git)
        ask_program(survey, order, result, counts.needs_git ? ASK_COUNTS : ASK_STAGED);
    if (asks)
        survey->staged.count = result->staged;
    return true;
}

/* ---- looking
 * ---------------------------------------------------------------------------------------------------------
 */

static void tell_distances(struct survey *survey, const struct survey_order *order,
                           struct survey_result *result)
{
    if (!order->is_quick) {
        upstream_read(&survey->upstream, &survey->place, &survey->settings, &order->head);
        tag_find(survey->tag, &survey->place, &survey->settings, order->head.oid);
    }
    memcpy(result->upstream, survey->upstream.name, sizeof result->upstream);
    memcpy(result->tag, survey->tag, sizeof result->tag);
    result->ahead = survey->upstream.pull.ahead;
    result->behind = survey->upstream.pull.behind;
    result->push_ahead = survey->upstream.push.ahead;
    result->push_behind = survey->upstream.push.behind;
}

static void start_result(struct survey_result *result)
{
    *result = (struct survey_result){.engine = "none"};
    result->staged = result->unstaged = result->untracked = result->conflicted = result->stashes = -1;
    result->ahead = result->behind = result->push_ahead = result->push_behind = -1;
}

/* A repository without a work tree has nothing to count. */
static void count_nothing(struct survey_result *result)
{
    result->engine = "index";
    result->staged = result->unstaged = result->untracked = result->conflicted = 0;
}

static bool look_with_index(struct survey *survey, const struct survey_order *order,
                            struct survey_result *result)
{
    bool is_unknown;
    const char *why = load_index(survey, order, &is_unknown);
    if (why) {
        result->uses_git = is_unknown;
        if (is_unknown)
            ask_program(survey, order, result, ASK_COUNTS);
        bool is_told = strcmp(result->engine, "git") == 0;
        *result->reason = '\0';
        if (is_told)
            give(result, GIT_TROUBLE_ENGINE, "the git program is asked: %.128s", why);
        else
            give(result, GIT_TROUBLE_DAMAGE, "%s", why); /* says more than that git cannot either */
        return true;
    }
    mark(survey, order);
    return count(survey, order, result);
}

bool survey_look(struct survey *survey, const struct survey_order *order, struct survey_result *result)
{
    start_result(result);
    if (order->is_quick && (!survey->worktree || (order->marks & ~MARK_PATHS)))
        return false;
    open_survey(survey, order->marks);
    if (order->marks & (MARK_GIT | MARK_ALL))
        visits_add_git(&result->visits, VISIT_GIT, &survey->place);
    if (order->maps_only) {
        bool is_unknown;
        if (*survey->place.root && !*survey->settings.limit && !load_index(survey, order, &is_unknown))
            worktree_visit(survey->worktree, survey->place.root, &result->visits);
        return true;
    }
    if (*survey->settings.limit) {
        result->uses_git = true;
        ask_program(survey, order, result, ASK_ALL);
        give(result, GIT_TROUBLE_ENGINE, "the git program is asked: %.128s", survey->settings.limit);
        tag_find(result->tag, &survey->place, &survey->settings, result->head.oid);
        return true;
    }
    result->is_sparse = survey->settings.is_sparse;
    result->origin = survey->settings.origin;
    result->upstream_remote = survey->settings.upstream_remote;
    if (order->head.broken) {
        give(result, GIT_TROUBLE_DAMAGE, "%s", order->head.broken);
        return true;
    }
    tell_distances(survey, order, result);
    if (*survey->place.root)
        return look_with_index(survey, order, result);
    count_nothing(result);
    return true;
}
