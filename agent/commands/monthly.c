/* `tacho monthly`: tokens and cost by month. */
#include "reports.h"

int command_monthly(int argc, char **argv)
{
    return reports_command(DOCUMENT_MONTHLY, false, argc, argv);
}
