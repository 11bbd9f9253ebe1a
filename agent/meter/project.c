/* The project of a log file: see project.h. */
#include "project.h"

#include <string.h>

const char *project_of_path(const char *path, size_t *size)
{
    static const char unknown[] = "Unknown Project", folder[] = "projects/";
    const char *project = NULL;
    for (const char *at = path; (at = strstr(at, folder)); at++) {
        const char *below = at + sizeof folder - 1;
        if ((at == path || at[-1] == '/') && strchr(below, '/'))
            project = below;
    }
    *size = project ? strcspn(project, "/") : sizeof unknown - 1;
    return project ? project : unknown;
}
