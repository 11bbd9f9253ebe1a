/* `tacho doctor`: what is wrong, and how to mend it. What concerns logs and ledger is in doctor_….c. */
#include "doctor.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/version.h"
#include "../ingest/log_root.h"
#include "../ingest/log_tree.h"
#include "../ingest/log_walk.h"
#include "reports.h"

#include "../../shm/tacho.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho doctor [--json]\n"
    "\n"
    "Looks for what is wrong and says how to mend it: the agent, its folders, the shared memory, the "
    "ledger,\n"
    "logs that cannot be read, lines that are skipped (with file and line), models without a price, git\n"
    "repositories whose state is not all known, shells that do not load their reader. All logs are\n"
    "read once more for it. Exit status 0 if nothing is wrong, 1 if something is; notes, which come last,\n"
    "are nothing wrong.\n"
    "\n"
    "  -j, --json   {\"problems\": [{\"id\", \"what\", \"details\", \"mend\"}], \"notes\": [the same]}\n"
    "\n"
    "examples:\n"
    "  tacho doctor\n"
    "  tacho doctor --json | jq -r '.problems[].id'\n";

/* ---- findings ------------------------------------------------------------------------------------------ */

static void add_line(struct text *text, const char *format, va_list arguments)
{
    char *line = NULL;
    if (vasprintf(&line, format, arguments) < 0)
        return;
    text_add_string(text, line);
    free(line);
}

static void add_finding(struct findings *findings, struct finding finding, const char *format,
                        va_list arguments)
{
    add_line(&finding.what, format, arguments);
    findings->list = memory_grow(findings->list, findings->count, &findings->room, sizeof *findings->list);
    findings->list[findings->count++] = finding;
}

void findings_add(struct findings *findings, const char *id, const char *mend, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_finding(findings, (struct finding){.id = id, .mend = mend}, format, arguments);
    va_end(arguments);
}

void findings_note(struct findings *findings, const char *id, const char *mend, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_finding(findings, (struct finding){.id = id, .mend = mend, .is_note = true}, format, arguments);
    va_end(arguments);
}

static size_t count_problems(const struct findings *findings)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += !findings->list[i].is_note;
    return count;
}

void findings_detail(struct findings *findings, const char *format, ...)
{
    va_list arguments;
    struct text *details = &findings->list[findings->count - 1].details;
    va_start(arguments, format);
    add_line(details, format, arguments);
    va_end(arguments);
    text_add_char(details, '\0'); /* names of files may have newlines in them */
}

static void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        text_free(&findings->list[i].what);
        text_free(&findings->list[i].details);
    }
    free(findings->list);
}

/* ---- the agent ----------------------------------------------------------------------------------------- */

static void check_version(struct findings *findings, const json_t *status)
{
    const char *version = json_string_value(json_object_get(status, "version"));
    if (!version || strcmp(version, TACHO_VERSION) != 0)
        findings_add(findings, "agent-version", "run 'tacho restart'",
                     "the agent is of version %s, this command of %s", version ? version : "unknown",
                     TACHO_VERSION);
}

static void check_directories(struct findings *findings)
{
    struct text answer = TEXT_EMPTY;
    if (agent_ask_ours("status", &answer, NULL, NULL) == AGENT_ABSENT)
        findings_add(findings, "agent-directories",
                     "run 'tacho restart' where CLAUDE_CONFIG_DIR is as it should be",
                     "the agent reads other logs than CLAUDE_CONFIG_DIR says here");
    text_free(&answer);
}

/* Whether changes are seen as they come; on network file systems they never are, and that is not wrong. */
static void check_watches(struct findings *findings, const json_t *status, char *const *directories)
{
    bool is_remote = false;
    for (; *directories; directories++) {
        char *root = log_walk_root(*directories);
        is_remote = is_remote || log_root_is_remote(root);
        free(root);
    }
    if (json_is_true(json_object_get(status, "polled")) && !is_remote)
        findings_add(
            findings, "watches-used-up",
            "run as root: sysctl fs.inotify.max_user_watches=1048576 (in /etc/sysctl.d to keep it); then "
            "'tacho restart'",
            "not all logs can be watched: their changes are seen only when something asks");
}

/* The agent's status, or NULL after adding why there is none. */
static json_t *check_agent(struct findings *findings, char *const *directories)
{
    struct text answer = TEXT_EMPTY;
    json_t *status = NULL;
    switch (agent_ask("status", &answer, NULL, NULL)) {
    case AGENT_OK:
        status = json_loadb(answer.bytes, answer.size, 0, NULL);
        check_version(findings, status);
        check_directories(findings);
        check_watches(findings, status, directories);
        break;
    case AGENT_ABSENT:
        findings_add(findings, "agent-absent", "run 'tacho start'", "no agent runs");
        break;
    case AGENT_REFUSED:
        findings_add(findings, "agent-version", "run 'tacho restart'",
                     "the agent does not know this request: %s", answer.bytes);
        break;
    case AGENT_SILENT:
        findings_add(findings, "agent-silent",
                     "run 'tacho restart', or, if it is stopped, continue it (kill -CONT)",
                     "the agent does not answer");
        break;
    }
    text_free(&answer);
    return status;
}

/* ---- folders and shared memory ------------------------------------------------------------------------- */

static void check_folder(struct findings *findings, const char *id, char *path)
{
    struct stat status;
    if (!path)
        findings_add(findings, id, "set TACHO_RUNTIME_DIR and TACHO_STATE_DIR, or HOME",
                     "there is no place for %s", id);
    else if (lstat(path, &status) < 0 && errno != ENOENT)
        findings_add(findings, id,
                     errno == EACCES ? "give yourself the right to enter it"
                                     : "set the variable to a folder of your own",
                     "%s: %s", path, strerror(errno));
    else if (lstat(path, &status) < 0)
        ; /* it is made when the agent starts */
    else if (!S_ISDIR(status.st_mode))
        findings_add(findings, id, "remove it", "%s: is not a folder", path);
    else if (status.st_uid != geteuid())
        findings_add(findings, id, "set the variable to a folder of your own", "%s: belongs to another user",
                     path);
    else if (status.st_mode & 022)
        findings_add(findings, id, "run: chmod 700 on it", "%s: others may write to it", path);
    else if (access(path, R_OK | W_OK | X_OK) < 0)
        findings_add(findings, id, "run: chmod 700 on it", "%s: may not be written: %s", path,
                     strerror(errno));
    free(path);
}

/* Only with an agent: without one there need not be a segment. */
static void check_segment(struct findings *findings)
{
    struct tacho_segment segment;
    char *path = places_runtime(TACHO_SEGMENT_NAME);
    if (!path)
        return;
    if (tacho_open(&segment, path) == TACHO_OK)
        tacho_close(&segment);
    else
        findings_add(
            findings, "segment", "run 'tacho restart', which makes it anew",
            "%s: hooks cannot use the shared memory: it is not there, not safe, or of another version", path);
    free(path);
}

/* ---- prices -------------------------------------------------------------------------------------------- */

/* By the agent, or, if it cannot say, by what is in the logs. */
static void check_prices(struct findings *findings, bool has_agent)
{
    struct document_request request = document_request_default(DOCUMENT_TOTALS);
    struct text out = TEXT_EMPTY;
    json_t *totals = NULL, *name;
    size_t index;
    request.format = FORMAT_JSON;
    if (reports_make("doctor", &request, &(struct report_source){.logs_only = !has_agent}, &out) ==
        STATUS_DONE)
        totals = json_loadb(out.bytes, out.size, 0, NULL);
    const json_t *unpriced = json_object_get(totals, "unpriced");
    if (json_array_size(unpriced))
        findings_add(findings, "models-without-price", "give them prices: 'tacho help prices' says how",
                     "models without a price, whose tokens count and cost 0: %zu", json_array_size(unpriced));
    json_array_foreach(unpriced, index, name) findings_detail(findings, "%s", json_string_value(name));
    json_decref(totals);
    text_free(&out);
}

/* ---- telling ------------------------------------------------------------------------------------------- */

/* Details stand behind each other, each with a NUL. */
static const char *first_detail(const struct finding *finding)
{
    return finding->details.size ? finding->details.bytes : "";
}

static void print_finding(const struct finding *finding)
{
    const char *at = first_detail(finding), *end = at + finding->details.size;
    print_harmless(finding->what.bytes, finding->what.size);
    putchar('\n');
    for (; at < end; at += strlen(at) + 1) {
        fputs("    ", stdout);
        print_harmless(at, strlen(at));
        putchar('\n');
    }
    printf("  %s\n\n", finding->mend);
}

static void add_member(struct text *out, const char *before, const char *value, size_t size)
{
    text_add_string(out, before);
    text_add_json(out, value, size);
}

static void write_finding(struct text *out, const struct finding *finding)
{
    const char *at = first_detail(finding), *end = at + finding->details.size;
    add_member(out, "{\"id\": ", finding->id, strlen(finding->id));
    add_member(out, ", \"what\": ", finding->what.bytes, finding->what.size);
    text_add_string(out, ", \"details\": [");
    for (const char *before = ""; at < end; at += strlen(at) + 1, before = ", ")
        add_member(out, before, at, strlen(at));
    add_member(out, "], \"mend\": ", finding->mend, strlen(finding->mend));
    text_add_char(out, '}');
}

static void print_findings(const struct findings *findings, bool notes)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].is_note == notes)
            print_finding(&findings->list[i]);
}

static void write_list(struct text *out, const char *key, const struct findings *findings, bool notes)
{
    const char *before = "\n  ";
    text_addf(out, "\"%s\": [", key);
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].is_note != notes)
            continue;
        text_add_string(out, before);
        write_finding(out, &findings->list[i]);
        before = ",\n  ";
    }
    text_add_string(out, before[0] == ',' ? "\n]" : "]");
}

static void print_all(const struct findings *findings, bool json)
{
    struct text out = TEXT_EMPTY;
    if (!json) {
        print_findings(findings, false);
        if (!count_problems(findings))
            puts("nothing is wrong");
        print_findings(findings, true);
        return;
    }
    text_add_char(&out, '{');
    write_list(&out, "problems", findings, false);
    text_add_string(&out, ",\n ");
    write_list(&out, "notes", findings, true);
    text_add_string(&out, "}\n");
    fwrite(out.bytes, 1, out.size, stdout);
    text_free(&out);
}

int command_doctor(int argc, char **argv)
{
    bool json = false;
    const struct option_rule rules[] = {{"json", 'j', OPTION_FLAG, &json}};
    const struct options options = {"doctor", usage, rules, 1, 0};
    struct findings findings = {0};
    int exit_status;
    if (!options_read(argc, argv, &options, &exit_status))
        return exit_status;
    char **directories = log_tree_directories(places_environment());
    json_t *status = check_agent(&findings, directories);
    check_folder(&findings, "runtime-folder", places_runtime(""));
    check_folder(&findings, "state-folder", places_state(""));
    if (status)
        check_segment(&findings);
    doctor_check_ledger(&findings, status);
    doctor_check_logs(&findings, directories);
    check_prices(&findings, status != NULL);
    doctor_check_shells(&findings);
    if (status)
        doctor_check_git(&findings);
    print_all(&findings, json);
    exit_status = count_problems(&findings) ? STATUS_FAILED : STATUS_DONE;
    json_decref(status);
    log_tree_free_directories(directories);
    findings_free(&findings);
    return exit_status;
}
