/*
 * [stream] in the configuration: how much of the event stream is kept, and how far behind a subscriber may
 * be.
 *
 *     [stream]
 *         preset = default   # or performance, memory, low-latency, custom
 *         ring = 4096        # events kept, a power of two; from the agent's next start on
 *         lag = 2048         # events that a subscriber may be behind before it counts as slow
 *         patience = 1024    # events that `tacho events` may be behind before it gets newest values only
 *
 * A number that is stated takes the place of the preset's; custom is the default one's, for those who state
 * them.
 */
#ifndef TACHO_STREAM_SETTINGS_H
#define TACHO_STREAM_SETTINGS_H

#include "../base/text.h"

#include <stdbool.h>

struct stream_settings {
    uint32_t ring, lag, patience;
};

/* Whether a setting is one of these: "stream.ring". */
bool stream_settings_take(const char *name);

/* Whether the setting can have this value; else adds what is wrong to `why`. */
bool stream_settings_check(const char *name, const char *value, struct text *why);

/* What a configuration file says; of what is missing or wrong, and without a file, the default. */
struct stream_settings stream_settings_read(const char *path);

#endif
