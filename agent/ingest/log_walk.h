/*
 * The rules of finding log files, for the agent's tree and for the direct scan alike.
 *
 * Logs are the regular files named *.jsonl below <config>/projects, at any depth. That folder itself may
 * be a symlink, as may what leads to it; below it a symlink is neither a file nor a folder to enter.
 */
#ifndef TACHO_LOG_WALK_H
#define TACHO_LOG_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct log_position;

enum log_kind { LOG_NOTHING, LOG_FILE, LOG_DIRECTORY };

/* What a look at a path said. */
struct log_status {
    enum log_kind kind;
    dev_t device;
    ino_t inode;
    uint64_t size;
    int64_t modified_ns; /* when its bytes changed */
    int64_t changed_ns;  /* when anything about it did */
};

/* Whether it is the file that the position is of, and no shorter than what was read of it. */
bool log_status_is_of(const struct log_status *status, const struct log_position *position);

/* Whether moreover nothing has happened to it since it was read to its end, and that was the end of a line. */
bool log_status_is_seen(const struct log_status *status, const struct log_position *position);

/* `<config>/projects`, as os.path.join would write it; to be freed. */
char *log_walk_root(const char *directory);

/* Whether a file of this name is a log. */
bool log_walk_is_log(const char *name);

/*
 * Looks at a path; `root`: symlinks are followed. Returns 0 also if there is nothing of interest
 * (LOG_NOTHING), -1 with errno if that cannot be known (EACCES, EIO, ...).
 */
int log_walk_look(const char *path, bool root, struct log_status *status);

/*
 * Calls `found` for every log and folder in a folder, in no particular order. Returns 0, or -1 with errno;
 * what was found before an error has been told.
 */
int log_walk_list(const char *path, bool root,
                  void (*found)(void *data, const char *name, const struct log_status *status), void *data);

#endif
