/*
 * The segment: what is published is what is read; the layout is the released one; unsafe files are refused;
 * slots are found, reused and fitted by the rules of tacho.h.
 */
#include "../../shm/checksum.h"
#include "suite.h"
#include "support_segment.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct segment_place place;
static struct segment_writer *writer;
static struct tacho_segment segment;
static union copy_buffer buffer;

static void open_writer(struct segment_sizes sizes)
{
    place_make(&place);
    writer = segment_create(place.path, sizes, "9.8.7");
    ck_assert_ptr_nonnull(writer);
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
}

static void close_all(void)
{
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
}

static int read_session(const char *key)
{
    return tacho_read_key(&segment, TACHO_SESSION, key, strlen(key), &buffer, sizeof buffer);
}

static int64_t publish_number(const char *key, enum tacho_metric_word word, uint64_t value)
{
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, key, strlen(key));
    draft_number(draft, word, value);
    return segment_publish(writer, draft);
}

/* ---- layout ----------------------------------------------------------------------------------------- */

static uint64_t bytes_at(const uint8_t *file, size_t offset, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)file[offset + i] << 8 * i;
    return value;
}

/* The golden layout of 1.0: where a reader in another language finds things. Never edit; only append. */
START_TEST(layout_is_that_of_1_2)
{
    static uint8_t file[1 << 20];
    open_writer((struct segment_sizes){.slot_count = 4, .copy_size = 2048, .ring_count = 16});
    struct segment_draft *draft = segment_draft(writer, TACHO_DIRECTORY, "/a", 2);
    struct tacho_piece piece = {.offset = 1,
                                .lead_bytes = 2,
                                .body_bytes = 3,
                                .lead_columns = 4,
                                .body_columns = 5,
                                .line = 6,
                                .rank = 7,
                                .flags = 1};
    draft_times(draft, 0x0102030405060708, 0x1112131415161718);
    draft_number(draft, TACHO_WORD_TODAY_COST, 0x2122232425262728);
    draft_text(draft, TACHO_WORD_GIT_BRANCH, "main", 4);
    ck_assert_int_eq(draft_block(draft, TACHO_ZSH, TACHO_256_COLOURS, &piece, 1, "ABCDEFGH", 8), 0);
    ck_assert_int_eq(segment_publish(writer, draft), 0);
    segment_signal(writer);
    int descriptor = open(place.path, O_RDONLY);
    ssize_t size = read(descriptor, file, sizeof file);
    close(descriptor);

    ck_assert_mem_eq(file, "tchseg1\0\1\0\2\0\0\20\0", 16); /* magic, 1.2, header of 4096 */
    ck_assert_uint_eq(bytes_at(file, 16, 8), (uint64_t)size);
    ck_assert_uint_eq(bytes_at(file, 24, 8), segment_epoch(writer));
    ck_assert_uint_eq(bytes_at(file, 32, 4), 0); /* retired */
    ck_assert_uint_eq(bytes_at(file, 36, 4), (uint64_t)getpid());
    ck_assert_uint_eq(bytes_at(file, 48, 4), 4096); /* metrics: offset, size, count */
    ck_assert_uint_eq(bytes_at(file, 52, 4), 160);
    ck_assert_uint_eq(bytes_at(file, 56, 4), TACHO_WORD_COUNT);
    size_t directory = bytes_at(file, 60, 4); /* directory: offset, size, homes, window */
    ck_assert_uint_eq(bytes_at(file, 64, 4), 16);
    ck_assert_uint_eq(bytes_at(file, 68, 4), 8);
    ck_assert_uint_eq(bytes_at(file, 72, 4), 32);
    size_t slot = bytes_at(file, 76, 4); /* slots: offset, size, count, back copy, copy size */
    ck_assert_uint_eq(slot % 4096, 0);
    ck_assert_uint_eq(bytes_at(file, 80, 4), 4096);
    ck_assert_uint_eq(bytes_at(file, 84, 4), 4);
    ck_assert_uint_eq(bytes_at(file, 88, 4), 2048);
    ck_assert_uint_eq(bytes_at(file, 92, 4), 2048);
    size_t ring = bytes_at(file, 96, 4); /* ring: offset, size, count */
    ck_assert_uint_eq(bytes_at(file, 100, 4), 64);
    ck_assert_uint_eq(bytes_at(file, 104, 4), 16);
    ck_assert_uint_eq(bytes_at(file, 108, 4), bytes_at(file, slot + 16, 4)); /* the largest copy */
    ck_assert_uint_eq(bytes_at(file, 112, 8), 3);                            /* next event, after two */
    ck_assert_uint_eq(bytes_at(file, 120, 8), 1);                            /* publishes */
    ck_assert_str_eq((const char *)file + 128, "9.8.7");
    ck_assert_uint_eq(bytes_at(file, 160, 4), 1); /* signals */

    ck_assert_str_eq((const char *)file + 4096, "tokens.input"); /* a metric: name, unit, help, the rest */
    ck_assert_str_eq((const char *)file + 4096 + 40, "tokens");
    ck_assert_str_eq((const char *)file + 4096 + 56, "input tokens outside the cache");
    ck_assert_uint_eq(bytes_at(file, 4096 + 152, 8), 0x0000000000060101);

    uint64_t hash = UINT64_C(0xe288ce1871738af2); /* FNV-1a of "\3/a" */
    ck_assert_uint_eq(tacho_hash(TACHO_DIRECTORY, "/a", 2), hash);
    ck_assert_uint_eq(bytes_at(file, directory + 16 * (hash & 7), 8), hash);
    ck_assert_uint_eq(bytes_at(file, directory + 16 * (hash & 7) + 8, 4), 1);

    for (size_t back = 0; back < 2; back++) { /* a copy: the front one has version 2, the back one 1 */
        const uint8_t *copy = file + slot + back * 2048;
        ck_assert_uint_eq(bytes_at(copy, 0, 8), 2 - back);
        ck_assert_uint_eq(bytes_at(copy, 20, 2), TACHO_DIRECTORY);
        ck_assert_uint_eq(bytes_at(copy, 22, 2), 1);
        ck_assert_str_eq((const char *)copy + bytes_at(copy, 24, 4), "/a");
        ck_assert_uint_eq(bytes_at(copy, 28, 4), 2);
        ck_assert_uint_eq(bytes_at(copy, 32, 8), 0x0102030405060708);
        ck_assert_uint_eq(bytes_at(copy, 40, 8), 0x1112131415161718);
        size_t words = bytes_at(copy, 48, 4);
        ck_assert_uint_eq(words, 80);
        ck_assert_uint_eq(bytes_at(copy, 52, 4), TACHO_WORD_COUNT);
        ck_assert_uint_eq(bytes_at(copy, 64, 8), UINT64_C(1) << 9 | UINT64_C(1) << TACHO_WORD_GIT_BRANCH);
        ck_assert_uint_eq(bytes_at(copy, words + 9 * 8, 8), 0x2122232425262728);
        uint64_t text = bytes_at(copy, words + TACHO_WORD_GIT_BRANCH * 8, 8);
        ck_assert_uint_eq((uint32_t)text, 4);
        ck_assert_str_eq((const char *)copy + (text >> 32), "main");
        size_t block = bytes_at(copy, 56, 4);
        ck_assert_uint_eq(bytes_at(copy, block, 4), 0x00010203);
        ck_assert_mem_eq(copy + bytes_at(copy, block + 4, 4), "\1\0\0\0\2\0\3\0\4\0\5\0\6\7\1\0", 16);
        ck_assert_mem_eq(copy + bytes_at(copy, block + 8, 4), "ABCDEFGH", 8);
        ck_assert_uint_eq(bytes_at(copy, block + 12, 4), 8);
        ck_assert_uint_eq(bytes_at(copy, 16, 4), block + 16); /* used */
    }

    ck_assert_uint_eq(bytes_at(file, ring + 64, 8), 1); /* an event: the first one has place 1 */
    ck_assert_uint_eq(bytes_at(file, ring + 64 + 24, 8), hash);
    ck_assert_uint_eq(bytes_at(file, ring + 64 + 32, 4), 0);
    ck_assert_uint_eq(bytes_at(file, ring + 64 + 36, 4), 9);
    ck_assert_uint_eq(bytes_at(file, ring + 64 + 48, 8), 0x2122232425262728);
    ck_assert_uint_eq(bytes_at(file, ring + 64 + 56, 8), UINT64_C(0x0003000200000000)); /* kind and flags */
    close_all();
}
END_TEST

/* The checksum is part of the layout: its value was computed by a second implementation. */
START_TEST(checksum_is_that_of_1_2)
{
    uint64_t *words = (uint64_t *)&buffer;
    buffer.copy.used = 184;
    for (size_t i = 1; i < 21; i++)
        words[2 + i] = i * UINT64_C(0x0101010101010101);
    ck_assert_uint_eq(checksum_whole(checksum_content(&buffer.copy), 6), UINT64_C(0x3cb747a2837a1efa));
}
END_TEST

START_TEST(metric_table_describes_every_word)
{
    struct tacho_metric metric;
    open_writer(sizes_small());
    for (uint32_t i = 0; i < TACHO_WORD_COUNT; i++) {
        ck_assert_int_eq(tacho_metric_at(&segment, i, &metric), TACHO_OK);
        ck_assert_uint_eq(metric.word, i);
        ck_assert_str_eq(metric.name, metric_table[i].name);
        ck_assert(metric.type >= TACHO_UNSIGNED && metric.type <= TACHO_TEXT && metric.kinds != 0);
    }
    ck_assert_int_eq(tacho_metric_at(&segment, TACHO_WORD_COUNT, &metric), TACHO_NOT_FOUND);
    close_all();
}
END_TEST

/* ---- files ------------------------------------------------------------------------------------------ */

START_TEST(unsafe_files_are_no_segment)
{
    struct tacho_segment other;
    char path[PATH_MAX + 32];
    open_writer(sizes_small());
    snprintf(path, sizeof path, "%s/other", place.directory);

    ck_assert_int_eq(tacho_open(&other, path), TACHO_NO_SEGMENT); /* missing */
    ck_assert_int_eq(symlink("segment", path), 0);
    ck_assert_int_eq(tacho_open(&other, path), TACHO_NO_SEGMENT);
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0); /* and does not wait for a writer */
    ck_assert_int_eq(tacho_open(&other, path), TACHO_NO_SEGMENT);
    unlink(path);
    ck_assert_int_eq(link(place.path, path), 0);
    ck_assert_int_eq(tacho_open(&other, path), TACHO_NO_SEGMENT);
    unlink(path);
    ck_assert_int_eq(tacho_open(&other, place.directory), TACHO_NO_SEGMENT);
    const mode_t bad_modes[] = {0620, 0602, 0666};
    for (size_t i = 0; i < sizeof bad_modes / sizeof *bad_modes; i++) {
        chmod(place.path, bad_modes[i]);
        ck_assert_int_eq(tacho_open(&other, place.path), TACHO_NO_SEGMENT);
    }
    chmod(place.path, 0600);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(place.path, 1, 1), 0);
        ck_assert_int_eq(tacho_open(&other, place.path), TACHO_NO_SEGMENT);
        ck_assert_int_eq(chown(place.path, 0, 0), 0);
    }
    ck_assert_int_eq(tacho_adopt(&other, -1), TACHO_NO_SEGMENT);
    ck_assert_int_eq(tacho_open(&other, place.path), TACHO_OK);
    tacho_close(&other);
    close_all();
}
END_TEST

START_TEST(another_minor_is_read_another_major_is_not)
{
    struct tacho_segment other;
    open_writer(sizes_small());
    publish_number("a", TACHO_WORD_COST, 5);
    int descriptor = open(place.path, O_RDWR);
    uint16_t minor = 7, major = 2;
    ck_assert_int_eq(pwrite(descriptor, &minor, 2, 10), 2);
    ck_assert_int_eq(tacho_open(&other, place.path), TACHO_OK);
    ck_assert_int_ge(tacho_find(&other, TACHO_SESSION, "a", 1), 0);
    tacho_close(&other);
    ck_assert_int_eq(pwrite(descriptor, &major, 2, 8), 2);
    ck_assert_int_eq(tacho_open(&other, place.path), TACHO_NO_SEGMENT);
    close(descriptor);
    close_all();
}
END_TEST

START_TEST(the_file_is_private_and_allocated)
{
    struct stat status;
    mode_t mask = umask(0177);
    open_writer(segment_sizes_default());
    umask(mask);
    ck_assert_int_eq(stat(place.path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    ck_assert_int_eq(status.st_size, (off_t)segment.header.file_size);
    ck_assert_int_ge(status.st_blocks * 512, status.st_size);
    close_all();
}
END_TEST

START_TEST(a_new_file_retires_the_old_one)
{
    struct tacho_segment newer;
    open_writer(sizes_small());
    publish_number("a", TACHO_WORD_COST, 5);
    ck_assert_int_eq(tacho_is_retired(&segment), 0);
    struct segment_writer *next = segment_create(place.path, sizes_small(), "next");
    ck_assert_ptr_nonnull(next);
    ck_assert_uint_ne(segment_epoch(next), segment_epoch(writer));
    ck_assert_int_eq(tacho_is_retired(&segment), 1);
    ck_assert_int_eq(read_session("a"), TACHO_OK); /* the old file stays good for who holds it */
    ck_assert_int_eq(tacho_map(&segment), TACHO_OK);
    ck_assert_int_eq(tacho_is_retired(&segment), 1);
    ck_assert_int_eq(tacho_open(&newer, place.path), TACHO_OK);
    ck_assert_uint_eq(newer.header.epoch, segment_epoch(next));
    ck_assert_int_eq(tacho_is_retired(&newer), 0);
    segment_close(next, 1);
    ck_assert_int_eq(tacho_is_retired(&newer), 1);
    tacho_close(&newer);
    close_all();
}
END_TEST

START_TEST(creation_fails_cleanly)
{
    char path[PATH_MAX + 64];
    struct segment_sizes sizes = sizes_small();
    place_make(&place);
    snprintf(path, sizeof path, "%s/none/segment", place.directory);
    ck_assert_ptr_null(segment_create(path, sizes, "x"));
    ck_assert_int_eq(errno, ENOENT);
    const struct segment_sizes bad[] = {
        {0, 4096, 256},  {32, 0, 256},  {32, 4095, 256}, {32, 64, 256}, {32, TACHO_COPY_MAX + 8, 256},
        {32, 4096, 255}, {32, 4096, 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        errno = 0;
        ck_assert_ptr_null(segment_create(place.path, bad[i], "x"));
        ck_assert_int_eq(errno, EINVAL);
    }
    ck_assert_int_eq(mkdir(place.path, 0700), 0); /* the name is taken by a directory */
    ck_assert_ptr_null(segment_create(place.path, sizes, "x"));
    rmdir(place.path);
    snprintf(path, sizeof path, "%s.new", place.path);
    ck_assert_int_eq(access(path, F_OK), -1);
    int left_behind = open(path, O_CREAT | O_WRONLY, 0644); /* by a writer that was killed */
    close(left_behind);
    writer = segment_create(place.path, sizes, "x");
    ck_assert_ptr_nonnull(writer);
    ck_assert_int_eq(access(path, F_OK), -1);
    segment_close(writer, 0);
    segment_close(NULL, 1);
    place_remove(&place);
}
END_TEST

/* A full file system, played by a limit on the size of files. */
START_TEST(no_room_fails_at_creation_and_leaves_the_old_file)
{
    char path[PATH_MAX + 64];
    open_writer(sizes_small());
    publish_number("a", TACHO_WORD_COST, 5);
    struct rlimit limit, small = {65536, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &limit);
    small.rlim_max = limit.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    ck_assert_ptr_null(segment_create(place.path, segment_sizes_default(), "x"));
    ck_assert_int_eq(errno, EFBIG);
    setrlimit(RLIMIT_FSIZE, &limit);
    snprintf(path, sizeof path, "%s.new", place.path);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(tacho_is_retired(&segment), 0);
    ck_assert_int_eq(read_session("a"), TACHO_OK);
    close_all();
}
END_TEST

/* ---- publishing and reading ------------------------------------------------------------------------- */

static void check_published(void)
{
    uint64_t value;
    size_t size;
    ck_assert_int_eq(read_session("one"), TACHO_OK);
    const struct tacho_copy *copy = &buffer.copy;
    ck_assert_str_eq(tacho_key(copy), "one");
    ck_assert_uint_eq(copy->kind, TACHO_SESSION);
    ck_assert_int_eq(copy->as_of_ns, 11);
    ck_assert_int_eq(copy->valid_until_ns, 22);
    ck_assert_int_eq(tacho_word(copy, TACHO_WORD_COST, &value), 1);
    ck_assert_uint_eq(value, UINT64_MAX);
    ck_assert_int_eq(tacho_word(copy, TACHO_WORD_WAKEUPS, &value), 1);
    ck_assert_uint_eq(value, 0);
    ck_assert_int_eq(tacho_word(copy, TACHO_WORD_INPUT, &value), 0);
    ck_assert_int_eq(tacho_word(copy, TACHO_WORD_COUNT, &value), 0);
    ck_assert_int_eq(tacho_word(copy, UINT32_MAX, &value), 0);
    ck_assert_str_eq(tacho_text(copy, TACHO_WORD_MODEL_NAME, &size), "Opus 4.5");
    ck_assert_uint_eq(size, 8);
    ck_assert_str_eq(tacho_text(copy, TACHO_WORD_GIT_BRANCH, &size), "");
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_null(tacho_text(copy, TACHO_WORD_MODEL_ID, &size));
    ck_assert_int_eq(read_session("two"), TACHO_NOT_FOUND);
    ck_assert_int_eq(tacho_find(&segment, TACHO_DIRECTORY, "one", 3), TACHO_NOT_FOUND);
    ck_assert_int_eq(tacho_read(&segment, 31, &buffer, sizeof buffer), TACHO_NOT_FOUND);
    ck_assert_int_eq(tacho_read(&segment, 32, &buffer, sizeof buffer), TACHO_NOT_FOUND);
}

START_TEST(what_is_published_is_read)
{
    open_writer(sizes_small());
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, "one", 3);
    draft_times(draft, 11, 22);
    draft_number(draft, TACHO_WORD_COST, UINT64_MAX);
    draft_number(draft, TACHO_WORD_WAKEUPS, 0);
    draft_number(draft, TACHO_WORD_COUNT, 1); /* no such word: ignored */
    draft_text(draft, TACHO_WORD_MODEL_NAME, "Opus 4.5", 8);
    draft_text(draft, TACHO_WORD_GIT_BRANCH, NULL, 0);
    ck_assert_int_eq(segment_publish(writer, draft), 0);
    check_published();
    ck_assert_int_eq(tacho_map(&segment), TACHO_OK);
    check_published();
    close_all();
}
END_TEST

START_TEST(a_buffer_must_hold_the_copy_and_no_more)
{
    open_writer(sizes_small());
    ck_assert_int_ge(payload_publish(writer, 0, 1, 500), 0);
    ck_assert_int_eq(tacho_read(&segment, 0, &buffer, sizeof buffer), TACHO_OK);
    uint32_t used = buffer.copy.used;
    for (size_t size = 0; size <= used + 8; size++) {
        uint64_t number, *exact = malloc(size + 8);
        exact[size / 8] = 42;
        int result = tacho_read(&segment, 0, exact, size);
        ck_assert_int_eq(result, size < used ? TACHO_TOO_SMALL : TACHO_OK);
        ck_assert_uint_eq(exact[size / 8], 42);
        ck_assert(result != TACHO_OK || payload_is_whole((const struct tacho_copy *)exact, &number));
        free(exact);
    }
    ck_assert_int_eq(tacho_read(&segment, 0, buffer.bytes + 1, used), TACHO_TOO_SMALL); /* not aligned */
    close_all();
}
END_TEST

START_TEST(large_copies_take_a_second_read)
{
    uint64_t number;
    place_make(&place);
    writer = segment_create(place.path, segment_sizes_default(), "x");
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
    for (size_t bulk = 1000; bulk < 7600; bulk += 331) {
        int64_t slot = payload_publish(writer, 0, bulk, bulk);
        ck_assert_int_eq(slot, 0);
        ck_assert_int_eq(tacho_read(&segment, 0, &buffer, segment.header.copy_size), TACHO_OK);
        ck_assert(payload_is_whole(&buffer.copy, &number) && number == bulk);
    }
    close_all();
}
END_TEST

START_TEST(a_draft_leaves_out_what_has_no_room)
{
    static char text[20000];
    char key[TACHO_KEY_MAX + 2];
    struct tacho_piece piece = {.body_bytes = 1};
    open_writer(sizes_small());
    memset(key, 'k', sizeof key);
    ck_assert_ptr_null(segment_draft(writer, TACHO_SESSION, key, TACHO_KEY_MAX + 1));
    ck_assert_ptr_null(segment_draft(writer, TACHO_SESSION, key, TACHO_KEY_MAX)); /* for this copy size */

    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, "a", 1);
    draft_text(draft, TACHO_WORD_MODEL_ID, text, sizeof text);
    ck_assert_int_eq(draft_block(draft, TACHO_ZSH, 0, &piece, 1, text, sizeof text), -1);
    ck_assert_int_eq(draft_block(draft, TACHO_ZSH, 0, &piece, TACHO_PIECES_MAX + 1, text, 1), -1);
    ck_assert_int_eq(draft_block(draft, TACHO_ZSH, 0, &piece, 1, text, 0), -1); /* a piece past its text */
    ck_assert_int_eq(draft_block(draft, TACHO_ZSH, 0, &piece, 1, text, UINT32_MAX), -1);
    int blocks = 0;
    for (; draft_block(draft, TACHO_FISH, 0, &piece, 1, text, 50) == 0; blocks++)
        text[0]++;
    ck_assert_int_gt(blocks, 20);
    ck_assert_int_eq(segment_publish(writer, draft), 0);
    ck_assert_int_eq(read_session("a"), TACHO_OK);
    size_t size;
    ck_assert_ptr_null(tacho_text(&buffer.copy, TACHO_WORD_MODEL_ID, &size));
    ck_assert_int_eq(buffer.copy.block_count, blocks);
    ck_assert_ptr_nonnull(tacho_block_at(&buffer.copy, (uint32_t)blocks - 1));
    ck_assert_ptr_null(tacho_block_at(&buffer.copy, (uint32_t)blocks));
    close_all();

    open_writer(segment_sizes_default());
    draft = segment_draft(writer, TACHO_DIRECTORY, key, TACHO_KEY_MAX);
    ck_assert_ptr_nonnull(draft);
    ck_assert_int_eq(segment_publish(writer, draft), 0);
    ck_assert_int_eq(tacho_read_key(&segment, TACHO_DIRECTORY, key, TACHO_KEY_MAX, &buffer, sizeof buffer),
                     0);
    close_all();
}
END_TEST

START_TEST(equal_lines_are_kept_once)
{
    const struct tacho_piece piece = {.body_bytes = 60, .body_columns = 60};
    char first[60], second[60], out[64];
    memset(first, 'a', sizeof first);
    memset(second, 'b', sizeof second);
    open_writer(sizes_small());
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, "a", 1);
    for (int surface = TACHO_CLAUDE; surface <= TACHO_JSON; surface++)
        for (int depth = TACHO_NO_COLOUR; depth <= TACHO_TRUE_COLOUR; depth++)
            ck_assert_int_eq(draft_block(draft, surface, depth, &piece, 1, depth ? first : second, 60), 0);
    segment_publish(writer, draft);
    ck_assert_int_eq(read_session("a"), TACHO_OK);
    ck_assert_uint_lt(buffer.copy.used, 8 * TACHO_WORD_COUNT + 700);
    for (int surface = TACHO_CLAUDE; surface <= TACHO_JSON; surface++)
        for (int depth = TACHO_NO_COLOUR; depth <= TACHO_TRUE_COLOUR; depth++) {
            ck_assert_int_eq(tacho_format(&buffer.copy, surface, depth, 0, 0, out, sizeof out), 60);
            ck_assert_mem_eq(out, depth ? first : second, 60);
        }
    close_all();
}
END_TEST

static int64_t publish_times(int64_t as_of, int64_t valid_until)
{
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, "a", 1);
    draft_times(draft, as_of, valid_until);
    draft_text(draft, TACHO_WORD_MODEL_ID, "m", 1);
    return segment_publish(writer, draft);
}

START_TEST(what_has_not_changed_is_not_published)
{
    open_writer(sizes_small());
    publish_times(1, 10);
    ck_assert_uint_eq(segment_publishes(writer), 1);
    ck_assert_int_eq(publish_times(2, 10), 0);
    ck_assert_uint_eq(segment_publishes(writer), 1);
    ck_assert_int_eq(read_session("a"), TACHO_OK);
    ck_assert_int_eq(buffer.copy.as_of_ns, 1);
    ck_assert_uint_eq(buffer.copy.version, 2);
    publish_times(3, 11);
    ck_assert_uint_eq(segment_publishes(writer), 2);
    ck_assert_int_eq(read_session("a"), TACHO_OK);
    ck_assert_int_eq(buffer.copy.as_of_ns, 3);
    ck_assert_uint_eq(buffer.copy.version, 4);
    close_all();
}
END_TEST

/* ---- slots ------------------------------------------------------------------------------------------ */

START_TEST(the_slot_used_longest_ago_is_reused)
{
    char name[32];
    open_writer(sizes_small());
    for (uint32_t i = 0; i < 32; i++)
        ck_assert_int_eq(payload_publish(writer, i, 1, 10), i);
    ck_assert_int_eq(segment_touch(writer, TACHO_SESSION, name, key_name(name, 0)), 0);
    ck_assert_int_eq(payload_publish(writer, 1, 1, 10), 1); /* nothing changed: a use all the same */
    ck_assert_int_eq(segment_touch(writer, TACHO_SESSION, "nobody", 6), -1);
    for (uint32_t i = 32; i < 40; i++)
        ck_assert_int_eq(payload_publish(writer, i, 1, 10), i - 30);
    for (uint32_t i = 0; i < 40; i++) {
        bool evicted = i >= 2 && i < 10;
        key_name(name, i);
        ck_assert_int_eq(read_session(name), evicted ? TACHO_NOT_FOUND : TACHO_OK);
        ck_assert(evicted || strcmp(tacho_key(&buffer.copy), name) == 0);
    }
    close_all();
}
END_TEST

/* Keys that share one home fill its window; the oldest of them make room, and nobody else does. */
START_TEST(a_crowded_window_evicts_its_own)
{
    char crowd[40][32];
    struct segment_sizes sizes = {.slot_count = 64, .copy_size = 1024, .ring_count = 16};
    open_writer(sizes);
    publish_number("bystander", TACHO_WORD_COST, 1);
    uint64_t home = tacho_hash(TACHO_SESSION, "bystander", 9) & 127;
    int found = 0;
    for (uint32_t i = 0; found < 40; i++) {
        size_t size = key_name(crowd[found], i);
        found += (tacho_hash(TACHO_SESSION, crowd[found], size) & 127) == ((home + 64) & 127);
    }
    for (int i = 0; i < 40; i++)
        ck_assert_int_ge(publish_number(crowd[i], TACHO_WORD_COST, (uint64_t)i), 0);
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(read_session(crowd[i]), i < 8 ? TACHO_NOT_FOUND : TACHO_OK);
    ck_assert_int_eq(read_session("bystander"), TACHO_OK);
    close_all();
}
END_TEST

/* ---- events ----------------------------------------------------------------------------------------- */

static void expect_event(struct tacho_cursor *cursor, enum tacho_metric_word word, uint64_t before,
                         uint64_t after, uint32_t flags)
{
    struct tacho_event event;
    uint64_t missed = 0;
    ck_assert_int_eq(tacho_next(&segment, cursor, &event, &missed), 1);
    ck_assert_uint_eq(event.word, word);
    ck_assert_uint_eq(event.before, before);
    ck_assert_uint_eq(event.after, after);
    ck_assert_uint_eq(event.flags, flags);
    ck_assert_uint_eq(event.key_hash, tacho_hash(TACHO_SESSION, "a", 1));
    ck_assert_uint_eq(event.priority, strncmp(metric_table[word].name, "limit.", 6) == 0);
    ck_assert(event.monotonic_ns > 0 && event.wall_ns > 0);
}

START_TEST(every_change_is_an_event)
{
    const uint32_t both = TACHO_EVENT_BEFORE | TACHO_EVENT_AFTER;
    struct tacho_cursor cursor;
    struct tacho_event event;
    uint64_t missed = 0;
    open_writer(sizes_small());
    ck_assert_int_eq(tacho_subscribe(&segment, &cursor), TACHO_OK);
    ck_assert_int_eq(tacho_next(&segment, &cursor, &event, &missed), 0);

    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, "a", 1);
    draft_number(draft, TACHO_WORD_COST, 5);
    draft_number(draft, TACHO_WORD_ENTRIES, 1);
    draft_number(draft, TACHO_WORD_FIVE_HOUR_USED, 70);
    draft_text(draft, TACHO_WORD_MODEL_ID, "old", 3);
    segment_publish(writer, draft);
    ck_assert_uint_eq(tacho_lag(&segment, &cursor), 4);
    expect_event(&cursor, TACHO_WORD_COST, 0, 5, TACHO_EVENT_AFTER);
    expect_event(&cursor, TACHO_WORD_ENTRIES, 0, 1, TACHO_EVENT_AFTER);
    expect_event(&cursor, TACHO_WORD_MODEL_ID, 0, tacho_hash(0, "old", 3), TACHO_EVENT_AFTER);
    expect_event(&cursor, TACHO_WORD_FIVE_HOUR_USED, 0, 70, TACHO_EVENT_AFTER);
    ck_assert_uint_eq(tacho_lag(&segment, &cursor), 0);

    draft = segment_draft(writer, TACHO_SESSION, "a", 1); /* one changed, one gone, one the same elsewhere */
    draft_text(draft, TACHO_WORD_DIRECTORY, "/somewhere", 10);
    draft_text(draft, TACHO_WORD_MODEL_ID, "old", 3);
    draft_number(draft, TACHO_WORD_COST, 6);
    draft_number(draft, TACHO_WORD_FIVE_HOUR_USED, 71);
    segment_publish(writer, draft);
    ck_assert_int_eq(tacho_map(&segment), TACHO_OK);
    expect_event(&cursor, TACHO_WORD_COST, 5, 6, both);
    expect_event(&cursor, TACHO_WORD_ENTRIES, 1, 0, TACHO_EVENT_BEFORE);
    expect_event(&cursor, TACHO_WORD_DIRECTORY, 0, tacho_hash(0, "/somewhere", 10), TACHO_EVENT_AFTER);
    expect_event(&cursor, TACHO_WORD_FIVE_HOUR_USED, 70, 71, both);
    ck_assert_int_eq(tacho_next(&segment, &cursor, &event, &missed), 0);
    ck_assert_uint_eq(missed, 0);
    close_all();
}
END_TEST

START_TEST(a_slow_subscriber_learns_what_it_missed)
{
    struct tacho_cursor cursor;
    struct tacho_event event;
    uint64_t missed = 0, received = 0;
    open_writer((struct segment_sizes){.slot_count = 4, .copy_size = 1024, .ring_count = 64});
    tacho_subscribe(&segment, &cursor);
    for (uint64_t i = 1; i <= 63; i++)
        publish_number("a", TACHO_WORD_COST, i);
    ck_assert_int_eq(tacho_next(&segment, &cursor, &event, &missed), 1); /* 63 fit */
    ck_assert_uint_eq(event.after, 1);
    for (uint64_t i = 64; i <= 1000; i++)
        publish_number("a", TACHO_WORD_COST, i);
    ck_assert_int_eq(tacho_next(&segment, &cursor, &event, &missed), TACHO_BUSY);
    ck_assert_uint_gt(missed, 0);
    ck_assert_uint_gt(tacho_lag(&segment, &cursor), 0);
    while (tacho_next(&segment, &cursor, &event, &missed) == 1)
        received++;
    ck_assert_uint_eq(event.after, 1000);
    ck_assert_uint_eq(1 + missed + received, 1000);
    close_all();
}
END_TEST

SUITE_MAIN("segment", layout_is_that_of_1_2, checksum_is_that_of_1_2, metric_table_describes_every_word,
           unsafe_files_are_no_segment, another_minor_is_read_another_major_is_not,
           the_file_is_private_and_allocated, a_new_file_retires_the_old_one, creation_fails_cleanly,
           no_room_fails_at_creation_and_leaves_the_old_file, what_is_published_is_read,
           a_buffer_must_hold_the_copy_and_no_more, large_copies_take_a_second_read,
           a_draft_leaves_out_what_has_no_room, equal_lines_are_kept_once,
           what_has_not_changed_is_not_published, the_slot_used_longest_ago_is_reused,
           a_crowded_window_evicts_its_own, every_change_is_an_event, a_slow_subscriber_learns_what_it_missed)
