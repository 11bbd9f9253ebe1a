/* `tacho totals`: every sum by Tacho's own counting rules. */
#include "reports.h"

static const char usage[] =
    "usage: tacho totals [--json] [--tz ZONE] [--mode MODE] [--logs-only] [--direct]\n"
    "\n"
    "All tokens and cost, by day, session and model: by Tacho's counting rules, exact to the token and to\n"
    "10^-12 dollar. From the agent if it runs, else from ledger and logs: the same numbers either way.\n"
    "\n"
    "  -j, --json        for programs; costs are integers of 10^-12 US dollars\n"
    "  -z, --tz ZONE     whose midnight ends a day: Europe/Berlin; default: this machine's\n"
    "  -m, --mode MODE   auto: the log's own cost, else by tokens; calculate: by tokens; display: the log's "
    "own\n"
    "      --logs-only   only what is on disk now, not what the ledger keeps of logs that are gone\n"
    "      --direct      count here and now even if the agent runs\n"
    "\n"
    "examples:\n"
    "  tacho totals --json | jq .total.cost_pusd\n"
    "  tacho totals --json --tz Asia/Kolkata --mode calculate\n";

int command_totals(int argc, char **argv)
{
    const char *zone = NULL, *mode = NULL;
    bool json = false;
    struct report_source source = {0};
    const struct option_rule rules[] = {
        {"json", 'j', OPTION_FLAG, &json},   {"tz", 'z', OPTION_TEXT, &zone},
        {"timezone", 0, OPTION_TEXT, &zone}, {"mode", 'm', OPTION_TEXT, &mode},
        {"direct", 0, OPTION_FLAG, &source.direct},
        {"logs-only", 0, OPTION_FLAG, &source.logs_only},
    };
    const struct options options = {"totals", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    struct document_request request = document_request_default(DOCUMENT_TOTALS);
    request.format = json ? FORMAT_JSON : FORMAT_TABLE;
    request.columns = terminal_columns();
    request.colour = !json && terminal_colour(stdout, COLOUR_AUTO);
    if (!reports_read_mode(&request, &options, mode) || !reports_read_zone(&request, &options, "tz", zone))
        return STATUS_USAGE;
    return reports_print("totals", &request, &source, NULL);
}
