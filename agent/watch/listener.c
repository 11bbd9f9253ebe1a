/* Waiting for the segment: see listener.h. */
#include "listener.h"

#include "../base/memory.h"

#include "../../shm/tacho.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { GATHER_MS = 50, NONE_MS = 500 };

struct listener {
    const char *path;
    int told;
};

static void pause_ms(long ms)
{
    const struct timespec span = {.tv_nsec = ms * 1000000};
    nanosleep(&span, NULL);
}

static void tell(const struct listener *listener)
{
    const uint64_t one = 1;
    if (write(listener->told, &one, sizeof one) < 0)
        abort(); /* an eventfd's counter cannot overflow so */
    pause_ms(GATHER_MS);
}

/* Follows one segment to its end. */
static void follow(const struct listener *listener, const struct tacho_segment *segment)
{
    struct tacho_cursor cursor;
    int waiting = 1;
    while (waiting >= 0 && tacho_subscribe(segment, &cursor) == 0) {
        tell(listener);
        do {
            waiting = tacho_wait(segment, &cursor, -1);
        } while (waiting == 0);
    }
    tell(listener);
}

/* A file that is retired already is an agent's that was stopped: its successor is waited for. */
static void *listen_on(void *data)
{
    const struct listener *listener = data;
    struct tacho_segment segment;
    uint64_t last = 0;
    for (;; pause_ms(NONE_MS)) {
        if (tacho_open(&segment, listener->path) != TACHO_OK)
            continue;
        if (segment.header.epoch != last || !tacho_is_retired(&segment))
            follow(listener, &segment);
        last = segment.header.epoch;
        tacho_close(&segment);
    }
    return NULL;
}

int listener_start(const char *path)
{
    struct listener *listener = memory_zeroed(1, sizeof *listener);
    pthread_t thread;
    listener->path = path;
    listener->told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int error = listener->told < 0 ? errno : pthread_create(&thread, NULL, listen_on, listener);
    if (error == 0) {
        pthread_detach(thread);
        return listener->told;
    }
    if (listener->told >= 0)
        close(listener->told);
    free(listener);
    errno = error;
    return -1;
}
