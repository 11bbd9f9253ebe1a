/*
 * Segments: what a status line can be made of. Each has a dotted name, a place in a family (which gives its
 * background where a style has one), a priority and a function that draws it from facts. segments.def lists
 * them, with what each shows; segments_FAMILY.c draw them.
 *
 * A segment draws nothing where its facts are unknown. Drawing is pure: facts and options in, text out.
 */
#ifndef TACHO_SEGMENTS_H
#define TACHO_SEGMENTS_H

#include "../base/text.h"
#include "line.h"

struct segment {
    const char *name;  /* "context.used" */
    const char *shows; /* for people, one line */
    const char *nerd;  /* its icon of the Nerd Fonts; "": none */
    void (*draw)(struct line *line, const struct facts *facts);
    enum family family;
    uint8_t priority; /* 1: kept longest where columns are short */
};

/* Whose a segment's number is: the same for every line, an account's, a session's. */
enum segment_scope { SEGMENT_OF_ALL, SEGMENT_OF_ACCOUNT, SEGMENT_OF_SESSION };

enum segment_scope segment_scope(const struct segment *segment);

/* Segment `index` of the registry; NULL past its end. */
const struct segment *segment_at(size_t index);

/* By name; NULL: none. */
const struct segment *segment_find(const char *name, size_t size);

/* A name that stands for several segments in a row: "git" for "git.branch+git.sync+...". NULL past the end.
 */
struct segment_group {
    const char *name;
    const char *row;
};
const struct segment_group *segment_group_at(size_t index);
const struct segment_group *segment_group_find(const char *name, size_t size);

/* Writes that no segment or group has that name, and which one may have been meant. */
void segment_say_unknown(struct text *why, const char *name, size_t size);

/*
 * A widget of another status line, and what shows the same here. `ours` is a row's worth ("git.staged",
 * "limit.five_hour.reset"), "" where there is nothing; `note` says what differs, or why.
 */
struct segment_peer {
    const char *peer; /* "ccstatusline", "claude-powerline", "ccline", "claude-hud", "ccusage", ... */
    const char *theirs;
    const char *ours;
    const char *note;
};
const struct segment_peer *segment_peer_at(size_t index);

/* Facts of an imagined session in which every segment has something to show; for samples and demos. */
const struct facts *segment_sample_facts(void);

/* Draws one segment alone, without icon, into a rendering (surface plain): its sample. */
void segment_sample(struct rendering *rendering, const struct segment *segment);

#endif
