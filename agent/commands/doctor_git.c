/* Repositories, as `tacho doctor` sees them: those that the agent keeps, and the one that it is run in. */
#include "doctor.h"

#include "command.h"

#include <jansson.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TRIES      60 /* while a repository is being looked at */
#define BETWEEN_NS (50 * 1000 * 1000)

/* What to do about a trouble (serve/repositories.h), and whether it is one or only explains something. */
static const struct trouble {
    const char *name, *id, *mend;
    bool is_note;
} troubles[] = {
    {"owner", "git-owner", "if you trust it: git config --global --add safe.directory DIRECTORY", false},
    {"watches", "git-watches",
     "run as root: sysctl fs.inotify.max_user_watches=1048576 (in /etc/sysctl.d to keep it); then 'tacho "
     "restart'",
     false},
    {"remote", "git-remote", "nothing to do: each prompt looks at the work tree", true},
    {"engine", "git-engine", "nothing to do: each prompt runs git in the background", true},
    {"filter", "git-filter", "'git status' compares them, and remembers it", true},
    {"damage", "git-damage", "'git status' and 'git fsck' say more", false},
    {"place", "git-place", "mend or remove it; 'git rev-parse' says what git makes of it", false},
    {"library", "git-library", "then 'tacho restart'; until then no prompt shows a repository", false},
};

static void check_trouble(struct findings *findings, const json_t *item, const char *where_key)
{
    const char *name = json_string_value(json_object_get(item, "trouble"));
    const char *reason = json_string_value(json_object_get(item, "reason"));
    const char *where = json_string_value(json_object_get(item, where_key));
    for (size_t i = 0; name && reason && where && i < sizeof troubles / sizeof *troubles; i++) {
        const struct trouble *trouble = &troubles[i];
        if (strcmp(trouble->name, name) != 0)
            continue;
        (trouble->is_note ? findings_note : findings_add)(findings, trouble->id, trouble->mend, "%s: %s",
                                                          where, reason);
    }
}

/* Asks until nothing is pending, or for long enough. Returns the document; NULL if there is none. */
static json_t *ask(const char *request)
{
    const struct timespec between = {.tv_nsec = BETWEEN_NS};
    json_t *document = NULL, *item;
    size_t index;
    for (int i = 0; i < TRIES; i++) {
        struct text answer = TEXT_EMPTY;
        bool is_pending = false;
        json_decref(document);
        document = agent_ask(request, &answer, NULL, NULL) == AGENT_OK
                       ? json_loadb(answer.bytes, answer.size, 0, NULL)
                       : NULL;
        text_free(&answer);
        json_array_foreach(json_object_get(document, "repositories"), index, item) is_pending =
            is_pending || json_is_true(json_object_get(item, "pending"));
        if (!is_pending)
            break;
        nanosleep(&between, NULL);
    }
    return document;
}

void doctor_check_git(struct findings *findings)
{
    char directory[PATH_MAX];
    struct text request = TEXT_EMPTY;
    json_t *item;
    size_t index;
    text_add_string(&request, "repositories");
    /* A request is a line, of 4 KiB at most. */
    if (getcwd(directory, sizeof directory - 64) && !strchr(directory, '\n'))
        text_addf(&request, " %s", directory);
    json_t *document = ask(request.bytes);
    json_array_foreach(json_object_get(document, "repositories"), index, item)
        check_trouble(findings, item, "root");
    check_trouble(findings, json_object_get(document, "here"), "where");
    json_decref(document);
    text_free(&request);
}
