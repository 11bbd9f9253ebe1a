/* Lines for bars: what they print is read as they read it, however much there is of it. */
#include "../../hooks/hook.h"
#include "../../shm/writer.h"
#include "suite.h"
#include "support_segment.h"

#include <jansson.h>
#include <string.h>

static struct segment_place place;
static struct segment_writer *writer;
static struct tacho_segment segment;
static union copy_buffer copy;
static char line[HOOK_LINE_MAX];
static const struct line_room room = {&copy.copy, line};
static char printed[4 * HOOK_LINE_MAX];

/* Stands for the hook's, which writes to standard output. */
void show_bytes(const char *bytes, size_t size)
{
    ck_assert_uint_lt(size, sizeof printed);
    memcpy(printed, bytes, size);
    printed[size] = '\0';
}

static void begin(void)
{
    place_make(&place);
    writer = segment_create(place.path, sizes_small(), "test");
    ck_assert_ptr_nonnull(writer);
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
}

static void end(void)
{
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
}

static void publish_session(const char *id, const char *state, const char *text)
{
    struct tacho_piece piece = {.body_bytes = (uint16_t)strlen(text), .body_columns = 1};
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, id, strlen(id));
    draft_times(draft, 1, INT64_MAX);
    if (state)
        draft_text(draft, TACHO_WORD_SESSION_STATE, state, strlen(state));
    ck_assert_int_eq(draft_block(draft, TACHO_PLAIN, TACHO_NO_COLOUR, &piece, 1, text, piece.body_bytes), 0);
    ck_assert_int_ge(segment_publish(writer, draft), 0);
}

/* The object that Waybar is given for a directory's line. */
static json_t *waybar(const char *text)
{
    memcpy(line, text, strlen(text));
    bar_waybar(&segment, &room, strlen(text));
    json_t *object = json_loads(printed, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(object);
    ck_assert_uint_eq(json_object_size(object), 4);
    return object;
}

static const char *value(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

START_TEST(waybar_gets_markup)
{
    begin();
    publish_session("ended", NULL, "not shown");
    publish_session("one", "idle", "<b>&\"\\");
    publish_session("two", "busy", "two");
    publish_session("odd", "of another version", "not shown");
    json_t *object = waybar("a<b>&amp;\"c\"\\n");
    ck_assert_str_eq(value(object, "text"), "a&lt;b&gt;&amp;amp;\"c\"\\n");
    ck_assert_str_eq(value(object, "tooltip"), "&lt;b&gt;&amp;\"\\\ntwo");
    ck_assert_str_eq(value(object, "class"), "busy");
    ck_assert_str_eq(value(object, "alt"), "busy");
    json_decref(object);
    end();
}
END_TEST

START_TEST(no_sessions_no_state)
{
    begin();
    json_t *object = waybar("~");
    ck_assert_str_eq(value(object, "tooltip"), "");
    ck_assert_str_eq(value(object, "class"), "");
    json_decref(object);
    end();
}
END_TEST

/* More than there is room for is cut between two characters, and the one who waits is told of all the same.
 */
START_TEST(more_than_there_is_room_for)
{
    char id[] = "session-a", text[3001];
    begin();
    for (size_t at = 0; at < sizeof text - 1; at += 3)
        memcpy(text + at, "\u2190", 3);
    text[sizeof text - 1] = '\0';
    for (char letter = 'a'; letter < 'a' + 25; letter++) {
        id[sizeof id - 2] = letter;
        publish_session(id, letter == 'a' + 24 ? "waiting" : "idle", letter == 'b' ? "<" : text);
    }
    json_t *object = waybar("~"); /* which reads nothing but UTF-8 */
    ck_assert_uint_gt(strlen(value(object, "tooltip")), HOOK_LINE_MAX);
    ck_assert_str_eq(value(object, "class"), "waiting");
    json_decref(object);
    end();
}
END_TEST

START_TEST(polybar_gets_no_tags)
{
    static const char text[] = "%%{F#f00}%{A1:x:}%";
    memcpy(line, text, sizeof text - 1);
    line[sizeof text - 1] = '{'; /* of an earlier line */
    bar_polybar(NULL, &room, sizeof text - 1);
    ck_assert_str_eq(printed, "%% {F#f00}% {A1:x:}%\n");
}
END_TEST

SUITE_MAIN("bar", waybar_gets_markup, no_sessions_no_state, more_than_there_is_room_for, polybar_gets_no_tags)
