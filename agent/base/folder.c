/* Folders of our own: see folder.h. */
#include "folder.h"

#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int folder_make(const char *path)
{
    char *copy = memory_string(path, strlen(path));
    int result = 0;
    for (char *slash = copy; result == 0 && slash && *copy;) {
        slash = strchr(slash + 1, '/');
        if (slash)
            *slash = '\0';
        if (mkdir(copy, 0700) < 0 && errno != EEXIST)
            result = -1;
        if (slash)
            *slash = '/';
    }
    int error = errno;
    free(copy);
    errno = error;
    return result;
}
