/* Files and folders that the generator writes. Anything that fails ends the program with a message. */
#ifndef GENERATE_OUTPUT_H
#define GENERATE_OUTPUT_H

#include "../../agent/base/text.h"

#include <stdint.h>

/* A file being written: add to `pending`, and call output_flush() now and then. */
struct output {
    int descriptor;
    char *path;
    struct text pending;
};

/* Makes the folders above `path` and the file itself, empty. */
void output_open(struct output *output, const char *path);

/* Opens an existing or new file to append to it. */
void output_open_append(struct output *output, const char *path);

/* Writes what is pending if it is much, or in any case if `all`. */
void output_flush(struct output *output, int all);

/* Writes the rest and closes. `modified_us`: the time the file shall show, 0: now. */
void output_close(struct output *output, int64_t modified_us);

/* A whole file at once. */
void output_file(const char *path, const char *bytes, size_t size);

void output_folder(const char *path);

#endif
