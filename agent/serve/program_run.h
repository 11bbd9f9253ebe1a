/*
 * Runs a program of the person's: by its arguments, never through a shell; without input, with its errors
 * left out, in a process group of its own that ends with it, and for so long and no longer. It inherits no
 * descriptor but those three. Waits for it: for background threads.
 */
#ifndef TACHO_PROGRAM_RUN_H
#define TACHO_PROGRAM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker;

struct program_run {
    char *const *argv, *const *environment; /* each ends in NULL */
    int64_t timeout_us;
    const struct worker *worker; /* when it is being stopped the program is ended; NULL: none */
    char *output;                /* room for the first bytes of what it prints; the rest is dropped */
    size_t room;
};

struct program_end {
    size_t size;    /* bytes of output */
    int error;      /* an errno: it could not be started; else 0 */
    int status;     /* as waitpid() gives it */
    bool timed_out; /* it was ended by us */
};

struct program_end program_run(const struct program_run *run);

#endif
