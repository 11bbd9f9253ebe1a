/* The layout of version 1.0, which no later 1.x may change: this compiles as long as nothing has moved. */
#include "tacho.h"

#define AT(type, member, offset)                                                                             \
    _Static_assert(offsetof(struct type, member) == (offset), #type "." #member " moved")

_Static_assert(sizeof(struct tacho_header) == 168, "header");
AT(tacho_header, magic, 0);
AT(tacho_header, major, 8);
AT(tacho_header, minor, 10);
AT(tacho_header, header_size, 12);
AT(tacho_header, file_size, 16);
AT(tacho_header, epoch, 24);
AT(tacho_header, retired, 32);
AT(tacho_header, agent_pid, 36);
AT(tacho_header, agent_start_ns, 40);
AT(tacho_header, metric_offset, 48);
AT(tacho_header, directory_offset, 60);
AT(tacho_header, slot_offset, 76);
AT(tacho_header, back_offset, 88);
AT(tacho_header, ring_offset, 96);
AT(tacho_header, read_size, 108);
AT(tacho_header, ring_next, 112);
AT(tacho_header, publishes, 120);
AT(tacho_header, agent_version, 128);
AT(tacho_header, ring_signal, 160);

_Static_assert(sizeof(struct tacho_metric) == 160, "metric");
AT(tacho_metric, unit, 40);
AT(tacho_metric, help, 56);
AT(tacho_metric, type, 152);
AT(tacho_metric, kinds, 154);
AT(tacho_metric, word, 156);

_Static_assert(sizeof(struct tacho_directory_entry) == 16, "directory entry");
AT(tacho_directory_entry, slot, 8);

_Static_assert(sizeof(struct tacho_copy) == 80, "copy");
AT(tacho_copy, checksum, 8);
AT(tacho_copy, used, 16);
AT(tacho_copy, kind, 20);
AT(tacho_copy, key_offset, 24);
AT(tacho_copy, as_of_ns, 32);
AT(tacho_copy, valid_until_ns, 40);
AT(tacho_copy, word_offset, 48);
AT(tacho_copy, block_offset, 56);
AT(tacho_copy, present, 64);

_Static_assert(sizeof(struct tacho_block) == 16, "block");
AT(tacho_block, piece_count, 2);
AT(tacho_block, piece_offset, 4);
AT(tacho_block, text_offset, 8);
AT(tacho_block, text_size, 12);

_Static_assert(sizeof(struct tacho_piece) == 16, "piece");
AT(tacho_piece, lead_bytes, 4);
AT(tacho_piece, lead_columns, 8);
AT(tacho_piece, line, 12);

_Static_assert(sizeof(struct tacho_event) == 64, "event");
AT(tacho_event, monotonic_ns, 8);
AT(tacho_event, key_hash, 24);
AT(tacho_event, slot, 32);
AT(tacho_event, before, 40);
AT(tacho_event, priority, 56);
AT(tacho_event, kind, 62);

_Static_assert(TACHO_PIECES_MAX == 64, "a set of pieces is one word");
