/* `tacho start`: runs the agent in the background and returns once it answers. */
#include "command.h"

#include "../base/say.h"

#include "../../shm/request.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000, RIVAL_MS = 2000, AGAIN_MS = 50, LOOK_MS = 2 };

static const char usage[] =
    "usage: tacho start [--wait] [--foreground]\n"
    "\n"
    "Starts the agent, one for each user, and returns once it answers. It reads the logs of your coding "
    "agents\n"
    "and keeps every number ready. Hooks start it by themselves; this command is for doing it now.\n"
    "\n"
    "  --wait         return when all logs are accounted for\n"
    "  --foreground   run in this terminal until interrupted\n"
    "\n"
    "examples:\n"
    "  tacho start --wait && tacho daily\n"
    "  tacho start --foreground            see what the agent says\n";

/* The agent beside this program, in the build as where installed. Said if it is not there. */
static char *agent_program(const char *command)
{
    char *path = places_beside("../libexec/tacho-agent");
    if (path && access(path, X_OK) == 0)
        return path;
    say("%s: cannot run %s: %s: install tacho again", command, path ? path : "tacho-agent", strerror(errno));
    free(path);
    return NULL;
}

/* In the child: a session of its own, no terminal, no directory held, no descriptors of its parent's. */
static void become_background(const char *program, int messages)
{
    int null = open("/dev/null", O_RDWR);
    if (setsid() < 0 || chdir("/") < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(null, STDOUT_FILENO) < 0 || dup2(messages, STDERR_FILENO) < 0)
        _exit(126);
    close_range(3, ~0u, 0);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    char *const arguments[] = {(char *)"tacho-agent", NULL};
    execv(program, arguments);
    dprintf(STDERR_FILENO, "tacho-agent: %s\n", strerror(errno));
    _exit(127);
}

/* The last line of a file, without its newline; empty if there is none. */
static void last_line(int descriptor, char line[512])
{
    off_t end = lseek(descriptor, 0, SEEK_END);
    off_t from = end > 511 ? end - 511 : 0;
    ssize_t size = end > 0 ? pread(descriptor, line, 511, from) : 0;
    while (size > 0 && line[size - 1] == '\n')
        size--;
    line[size > 0 ? size : 0] = '\0';
    const char *newline = strrchr(line, '\n');
    if (newline)
        memmove(line, newline + 1, strlen(newline));
}

/* Says what the agent said last: at first to us, then to its log. */
static void say_why_it_ended(const char *command, int messages, int ended)
{
    char line[512] = "";
    char *path = places_state("agent.log");
    last_line(messages, line);
    int log = !line[0] && path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (log >= 0) {
        last_line(log, line);
        close(log);
    }
    if (!line[0] && WIFSIGNALED(ended))
        snprintf(line, sizeof line, "it was ended by signal %d", WTERMSIG(ended));
    say("%s: the agent did not start: %s", command, line[0] ? line : "it gave no reason; try again");
    free(path);
}

/* Makes the agent's process; its first words go to `messages`. -1: none, said. */
static pid_t agent_spawn(const char *command, const char *program, int messages)
{
    pid_t child = fork();
    if (child == 0)
        become_background(program, messages);
    if (child < 0)
        say("%s: cannot make a process: %s: try again", command, strerror(errno));
    return child;
}

/*
 * Starts an agent and waits until one answers on the socket. If ours ends because another has the lock, that
 * one is about to listen, or about to be gone (killed, but not yet ended): it is waited for a little, and
 * the start tried again.
 */
static bool agent_appears(const char *command, const char *program, int messages)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    int rival_until = 0, ended = 0;
    pid_t child = agent_spawn(command, program, messages);
    for (int waited = 0; child >= 0 && waited < (child ? PATIENCE_MS : rival_until); waited += LOOK_MS) {
        if (agent_pid())
            return true;
        if (child == 0 && waited % AGAIN_MS == 0)
            child = agent_spawn(command, program, messages);
        if (child > 0 && waitpid(child, &ended, WNOHANG) == child) {
            child = 0;
            if (!WIFEXITED(ended) || WEXITSTATUS(ended) != TACHO_EXIT_LOCKED)
                break;
            if (!rival_until)
                rival_until = waited + RIVAL_MS;
        }
        nanosleep(&pause, NULL);
    }
    if (child == 0)
        say_why_it_ended(command, messages, ended);
    else if (child > 0)
        say("%s: the agent does not answer after %d s: 'tacho start --foreground' may show why", command,
            PATIENCE_MS / 1000);
    return false;
}

int agent_start(const char *command)
{
    char *place = places_runtime(""); /* without one there is no socket to look at */
    char *program = place ? agent_program(command) : NULL;
    free(place);
    if (!program)
        return STATUS_FAILED;
    /* Memory, not a pipe: the agent may write there as long as it likes, and holds nothing of ours. */
    int messages = memfd_create("tacho-start", MFD_CLOEXEC);
    if (messages < 0)
        say("%s: cannot take the agent's messages: %s: try again", command, strerror(errno));
    int status = messages >= 0 && agent_appears(command, program, messages) ? STATUS_DONE : STATUS_FAILED;
    if (messages >= 0)
        close(messages);
    free(program);
    return status;
}

static int run_in_foreground(void)
{
    char *program = agent_program("start");
    if (!program)
        return STATUS_FAILED;
    char *const arguments[] = {(char *)"tacho-agent", (char *)"--foreground", NULL};
    execv(program, arguments);
    say("start: cannot run %s: %s: install tacho again", program, strerror(errno));
    free(program);
    return STATUS_FAILED;
}

int command_start(int argc, char **argv)
{
    bool wait = false, foreground = false;
    const struct option_rule rules[] = {
        {"wait", 'w', OPTION_FLAG, &wait},
        {"foreground", 'f', OPTION_FLAG, &foreground},
    };
    const struct options options = {"start", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    pid_t running = agent_pid();
    if (running) {
        printf("the agent is running already (process %ld)\n", (long)running);
    } else {
        if (foreground)
            return run_in_foreground();
        if ((status = agent_start("start")) != STATUS_DONE)
            return status;
        printf("the agent is running (process %ld)\n", (long)agent_pid());
    }
    fflush(stdout);
    return wait ? agent_wait("start") : STATUS_DONE;
}
