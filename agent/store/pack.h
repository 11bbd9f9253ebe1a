/*
 * Rows packed into bytes: entries and rollups, of which there are many, in a third less than SQLite's columns
 * need (measured with 200,000 random entries: 51 bytes each against 64), and quicker to read.
 *
 * Numbers are little-endian base 128, seven bits a byte, the top bit set on all but the last; signed ones are
 * folded first (0, -1, 1, -2, ... become 0, 1, 2, 3, ...).
 *
 *   entry: flags (1 stated cost, 2 fast, 4 forked, 8 foreign, 16 time in ms), time (signed, µs or ms), path,
 * session, model, line, tools, five token counts, and the stated cost in pusd if there is one.
 *
 *   rollups of one hour, by key, each: flags (1, 2, 4 bucket in the hour, 8 fast, 16 some entries state their
 * cost, 32 some do not, 64 times in ms), session, project, model, entries, first time since the bucket's
 * start, last time since the first (µs or ms), five token sums, calculated cost; with flag 16 the stated
 * cost; with flags 16 and 32 also how many entries state none, and the calculated cost of those.
 */
#ifndef TACHO_PACK_H
#define TACHO_PACK_H

#include "../base/text.h"
#include "../meter/entries.h"
#include "../meter/rollups.h"

#define IDENTITY_BYTES     16
#define BUCKETS_PER_HOUR   8
#define HOUR_MIN           (-24) /* hours of entries: 1970, less a day of offset, to 2999 */
#define HOUR_MAX           9028824
#define PACKED_ENTRY_BYTES 80 /* at most */

/* The identity as the key of the entry table: big-endian, so that order is that of the numbers. */
void pack_identity(struct identity identity, unsigned char out[IDENTITY_BYTES]);
struct identity unpack_identity(const unsigned char bytes[IDENTITY_BYTES]);
int identity_compare(const struct identity *a, const struct identity *b);

/* Packs all of an entry but its identity. Returns the number of bytes. */
size_t pack_entry(const struct entry *entry, unsigned char out[PACKED_ENTRY_BYTES]);

/* Fills in all but the identity. False if the bytes are not an entry, or a number is out of range. */
bool unpack_entry(const unsigned char *bytes, size_t size, struct entry *entry);

/* The hour of a bucket, as hours since 1970. */
int64_t rollup_hour(int64_t bucket);

/* By bucket, session, project, model, fast. */
int rollup_compare(const struct rollup *a, const struct rollup *b);

/* Adds a rollup to the packed ones of its hour. */
void pack_rollup(const struct rollup *rollup, struct text *out);

/*
 * Takes the next rollup of an hour from *at, which is moved past it. False if the bytes are no rollup, or a
 * number is out of range.
 */
bool unpack_rollup(int64_t hour, const unsigned char **at, const unsigned char *end, struct rollup *rollup);

#endif
