/*
 * One model's prices, as price_file.h describes the object that states them.
 */
#ifndef TACHO_PRICE_ENTRY_H
#define TACHO_PRICE_ENTRY_H

#include "../ingest/json.h"
#include "price_file.h"

enum price_entry_result {
    PRICE_ENTRY_READ,
    PRICE_ENTRY_WITHOUT_PRICE, /* neither an input nor an output price: it is charged by something else */
    PRICE_ENTRY_WRONG,
};

struct price_mistake {
    char key[96];    /* the member that is wrong; "": the whole object */
    const char *why; /* NULL: none */
};

/*
 * Reads the object at hand to its end. The entry's name must be set: what is no price is the built-in table's
 * for it where the object does not say. If the JSON turns out not to be well-formed, the result means
 * nothing.
 */
enum price_entry_result price_entry_read(struct json *json, struct price_entry *entry,
                                         struct price_mistake *mistake);

#endif
