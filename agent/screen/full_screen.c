/* Taking the terminal and giving it back: see full_screen.h. */
#include "full_screen.h"

#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* Arrows of terminals that are not, or not told, to send others while a program has the screen. */
static const struct {
    const char *sent;
    int key;
} arrows[] = {{"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT}};

/* What a crash's handler needs: it may call nothing but write(), tcsetattr() and the like. */
static struct {
    char bytes[256];
    size_t size;
    struct termios modes;
    bool has_modes;
} restore;

/* Adds a capability's string without the pauses, $<5>, that only terminals of old need. */
static void restore_add(const char *string)
{
    while (string && *string && restore.size < sizeof restore.bytes) {
        if (string[0] == '$' && string[1] == '<' && strchr(string, '>'))
            string = strchr(string, '>') + 1;
        else
            restore.bytes[restore.size++] = *string++;
    }
}

static void restore_prepare(void)
{
    restore.size = 0;
    if (key_mouse)
        restore_add("\033[?1006l\033[?1000l"); /* XTerm Control Sequences, "Mouse Tracking" */
    restore_add(exit_attribute_mode);
    restore_add(orig_pair);
    restore_add(keypad_local);
    restore_add(cursor_normal);
    restore_add(exit_ca_mode);
}

/* The signal's own action is in force again (SA_RESETHAND): raised once more, it ends the program. */
static void give_back_and_die(int number)
{
    ssize_t written = write(STDOUT_FILENO, restore.bytes, restore.size);
    (void)written; /* a terminal that is gone needs nothing */
    if (restore.has_modes)
        tcsetattr(STDIN_FILENO, TCSANOW, &restore.modes);
    raise(number);
}

static void catch_crashes(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT, SIGSYS};
    struct sigaction action = {.sa_handler = give_back_and_die, .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}

void full_screen_open(void)
{
    if (!setlocale(LC_ALL, "") || MB_CUR_MAX < 3)
        setlocale(LC_CTYPE, "C.UTF-8");
    use_tioctl(TRUE); /* what the kernel says of the size, not what COLUMNS did when the shell began */
    restore.has_modes = tcgetattr(STDIN_FILENO, &restore.modes) == 0;
    initscr();
    set_escdelay(25);
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++)
        define_key(arrows[i].sent, arrows[i].key);
    curs_set(0);
    mouseinterval(0);
    full_screen_mouse(true);
    restore_prepare();
    catch_crashes();
}

void full_screen_close(void)
{
    endwin();
}

void full_screen_again(void)
{
    reset_prog_mode();
    clearok(curscr, TRUE);
    refresh();
}

/* Releases, too: ncurses would wait for a key behind one that nobody wants to know of. */
void full_screen_mouse(bool wanted)
{
    mousemask(wanted ? BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON1_RELEASED : 0, NULL);
}
