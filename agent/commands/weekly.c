/* `tacho weekly`: tokens and cost by week. */
#include "reports.h"

int command_weekly(int argc, char **argv)
{
    return reports_command(DOCUMENT_WEEKLY, false, argc, argv);
}
