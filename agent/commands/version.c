/* `tacho version`. */
#include "command.h"

#include "../base/version.h"

#include "../../shm/tacho.h"

static const char usage[] = "usage: tacho version\n"
                            "\n"
                            "Prints the version, and that of the shared-memory segment this program reads.\n";

int command_version(int argc, char **argv)
{
    const struct options options = {"version", usage, NULL, 0, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    printf("tacho %s (segment %d.%d)\n", TACHO_VERSION, TACHO_MAJOR, TACHO_MINOR);
    return STATUS_DONE;
}
