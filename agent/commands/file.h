/*
 * A person's file, read whole and replaced whole: never half written, never the wrong one.
 */
#ifndef TACHO_COMMAND_FILE_H
#define TACHO_COMMAND_FILE_H

#include "../base/text.h"

#include <stdbool.h>
#include <sys/types.h>

struct file {
    char *path;   /* as asked for */
    char *target; /* where it really is: symlinks followed */
    bool exists;
    bool is_link; /* path is a symlink, or below one */
    mode_t mode;
    uid_t owner;
    gid_t group;
    struct text content;
};

/*
 * Reads the file, or notes that there is none. Returns 0, or -1 after writing what is wrong and what to do
 * to `why`: not a regular file, not readable, larger than 16 MiB, a symlink to nothing.
 */
int file_load(struct file *file, const char *path, struct text *why);

/* Whether its owner left it writable; else why not. */
bool file_is_writable(const struct file *file, struct text *why);

/*
 * Puts the content into the file's place by rename, with its mode and owner, unless it has changed since it
 * was loaded. Makes the folder if there is none. Returns 0, or -1 with `why`.
 */
int file_replace(const struct file *file, const struct text *content, struct text *why);

/* Copies the content as loaded to `path`, which must not exist. Returns 0, or -1 with errno. */
int file_copy(const struct file *file, const char *path);

/*
 * Copies it so beside itself, under a name that is free: FILE.tacho-backup-20261201T080000. Returns the
 * copy's path, to be freed, or NULL with `why`.
 */
char *file_backup(const struct file *file, struct text *why);

void file_free(struct file *file);

#endif
