/* See sighting.h. */
#include "sighting.h"

#include <string.h>
#include <sys/stat.h>

void sighting_take(struct sighting *sighting, const struct place *place)
{
    struct stat status;
    bool exists = stat(place->git_dir, &status) == 0;
    sighting->place = *place;
    memcpy(sighting->found_root, place->root, PATH_MAX);
    sighting->device = exists ? status.st_dev : 0;
    sighting->inode = exists ? status.st_ino : 0;
    sighting->refusal = place_refusal(place);
    sighting->is_configured = false;
}

void sighting_configure(struct sighting *sighting)
{
    if (!sighting->refusal && !sighting->is_configured)
        place_apply_configuration(&sighting->place);
    sighting->is_configured = true;
}
