/*
 * The version of everything built from this tree. One place: packaging and `tacho version` read it here.
 */
#ifndef TACHO_VERSION_H
#define TACHO_VERSION_H

#define TACHO_VERSION "0.1.0"

#endif
