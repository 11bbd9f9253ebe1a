/*
 * The person's configuration: git-config syntax (base/setting.h), so that `git config -f FILE` edits it.
 *
 *     [line], [segment "..."], [theme "..."], [budget]: the look (render/look_build.h)
 *     [tokens]
 *         weights = opus=5  # how weighted tokens count: WORD=FACTOR for models with WORD in their name
 *     [stream]: the event stream (stream_settings.h)
 *     [alert "..."]: rules of alerts (alert_rules.h)
 *
 * A mistake is said once, with the file's name and line, and the rest still applies.
 */
#ifndef TACHO_CONFIG_H
#define TACHO_CONFIG_H

#include "alert_rules.h"

#include "../meter/weights.h"
#include "../render/render.h"

struct config {
    struct look look;
    struct weights weights;
    struct alert_rules alerts;
};

/* What a person has who configured nothing; config_free() frees what the configuration refers to. */
struct config config_default(void);
void config_free(struct config *config);

/* $TACHO_CONFIG, else $XDG_CONFIG_HOME/tacho/config, else ~/.config/tacho/config. Returns 0, or -1: nowhere.
 */
int config_path(char *out, size_t size, const char *const *environment);

/*
 * Reads the file into *config, of config_default(), which keeps its values where the file says nothing. A
 * missing file is no mistake. Returns how many mistakes were said.
 */
unsigned config_read(const char *path, struct config *config);

/* Is told of a mistake: "line.theme = mauve: no such theme"; of the first line's first. */
typedef void config_tell(void *data, unsigned line, const char *mistake);

/* The same of a text that the file holds, or may come to hold. `tell` may be NULL. */
unsigned config_read_text(const struct text *content, struct config *config, config_tell *tell, void *data);

#endif
