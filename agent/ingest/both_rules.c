/* Reading lines by Tacho's and by ccusage's rules: see both_rules.h. */
#include "both_rules.h"

#include "../base/memory.h"
#include "claude_log.h"
#include "kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_FIRST ((size_t)1 << 20)
#define LINES_MOST   4096 /* in a batch */

/* ---- files --------------------------------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct log_search_file *)a)->path, ((const struct log_search_file *)b)->path);
}

static void add_file(struct both_files *files, struct both_file file)
{
    files->list = memory_grow(files->list, files->count, &files->room, sizeof *files->list);
    files->list[files->count++] = file;
}

/* Adds ccusage's files. One that is there twice, under the same path, is Tacho's only once. */
static void add_theirs(struct both_files *files, bool *is_met)
{
    const struct log_search *ours = &files->ours;
    for (size_t i = 0; i < files->theirs.count; i++) {
        const struct ccusage_file *theirs = &files->theirs.list[i];
        const struct log_search_file key = {.path = theirs->path};
        const struct log_search_file *found =
            ours->file_count ? bsearch(&key, ours->files, ours->file_count, sizeof key, by_path) : NULL;
        const bool is_ours = found && !is_met[found - ours->files];
        if (is_ours)
            is_met[found - ours->files] = true;
        add_file(files, (struct both_file){theirs->path, theirs, is_ours ? found->root_size : 0});
    }
}

void both_files_find(struct both_files *files, char *const *directories)
{
    *files = (struct both_files){0};
    ccusage_files_find(&files->theirs, directories, "");
    log_search_begin(&files->ours, directories);
    log_search_join(&files->ours);
    const struct log_search *ours = &files->ours;
    if (ours->file_count)
        qsort(ours->files, ours->file_count, sizeof *ours->files, by_path);
    bool *is_met = memory_zeroed(ours->file_count + 1, sizeof *is_met);
    add_theirs(files, is_met);
    for (size_t i = 0; i < ours->file_count; i++)
        if (!is_met[i])
            add_file(files, (struct both_file){ours->files[i].path, NULL, ours->files[i].root_size});
    free(is_met);
}

void both_files_free(struct both_files *files)
{
    free(files->list);
    ccusage_files_free(&files->theirs);
    log_search_free(&files->ours);
    *files = (struct both_files){0};
}

/* ---- lines --------------------------------------------------------------------------------------------- */

struct scan {
    enum ccusage_reading reading;
    struct both_batch batch;
    struct ccusage_reader reader;
    struct log_place place;
    char *buffer;
    size_t have, room;
    void (*take)(void *data, const struct both_batch *batch);
    void *data;
};

static enum our_verdict read_ours(struct scan *scan, const char *bytes, size_t size, uint64_t number)
{
    struct batch *batch = &scan->batch.ours;
    const uint64_t counted = batch->usage_lines, skipped = skips_total(&batch->skipped);
    if (!scan->batch.file->root_size)
        return OURS_UNREAD;
    claude_log_found_line(batch, &scan->place, bytes, size, number, NEEDLE_USAGE, false);
    return batch->usage_lines > counted             ? OURS_COUNTED
           : skips_total(&batch->skipped) > skipped ? OURS_MALFORMED
                                                    : OURS_OTHER;
}

static void read_line(struct scan *scan, const char *bytes, size_t size, uint64_t number)
{
    struct both_batch *batch = &scan->batch;
    struct both_line line = {
        .number = number, .first_copy = batch->ours.copy_count, .first_record = batch->theirs.count};
    line.ours = read_ours(scan, bytes, size, number);
    if (batch->file->theirs) {
        ccusage_batch_read_line(&batch->theirs, &scan->reader, scan->reading, bytes, size);
        line.theirs = scan->reader.refusal;
    }
    line.copy_count = batch->ours.copy_count - line.first_copy;
    line.record_count = batch->theirs.count - line.first_record;
    if (!line.copy_count && !line.record_count)
        return;
    batch->lines = memory_grow(batch->lines, batch->line_count, &batch->line_room, sizeof *batch->lines);
    batch->lines[batch->line_count++] = line;
}

static void hand_over(struct scan *scan)
{
    struct both_batch *batch = &scan->batch;
    if (batch->line_count)
        scan->take(scan->data, batch);
    batch_clear(&batch->ours, batch->file->path);
    batch->theirs.count = batch->theirs.text_size = batch->line_count = 0;
}

/* Reads the buffer's lines, the last one also if it has no newline and `is_end`. Leaves what is no line yet.
 */
static void read_lines(struct scan *scan, uint64_t *number, bool is_end)
{
    const char *at = scan->buffer, *end = at + scan->have;
    while (at < end) {
        unsigned needles = 0;
        const char *line_end = kernels_chosen()->line_end(at, end, &needles);
        if (line_end == end && !is_end)
            break;
        if (needles & NEEDLE_USAGE)
            read_line(scan, at, (size_t)(line_end - at), *number);
        if (scan->batch.line_count == LINES_MOST)
            hand_over(scan);
        (*number)++;
        at = line_end == end ? end : line_end + 1;
    }
    scan->have = (size_t)(end - at);
    memmove(scan->buffer, at, scan->have);
}

/* Reads more into the buffer; false at the end, or where reading fails. */
static bool fill(struct scan *scan, int descriptor)
{
    if (scan->have == scan->room) {
        scan->room = scan->room ? scan->room * 2 : BUFFER_FIRST;
        scan->buffer = memory_resize(scan->buffer, scan->room);
    }
    ssize_t got;
    do
        got = read(descriptor, scan->buffer + scan->have, scan->room - scan->have);
    while (got < 0 && errno == EINTR);
    scan->have += got > 0 ? (size_t)got : 0;
    return got > 0;
}

/* False if the file is there and cannot be read. */
static bool read_file(struct scan *scan, const struct both_file *file, size_t index)
{
    int descriptor = open(file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    uint64_t number = 0;
    if (descriptor < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    scan->batch.file = file;
    scan->batch.theirs.file = file->theirs;
    scan->batch.theirs.file_index = index;
    batch_clear(&scan->batch.ours, file->path);
    if (file->root_size)
        claude_log_place(&scan->place, file->path, file->root_size);
    while (fill(scan, descriptor))
        read_lines(scan, &number, false);
    if (scan->have)
        read_lines(scan, &number, true);
    hand_over(scan);
    close(descriptor);
    return true;
}

/* As far as ccusage tells: what is Tacho's alone is next to nothing. */
static uint64_t size_of(const struct both_file *file)
{
    return file->theirs ? file->theirs->size : 0;
}

uint64_t both_rules_scan(const struct both_files *files, enum ccusage_reading reading,
                         void (*take)(void *data, const struct both_batch *batch),
                         void (*progress)(void *data, uint64_t read, uint64_t total), void *data)
{
    struct scan scan = {.reading = reading, .take = take, .data = data};
    uint64_t done = 0, total = 0, unreadable = files->ours.unreadable;
    for (size_t i = 0; i < files->count; i++)
        total += size_of(&files->list[i]);
    batch_init(&scan.batch.ours, "");
    for (size_t i = 0; i < files->count; i++) {
        unreadable += !read_file(&scan, &files->list[i], i);
        done += size_of(&files->list[i]);
        if (progress)
            progress(data, done, total);
    }
    batch_free(&scan.batch.ours);
    ccusage_batch_free(&scan.batch.theirs);
    ccusage_reader_free(&scan.reader);
    free(scan.batch.lines);
    free(scan.buffer);
    return unreadable;
}
