/*
 * One inotify descriptor shared by many parties.
 *
 * The kernel knows one watch descriptor per inode and instance, so two parties that watch the same
 * directory share a node here. The node's kernel mask is the union of theirs (IN_MASK_ADD); each party is
 * called for its own part of it. Nodes are found by watch descriptor in a hash table: the numbers only
 * ever grow (inotify(7) hands them out in a cycle), so an array of them would grow too.
 *
 * While calls are being made nothing is unlinked: what a callback removes is only marked, and reaped after
 * the event at hand. That makes it safe for a callback to remove any watch.
 */
#include "watch.h"

#include "memory.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define READ_SIZE     (64 * 1024)
#define BUCKETS_FIRST 64

struct node {
    int descriptor;
    struct node *next; /* in its bucket */
    struct watch *watches;
};

struct watch {
    struct watcher *watcher;
    struct node *node; /* NULL: the kernel's watch is gone */
    struct watch *next;
    struct watch *next_removed;
    watch_changed *changed;
    void *data;
    uint32_t mask;
    bool removed;
};

struct overflow_handler {
    watch_overflowed *overflowed; /* NULL: removed */
    void *data;
};

struct watcher {
    int descriptor;
    bool calling;
    bool pretend_overflow;
    struct node **buckets; /* a power of two of them */
    size_t bucket_count, node_count;
    struct watch *removed; /* to be reaped */
    struct watch *orphans; /* the kernel's watch is gone, the party has not removed its handle yet */
    struct overflow_handler *handlers;
    size_t handler_count, handler_room;
    char *buffer;
};

/* ---- nodes ------------------------------------------------------------------------------------------- */

static struct node **node_slot(const struct watcher *watcher, int descriptor)
{
    struct node **slot = &watcher->buckets[(unsigned)descriptor & (watcher->bucket_count - 1)];
    while (*slot && (*slot)->descriptor != descriptor)
        slot = &(*slot)->next;
    return slot;
}

static void buckets_double(struct watcher *watcher)
{
    struct node **old = watcher->buckets;
    size_t count = watcher->bucket_count;
    watcher->bucket_count = count * 2;
    watcher->buckets = memory_zeroed(watcher->bucket_count, sizeof *old);
    for (size_t i = 0; i < count; i++) {
        for (struct node *node = old[i], *next; node; node = next) {
            next = node->next;
            struct node **slot = &watcher->buckets[(unsigned)node->descriptor & (watcher->bucket_count - 1)];
            node->next = *slot;
            *slot = node;
        }
    }
    free(old);
}

static struct node *node_take(struct watcher *watcher, int descriptor)
{
    struct node **slot = node_slot(watcher, descriptor);
    if (*slot)
        return *slot;
    if (watcher->node_count == watcher->bucket_count) {
        buckets_double(watcher);
        slot = node_slot(watcher, descriptor);
    }
    struct node *node = memory_zeroed(1, sizeof *node);
    node->descriptor = descriptor;
    *slot = node;
    watcher->node_count++;
    return node;
}

/* Frees the node; parties that still hold handles of it keep them, as orphans. */
static void node_free(struct watcher *watcher, struct node *node)
{
    struct node **slot = node_slot(watcher, node->descriptor);
    *slot = node->next;
    watcher->node_count--;
    for (struct watch *watch = node->watches, *next; watch; watch = next) {
        next = watch->next;
        watch->node = NULL;
        watch->next = watcher->orphans;
        watcher->orphans = watch;
    }
    free(node);
}

/* ---- watches ----------------------------------------------------------------------------------------- */

struct watch *watch_add(struct watcher *watcher, const char *path, uint32_t mask, watch_changed *changed,
                        void *data)
{
    int descriptor = inotify_add_watch(watcher->descriptor, path, mask | IN_MASK_ADD);
    if (descriptor < 0)
        return NULL;
    struct node *node = node_take(watcher, descriptor);
    struct watch *watch = memory_zeroed(1, sizeof *watch);
    watch->watcher = watcher;
    watch->node = node;
    watch->mask = (mask & IN_ALL_EVENTS) | IN_IGNORED | IN_UNMOUNT;
    watch->changed = changed;
    watch->data = data;
    watch->next = node->watches; /* at the head, where a walk over the list that is under way does not come */
    node->watches = watch;
    return watch;
}

static void watch_free(struct watch *watch)
{
    struct watcher *watcher = watch->watcher;
    struct node *node = watch->node;
    struct watch **link = node ? &node->watches : &watcher->orphans;
    while (*link != watch)
        link = &(*link)->next;
    *link = watch->next;
    free(watch);
    if (node && !node->watches) {
        inotify_rm_watch(watcher->descriptor, node->descriptor); /* fails if it died by itself meanwhile */
        node_free(watcher, node);
    }
}

void watch_remove(struct watch *watch)
{
    if (!watch->watcher->calling) {
        watch_free(watch);
    } else if (!watch->removed) {
        watch->removed = true;
        watch->next_removed = watch->watcher->removed;
        watch->watcher->removed = watch;
    }
}

static void reap(struct watcher *watcher)
{
    while (watcher->removed) {
        struct watch *watch = watcher->removed;
        watcher->removed = watch->next_removed;
        watch_free(watch);
    }
}

/* ---- overflow ---------------------------------------------------------------------------------------- */

void watcher_on_overflow(struct watcher *watcher, watch_overflowed *overflowed, void *data)
{
    watcher->handlers = memory_grow(watcher->handlers, watcher->handler_count, &watcher->handler_room,
                                    sizeof *watcher->handlers);
    watcher->handlers[watcher->handler_count++] = (struct overflow_handler){overflowed, data};
}

static void forget_removed_handlers(struct watcher *watcher)
{
    size_t kept = 0;
    for (size_t i = 0; i < watcher->handler_count; i++)
        if (watcher->handlers[i].overflowed)
            watcher->handlers[kept++] = watcher->handlers[i];
    watcher->handler_count = kept;
}

void watcher_off_overflow(struct watcher *watcher, watch_overflowed *overflowed, void *data)
{
    for (size_t i = 0; i < watcher->handler_count; i++) {
        struct overflow_handler *handler = &watcher->handlers[i];
        if (handler->overflowed == overflowed && handler->data == data)
            handler->overflowed = NULL;
    }
    if (!watcher->calling)
        forget_removed_handlers(watcher);
}

static void tell_overflow(struct watcher *watcher)
{
    size_t count = watcher->handler_count; /* who asks during the calls has nothing to learn from them */
    for (size_t i = 0; i < count; i++) {
        struct overflow_handler handler = watcher->handlers[i];
        if (handler.overflowed)
            handler.overflowed(handler.data);
    }
    forget_removed_handlers(watcher);
}

void watcher_pretend_overflow(struct watcher *watcher)
{
    watcher->pretend_overflow = true;
}

/* ---- events ------------------------------------------------------------------------------------------ */

static void tell_event(struct watcher *watcher, const struct inotify_event *event)
{
    if (event->mask & IN_Q_OVERFLOW) {
        tell_overflow(watcher);
        return;
    }
    struct node *node = *node_slot(watcher, event->wd);
    if (!node)
        return; /* removed while its events were queued */
    const char *name = event->len ? event->name : "";
    for (struct watch *watch = node->watches; watch; watch = watch->next)
        if (!watch->removed && (event->mask & watch->mask))
            watch->changed(watch->data, watch, event->mask, name);
    if (event->mask & IN_IGNORED)
        node_free(watcher, node);
    reap(watcher);
}

/* Reads one bufferful; returns its bytes, 0 when nothing is queued. */
static size_t read_events(struct watcher *watcher)
{
    ssize_t size;
    do
        size = read(watcher->descriptor, watcher->buffer, READ_SIZE);
    while (size < 0 && errno == EINTR);
    return size > 0 ? (size_t)size : 0;
}

static int tell_buffer(struct watcher *watcher, size_t size)
{
    int events = 0;
    for (size_t at = 0; at + sizeof(struct inotify_event) <= size;) {
        const struct inotify_event *event = (const void *)(watcher->buffer + at);
        at += sizeof *event + event->len;
        if (!watcher->pretend_overflow)
            tell_event(watcher, event);
        events++;
    }
    return events;
}

/* Bytes still queued after a read gave so many. If there was room for one more event, there is none. */
static int bytes_left(const struct watcher *watcher, size_t size)
{
    int queued = 0;
    if (size + sizeof(struct inotify_event) + NAME_MAX + 1 <= READ_SIZE)
        return 0;
    return ioctl(watcher->descriptor, FIONREAD, &queued) < 0 ? INT_MAX : queued;
}

int watcher_drain(struct watcher *watcher)
{
    if (watcher->calling)
        return 0;
    int events = 0;
    watcher->calling = true;
    size_t size = read_events(watcher);
    int queued =
        bytes_left(watcher, size); /* what is there now is the fence; later events are the next call's */
    while (size) {
        events += tell_buffer(watcher, size);
        size = queued > 0 ? read_events(watcher) : 0;
        queued -= (int)size;
    }
    if (watcher->pretend_overflow) {
        watcher->pretend_overflow = false;
        tell_overflow(watcher);
        events++;
    }
    reap(watcher);
    watcher->calling = false;
    return events;
}

/* ---- the watcher ------------------------------------------------------------------------------------- */

struct watcher *watcher_open(void)
{
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0)
        return NULL;
    struct watcher *watcher = memory_zeroed(1, sizeof *watcher);
    watcher->descriptor = descriptor;
    watcher->bucket_count = BUCKETS_FIRST;
    watcher->buckets = memory_zeroed(BUCKETS_FIRST, sizeof *watcher->buckets);
    watcher->buffer = memory_take(READ_SIZE);
    return watcher;
}

static void watches_free(struct watch *watch)
{
    for (struct watch *next; watch; watch = next) {
        next = watch->next;
        free(watch);
    }
}

void watcher_close(struct watcher *watcher)
{
    if (!watcher)
        return;
    close(watcher->descriptor);
    for (size_t i = 0; i < watcher->bucket_count; i++) {
        for (struct node *node = watcher->buckets[i], *next; node; node = next) {
            next = node->next;
            watches_free(node->watches);
            free(node);
        }
    }
    watches_free(watcher->orphans);
    free(watcher->buckets);
    free(watcher->handlers);
    free(watcher->buffer);
    free(watcher);
}

int watcher_descriptor(const struct watcher *watcher)
{
    return watcher->descriptor;
}
