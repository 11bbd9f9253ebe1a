/*
 * How a subscriber tells the agent of itself, now and then, so that `tacho events --clients` can list it
 * (serve/subscribers.h); and that list.
 */
#ifndef TACHO_EVENT_REPORT_H
#define TACHO_EVENT_REPORT_H

#include "../../shm/request.h"
#include "../../shm/tacho.h"

struct event_report {
    int descriptor; /* -1: no agent is told */
    int64_t told_ms;
    uint64_t told_next;
    char what[sizeof((struct tacho_report *)0)->what];
};

/* `arguments` say what is followed, for people. */
void event_report_begin(struct event_report *report, int argc, char **argv);
void event_report_end(struct event_report *report);

/*
 * Tells the agent where the subscriber is, if it is elsewhere than it told and a second has gone by. Returns
 * how many ms until there is more to tell, or -1: not before the subscriber moves on.
 */
int event_report_tell(struct event_report *report, const struct tacho_subscriber *subscriber);

/* Prints who follows the event stream. Returns the exit status. */
int event_report_list(int json);

#endif
