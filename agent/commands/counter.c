/* A meter that knows what the agent's does, but for what the logs have beyond the ledger: see counter.h. */
#include "counter.h"

#include "../base/clock.h"
#include "../base/say.h"
#include "../meter/personal.h"
#include "../meter/weights.h"
#include "command.h"

#include <stdlib.h>

static void begin_meter(struct counter *counter)
{
    struct weights weights = weights_default();
    personal_weights(&weights, places_environment());
    counter->meter = meter_new_for_reports();
    meter_use_prices(counter->meter, counter->prices);
    meter_set_weights(counter->meter, &weights);
}

/* Fills the meter from the ledger; with `logs_only` only its prices. */
static int load_meter(struct counter *counter, bool logs_only, struct text *why)
{
    return logs_only ? restored_load_prices(counter->ledger, counter->meter, why)
                     : restored_load(&counter->restored, counter->ledger, counter->meter, why);
}

static void close_ledger(struct counter *counter)
{
    if (!counter->ledger)
        return;
    ledger_end_reading(counter->ledger);
    ledger_close(counter->ledger);
    counter->ledger = NULL;
}

/* Without a ledger everything is read; that is worth a word only if there is one and it cannot be used. */
static void load_ledger(struct counter *counter, const char *command, bool logs_only)
{
    char *path = places_ledger();
    struct ledger_report report = {0};
    struct text why = TEXT_EMPTY;
    if (!path)
        return;
    counter->ledger = ledger_open(path, LEDGER_READ, &report);
    if (counter->ledger)
        ledger_begin_reading(counter->ledger); /* what is loaded and what is asked later must agree */
    if (!counter->ledger && !report.is_missing)
        say("%s: counting without the ledger: %s", command,
            report.why.size ? report.why.bytes : "it cannot be read");
    if (counter->ledger && load_meter(counter, logs_only, &why) != LEDGER_OK) {
        say("%s: counting without the ledger: %s", command, why.size ? why.bytes : "it cannot be read");
        restored_free(&counter->restored);
        close_ledger(counter);
        meter_free(counter->meter);
        begin_meter(counter);
    }
    if (logs_only)
        close_ledger(counter);
    text_free(&why);
    text_free(&report.why);
    free(path);
}

void counter_open(struct counter *counter, const char *command, bool logs_only)
{
    *counter = (struct counter){.prices = price_book_new()};
    bool has_prices = personal_prices(counter->prices, places_environment()) == 0;
    begin_meter(counter);
    load_ledger(counter, command, logs_only);
    if (has_prices)
        meter_renew_prices(counter->meter, clock_now_us());
}

void counter_close(struct counter *counter)
{
    meter_free(counter->meter);
    restored_free(&counter->restored);
    close_ledger(counter);
    price_book_free(counter->prices);
}

void counter_say_about_logs(const char *command, char *const *directories, bool has_logs, uint64_t unreadable)
{
    if (unreadable)
        say("%s: %llu log files cannot be read and are not counted: check their permissions", command,
            (unsigned long long)unreadable);
    if (has_logs)
        return;
    struct text looked = TEXT_EMPTY;
    for (size_t i = 0; directories[i]; i++)
        text_addf(&looked, "%s%s", i ? ", " : "", directories[i]);
    say("%s: no logs yet: looked below %s; set CLAUDE_CONFIG_DIR if yours are elsewhere", command,
        looked.size ? looked.bytes : "nothing");
    text_free(&looked);
}
