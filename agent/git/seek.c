/* Directories whose repositories a worker looks for: see seek.h. */
#include "seek.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/worker.h"
#include "library_calls.h"

#include <stdlib.h>
#include <string.h>

#define SEEKS_MAX    64     /* the one asked for least recently gives way */
#define LONG_LOOK_US 100000 /* after one that took so long none is begun for as long again */

struct seek {
    struct job job;    /* first: the job is the look */
    struct seek *next; /* asked for less recently */
    struct seeks *seeks;
    char *directory;
    struct worker *worker;
    struct finding *last;   /* NULL: no look has ended yet */
    struct finding *coming; /* of the look under way, the worker's; NULL: none is */
    int64_t began_us, ended_us;
};

struct seeks {
    struct seek *first;
    void (*sought)(void *data);
    void *data;
};

struct seeks *seeks_make(void (*sought)(void *data), void *data)
{
    struct seeks *seeks = memory_zeroed(1, sizeof *seeks);
    *seeks = (struct seeks){.sought = sought, .data = data};
    return seeks;
}

static void seek_free(struct seek *seek)
{
    free(seek->directory);
    free(seek->last);
    free(seek);
}

void seeks_free(struct seeks *seeks)
{
    for (struct seek *seek = seeks->first, *next; seek; seek = next) {
        next = seek->next;
        if (!seek->coming)
            seek_free(seek);
    }
    free(seeks);
}

/* ---- the look, on the worker -----------------------------------------------------------------------------
 */

static void look(struct job *job)
{
    const struct seek *seek = (struct seek *)job;
    struct finding *finding = seek->coming;
    struct place *place = memory_zeroed(1, sizeof *place);
    finding->is_there = place_find(place, seek->directory);
    if (finding->is_there) {
        sighting_take(&finding->sighting, place);
        sighting_configure(&finding->sighting);
    } else {
        finding->why = place_why_none(seek->directory, finding->where);
    }
    free(place);
}

static void look_done(struct job *job)
{
    struct seek *seek = (struct seek *)job;
    git_libgit2_shutdown();
    free(seek->last);
    seek->last = seek->coming;
    seek->coming = NULL;
    seek->ended_us = clock_monotonic_us();
    if (!worker_is_stopping(seek->worker))
        seek->seeks->sought(seek->seeks->data);
}

/* ---- asking ----------------------------------------------------------------------------------------------
 */

/* What is asked for is at the front of the list, and what nobody asks for falls off its end. */
static struct seek *take_seek(struct seeks *seeks, const char *directory)
{
    struct seek **link = &seeks->first, *seek;
    for (int i = 0; *link && strcmp((*link)->directory, directory) != 0; i++) {
        seek = *link;
        if (i >= SEEKS_MAX && !seek->coming) {
            *link = seek->next;
            seek_free(seek);
        } else {
            link = &seek->next;
        }
    }
    seek = *link;
    if (seek) {
        *link = seek->next;
    } else {
        seek = memory_zeroed(1, sizeof *seek);
        seek->seeks = seeks;
        seek->directory = memory_string(directory, strlen(directory));
    }
    seek->next = seeks->first;
    seeks->first = seek;
    return seek;
}

static bool is_due(const struct seek *seek, int64_t since_us)
{
    int64_t took_us = seek->ended_us - seek->began_us;
    if (seek->coming || (seek->last && seek->began_us >= since_us))
        return false;
    return took_us < LONG_LOOK_US || clock_monotonic_us() - seek->ended_us >= took_us;
}

const struct finding *seeks_ask(struct seeks *seeks, struct worker *worker, const char *directory,
                                int64_t since_us, bool *is_pending)
{
    struct seek *seek = take_seek(seeks, directory);
    if (is_due(seek, since_us)) {
        seek->job = (struct job){look, look_done, NULL};
        seek->worker = worker;
        seek->coming = memory_zeroed(1, sizeof *seek->coming);
        seek->began_us = clock_monotonic_us();
        git_libgit2_init();
        worker_submit(worker, &seek->job, true);
    }
    *is_pending = seek->coming != NULL;
    return seek->last;
}
