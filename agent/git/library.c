/* Loading libgit2: see library.h. The version is the one whose headers this was compiled with. */
#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#define LIBRARY "libgit2.so." LIBGIT2_SOVERSION

static struct {
    pthread_once_t once;
    struct libgit2 functions;
    const char *failure;
} library = {.once = PTHREAD_ONCE_INIT};

/* It stays for as long as the process does. */
static void load(void)
{
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        library.failure = LIBRARY " cannot be loaded: install it";
        return;
    }
#define LOAD(name)                                                                                           \
    if (!(library.functions.name = (__typeof__(library.functions.name))dlsym(handle, #name)))                \
        library.failure = LIBRARY " has no " #name ": install another build of it";
    LIBGIT2_FUNCTIONS(LOAD)
#undef LOAD
}

const char *libgit2_failure(void)
{
    pthread_once(&library.once, load);
    return library.failure;
}

const struct libgit2 *libgit2(void)
{
    pthread_once(&library.once, load);
    return &library.functions;
}
