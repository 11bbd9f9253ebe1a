/* Starting the agent from a hook: see hook.h. */
#include "hook.h"

#include "../shm/place.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the agent may know of the client's environment: there are secrets in the rest. */
static const char *const PASSED_ON[] = {
    "HOME",
    "PATH",
    "TZ",
    "LANG",
    "LC_ALL",
    "USER",
    "LOGNAME",
    "CLAUDE_CONFIG_DIR",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "XDG_CONFIG_HOME",
    "TACHO_RUNTIME_DIR",
    "TACHO_STATE_DIR",
    "TACHO_CONFIG",
    "TACHO_SIMD",
};
enum { PASSED_ON_COUNT = sizeof PASSED_ON / sizeof *PASSED_ON };

static void environment_select(const char *const *environment, const char *selected[PASSED_ON_COUNT + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < PASSED_ON_COUNT; i++) {
        const char *value = place_variable(environment, PASSED_ON[i]);
        if (value) /* an entry is NAME=value; the value stands in it */
            selected[count++] = value - strlen(PASSED_ON[i]) - 1;
    }
    selected[count] = NULL;
}

/* <prefix>/bin/tacho-claude → <prefix>/libexec/tacho-agent */
static bool agent_path(char out[HOOK_PATH_MAX])
{
    static const char rest[] = "/libexec/tacho-agent";
    ssize_t size = readlink("/proc/self/exe", out, HOOK_PATH_MAX - sizeof rest);
    for (int parts = 0; parts < 2; parts++)
        while (size > 0 && out[--size] != '/')
            ;
    if (size < 0)
        return false;
    memcpy(out + size, rest, sizeof rest);
    return true;
}

/* Whether an agent holds the lock, that is, runs or is just starting. */
static bool agent_holds_lock(struct runtime *runtime)
{
    int lock = open(runtime_path(runtime, TACHO_LOCK_NAME), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (lock < 0)
        return false;
    bool held = flock(lock, LOCK_SH | LOCK_NB) < 0;
    close(lock);
    return held;
}

bool agent_spawn(struct runtime *runtime, const char *const *environment, bool insists)
{
    char path[HOOK_PATH_MAX];
    if (!insists && agent_holds_lock(runtime))
        return false;
    if (!agent_path(path) || access(path, X_OK) < 0 || fork() != 0)
        return true;
    /* The client signals the hook's process group and waits for its descriptors: the agent keeps neither. */
    const char *selected[PASSED_ON_COUNT + 1];
    char *arguments[] = {path, NULL};
    setsid();
    int null = open("/dev/null", O_RDWR);
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0)
        dup2(null, STDERR_FILENO);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    if (chdir("/") < 0)
        _exit(1);
    environment_select(environment, selected);
    execve(path, arguments, (char *const *)(uintptr_t)selected);
    _exit(1);
}
