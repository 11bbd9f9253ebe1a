/* Packed rows and the filter of identities. */
#include "../../agent/store/filter.h"
#include "../../agent/store/pack.h"
#include "ledger_world.h"

static bool same_entry(const struct entry *a, const struct entry *b)
{
    return entry_equal(a, b) && a->tools == b->tools && identity_compare(&a->identity, &b->identity) == 0;
}

static void entry_there_and_back(const struct entry *entry)
{
    unsigned char packed[PACKED_ENTRY_BYTES];
    size_t size = pack_entry(entry, packed);
    struct entry back = {.identity = entry->identity};
    ck_assert_uint_le(size, sizeof packed);
    ck_assert(unpack_entry(packed, size, &back));
    ck_assert(same_entry(entry, &back));
    for (size_t cut = 0; cut < size; cut++)
        ck_assert(!unpack_entry(packed, cut, &back));
}

START_TEST(entries_survive)
{
    for (uint64_t i = 0; i < 2000; i++) {
        struct entry entry = world_entry(i);
        entry.fast = i & 1;
        entry.forked = i >> 1 & 1;
        entry.foreign = i >> 2 & 1;
        entry.when_us += i % 3; /* whole milliseconds and not */
        entry_there_and_back(&entry);
    }
}
END_TEST

START_TEST(extreme_entries_survive)
{
    struct entry least = {.when_us = -INT64_C(86399999999)};
    struct entry most = {
        .when_us = INT64_C(32503679999999999),
        .line = INT64_MAX,
        .usd_pusd = UINT64_C(1000000000000000000),
        .path = UINT32_MAX - 1,
        .session = UINT32_MAX - 1,
        .model = UINT32_MAX - 1,
        .tools = UINT16_MAX,
        .has_usd = true,
    };
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        most.tokens[kind] = UINT32_C(1) << 31;
    entry_there_and_back(&least);
    entry_there_and_back(&most);
}
END_TEST

START_TEST(random_bytes_are_no_entry_out_of_range)
{
    uint64_t state = 5;
    for (int round = 0; round < 200000; round++) {
        unsigned char bytes[48];
        struct entry entry = {0};
        size_t size = world_random(&state) % sizeof bytes;
        for (size_t i = 0; i < size; i++)
            bytes[i] = (unsigned char)world_random(&state) & (world_random(&state) & 1 ? 0x7f : 0xff);
        if (!unpack_entry(bytes, size, &entry))
            continue;
        for (int kind = 0; kind < TOKEN_KINDS; kind++)
            ck_assert_uint_le(entry.tokens[kind], UINT32_C(1) << 31);
        ck_assert_uint_le(entry.usd_pusd, UINT64_C(1000000000000000000));
        ck_assert_int_ge(entry.when_us, -INT64_C(86400000000));
        ck_assert_int_le(entry.when_us, INT64_C(32503766400000000));
    }
}
END_TEST

static void rollup_there_and_back(const struct rollup *rollup)
{
    struct text packed = TEXT_EMPTY;
    struct rollup back;
    pack_rollup(rollup, &packed);
    const unsigned char *at = (const unsigned char *)packed.bytes, *end = at + packed.size;
    ck_assert(unpack_rollup(rollup_hour(rollup->key.bucket), &at, end, &back));
    ck_assert_ptr_eq(at, end);
    ck_assert_int_eq(rollup_compare(rollup, &back), 0);
    ck_assert_int_eq(rollup->first_us, back.first_us);
    ck_assert_int_eq(rollup->last_us, back.last_us);
    ck_assert_uint_eq(rollup->entries, back.entries);
    ck_assert_uint_eq(rollup->without_usd, back.without_usd);
    ck_assert_mem_eq(rollup->tokens, back.tokens, sizeof back.tokens);
    ck_assert(rollup->usd_pusd == back.usd_pusd);
    ck_assert(rollup->calculated_pusd == back.calculated_pusd);
    ck_assert(rollup->rest_pusd == back.rest_pusd);
    text_free(&packed);
}

START_TEST(rollups_survive)
{
    for (uint64_t i = 0; i < 2000; i++) {
        struct entry entry = world_entry(i);
        entry.when_us += i % 3;
        struct rollup rollup = world_rollup(&entry, i);
        rollup.key.fast = i & 1;
        rollup_there_and_back(&rollup);
    }
}
END_TEST

START_TEST(wide_sums_survive)
{
    unsigned __int128 all = ~(unsigned __int128)0;
    struct rollup rollup = {
        .key = {rollup_bucket(QUARTER_US + 1), UINT32_MAX - 1, UINT32_MAX - 1, UINT32_MAX - 1, true},
        .first_us = QUARTER_US + 1,
        .last_us = 2 * QUARTER_US - 1,
        .entries = INT64_MAX,
        .without_usd = INT64_MAX - 1,
        .usd_pusd = all,
        .calculated_pusd = all - 1,
        .rest_pusd = all - 2,
    };
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        rollup.tokens[kind] = INT64_MAX;
    rollup_there_and_back(&rollup);
}
END_TEST

START_TEST(a_rollup_stays_in_its_bucket)
{
    struct entry entry = world_entry(3);
    struct rollup rollup = world_rollup(&entry, 3), back;
    struct text packed = TEXT_EMPTY;
    pack_rollup(&rollup, &packed);
    packed.bytes[0] ^= 1; /* an instant between two quarters in the bucket of one exactly on a quarter */
    const unsigned char *at = (const unsigned char *)packed.bytes;
    ck_assert(!unpack_rollup(rollup_hour(rollup.key.bucket), &at, at + packed.size, &back));
    text_free(&packed);
}
END_TEST

START_TEST(the_filter_forgets_none)
{
    enum { COUNT = 100000 };
    struct filter *filter = filter_new(1000); /* so that it grows */
    size_t wrong = 0;
    for (uint64_t i = 0; i < COUNT; i++)
        filter_add(filter, world_entry(i).identity);
    for (uint64_t i = 0; i < COUNT; i++)
        ck_assert(filter_has(filter, world_entry(i).identity));
    for (uint64_t i = COUNT; i < 2 * COUNT; i++)
        wrong += filter_has(filter, world_entry(i).identity);
    ck_assert_uint_lt(wrong, COUNT / 25);
    ck_assert_uint_lt(filter_bytes(filter), COUNT * 4);
    filter_free(filter);
}
END_TEST

START_TEST(a_filter_of_the_right_size_is_seldom_wrong)
{
    enum { COUNT = 100000 };
    struct filter *filter = filter_new(COUNT);
    size_t wrong = 0;
    for (uint64_t i = 0; i < COUNT; i++)
        filter_add(filter, world_entry(i).identity);
    for (uint64_t i = COUNT; i < 2 * COUNT; i++)
        wrong += filter_has(filter, world_entry(i).identity);
    ck_assert_uint_lt(wrong, COUNT / 100);
    ck_assert_uint_le(filter_bytes(filter), COUNT * 12 / 8 + 4096);
    filter_free(filter);
}
END_TEST

SUITE_MAIN("ledger_pack", entries_survive, extreme_entries_survive, random_bytes_are_no_entry_out_of_range,
           rollups_survive, wide_sums_survive, a_rollup_stays_in_its_bucket, the_filter_forgets_none,
           a_filter_of_the_right_size_is_seldom_wrong)
