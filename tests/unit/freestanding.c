/*
 * The reader without a C library: compiled with -ffreestanding, linked with -nostdlib. That it links is the
 * test; that it also runs says that nothing was left out at run time either.
 */
#include "../../shm/place.h"
#include "../../shm/system.h"
#include "../../shm/tacho.h"

void freestanding_main(void);

/* The kernel enters with an aligned stack and no return address. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n call freestanding_main\n hlt\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n bl freestanding_main\n brk #0\n");
#endif

static union {
    struct tacho_copy copy;
    uint8_t bytes[512];
} buffer;

static int opens_nothing(void)
{
    static struct tacho_segment segment;
    static struct tacho_metric metric;
    static struct tacho_event event;
    static struct tacho_subscriber subscriber;
    struct tacho_cursor cursor;
    uint64_t missed;
    cursor.next = 1;
    missed = 0;
    return tacho_open(&segment, "/proc/self/none") == TACHO_NO_SEGMENT &&
           tacho_map(&segment) == TACHO_NO_SEGMENT && tacho_is_retired(&segment) == 1 &&
           tacho_find(&segment, TACHO_GLOBAL, "", 0) == TACHO_NOT_FOUND &&
           tacho_read(&segment, 0, &buffer, sizeof buffer) == TACHO_NOT_FOUND &&
           tacho_read_key(&segment, TACHO_GLOBAL, "", 0, &buffer, sizeof buffer) == TACHO_NOT_FOUND &&
           tacho_metric_at(&segment, 0, &metric) == TACHO_NOT_FOUND &&
           tacho_subscribe(&segment, &cursor) == TACHO_CORRUPT &&
           tacho_next(&segment, &cursor, &event, &missed) == TACHO_CORRUPT &&
           tacho_lag(&segment, &cursor) == 0 && tacho_wait(&segment, &cursor, -1) == TACHO_CORRUPT &&
           tacho_attach(&segment, &subscriber, &buffer, TACHO_FROM_NOW) == TACHO_CORRUPT &&
           tacho_take(&segment, &subscriber, &event, 1, &buffer, sizeof buffer) == 0;
}

/* A copy by hand: one piece, "hi", and the word 7. */
static int formats(void)
{
    struct tacho_block *block = (struct tacho_block *)(buffer.bytes + 96);
    struct tacho_piece *piece = (struct tacho_piece *)(buffer.bytes + 112);
    char out[8];
    uint64_t value;
    size_t size;
    buffer.copy.used = 136;
    buffer.copy.key_offset = 130;
    buffer.copy.word_offset = 80;
    buffer.copy.word_count = 1;
    buffer.copy.present[0] = 1;
    buffer.copy.block_offset = 96;
    buffer.copy.block_count = 1;
    buffer.bytes[80] = 7;
    block->surface = TACHO_PLAIN;
    block->piece_count = 1;
    block->piece_offset = 112;
    block->text_offset = 128;
    block->text_size = 2;
    piece->body_bytes = 2;
    piece->body_columns = 2;
    buffer.bytes[128] = 'h';
    buffer.bytes[129] = 'i';
    return tacho_format(&buffer.copy, TACHO_PLAIN, TACHO_TRUE_COLOUR, 2, 0, out, sizeof out) == 2 &&
           out[0] == 'h' &&
           tacho_format(&buffer.copy, TACHO_PLAIN, TACHO_TRUE_COLOUR, 1, 0, out, sizeof out) == 0 &&
           tacho_word(&buffer.copy, 0, &value) && value == 7 && !tacho_text(&buffer.copy, 1, &size) &&
           *tacho_key(&buffer.copy) == '\0' && tacho_block_at(&buffer.copy, 0) == block;
}

static int finds_its_place(void)
{
    const char *const environment[] = {"HOME=/h", NULL};
    char out[64];
    return place_state(out, sizeof out, environment, "") == 21 &&
           place_runtime(out, sizeof out, environment, "") == 25 &&
           place_variable(environment, "HOME") != NULL;
}

void freestanding_main(void)
{
    static const char passed[] = "# freestanding: 1 passed, 0 failed\n";
    static const char failed[] = "# freestanding: 0 passed, 1 failed\n";
    int works = opens_nothing() && formats() && finds_its_place();
    system_call(__NR_write, 1, (long)(works ? passed : failed), sizeof passed - 1, 0, 0, 0);
    system_call(__NR_exit_group, !works, 0, 0, 0, 0, 0);
}
