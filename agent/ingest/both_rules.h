/*
 * Reading logs by both sets of counting rules at once, Tacho's (claude_log.h) and ccusage's (ccusage_line.h):
 * what each makes of the same bytes, line by line, so that the two can be compared. On one thread, files in
 * ccusage's order; a log that grows meanwhile is the same to both.
 */
#ifndef TACHO_BOTH_RULES_H
#define TACHO_BOTH_RULES_H

#include "batch.h"
#include "ccusage_scan.h"
#include "log_search.h"

/* A log file that at least one of them reads. */
struct both_file {
    const char *path;
    const struct ccusage_file *theirs; /* NULL: ccusage does not read it */
    size_t root_size;                  /* for claude_log_place(); 0: Tacho does not read it */
};

struct both_files {
    struct both_file *list; /* first those of ccusage, in its order and with its numbers */
    size_t count, room;
    struct ccusage_files theirs;
    struct log_search ours;
};

enum our_verdict {
    OURS_UNREAD, /* the file is not read */
    OURS_OTHER,  /* not an assistant's message with usage */
    OURS_MALFORMED,
    OURS_COUNTED, /* though there may be nothing in it to count */
};

/* A line that at least one of them counts: its copies and records in the batches. */
struct both_line {
    uint64_t number; /* in its file, from 0 */
    size_t first_copy, copy_count;
    size_t first_record, record_count;
    enum our_verdict ours;
    enum ccusage_refusal theirs;
};

/* Lines of one file, in their order. */
struct both_batch {
    const struct both_file *file;
    struct batch ours;
    struct ccusage_batch theirs;
    struct both_line *lines;
    size_t line_count, line_room;
};

/* Finds the files below the config directories (NULL-terminated). */
void both_files_find(struct both_files *files, char *const *directories);
void both_files_free(struct both_files *files);

/*
 * Reads all files. `take` is called with a batch at a time; paths in it are those of `files`. `progress` may
 * be NULL; it is told of bytes read and bytes in all. Returns how many files and folders cannot be read.
 */
uint64_t both_rules_scan(const struct both_files *files, enum ccusage_reading reading,
                         void (*take)(void *data, const struct both_batch *batch),
                         void (*progress)(void *data, uint64_t read, uint64_t total), void *data);

#endif
