/* What a person at a terminal sees besides the output: colour, width, questions, progress. */
#include "command.h"

#include "../render/harmless.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 500, FRAME_MS = 100, BAR_COLUMNS = 30 };

bool terminal_colour(FILE *stream, enum colour_wish wish)
{
    if (wish != COLOUR_AUTO)
        return wish == COLOUR_ALWAYS;
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM"); /* https://no-color.org */
    const char *force = getenv("FORCE_COLOR"); /* https://force-color.org, and ccusage's help */
    if (no && *no)
        return false;
    if (force && *force && strcmp(force, "0") != 0)
        return true;
    return isatty(fileno(stream)) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

uint32_t terminal_columns(void)
{
    const char *columns = getenv("COLUMNS");
    char *end;
    unsigned long count = columns ? strtoul(columns, &end, 10) : 0;
    if (count > 0 && count <= 10000 && *end == '\0')
        return (uint32_t)count;
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void print_word(const char *word, size_t size)
{
    struct grapheme grapheme;
    for (; harmless_next(&grapheme, word, size, false); word += grapheme.taken, size -= grapheme.taken)
        fwrite(grapheme.bytes, 1, grapheme.size, stdout);
}

void terminal_paragraph(const char *lead, const char *text)
{
    const uint32_t most = isatty(STDOUT_FILENO) ? terminal_columns() : 0, indent = (uint32_t)strlen(lead);
    uint32_t at = indent;
    fputs(lead, stdout);
    for (const char *word = text; *word;) {
        const size_t size = strcspn(word, " ");
        const uint32_t columns = harmless_columns(word, size, false);
        if (most && at > indent && at + 1 + columns > most) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        print_word(word, size);
        at += columns;
        word += size + strspn(word + size, " ");
    }
    putchar('\n');
}

bool terminal_agrees(const char *question)
{
    char answer[16];
    fputs(question, stdout);
    fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin)) {
        putchar('\n');
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

/* ---- progress ---------------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, const char *label)
{
    *progress = (struct progress){.label = label, .began_ms = now_ms(), .wanted = isatty(STDERR_FILENO) != 0};
}

void progress_show(void *data, uint64_t read, uint64_t total)
{
    struct progress *progress = data;
    if (!progress->wanted || !total)
        return;
    int64_t now = now_ms();
    if (now - progress->began_ms < QUIET_MS || (progress->shown_ms && now - progress->shown_ms < FRAME_MS))
        return;
    progress->shown_ms = now;
    if (read > total)
        read = total;
    int filled = (int)((double)read / (double)total * BAR_COLUMNS);
    char done[32], all[32], bar[BAR_COLUMNS + 1];
    memset(bar, '.', BAR_COLUMNS);
    memset(bar, '#', (size_t)filled);
    bar[BAR_COLUMNS] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %s of %s", progress->label, bar, show_bytes(done, read),
            show_bytes(all, total));
}

void progress_end(struct progress *progress)
{
    if (progress->shown_ms)
        fputs("\r\033[K", stderr);
    progress->shown_ms = 0;
}

/* ---- numbers for people ------------------------------------------------------------------------------ */

const char *show_count(char out[32], uint64_t count)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    char *at = out;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return out;
}

const char *show_bytes(char out[32], uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 999.95 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1000;
    snprintf(out, 32, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return out;
}

const char *show_time(char out[32], uint64_t when_us)
{
    time_t seconds = (time_t)(when_us / 1000000), now = time(NULL);
    struct tm parts;
    if (!localtime_r(&seconds, &parts) ||
        !strftime(out, 32, now - seconds < 43200 ? "%H:%M:%S" : "%Y-%m-%d %H:%M", &parts))
        snprintf(out, 32, "an unknown time");
    return out;
}

void print_harmless(const char *text, size_t size)
{
    struct grapheme grapheme;
    for (; harmless_next(&grapheme, text, size, false); text += grapheme.taken, size -= grapheme.taken)
        fwrite(grapheme.bytes, 1, grapheme.size, stdout);
}
