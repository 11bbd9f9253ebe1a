/* What the machine says of itself: /proc (proc(5)) and /sys/class/power_supply (sysfs-class-power). */
#include "facts_more.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POWER "/sys/class/power_supply"

/* Reads what there is of a small file, with a NUL behind it; false: nothing. */
static bool read_file(const char *path, char *out, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t got = read(file, out, size - 1);
    close(file);
    out[got > 0 ? got : 0] = '\0';
    return got > 0;
}

/* A line of /proc/meminfo, in bytes; 0: none. */
static int64_t memory_line(const char *text, const char *name)
{
    const char *line = strstr(text, name);
    return line ? strtoll(line + strlen(name), NULL, 10) * 1024 : 0;
}

static void read_memory(struct fact_machine *machine)
{
    char text[4096];
    if (!read_file("/proc/meminfo", text, sizeof text))
        return;
    int64_t total = memory_line(text, "MemTotal:"), available = memory_line(text, "MemAvailable:");
    if (total <= 0 || available > total)
        return;
    machine->memory_total = total;
    machine->memory_used = total - available;
}

static void read_load(struct fact_machine *machine)
{
    char text[128];
    if (read_file("/proc/loadavg", text, sizeof text))
        machine->load_e2 = (int64_t)(strtod(text, NULL) * 100);
}

/* The first battery that tells how full it is. */
static void read_battery(struct fact_machine *machine)
{
    char path[512], text[64];
    struct dirent *entry;
    DIR *folder = opendir(POWER);
    while (folder && machine->battery_percent < 0 && (entry = readdir(folder))) {
        snprintf(path, sizeof path, POWER "/%.200s/capacity", entry->d_name);
        if (strncmp(entry->d_name, "BAT", 3) != 0 || !read_file(path, text, sizeof text))
            continue;
        machine->battery_percent = (int32_t)strtol(text, NULL, 10) % 101;
        snprintf(path, sizeof path, POWER "/%.200s/status", entry->d_name);
        machine->charging = read_file(path, text, sizeof text) && strncmp(text, "Charging", 8) == 0;
    }
    if (folder)
        closedir(folder);
}

void facts_add_machine(struct facts *facts, const char *host)
{
    facts->machine.host = host;
    facts->machine.user = getenv("USER");
    facts->machine.known = true;
    facts->machine.load_e2 = facts->machine.battery_percent = -1;
    read_memory(&facts->machine);
    read_load(&facts->machine);
    read_battery(&facts->machine);
}
