/*
 * Makes segment files. A file is complete before it has its name, so that readers see all of it or none; it
 * is allocated in full, so that no later store can find the file system full; and it is never made smaller.
 */
#include "segment_file.h"
#include "draft.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLOTS_MAX (1 << 16)
#define RING_MAX  (1 << 20)
#define PAGE      4096
#define WINDOW    32 /* the directory is at most half full: a full window is all but impossible */

static bool is_power_of_two(uint32_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

static uint64_t align(uint64_t offset, uint64_t to)
{
    return (offset + to - 1) / to * to;
}

static int64_t wall_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

struct segment_sizes segment_sizes_default(void)
{
    return (struct segment_sizes){.slot_count = 256, .copy_size = 24 * 1024, .ring_count = 4096};
}

uint32_t layout_entries(const struct tacho_header *layout)
{
    return layout->directory_count + layout->directory_window;
}

static bool sizes_are_sound(struct segment_sizes sizes)
{
    return sizes.slot_count > 0 && sizes.slot_count <= SLOTS_MAX && sizes.copy_size % 8 == 0 &&
           sizes.copy_size >= DRAFT_WORDS_END + 64 && sizes.copy_size <= TACHO_COPY_MAX &&
           is_power_of_two(sizes.ring_count) && sizes.ring_count <= RING_MAX;
}

/*
 * Places directory, slots and ring behind the metrics. Slots begin on a page, because the kernel copies the
 * fewer pages the faster. Returns -1 with errno set: offsets have 32 bits.
 */
static int layout_place(struct tacho_header *layout)
{
    uint64_t directory = align(layout->metric_offset + sizeof metric_table, 64);
    uint64_t slots = align(directory + (uint64_t)layout_entries(layout) * layout->directory_size, PAGE);
    uint64_t ring = align(slots + (uint64_t)layout->slot_count * layout->slot_size, PAGE);
    if (ring > UINT32_MAX) {
        errno = EFBIG;
        return -1;
    }
    layout->directory_offset = (uint32_t)directory;
    layout->slot_offset = (uint32_t)slots;
    layout->ring_offset = (uint32_t)ring;
    layout->file_size = align(ring + (uint64_t)layout->ring_count * layout->ring_size, PAGE);
    return 0;
}

int layout_make(struct tacho_header *layout, struct segment_sizes sizes, const char *version)
{
    if (!sizes_are_sound(sizes)) {
        errno = EINVAL;
        return -1;
    }
    *layout = (struct tacho_header){
        .magic = TACHO_MAGIC,
        .major = TACHO_MAJOR,
        .minor = TACHO_MINOR,
        .header_size = TACHO_HEADER_SIZE,
        .agent_pid = (uint32_t)getpid(),
        .agent_start_ns = wall_clock_ns(),
        .metric_offset = TACHO_HEADER_SIZE,
        .metric_size = sizeof(struct tacho_metric),
        .metric_count = TACHO_WORD_COUNT,
        .directory_size = sizeof(struct tacho_directory_entry),
        .directory_count = 1,
        .directory_window = WINDOW,
        .slot_size = 2 * sizes.copy_size,
        .slot_count = sizes.slot_count,
        .back_offset = sizes.copy_size,
        .copy_size = sizes.copy_size,
        .ring_size = sizeof(struct tacho_event),
        .ring_count = sizes.ring_count,
        .ring_next = 1,
    };
    while (layout->directory_count < 2 * sizes.slot_count)
        layout->directory_count *= 2;
    snprintf(layout->agent_version, sizeof layout->agent_version, "%s", version);
    if (getrandom(&layout->epoch, sizeof layout->epoch, 0) != sizeof layout->epoch)
        return -1;
    return layout_place(layout);
}

/* Allocates all of the file, so that no later store can find the file system full. */
static int allocate(int descriptor, uint64_t size)
{
    int error;
    do {
        error = posix_fallocate(descriptor, 0, (off_t)size);
    } while (error == EINTR);
    errno = error;
    return error ? -1 : 0;
}

/* Makes a file, even if a killed agent has left one behind, and maps it. Returns NULL with errno set. */
static void *make_and_map(const char *path, uint64_t size)
{
    if (unlink(path) && errno != ENOENT)
        return NULL;
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return NULL;
    void *map = MAP_FAILED;
    if (fchmod(descriptor, 0600) == 0 && allocate(descriptor, size) == 0)
        map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    int error = errno;
    close(descriptor);
    if (map != MAP_FAILED)
        return map;
    unlink(path);
    errno = error;
    return NULL;
}

void segment_wake(const volatile uint8_t *map)
{
    syscall(SYS_futex, map + offsetof(struct tacho_header, ring_signal), FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Opens the segment that now has the name `path`, to retire it later. Returns -1 if there is none of ours. */
static int predecessor_open(const char *path)
{
    struct tacho_segment segment;
    if (tacho_adopt(&segment, open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)) != TACHO_OK)
        return -1;
    return segment.descriptor;
}

static void predecessor_mark(int descriptor, uint32_t retired)
{
    /* A failure leaves its readers with old lines, which are marked stale; there is no better answer. */
    ssize_t written = pwrite(descriptor, &retired, sizeof retired, offsetof(struct tacho_header, retired));
    (void)written;
}

/* Has those who wait for its events open again. Nothing here touches the mapping: its file may be cut short.
 */
static void predecessor_wake(int descriptor)
{
    const off_t place = offsetof(struct tacho_header, ring_signal);
    uint32_t signal = 0;
    void *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, descriptor, 0);
    if (map == MAP_FAILED)
        return;
    if (pread(descriptor, &signal, sizeof signal, place) == sizeof signal) {
        signal++;
        if (pwrite(descriptor, &signal, sizeof signal, place) == sizeof signal)
            segment_wake(map);
    }
    munmap(map, PAGE);
}

/*
 * Puts the finished file in the place of the old one. The old one is marked first: killed between the two, we
 * leave readers that open again at every look, instead of readers that never do. Returns -1 with errno set.
 */
static int take_name(const char *from, const char *path)
{
    int predecessor = predecessor_open(path);
    if (predecessor >= 0)
        predecessor_mark(predecessor, 1);
    int result = rename(from, path);
    int error = errno;
    if (result) {
        unlink(from);
        if (predecessor >= 0)
            predecessor_mark(predecessor, 0);
    } else if (predecessor >= 0) {
        predecessor_wake(predecessor);
    }
    if (predecessor >= 0)
        close(predecessor);
    errno = error;
    return result;
}

static int fresh_name(char fresh[PATH_MAX], const char *path)
{
    if ((size_t)snprintf(fresh, PATH_MAX, "%s.new", path) < PATH_MAX)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

void *segment_file_make(const char *path, const struct tacho_header *layout)
{
    char fresh[PATH_MAX];
    void *map = fresh_name(fresh, path) ? NULL : make_and_map(fresh, layout->file_size);
    if (!map)
        return NULL;
    memcpy(map, layout, sizeof *layout);
    memcpy((char *)map + layout->metric_offset, metric_table, sizeof metric_table);
    return map;
}

int segment_file_install(const char *path)
{
    char fresh[PATH_MAX];
    return fresh_name(fresh, path) ? -1 : take_name(fresh, path);
}
