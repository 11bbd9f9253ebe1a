/*
 * Webhooks: a small JSON document is sent by POST (RFC 9110, HTTP/1.1) over a plain socket. Nothing but the
 * address that is named is talked to: no redirects, no proxies. Only http: there is no TLS in the agent, so
 * that what must leave the machine encrypted goes through a program of the person's own, or a relay on
 * loopback.
 */
#ifndef TACHO_WEBHOOK_H
#define TACHO_WEBHOOK_H

#include "../base/text.h"

#include <stdint.h>

enum { WEBHOOK_HOST_MAX = 256, WEBHOOK_PATH_MAX = 512 };

struct webhook {
    char host[WEBHOOK_HOST_MAX]; /* a name or an address, without brackets */
    char port[8];
    char path[WEBHOOK_PATH_MAX];
};

/* Reads http://HOST[:PORT][/PATH]. Returns 0, or -1 with what is wrong. */
int webhook_read(struct webhook *webhook, const char *url, struct text *why);

/*
 * Sends the document and waits for the answer's first line, all within `timeout_us`; for background threads.
 * Returns 0 if that says 2xx, else -1; either way *result says what came of it.
 */
int webhook_send(const struct webhook *webhook, const struct text *document, int64_t timeout_us,
                 struct text *result);

#endif
