/* The project of a log file: see project.h. */
#include "project.h"

#include <stddef.h>
#include <string.h>

/* The last folder `projects` counts that has a folder in it: it is looked for from the end, where it is near.
 */
const char *project_of_path(const char *path, size_t *size)
{
    static const char unknown[] = "Unknown Project", folder[] = "projects";
    const size_t folder_size = sizeof folder - 1;
    const char *slash = strrchr(path, '/');
    while (slash && (slash = memrchr(path, '/', (size_t)(slash - path)))) {
        const char *name = slash - folder_size;
        if (slash - path >= (ptrdiff_t)folder_size && memcmp(name, folder, folder_size) == 0 &&
            (name == path || name[-1] == '/')) {
            *size = strcspn(slash + 1, "/");
            return slash + 1;
        }
    }
    *size = sizeof unknown - 1;
    return unknown;
}
