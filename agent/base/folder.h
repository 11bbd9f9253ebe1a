/*
 * Folders of our own: the runtime and the state directory.
 */
#ifndef TACHO_FOLDER_H
#define TACHO_FOLDER_H

/* Makes a folder and its parents where they are missing; those that are made are ours alone (0700). Returns 0
 * or -1 with errno. */
int folder_make(const char *path);

#endif
