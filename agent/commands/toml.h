/*
 * TOML (version 1.0), read into the tree that jansson has for JSON: enough of it for the files that
 * CCometixLine writes. Dates, several-line strings, and numbers in other bases are refused, not misread.
 */
#ifndef TACHO_COMMAND_TOML_H
#define TACHO_COMMAND_TOML_H

#include "../base/text.h"

#include <jansson.h>

/* Returns an object, to be released with json_decref(), or NULL after writing the line and what is wrong. */
json_t *toml_read(const char *bytes, size_t size, struct text *why);

#endif
