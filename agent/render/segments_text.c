/* Segments of a person's own: texts, links, what their programs print; and the mark of a stale line. */
#include "../base/zone.h"
#include "segments_draw.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_COLUMNS = 60 };

static struct fact_text option_text(const struct line *line)
{
    return fact_string(line->options ? line->options->text : NULL);
}

void segment_text(struct line *line, const struct facts *facts)
{
    (void)facts;
    draw_text(line, ROLE_DETAIL, option_text(line), TEXT_COLUMNS);
}

void segment_link(struct line *line, const struct facts *facts)
{
    const char *url = line->options ? line->options->url : NULL;
    struct fact_text text = option_text(line);
    (void)facts;
    if (!url)
        return;
    piece_link(line, fact_string(url));
    draw_text(line, ROLE_BRANCH, text.size ? text : fact_string(url), TEXT_COLUMNS);
    piece_link_end(line);
}

void segment_command(struct line *line, const struct facts *facts)
{
    size_t index = line->options ? line->options->command : 0;
    if (index > 0 && index <= facts->commands.count)
        draw_text(line, ROLE_DETAIL, facts->commands.texts[index - 1], TEXT_COLUMNS);
}

/* What a reader shows on a line that it knows to be stale, and everybody on one that is. */
void segment_stale(struct line *line, const struct facts *facts)
{
    (void)facts;
    piece_symbol(line, ROLE_DIM, "◷", "~");
}

/* Shown by readers that know the line to be old; when it was made tells them how old. */
void segment_stale_word(struct line *line, const struct facts *facts)
{
    char text[32];
    int hours, minutes;
    zone_clock(facts->as_of_us ? facts->as_of_us : facts->now_us, &hours, &minutes);
    snprintf(text, sizeof text, "stale, of %02d:%02d", hours % 24, minutes % 60);
    piece_text(line, ROLE_DIM, text);
}
