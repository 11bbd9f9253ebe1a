/*
 * Time zones: the local day of an instant. The C library knows the rules (TZif files); this module
 * names the zone, checks that it exists, and remembers the day last asked for, because entries come in
 * order of time. The C library has one zone at a time, so a zone must be in use on one thread only: the
 * agent's loop thread, or a command.
 */
#ifndef TACHO_ZONE_H
#define TACHO_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MICROSECONDS INT64_C(1000000)

/*
 * Uses the zone from now on: an IANA name ("Asia/Kolkata"), or NULL for the person's own (TZ, else
 * /etc/localtime). Returns false if there is no such zone; the zone in use then stays.
 */
bool zone_use(const char *name);

/* Whether the person's own zone is in use: then zone_use(NULL) is what brings it back after another. */
bool zone_is_own(void);

/* The name in use: as given to zone_use(), else what TZ or /etc/localtime says, else "UTC". */
const char *zone_name(void);

/* The local day of a Unix time in µs, as days since 1970-01-01. */
int32_t zone_day(int64_t when_us);

/* The instant (Unix µs) at which the local day after that of `when_us` begins. */
int64_t zone_next_midnight(int64_t when_us);

/* Writes a day as YYYY-MM-DD and a NUL: 11 bytes for the years 0 to 9999. */
void zone_day_name(int32_t day, char out[16]);

/* Local hours and minutes of an instant, for clocks in lines: 24-hour. */
void zone_clock(int64_t when_us, int *hours, int *minutes);

#endif
