/*
 * What programs say to people: one line on stderr, `tacho: what: why` and what to do. The agent's log
 * lines go the same way (to the state directory's agent.log once it is in the background).
 */
#ifndef TACHO_SAY_H
#define TACHO_SAY_H

/* Sets the name that begins every message; "tacho" until then. */
void say_as(const char *program);

/* Says it. No final newline or full stop in the format; control bytes in arguments are shown as '?'. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and returns -1, so that `return say_failed(...)` reads naturally. */
int say_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
