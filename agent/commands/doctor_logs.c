/*
 * The logs, as `tacho doctor` sees them: all are read once more, for what is wrong with them and where.
 */
#include "doctor.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../ingest/log_tree.h"
#include "../ingest/log_walk.h"
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXAMPLES = 3 };
static const int64_t CLOCKS_DIFFER_US = INT64_C(300000000);

/* Lines that share what is wrong with them. */
struct flaw {
    const char *id, *what, *mend;
    uint64_t lines;
    struct text examples[EXAMPLES];
    size_t example_count;
};

struct look {
    struct flaw skipped[SKIP_REASONS];
    struct flaw future;
    struct progress progress;
    int64_t now_us;
};

static const struct look look_new = {
    .skipped =
        {
            [SKIP_SYNTAX] =
                {.id = "lines-not-json",
                 .what = "lines that are not JSON, and do not count",
                 .mend = "a crash or a full disk cut them off; the lines beside them count: remove them "
                         "from the file to be rid of this"},
            [SKIP_TIME] =
                {.id = "lines-without-time",
                 .what = "lines without a timestamp, which do not count",
                 .mend = "if a program other than Claude Code writes these logs, have it write \"timestamp\" "
                         "as RFC 3339 has it: 2026-01-02T03:04:05Z"},
            [SKIP_TOKENS] =
                {.id = "lines-with-bad-tokens",
                 .what = "lines with numbers of tokens that cannot be, which do not count",
                 .mend = "numbers of tokens are integers from 0 to 2147483648; correct them, or the program "
                         "that writes them"},
            [SKIP_MEMORY] = {.id = "lines-too-long",
                             .what = "lines that do not fit into memory, and do not count",
                             .mend = "give the process more memory (ulimit -v), or remove the lines"},
        },
    .future = {.id = "lines-of-the-future",
               .what = "lines dated later than now, which count on those days",
               .mend = "set the clock of this machine, or of the one that wrote them, right"},
};

static void flaw_add(struct flaw *flaw, uint64_t lines, const char *path, uint64_t number)
{
    flaw->lines += lines;
    if (flaw->example_count < EXAMPLES)
        text_addf(&flaw->examples[flaw->example_count++], "%s:%llu", path, (unsigned long long)number + 1);
}

/* The unterminated last line may be whole in a moment: it is not wrong yet. */
static void look_at_batch(void *data, const struct batch *batch)
{
    struct look *look = data;
    for (int reason = 0; reason < SKIP_REASONS; reason++) {
        uint64_t lines = batch->skipped.of[reason] - batch->tail_skipped.of[reason];
        if (lines)
            flaw_add(&look->skipped[reason], lines, batch->path, batch->first_skipped[reason]);
    }
    for (size_t i = 0; i < batch->copy_count; i++)
        if (batch->copies[i].when_us > look->now_us + CLOCKS_DIFFER_US)
            flaw_add(&look->future, 1, batch->path, batch->copies[i].line);
}

static void look_progress(void *data, uint64_t read, uint64_t total)
{
    progress_show(&((struct look *)data)->progress, read, total);
}

static void flaw_tell(struct findings *findings, struct flaw *flaw)
{
    char count[32];
    if (flaw->lines)
        findings_add(findings, flaw->id, flaw->mend, "%s: %s", flaw->what, show_count(count, flaw->lines));
    for (size_t i = 0; i < flaw->example_count; i++) {
        findings_detail(findings, "%s", flaw->examples[i].bytes);
        text_free(&flaw->examples[i]);
    }
    if (flaw->lines > flaw->example_count)
        findings_detail(findings, "and more");
}

/* ---- what cannot be read ------------------------------------------------------------------------------- */

struct walk {
    struct findings *findings;
    const char *folder;
};

static void tell_unreadable(struct findings *findings, const char *path, int error)
{
    findings_add(findings, "logs-unreadable", "give yourself the right to read it: chmod u+r, or chown",
                 "%s: cannot be read: %s: what it holds does not count", path, strerror(error));
}

static void walk_folder(struct findings *findings, const char *folder, bool root);

static void walk_found(void *data, const char *name, const struct log_status *status)
{
    const struct walk *walk = data;
    struct text path = TEXT_EMPTY;
    text_addf(&path, "%s/%s", walk->folder, name);
    if (status->kind == LOG_DIRECTORY)
        walk_folder(walk->findings, path.bytes, false);
    else if (access(path.bytes, R_OK) < 0 && errno != ENOENT)
        tell_unreadable(walk->findings, path.bytes, errno);
    text_free(&path);
}

static void walk_folder(struct findings *findings, const char *folder, bool root)
{
    struct walk walk = {findings, folder};
    if (log_walk_list(folder, root, walk_found, &walk) < 0 && errno != ENOENT)
        tell_unreadable(findings, folder, errno);
}

static void check_readable(struct findings *findings, char *const *directories)
{
    for (; *directories; directories++) {
        char *root = log_walk_root(*directories);
        walk_folder(findings, root, true);
        free(root);
    }
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

static void tell_no_logs(struct findings *findings, char *const *directories)
{
    findings_add(findings, "no-logs", "use Claude Code once, or set CLAUDE_CONFIG_DIR to where its logs are",
                 "there are no logs");
    for (; *directories; directories++)
        findings_detail(findings, "looked below %s/projects", *directories);
}

void doctor_check_logs(struct findings *findings, char *const *directories)
{
    struct look look = look_new;
    struct log_tree_counts counts;
    look.now_us = clock_now_us();
    const struct log_scan_order order = {.take = look_at_batch, .progress = look_progress, .data = &look};
    progress_begin(&look.progress, "reading logs");
    log_tree_scan(directories, &order, &counts);
    progress_end(&look.progress);
    if (counts.files == 0)
        tell_no_logs(findings, directories);
    check_readable(findings, directories);
    for (int reason = 0; reason < SKIP_REASONS; reason++)
        flaw_tell(findings, &look.skipped[reason]);
    flaw_tell(findings, &look.future);
}
