/* `tacho prices recalculate`: all history priced anew, by the agent or, without one, here. */
#include "prices.h"

#include "../base/say.h"
#include "../meter/meter.h"
#include "../meter/personal.h"
#include "../store/restored.h"

#include <stdlib.h>

/* Prices the ledger anew here, while no agent has it. */
static int recalculate_ledger(struct ledger *ledger, struct price_book *book)
{
    struct restored restored = {0};
    struct text why = TEXT_EMPTY;
    struct meter *meter = meter_new_for_reports();
    struct meter_snapshot snapshot = {0};
    meter_use_prices(meter, book);
    int result = restored_load(&restored, ledger, meter, &why);
    if (result == LEDGER_OK) {
        meter_recalculate(meter);
        meter_take_snapshot(meter, &snapshot);
        const struct ledger_commit commit = {.snapshot = &snapshot, .drops_prices = true};
        result = ledger_write(ledger, &commit, &why);
    }
    if (result != LEDGER_OK)
        say("prices: %s", why.size ? why.bytes : "the ledger cannot be used");
    meter_free_snapshot(&snapshot);
    meter_free(meter);
    restored_free(&restored);
    text_free(&why);
    return result == LEDGER_OK ? STATUS_DONE : STATUS_FAILED;
}

static int recalculate_here(void)
{
    struct ledger_report report = {.outcome = LEDGER_OPENED};
    struct price_book *book = price_book_new();
    struct ledger *ledger = NULL;
    char *path = places_ledger();
    int status = STATUS_FAILED;
    if (!path || personal_prices(book, places_environment()) < 0)
        goto out;
    ledger = ledger_open(path, LEDGER_WRITE, &report);
    if (ledger)
        status = recalculate_ledger(ledger, book);
    else
        say("prices: %s", report.why.size ? report.why.bytes : "the ledger cannot be used");
out:
    ledger_close(ledger);
    price_book_free(book);
    text_free(&report.why);
    free(path);
    return status;
}

/* A running agent has the ledger; without one it is ours. */
int prices_recalculate(void)
{
    struct text answer = TEXT_EMPTY;
    struct progress progress;
    int status = STATUS_FAILED;
    progress_begin(&progress, "reading logs");
    enum agent_answer result = agent_ask_ours("recalculate", &answer, progress_show, &progress);
    progress_end(&progress);
    if (result == AGENT_OK)
        status = STATUS_DONE;
    else if (result == AGENT_REFUSED)
        say("prices: the agent answered: %s", answer.bytes);
    else if (result == AGENT_SILENT)
        agent_say_silent("prices");
    else
        status = recalculate_here();
    if (status == STATUS_DONE)
        puts("All history is priced by what 'tacho prices list' shows.");
    text_free(&answer);
    return status;
}
