/* `tacho session`: tokens and cost by session. */
#include "reports.h"

int command_session(int argc, char **argv)
{
    return reports_command(DOCUMENT_SESSION, false, argc, argv);
}
