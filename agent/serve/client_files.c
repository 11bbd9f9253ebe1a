/* The client's own files: see client_files.h. */
#include "client_files.h"

#include "../base/memory.h"
#include "../ingest/json.h"
#include "limits.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 16, FILE_MOST = 16 * 1024 * 1024, EMAIL_MAX = 256, PATH_SIZE = 4096 };

/* What one file says; the same reader serves all of them, for each has keys of its own. */
struct client_file {
    char *path; /* NULL: unused */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    enum fact_switch sandbox, voice;
    char email[EMAIL_MAX];
};

struct client_files {
    const char *home;
    struct client_file files[FILES_MAX]; /* the one used last first */
};

struct client_files *client_files_new(const char *home)
{
    struct client_files *files = memory_zeroed(1, sizeof *files);
    files->home = home;
    return files;
}

void client_files_free(struct client_files *files)
{
    for (size_t i = 0; files && i < FILES_MAX; i++)
        free(files->files[i].path);
    free(files);
}

/* ---- what a file says ------------------------------------------------------------------------------ */

/* The object at hand: whether its `enabled` says so. */
static enum fact_switch read_switch(struct json *json)
{
    struct json_slice key;
    enum fact_switch said = SWITCH_UNKNOWN;
    if (!json_enter_object(json))
        return said;
    while (json_member(json, &key)) {
        const enum json_type type = json_take(json, NULL);
        if (json_equals(&key, "enabled"))
            said = type == JSON_TRUE ? SWITCH_ON : type == JSON_FALSE ? SWITCH_OFF : SWITCH_UNKNOWN;
    }
    return said;
}

static void read_account(struct json *json, char email[EMAIL_MAX])
{
    struct json_slice key, value;
    if (!json_enter_object(json))
        return;
    while (json_member(json, &key))
        if (json_take(json, &value) == JSON_STRING && json_equals(&key, "emailAddress"))
            email[json_decode(&value, email, EMAIL_MAX - 1)] = '\0';
}

static void file_parse(struct client_file *file, const char *bytes, size_t size)
{
    struct json json;
    struct json_slice key;
    json_start(&json, bytes, size);
    json.lenient = true;
    if (!json_enter_object(&json))
        return;
    while (json_member(&json, &key)) {
        if (json_equals(&key, "oauthAccount"))
            read_account(&json, file->email);
        else if (json_equals(&key, "sandbox"))
            file->sandbox = read_switch(&json);
        else if (json_equals(&key, "voice"))
            file->voice = read_switch(&json);
        else
            json_take(&json, NULL);
    }
}

static void file_read(struct client_file *file)
{
    const size_t size = (size_t)file->size;
    const int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *bytes = descriptor < 0 ? NULL : memory_take(size);
    const ssize_t got = bytes ? read(descriptor, bytes, size) : 0;
    if (got > 0)
        file_parse(file, bytes, (size_t)got);
    free(bytes);
    if (descriptor >= 0)
        close(descriptor);
}

/* ---- which files ----------------------------------------------------------------------------------- */

static struct client_file *file_slot(struct client_files *files, const char *path)
{
    size_t at = 0;
    while (at < FILES_MAX - 1 && files->files[at].path && strcmp(files->files[at].path, path) != 0)
        at++;
    struct client_file found = files->files[at];
    if (!found.path || strcmp(found.path, path) != 0) {
        free(found.path);
        found = (struct client_file){.path = memory_string(path, strlen(path))};
    }
    memmove(files->files + 1, files->files, at * sizeof found);
    files->files[0] = found;
    return &files->files[0];
}

/* What the file at `path` says at this moment; NULL: there is none, or none of a sensible size. */
static const struct client_file *file_now(struct client_files *files, const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        status.st_size > FILE_MOST)
        return NULL;
    struct client_file *file = file_slot(files, path);
    if (file->inode == status.st_ino && file->device == status.st_dev && file->size == status.st_size &&
        file->modified.tv_sec == status.st_mtim.tv_sec && file->modified.tv_nsec == status.st_mtim.tv_nsec)
        return file;
    *file = (struct client_file){.path = file->path,
                                 .inode = status.st_ino,
                                 .device = status.st_dev,
                                 .size = status.st_size,
                                 .modified = status.st_mtim};
    file_read(file);
    return file;
}

static const struct client_file *file_in(struct client_files *files, const char *directory, size_t size,
                                         const char *name)
{
    char path[PATH_SIZE];
    const int written = snprintf(path, sizeof path, "%.*s/%s", (int)size, directory, name);
    return written > 0 && written < PATH_SIZE ? file_now(files, path) : NULL;
}

/* It lies beside the usual directory, as ~/.claude.json, and in any other that CLAUDE_CONFIG_DIR names. */
static void add_account(struct facts *facts, struct client_files *files, const char *config, size_t size)
{
    static const char usual[] = "/.claude";
    const size_t home = files->home ? strlen(files->home) : 0;
    const struct client_file *file = file_in(files, config, size, ".claude.json");
    if (!file && home && size == home + sizeof usual - 1 && memcmp(config, files->home, home) == 0 &&
        memcmp(config + home, usual, sizeof usual - 1) == 0)
        file = file_in(files, files->home, home, ".claude.json");
    if (file && file->email[0])
        facts->account_email = (struct fact_text){file->email, strlen(file->email)};
}

/* Of files that are asked in order of rank the first that says anything counts. */
static void take_switches(struct facts *facts, const struct client_file *file)
{
    if (file && facts->sandbox == SWITCH_UNKNOWN)
        facts->sandbox = file->sandbox;
    if (file && facts->voice == SWITCH_UNKNOWN)
        facts->voice = file->voice;
}

void facts_add_client_files(struct facts *facts, struct client_files *files, const char *transcript)
{
    static const char managed[] = "/etc/claude-code";
    const struct fact_text project = facts->project_directory;
    const size_t config = account_directory_size(transcript);
    take_switches(facts, file_in(files, managed, sizeof managed - 1, "managed-settings.json"));
    if (project.size) {
        take_switches(facts, file_in(files, project.bytes, project.size, ".claude/settings.local.json"));
        take_switches(facts, file_in(files, project.bytes, project.size, ".claude/settings.json"));
    }
    if (!config)
        return;
    take_switches(facts, file_in(files, transcript, config, "settings.json"));
    /* Last, because its text stays in its place only until another file is looked at. */
    add_account(facts, files, transcript, config);
}
