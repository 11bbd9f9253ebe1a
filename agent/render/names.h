/*
 * Names shortened as people expect, before they are made harmless: which part of a model's name or of a
 * path is worth its columns. The results point into what was given.
 */
#ifndef TACHO_NAMES_H
#define TACHO_NAMES_H

#include "facts.h"

/*
 * The telling part of a model's name: a display name without "Claude", an id without vendor prefix,
 * release date and version suffix, and of a Bedrock ARN what its last component says.
 */
struct fact_text name_of_model(struct fact_text name);

/* A directory as it is shown, its parts in order; any may be empty. */
struct shown_path {
    bool home; /* begins with ~ */
    bool cut;  /* components are left out at the start: shown as …/ */
    struct fact_text before;
    struct fact_text root; /* the project's name */
    bool gap;              /* components are left out after the root: shown as /…/ */
    struct fact_text after;
};

/*
 * Shortens a directory to `columns`, as far as whole components go: `home` (or NULL) becomes ~; where that
 * is too long, the project's name and the last components that fit are kept. The project is the last
 * component of `top`, the repository's root directory (or NULL), if the directory lies in it; else the last
 * component.
 */
struct shown_path name_of_directory(struct fact_text directory, const char *home, const char *top,
                                    uint32_t columns, bool ascii);

#endif
