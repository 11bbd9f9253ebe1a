/*
 * Whatever the file holds, a reader returns an error and does not crash: a valid segment truncated
 * everywhere, with every field made hostile, and with random bytes. Copies are mended (version and checksum
 * made right) after they are spoiled, so that it is the checks behind the checksum that are tried.
 */
#include "../../shm/checksum.h"
#include "suite.h"
#include "support_segment.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define RANDOM_ROUNDS (SANITIZED ? 1500 : 7500)

static struct segment_place place;
static uint8_t *valid; /* the bytes of a valid segment */
static size_t valid_size;
static struct tacho_header header;
static uint64_t opened, read_well; /* so that a test which no longer gets anywhere is noticed */

static const struct segment_sizes sizes = {.slot_count = 3, .copy_size = 1024, .ring_count = 8};

/* ---- making ----------------------------------------------------------------------------------------- */

static void publish(struct segment_writer *writer, enum tacho_kind kind, const char *key, uint64_t number)
{
    struct segment_draft *draft = segment_draft(writer, kind, key, strlen(key));
    const struct tacho_piece pieces[] = {
        {.body_bytes = 4, .body_columns = 4},
        {.offset = 4, .lead_bytes = 1, .body_bytes = 3, .line = 1, .rank = 1}};
    draft_number(draft, TACHO_WORD_COST, number);
    draft_text(draft, TACHO_WORD_MODEL_ID, "some model", 10);
    draft_block(draft, TACHO_PLAIN, TACHO_NO_COLOUR, pieces, 2, "some|txt", 8);
    draft_block(draft, TACHO_ZSH, TACHO_TRUE_COLOUR, pieces, 1, "line", 4);
    segment_publish(writer, draft);
}

static void setup(void)
{
    place_make(&place);
    struct segment_writer *writer = segment_create(place.path, sizes, "fuzz");
    ck_assert_ptr_nonnull(writer);
    publish(writer, TACHO_GLOBAL, "", 1);
    publish(writer, TACHO_SESSION, "session", 2);
    publish(writer, TACHO_SESSION, "session", 3);
    segment_close(writer, 0);
    int descriptor = open(place.path, O_RDONLY);
    valid_size = (size_t)lseek(descriptor, 0, SEEK_END);
    valid = malloc(valid_size);
    ck_assert_int_eq(pread(descriptor, valid, valid_size, 0), (ssize_t)valid_size);
    close(descriptor);
    memcpy(&header, valid, sizeof header);
}

static void teardown(void)
{
    free(valid);
    place_remove(&place);
}

static void write_file(const uint8_t *bytes, size_t size)
{
    int descriptor = open(place.path, O_WRONLY | O_TRUNC);
    ck_assert_int_eq(write(descriptor, bytes, size), (ssize_t)size);
    close(descriptor);
}

/* ---- reading everything ----------------------------------------------------------------------------- */

static void use_copy(const struct tacho_copy *copy)
{
    size_t size;
    uint64_t value, sum = 0;
    char out[64];
    for (uint32_t word = 0; word < TACHO_WORDS_MAX + 2; word++) {
        sum += (uint64_t)tacho_word(copy, word, &value);
        const char *text = tacho_text(copy, word, &size);
        sum += text ? strlen(text) : 0;
    }
    sum += strlen(tacho_key(copy));
    for (uint32_t i = 0; i < copy->block_count; i++)
        sum += tacho_block_at(copy, i) != NULL;
    for (int surface = 0; surface <= TACHO_JSON + 1; surface++)
        for (int depth = 0; depth <= TACHO_TRUE_COLOUR; depth++) {
            int64_t written =
                tacho_format(copy, surface, depth, (uint32_t)depth * 3, surface & 1, out, sizeof out);
            ck_assert_int_le(written, (int64_t)sizeof out);
        }
    ck_assert_uint_gt(sum + 1, 0);
}

static void use_ring(const struct tacho_segment *segment, void *buffer)
{
    struct tacho_subscriber subscriber = {.patience = 3};
    struct tacho_event events[4];
    size_t size = tacho_subscriber_size(segment);
    void *bits = malloc(size);
    ck_assert_ptr_nonnull(bits);
    for (enum tacho_start start = TACHO_FROM_NOW; start <= TACHO_FROM_VALUES; start++)
        if (tacho_attach(segment, &subscriber, bits, start) == TACHO_OK)
            for (int i = 0; i < 8; i++) {
                int64_t count =
                    tacho_take(segment, &subscriber, events, 4, buffer, segment->header.copy_size);
                ck_assert_int_le(count, 4);
            }
    free(bits);
}

static void use_segment(const struct tacho_segment *segment)
{
    /* Exactly as large as the contract asks, so that ASan sees a byte too many. */
    size_t size = segment->header.copy_size;
    void *buffer = malloc(size);
    struct tacho_metric metric;
    struct tacho_cursor cursor;
    struct tacho_event event;
    uint64_t missed = 0;
    ck_assert_ptr_nonnull(buffer);
    for (uint32_t slot = 0; slot < 5; slot++)
        if (tacho_read(segment, slot, buffer, size) == TACHO_OK) {
            read_well++;
            use_copy(buffer);
        }
    if (tacho_read_key(segment, TACHO_SESSION, "session", 7, buffer, size) == TACHO_OK)
        use_copy(buffer);
    ck_assert_int_lt(tacho_find(segment, TACHO_DIRECTORY, "/", 1), segment->header.slot_count);
    for (uint32_t i = 0; i < 4; i++)
        if (tacho_metric_at(segment, i * 20, &metric) == TACHO_OK)
            ck_assert_uint_lt(strlen(metric.name) + strlen(metric.unit) + strlen(metric.help), 200);
    tacho_is_retired(segment);
    if (tacho_subscribe(segment, &cursor) == TACHO_OK)
        for (uint64_t back = 0; back < 12; back += 4) {
            cursor.next -= back;
            tacho_lag(segment, &cursor);
            tacho_next(segment, &cursor, &event, &missed);
        }
    use_ring(segment, buffer);
    free(buffer);
}

/* Opens what is in the file and uses all there is, by pread and in a mapping. */
static void use_file(void)
{
    struct tacho_segment segment;
    if (tacho_open(&segment, place.path) != TACHO_OK)
        return;
    opened++;
    use_segment(&segment);
    if (tacho_map(&segment) == TACHO_OK)
        use_segment(&segment);
    tacho_close(&segment);
}

/* ---- spoiling --------------------------------------------------------------------------------------- */

static const uint64_t hostile[] = {
    0,
    1,
    2,
    3,
    7,
    8,
    15,
    16,
    63,
    64,
    65,
    127,
    128,
    255,
    1000,
    1016,
    1023,
    1024,
    1025,
    4095,
    4096,
    4097,
    8192,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x10001,
    0x7fffffff,
    0x80000000,
    0xfffffff8,
    0xffffffff,
    0x100000000,
    0x100000008,
    0x7fffffffffffffff,
    0x8000000000000000,
    0xfffffffffffff000,
    0xfffffffffffffff8,
    UINT64_MAX,
};
#define HOSTILE (sizeof hostile / sizeof *hostile)

/* Makes a copy's checksum right again, if its size makes sense. */
static void mend(uint8_t *at, uint64_t version)
{
    struct tacho_copy *copy = (struct tacho_copy *)at;
    copy->version = version;
    if (copy->used >= sizeof *copy && copy->used <= header.copy_size && copy->used % 8 == 0)
        copy->checksum = checksum_whole(checksum_content(copy), version);
}

/*
 * Puts every hostile value, in every width from `least` on, at every place of a range, one at a time.
 * `mended` is the copy to mend afterwards, if any.
 */
static void spoil_range(size_t from, size_t to, size_t least, uint8_t *mended)
{
    uint8_t *bytes = malloc(valid_size);
    int descriptor = open(place.path, O_WRONLY);
    memcpy(bytes, valid, valid_size);
    write_file(valid, valid_size);
    size_t start = mended ? (size_t)(mended - valid) : from, size = mended ? header.copy_size : to - from;
    for (size_t width = least; width <= 8; width *= 2)
        for (size_t at = from; at + width <= to; at += width)
            for (size_t i = 0; i < HOSTILE; i++) {
                if (width < 8 && hostile[i] >> 8 * width)
                    continue;
                memcpy(bytes + at, &hostile[i], width);
                if (mended)
                    mend(bytes + start, 4);
                ck_assert_int_eq(pwrite(descriptor, bytes + start, size, (off_t)start), (ssize_t)size);
                use_file();
                memcpy(bytes + start, valid + start, size);
            }
    close(descriptor);
    free(bytes);
    ck_assert_uint_gt(opened, 0);
}

static size_t session_front(void)
{
    return header.slot_offset + header.slot_size;
}

START_TEST(the_segment_itself_is_sound)
{
    setup();
    write_file(valid, valid_size);
    use_file();
    ck_assert_uint_eq(opened, 1);
    ck_assert_uint_eq(read_well, 4);
    teardown();
}
END_TEST

START_TEST(truncated_everywhere)
{
    setup();
    for (size_t size = 0; size < valid_size; size += size < 4200 || size > valid_size - 200 ? 1 : 61) {
        struct tacho_segment segment;
        write_file(valid, size);
        ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_NO_SEGMENT);
    }
    teardown();
}
END_TEST

/* A file that shrinks under a reader by pread: errors, no signal. */
START_TEST(truncated_while_open)
{
    setup();
    write_file(valid, valid_size);
    for (size_t size = 0; size < valid_size; size += 509) {
        struct tacho_segment segment;
        write_file(valid, valid_size);
        ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
        ck_assert_int_eq(truncate(place.path, (off_t)size), 0);
        use_segment(&segment);
        tacho_close(&segment);
    }
    teardown();
}
END_TEST

START_TEST(every_header_field_made_hostile)
{
    setup();
    spoil_range(0, sizeof(struct tacho_header), 2, NULL);
    teardown();
}
END_TEST

START_TEST(every_copy_field_made_hostile)
{
    setup();
    const struct tacho_copy *copy = (const struct tacho_copy *)(valid + session_front());
    ck_assert_uint_eq(copy->version, 4);
    uint8_t *front = valid + session_front();
    spoil_range(session_front() + offsetof(struct tacho_copy, used), session_front() + sizeof *copy, 2,
                front);
    size_t text = session_front() + copy->word_offset + TACHO_WORD_MODEL_ID * 8;
    spoil_range(text, text + 8, 4, front);
    spoil_range(session_front() + copy->key_offset, session_front() + copy->used, 4, front);
    const struct tacho_block *block = tacho_block_at(copy, 0); /* pieces have fields of one byte and of two */
    ck_assert_ptr_nonnull(block);
    size_t pieces = session_front() + block->piece_offset;
    spoil_range(pieces, pieces + 2 * sizeof(struct tacho_piece), 1, front);
    ck_assert_uint_gt(read_well, 1000); /* many spoilt copies are still sound: values, not offsets */
    teardown();
}
END_TEST

START_TEST(every_directory_entry_made_hostile)
{
    setup();
    uint64_t home = tacho_hash(TACHO_SESSION, "session", 7) & (header.directory_count - 1);
    size_t entry = header.directory_offset + home * header.directory_size;
    spoil_range(entry, entry + 4 * header.directory_size, 4, NULL);
    teardown();
}
END_TEST

START_TEST(every_metric_and_event_made_hostile)
{
    setup();
    spoil_range(header.metric_offset, header.metric_offset + 160, 4, NULL);
    spoil_range(header.ring_offset, header.ring_offset + 4 * header.ring_size, 8, NULL);
    teardown();
}
END_TEST

/* The odd version sends readers to the back copy; versions that lie are told from busy slots. */
START_TEST(versions_that_lie)
{
    setup();
    struct tacho_segment segment;
    union copy_buffer *buffer = malloc(sizeof *buffer);
    for (uint64_t version = 0; version < 8; version++) {
        write_file(valid, valid_size);
        int descriptor = open(place.path, O_WRONLY);
        ck_assert_int_eq(pwrite(descriptor, &version, 8, (off_t)session_front()), 8);
        close(descriptor);
        ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
        int expected = version == 0 ? TACHO_NOT_FOUND
                       : version == 3 || version == 4
                           ? TACHO_OK /* the back copy's version, and the front's */
                           : TACHO_CORRUPT;
        ck_assert_int_eq(tacho_read(&segment, 1, buffer, sizeof *buffer), expected);
        tacho_close(&segment);
    }
    free(buffer);
    teardown();
}
END_TEST

START_TEST(random_bytes)
{
    setup();
    uint64_t seed = 3;
    uint8_t *bytes = malloc(valid_size);
    write_file(valid, valid_size);
    int descriptor = open(place.path, O_WRONLY);
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        memcpy(bytes, valid, valid_size);
        size_t region = session_front(), size = header.copy_size;
        if (round % 4 == 0)
            region = 0, size = valid_size; /* anywhere; else in the copy, mended */
        for (uint64_t flips = 1 + random_next(&seed) % 8; flips > 0; flips--) {
            uint64_t r = random_next(&seed);
            bytes[region + r % size] = (uint8_t)(r >> 56);
        }
        if (round % 4 != 0)
            mend(bytes + region, 4);
        ck_assert_int_eq(pwrite(descriptor, bytes, valid_size, 0), (ssize_t)valid_size);
        use_file();
    }
    for (int round = 0; round < 200; round++) { /* nothing but noise behind a valid header */
        for (size_t i = round % 2 ? sizeof header : 0; i < valid_size; i++)
            bytes[i] = (uint8_t)random_next(&seed);
        if (round % 2)
            memcpy(bytes, &header, sizeof header);
        ck_assert_int_eq(pwrite(descriptor, bytes, valid_size, 0), (ssize_t)valid_size);
        use_file();
    }
    close(descriptor);
    free(bytes);
    ck_assert_uint_gt(opened, RANDOM_ROUNDS / 2);
    ck_assert_uint_gt(read_well, RANDOM_ROUNDS / 2);
    teardown();
}
END_TEST

SUITE_MAIN_SECONDS("segment_fuzz", 300, the_segment_itself_is_sound, truncated_everywhere,
                   truncated_while_open, every_header_field_made_hostile, every_copy_field_made_hostile,
                   every_directory_entry_made_hostile, every_metric_and_event_made_hostile, versions_that_lie,
                   random_bytes)
