/* What a person at a terminal sees besides the output: colour, width, questions, progress. */
#include "command.h"

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
