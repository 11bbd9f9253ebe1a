/* `tacho daily`: tokens and cost by day. */
#include "reports.h"

int command_daily(int argc, char **argv)
{
    return reports_command(DOCUMENT_DAILY, false, argc, argv);
}
