/* One of a person's files, shown, asked about, written: see setup.h. */
#include "setup.h"

#include "command.h"
#include "diff.h"

#include "../base/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int setup_change_load(struct setup_change *change, const struct setup_wish *wish, const char *path)
{
    struct text why = TEXT_EMPTY;
    *change = (struct setup_change){.wish = wish};
    int result = file_load(&change->file, path, &why);
    if (result < 0)
        say("setup: %s", why.bytes);
    else
        change->record = setup_record_read(change->file.target);
    text_free(&why);
    return result;
}

void setup_change_free(struct setup_change *change)
{
    file_free(&change->file);
    setup_record_free(&change->record);
    text_free(&change->after);
}

void setup_change_show(const struct setup_change *change)
{
    struct text diff = TEXT_EMPTY;
    const struct text *before = &change->file.content, *after = &change->after;
    diff_write(&diff, before->bytes ? before->bytes : "", before->size, after->bytes ? after->bytes : "",
               after->size, terminal_colour(stdout, COLOUR_AUTO));
    printf("%s%s\n", change->file.path, change->file.exists ? "" : " (new)");
    if (change->file.is_link)
        printf("is a symlink; what is changed is %s\n", change->file.target);
    fwrite(diff.bytes, 1, diff.size, stdout);
    text_free(&diff);
}

bool setup_is_agreed(const struct setup_wish *wish, const char *question, int *status)
{
    *status = STATUS_DONE;
    if (wish->print)
        return false;
    if (wish->yes)
        return true;
    *status = STATUS_FAILED;
    if (!isatty(STDIN_FILENO)) {
        fflush(stdout);
        say("setup: nothing was written: there is no terminal to ask on; run it with --yes");
        return false;
    }
    if (terminal_agrees(question))
        return true;
    puts("Nothing was written.");
    return false;
}

int setup_change_write(const struct setup_change *change)
{
    struct text why = TEXT_EMPTY;
    int result =
        file_is_writable(&change->file, &why) ? file_replace(&change->file, &change->after, &why) : -1;
    if (result < 0)
        say("setup: %s", why.bytes);
    text_free(&why);
    return result;
}

int setup_change_remove(const struct setup_change *change)
{
    if (unlink(change->file.target) == 0)
        return 0;
    return say_failed("setup: %s: cannot remove it: %s", change->file.target, strerror(errno));
}

char *setup_change_backup(const struct setup_change *change)
{
    struct text why = TEXT_EMPTY;
    char *path = file_backup(&change->file, &why);
    if (!path)
        say("setup: %s", why.bytes);
    text_free(&why);
    return path;
}

int setup_change_remember(struct setup_change *change)
{
    change->record.known = true;
    return setup_record_write(change->file.target, &change->record);
}

int setup_change_forget(const struct setup_change *change)
{
    static const struct setup_record none = {0};
    return change->record.known ? setup_record_write(change->file.target, &none) : 0;
}
