/*
 * The in-process reader: what tacho-prompt does, inside a person's bash or zsh, on descriptors that are held
 * from prompt to prompt. bash.c and zsh.c put a builtin around it.
 *
 * It is a guest in a process that forks, execs, and whose owner may close or replace any descriptor. So: a
 * held descriptor is used only while it is the very file that was opened; a forked child makes a conversation
 * of its own with the agent; nothing is mapped, since a file cut short would then be a signal that ends the
 * shell; and nothing is allocated, locked or waited for without a bound. It starts no process: where no agent
 * listens it says so, and the shell runs tacho-prompt, which starts one.
 */
#ifndef TACHO_SHELL_READER_H
#define TACHO_SHELL_READER_H

#include "../hooks/hook.h"

#include <sys/types.h>

/* What the shell does for its guest. */
struct reader_host {
    int (*keep)(int descriptor);     /* moves it out of the person's way; returns where to, or -1: closed */
    void (*release)(int descriptor); /* closes what keep() returned */
    const char *const *(*environment)(void); /* what a child would get */
};

/* A descriptor, and the file that it was; -1: none. */
struct held {
    int descriptor;
    dev_t device;
    ino_t inode;
};

struct reader {
    const struct reader_host *host;
    struct held file, socket;
    struct tacho_segment segment; /* in `file` */
    int64_t slot;                 /* where the directory's was found last; negative: nowhere */
    pid_t process;                /* that opened the socket */
    bool pending;                 /* an answer has not come in time, and may still */
    bool lacks;                   /* there is a slot, but without the line asked for */
    int asked_again;              /* for an answer that was not complete */
    int64_t start_again_ms;       /* CLOCK_MONOTONIC; when next to say that there is no agent */
    int start_pause_ms;
    size_t line_size;
    struct runtime runtime;
    char directory[HOOK_PATH_MAX];
    char line[HOOK_LINE_MAX + 1];
    _Alignas(8) char copy[TACHO_COPY_MAX];
};

/* A reader that has nothing open yet. */
#define READER_NEW(shell_host)                                                                               \
    {                                                                                                        \
        .host = (shell_host), .file = {-1, 0, 0}, .socket = { -1, 0, 0 }                                     \
    }

struct reader_request {
    struct show show;
    bool cached;     /* only read the segment, unless nobody has asked for such a line before */
    int wait_ms;     /* how long the shell waits */
    int patience_ms; /* when the agent is to answer even if its news is incomplete: not before the wait's end
                      */
};

enum reader_news {
    READER_CURRENT, /* the line is the one asked for */
    READER_LATE,    /* it is the last one known; a better one may still come, see reader_late_descriptor() */
    READER_ALONE,   /* the same, and no agent listens; said only now and then if that stays so */
};

/*
 * Makes the current directory's line: reader->line, reader->line_size bytes and a NUL; 0 bytes: nothing to
 * show. Without a current directory there is none.
 */
enum reader_news reader_make_line(struct reader *reader, const struct reader_request *request);

/* The descriptor on which a late answer comes, or -1: none will. Valid until the reader is next called. */
int reader_late_descriptor(const struct reader *reader);

/*
 * Something came on that descriptor: makes the line anew. READER_CURRENT: it is the one that was asked for;
 * else no more is to be expected, or, if there is a late descriptor still, a better answer was asked for.
 */
enum reader_news reader_take_late(struct reader *reader, const struct reader_request *request);

/* Closes everything; the reader may be used again. */
void reader_close(struct reader *reader);

#endif
