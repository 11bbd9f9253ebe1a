/*
 * A line reads the same whatever was read before it. Lines of few shapes, whose values, kinds of values and
 * bytes are changed at random, are read twice: with all that was learned from those before, and with nothing
 * learned.
 */
#include "suite.h"

#include "../../agent/ingest/claude_fields.h"
#include "../../agent/ingest/shape.h"

#include <stdlib.h>
#include <string.h>

/* ---- made lines ---------------------------------------------------------------------------------------- */

enum { SHAPES = 24, LINE_ROOM = 16 * 1024, DEEPEST = 6 };

static uint64_t values_seed, shape_seed;

static unsigned next(uint64_t *seed, unsigned limit)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % limit;
}

/* Chosen anew for every line. */
static unsigned any(unsigned limit)
{
    return next(&values_seed, limit);
}

/* Chosen for every shape: the keys, their order, blanks. */
static unsigned of_shape(unsigned limit)
{
    return next(&shape_seed, limit);
}

static char made[LINE_ROOM];
static size_t made_size;

static void put(const char *text)
{
    const size_t size = strlen(text);
    if (made_size + size > sizeof made)
        ck_abort_msg("a made line is too long");
    memcpy(made + made_size, text, size);
    made_size += size;
}

#define PUT_ANY(choose, ...)                                                                                 \
    do {                                                                                                     \
        static const char *const texts[] = {__VA_ARGS__};                                                    \
        put(texts[choose(sizeof texts / sizeof *texts)]);                                                    \
    } while (0)

static void put_blanks(void)
{
    if (of_shape(12) == 0)
        PUT_ANY(of_shape, " ", "\t", "  \r ", "                                        ");
}

static void put_key(void)
{
    switch (of_shape(10)) {
    case 0:
        PUT_ANY(of_shape, "us\\u0061ge", "messag\\u0065", "\\u0064ata", "typ\\u0065", "it\\u0065rations");
        break;
    case 1:
        PUT_ANY(of_shape, "typ", "types", "usag", "usages", "input_token", "input_tokens_", "messages",
                "messag", "", "i", "idx", "ephemeral_5m_input_token", "cache_creation_", "\\\"",
                "gr\xc3\xb6\xc3\x9f"
                "e");
        break;
    case 2:
        PUT_ANY(of_shape, "a_key_that_is_too_long_for_a_piece_of_a_shape", "a_key_of_26_characters_____",
                "a_key_of_27_characters______", "a_key_of_28_characters_______");
        break;
    default:
        PUT_ANY(of_shape, "type", "uuid", "cwd", "sessionId", "timestamp", "requestId", "forkedFrom",
                "isSidechain", "costUSD", "message", "data", "message", "usage", "id", "model", "content",
                "cache_creation", "iterations", "input_tokens", "output_tokens", "cache_read_input_tokens",
                "usage", "cache_creation_input_tokens", "ephemeral_5m_input_tokens",
                "ephemeral_1h_input_tokens", "speed");
    }
}

static void put_value(unsigned depth);

static void put_object(unsigned depth, bool is_wanted)
{
    const unsigned members = made_size < LINE_ROOM / 2 ? of_shape(is_wanted ? 9 : 4) : 0;
    put("{");
    for (unsigned i = 0; i < members; i++) {
        put_blanks();
        put(i ? ",\"" : "\"");
        const size_t key = made_size;
        put_key();
        const bool holds_object =
            memchr("mdu", made[key], 3) || strncmp(made + key, "cache_creation", 14) == 0;
        put("\"");
        put_blanks();
        put(":");
        put_blanks();
        if (holds_object && depth < DEEPEST && any(8))
            put_object(depth + 1, true);
        else
            put_value(depth + 1);
    }
    put_blanks();
    put("}");
}

static void put_array(unsigned depth)
{
    put("[");
    for (unsigned i = 0, items = any(4); i < items; i++) {
        put(i ? "," : "");
        if (any(4))
            put(any(2) ? "{\"type\":\"tool_use\",\"id\":\"t1\"}"
                       : "{\"id\":\"\\u0074\",\"type\":\"tool_use\",\"x\":[]}");
        else
            put_value(depth + 1);
    }
    put("]");
}

static void put_value(unsigned depth)
{
    const unsigned kind = any(depth < DEEPEST ? 14 : 10);
    if (kind < 4)
        PUT_ANY(any, "\"\"", "\"assistant\"", "\"msg_0123456789abcdef\"", "\"a\\nb\"", "\"\\\"usage\\\":{\"",
                "\"a string of more than sixty-four bytes, which no look at one mask of a block can pass\"",
                "\"gr\xc3\xb6\xc3\x9f\"", "\"progress\"");
    else if (kind < 8)
        PUT_ANY(any, "0", "7", "123456", "12345678", "123456789012", "-1", "1.5", "2e3");
    else if (kind < 10)
        PUT_ANY(any, "null", "true", "false");
    else if (kind < 12)
        put_array(depth);
    else
        put_object(depth, false);
}

/* A line of one of the shapes; some are damaged. */
static void make_line(void)
{
    made_size = 0;
    shape_seed = any(SHAPES);
    put_object(0, true);
    if (any(8) == 0)
        made_size = any((unsigned)made_size + 1);
    else if (any(8) == 0)
        made[any((unsigned)made_size)] = "\"\\{}[]:, 0x\x01\xff"[any(14)];
}

/* ---- reading ------------------------------------------------------------------------------------------- */

struct reading {
    struct batch batch;
    struct line_fields fields;
    bool is_object;
};

static void take(struct reading *reading, const char *line, size_t size)
{
    memset(&reading->fields, 0x55, sizeof reading->fields); /* what it leaves alone must not matter */
    batch_clear(&reading->batch, "/c/projects/p/s.jsonl");
    scratch_begin(&reading->batch.scratch, size + 1);
    reading->is_object = claude_fields_read(&reading->fields, &reading->batch, line, size);
    scratch_end(&reading->batch.scratch);
}

static bool values_equal(const struct value *a, const struct value *b)
{
    return a->type == b->type &&
           (a->type == JSON_BAD || (a->slice.bytes == b->slice.bytes && a->slice.size == b->slice.size &&
                                    a->slice.escaped == b->slice.escaped));
}

static bool usages_equal(const struct usage_fields *a, const struct usage_fields *b)
{
    return a->present == b->present &&
           (!a->present ||
            (a->may_advise == b->may_advise && values_equal(&a->input, &b->input) &&
             values_equal(&a->output, &b->output) && values_equal(&a->cache_write, &b->cache_write) &&
             values_equal(&a->cache_read, &b->cache_read) && values_equal(&a->speed, &b->speed) &&
             values_equal(&a->iterations, &b->iterations) && values_equal(&a->type, &b->type) &&
             values_equal(&a->model, &b->model) && values_equal(&a->creation_5m, &b->creation_5m) &&
             values_equal(&a->creation_1h, &b->creation_1h)));
}

static bool records_equal(const struct record_fields *a, const struct record_fields *b)
{
    return a->present == b->present &&
           (!a->present ||
            (values_equal(&a->type, &b->type) && values_equal(&a->timestamp, &b->timestamp) &&
             values_equal(&a->cost, &b->cost) && values_equal(&a->request_id, &b->request_id) &&
             values_equal(&a->uuid, &b->uuid) && a->message.present == b->message.present &&
             a->message.tools == b->message.tools && a->message.tool_count == b->message.tool_count &&
             values_equal(&a->message.id, &b->message.id) &&
             values_equal(&a->message.model, &b->message.model) &&
             usages_equal(&a->message.usage, &b->message.usage)));
}

static bool readings_equal(const struct reading *a, const struct reading *b)
{
    const struct line_fields *first = &a->fields, *second = &b->fields;
    const size_t tools = a->batch.tool_count;
    return a->is_object == b->is_object &&
           (!a->is_object ||
            (records_equal(&first->outer, &second->outer) && records_equal(&first->inner, &second->inner) &&
             values_equal(&first->session_id, &second->session_id) &&
             values_equal(&first->forked_from, &second->forked_from) &&
             values_equal(&first->is_sidechain, &second->is_sidechain) &&
             values_equal(&first->cwd, &second->cwd) && tools == b->batch.tool_count &&
             (tools == 0 || memcmp(a->batch.tools, b->batch.tools, tools * sizeof *a->batch.tools) == 0)));
}

static struct reading learned, fresh;

static void start(void)
{
    batch_init(&learned.batch, "");
    batch_init(&fresh.batch, "");
}

static void stop(void)
{
    batch_free(&learned.batch);
    batch_free(&fresh.batch);
}

/* Reads a line, from memory of exactly its size, with and without what was learned. */
static void check_line(const char *line, size_t size)
{
    char *copy = malloc(size ? size : 1);
    memcpy(copy, line, size);
    if (fresh.batch.shape)
        shape_clear(fresh.batch.shape);
    take(&learned, copy, size);
    take(&fresh, copy, size);
    if (!readings_equal(&learned, &fresh))
        ck_abort_msg("it reads otherwise: %.*s", (int)size, line);
    free(copy);
}

START_TEST(a_line_reads_the_same_whatever_was_learned)
{
    size_t objects = 0, messages = 0, usages = 0, inner = 0;
    start();
    for (values_seed = 1; values_seed < 20; values_seed++) {
        const uint64_t seed = values_seed;
        for (int i = 0; i < 3000; i++) {
            make_line();
            check_line(made, made_size);
            objects += learned.is_object;
            messages += learned.is_object && learned.fields.outer.message.present;
            usages += learned.is_object && learned.fields.outer.message.usage.present;
            inner += learned.is_object && learned.fields.inner.present;
        }
        values_seed = seed;
    }
    ck_assert_uint_gt(objects, 10000);
    ck_assert_uint_gt(messages, 1000);
    ck_assert_uint_gt(usages, 100);
    ck_assert_uint_gt(inner, 100);
    stop();
}
END_TEST

START_TEST(what_differs_in_one_place_is_told_apart)
{
    static const char *const lines[] = {
        "{\"message\":{\"id\":\"a\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}},\"type\":"
        "\"assistant\"}",
        "{\"message\":{\"id\":\"a\",\"usage\":{\"input_tokens\":1},\"output_tokens\":2},\"type\":"
        "\"assistant\"}",
        "{\"message\":{\"id\":\"a\",\"usage\":null},\"type\":\"assistant\",\"x\":\"long enough to be "
        "learned\"}",
        "{\"message\":{\"id\":\"a\",\"usage\":{}},\"type\":\"assistant\",\"x\":\"long enough to be "
        "learned\"}",
        "{\"message\":null,\"id\":\"a\",\"type\":\"assistant\",\"x\":\"long enough to be learned by far\"}",
        "{\"message\":{\"id\":\"a\",\"type\":\"assistant\",\"x\":\"long enough to be learned by far\"}}",
        "{\"message\":{\"id\":\"a\"},\"message\":{\"model\":\"m\"},\"x\":\"long enough to be learned by "
        "far\"}",
        "{\"messag\\u0065\":{\"id\":\"a\"},\"message\":{\"model\":\"m\"},\"x\":\"long enough to be "
        "learned\"}",
        "{\"messageId\":{\"id\":\"a\"},\"mess\":{\"model\":\"m\"},\"x\":\"long enough to be learned by "
        "far\"}",
        "{\"message\" :{\"id\":\"a\",\"usage\": {\"input_tokens\" : 1 , "
        "\"output_tokens\":2}},\"type\":\"assistant\"}",
        "{\"message\":{\"id\":\"a\",\"usage\":{\"input_tokens\":1,,\"output_tokens\":2}},\"type\":"
        "\"assistant\"}",
        "{\"message\":{\"id\":\"a\",\"usage\":{\"input_tokens\":1x,\"output_tokens\":2}},\"type\":"
        "\"assistant\"}",
        "{\"data\":{\"message\":{\"uuid\":\"u\",\"message\":{\"usage\":{\"input_tokens\":3}}}},\"uuid\":"
        "\"w\"}",
        "{\"data\":{\"message\":{\"uuid\":\"u\",\"message\":3}},\"message\":{\"usage\":{\"input_tokens\":3}}"
        "}",
    };
    const size_t count = sizeof lines / sizeof *lines;
    start();
    for (size_t pair = 0; pair < count * count; pair++) {
        check_line(lines[pair / count], strlen(lines[pair / count]));
        check_line(lines[pair % count], strlen(lines[pair % count]));
    }
    stop();
}
END_TEST

START_TEST(a_line_cut_anywhere_is_none)
{
    static const char line[] =
        "{\"message\":{\"id\":\"a\",\"content\":[{\"type\":\"tool_use\",\"id\":\"b\"}],\"usage\":"
        "{\"input_tokens\":12,\"cache_creation\":{\"ephemeral_5m_input_tokens\":3},"
        "\"iterations\":[{\"type\":\"message\"}]}},\"type\":\"assistant\",\"isSidechain\":true}";
    start();
    for (size_t size = 0; size < sizeof line; size++) {
        check_line(line, sizeof line - 1);
        ck_assert(learned.is_object);
        check_line(line, size);
        ck_assert_int_eq(learned.is_object, size == sizeof line - 1);
    }
    stop();
}
END_TEST

/* A byte is changed wherever it may be, in a line that is the same otherwise, and in one that is not. */
START_TEST(a_repeat_ends_where_a_line_differs)
{
    static const char line[] =
        "{\"isSidechain\":false,\"cwd\":\"/home/ada/"
        "garden\",\"sessionId\":\"b668cd0a\",\"version\":\"2.1.87\","
        "\"message\":{\"model\":\"m\",\"id\":\"msg_1\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\","
        "\"name\":"
        "\"Bash\",\"input\":{}}],\"usage\":{\"input_tokens\":12,\"cache_creation\":{\"ephemeral_5m_input_"
        "tokens\""
        ":345},\"output_tokens\":67}},\"type\":\"assistant\",\"uuid\":\"30fbad7d\",\"gitBranch\":\"main\"}";
    static const char bytes[] = "\"1x\\,}";
    char changed[sizeof line];
    start();
    for (size_t i = 0; i < sizeof line - 1; i++)
        for (size_t byte = 0; byte < sizeof bytes - 1; byte++) {
            memcpy(changed, line, sizeof line);
            changed[i] = bytes[byte];
            for (int round = 0; round < 4; round++) {
                check_line(line, sizeof line - 1);
                if (round == 0)
                    shape_begin_file(learned.batch.shape, NULL);
                check_line(round < 2 ? line : changed, sizeof line - 1);
            }
        }
    stop();
}
END_TEST

/* One that is not nested too deep where it was learned, and is elsewhere. */
START_TEST(depth_is_limited_behind_what_was_learned)
{
    static char line[LINE_ROOM];
    start();
    for (int depth = 505; depth <= 515; depth++)
        for (int round = 0; round < 2; round++) {
            size_t size = (size_t)sprintf(line, "{\"message\":{\"usage\":{\"x\":");
            memset(line + size, '[', (size_t)depth);
            memset(line + size + depth, ']', (size_t)depth);
            size += 2 * (size_t)depth;
            size += (size_t)sprintf(line + size,
                                    ",\"input_tokens\":1}},\"padding\":\"0123456789abcdef0123456789\"}");
            check_line(line, size);
            ck_assert_int_eq(learned.is_object, depth + 3 <= JSON_DEPTH_MAX);
        }
    stop();
}
END_TEST

/* ---- the shape itself ---------------------------------------------------------------------------------- */

START_TEST(a_full_shape_begins_anew)
{
    static char line[LINE_ROOM];
    start();
    for (int i = 0; i < 3000; i++) {
        size_t size = (size_t)sprintf(line, "{\"k%d\":%d,\"cwd\":\"/%d\",\"k%d\":1,\"uuid\":\"u%d\",", i, i,
                                      i, i * 7, i);
        size += (size_t)sprintf(line + size, "\"padding\":\"0123456789abcdef0123456789abcdef\"}");
        check_line(line, size);
        ck_assert(learned.is_object);
        ck_assert_uint_le(learned.batch.shape->count, SHAPE_ROOM);
    }
    stop();
}
END_TEST

START_TEST(what_is_learned_is_found)
{
    static struct shape shape;
    static const char text[] =
        ",\"cache_creation_input_tokens\":3554,\"cache_read_input_tokens\":48213,\"speed\":1";
    const char *end = text + sizeof text - 1;
    const struct shape_step step = {1, 2, 3};
    shape_clear(&shape);
    struct shape_piece *root = shape_root(&shape, 0);
    ck_assert_ptr_null(shape_next(root, text, end));
    struct shape_piece *piece = shape_learn(&shape, root, text, 31, end, step);
    ck_assert_ptr_nonnull(piece);
    ck_assert_ptr_eq(shape_next(root, text, end), piece);
    ck_assert_int_eq(piece->step.action == 1 && piece->step.object == 2 && piece->step.offset == 3, true);
    ck_assert_ptr_null(shape_next(root, text + 1, end));
    ck_assert_ptr_null(shape_next(shape_root(&shape, 1), text, end));
    ck_assert_ptr_null(shape_next(piece, text, end));
    ck_assert_ptr_null(shape_next(root, text, text + SHAPE_TEXT - 1));
    ck_assert_ptr_null(shape_learn(&shape, piece, text, SHAPE_TEXT + 1, end, step));
    ck_assert_ptr_null(shape_learn(&shape, piece, end - 10, 9, end, step));
    ck_assert_ptr_nonnull(shape_learn(&shape, piece, text + 35, SHAPE_TEXT, end, step));
    ck_assert_ptr_nonnull(shape_next(piece, text + 35, end));
}
END_TEST

SUITE_MAIN("shape", a_line_reads_the_same_whatever_was_learned, what_differs_in_one_place_is_told_apart,
           a_line_cut_anywhere_is_none, a_repeat_ends_where_a_line_differs,
           depth_is_limited_behind_what_was_learned, a_full_shape_begins_anew, what_is_learned_is_found)
