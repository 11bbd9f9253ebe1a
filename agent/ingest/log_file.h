/*
 * Reading one log file, from where it was left: bytes → lines → a batch.
 *
 * A position says how far the file was read: everything before `offset` is whole lines and committed.
 * What follows, an unterminated last line, counts as soon as it is a whole valid object, is marked
 * provisional, and is read again when its newline has come. The position also remembers what the file looked
 * like, so that a file that was truncated, replaced or rewritten is recognised and not read on blindly.
 */
#ifndef TACHO_LOG_FILE_H
#define TACHO_LOG_FILE_H

#include "batch.h"
#include "claude_log.h"

#include <sys/types.h>

#define LOG_BEFORE 4096

struct log_position {
    dev_t device;
    ino_t inode;
    uint64_t offset;     /* bytes of whole lines read */
    uint64_t line;       /* number of the line that begins at offset */
    uint64_t seen_size;  /* bytes that were there when it was last read; >= offset */
    int64_t modified_ns; /* its modification time then; 0: it was not read to its end */
    uint64_t tail_hash;  /* XXH3-64 of the unterminated line that was taken provisionally; 0: none */
    uint64_t tail_size;
    uint64_t before_hash; /* XXH3-64 of the last LOG_BEFORE bytes before offset, to tell an append from a
                             rewrite */
};

enum log_read {
    LOG_READ = 0,  /* read to the end; the batch has what is new */
    LOG_REWRITTEN, /* not the file that the position is of, or not a mere append: scan anew */
    LOG_MISSING,   /* it cannot be opened; errno says why */
    LOG_MORE,      /* stopped at `most` bytes; call again */
};

/*
 * Reads on from *position (all zero: from the start), at most about `most` bytes (0: no limit) but always
 * to the end of a line, and moves the position. A symlink or anything but a regular file is LOG_MISSING.
 * Memory does not grow with the file; a huge line with usage is held only while it is looked at.
 */
enum log_read log_file_read(const char *path, const struct log_place *place, struct log_position *position,
                            struct batch *batch, uint64_t most);

#endif
