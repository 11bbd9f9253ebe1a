/*
 * What the log tree gives to the worker: listing folders, reading files.
 *
 * A job owns what it works on; of an entry it reads only the path, which never changes while the job holds
 * the entry. Its maker fills the items, sets `done` and `owner`, submits it, and frees it when it is back.
 */
#ifndef TACHO_LOG_JOBS_H
#define TACHO_LOG_JOBS_H

#include "../base/text.h"
#include "../base/worker.h"
#include "log_index.h"

#include <stdatomic.h>

#define LOG_LIST_MOST 64 /* folders in one job */
#define LOG_SCAN_MOST 32 /* files in one job */

/* What a folder holds. */
struct log_listing {
    struct log_found {
        size_t name; /* where it begins in names */
        struct log_status status;
    } * found;
    size_t count, room;
    struct text names; /* each with its NUL */
    int error;         /* errno of the listing; 0: it is complete */
};

/* Lists the folder of an entry into an empty listing. */
void log_listing_read(struct log_listing *listing, const struct log_entry *folder);
void log_listing_free(struct log_listing *listing);

struct log_list_job {
    struct job job;
    struct log_tree *owner;
    const atomic_bool *cancelled;
    size_t count;
    struct log_list_item {
        struct log_entry *entry;
        struct log_listing listing;
        bool ran;
    } items[LOG_LIST_MOST];
};

struct log_scan_job {
    struct job job;
    struct log_tree *owner;
    const atomic_bool *cancelled;
    size_t count;
    struct log_scan_item {
        struct log_entry *entry;
        struct log_position position;
        struct batch batch;
        enum log_read result;
        int error; /* of LOG_MISSING */
        bool ran;
    } items[LOG_SCAN_MOST];
};

struct log_list_job *log_list_job_new(struct log_tree *owner, const atomic_bool *cancelled,
                                      void (*done)(struct job *job));
void log_list_job_add(struct log_list_job *job, struct log_entry *folder);
void log_list_job_free(struct log_list_job *job);

struct log_scan_job *log_scan_job_new(struct log_tree *owner, const atomic_bool *cancelled,
                                      void (*done)(struct job *job));
void log_scan_job_add(struct log_scan_job *job, struct log_entry *file);
void log_scan_job_free(struct log_scan_job *job);

/* Reads on in a file, at most about `most` bytes; *error is errno if the result is LOG_MISSING. */
enum log_read log_entry_read(const struct log_entry *file, struct log_position *position, struct batch *batch,
                             uint64_t most, int *error);

#endif
