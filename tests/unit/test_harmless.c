/*
 * Text from outside, made harmless: what a terminal could obey is replaced, graphemes stay whole, widths
 * are what terminals give, each surface's syntax is taken away.
 */
#include "../../agent/render/harmless.h"
#include "suite.h"
#include <string.h>

static char shown[4096];
static uint32_t shown_columns;

/* The whole text made harmless, in `shown`. */
static const char *show_bytes(const char *bytes, size_t size, bool ascii)
{
    struct grapheme grapheme;
    size_t used = 0;
    shown_columns = 0;
    while (harmless_next(&grapheme, bytes, size, ascii)) {
        if (grapheme.columns < 1 || grapheme.taken < 1 || grapheme.taken > size ||
            used + grapheme.size >= sizeof shown)
            ck_abort_msg("impossible grapheme"); /* ck_assert writes to a pipe each time: too slow here */
        memcpy(shown + used, grapheme.bytes, grapheme.size);
        used += grapheme.size;
        shown_columns += grapheme.columns;
        bytes += grapheme.taken;
        size -= grapheme.taken;
    }
    shown[used] = '\0';
    return shown;
}

static const char *show(const char *text)
{
    return show_bytes(text, strlen(text), false);
}

static void check(const char *text, const char *expected, uint32_t columns)
{
    ck_assert_str_eq(show(text), expected);
    ck_assert_uint_eq(shown_columns, columns);
    ck_assert_uint_eq(harmless_columns(text, strlen(text), false), columns);
}

START_TEST(ordinary_text_is_unchanged)
{
    check("", "", 0);
    check("feature/plain-name_1.2", "feature/plain-name_1.2", 22);
    check("проекты école", "проекты école", 13);
    check("C:\\Users\\dev", "C:\\Users\\dev", 12);
}
END_TEST

START_TEST(control_bytes_become_pictures)
{
    check("or\x1b[2Jchard\nx\ty", "or␛[2Jchard␊x␉y", 15);
    check("\x7f\x07", "␡␇", 2);
    ck_assert_str_eq(show_bytes("a\0b", 3, false), "a␀b");
}
END_TEST

START_TEST(c1_and_bidirectional_controls_become_replacements)
{
    check("\302\2332J\302\205", "\uFFFD2J\uFFFD", 4);
    check("a\u202eb\u2066c\u2069\u200e\u200f\u061c", "a\uFFFDb\uFFFDc\uFFFD\uFFFD\uFFFD\uFFFD", 9);
    check("\u2028\u2029", "\uFFFD\uFFFD", 2);
}
END_TEST

START_TEST(invisible_characters_show)
{
    check("ma\u200bin", "ma\uFFFDin", 5);
    check("\ufeffmain\u00ad\u2060", "\uFFFDmain\uFFFD\uFFFD", 7);
    check("\u200d\u3164\u115f", "\uFFFD\uFFFD\uFFFD", 3);
    check("a\U000E0041\U000E0042", "a", 1); /* tags on a letter say nothing that is shown */
}
END_TEST

START_TEST(bytes_that_are_not_utf8_become_replacements)
{
    check("a\xff\xfe"
          "b",
          "a\uFFFD\uFFFDb", 4);
    check("\xc0\xaf", "\uFFFD\uFFFD", 2);                     /* overlong */
    check("\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD", 3);           /* a surrogate */
    check("\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD", 4); /* beyond Unicode */
    check("x\xe2\x82", "x\uFFFD\uFFFD", 3);                   /* cut off */
    check("\x9b"
          "31m",
          "\uFFFD31m", 4); /* C1 as a byte */
}
END_TEST

START_TEST(widths_are_those_of_graphemes)
{
    check("果樹園", "果樹園", 6);
    check("e\u0301", "e\u0301", 1);
    check("🍐", "🍐", 2);
    check("🧑\u200d💻", "🧑\u200d💻", 2);
    check("👩🏻\u200d❤\ufe0f\u200d💋\u200d👩🏻",
          "👩🏻\u200d❤\ufe0f\u200d💋\u200d👩🏻", 2);
    check("👍🏽", "👍🏽", 2);
    check("🇩🇪🇫🇷", "🇩🇪🇫🇷", 4);
    check("❤\ufe0f", "❤\ufe0f", 2);
    check("각", "각", 2);
    check("\ue0a0\U000F0001", "\ue0a0\U000F0001", 2); /* private use: Nerd Fonts */
    check("\u0378", "\u0378", 1);                     /* unassigned */
}
END_TEST

START_TEST(marks_are_capped)
{
    char text[1 + 2 * 1000 + 2] = "e";
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + 1 + 2 * i, "\u0301", 2);
    text[1 + 2 * 1000] = 'x';
    check(text, "e\u0301\u0301\u0301\u0301x", 2);
    check("\u0301x", "\uFFFDx", 2); /* no base */
}
END_TEST

START_TEST(endless_joined_emoji_fit)
{
    char text[64 * 7 + 1] = "";
    for (size_t i = 0; i < 64; i++)
        memcpy(text + 7 * i, "🧑\u200d", 7);
    struct grapheme grapheme;
    ck_assert(harmless_next(&grapheme, text, 64 * 7, false));
    ck_assert_uint_eq(grapheme.taken, 64 * 7);
    ck_assert_uint_le(grapheme.size, GRAPHEME_BYTES_MAX);
    ck_assert_uint_eq(grapheme.columns, 2);
    ck_assert_int_ne(memcmp(grapheme.bytes + grapheme.size - 3, "\u200d", 3), 0); /* nothing left to join */
}
END_TEST

START_TEST(ascii_shows_question_marks)
{
    ck_assert_str_eq(show_bytes("a\x1b\xff"
                                "é果🧑\u200d💻z",
                                strlen("a\x1b\xff"
                                       "é果🧑\u200d💻z"),
                                true),
                     "a?????z");
    ck_assert_uint_eq(shown_columns, 7);
}
END_TEST

START_TEST(every_code_point_alone_is_harmless)
{
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        char text[4];
        size_t size = 0;
        if (point < 0x80) {
            text[size++] = (char)point;
        } else {
            int tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
            static const uint8_t heads[] = {0, 0xC0, 0xE0, 0xF0};
            text[size++] = (char)(heads[tail] | (point >> (6 * tail)));
            while (tail-- > 0)
                text[size++] = (char)(0x80 | ((point >> (6 * tail)) & 0x3F));
        }
        show_bytes(text, size, false);
        const uint8_t *first = (const uint8_t *)shown;
        if (first[0] < 0x20 || first[0] == 0x7F || (first[0] == 0xC2 && first[1] < 0xA0))
            ck_abort_msg("U+%04X shows a control", point);
    }
}
END_TEST

START_TEST(each_surface_loses_its_syntax)
{
    ck_assert_str_eq(harmless_escape(TACHO_BASH, '$', false), "$\001\002");
    ck_assert_str_eq(harmless_escape(TACHO_BASH, '\\', false), "\\\001\002");
    ck_assert_str_eq(harmless_escape(TACHO_BASH, '`', false), "ˋ");
    ck_assert_str_eq(harmless_escape(TACHO_BASH, '`', true), "'");
    ck_assert_ptr_null(harmless_escape(TACHO_BASH, '%', false));
    ck_assert_str_eq(harmless_escape(TACHO_ZSH, '%', false), "%%");
    ck_assert_str_eq(harmless_escape(TACHO_ZSH, '$', false), "$%{%}");
    ck_assert_str_eq(harmless_escape(TACHO_ZSH, '\\', false), "\\%{%}");
    ck_assert_str_eq(harmless_escape(TACHO_ZSH, '`', false), "ˋ");
    ck_assert_str_eq(harmless_escape(TACHO_TMUX, '#', false), "###[]");
    ck_assert_str_eq(harmless_escape(TACHO_TMUX, '%', false), "%#[]");
    ck_assert_str_eq(harmless_escape(TACHO_JSON, '"', false), "\\\"");
    ck_assert_str_eq(harmless_escape(TACHO_JSON, '\\', false), "\\\\");
    for (char c = ' '; c < 0x7F; c++) {
        ck_assert_ptr_null(harmless_escape(TACHO_CLAUDE, c, false));
        ck_assert_ptr_null(harmless_escape(TACHO_FISH, c, false));
        ck_assert_ptr_null(harmless_escape(TACHO_PLAIN, c, false));
    }
}
END_TEST

SUITE_MAIN("harmless", ordinary_text_is_unchanged, control_bytes_become_pictures,
           c1_and_bidirectional_controls_become_replacements, invisible_characters_show,
           bytes_that_are_not_utf8_become_replacements, widths_are_those_of_graphemes, marks_are_capped,
           endless_joined_emoji_fit, ascii_shows_question_marks, every_code_point_alone_is_harmless,
           each_surface_loses_its_syntax)
