/*
 * What one read of a slot costs a program that holds the segment open: by pread, as in-process readers do
 * it, and by mapping. Each time is the mean of a batch of reads.
 *
 *     slot_read SEGMENT SESSION
 */
#include "../shm/tacho.h"
#include "figures.h"

#include <string.h>

#define BATCHES 400
#define READS   1000

static uint64_t buffer[TACHO_COPY_MAX / sizeof(uint64_t)];

static int measure(const char *name, const struct tacho_segment *segment, uint32_t slot)
{
    static int64_t times[BATCHES];
    for (size_t batch = 0; batch < BATCHES; batch++) {
        int64_t start = clock_ns();
        for (size_t i = 0; i < READS; i++)
            if (tacho_read(segment, slot, buffer, sizeof buffer)) {
                fputs("slot_read: the slot cannot be read\n", stderr);
                return 1;
            }
        times[batch] = (clock_ns() - start) / READS;
    }
    print_times(name, times, BATCHES);
    return 0;
}

int main(int argc, char **argv)
{
    struct tacho_segment segment;
    if (argc != 3) {
        fputs("usage: slot_read SEGMENT SESSION\n", stderr);
        return 2;
    }
    if (tacho_open(&segment, argv[1])) {
        fprintf(stderr, "slot_read: %s: not a segment\n", argv[1]);
        return 1;
    }
    int64_t slot = tacho_find(&segment, TACHO_SESSION, argv[2], strlen(argv[2]));
    if (slot < 0) {
        fprintf(stderr, "slot_read: no slot for session %s\n", argv[2]);
        return 1;
    }
    int status = measure("held descriptor", &segment, (uint32_t)slot);
    if (!status && !tacho_map(&segment))
        status = measure("mapped", &segment, (uint32_t)slot);
    tacho_close(&segment);
    return status;
}
