/*
 * What `tacho setup` remembers in the state directory (setup.json) of the settings files that it changed,
 * so that --undo can put them back.
 */
#ifndef TACHO_SETUP_RECORD_H
#define TACHO_SETUP_RECORD_H

#include <stdbool.h>

struct setup_record {
    bool known;     /* there is a record for the file */
    bool created;   /* the file was not there before */
    char *backup;   /* path of the copy of the file as it was; NULL: none */
    char *previous; /* the statusLine value that was there, as it was written; NULL: none */
    char *command;  /* the command that was installed */
    char *made;     /* the whole of the file as setup left it, where all of it counts; NULL */
};

/* Reads the record of a settings file; without one, `known` is false. */
struct setup_record setup_record_read(const char *settings);

/* Writes it, or with known false forgets it. Returns 0, or -1 after saying why. */
int setup_record_write(const char *settings, const struct setup_record *record);

void setup_record_free(struct setup_record *record);

#endif
