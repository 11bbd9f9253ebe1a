/*
 * The yardstick for hooks: a static program that does nothing. What it costs is the price of a process. With an
 * argument it first takes what the client has to say, as whoever is to pass it on must.
 */
#include <poll.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    static char document[64 * 1024];
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    (void)arguments;
    if (count > 1 && (poll(&input, 1, 50) < 1 || read(STDIN_FILENO, document, sizeof document) < 0))
        _exit(1);
    _exit(0);
}
