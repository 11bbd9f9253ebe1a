/* The yardstick for hooks: a static program that does nothing. What it costs is the price of a process. */
#include <unistd.h>

int main(void)
{
    _exit(0);
}
