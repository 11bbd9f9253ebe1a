/* A line in the syntax of a bar: see hook.h. */
#include "hook.h"

#include "../shm/metrics.h"

#include <string.h>

enum { LONGEST_ESCAPE = 8, CLOSING = 64 };

/* One object or line, cut between two characters rather than longer. */
HOOK_LARGE static struct {
    size_t size;
    char bytes[2 * HOOK_LINE_MAX];
} out;

static void put(const char *string)
{
    size_t size = strlen(string);
    if (size <= sizeof out.bytes - out.size) {
        memcpy(out.bytes + out.size, string, size);
        out.size += size;
    }
}

/* Whether there is room for a character, and for what comes after all of them. */
static bool has_room(void)
{
    return sizeof out.bytes - out.size >= LONGEST_ESCAPE + CLOSING;
}

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static void put_byte(char byte)
{
    out.bytes[out.size++] = byte;
}

/* A plain line, in which there are no control characters, as Pango markup in a JSON string. */
static void put_markup(const char *line, size_t size)
{
    for (; size && (has_room() || continues_character(*line)); line++, size--) {
        switch (*line) {
        case '&':
            put("&amp;");
            break;
        case '<':
            put("&lt;");
            break;
        case '>':
            put("&gt;");
            break;
        case '"':
            put("\\\"");
            break;
        case '\\':
            put("\\\\");
            break;
        case '\n':
            put("\\n");
            break;
        default:
            put_byte(*line);
        }
    }
}

/* What a session is doing, as a rank in `states`. */
static const char *const states[] = {"", "idle", "busy", "waiting"};
enum { STATES = sizeof states / sizeof *states };

static int session_state(const struct tacho_copy *copy)
{
    size_t size;
    const char *said = tacho_text(copy, TACHO_WORD_SESSION_STATE, &size);
    int state = said ? STATES - 1 : 0;
    while (state > 0 && strcmp(said, states[state]) != 0)
        state--;
    return state;
}

/* The lines of the sessions whose client runs, each on its own. Returns the most pressing of their states. */
static int put_sessions(const struct tacho_segment *segment, const struct line_room *room)
{
    int most = 0;
    const char *separator = "";
    for (uint32_t slot = 0; slot < segment->header.slot_count; slot++) {
        if (tacho_read(segment, slot, room->copy, TACHO_COPY_MAX) != TACHO_OK ||
            room->copy->kind != TACHO_SESSION)
            continue;
        int state = session_state(room->copy);
        if (state > most)
            most = state;
        int64_t size = state ? tacho_format(room->copy, TACHO_PLAIN, TACHO_NO_COLOUR, 0, false, room->line,
                                            HOOK_LINE_MAX)
                             : 0;
        if (size <= 0 || !has_room())
            continue;
        put(separator);
        put_markup(room->line, (size_t)size);
        separator = "\\n";
    }
    return most;
}

void bar_waybar(const struct tacho_segment *segment, const struct line_room *room, size_t size)
{
    put("{\"text\":\"");
    put_markup(room->line, size);
    put("\",\"tooltip\":\"");
    const char *state = states[put_sessions(segment, room)];
    put("\",\"alt\":\"");
    put(state);
    put("\",\"class\":\"");
    put(state);
    put("\"}\n");
    show_bytes(out.bytes, out.size);
}

void bar_polybar(const struct tacho_segment *segment, const struct line_room *room, size_t size)
{
    (void)segment;
    for (size_t i = 0; i < size && has_room(); i++) {
        put_byte(room->line[i]);
        if (room->line[i] == '%' && i + 1 < size && room->line[i + 1] == '{')
            put_byte(' ');
    }
    put_byte('\n');
    show_bytes(out.bytes, out.size);
}
