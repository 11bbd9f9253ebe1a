/*
 * What the two hooks are made of. A hook is a small static program without allocator, stdio or parser:
 *
 *     surroundings  what the environment says: width, colours, where the runtime directory is
 *     input         the client's document from standard input, with a deadline
 *     ask           one request to the agent and its one reply, with a deadline; starts an agent if none is;
 *                   or one request whose reply nobody waits for
 *     conversation  the agent's socket: connecting, sending, receiving
 *     line          the slot's block, fitted
 *     show          that line to standard output in one write
 *     bar           that line in the syntax of a bar
 *     fallback      a minimal line from what the hook itself has, where there is no slot to read
 *
 * surroundings, conversation and line also serve the reader inside bash and zsh (shell/reader.h).
 *
 * Rules: exit status 0, nothing on stderr, no unbounded loop or wait, static buffers only. Every wait is
 * a poll with what is left of its deadline.
 */
#ifndef TACHO_HOOK_H
#define TACHO_HOOK_H

#include "../shm/request.h"
#include "../shm/tacho.h"
#include "../shm/terminal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HOOK_PATH_MAX = 4096,
    HOOK_WAIT_MS = 20,       /* for the agent's answer, unless --wait says otherwise */
    HOOK_INPUT_WAIT_MS = 50, /* for the client's document to come whole */
    HOOK_LINE_MAX = 32 * 1024,
};

/*
 * Every page that a hook touches is a fault and costs as much as a system call: buffers are few, static, and
 * begin where others are. What is large comes last (the hooks are linked with their sections sorted by name),
 * so that everything small shares .data's page.
 */
#define HOOK_LARGE __attribute__((section(".bss.~large")))

/* ---- surroundings -------------------------------------------------------------------------------- */

/* COLUMNS as a number; 0: not said. */
uint32_t surroundings_columns(const char *const *environment);

/* How many colours the terminal has: NO_COLOR, COLORTERM and TERM decide. */
enum tacho_depth surroundings_depth(const char *const *environment);

/* The runtime directory's path, with room for a name in it. */
struct runtime {
    size_t size; /* of the directory's path; 0: there is none */
    char path[HOOK_PATH_MAX];
};

void runtime_find(struct runtime *runtime, const char *const *environment);

/* The path of `name` in the runtime directory: in `runtime` itself, until the next call. */
const char *runtime_path(struct runtime *runtime, const char *name);

/* A decimal number; false if it is not one, or more than `most`. */
bool number_read(const char *text, uint32_t most, uint32_t *value);

/* ---- input --------------------------------------------------------------------------------------- */

/*
 * Reads standard input until its first JSON object is whole, its end, `size` bytes, or the deadline.
 * Returns the bytes read.
 */
size_t input_read(char *buffer, size_t size, int wait_ms);

/* Reads on to the end of standard input and forgets it, so that whoever writes is not cut off; no longer than
 * that long without a byte. */
void input_drain(int wait_ms);

/*
 * Finds the string value of `"key"` by bounded byte search: good enough for a session id or a name, and
 * only used where there is no agent to read the document properly. Returns its length, 0: not found.
 */
size_t input_find(const char *buffer, size_t size, const char *key, const char **value);

struct show;

/* ---- ask ----------------------------------------------------------------------------------------- */

enum ask_result { ASK_ANSWERED, ASK_LATE, ASK_NO_AGENT };

/* What a hook asks. */
struct question {
    enum tacho_request_kind kind;
    size_t key_size, body_size;
    const char *key, *body;
    int wait_ms;
};

/* One request and its reply. Without an agent in the runtime directory, one is started. */
enum ask_result ask(struct runtime *runtime, const char *const *environment, const struct question *question,
                    const struct show *show, struct tacho_reply *reply);

/* One request whose reply nobody waits for; without an agent nothing happens. */
void tell(struct runtime *runtime, const struct question *question, const struct show *show);

/*
 * Starts libexec/tacho-agent beside this program, in a session of its own. Returns at once; false if there is
 * one that holds the lock, because it is starting, or ending. `insists`: then, too, one is started; it takes
 * the place of one that ends, and ends itself beside one that stays.
 */
bool agent_spawn(struct runtime *runtime, const char *const *environment, bool insists);

/* ---- conversation -------------------------------------------------------------------------------- */

/* A descriptor (non-blocking, close-on-exec) connected to an agent of this euid, or -1. */
int agent_connect(struct runtime *runtime);

/* Sends a request whose header states the sizes of key and body. False: it could not be sent. */
bool request_send(int descriptor, const struct tacho_request *request, const char *key, const char *body);

/* Waits for the one reply. ASK_LATE: none so far. ASK_NO_AGENT: the agent hung up, or talks nonsense. */
enum ask_result reply_receive(int descriptor, int wait_ms, struct tacho_reply *reply);

/* ---- line ---------------------------------------------------------------------------------------- */

/* The surface that a prompt asks for by name; false: there is none of it. */
bool surface_named(const char *name, enum tacho_surface *surface);

struct line_room;

struct show {
    enum tacho_surface surface;
    enum tacho_depth depth;
    uint32_t columns; /* 0: unlimited */
    bool newline;     /* end the line with one */
    /* What writes the line, of so many bytes, in show_reply() and show_key(); NULL: it is written as it is.
     */
    void (*write)(const struct tacho_segment *segment, const struct line_room *room, size_t size);
};

/*
 * Whether a copy has the line asked for, be it empty; else only one of fewer colours, or none: nobody has
 * asked for it yet.
 */
bool line_is_drawn(const struct tacho_copy *copy, const struct show *show);

/* Where a line is made: a copy of the slot (TACHO_COPY_MAX bytes) and the line itself (HOOK_LINE_MAX). */
struct line_room {
    struct tacho_copy *copy;
    char *line;
};

/* The line of the slot that a reply names. Returns its bytes; 0 or less: there is none. */
int64_t line_of_reply(const struct tacho_segment *segment, const struct tacho_reply *reply,
                      const struct show *show, const struct line_room *room);

/* The line of the copy in the room; with `late`, or if it is past its time, marked stale. The same returns.
 */
int64_t line_of_copy(bool late, int64_t now_ns, const struct show *show, const struct line_room *room);

/* ---- show ---------------------------------------------------------------------------------------- */

/* Writes the line of the slot that a reply names. Returns false if there is nothing to write. */
bool show_reply(struct runtime *runtime, const struct tacho_reply *reply, const struct show *show);

/*
 * Writes the line of a key's slot as it stands in the segment; with `late`, or if it is past its time, marked
 * stale. Returns false if there is nothing to write. Sets *lacks to whether there is a slot, but without the
 * line asked for.
 */
bool show_key(struct runtime *runtime, enum tacho_kind kind, const char *key, size_t key_size, bool late,
              const struct show *show, bool *lacks);

/* Writes all of it, as far as the reader takes it. */
void show_bytes(const char *bytes, size_t size);

/* ---- bar ----------------------------------------------------------------------------------------- */

/*
 * Writers of a plain line (struct show) for bars whose syntax makes something of what is in names.
 *
 * Polybar (its wiki, "Formatting"): no tag begins in the line. Waybar (waybar-custom(5), return-type json):
 * one object whose text is the line, as Pango markup, and whose tooltip has the line of each session of a
 * client that runs; alt and class say what the one that needs its person most is doing: waiting, busy or
 * idle; or nothing.
 */
void bar_polybar(const struct tacho_segment *segment, const struct line_room *room, size_t size);
void bar_waybar(const struct tacho_segment *segment, const struct line_room *room, size_t size);

/* ---- fallback ------------------------------------------------------------------------------------ */

/* Writes a minimal line from the client's document: never empty, plain ASCII, within `columns`. */
void fallback_line(const char *document, size_t size, uint32_t columns);

#endif
