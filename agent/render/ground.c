/* Backgrounds and what can be read on them: see ground.h. */
#include "ground.h"
#include <math.h>

static const double CONTRAST_LEAST = 4.5;

/* xterm's own 16 (XTerm-col.ad). */
static const uint32_t basic_colours[16] = {
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
};

static int channel(uint32_t rgb, int index)
{
    return (int)(rgb >> (16 - 8 * index) & 0xFF);
}

double colour_linear(int value)
{
    double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
    return 0.2126 * colour_linear(channel(rgb, 0)) + 0.7152 * colour_linear(channel(rgb, 1)) +
           0.0722 * colour_linear(channel(rgb, 2));
}

static double contrast(double one, double other)
{
    return one > other ? (one + 0.05) / (other + 0.05) : (other + 0.05) / (one + 0.05);
}

double colour_contrast(uint32_t one, uint32_t other)
{
    return contrast(luminance(one), luminance(other));
}

/* `share` of 256 parts of the second. */
static uint32_t mix(uint32_t one, uint32_t other, int share)
{
    uint32_t mixed = 0;
    for (int i = 0; i < 3; i++) {
        int value = (channel(one, i) * (256 - share) + channel(other, i) * share) / 256;
        mixed = mixed << 8 | (uint32_t)value;
    }
    return mixed;
}

/* ---- the colours of every depth -------------------------------------------------------------------- */

static uint32_t indexed_rgb(int index)
{
    static const uint32_t levels[] = {0, 95, 135, 175, 215, 255};
    if (index >= 232)
        return (uint32_t)(8 + (index - 232) * 10) * 0x010101;
    index -= 16;
    return levels[index / 36] << 16 | levels[index / 6 % 6] << 8 | levels[index % 6];
}

uint32_t colour_rgb(const struct colour *colour)
{
    return (uint32_t)colour->red << 16 | (uint32_t)colour->green << 8 | colour->blue;
}

uint32_t colour_shown(const struct colour *colour, enum tacho_depth depth)
{
    if (depth == TACHO_TRUE_COLOUR)
        return colour_rgb(colour);
    if (depth == TACHO_256_COLOURS && colour->indexed >= 16)
        return indexed_rgb(colour->indexed);
    return basic_colours[depth == TACHO_256_COLOURS ? colour->indexed : colour->basic & 15];
}

/* Eyes tell greens apart better than reds, and those better than blues. */
static int distance(uint32_t one, uint32_t other)
{
    int red = channel(one, 0) - channel(other, 0), green = channel(one, 1) - channel(other, 1),
        blue = channel(one, 2) - channel(other, 2);
    return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

/* The nearest of the colours from `first` on that has at least a contrast to a luminance; -1: none has. */
static int nearest(uint32_t rgb, int first, int end, uint32_t (*shown)(int), double ground, double least)
{
    int best = -1;
    for (int i = first; i < end; i++) {
        if (best >= 0 && distance(rgb, shown(i)) >= distance(rgb, shown(best)))
            continue;
        if (least <= 1 || contrast(luminance(shown(i)), ground) >= least)
            best = i;
    }
    return best;
}

static uint32_t basic_rgb(int index)
{
    return basic_colours[index];
}

struct colour colour_of(uint32_t rgb)
{
    return (struct colour){
        .red = (uint8_t)channel(rgb, 0),
        .green = (uint8_t)channel(rgb, 1),
        .blue = (uint8_t)channel(rgb, 2),
        .indexed = (uint8_t)nearest(rgb, 16, 256, indexed_rgb, 0, 1),
        .basic = (uint8_t)nearest(rgb, 0, 16, basic_rgb, 0, 1),
    };
}

/* ---- text on a background -------------------------------------------------------------------------- */

/* As near to `rgb` as can be read on `ground`: towards white or black, whichever is further from it. */
static uint32_t readable(uint32_t rgb, double ground)
{
    uint32_t away = contrast(1, ground) > contrast(0, ground) ? 0xFFFFFF : 0x000000;
    int share = 0;
    while (share < 256 && contrast(luminance(mix(rgb, away, share)), ground) < CONTRAST_LEAST)
        share += 8;
    return mix(rgb, away, share < 256 ? share : 256);
}

/* Of the terminal's own, black or white: their values are not known, and those two are the safest. */
static uint8_t basic_on(const struct colour *ground)
{
    double light = luminance(basic_colours[ground->basic]);
    return contrast(1, light) > contrast(0, light) ? 15 : 0;
}

static struct colour colour_on(const struct colour *role, const struct colour *ground)
{
    uint32_t rgb = readable(colour_rgb(role), luminance(colour_rgb(ground)));
    int indexed = nearest(rgb, 16, 256, indexed_rgb, luminance(indexed_rgb(ground->indexed)), CONTRAST_LEAST);
    return (struct colour){
        .red = (uint8_t)channel(rgb, 0),
        .green = (uint8_t)channel(rgb, 1),
        .blue = (uint8_t)channel(rgb, 2),
        .indexed = (uint8_t)indexed,
        .basic = basic_on(ground),
        .bold = role->bold,
    };
}

void ground_make(struct ground *ground, const struct theme *theme, uint32_t rgb)
{
    ground->colour = colour_of(rgb);
    for (int role = 0; role < ROLE_COUNT; role++)
        ground->on[role] = colour_on(&theme->colours[role], &ground->colour);
}

/* The colour that a family takes its background from, and how much of it there is. */
void ground_of_family(struct ground *ground, const struct theme *theme, enum family family, int shade)
{
    static const struct {
        enum role role;
        int share;
        uint8_t basic;
    } tints[FAMILY_COUNT] = {
        [FAMILY_MODEL] = {ROLE_MODEL, 200, 5}, [FAMILY_SESSION] = {ROLE_DETAIL, 70, 0},
        [FAMILY_PLACE] = {ROLE_PATH, 110, 4},  [FAMILY_GIT] = {ROLE_BRANCH, 76, 2},
        [FAMILY_CONTEXT] = {ROLE_SYNC, 64, 6}, [FAMILY_COST] = {ROLE_UNSTAGED, 64, 3},
        [FAMILY_LIMIT] = {ROLE_STASH, 76, 7},  [FAMILY_ACTIVITY] = {ROLE_ACTION, 80, 1},
        [FAMILY_MACHINE] = {ROLE_DIM, 64, 0},  [FAMILY_TEXT] = {ROLE_DIM, 80, 7},
    };
    const struct colour *tint = &theme->colours[tints[family].role];
    int share = tints[family].share + (shade ? 28 : 0);
    ground_make(ground, theme, mix(theme->background, colour_rgb(tint), share));
    ground->colour.basic = tints[family].basic;
    for (int role = 0; role < ROLE_COUNT; role++)
        ground->on[role].basic = basic_on(&ground->colour);
}
