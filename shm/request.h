/*
 * The hook protocol: one datagram to the agent, one back.
 *
 * The agent listens on an AF_UNIX SOCK_SEQPACKET socket, `agent.sock` in the runtime directory. A hook
 * sends one request: this header, then `key_size` bytes of key, then `body_size` bytes of body. The agent
 * answers with one reply once it has accounted for everything that happened before the request arrived
 * (the fence) and the key's slot is published, or when it cannot. The hook then reads the slot; the reply
 * names it, so that no look-up is needed. Both sides check magic, version and sizes of what they get.
 *
 * The agent draws what is shown: the surface and depth that a request names are in the slots from then on.
 * Who only reads the segment may miss a block; a session's line without colours and a directory's plain one
 * are always there.
 *
 * A shell that can only read and write files asks in the folder `shells` there: it writes PID.ask,
 *
 *     SURFACE DEPTH COLUMNS TOKEN LATE
 *     the working directory's absolute path, to the end of the file
 *
 * (numbers of tacho.h; the token is the shell's to choose), and reads PID.line, which the agent replaces by a
 * rename: the token of the ask that it answers, and on the next line the line. What is not complete is
 * answered at once, marked, and again when it is; then, and to every ask whose LATE is 1 (the shell reads no
 * more by itself), the shell is told by SIGURG, which no program that does not expect it minds.
 *
 * Who follows the ring of events may say so on the SOCK_SEQPACKET socket `subscribers.sock`: a struct
 * tacho_report a message, when it wakes up anyway, at most once a second. It then shows in `tacho events
 * --clients`, until it hangs up. The message "list" is answered with that list as JSON, and a hang-up.
 *
 * Commands use another socket, `control.sock` (AF_UNIX SOCK_STREAM); see agent/serve/control.h.
 */
#ifndef TACHO_REQUEST_H
#define TACHO_REQUEST_H

#include <stdint.h>

#define TACHO_REQUEST_MAGIC    UINT32_C(0x71686374) /* "tchq" */
#define TACHO_REQUEST_VERSION  1
#define TACHO_BODY_MAX         (256 * 1024)
#define TACHO_SOCKET_NAME      "agent.sock"
#define TACHO_CONTROL_NAME     "control.sock"
#define TACHO_SUBSCRIBERS_NAME "subscribers.sock"
#define TACHO_REPORT_MAGIC     UINT32_C(0x72686374) /* "tchr" */
#define TACHO_REPORT_LIST      "list"
#define TACHO_LOCK_NAME        "agent.lock"
#define TACHO_SHELLS_NAME      "shells"
#define TACHO_EXIT_LOCKED      3 /* how an agent ends that finds the lock taken */

enum tacho_request_kind {
    TACHO_REQUEST_CLAUDE = 1, /* key: session id, or empty; body: the client's status-line JSON */
    TACHO_REQUEST_FENCE = 2,  /* key: a working directory's absolute path */
    TACHO_REQUEST_EVENT = 3,  /* key: empty; body: what the client gave its hook, or the beginning of it.
                                 Whoever  sends it need not wait for the reply, which says nothing */
};

struct tacho_request {
    uint32_t magic;
    uint16_t version;
    uint16_t kind;
    uint32_t key_size;
    uint32_t body_size;
    uint32_t wait_ms; /* how long the hook will wait; the agent answers before that, late news or not */
    uint8_t flags;    /* enum tacho_request_flags */
    uint8_t surface;  /* enum tacho_surface: what the asker will show; 0: it may be anything */
    uint8_t depth;    /* enum tacho_depth, of that surface */
    uint8_t reserved;
};

enum tacho_request_flags {
    TACHO_REQUEST_LAST =
        1, /* nothing more will be asked on this connection: the agent hangs up after its answer */
};

enum tacho_reply_status {
    TACHO_REPLY_FRESH = 0,   /* the slot is published and holds all that was known */
    TACHO_REPLY_STALE = 1,   /* the slot is published; something in it is still being brought up to date */
    TACHO_REPLY_NOTHING = 2, /* there is no slot to read */
    TACHO_REPLY_WHOLE = 3,   /* as fresh, and the block is not a line to be fitted: print all of it */
};

struct tacho_reply {
    uint32_t magic;
    uint16_t version;
    uint16_t status;
    uint32_t slot;
    uint32_t reserved;
    uint64_t epoch; /* of the segment that the slot is in */
};

/* Where a subscriber is, and what it got since it began: of struct tacho_subscriber. */
struct tacho_report {
    uint32_t magic;
    uint16_t version;
    uint16_t reserved;
    uint64_t next; /* its cursor */
    uint64_t given;
    uint64_t conflated;
    uint64_t missed;
    char what[64]; /* what it is and follows, for people; ends in a NUL */
};

#endif
