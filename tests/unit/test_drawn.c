/* Which lines of a slot are drawn: sets by what is asked for, and what of them a published copy has. */
#include "suite.h"
#include "support_segment.h"

#include "../../agent/render/look_build.h"
#include "../../agent/render/segments.h"
#include "../../agent/serve/drawn.h"

#include <string.h>

static const enum tacho_surface sides_of_zsh[] = {TACHO_ZSH, TACHO_ZSH_RIGHT, TACHO_ZSH_TRANSIENT};

START_TEST(one_depth_and_all_sides)
{
    uint64_t drawn = drawn_for(TACHO_DIRECTORY, TACHO_ZSH, TACHO_256_COLOURS);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(drawn_has(drawn, sides_of_zsh[i], TACHO_256_COLOURS));
        ck_assert(!drawn_has(drawn, sides_of_zsh[i], TACHO_TRUE_COLOUR));
    }
    ck_assert(!drawn_has(drawn, TACHO_BASH, TACHO_256_COLOURS));
}
END_TEST

START_TEST(who_does_not_say_gets_all)
{
    uint64_t session = drawn_for(TACHO_SESSION, 0, 0), directory = drawn_for(TACHO_DIRECTORY, 0, 0);
    for (enum tacho_depth depth = TACHO_NO_COLOUR; depth <= TACHO_TRUE_COLOUR; depth++) {
        ck_assert(drawn_has(session, TACHO_CLAUDE, depth));
        ck_assert(drawn_has(directory, TACHO_TMUX, depth));
        ck_assert(!drawn_has(session, TACHO_TMUX, depth));
    }
    ck_assert(!(drawn_always(TACHO_SESSION) & ~session) && !(drawn_always(TACHO_DIRECTORY) & ~directory));
}
END_TEST

START_TEST(what_nobody_knows_is_nothing)
{
    ck_assert_uint_eq(drawn_for(TACHO_SESSION, 200, TACHO_TRUE_COLOUR), 0);
    ck_assert_uint_eq(drawn_for(TACHO_SESSION, TACHO_BASH, TACHO_TRUE_COLOUR), 0);
    ck_assert_uint_eq(drawn_for(TACHO_GLOBAL, 0, 0), 0);
    ck_assert_uint_eq(drawn_for(TACHO_SESSION, TACHO_CLAUDE, 200),
                      drawn_for(TACHO_SESSION, TACHO_CLAUDE, TACHO_TRUE_COLOUR));
    ck_assert_uint_eq(drawn_for(TACHO_DIRECTORY, TACHO_JSON, TACHO_TRUE_COLOUR),
                      drawn_for(TACHO_DIRECTORY, TACHO_JSON, TACHO_NO_COLOUR));
}
END_TEST

/* Publishes the lines of a set, and returns those that a reader finds; what is empty is found, too. */
static uint64_t published(enum tacho_kind kind, uint64_t drawn)
{
    static struct rendering rendering;
    static _Alignas(8) union copy_buffer buffer;
    struct segment_place place;
    struct tacho_segment segment;
    const struct look look = render_look_default();
    place_make(&place);
    struct segment_sizes sizes = sizes_small();
    sizes.copy_size = segment_sizes_default().copy_size;
    struct segment_writer *writer = segment_create(place.path, sizes, "test");
    ck_assert_ptr_nonnull(writer);
    struct segment_draft *draft = segment_draft(writer, kind, "k", 1);
    drawn_draft(draft, &rendering, drawn, segment_sample_facts(), &look);
    ck_assert_int_ge(segment_publish(writer, draft), 0);
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
    ck_assert_int_eq(tacho_read_key(&segment, kind, "k", 1, &buffer, sizeof buffer), TACHO_OK);
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
    return drawn_in(&buffer.copy);
}

START_TEST(what_is_drawn_is_found)
{
    const uint64_t session =
        drawn_always(TACHO_SESSION) | drawn_for(TACHO_SESSION, TACHO_CLAUDE, TACHO_16_COLOURS);
    const uint64_t directory = drawn_for(TACHO_DIRECTORY, TACHO_FISH, TACHO_TRUE_COLOUR);
    ck_assert_uint_eq(published(TACHO_SESSION, session), session);
    ck_assert_uint_eq(published(TACHO_DIRECTORY, directory), directory);
    for (enum tacho_kind kind = TACHO_SESSION; kind <= TACHO_DIRECTORY; kind++)
        ck_assert_uint_eq(published(kind, drawn_for(kind, 0, 0)), drawn_for(kind, 0, 0));
}
END_TEST

SUITE_MAIN("drawn", one_depth_and_all_sides, who_does_not_say_gets_all, what_nobody_knows_is_nothing,
           what_is_drawn_is_found)
