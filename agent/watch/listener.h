/*
 * A thread that waits for the segment to change, so that the screen's loop can wait for that and for keys at
 * once.
 */
#ifndef TACHO_LISTENER_H
#define TACHO_LISTENER_H

/*
 * Starts it for the segment at `path`, which must stay. Returns a descriptor that is readable once something
 * changed: eventfd(2), to be read; changes that come thick are told of together, some twenty times a second.
 * -1 with errno set. It lasts as long as the program.
 */
int listener_start(const char *path);

#endif
