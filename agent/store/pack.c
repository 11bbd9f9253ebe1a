/* Packed rows: see pack.h. */
#include "pack.h"

#include <string.h>

#define MILLISECOND INT64_C(1000)
#define TOKENS_MAX  (UINT64_C(1) << 31)
#define PUSD_MAX    UINT64_C(1000000000000000000) /* 10^6 dollars: DESIGN.md §5 */
/* 1970 less a day of offset, and 3000: DESIGN.md §5, in µs. */
#define WHEN_MIN    (-INT64_C(86400000000))
#define WHEN_MAX    INT64_C(32503766400000000)

enum entry_flag {
    ENTRY_USD = 1,
    ENTRY_FAST = 2,
    ENTRY_FORKED = 4,
    ENTRY_FOREIGN = 8,
    ENTRY_MS = 16,
    ENTRY_FLAGS = 31
};
enum rollup_flag {
    ROLLUP_BUCKET = 7,
    ROLLUP_FAST = 8,
    ROLLUP_USD = 16,
    ROLLUP_PLAIN = 32,
    ROLLUP_MS = 64,
    ROLLUP_FLAGS = 127
};

/* ---- numbers ------------------------------------------------------------------------------------------- */

static unsigned char *put(unsigned char *at, unsigned __int128 number)
{
    for (; number >= 128; number >>= 7)
        *at++ = (unsigned char)(number & 127) | 128;
    *at++ = (unsigned char)number;
    return at;
}

static uint64_t fold(int64_t number)
{
    return ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
}

static int64_t unfold(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

/* Bytes that are read from the front; once `failed`, every number is 0. */
struct unpacking {
    const unsigned char *at, *end;
    bool failed;
};

static unsigned __int128 take_wide(struct unpacking *unpacking)
{
    unsigned __int128 number = 0;
    for (unsigned shift = 0; unpacking->at < unpacking->end && shift < 128; shift += 7) {
        unsigned char byte = *unpacking->at++;
        number |= (unsigned __int128)(byte & 127) << shift;
        if (byte < 128 && (shift < 126 || byte < 4))
            return number;
        if (byte < 128)
            break;
    }
    unpacking->failed = true;
    return 0;
}

/* The next number, which must be at most `most`. */
static uint64_t take(struct unpacking *unpacking, uint64_t most)
{
    uint64_t number = 0;
    for (unsigned shift = 0; unpacking->at < unpacking->end && shift < 63; shift += 7) {
        uint64_t byte = *unpacking->at++;
        number |= (byte & 127) << shift;
        if (byte < 128 && number <= most)
            return number;
        if (byte < 128)
            break;
    }
    unpacking->failed = true;
    return 0;
}

/* ---- identities ---------------------------------------------------------------------------------------- */

void pack_identity(struct identity identity, unsigned char out[IDENTITY_BYTES])
{
    uint64_t high = __builtin_bswap64(identity.high), low = __builtin_bswap64(identity.low);
    memcpy(out, &high, sizeof high);
    memcpy(out + sizeof high, &low, sizeof low);
}

struct identity unpack_identity(const unsigned char bytes[IDENTITY_BYTES])
{
    struct identity identity;
    memcpy(&identity.high, bytes, sizeof identity.high);
    memcpy(&identity.low, bytes + sizeof identity.high, sizeof identity.low);
    return (struct identity){.low = __builtin_bswap64(identity.low),
                             .high = __builtin_bswap64(identity.high)};
}

int identity_compare(const struct identity *a, const struct identity *b)
{
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    return (a->low > b->low) - (a->low < b->low);
}

/* ---- entries ------------------------------------------------------------------------------------------- */

size_t pack_entry(const struct entry *entry, unsigned char out[PACKED_ENTRY_BYTES])
{
    bool whole_ms = entry->when_us % MILLISECOND == 0;
    unsigned char *at = out;
    *at++ = (unsigned char)((entry->has_usd ? ENTRY_USD : 0) | (entry->fast ? ENTRY_FAST : 0) |
                            (entry->forked ? ENTRY_FORKED : 0) | (entry->foreign ? ENTRY_FOREIGN : 0) |
                            (whole_ms ? ENTRY_MS : 0));
    at = put(at, fold(whole_ms ? entry->when_us / MILLISECOND : entry->when_us));
    at = put(at, entry->path);
    at = put(at, entry->session);
    at = put(at, entry->model);
    at = put(at, entry->line);
    at = put(at, entry->tools);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        at = put(at, entry->tokens[kind]);
    if (entry->has_usd)
        at = put(at, entry->usd_pusd);
    return (size_t)(at - out);
}

/* The next time, folded, in ms or µs. */
static int64_t take_when(struct unpacking *unpacking, bool in_ms)
{
    int64_t when = unfold(take(unpacking, INT64_MAX));
    int64_t unit = in_ms ? MILLISECOND : 1;
    if (when >= WHEN_MIN / unit && when <= WHEN_MAX / unit)
        return when * unit;
    unpacking->failed = true;
    return 0;
}

bool unpack_entry(const unsigned char *bytes, size_t size, struct entry *entry)
{
    struct unpacking unpacking = {bytes, bytes + size, false};
    unsigned flags = (unsigned)take(&unpacking, ENTRY_FLAGS);
    *entry = (struct entry){.identity = entry->identity};
    entry->has_usd = flags & ENTRY_USD;
    entry->fast = (flags & ENTRY_FAST) != 0;
    entry->forked = (flags & ENTRY_FORKED) != 0;
    entry->foreign = (flags & ENTRY_FOREIGN) != 0;
    entry->when_us = take_when(&unpacking, flags & ENTRY_MS);
    entry->path = (uint32_t)take(&unpacking, UINT32_MAX - 1);
    entry->session = (uint32_t)take(&unpacking, UINT32_MAX - 1);
    entry->model = (uint32_t)take(&unpacking, UINT32_MAX - 1);
    entry->line = take(&unpacking, INT64_MAX);
    entry->tools = (uint16_t)take(&unpacking, UINT16_MAX);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        entry->tokens[kind] = (uint32_t)take(&unpacking, TOKENS_MAX);
    if (entry->has_usd)
        entry->usd_pusd = take(&unpacking, PUSD_MAX);
    return !unpacking.failed && unpacking.at == unpacking.end;
}

/* ---- rollups ------------------------------------------------------------------------------------------- */

int64_t rollup_hour(int64_t bucket)
{
    return bucket / BUCKETS_PER_HOUR - (bucket % BUCKETS_PER_HOUR < 0);
}

int rollup_compare(const struct rollup *a, const struct rollup *b)
{
    const struct rollup_key *x = &a->key, *y = &b->key;
    if (x->bucket != y->bucket)
        return x->bucket < y->bucket ? -1 : 1;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    if (x->project != y->project)
        return x->project < y->project ? -1 : 1;
    if (x->model != y->model)
        return x->model < y->model ? -1 : 1;
    return x->fast - y->fast;
}

void pack_rollup(const struct rollup *rollup, struct text *out)
{
    unsigned char packed[256], *at = packed;
    const struct rollup_key *key = &rollup->key;
    int64_t start_us = rollup_start_us(key->bucket);
    bool whole_ms = rollup->first_us % MILLISECOND == 0 && rollup->last_us % MILLISECOND == 0;
    int64_t unit = whole_ms ? MILLISECOND : 1;
    bool some_usd = rollup->without_usd<rollup->entries, plain = rollup->without_usd> 0;
    *at++ = (unsigned char)((key->bucket - rollup_hour(key->bucket) * BUCKETS_PER_HOUR) |
                            (key->fast ? ROLLUP_FAST : 0) | (some_usd ? ROLLUP_USD : 0) |
                            (plain ? ROLLUP_PLAIN : 0) | (whole_ms ? ROLLUP_MS : 0));
    at = put(at, key->session);
    at = put(at, key->project);
    at = put(at, key->model);
    at = put(at, rollup->entries);
    at = put(at, (uint64_t)((rollup->first_us - start_us) / unit));
    at = put(at, (uint64_t)((rollup->last_us - rollup->first_us) / unit));
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        at = put(at, rollup->tokens[kind]);
    at = put(at, rollup->calculated_pusd);
    if (some_usd)
        at = put(at, rollup->usd_pusd);
    if (some_usd && plain) {
        at = put(at, rollup->without_usd);
        at = put(at, rollup->rest_pusd);
    }
    text_add(out, (const char *)packed, (size_t)(at - packed));
}

/* The next time, as so much after `from_us`, which must stay within the bucket. */
static int64_t take_since(struct unpacking *unpacking, int64_t from_us, int64_t unit)
{
    return from_us + (int64_t)take(unpacking, (uint64_t)(QUARTER_US / unit)) * unit;
}

static void take_costs(struct unpacking *unpacking, unsigned flags, struct rollup *rollup)
{
    rollup->calculated_pusd = take_wide(unpacking);
    if (!(flags & ROLLUP_USD)) {
        rollup->without_usd = rollup->entries;
        rollup->rest_pusd = rollup->calculated_pusd;
        return;
    }
    rollup->usd_pusd = take_wide(unpacking);
    if (flags & ROLLUP_PLAIN) {
        rollup->without_usd = take(unpacking, rollup->entries);
        rollup->rest_pusd = take_wide(unpacking);
    }
}

bool unpack_rollup(int64_t hour, const unsigned char **at, const unsigned char *end, struct rollup *rollup)
{
    struct unpacking unpacking = {*at, end, false};
    unsigned flags = (unsigned)take(&unpacking, ROLLUP_FLAGS);
    int64_t unit = flags & ROLLUP_MS ? MILLISECOND : 1;
    *rollup = (struct rollup){.key.fast = (flags & ROLLUP_FAST) != 0};
    rollup->key.bucket = hour * BUCKETS_PER_HOUR + (flags & ROLLUP_BUCKET);
    rollup->key.session = (uint32_t)take(&unpacking, UINT32_MAX - 1);
    rollup->key.project = (uint32_t)take(&unpacking, UINT32_MAX - 1);
    rollup->key.model = (uint32_t)take(&unpacking, UINT32_MAX - 1);
    rollup->entries = take(&unpacking, INT64_MAX);
    rollup->first_us = take_since(&unpacking, rollup_start_us(rollup->key.bucket), unit);
    rollup->last_us = take_since(&unpacking, rollup->first_us, unit);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        rollup->tokens[kind] = take(&unpacking, INT64_MAX);
    take_costs(&unpacking, flags, rollup);
    *at = unpacking.at;
    return !unpacking.failed && rollup->entries > 0 &&
           rollup_bucket(rollup->first_us) == rollup->key.bucket &&
           rollup_bucket(rollup->last_us) == rollup->key.bucket;
}
