/* The file of alerts: see alert_file.h. */
#include "alert_file.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/setting.h"
#include "../base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS = 7 };

struct alert_file {
    struct job job;
    struct worker *worker;
    char *path, *temporary; /* NULL: nothing is kept */
    struct text writing;    /* the worker's, while it is at it */
    struct text waiting;    /* what has come since */
    bool is_writing, is_waiting;
    bool fails; /* and it was said */
    int error;  /* of the last writing */
};

struct alert_file *alert_file_new(const char *path, struct worker *worker)
{
    struct alert_file *file = memory_zeroed(1, sizeof *file);
    struct text temporary = TEXT_EMPTY;
    file->worker = worker;
    if (path) {
        text_addf(&temporary, "%s.new", path);
        file->path = memory_string(path, strlen(path));
        file->temporary = temporary.bytes;
    }
    return file;
}

/* ---- reading --------------------------------------------------------------------------------------- */

static bool read_line(char *line, struct alert_line *read)
{
    char *fields[FIELDS];
    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = line;
        char *end = strchr(line, '\t');
        if (!end != (i + 1 == FIELDS))
            return false;
        if (end) {
            *end = '\0';
            line = end + 1;
        }
    }
    *read = (struct alert_line){.is_raised = strcmp(fields[0], "raised") == 0,
                                .is_acknowledged = strcmp(fields[3], "1") == 0,
                                .since_us = strtoll(fields[1], NULL, 10),
                                .acted_us = strtoll(fields[2], NULL, 10),
                                .rule = fields[4],
                                .subject = fields[5],
                                .shown = fields[6]};
    return (read->is_raised || strcmp(fields[0], "resting") == 0) && read->since_us > 0 &&
           read->acted_us >= 0;
}

void alert_file_load(const struct alert_file *file, void (*take)(void *data, const struct alert_line *line),
                     void *data)
{
    struct text content = TEXT_EMPTY;
    struct alert_line line;
    if (file->path && setting_load(file->path, &content) && content.size > 0) {
        char *rest = content.bytes, *at;
        while ((at = strsep(&rest, "\n")))
            if (read_line(at, &line))
                take(data, &line);
    }
    text_free(&content);
}

/* ---- writing --------------------------------------------------------------------------------------- */

static bool is_plain(const char *text)
{
    while ((unsigned char)*text >= ' ')
        text++;
    return !*text;
}

void alert_file_add(struct text *content, const struct alert_line *line)
{
    if (!is_plain(line->rule) || !is_plain(line->subject) || !is_plain(line->shown))
        return; /* nobody's names have such bytes */
    text_addf(content, "%s\t%" PRId64 "\t%" PRId64 "\t%d\t%s\t%s\t%s\n",
              line->is_raised ? "raised" : "resting", line->since_us, line->acted_us, line->is_acknowledged,
              line->rule, line->subject, line->shown);
}

static bool write_all(int descriptor, const struct text *content)
{
    size_t written = 0;
    while (written < content->size) {
        ssize_t size = write(descriptor, content->bytes + written, content->size - written);
        if (size < 0 && errno != EINTR)
            return false;
        written += size > 0 ? (size_t)size : 0;
    }
    return fsync(descriptor) == 0;
}

static int replace(const struct alert_file *file)
{
    int descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return errno;
    int error = write_all(descriptor, &file->writing) ? 0 : errno;
    close(descriptor);
    if (error == 0 && rename(file->temporary, file->path) < 0)
        error = errno;
    if (error)
        unlink(file->temporary);
    return error;
}

static void run(struct job *job)
{
    struct alert_file *file = (struct alert_file *)job;
    file->error = replace(file);
}

static void submit(struct alert_file *file)
{
    text_free(&file->writing);
    file->writing = file->waiting;
    file->waiting = (struct text)TEXT_EMPTY;
    file->is_waiting = false;
    file->is_writing = true;
    worker_submit(file->worker, &file->job, false);
}

/* If the worker is stopped the job may not have run: then alert_file_free() writes. */
static void done(struct job *job)
{
    struct alert_file *file = (struct alert_file *)job;
    if (worker_is_stopping(file->worker))
        return;
    file->is_writing = false;
    if (file->error && !file->fails)
        say("%s: %s: alerts that are raised now may ring again after a restart", file->path,
            strerror(file->error));
    file->fails = file->error != 0;
    if (file->is_waiting)
        submit(file);
}

void alert_file_save(struct alert_file *file, struct text *content)
{
    text_free(&file->waiting);
    file->waiting = *content;
    *content = (struct text)TEXT_EMPTY;
    file->job.run = run;
    file->job.done = done;
    file->is_waiting = file->path;
    if (file->path && !file->is_writing)
        submit(file);
}

void alert_file_free(struct alert_file *file)
{
    if (!file)
        return;
    if (file->is_waiting) {
        text_free(&file->writing);
        file->writing = file->waiting;
        file->waiting = (struct text)TEXT_EMPTY;
    }
    if (file->is_waiting || file->is_writing)
        replace(file);
    text_free(&file->writing);
    text_free(&file->waiting);
    free(file->path);
    free(file->temporary);
    free(file);
}
