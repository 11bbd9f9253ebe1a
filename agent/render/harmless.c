/*
 * Graphemes made harmless, and each surface's own syntax taken away from text. The rules are in
 * harmless.h; the surfaces' experiments are described in render.h.
 */
#include "harmless.h"
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT       0xFFFD
#define ZERO_WIDTH_JOINER 0x200D
#define EMOJI_STYLE       0xFE0F /* variation selector 16 */
#define MARKS_MAX         4
#define CODE_POINTS_MAX   14 /* the longest emoji that Unicode recommends has 10 */

_Static_assert(CODE_POINTS_MAX * 4 <= GRAPHEME_BYTES_MAX, "a grapheme fits its buffer");

/* One grapheme cluster of the source, as it came: what is needed to judge it. */
struct cluster {
    int32_t points[CODE_POINTS_MAX];
    int count;
    int marks;
    size_t first; /* bytes of the first code point */
    size_t taken; /* bytes of all */
};

static bool is_mark(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
           category == UTF8PROC_CATEGORY_MC;
}

static bool is_pictograph(int32_t point)
{
    return utf8proc_get_property(point)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_flag_letter(int32_t point)
{
    return utf8proc_get_property(point)->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR;
}

/* Keeps a further code point of the cluster unless there are too many, or it is an invisible tag. */
static void cluster_add(struct cluster *cluster, int32_t point)
{
    bool tag = utf8proc_category(point) == UTF8PROC_CATEGORY_CF && point > 0xFFFF;
    bool mark = is_mark(point) && point != EMOJI_STYLE;
    cluster->marks += mark;
    if (!tag && cluster->count < CODE_POINTS_MAX && !(mark && cluster->marks > MARKS_MAX))
        cluster->points[cluster->count++] = point;
}

/* Reads the first cluster. Returns false if the text does not begin with valid UTF-8. */
static bool cluster_read(struct cluster *cluster, const char *bytes, size_t size)
{
    int32_t previous, point, state = 0;
    utf8proc_ssize_t length = utf8proc_iterate((const uint8_t *)bytes, (utf8proc_ssize_t)size, &previous);
    if (length <= 0)
        return false;
    cluster->points[0] = previous;
    cluster->count = 1;
    cluster->first = cluster->taken = (size_t)length;
    while (cluster->taken < size) {
        length = utf8proc_iterate((const uint8_t *)bytes + cluster->taken,
                                  (utf8proc_ssize_t)(size - cluster->taken), &point);
        if (length <= 0 || utf8proc_grapheme_break_stateful(previous, point, &state))
            break;
        cluster_add(cluster, point);
        cluster->taken += (size_t)length;
        previous = point;
    }
    if (cluster->count > 1 && is_pictograph(cluster->points[0]) &&
        cluster->points[cluster->count - 1] == ZERO_WIDTH_JOINER)
        cluster->count--;
    return true;
}

static uint32_t point_columns(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    bool shown = category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_CN ||
                 category == UTF8PROC_CATEGORY_CO; /* terminals disagree: never too few */
    int columns = utf8proc_charwidth(point);
    return columns > 0 ? (uint32_t)columns : shown;
}

/* What stands in for a code point that must not begin a grapheme, or 0 if it may. */
static int32_t replacement_for(int32_t point)
{
    if (point < 0x20)
        return 0x2400 + point;
    if (point == 0x7F)
        return 0x2421;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return REPLACEMENT;
    default:
        return utf8proc_get_property(point)->ignorable || point_columns(point) == 0 ? REPLACEMENT : 0;
    }
}

static uint32_t cluster_columns(const struct cluster *cluster)
{
    int32_t first = cluster->points[0];
    if (is_flag_letter(first) || (is_pictograph(first) && cluster->count > 1))
        return 2;
    uint32_t columns = point_columns(first);
    for (int i = 1; i < cluster->count; i++) {
        int class = utf8proc_get_property(cluster->points[i])->boundclass;
        if (cluster->points[i] == EMOJI_STYLE)
            return 2;
        if (class != UTF8PROC_BOUNDCLASS_V && class != UTF8PROC_BOUNDCLASS_T)
            columns += point_columns(cluster->points[i]);
    }
    return columns;
}

static void grapheme_add(struct grapheme *grapheme, int32_t point)
{
    grapheme->size += (uint32_t)utf8proc_encode_char(point, (uint8_t *)grapheme->bytes + grapheme->size);
}

/* Whether the text begins with a printable ASCII character that nothing can join: the usual case. */
static bool is_simple(const char *bytes, size_t size)
{
    return bytes[0] >= ' ' && bytes[0] < 0x7F && (size == 1 || (uint8_t)bytes[1] < 0x80);
}

bool harmless_next(struct grapheme *grapheme, const char *bytes, size_t size, bool ascii)
{
    struct cluster cluster = {.first = 1};
    if (size == 0)
        return false;
    if (is_simple(bytes, size)) {
        grapheme->bytes[0] = bytes[0];
        grapheme->size = grapheme->columns = 1;
        grapheme->taken = 1;
        return true;
    }
    int32_t instead = cluster_read(&cluster, bytes, size) ? replacement_for(cluster.points[0]) : REPLACEMENT;
    if (instead)
        cluster = (struct cluster){.points = {instead}, .count = 1, .taken = cluster.first};
    grapheme->taken = cluster.taken;
    grapheme->columns = 1;
    grapheme->size = 0;
    if (ascii) {
        bool plain = cluster.count == 1 && cluster.points[0] < 0x80;
        grapheme->bytes[grapheme->size++] = plain ? (char)cluster.points[0] : '?';
        return true;
    }
    grapheme->columns = cluster_columns(&cluster);
    for (int i = 0; i < cluster.count; i++)
        grapheme_add(grapheme, cluster.points[i]);
    return true;
}

uint32_t harmless_columns(const char *bytes, size_t size, bool ascii)
{
    struct grapheme grapheme;
    uint32_t columns = 0;
    while (harmless_next(&grapheme, bytes, size, ascii)) {
        columns += grapheme.columns;
        bytes += grapheme.taken;
        size -= grapheme.taken;
    }
    return columns;
}

static const char *escape_for_bash(char character, bool ascii)
{
    switch (character) {
    case '$':
        return "$\001\002";
    case '\\':
        return "\\\001\002";
    case '`':
        return ascii ? "'" : "\u02cb";
    default:
        return NULL;
    }
}

static const char *escape_for_zsh(char character, bool ascii)
{
    switch (character) {
    case '%':
        return "%%";
    case '$':
        return "$%{%}";
    case '\\':
        return "\\%{%}";
    case '`':
        return ascii ? "'" : "\u02cb";
    default:
        return NULL;
    }
}

static const char *escape_for_tmux(char character)
{
    return character == '#' ? "###[]" : character == '%' ? "%#[]" : NULL;
}

static const char *escape_for_json(char character)
{
    return character == '"' ? "\\\"" : character == '\\' ? "\\\\" : NULL;
}

const char *harmless_escape(enum tacho_surface surface, char character, bool ascii)
{
    switch (surface) {
    case TACHO_BASH:
        return escape_for_bash(character, ascii);
    case TACHO_ZSH:
        return escape_for_zsh(character, ascii);
    case TACHO_TMUX:
        return escape_for_tmux(character);
    case TACHO_JSON:
        return escape_for_json(character);
    default:
        return NULL;
    }
}
