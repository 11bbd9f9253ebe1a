/* Cores: see cores.h. */
#include "cores.h"

#include <sched.h>

unsigned cores_to_use(void)
{
    cpu_set_t allowed;
    int cores = sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
    return cores < 1 ? 1 : cores < CORES_MOST ? (unsigned)cores : CORES_MOST;
}
