/* Sessions: see sessions.h. */
#include "sessions.h"

#include "../base/memory.h"
#include "rollups.h"
#include "sums.h"

#include <stdlib.h>
#include <string.h>

uint32_t sessions_take(struct sessions *sessions, const char *id, size_t size)
{
    uint32_t number = interned_take(&sessions->names, id, size);
    if (number == sessions->count) {
        sessions->list =
            memory_grow(sessions->list, sessions->count, &sessions->room, sizeof *sessions->list);
        sessions->list[sessions->count++] = (struct session){.directory = INTERNED_NONE};
    }
    return number;
}

void sessions_mark(struct sessions *sessions, uint32_t number)
{
    struct session *session = &sessions->list[number];
    if (session->is_changed)
        return;
    session->is_changed = true;
    sessions->changed = memory_grow(sessions->changed, sessions->changed_count, &sessions->changed_room,
                                    sizeof *sessions->changed);
    sessions->changed[sessions->changed_count++] = number;
}

size_t sessions_take_changed(struct sessions *sessions, uint32_t *out, size_t room)
{
    size_t count = sessions->changed_count < room ? sessions->changed_count : room;
    for (size_t i = 0; i < count; i++) {
        out[i] = sessions->changed[i];
        sessions->list[out[i]].is_changed = false;
    }
    sessions->changed_count -= count;
    if (sessions->changed_count)
        memmove(sessions->changed, sessions->changed + count, sessions->changed_count * sizeof *out);
    return count;
}

void sessions_mark_unsaved(struct sessions *sessions, uint32_t number)
{
    struct session *session = &sessions->list[number];
    if (session->is_unsaved)
        return;
    session->is_unsaved = true;
    sessions->unsaved = memory_grow(sessions->unsaved, sessions->unsaved_count, &sessions->unsaved_room,
                                    sizeof *sessions->unsaved);
    sessions->unsaved[sessions->unsaved_count++] = number;
}

struct session_record sessions_record(const struct sessions *sessions, uint32_t number)
{
    const struct session *session = &sessions->list[number];
    return (struct session_record){
        .session = number,
        .directory = session->directory,
        .directory_us = session->directory_us,
        .tools = session->tools,
        .newest = session->newest,
    };
}

void sessions_restore(struct sessions *sessions, const struct session_record *record)
{
    struct session *session = &sessions->list[record->session];
    session->directory = record->directory;
    session->directory_us = record->directory_us;
    session->tools = record->tools;
    session->newest = record->newest;
}

void sessions_add_rollup(struct sessions *sessions, uint32_t number, const struct sums *sums,
                         int64_t first_us, int64_t last_us)
{
    struct session *session = &sessions->list[number];
    bool is_first = session->sums.entries == 0;
    if (is_first) {
        session->is_span_stale = false;
        sessions->used++;
    }
    if (is_first || first_us < session->first_us)
        session->first_us = first_us;
    if (is_first || last_us > session->last_us)
        session->last_us = last_us;
    sums_add(&session->sums, sums);
    sessions_mark(sessions, number);
}

void sessions_add(struct sessions *sessions, const struct entry *entry, const struct sums *sums)
{
    sessions_add_rollup(sessions, entry->session, sums, entry->when_us, entry->when_us);
    if (entry->tools) {
        sessions->list[entry->session].tools += entry->tools;
        sessions_mark_unsaved(sessions, entry->session);
    }
}

void sessions_subtract(struct sessions *sessions, const struct entry *entry, const struct sums *sums,
                       bool stays)
{
    struct session *session = &sessions->list[entry->session];
    sums_subtract(&session->sums, sums);
    if (entry->tools) {
        session->tools -= entry->tools;
        sessions_mark_unsaved(sessions, entry->session);
    }
    if (session->sums.entries == 0)
        sessions->used--;
    if (!stays && (entry->when_us == session->first_us || entry->when_us == session->last_us))
        session->is_span_stale = true;
    sessions_mark(sessions, entry->session);
}

struct newest newest_of(struct newest a, const struct entry *copy, const struct interned *paths)
{
    bool is_newer = !a.is_known;
    if (!is_newer && copy->when_us != a.when_us)
        is_newer = copy->when_us > a.when_us;
    else if (!is_newer && copy->line != a.line)
        is_newer = copy->line > a.line;
    else if (!is_newer)
        is_newer = interned_compare(paths, copy->path, a.path) > 0;
    return is_newer ? (struct newest){copy->identity, copy->when_us, copy->line, copy->path, true} : a;
}

void sessions_offer(struct sessions *sessions, const struct entry *copy, const struct interned *paths)
{
    struct session *session = &sessions->list[copy->session];
    session->newest = newest_of(session->newest, copy, paths);
    sessions_mark(sessions, copy->session);
    sessions_mark_unsaved(sessions, copy->session);
}

void sessions_place(struct sessions *sessions, uint32_t number, int64_t when_us, uint32_t directory,
                    const struct interned *directories)
{
    struct session *session = &sessions->list[number];
    bool is_newer = session->directory == INTERNED_NONE || when_us > session->directory_us ||
                    (when_us == session->directory_us &&
                     interned_compare(directories, directory, session->directory) > 0);
    if (!is_newer)
        return;
    if (directory != session->directory)
        sessions_mark(sessions, number);
    sessions_mark_unsaved(sessions, number);
    session->directory = directory;
    session->directory_us = when_us;
}

void sessions_settle_span(struct session *session, uint32_t number, const struct rollups *rollups)
{
    if (!session->is_span_stale)
        return;
    session->is_span_stale = false;
    session->first_us = INT64_MAX;
    session->last_us = INT64_MIN;
    for (uint32_t i = 0; i < rollups->count; i++) {
        const struct rollup *rollup = rollups_at(rollups, i);
        if (rollup->key.session != number || !rollup->entries)
            continue;
        if (rollup->first_us < session->first_us)
            session->first_us = rollup->first_us;
        if (rollup->last_us > session->last_us)
            session->last_us = rollup->last_us;
    }
}

void sessions_free(struct sessions *sessions)
{
    interned_free(&sessions->names);
    free(sessions->list);
    free(sessions->changed);
    free(sessions->unsaved);
    *sessions = (struct sessions){0};
}
