/* The way to a root folder: see log_root.h. */
#include "log_root.h"

#include "../base/memory.h"
#include "../base/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define ITSELF (IN_DELETE_SELF | IN_MOVE_SELF)
#define NAMES  (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)

/* One folder on the way, its end included. */
struct step {
    struct log_root *root;
    struct watch *watch; /* NULL: may not be watched */
    const char *name;    /* of the next step, in the root's path; "" at the end */
    size_t name_size;
    size_t path_size; /* of this folder's path; 0: the current directory */
};

struct log_root {
    const char *path;
    struct watcher *watcher;
    void (*changed)(void *data);
    void *data;
    struct step *steps; /* allocated once: watches point at them */
    size_t step_count;
    bool armed, polled;
};

/* ---- the steps --------------------------------------------------------------------------------------- */

static void split(struct log_root *root)
{
    const char *name = root->path;
    size_t room = 0, size;
    do {
        name += strspn(name, "/");
        size = strcspn(name, "/");
        root->steps = memory_grow(root->steps, root->step_count, &room, sizeof *root->steps);
        root->steps[root->step_count++] = (struct step){
            .root = root, .name = name, .name_size = size, .path_size = (size_t)(name - root->path)};
        name += size;
    } while (size);
}

static char *step_path(const struct step *step)
{
    return step->path_size ? memory_string(step->root->path, step->path_size) : memory_string(".", 1);
}

static char *next_path(const struct step *step)
{
    return memory_string(step->root->path, (size_t)(step->name - step->root->path) + step->name_size);
}

static void step_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    struct step *step = data;
    (void)watch;
    bool itself = mask & (ITSELF | IN_IGNORED | IN_UNMOUNT);
    bool next = strlen(name) == step->name_size && !memcmp(name, step->name, step->name_size);
    if (!itself && !next)
        return;
    step->root->armed = false;
    step->root->changed(step->root->data);
}

/* How a step goes on. */
enum way {
    OPEN,   /* a real folder, to be watched in its turn */
    CLOSED, /* there, or not to be known, but not open to us */
    LOOSE,  /* missing, or a symlink: may come to be another folder without a change in this one */
};

static enum way look_ahead(const char *path)
{
    struct stat is;
    if (lstat(path, &is))
        return errno == EACCES ? CLOSED : LOOSE;
    if (!S_ISDIR(is.st_mode))
        return LOOSE;
    return faccessat(AT_FDCWD, path, R_OK | X_OK, AT_EACCESS) ? CLOSED : OPEN;
}

/* Returns 0 or an errno value. The new watch comes before the old one goes: the same folder stays watched. */
static int watch_step(struct step *step, uint32_t mask)
{
    char *path = step_path(step);
    struct watch *watch = watch_add(step->root->watcher, path, mask | IN_ONLYDIR, step_changed, step);
    int error = watch ? 0 : errno;
    free(path);
    if (step->watch)
        watch_remove(step->watch);
    step->watch = watch;
    return error;
}

/* Watches one folder on the way; returns whether there may be a next one to go to. */
static bool arm_step(struct step *step)
{
    char *next = next_path(step);
    enum way way = look_ahead(next);
    int error = watch_step(step, way == OPEN ? ITSELF : ITSELF | NAMES);
    /* Looked at again now that the watch is there: what changed in between was not reported. */
    struct stat is;
    bool there = !stat(next, &is) || errno == EACCES;
    if (way == OPEN && !there && !error)
        error = watch_step(step, ITSELF | NAMES);
    /* A folder that may not be read is no loss while what it leads to is there: the step before waits for it.
     */
    if (error && (error != EACCES || way == LOOSE))
        step->root->polled = true;
    free(next);
    return there;
}

/* ---- the root ---------------------------------------------------------------------------------------- */

static void disarm(struct log_root *root, size_t from)
{
    for (size_t i = from; i < root->step_count; i++) {
        if (root->steps[i].watch)
            watch_remove(root->steps[i].watch);
        root->steps[i].watch = NULL;
    }
}

void log_root_arm(struct log_root *root)
{
    if (root->armed && !root->polled)
        return;
    root->polled = !root->watcher;
    root->armed = true;
    if (root->polled)
        return;
    size_t reached = 0, end = root->step_count - 1;
    while (reached < end && arm_step(&root->steps[reached]))
        reached++;
    int error = reached == end ? watch_step(&root->steps[end], ITSELF) : 0;
    root->polled |= error && error != EACCES;
    disarm(root, reached + 1);
}

void log_root_doubt(struct log_root *root)
{
    root->armed = false;
}

struct log_root *log_root_new(const char *path, struct watcher *watcher, void (*changed)(void *data),
                              void *data)
{
    struct log_root *root = memory_zeroed(1, sizeof *root);
    root->path = path;
    root->watcher = watcher;
    root->changed = changed;
    root->data = data;
    split(root);
    return root;
}

void log_root_free(struct log_root *root)
{
    disarm(root, 0);
    free(root->steps);
    free(root);
}

bool log_root_is_polled(const struct log_root *root)
{
    return root->polled;
}

bool log_root_is_remote(const char *path)
{
    struct statfs system;
    if (statfs(path, &system))
        return false;
    switch ((uint32_t)system.f_type) {
    case NFS_SUPER_MAGIC:
    case FUSE_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case V9FS_MAGIC:
    case AFS_SUPER_MAGIC:
    case CEPH_SUPER_MAGIC:
        return true;
    default:
        return false;
    }
}
