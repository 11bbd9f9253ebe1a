/* Listing folders and reading files, on the worker or in place: see log_jobs.h. */
#include "log_jobs.h"

#include "../base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLICE (4 * 1024 * 1024) /* of a file that is read in one job */

/* ---- listing ----------------------------------------------------------------------------------------- */

static void found(void *data, const char *name, const struct log_status *status)
{
    struct log_listing *listing = data;
    listing->found = memory_grow(listing->found, listing->count, &listing->room, sizeof *listing->found);
    listing->found[listing->count++] = (struct log_found){listing->names.size, *status};
    text_add(&listing->names, name, strlen(name) + 1);
}

void log_listing_read(struct log_listing *listing, const struct log_entry *folder)
{
    listing->error = log_walk_list(folder->path, log_entry_is_root(folder), found, listing) ? errno : 0;
}

void log_listing_free(struct log_listing *listing)
{
    free(listing->found);
    text_free(&listing->names);
}

static void list(struct job *base)
{
    struct log_list_job *job = (struct log_list_job *)base;
    for (size_t i = 0; i < job->count && !atomic_load(job->cancelled); i++) {
        log_listing_read(&job->items[i].listing, job->items[i].entry);
        job->items[i].ran = true;
    }
}

struct log_list_job *log_list_job_new(struct log_tree *owner, const atomic_bool *cancelled,
                                      void (*done)(struct job *job))
{
    struct log_list_job *job = memory_zeroed(1, sizeof *job);
    job->job.run = list;
    job->job.done = done;
    job->owner = owner;
    job->cancelled = cancelled;
    return job;
}

void log_list_job_add(struct log_list_job *job, struct log_entry *folder)
{
    log_index_hold(folder);
    job->items[job->count++].entry = folder;
}

void log_list_job_free(struct log_list_job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        log_listing_free(&job->items[i].listing);
        log_index_release(job->items[i].entry);
    }
    free(job);
}

/* ---- reading ----------------------------------------------------------------------------------------- */

enum log_read log_entry_read(const struct log_entry *file, struct log_position *position, struct batch *batch,
                             uint64_t most, int *error)
{
    struct log_place place;
    claude_log_place(&place, file->path, file->root_size);
    batch_clear(batch, file->path);
    enum log_read result = log_file_read(file->path, &place, position, batch, most);
    *error = errno;
    return result;
}

static void scan(struct job *base)
{
    struct log_scan_job *job = (struct log_scan_job *)base;
    for (size_t i = 0; i < job->count && !atomic_load(job->cancelled); i++) {
        struct log_scan_item *item = &job->items[i];
        if (i)
            batch_pass_memory(&item[-1].batch, &item->batch);
        item->result = log_entry_read(item->entry, &item->position, &item->batch, SLICE, &item->error);
        item->ran = true;
    }
}

struct log_scan_job *log_scan_job_new(struct log_tree *owner, const atomic_bool *cancelled,
                                      void (*done)(struct job *job))
{
    struct log_scan_job *job = memory_zeroed(1, sizeof *job);
    job->job.run = scan;
    job->job.done = done;
    job->owner = owner;
    job->cancelled = cancelled;
    return job;
}

void log_scan_job_add(struct log_scan_job *job, struct log_entry *file)
{
    log_index_hold(file);
    struct log_scan_item *item = &job->items[job->count++];
    item->entry = file;
    item->position = file->position;
    batch_init(&item->batch, file->path);
}

void log_scan_job_free(struct log_scan_job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        batch_free(&job->items[i].batch);
        log_index_release(job->items[i].entry);
    }
    free(job);
}
