/*
 * Reading all logs as ccusage does: what it accepts of each file's lines, handed over in the order of files
 * and lines, whatever threads read them.
 */
#ifndef TACHO_CCUSAGE_SCAN_H
#define TACHO_CCUSAGE_SCAN_H

#include "ccusage_files.h"
#include "ccusage_line.h"

/* A text's hash, so long that equal ones are the same text. */
struct ccusage_key {
    uint64_t low, high;
};

static inline bool ccusage_key_equal(struct ccusage_key a, struct ccusage_key b)
{
    return a.low == b.low && a.high == b.high;
}

struct ccusage_key ccusage_key_of(const char *bytes, size_t size);

/* An entry: a line's, or an advisor's in it. Texts are in the batch. */
struct ccusage_record {
    struct ccusage_usage usage;
    int64_t when_ms, limit_reset_ms;
    double cost;
    struct ccusage_key message, request, session; /* session: the line's, else the file's */
    uint32_t model, model_size;                   /* where in the batch's texts */
    uint32_t timestamp;
    uint8_t timestamp_size;
    bool has_model, has_message, has_request, has_cost, is_sidechain, is_advisor;
};

/* Entries of one file, in the order of its lines. */
struct ccusage_batch {
    const struct ccusage_file *file;
    size_t file_index;
    struct ccusage_record *records;
    size_t count, room;
    char *texts;
    size_t text_size, text_room;
};

/* Adds the entries of a line to the batch of its file; what becomes of a line is in the reader's `refusal`. */
void ccusage_batch_read_line(struct ccusage_batch *batch, struct ccusage_reader *reader,
                             enum ccusage_reading reading, const char *bytes, size_t size);

/* Frees what a batch holds. */
void ccusage_batch_free(struct ccusage_batch *batch);

/*
 * Reads the files on `threads` threads (0: as many as are worth starting). `take` is called for a batch at a
 * time, on one of the threads but never on two at once.
 */
void ccusage_scan(const struct ccusage_files *files, enum ccusage_reading reading, unsigned threads,
                  void (*take)(void *data, const struct ccusage_batch *batch), void *data);

#endif
