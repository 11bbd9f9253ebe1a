/* The kinds that a function makes: see odd_lines.c for those of lines, odd_shapes.c for those of bytes. */
#ifndef GENERATE_ODD_KINDS_H
#define GENERATE_ODD_KINDS_H

#include "odd.h"

/* One string of a list that ends in NULL. */
const char *odd_one_of(struct odd *odd, const char *const *values);

/* odd_lines.c: what a line says. */
void make_no_tokens(struct odd *odd, struct record *record);
void make_zero_tokens(struct odd *odd, struct record *record);
void make_long_context(struct odd *odd, struct record *record);
void make_creation_partial(struct odd *odd, struct record *record);
void make_creation_larger(struct odd *odd, struct record *record);
void make_advisor(struct odd *odd, struct record *record);
void make_no_ids(struct odd *odd, struct record *record);
void make_uuid_only(struct odd *odd, struct record *record);
void make_foreign_session(struct odd *odd, struct record *record);
void make_progress(struct odd *odd, struct record *record);
void make_progress_untimed(struct odd *odd, struct record *record);
void make_progress_times(struct odd *odd, struct record *record);
void make_progress_broken(struct odd *odd, struct record *record);
void make_copies(struct odd *odd, struct record *record);
void make_user_line(struct odd *odd, struct record *record);
void make_tool_output(struct odd *odd, struct record *record);
void make_quoted_transcript(struct odd *odd, struct record *record);
void make_usage_elsewhere(struct odd *odd, struct record *record);
void make_without_usage(struct odd *odd, struct record *record);
void make_not_object(struct odd *odd, struct record *record);

/* odd_shapes.c: how it is written. */
void make_spaced(struct odd *odd, struct record *record);
void make_shuffled(struct odd *odd, struct record *record);
void make_keys_escaped(struct odd *odd, struct record *record);
void make_usage_escaped(struct odd *odd, struct record *record);
void make_usage_escaped_marked(struct odd *odd, struct record *record);
void make_duplicate_key(struct odd *odd, struct record *record);
void make_duplicate_object(struct odd *odd, struct record *record);
void make_crlf(struct odd *odd, struct record *record);
void make_byte_order_mark(struct odd *odd, struct record *record);
void make_nul(struct odd *odd, struct record *record);
void make_control_bytes(struct odd *odd, struct record *record);
void make_binary(struct odd *odd, struct record *record);
void make_invalid_utf8(struct odd *odd, struct record *record);
void make_unusual_utf8(struct odd *odd, struct record *record);
void make_surrogates(struct odd *odd, struct record *record);
void make_surrogate_names(struct odd *odd, struct record *record);
void make_nested(struct odd *odd, struct record *record);
void make_nested_hopelessly(struct odd *odd, struct record *record);
void make_two_objects(struct odd *odd, struct record *record);
void make_trailing(struct odd *odd, struct record *record);
void make_blanks_around(struct odd *odd, struct record *record);
void make_bad_syntax(struct odd *odd, struct record *record);
void make_good_syntax(struct odd *odd, struct record *record);
void make_cut(struct odd *odd, struct record *record);
void make_blank_lines(struct odd *odd, struct record *record);
void make_long_line(struct odd *odd, struct record *record);

#endif
