/* Drawing the line that is being edited: see preview.h. */
#include "preview.h"

#include "../commands/command.h"
#include "../render/fitted.h"
#include "../render/look_build.h"
#include "../render/segments.h"
#include "../serve/config.h"

#include "../../shm/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum tacho_depth depth(void)
{
    return terminal_depth(getenv("NO_COLOR"), getenv("COLORTERM"), getenv("TERM"));
}

/* The agent reads the configuration from a file of its own runtime directory. */
static bool draw_own(struct preview *preview, const struct text *config, uint32_t columns)
{
    bool is_drawn = false;
    struct text request = TEXT_EMPTY, name = TEXT_EMPTY;
    text_addf(&name, "preview-%d", (int)getpid());
    char *path = places_runtime(name.bytes);
    int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (file >= 0 && write(file, config->bytes, config->size) == (ssize_t)config->size) {
        text_addf(&request, "preview %u %d %s", columns, (int)depth(), path);
        is_drawn = agent_ask_ours(request.bytes, &preview->line, NULL, NULL) == AGENT_OK;
    }
    if (file >= 0) {
        close(file);
        unlink(path);
    }
    text_free(&request);
    text_free(&name);
    free(path);
    return is_drawn;
}

static void draw_imagined(struct preview *preview, const struct text *content, uint32_t columns)
{
    static struct rendering rendering;
    static char fitted[FITTED_MAX];
    struct config config = config_default();
    config_read_text(content, &config, NULL, NULL);
    render_status_line(&rendering, segment_sample_facts(), &config.look, TACHO_CLAUDE, depth());
    text_clear(&preview->line);
    text_add(&preview->line, fitted, rendering_fitted(&rendering, columns, false, fitted));
    config_free(&config);
}

void preview_draw(struct preview *preview, const struct text *config, uint32_t columns)
{
    text_clear(&preview->line);
    preview->is_own = draw_own(preview, config, columns);
    if (!preview->is_own)
        draw_imagined(preview, config, columns);
}

void preview_free(struct preview *preview)
{
    text_free(&preview->line);
}
