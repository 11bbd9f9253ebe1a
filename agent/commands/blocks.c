/* `tacho blocks`: tokens and cost by five-hour block. */
#include "reports.h"

int command_blocks(int argc, char **argv)
{
    return reports_command(DOCUMENT_BLOCKS, false, argc, argv);
}
