/* Rows of the subagent panel (agent/render/tasks.c): each is a JSON line of its own, whatever its texts hold.
 */
#include "suite.h"

#include "../../agent/ingest/json.h"
#include "../../agent/render/tasks.h"

#include <string.h>

static struct rendering rendering;

static struct fact_text text(const char *bytes)
{
    return (struct fact_text){bytes, bytes ? strlen(bytes) : 0};
}

static void draw(const struct task *tasks, size_t count, uint32_t columns, enum tacho_depth depth)
{
    struct look look = render_look_default();
    render_tasks(&rendering, tasks, count, columns, &look, depth);
}

/* Decodes a member of row `index`, which must be one whole JSON object with id and content. */
static const char *member(uint32_t index, const char *wanted)
{
    static char value[4096];
    const struct tacho_piece *piece = &rendering.pieces[index];
    struct json json;
    struct json_slice key, slice;
    bool found = false;
    json_start(&json, rendering.text + piece->offset, piece->body_bytes);
    ck_assert(json_enter(&json));
    while (json_member(&json, &key)) {
        ck_assert_int_eq(json_take(&json, &slice), JSON_STRING);
        if (json_equals(&key, wanted)) {
            value[json_decode(&slice, value, sizeof value - 1)] = '\0';
            found = true;
        }
    }
    ck_assert(json_finish(&json));
    ck_assert(found);
    return value;
}

START_TEST(a_row_says_what_is_known)
{
    const struct task tasks[] = {
        {text("a1"), text("Explore: the irrigation"), text("claude-haiku-4-5"), text("running"), 48211,
         200000},
        {text("b2"), text("reviewer"), text(NULL), text("pending"), 0, 0},
    };
    draw(tasks, 2, 118, TACHO_NO_COLOUR);
    ck_assert_uint_eq(rendering.piece_count, 2);
    ck_assert_str_eq(member(0, "id"), "a1");
    ck_assert_str_eq(member(0, "content"), "Explore: the irrigation · claude-haiku-4-5 · 48k 24%");
    ck_assert_str_eq(member(1, "id"), "b2");
    ck_assert_str_eq(member(1, "content"), "reviewer");
    ck_assert_uint_ne(rendering.pieces[0].line, rendering.pieces[1].line);
}
END_TEST

START_TEST(hostile_texts_stay_inside_their_strings)
{
    const struct task tasks[] = {
        {text("x\"},{\"id\":\"y"), text("\"\\\n\x1b]0;pwned\a\x1b[2J$(id)"), text("\xff\xfe"),
         text("running"), 1, 1},
    };
    draw(tasks, 1, 80, TACHO_TRUE_COLOUR);
    ck_assert_uint_eq(rendering.piece_count, 1);
    ck_assert_str_eq(member(0, "id"), "x\"},{\"id\":\"y");
    const char *content = member(0, "content");
    ck_assert_ptr_null(strstr(content, "\x1b]"));
    ck_assert_ptr_null(strstr(content, "\x1b[2J"));
    ck_assert_ptr_null(strchr(content, '\n'));
    ck_assert_ptr_null(strchr(content, '\a'));
}
END_TEST

START_TEST(a_narrow_row_cuts_its_label)
{
    const struct task tasks[] = {
        {text("a"), text("a label that is much longer than a narrow panel is wide"), text(NULL), text(NULL),
         0, 0},
    };
    draw(tasks, 1, 50, TACHO_NO_COLOUR);
    ck_assert_str_eq(member(0, "content"), "a label that is…");
}
END_TEST

static void draw_in(const struct look *look, enum tacho_depth depth)
{
    const struct task task = {text("a1"), text("Explore"), text("haiku"), text("running"), 48211, 200000};
    render_tasks(&rendering, &task, 1, 118, look, depth);
}

START_TEST(rows_follow_theme_and_charset)
{
    struct look look = render_look_default();
    look.theme = render_theme("nord");
    draw_in(&look, TACHO_TRUE_COLOUR);
    ck_assert_ptr_nonnull(strstr(member(0, "content"), "38;2;163;190;140mExplore"));
    look.theme = render_theme("light");
    draw_in(&look, TACHO_256_COLOURS);
    ck_assert_ptr_nonnull(strstr(member(0, "content"), "38;5;22mExplore"));
    look.ascii = true;
    draw_in(&look, TACHO_NO_COLOUR);
    ck_assert_str_eq(member(0, "content"), "Explore . haiku . 48k 24%");
}
END_TEST

/* A row without id or name keeps the client's look; an output that is empty would look like a failure. */
START_TEST(there_is_always_an_object)
{
    const struct task tasks[] = {{text(NULL), text("nameless"), text(NULL), text(NULL), 0, 0}};
    draw(tasks, 1, 80, TACHO_NO_COLOUR);
    ck_assert_uint_eq(rendering.piece_count, 1);
    ck_assert_uint_eq(rendering.text_size, 2);
    ck_assert_mem_eq(rendering.text, "{}", 2);
}
END_TEST

START_TEST(more_rows_than_fit_are_left_out_whole)
{
    struct task tasks[64];
    char label[400];
    memset(label, 'x', sizeof label - 1);
    label[sizeof label - 1] = '\0';
    for (int i = 0; i < 64; i++)
        tasks[i] = (struct task){text(label), text(label), text(label), text("running"), 1000, 2000};
    draw(tasks, 64, 200, TACHO_TRUE_COLOUR);
    ck_assert_uint_gt(rendering.piece_count, 0);
    ck_assert_uint_lt(rendering.piece_count, 64);
    for (uint32_t i = 0; i < rendering.piece_count; i++)
        ck_assert_str_eq(member(i, "id"), label);
}
END_TEST

SUITE_MAIN("tasks", a_row_says_what_is_known, hostile_texts_stay_inside_their_strings,
           a_narrow_row_cuts_its_label, rows_follow_theme_and_charset, there_is_always_an_object,
           more_rows_than_fit_are_left_out_whole)
