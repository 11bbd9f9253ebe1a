/* Reading a log file: appends, tails, slices, rewrites, and what is no log. */
#include "suite.h"

#include "../../agent/ingest/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USAGE_LINE                                                                                           \
    "{\"timestamp\":\"2026-01-02T03:04:05Z\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1}}}"
#define OTHER_LINE "{\"type\":\"user\"}"
#define MIB        ((size_t)1 << 20)

static char path[64];
static struct log_place place;
static struct log_position position;
static struct batch batch;

static void remove_file(void)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    batch_free(&batch);
}

static void start(void)
{
    char folder[] = "/tmp/tacho-log-file-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/s.jsonl", folder);
    claude_log_place(&place, path, strlen(path) - strlen("s.jsonl"));
    position = (struct log_position){0};
    batch_init(&batch, path);
}

static void put(int flags, const char *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | flags, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, size), (ssize_t)size);
    close(file);
}

static void append(const char *text)
{
    put(O_APPEND, text, strlen(text));
}

static void replace(const char *text)
{
    put(O_TRUNC, text, strlen(text));
}

/* Reads on into an emptied batch, at most `most` bytes. */
static enum log_read read_most(uint64_t most)
{
    batch_clear(&batch, path);
    return log_file_read(path, &place, &position, &batch, most);
}

static void check_read(uint64_t lines, uint64_t usage_lines, uint64_t malformed)
{
    ck_assert_int_eq(read_most(0), LOG_READ);
    ck_assert_uint_eq(batch.lines, lines);
    ck_assert_uint_eq(batch.usage_lines, usage_lines);
    ck_assert_uint_eq(skips_total(&batch.skipped), malformed);
    ck_assert_uint_eq(batch.copy_count, usage_lines);
}

static void check_tail(uint64_t lines, uint64_t usage_lines, uint64_t malformed)
{
    ck_assert_uint_eq(batch.tail_lines, lines);
    ck_assert_uint_eq(batch.tail_usage_lines, usage_lines);
    ck_assert_uint_eq(skips_total(&batch.tail_skipped), malformed);
}

START_TEST(appended_lines_are_read_once)
{
    start();
    append("");
    check_read(0, 0, 0);
    append(USAGE_LINE "\n" OTHER_LINE "\n\n \r\n");
    check_read(2, 1, 0);
    ck_assert_uint_eq(batch.copies[0].line, 0);
    check_tail(0, 0, 0);
    check_read(0, 0, 0);
    ck_assert_uint_eq(batch.bytes_read, 0);
    append("{\"usage\"\n" USAGE_LINE "\r\n");
    check_read(2, 1, 1);
    ck_assert_uint_eq(batch.copies[0].line, 5);
    ck_assert_uint_eq(position.offset, position.seen_size);
    ck_assert_uint_eq(position.line, 6);
    remove_file();
}
END_TEST

START_TEST(an_unterminated_line_counts_and_is_read_again)
{
    start();
    append(OTHER_LINE "\n" USAGE_LINE);
    check_read(2, 1, 0);
    check_tail(1, 1, 0);
    ck_assert(batch.copies[0].provisional);
    ck_assert_uint_eq(position.offset, sizeof OTHER_LINE);
    check_read(1, 1, 0); /* nothing new: it is said again */
    check_tail(1, 1, 0);
    ck_assert_uint_eq(batch.bytes_read, 0);
    append("\n");
    check_read(1, 1, 0);
    check_tail(0, 0, 0);
    ck_assert(!batch.copies[0].provisional);
    ck_assert_uint_eq(batch.copies[0].line, 1);
    ck_assert_uint_eq(batch.bytes_read, 1);
    remove_file();
}
END_TEST

START_TEST(a_half_written_line_is_malformed_until_it_is_whole)
{
    start();
    append("{\"message\":{\"usage\":");
    check_read(1, 0, 1);
    check_tail(1, 0, 1);
    append("{\"input_tokens\":5}},\"timestamp\":\"2026-01-02T03:04:05Z\"}");
    check_read(1, 1, 0);
    check_tail(1, 1, 0);
    append("\n" OTHER_LINE);
    check_read(2, 1, 0);
    check_tail(1, 0, 0);
    append(" ");
    check_read(1, 0, 0);
    append("\n  ");
    check_read(1, 0, 0);
    check_tail(0, 0, 0);
    remove_file();
}
END_TEST

START_TEST(a_provisional_line_may_go_on)
{
    start();
    append(USAGE_LINE);
    check_read(1, 1, 0);
    append("garbage\n");
    check_read(1, 0, 1);
    remove_file();
}
END_TEST

START_TEST(a_provisional_line_that_changes_is_a_rewrite)
{
    start();
    append(OTHER_LINE "\n" USAGE_LINE);
    check_read(2, 1, 0);
    int file = open(path, O_WRONLY);
    ck_assert_int_eq(pwrite(file, "[", 1, sizeof OTHER_LINE), 1);
    close(file);
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

START_TEST(a_provisional_line_cut_short_is_a_rewrite)
{
    start();
    append(OTHER_LINE "\n" USAGE_LINE);
    check_read(2, 1, 0);
    ck_assert_int_eq(truncate(path, sizeof OTHER_LINE + 3), 0);
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

START_TEST(truncation_is_a_rewrite)
{
    start();
    append(USAGE_LINE "\n" OTHER_LINE "\n");
    check_read(2, 1, 0);
    ck_assert_int_eq(truncate(path, sizeof USAGE_LINE), 0);
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    ck_assert_int_eq(truncate(path, 0), 0);
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

START_TEST(other_bytes_before_the_offset_are_a_rewrite)
{
    start();
    append(USAGE_LINE "\n");
    check_read(1, 1, 0);
    replace(OTHER_LINE "\n" OTHER_LINE "\n" USAGE_LINE "\n" USAGE_LINE "\n");
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

START_TEST(another_file_in_its_place_is_a_rewrite)
{
    char other[80];
    start();
    append(USAGE_LINE "\n");
    check_read(1, 1, 0);
    snprintf(other, sizeof other, "%s.new", path);
    ck_assert_int_eq(rename(path, other), 0);
    append(USAGE_LINE "\n" USAGE_LINE "\n");
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    unlink(other);
    remove_file();
}
END_TEST

/* Fewer bytes, in all, than the position remembers of those before it; and lines that end alike. */
START_TEST(an_early_difference_is_a_rewrite)
{
    start();
    for (int i = 0; i < 50; i++) {
        append("1\n");
        check_read(1, 0, 0);
    }
    replace("2\n");
    for (int i = 0; i < 60; i++)
        append("1\n");
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

/* Written over with as many bytes: only the time says so. */
START_TEST(written_over_is_a_rewrite)
{
    start();
    append(USAGE_LINE "\n");
    for (int i = 0; i < 9000; i++)
        append("1\n");
    ck_assert_int_eq(read_most(0), LOG_READ);
    int file = open(path, O_WRONLY);
    ck_assert_int_eq(pwrite(file, "[", 1, 3), 1);
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1}};
    ck_assert_int_eq(futimens(file, times), 0);
    close(file);
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

START_TEST(slices_add_up)
{
    enum { LINES = 5000 };
    uint64_t lines = 0, copies = 0, bytes = 0;
    start();
    for (int i = 0; i < LINES; i += 10)
        append(USAGE_LINE "\n\n" OTHER_LINE "\n1\n2\n3\n4\n5\n6\n" USAGE_LINE "\n");
    append(USAGE_LINE);
    enum log_read result;
    do {
        uint64_t before = position.offset;
        result = read_most(1000);
        ck_assert_uint_gt(position.offset + batch.tail_lines, before);
        ck_assert_uint_lt(position.offset - before, 3000);
        for (size_t i = 0; i < batch.copy_count; i++, copies++)
            ck_assert_uint_eq(batch.copies[i].line, copies / 2 * 10 + copies % 2 * 9);
        lines += batch.lines;
        bytes += batch.bytes_read;
    } while (result == LOG_MORE);
    ck_assert_int_eq(result, LOG_READ);
    ck_assert_uint_eq(lines, LINES / 10 * 9 + 1);
    ck_assert_uint_eq(copies, LINES / 10 * 2 + 1);
    ck_assert_uint_eq(bytes, position.seen_size);
    remove_file();
}
END_TEST

/* Writes a line of `size` bytes with usage or without, then `after`. */
static void put_long(size_t size, bool has_usage, const char *after)
{
    static const char head[] = "{\"timestamp\":\"2026-01-02T03:04:05Z\",\"message\":{";
    static const char tail[] = "\"usage\":{\"input_tokens\":1}},\"x\":0}",
                      none[] = "\"usage_\":{\"input_token\":1}},\"x\":}";
    char *line = malloc(size);
    memset(line, ' ', size);
    memcpy(line, head, sizeof head - 1);
    memcpy(line + size - (sizeof tail - 1), has_usage ? tail : none, sizeof tail - 1);
    put(O_APPEND, line, size);
    append(after);
    free(line);
}

/* Lines about as long as the buffer, and much longer, with the needle at every place of its edge. */
START_TEST(long_lines_are_read)
{
    static const size_t sizes[] = {MIB / 4 - 2, MIB / 4 - 1, MIB / 4, MIB / 4 + 1, MIB / 2, 5 * MIB + 77};
    start();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        put_long(sizes[i], true, "\n" USAGE_LINE "\n");
        check_read(2, 2, 0);
        put_long(sizes[i], false, "\n" USAGE_LINE "\n");
        check_read(2, 1, 0);
        put_long(sizes[i], true, "x\n");
        check_read(1, 0, 1);
    }
    remove_file();
}
END_TEST

START_TEST(a_needle_across_the_buffers_edge_is_found)
{
    start();
    for (size_t shift = 0; shift < 48; shift++) {
        append("\n");
        put_long(MIB / 4 + shift, true, "\n");
        check_read(1, 1, 0);
        ck_assert_uint_eq(position.offset, position.seen_size);
    }
    remove_file();
}
END_TEST

START_TEST(a_long_line_may_be_unterminated)
{
    start();
    append(OTHER_LINE "\n");
    put_long(MIB, true, "");
    check_read(2, 1, 0);
    check_tail(1, 1, 0);
    ck_assert_uint_eq(position.tail_size, MIB);
    check_read(1, 1, 0);
    append(" \n");
    check_read(1, 1, 0);
    check_tail(0, 0, 0);
    put_long(MIB, false, "");
    check_read(1, 0, 0);
    check_tail(1, 0, 0);
    remove_file();
}
END_TEST

START_TEST(a_long_line_that_is_cut_short_is_a_rewrite)
{
    start();
    put_long(MIB, true, "");
    check_read(1, 1, 0);
    ck_assert_int_eq(truncate(path, (off_t)MIB - 1), 0);
    ck_assert_int_eq(read_most(0), LOG_REWRITTEN);
    remove_file();
}
END_TEST

START_TEST(long_blank_lines_are_not_lines)
{
    char *blanks = malloc(MIB);
    start();
    memset(blanks, '\t', MIB);
    blanks[MIB - 1] = '\n';
    put(O_APPEND, blanks, MIB);
    check_read(0, 0, 0);
    ck_assert_uint_eq(position.line, 1);
    put(O_APPEND, blanks, MIB - 1);
    check_read(0, 0, 0);
    append("x");
    check_read(1, 0, 0);
    free(blanks);
    remove_file();
}
END_TEST

START_TEST(binary_is_but_bad_lines)
{
    static const char bytes[] = "\0\0\"usage\"\0\n\xff\xfe\"usage\"\n\0\n\x1b[2J\n" USAGE_LINE "\n";
    start();
    put(O_APPEND, bytes, sizeof bytes - 1);
    check_read(5, 1, 2);
    remove_file();
}
END_TEST

START_TEST(deep_nesting_is_malformed)
{
    char *line = malloc(MIB);
    start();
    memset(line, '[', MIB);
    memcpy(line, "{\"usage\":", 9);
    put(O_APPEND, line, MIB);
    append("\n" USAGE_LINE "\n");
    check_read(2, 1, 1);
    free(line);
    remove_file();
}
END_TEST

START_TEST(only_regular_files_are_read)
{
    char target[80];
    start();
    ck_assert_int_eq(read_most(0), LOG_MISSING);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(read_most(0), LOG_MISSING); /* and does not wait for a writer */
    unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_eq(read_most(0), LOG_MISSING);
    ck_assert_int_eq(errno, EISDIR);
    rmdir(path);
    snprintf(target, sizeof target, "%s.target", path);
    append(USAGE_LINE "\n");
    ck_assert_int_eq(rename(path, target), 0);
    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert_int_eq(read_most(0), LOG_MISSING);
    ck_assert_int_eq(errno, ELOOP);
    unlink(target);
    remove_file();
}
END_TEST

/* However a file is cut into appends and slices, what is read of it in the end is the same. */
START_TEST(cuts_do_not_matter)
{
    static const char *const pieces[] = {USAGE_LINE, "\n",         OTHER_LINE, "\n",
                                         " ",        "{\"usage\"", "x\n\n",    "\r\n"};
    srand(7);
    for (int round = 0; round < 60; round++) {
        uint64_t lines = 0, usage_lines = 0, malformed = 0;
        start();
        for (int i = 0; i < 40; i++) {
            append(pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]);
            if (rand() % 3)
                continue;
            enum log_read result;
            do {
                result = read_most((uint64_t)(rand() % 3) * 40);
                lines += batch.lines - batch.tail_lines;
                usage_lines += batch.usage_lines - batch.tail_usage_lines;
                malformed += skips_total(&batch.skipped) - skips_total(&batch.tail_skipped);
            } while (result == LOG_MORE);
            ck_assert_int_eq(result, LOG_READ);
        }
        ck_assert_int_eq(read_most(0), LOG_READ);
        lines += batch.lines;
        usage_lines += batch.usage_lines;
        malformed += skips_total(&batch.skipped);
        position = (struct log_position){0};
        check_read(lines, usage_lines, malformed);
        remove_file();
    }
}
END_TEST

SUITE_MAIN("log_file", appended_lines_are_read_once, an_unterminated_line_counts_and_is_read_again,
           a_half_written_line_is_malformed_until_it_is_whole, a_provisional_line_may_go_on,
           a_provisional_line_that_changes_is_a_rewrite, a_provisional_line_cut_short_is_a_rewrite,
           truncation_is_a_rewrite, other_bytes_before_the_offset_are_a_rewrite,
           another_file_in_its_place_is_a_rewrite, an_early_difference_is_a_rewrite,
           written_over_is_a_rewrite, slices_add_up, long_lines_are_read,
           a_needle_across_the_buffers_edge_is_found, a_long_line_may_be_unterminated,
           a_long_line_that_is_cut_short_is_a_rewrite, long_blank_lines_are_not_lines,
           binary_is_but_bad_lines, deep_nesting_is_malformed, only_regular_files_are_read,
           cuts_do_not_matter)
