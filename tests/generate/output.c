/* Writing files: see output.h. */
#include "output.h"

#include "../../agent/base/memory.h"
#include "../../agent/base/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MUCH (256 * 1024)

static void fail(const char *doing, const char *path)
{
    say("cannot %s %s: %s", doing, path, strerror(errno));
    exit(EXIT_FAILURE);
}

void output_folder(const char *path)
{
    char *copy = memory_string(path, strlen(path));
    for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST)
            fail("make folder", copy);
        *slash = '/';
    }
    if (mkdir(copy, 0777) && errno != EEXIST)
        fail("make folder", copy);
    free(copy);
}

static void open_with(struct output *output, const char *path, int flags)
{
    const char *slash = strrchr(path, '/');
    if (slash && slash != path) {
        char *folder = memory_string(path, (size_t)(slash - path));
        output_folder(folder);
        free(folder);
    }
    *output = (struct output){.path = memory_string(path, strlen(path))};
    output->descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
    if (output->descriptor < 0)
        fail("write", path);
}

void output_open(struct output *output, const char *path)
{
    open_with(output, path, O_TRUNC);
}

void output_open_append(struct output *output, const char *path)
{
    open_with(output, path, O_APPEND);
}

void output_flush(struct output *output, int all)
{
    struct text *pending = &output->pending;
    if (!all && pending->size < MUCH)
        return;
    for (size_t done = 0; done < pending->size;) {
        ssize_t n = write(output->descriptor, pending->bytes + done, pending->size - done);
        if (n < 0 && errno != EINTR)
            fail("write", output->path);
        done += n > 0 ? (size_t)n : 0;
    }
    text_clear(pending);
}

void output_close(struct output *output, int64_t modified_us)
{
    output_flush(output, 1);
    if (modified_us) {
        struct timespec when = {modified_us / 1000000, modified_us % 1000000 * 1000};
        if (futimens(output->descriptor, (struct timespec[2]){when, when}))
            fail("set the time of", output->path);
    }
    close(output->descriptor);
    free(output->path);
    text_free(&output->pending);
}

void output_file(const char *path, const char *bytes, size_t size)
{
    struct output output;
    output_open(&output, path);
    text_add(&output.pending, bytes, size);
    output_close(&output, 0);
}
