/*
 * The slot protocol, proved small: every interleaving of a writer's stores with a reader's loads, each in any
 * order that a weakly ordered machine allows, and the writer stopped for good after any store.
 *
 * A copy has two data words. Stores between two fences may be seen in any order, a fenced one only after all
 * before the fence. The reader's loads of one fetch() come in any order. The checksum is taken to be ideal: a
 * copy is whole if its version and its words are of one publication. The controls leave out one part of the
 * protocol each, and must tear.
 */
#include "suite.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PUBLICATIONS 2
#define STORES       (PUBLICATIONS * 7)
#define VISITED      (1U << 21)

/* Places in the slot: FRONT and BACK, each a version, two words of data, and the checksum's opinion. */
enum place { FRONT, FRONT_A, FRONT_B, BACK, BACK_A, BACK_B, PLACES };

struct store {
    enum place place;
    int value;
    int group; /* stores of a group come in any order, groups one after the other */
};

enum reader { BY_CHECKSUM, BY_VERSION, NAIVE };

struct world {
    struct store stores[STORES];
    int store_count;
    enum reader reader;
    int slot[PLACES];
    int loaded[PLACES + 1]; /* the last: the second look at the version */
    uint64_t accepted;
    uint64_t torn;
    uint64_t outdated;
};

static uint64_t visited[VISITED]; /* a hash set of states; 0 is none */

/* Publication n has data n in both words; the front has version 2n then, the back 2n - 1. */
static void writer_make(struct world *world, bool fenced)
{
    int group = 0;
    world->store_count = 0;
    for (int n = 1; n <= PUBLICATIONS; n++) {
        const struct store publication[] = {
            {BACK_A, n, 0},
            {BACK_B, n, 0},
            {BACK, 2 * n - 1, 0},
            {FRONT, 2 * n - 1, 1},
            {FRONT_A, n, fenced + 1},
            {FRONT_B, n, fenced + 1},
            {FRONT, 2 * n, fenced + 2},
        };
        for (size_t i = 0; i < sizeof publication / sizeof *publication; i++) {
            world->stores[world->store_count] = publication[i];
            world->stores[world->store_count++].group += group;
        }
        group += fenced ? 4 : 3;
    }
}

/* What the reader makes of its loads; publication `newest_before` was out before the first of them. */
static void judge(struct world *world, int newest_before)
{
    int version = world->loaded[FRONT];
    bool back = version & 1;
    int a = world->loaded[back ? BACK_A : FRONT_A], b = world->loaded[back ? BACK_B : FRONT_B];
    int copy_version = world->loaded[back ? BACK : FRONT];
    int publication = (version + 1) / 2;
    if (version == 0)
        return;
    if (world->reader == BY_CHECKSUM && (copy_version != version || a != publication || b != publication))
        return;
    if (world->reader == BY_VERSION && world->loaded[PLACES] != version)
        return;
    world->accepted++;
    world->torn += a != publication || b != publication;
    world->outdated += publication < newest_before;
}

/* The reader's loads, in steps: those of one step come in any order. */
static int step_of(const struct world *world, int place)
{
    if (world->reader == BY_VERSION)
        return place == FRONT ? 0 : place == PLACES ? 2 : 1;
    return place >= BACK; /* the front's in one fetch, the back's in the next */
}

static bool load_is_possible(const struct world *world, unsigned loads, int place)
{
    if (loads >> place & 1 || (place == PLACES && world->reader != BY_VERSION))
        return false;
    for (int other = 0; other <= PLACES; other++)
        if (step_of(world, other) < step_of(world, place) && !(loads >> other & 1))
            return false;
    return true;
}

static bool store_is_possible(const struct world *world, unsigned stores, int store)
{
    if (stores >> store & 1)
        return false;
    for (int other = 0; other < world->store_count; other++) {
        bool same_place = world->stores[other].place == world->stores[store].place && other < store;
        if ((world->stores[other].group < world->stores[store].group || same_place) && !(stores >> other & 1))
            return false;
    }
    return true;
}

/* Whether a state is new; remembers it. What the slot holds follows from the stores. */
static bool is_new(const struct world *world, unsigned stores, unsigned loads, int newest_before)
{
    uint64_t state = 1;
    for (int place = 0; place <= PLACES; place++)
        state = state << 3 | (loads >> place & 1 ? (unsigned)world->loaded[place] + 1 : 0);
    state = (state << 2 | (unsigned)newest_before) << STORES | stores;
    uint64_t at = state * UINT64_C(0x9e3779b97f4a7c15) >> 43;
    while (visited[at % VISITED] && visited[at % VISITED] != state)
        at++;
    bool found = visited[at % VISITED] == state;
    visited[at % VISITED] = state;
    return !found;
}

/*
 * Explores everything that can happen from here: `stores` and `loads` are done. A writer that is killed is
 * one that makes no further store before the reader has ended, and so every stop is among the schedules.
 */
static void explore(struct world *world, unsigned stores, unsigned loads, int newest_before)
{
    const unsigned all = world->reader == BY_VERSION ? (2U << PLACES) - 1 : (1U << PLACES) - 1;
    if (loads == 0)
        newest_before = (world->slot[FRONT] + 1) / 2;
    if (!is_new(world, stores, loads, newest_before))
        return;
    if (loads == all) {
        judge(world, newest_before);
        return;
    }
    for (int place = 0; place <= PLACES; place++)
        if (load_is_possible(world, loads, place)) {
            world->loaded[place] = world->slot[place == PLACES ? FRONT : place];
            explore(world, stores, loads | 1U << place, newest_before);
        }
    for (int i = 0; i < world->store_count; i++)
        if (store_is_possible(world, stores, i)) {
            enum place place = world->stores[i].place;
            int before = world->slot[place];
            world->slot[place] = world->stores[i].value;
            explore(world, stores | 1U << i, loads, newest_before);
            world->slot[place] = before;
        }
}

static struct world explored(enum reader reader, bool fenced)
{
    struct world world = {.reader = reader};
    memset(visited, 0, sizeof visited);
    writer_make(&world, fenced);
    explore(&world, 0, 0, 0);
    return world;
}

/* A publication that was out before the reader began is never missed, nor mixed with another. */
static void expect_snapshots(struct world world)
{
    ck_assert_uint_gt(world.accepted, 10);
    ck_assert_uint_eq(world.torn, 0);
    ck_assert_uint_eq(world.outdated, 0);
}

START_TEST(a_checksum_makes_a_snapshot)
{
    expect_snapshots(explored(BY_CHECKSUM, true));
    expect_snapshots(explored(BY_CHECKSUM, false)); /* whatever the order of stores */
}
END_TEST

START_TEST(an_unmoved_version_makes_a_snapshot)
{
    expect_snapshots(explored(BY_VERSION, true));
}
END_TEST

START_TEST(without_fences_the_version_alone_does_not)
{
    ck_assert_uint_gt(explored(BY_VERSION, false).torn, 0);
}
END_TEST

START_TEST(without_either_it_tears)
{
    ck_assert_uint_gt(explored(NAIVE, true).torn, 0);
}
END_TEST

/* However the writer ends, a reader that comes afterwards gets the newest publication that was out. */
START_TEST(a_dead_writer_blocks_nobody)
{
    struct world world = {.reader = BY_CHECKSUM};
    uint64_t stops = 0;
    writer_make(&world, true);
    for (unsigned stores = 0; stores < 1U << STORES; stores++) {
        bool reachable = true;
        memset(world.slot, 0, sizeof world.slot);
        for (int i = 0; i < world.store_count; i++)
            if (stores >> i & 1) {
                reachable = reachable && store_is_possible(&world, stores & ~(1U << i), i);
                world.slot[world.stores[i].place] = world.stores[i].value;
            }
        if (!reachable)
            continue;
        uint64_t accepted = world.accepted;
        memcpy(world.loaded, world.slot, sizeof world.slot);
        judge(&world, (world.slot[FRONT] + 1) / 2);
        ck_assert_uint_eq(world.accepted - accepted, world.slot[FRONT] > 0);
        stops++;
    }
    ck_assert_uint_gt(stops, STORES);
    expect_snapshots(world);
}
END_TEST

SUITE_MAIN("segment_protocol", a_checksum_makes_a_snapshot, an_unmoved_version_makes_a_snapshot,
           without_fences_the_version_alone_does_not, without_either_it_tears, a_dead_writer_blocks_nobody)
