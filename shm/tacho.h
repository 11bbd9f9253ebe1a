/*
 * The segment: Tacho's shared memory, as seen by its readers.
 *
 * One file on tmpfs holds every number and every finished line that a prompt may want. One agent writes
 * it; any number of readers copy from it without locks. This header is the public C ABI (installed with
 * tacho.pc): the layout of the file and the functions that read it. Nothing outside this folder knows the
 * segment's bytes.
 *
 * Layout, all little-endian, all offsets in bytes from the start of the file unless said otherwise:
 *
 *     header     one page; says where everything else is. Readers take counts, sizes and offsets from
 *                it, never from their own structs, so a later minor version may append to any of them.
 *     metrics    header.metric_count entries: name, unit, type and word of every number, so that a
 *                reader without this header can still print the whole segment.
 *     directory  open addressing, hash of (kind, key) -> slot. A key is found, if at all, within
 *                header.directory_window entries of its home; the table has that many spare entries at
 *                its end, so that a window never wraps.
 *     slots      fixed size; each is two copies, the front and the back one.
 *     ring       change events, each with a 64-bit sequence; subscribers keep only a cursor.
 *
 * How a slot is published (the kernel's seqcount_latch): the front copy's version is the slot's. While it is
 * even, the front copy is the current one. The writer fills the back copy as version v + 1, then stores v + 1
 * in the front, whose odd version sends readers to the back; then it fills the front with the same and stores
 * v + 2. There is no state in which no copy is whole: a writer killed anywhere blocks nobody. Between
 * publications the version is even, so that one pread gets both version and copy.
 *
 * A reader takes the copy that the version names. It is a snapshot if its own version is that one and its
 * checksum is right (what tacho_read() looks at), or, in a mapping, if the slot's version has not moved
 * since: read with acquire before, and again after an acquire fence.
 *
 * Versions: readers refuse another major and accept any minor. A minor version only appends; reserved
 * space is zero. An enum value that a reader does not know is "unknown", not an error.
 *
 * The reader functions need no C library (no malloc, stdio, errno or locks), never wait (but for
 * tacho_wait(), as long as it is told to), and check every offset they take from the file: whatever the file
 * holds, they return an error, and do not crash.
 */
#ifndef TACHO_H
#define TACHO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACHO_MAGIC        UINT64_C(0x0031676573686374) /* "tchseg1\0" */
#define TACHO_MAJOR        1
#define TACHO_MINOR        2
#define TACHO_HEADER_SIZE  4096
#define TACHO_SEGMENT_NAME "segment"
#define TACHO_KEY_MAX      4095 /* bytes of a key, without its final NUL */
#define TACHO_PIECES_MAX   64   /* pieces in one block */
#define TACHO_WORDS_MAX    128  /* metric words in one copy */
#define TACHO_COPY_MAX     (64 * 1024)

/* What a reader function returns when it does not return 0. */
enum tacho_error {
    TACHO_OK = 0,
    TACHO_NO_SEGMENT = -1, /* no such file, not ours, not safe, or not a segment */
    TACHO_NOT_FOUND = -2,  /* no slot for this key, or no such block in the slot */
    TACHO_BUSY = -3,       /* the slot changed under every one of a bounded number of looks */
    TACHO_CORRUPT = -4,    /* an offset or a size in the file is impossible */
    TACHO_TOO_SMALL = -5,  /* the caller's buffer cannot hold the copy */
};

/* What a slot describes; the namespace of its key. */
enum tacho_kind {
    TACHO_GLOBAL = 1,    /* key "": totals of this machine */
    TACHO_SESSION = 2,   /* key: a session id */
    TACHO_DIRECTORY = 3, /* key: a working directory's absolute path */
};

/* Whose syntax a line is written in. */
enum tacho_surface {
    TACHO_CLAUDE = 1, /* Claude Code's status line: SGR and OSC 8 */
    TACHO_BASH = 2,   /* PS1 through a variable: escapes between \001 and \002; \ $ ` harmless */
    TACHO_ZSH = 3,    /* PROMPT: %{ %} around escapes; % doubled */
    TACHO_FISH = 4,   /* plain text and SGR */
    TACHO_TMUX = 5,   /* #[fg=...]; # and % followed by an empty style */
    TACHO_PLAIN = 6,  /* text only */
    TACHO_JSON = 7,   /* one JSON object, for bars and scripts */
    /* The right-hand side of a prompt, and the line that is left of one that was answered; where configured.
     */
    TACHO_BASH_RIGHT = 8,
    TACHO_ZSH_RIGHT = 9,
    TACHO_FISH_RIGHT = 10,
    TACHO_PLAIN_RIGHT = 11,
    TACHO_BASH_TRANSIENT = 12,
    TACHO_ZSH_TRANSIENT = 13,
    TACHO_FISH_TRANSIENT = 14,
    TACHO_PLAIN_TRANSIENT = 15,
};

/* How many colours a line uses. */
enum tacho_depth {
    TACHO_NO_COLOUR = 0,
    TACHO_16_COLOURS = 1,
    TACHO_256_COLOURS = 2,
    TACHO_TRUE_COLOUR = 3,
};

enum tacho_type { TACHO_UNSIGNED = 1, TACHO_SIGNED = 2, TACHO_TEXT = 3 };
enum tacho_semantics { TACHO_COUNTER = 1, TACHO_GAUGE = 2, TACHO_INSTANT = 3, TACHO_LABEL = 4 };

struct tacho_header {
    uint64_t magic;
    uint16_t major;
    uint16_t minor;
    uint32_t header_size;
    uint64_t file_size; /* the file never becomes smaller than this */
    uint64_t epoch;     /* random; differs for every segment file */
    uint32_t retired;   /* 1: a new file has taken this one's name; open again */
    uint32_t agent_pid;
    int64_t agent_start_ns; /* CLOCK_REALTIME */
    uint32_t metric_offset;
    uint32_t metric_size;
    uint32_t metric_count;
    uint32_t directory_offset;
    uint32_t directory_size;   /* bytes of one entry */
    uint32_t directory_count;  /* home positions: a power of two */
    uint32_t directory_window; /* entries to look at from a key's home on */
    uint32_t slot_offset;
    uint32_t slot_size;
    uint32_t slot_count;
    uint32_t back_offset; /* of the back copy, from the start of the slot, where the front copy is */
    uint32_t copy_size;
    uint32_t ring_offset;
    uint32_t ring_size;  /* bytes of one event */
    uint32_t ring_count; /* a power of two */
    uint32_t read_size;  /* bytes of the largest copy published so far: what is worth reading at once */
    uint64_t ring_next;  /* sequence that the next event will have; the first is 1 */
    uint64_t publishes;  /* slots published into this file */
    char agent_version[32];
    /* Since minor version 2: */
    uint32_t ring_signal; /* a futex: another number whenever events were written or the file was retired */
    uint32_t reserved;
    /* The rest of the page is reserved and zero. */
};

/* One number that slots may carry. A copy has the metric if bit `word` of its `present` is set. */
struct tacho_metric {
    char name[40];
    char unit[16];
    char help[96];
    uint8_t type;      /* enum tacho_type */
    uint8_t semantics; /* enum tacho_semantics */
    uint16_t kinds;    /* bit 1 << kind: the kinds of slot that may have it */
    uint32_t word;     /* index of its 64-bit word in a copy */
};

struct tacho_directory_entry {
    uint64_t hash;
    uint32_t slot; /* index + 1; 0: empty */
    uint32_t reserved;
};

/*
 * One copy of a slot. Offsets inside it count from its own start. A text metric's word is
 * (offset << 32 | bytes), pointing into the copy.
 */
struct tacho_copy {
    uint64_t version;  /* the version it was published as; in the front copy also the slot's; 0: never */
    uint64_t checksum; /* of everything else up to `used`: see checksum.h in the sources */
    uint32_t used;     /* bytes of the copy that mean something: whole words */
    uint16_t kind;
    uint16_t block_count;
    uint32_t key_offset;
    uint32_t key_size;
    int64_t as_of_ns;       /* CLOCK_REALTIME */
    int64_t valid_until_ns; /* CLOCK_REALTIME; when something in it changes by the clock alone */
    uint32_t word_offset;
    uint32_t word_count;
    uint32_t block_offset;
    uint32_t reserved;
    uint64_t present[TACHO_WORDS_MAX / 64];
};

/* One finished line or group of lines: pieces in reading order, for one surface and depth. */
struct tacho_block {
    uint8_t surface;
    uint8_t depth;
    uint16_t piece_count;
    uint32_t piece_offset;
    uint32_t text_offset;
    uint32_t text_size;
};

enum tacho_piece_flags {
    TACHO_STALE_MARK = 1, /* shown only when the reader knows the line to be stale */
    /* Since minor version 1: */
    TACHO_FLEX = 2,     /* followed by spaces: an equal share of what its line leaves free of a known width */
    TACHO_FOLLOWS = 4,  /* shown only where the nearest piece before it on its line without this flag is */
    TACHO_ENDS = 8,     /* closes its line: shown only where something else of its line is */
    TACHO_INSTEAD = 16, /* shown only where nothing else is */
};

/*
 * A piece is text that is shown whole or not at all. `lead` is what separates it from the piece before
 * it on its line, and is left out where it comes first. Text begins with the lead: lead_bytes of
 * separator, then body_bytes of body; both carry their own colours and end in a reset.
 */
struct tacho_piece {
    uint32_t offset; /* from the block's text_offset */
    uint16_t lead_bytes;
    uint16_t body_bytes;
    uint16_t lead_columns;
    uint16_t body_columns;
    uint8_t line;  /* which line of the block, from 0 */
    uint8_t rank;  /* 0 is kept longest; each piece has its own */
    uint8_t flags; /* enum tacho_piece_flags */
    uint8_t reserved;
};

enum tacho_event_flags {
    TACHO_EVENT_BEFORE = 1, /* `before` means something: the metric was known */
    TACHO_EVENT_AFTER = 2,  /* `after` means something: the metric is known */
    /* Only from tacho_take(), since minor version 2: */
    TACHO_EVENT_NEWEST = 4, /* `after` is the newest value; changes before it were passed over */
    TACHO_EVENT_MISSED =
        8, /* no change: `after` events were lost; newest values of all that is known follow */
};

/* One change of one metric in one slot. */
struct tacho_event {
    uint64_t sequence; /* 0 while it is being written */
    int64_t monotonic_ns;
    int64_t wall_ns;
    uint64_t key_hash;
    uint32_t slot;
    uint32_t word;
    uint64_t before; /* texts: their hash */
    uint64_t after;
    uint32_t priority; /* 0 ordinary; 1 limits and alerts, never conflated away */
    uint16_t flags;    /* enum tacho_event_flags */
    uint16_t kind;     /* of the slot: enum tacho_kind; 0 before minor version 2 */
};

/* ---- reading ------------------------------------------------------------------------------------- */

/*
 * An open segment: a held descriptor and the header as it was checked when opened. Treat as opaque.
 * `map` is set only by tacho_map().
 */
struct tacho_segment {
    int descriptor;
    const volatile uint8_t *map;
    struct tacho_header header;
};

/*
 * Opens the segment file at `path` for reading: O_NOFOLLOW, and only a regular file of this euid, with no
 * group or other write permission, no second link, at least the size it states, our magic and major.
 * Returns 0, or TACHO_NO_SEGMENT, and then *segment needs no close.
 */
int tacho_open(struct tacho_segment *segment, const char *path);

/* The same for a descriptor the caller already has; it is closed on failure and by tacho_close(). */
int tacho_adopt(struct tacho_segment *segment, int descriptor);

void tacho_close(struct tacho_segment *segment);

/*
 * Maps the open segment so that later reads cost no system call. Only for a program that may take SIGBUS
 * (the file is preallocated and never shrunk by the agent, but its owner could shrink it): never inside
 * a person's shell. Returns 0, or TACHO_NO_SEGMENT.
 */
int tacho_map(struct tacho_segment *segment);

/*
 * Whether a new agent has replaced this file, or is about to: then close it and open again, once. Also true
 * if it cannot be read. An agent that was stopped leaves its file so marked, and its last lines remain good.
 */
int tacho_is_retired(const struct tacho_segment *segment);

/* The hash under which the directory keeps a key of `size` bytes. */
uint64_t tacho_hash(enum tacho_kind kind, const char *key, size_t size);

/*
 * Looks up a key. Returns the slot's index, or TACHO_NOT_FOUND or TACHO_CORRUPT. The slot may be
 * given to another key at any time: tacho_read_key() compares the key in the copy it returns.
 */
int64_t tacho_find(const struct tacho_segment *segment, enum tacho_kind kind, const char *key, size_t size);

/*
 * Copies the newest whole copy of slot `index` to `buffer` (8-byte aligned, `size` >= header.copy_size
 * suffices always) and checks it: after a 0, key, words, blocks and pieces lie where the copy says, within
 * its first `used` bytes. Returns 0, TACHO_NOT_FOUND (never published), TACHO_BUSY,
 * TACHO_CORRUPT or TACHO_TOO_SMALL.
 */
int tacho_read(const struct tacho_segment *segment, uint32_t index, void *buffer, size_t size);

/* tacho_find() and tacho_read() in one, and the copy's key compared. The same returns. */
int tacho_read_key(const struct tacho_segment *segment, enum tacho_kind kind, const char *key,
                   size_t key_size, void *buffer, size_t size);

/* A metric word of a copy that tacho_read() returned. Returns 1 and sets *value, or 0: not known. */
int tacho_word(const struct tacho_copy *copy, uint32_t word, uint64_t *value);

/* A text metric: points into the copy, NUL-terminated, *size bytes. NULL: not known. */
const char *tacho_text(const struct tacho_copy *copy, uint32_t word, size_t *size);

/* The copy's key, NUL-terminated. */
const char *tacho_key(const struct tacho_copy *copy);

/*
 * Block `index` of a copy, for those who want to see all of them; its pieces lie where it says. NULL past the
 * last one.
 */
const struct tacho_block *tacho_block_at(const struct tacho_copy *copy, uint32_t index);

/*
 * Writes the copy's block for a surface, fitted to `columns` (0: unlimited), lines joined by '\n', to
 * `out` (never more than `size` bytes, no final newline or NUL). Pieces are kept by rank as long as they
 * fit. `stale` shows the pieces that say so. Where the surface has no block of this depth, the nearest
 * lower one serves. Returns the bytes written (0: nothing fits), or TACHO_NOT_FOUND.
 */
int64_t tacho_format(const struct tacho_copy *copy, enum tacho_surface surface, enum tacho_depth depth,
                     uint32_t columns, int stale, char *out, size_t size);

/* Reads entry `index` of the metric table. Returns 0, TACHO_NOT_FOUND past its end, or TACHO_CORRUPT. */
int tacho_metric_at(const struct tacho_segment *segment, uint32_t index, struct tacho_metric *metric);

/* ---- events -------------------------------------------------------------------------------------- */

/* A subscriber's place in the ring: nothing else is kept for it, here or in the agent. */
struct tacho_cursor {
    uint64_t next;
};

/* Starts at the next event that will be written. */
int tacho_subscribe(const struct tacho_segment *segment, struct tacho_cursor *cursor);

/*
 * Takes the next event. Returns 1 with *event filled (otherwise its content means nothing), 0 if there is
 * none yet, or TACHO_BUSY after adding to *missed the events that it was too late for (the cursor then stands
 * half a ring behind the writer; read the slots for current values). TACHO_CORRUPT if the file cannot
 * be read.
 */
int tacho_next(const struct tacho_segment *segment, struct tacho_cursor *cursor, struct tacho_event *event,
               uint64_t *missed);

/* How many events are waiting. */
uint64_t tacho_lag(const struct tacho_segment *segment, const struct tacho_cursor *cursor);

/*
 * Sleeps until an event is waiting, the file is retired or `timeout_ms` went by (negative: no limit). Costs
 * the agent nothing; works with and without a mapping. Returns 1 if an event is waiting, TACHO_NO_SEGMENT if
 * none is and none will be (retired: open again), TACHO_CORRUPT if the file cannot be read, and 0 otherwise,
 * which may be before time is up: where a signal handler ran, where the events it was woken for are taken
 * already, and now and then where an agent before minor version 2 writes, which wakes nobody.
 */
int tacho_wait(const struct tacho_segment *segment, const struct tacho_cursor *cursor, int timeout_ms);

/* ---- subscribers --------------------------------------------------------------------------------- */

/*
 * A subscriber gets the changes that it follows, one by one as long as it keeps up. One that lags gets limits
 * and alerts one by one and of every other metric that changed the newest value only; one that was overrun is
 * told how many events it missed, and gets the newest values of all that it follows. Its memory never grows:
 * a bit for each metric of each slot. One program may have many, each with its own filter and pace.
 */
#define TACHO_FILTER_KEYS 8

/* What is followed. All zero: everything. */
struct tacho_filter {
    uint64_t words[TACHO_WORDS_MAX / 64]; /* a bit for each metric's word; none: every metric */
    uint64_t keys[TACHO_FILTER_KEYS];     /* tacho_hash() of what is followed */
    uint32_t key_count;                   /* 0: every slot */
    uint32_t kinds;                       /* bits 1 << kind; 0: every kind */
};

/* Adds the metric of a name, or all whose names begin with it and a dot: "cost", "limit", "git". Returns how
 * many there are, or TACHO_CORRUPT. */
int tacho_filter_metric(const struct tacho_segment *segment, struct tacho_filter *filter, const char *name);

enum tacho_start {
    TACHO_FROM_NOW = 0,    /* what will change */
    TACHO_FROM_OLDEST = 1, /* and what the ring has of the past */
    TACHO_FROM_VALUES = 2, /* first the newest values, then what will change */
};

struct tacho_subscriber {
    struct tacho_filter filter; /* the caller's to set, as is: */
    uint32_t patience; /* how many events it may lag before some are passed over; 0: a quarter ring */
    uint32_t renewing; /* newest values of all are being given */
    struct tacho_cursor cursor; /* for tacho_wait() and tacho_lag() */
    uint64_t settled;           /* events before this one are told by newest values */
    uint64_t given;             /* events that tacho_take() returned; */
    uint64_t conflated;         /* that it passed over for the sake of newest values; */
    uint64_t missed;            /* that were overwritten before it was called */
    uint64_t *changed;          /* a bit for each metric of each slot whose newest value is to be given */
    uint32_t changed_slots;     /* slots with such bits */
    uint32_t slot;              /* where to go on giving them */
};

/* Bytes of memory that a subscriber needs for its bits. */
size_t tacho_subscriber_size(const struct tacho_segment *segment);

/*
 * Starts a subscriber, whose filter and patience are set, on this segment; again on another when this one was
 * retired. `memory` (8-byte aligned, tacho_subscriber_size() bytes) must last as long as it. Returns 0, or
 * TACHO_CORRUPT.
 */
int tacho_attach(const struct tacho_segment *segment, struct tacho_subscriber *subscriber, void *memory,
                 enum tacho_start start);

/*
 * Takes up to `count` changes. `buffer` is as for tacho_read(), of header.copy_size bytes, used only during
 * the call: one for many subscribers. A newest value has the slot's as_of_ns for wall_ns, and neither
 * sequence nor monotonic_ns. Returns how many there are (0: none for now; see tacho_wait()), TACHO_CORRUPT or
 * TACHO_TOO_SMALL.
 */
int64_t tacho_take(const struct tacho_segment *segment, struct tacho_subscriber *subscriber,
                   struct tacho_event *events, size_t count, void *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
