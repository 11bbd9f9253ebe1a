/*
 * JSON as ccusage's library (serde_json) takes it where it differs from json.h: values that are ignored,
 * values that are kept, and texts. All reject what json.h rejects, but for the limit of depth. Internal to
 * ccusage_*.c.
 */
#ifndef TACHO_CCUSAGE_JSON_H
#define TACHO_CCUSAGE_JSON_H

#include "ccusage_line.h"

#define CCUSAGE_DEEPEST                                                                                      \
    127 /* containers within each other, where values are kept; serde_json refuses one more */

/* Whether a \u escape in a string stands for half a character. */
bool ccusage_is_half_text(const struct json_slice *slice);

/* Whether a string may be taken as text: UTF-8 without half characters. The slice is within its quotes. */
bool ccusage_is_text(const struct json_slice *slice);

/* Passes the value at hand as one that nobody wants: only its form matters, and there is no limit of depth.
 */
void ccusage_ignore(struct json *json);

/* Passes the value at hand as one that is kept whole: all in it must be representable. For strict readers. */
void ccusage_keep(struct json *json);

/*
 * Whether a line may be read that has a null in it, or only the word. Then it is first kept whole, which
 * `is_kept` tells: no object may have a key twice (CCUSAGE_BAD_JSON), and some keys may not be null wherever
 * they are (CCUSAGE_NULL).
 */
enum ccusage_refusal ccusage_nulls_refusal(struct ccusage_reader *reader, const char *bytes, size_t size,
                                           bool *is_kept);

#endif
