/* The ledger, as `tacho doctor` sees it: what the agent says of it, and what is in the file. */
#include "doctor.h"

#include "../store/ledger.h"
#include "command.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char mend_open[] = "mend what the reason names; then run 'tacho restart'";
static const char mend_damage[] =
    "run 'tacho ledger rebuild': the damaged one is set aside, its last backup and the logs take its place";

/* What the agent says. */
static void check_kept(struct findings *findings, const json_t *status)
{
    const json_t *ledger = json_object_get(status, "ledger");
    const char *state = json_string_value(json_object_get(ledger, "state"));
    const char *why = json_string_value(json_object_get(ledger, "why"));
    if (!state || !why || strcmp(state, "kept") == 0)
        return;
    if (strcmp(state, "failing") == 0)
        findings_add(
            findings, "ledger-failing",
            "make room on the disk, or mend what the reason names: the agent tries again every minute",
            "the ledger cannot be written: %lld messages are in memory only",
            (long long)json_integer_value(json_object_get(ledger, "unsaved_entries")));
    else
        findings_add(findings, "ledger-none", mend_open,
                     "no ledger is kept: numbers last as long as the agent, and the logs");
    if (*why)
        findings_detail(findings, "%s", why);
}

static void add_lines(struct findings *findings, const char *lines)
{
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        findings_detail(findings, "%.*s", (int)size, lines);
        lines += size + (lines[size] == '\n');
    }
}

/* What is in the file, in whatever state the agent is. */
static void check_file(struct findings *findings, const char *path, bool has_agent)
{
    struct ledger_report report = {0};
    struct text found = TEXT_EMPTY;
    struct ledger *ledger = ledger_open(path, LEDGER_READ, &report);
    int result = ledger ? ledger_check(ledger, &found) : LEDGER_OK;
    if (!ledger && !report.is_missing && !has_agent)
        findings_add(findings, "ledger-none", mend_open, "the ledger cannot be used: %s",
                     report.why.size ? report.why.bytes : path);
    if (result == LEDGER_CORRUPT)
        findings_add(findings, "ledger-damaged", mend_damage, "%s: the ledger is damaged", path);
    else if (result != LEDGER_OK)
        findings_add(findings, "ledger-unreadable", mend_open, "%s: the ledger cannot be checked", path);
    if (result != LEDGER_OK && found.size)
        add_lines(findings, found.bytes);
    ledger_close(ledger);
    text_free(&found);
    text_free(&report.why);
}

/* What was set aside stays until a person removes it. */
static void check_aside(struct findings *findings, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct text folder = TEXT_EMPTY, start = TEXT_EMPTY;
    text_add(&folder, path, slash ? (size_t)(slash - path) : 0);
    text_addf(&start, "%s.corrupt-", slash ? slash + 1 : path);
    DIR *files = opendir(folder.bytes);
    bool is_first = true;
    for (struct dirent *file; files && (file = readdir(files));) {
        if (strncmp(file->d_name, start.bytes, start.size) != 0 || strstr(file->d_name, "-wal") ||
            strstr(file->d_name, "-shm"))
            continue;
        if (is_first)
            findings_add(findings, "ledger-set-aside",
                         "compare what 'tacho monthly' says with what you expect, then remove them",
                         "a damaged ledger was set aside; its backup and the logs took its place");
        findings_detail(findings, "%s/%s", folder.bytes, file->d_name);
        is_first = false;
    }
    if (files)
        closedir(files);
    text_free(&folder);
    text_free(&start);
}

void doctor_check_ledger(struct findings *findings, const struct json_t *status)
{
    char *path = places_ledger();
    if (status)
        check_kept(findings, status);
    if (!path)
        return;
    check_file(findings, path, status != NULL);
    check_aside(findings, path);
    free(path);
}
