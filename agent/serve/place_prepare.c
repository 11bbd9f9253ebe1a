/* The runtime directory, the lock, the log file: see place_prepare.h. */
#include "place_prepare.h"

#include "../base/folder.h"
#include "../base/say.h"

#include "../../shm/place.h"
#include "../../shm/request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOG_MAX_BYTES = 1024 * 1024, LOCK_WAIT_MS = 500, LOCK_STEP_MS = 10 };

int place_prepare(char *runtime, size_t size, const char *const *environment)
{
    if (place_runtime(runtime, size, environment, "") < 0)
        return say_failed(
            "no place for the segment: set TACHO_RUNTIME_DIR, XDG_RUNTIME_DIR or HOME to an absolute path");
    if (folder_make(runtime) < 0)
        return say_failed(
            "%s: cannot make the runtime directory: %s; set TACHO_RUNTIME_DIR to one of your own", runtime,
            strerror(errno));
    struct stat status;
    if (lstat(runtime, &status) < 0)
        return say_failed("%s: %s", runtime, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return say_failed("%s: not a directory; remove it or set TACHO_RUNTIME_DIR", runtime);
    if (status.st_uid != geteuid())
        return say_failed(
            "%s: belongs to another user (uid %u); set TACHO_RUNTIME_DIR to a directory of your own", runtime,
            (unsigned)status.st_uid);
    if (status.st_mode & 022)
        return say_failed("%s: others may write to it; run: chmod 700 '%s'", runtime, runtime);
    return 0;
}

/* A hook that looks whether the lock is held holds it for a moment, and a killed agent until it has ended. */
static bool lock_wait(int lock)
{
    const struct timespec pause = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    for (int waited = 0; flock(lock, LOCK_EX | LOCK_NB) < 0; waited += LOCK_STEP_MS) {
        if (waited >= LOCK_WAIT_MS)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

int place_lock(const char *runtime)
{
    char path[PLACE_PATH_MAX];
    int used = snprintf(path, sizeof path, "%s/%s", runtime, TACHO_LOCK_NAME);
    if (used < 0 || (size_t)used >= sizeof path)
        return say_failed("%s: the path is too long", runtime);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return say_failed("%s: %s", path, strerror(errno));
    char holder[32] = "";
    if (!lock_wait(lock)) {
        ssize_t size = pread(lock, holder, sizeof holder - 1, 0);
        holder[size > 0 ? strcspn(holder, "\n") : 0] = '\0';
        close(lock);
        say("an agent is running already (pid %s); `tacho restart` replaces it",
            holder[0] ? holder : "unknown");
        return PLACE_LOCKED;
    }
    int size = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) < 0 || pwrite(lock, holder, (size_t)size, 0) != size)
        say("%s: cannot note the pid: %s", path, strerror(errno));
    return lock;
}

void place_open_log(const char *const *environment)
{
    char path[PLACE_PATH_MAX];
    if (place_state(path, sizeof path, environment, "") < 0 || folder_make(path) < 0 ||
        place_state(path, sizeof path, environment, "agent.log") < 0)
        return;
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log < 0)
        return;
    struct stat status;
    if (fstat(log, &status) == 0 && status.st_size > LOG_MAX_BYTES && ftruncate(log, 0) < 0)
        say("%s: cannot shorten it: %s", path, strerror(errno));
    dup2(log, STDERR_FILENO);
    close(log);
}
