/* What a terminal must be able to do, by terminfo(5); apart, for term.h has macros of all too common names.
 */
#include "full_screen.h"

#include <ncurses.h>
#include <term.h>
#include <unistd.h>

const char *full_screen_refusal(void)
{
    int found;
    if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return "what TERM says is no terminal that is known here";
    const char *place = tigetstr("cup");
    bool can_place = place && place != (const char *)-1;
    del_curterm(cur_term); /* initscr() makes its own */
    return can_place ? NULL : "this terminal cannot place its cursor";
}
