/* One line on stderr: see say.h. */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The one thing a message needs that its caller should not have to pass: who speaks. Set once, at start. */
static const char *speaker = "tacho";

void say_as(const char *program)
{
    speaker = program;
}

static void say_arguments(const char *format, va_list arguments)
{
    char line[2048];
    int used = snprintf(line, sizeof line, "%s: ", speaker);
    int more = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
    size_t size = more < 0 ? (size_t)used : strlen(line);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[size++] = '\n';
    /* One write, so that lines of several processes do not mix; nobody to tell if it fails. */
    ssize_t written = write(STDERR_FILENO, line, size);
    (void)written;
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
}

int say_failed(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
    return -1;
}
