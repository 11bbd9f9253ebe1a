/* The files beside the database: lock, what was set aside, the backup. See ledger_state.h. */
#include "../base/folder.h"
#include "../base/memory.h"
#include "ledger_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_TRIES = 40, LOCK_PAUSE_US = 25000, COPY_BYTES = 256 * 1024 };

char *ledger_file(const char *path, const char *ending)
{
    struct text file = TEXT_EMPTY;
    text_add_string(&file, path);
    text_add_string(&file, ending);
    return file.bytes;
}

/* The folder of a path, to be freed. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return memory_string(".", 1);
    return memory_string(path, slash == path ? 1 : (size_t)(slash - path));
}

void ledger_sync_folder(const char *path)
{
    char *folder = folder_of(path);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}

/* ---- the lock ------------------------------------------------------------------------------------------ */

/* Waits a moment for a writer that is just ending. */
static bool lock_try(int descriptor)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        usleep(LOCK_PAUSE_US);
    }
    return false;
}

static void lock_note_holder(int descriptor)
{
    char pid[32];
    int size = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(descriptor, 0) == 0 && pwrite(descriptor, pid, (size_t)size, 0) != size)
        errno = 0; /* it is only told to people */
}

int ledger_lock(const char *path, struct text *why)
{
    char *folder = folder_of(path), *file = ledger_file(path, ".lock");
    int descriptor = -1;
    if (folder_make(folder) < 0) {
        text_addf(why, "%s: cannot make the folder: %s; set TACHO_STATE_DIR to one of your own", folder,
                  strerror(errno));
        goto out;
    }
    descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        text_addf(why, "%s: %s: check the permissions of the folder", file, strerror(errno));
        goto out;
    }
    if (lock_try(descriptor)) {
        lock_note_holder(descriptor);
        goto out;
    }
    char holder[32] = "";
    ssize_t size = pread(descriptor, holder, sizeof holder - 1, 0);
    holder[size > 0 ? strspn(holder, "0123456789") : 0] = '\0';
    text_addf(why, "%s: process %s is writing it: stop that first ('tacho stop' if it is the agent)", path,
              holder[0] ? holder : "(unknown)");
    close(descriptor);
    descriptor = -1;
out:
    free(folder);
    free(file);
    return descriptor;
}

/* ---- making and moving
 * ------------------------------------------------------------------------------------- */

int ledger_touch(const char *path)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return errno == EEXIST ? 0 : -1;
    return close(descriptor);
}

/* Moves what belongs to a database, if it is there, to what belongs to another. */
static int move_part(const char *from, const char *to, const char *ending)
{
    char *old = ledger_file(from, ending), *new = ledger_file(to, ending);
    int result = rename(old, new);
    if (result < 0 && errno == ENOENT)
        result = 0;
    free(old);
    free(new);
    return result;
}

int ledger_set_aside(const char *path, struct text *why)
{
    char stamp[40];
    time_t now = time(NULL);
    struct tm parts;
    strftime(stamp, sizeof stamp, ".corrupt-%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    struct text aside = TEXT_EMPTY;
    text_addf(&aside, "%s%s", path, stamp);
    for (int i = 2; access(aside.bytes, F_OK) == 0; i++) {
        text_clear(&aside);
        text_addf(&aside, "%s%s-%d", path, stamp, i);
    }
    int result = move_part(path, aside.bytes, "");
    if (result == 0)
        result = move_part(path, aside.bytes, "-wal");
    if (result == 0)
        result = move_part(path, aside.bytes, "-shm");
    if (result < 0)
        text_addf(why, "%s: damaged, and cannot be moved aside: %s", path, strerror(errno));
    ledger_sync_folder(path);
    text_free(&aside);
    return result;
}

/* ---- the backup
 * -------------------------------------------------------------------------------------------- */

/* Copies all bytes and makes them safe. 0, or -1 with errno. */
static int copy(int from, int to)
{
    char *buffer = memory_take(COPY_BYTES);
    ssize_t size;
    int result = -1;
    while ((size = read(from, buffer, COPY_BYTES)) > 0)
        for (ssize_t done = 0, step; done < size; done += step)
            if ((step = write(to, buffer + done, (size_t)(size - done))) < 0)
                goto out;
    if (size == 0)
        result = fsync(to);
out:
    free(buffer);
    return result;
}

static bool finding(void *data, sqlite3_stmt *row)
{
    const unsigned char *said = sqlite3_column_text(row, 0);
    *(bool *)data = said && strcmp((const char *)said, "ok") == 0;
    return *(bool *)data;
}

char *ledger_still_uri(const char *path)
{
    struct text uri = TEXT_EMPTY;
    text_add_string(&uri, "file:");
    for (; *path; path++) {
        if (strchr("%?#", *path))
            text_addf(&uri, "%%%02x", (unsigned char)*path);
        else
            text_add_char(&uri, *path);
    }
    text_add_string(&uri, "?immutable=1");
    return uri.bytes;
}

bool ledger_database_is_sound(sqlite3 *database)
{
    bool sound = false;
    return database_each(database, "PRAGMA quick_check", 0, finding, &sound) == SQLITE_OK && sound;
}

bool ledger_is_sound(const char *path)
{
    struct text unused = TEXT_EMPTY;
    char *uri = ledger_still_uri(path);
    sqlite3 *database = database_open(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &unused);
    bool sound = database && ledger_database_is_sound(database);
    sqlite3_close(database);
    free(uri);
    text_free(&unused);
    return sound;
}

int ledger_restore(const char *path, struct text *why)
{
    char *backup = ledger_file(path, BACKUP_ENDING), *copied = ledger_file(path, ".restored");
    int from = open(backup, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), to = -1, result = 0;
    if (from < 0)
        goto out;
    to = open(copied, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (to < 0 || copy(from, to) < 0) {
        text_addf(why, "%s: cannot be copied back: %s", backup, strerror(errno));
        result = -1;
        goto out;
    }
    if (!ledger_is_sound(copied))
        goto out;
    /* Remains of the database that was there must not be taken for the backup's. */
    char *wal = ledger_file(path, "-wal"), *shm = ledger_file(path, "-shm");
    unlink(wal);
    unlink(shm);
    free(wal);
    free(shm);
    result = rename(copied, path) == 0 ? 1 : -1;
    if (result < 0)
        text_addf(why, "%s: cannot be put in place: %s", copied, strerror(errno));
    ledger_sync_folder(path);
out:
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    if (result != 1)
        unlink(copied);
    free(backup);
    free(copied);
    return result;
}
