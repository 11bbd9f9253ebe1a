/* Gradients: see gradient.h. */
#include "gradient.h"
#include "ground.h"
#include "look_parts.h"
#include <math.h>
#include <string.h>

struct oklab {
    double lightness, a, b;
};

/* Linear light to sRGB, 0 to 255 (IEC 61966-2-1). */
static uint32_t value_of(double light)
{
    double c = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055;
    return c <= 0 ? 0 : c >= 1 ? 255 : (uint32_t)(c * 255 + 0.5);
}

static struct oklab oklab_of(uint32_t rgb)
{
    double red = colour_linear((int)(rgb >> 16)), green = colour_linear((int)(rgb >> 8 & 0xFF)),
           blue = colour_linear((int)(rgb & 0xFF));
    double l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return (struct oklab){0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

static uint32_t rgb_of(const struct oklab *colour)
{
    double l = pow(colour->lightness + 0.3963377774 * colour->a + 0.2158037573 * colour->b, 3);
    double m = pow(colour->lightness - 0.1055613458 * colour->a - 0.0638541728 * colour->b, 3);
    double s = pow(colour->lightness - 0.0894841775 * colour->a - 1.2914855480 * colour->b, 3);
    return value_of(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16 |
           value_of(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8 |
           value_of(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
}

static uint32_t mixed(uint32_t one, uint32_t other, double share)
{
    struct oklab from = oklab_of(one), to = oklab_of(other);
    struct oklab mixed = {from.lightness + (to.lightness - from.lightness) * share,
                          from.a + (to.a - from.a) * share, from.b + (to.b - from.b) * share};
    return rgb_of(&mixed);
}

static void make(struct gradient *gradient, const uint32_t *stops, size_t count)
{
    for (size_t i = 0; i < GRADIENT_SHADES; i++) {
        double at = (double)i * (double)(count - 1) / (GRADIENT_SHADES - 1);
        size_t stop = (size_t)at < count - 1 ? (size_t)at : count - 2;
        gradient->shades[i] = colour_of(mixed(stops[stop], stops[stop + 1], at - (double)stop));
    }
}

/* ---- names and colours ----------------------------------------------------------------------------- */

static bool make_named(struct gradient *gradient, const char *text)
{
    static const struct {
        const char *name;
        uint32_t stops[GRADIENT_STOPS_MAX]; /* 0 behind the last */
    } named[] = {
#define GRADIENT(name, ...) {name, {__VA_ARGS__}},
#include "gradients.def"
#undef GRADIENT
    };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        size_t count = 0;
        if (strcmp(named[i].name, text) != 0)
            continue;
        while (count < GRADIENT_STOPS_MAX && named[i].stops[count])
            count++;
        make(gradient, named[i].stops, count);
        return true;
    }
    return false;
}

int gradient_read(struct gradient *gradient, const char *text, const struct theme *theme, struct text *why)
{
    uint32_t stops[GRADIENT_STOPS_MAX];
    size_t count = 0;
    if (make_named(gradient, text))
        return 0;
    for (const char *at = text + strspn(text, " "); *at;) {
        char word[32];
        struct colour colour;
        const size_t size = strcspn(at, " ");
        if (size >= sizeof word || count == GRADIENT_STOPS_MAX)
            break;
        memcpy(word, at, size);
        word[size] = '\0';
        if (colour_read(&colour, word, theme, why) < 0)
            return -1;
        stops[count++] = colour_rgb(&colour);
        at += size + strspn(at + size, " ");
        if (!*at && count > 1) {
            make(gradient, stops, count);
            return 0;
        }
    }
    text_addf(why, "use two to %d colours with blanks between them, or a gradient's name, as vice or rainbow",
              GRADIENT_STOPS_MAX);
    return -1;
}

const struct colour *gradient_at(const struct gradient *gradient, uint32_t column, uint32_t columns)
{
    uint32_t last = columns > 1 ? columns - 1 : 1;
    uint32_t at = column < last ? column : columns > 1 ? last : 0;
    return &gradient->shades[at * (GRADIENT_SHADES - 1) / last];
}
