/* Clients' own files, and their processes: see clients.h. */
#include "clients.h"

#include "../base/memory.h"
#include "../base/watch.h"
#include "../ingest/json.h"

#include <dirent.h>
#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CLIENTS_MAX = 256, FILE_MAX = 16 * 1024, SESSION_MAX = 256, PATH_SIZE = 4096 };

static const char FOLDER[] = "/sessions", SUFFIX[] = ".json";

struct client {
    ev_io ended; /* on a descriptor of the process; readable once it has ended */
    struct clients *clients;
    struct client *next;
    uint64_t pid;
    char session[SESSION_MAX];
    enum session_state state;
    bool is_remote;
};

/* A config directory, watched until it has a folder of sessions, which then is. */
struct place {
    struct clients *clients;
    char folder[PATH_SIZE]; /* of the sessions */
    size_t config_size;     /* of the part before */
    struct watch *watch;
    bool has_folder;
};

struct clients {
    struct ev_loop *loop;
    struct watcher *watcher;
    client_changed *changed;
    void *data;
    struct client *first;
    size_t count;
    struct place *places;
    size_t place_count;
};

/* ---- processes ------------------------------------------------------------------------------------- */

/* When a process began, in the system's ticks (proc(5), field 22 of stat); 0: there is none. */
static uint64_t process_began(uint64_t pid)
{
    char path[64], stat[1024];
    snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t size = read(file, stat, sizeof stat - 1);
    close(file);
    stat[size > 0 ? size : 0] = '\0';
    /* Its name, the second field, may hold anything; the last parenthesis ends it. */
    const char *at = strrchr(stat, ')');
    for (int field = 2; at && field < 22; field++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    return at ? strtoull(at, NULL, 10) : 0;
}

static void client_free(struct client *client)
{
    struct clients *clients = client->clients;
    struct client **at = &clients->first;
    while (*at != client)
        at = &(*at)->next;
    *at = client->next;
    clients->count--;
    ev_io_stop(clients->loop, &client->ended);
    close(client->ended.fd);
    free(client);
}

static void client_ended(struct client *client)
{
    struct clients *clients = client->clients;
    char session[SESSION_MAX];
    memcpy(session, client->session, sizeof session);
    client_free(client);
    clients->changed(clients->data, session, STATE_UNKNOWN, false);
}

static void process_ended(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    (void)events;
    client_ended((struct client *)io);
}

static struct client *client_find(struct clients *clients, uint64_t pid)
{
    struct client *client = clients->first;
    while (client && client->pid != pid)
        client = client->next;
    return client;
}

/* NULL: there is no such process, or no room for another. */
static struct client *client_new(struct clients *clients, uint64_t pid)
{
    int descriptor = clients->count < CLIENTS_MAX ? (int)syscall(SYS_pidfd_open, (pid_t)pid, 0U) : -1;
    if (descriptor < 0)
        return NULL;
    struct client *client = memory_zeroed(1, sizeof *client);
    client->clients = clients;
    client->pid = pid;
    client->next = clients->first;
    clients->first = client;
    clients->count++;
    ev_io_init(&client->ended, process_ended, descriptor, EV_READ);
    ev_io_start(clients->loop, &client->ended);
    return client;
}

/* ---- files ----------------------------------------------------------------------------------------- */

struct statement {
    uint64_t pid, began; /* 0: not said */
    char session[SESSION_MAX];
    enum session_state state;
    bool is_remote;
};

/* A number, or a text that is one. */
static uint64_t number_of(enum json_type type, const struct json_slice *value)
{
    if (type == JSON_NUMBER || (type == JSON_STRING && value->size && value->bytes[0] >= '0' &&
                                value->bytes[0] <= '9' && value->size <= 20)) {
        uint64_t number = 0;
        for (size_t i = 0; i < value->size && value->bytes[i] >= '0' && value->bytes[i] <= '9'; i++)
            number = number * 10 + (uint64_t)(value->bytes[i] - '0');
        return number;
    }
    return 0;
}

/* "shell": the person's own command runs. */
static enum session_state state_named(const struct json_slice *name)
{
    return json_equals(name, "idle")                                 ? STATE_IDLE
           : json_equals(name, "busy") || json_equals(name, "shell") ? STATE_BUSY
           : json_equals(name, "waiting")                            ? STATE_WAITING
                                                                     : STATE_UNKNOWN;
}

static bool statement_read(struct statement *statement, const char *bytes, size_t size)
{
    struct json json;
    struct json_slice key, value;
    *statement = (struct statement){.state = STATE_UNKNOWN};
    json_start(&json, bytes, size);
    if (!json_enter_object(&json))
        return false;
    while (json_member(&json, &key)) {
        const enum json_type type = json_take(&json, &value);
        if (json_equals(&key, "pid"))
            statement->pid = number_of(type, &value);
        else if (json_equals(&key, "procStart"))
            statement->began = number_of(type, &value);
        else if (json_equals(&key, "sessionId") && type == JSON_STRING)
            statement->session[json_decode(&value, statement->session, SESSION_MAX - 1)] = '\0';
        else if (json_equals(&key, "status") && type == JSON_STRING)
            statement->state = state_named(&value);
        else if (json_equals(&key, "bridgeSessionId"))
            statement->is_remote = type == JSON_STRING && value.size > 0;
    }
    return json_finish(&json) && statement->session[0] && statement->state != STATE_UNKNOWN &&
           statement->pid > 0 && statement->pid <= INT32_MAX;
}

/* What a file says, unless it is of a process that is no more. */
static void take_statement(struct clients *clients, const struct statement *statement)
{
    const uint64_t began = process_began(statement->pid);
    struct client *client = client_find(clients, statement->pid);
    if (!began || (statement->began && statement->began != began))
        return;
    if (!client)
        client = client_new(clients, statement->pid);
    if (!client || (client->state == statement->state && client->is_remote == statement->is_remote &&
                    strcmp(client->session, statement->session) == 0))
        return;
    char before[SESSION_MAX];
    memcpy(before, client->session, sizeof before);
    memcpy(client->session, statement->session, sizeof before);
    client->state = statement->state;
    client->is_remote = statement->is_remote;
    /* /clear and /resume: the same client has left one session for another. */
    if (before[0] && strcmp(before, statement->session) != 0)
        clients->changed(clients->data, before, STATE_UNKNOWN, false);
    clients->changed(clients->data, statement->session, statement->state, statement->is_remote);
}

static bool is_client_file(const char *name)
{
    const size_t size = strlen(name), suffix = sizeof SUFFIX - 1;
    return size > suffix && strcmp(name + size - suffix, SUFFIX) == 0 && name[0] != '.';
}

static void read_file(struct place *place, const char *name)
{
    char path[PATH_SIZE + NAME_MAX + 2], bytes[FILE_MAX];
    struct statement statement;
    snprintf(path, sizeof path, "%s/%s", place->folder, name);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return;
    ssize_t size = read(file, bytes, sizeof bytes);
    close(file);
    if (size > 0 && statement_read(&statement, bytes, (size_t)size))
        take_statement(place->clients, &statement);
}

static void read_folder(struct place *place)
{
    DIR *folder = opendir(place->folder);
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (is_client_file(entry->d_name))
            read_file(place, entry->d_name);
    closedir(folder);
}

/* ---- watching -------------------------------------------------------------------------------------- */

static void place_watch(struct place *place);

static void place_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    (void)watch;
    struct place *place = data;
    if (mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF) ||
        (!place->has_folder && strcmp(name, FOLDER + 1) == 0))
        place_watch(place);
    else if (place->has_folder && is_client_file(name))
        read_file(place, name);
}

/* The folder, or, while there is none, the directory that it is going to be in. */
static void place_watch(struct place *place)
{
    struct watch *before = place->watch;
    place->watch =
        watch_add(place->clients->watcher, place->folder,
                  IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR,
                  place_changed, place);
    place->has_folder = place->watch != NULL;
    if (!place->has_folder) {
        char config[PATH_SIZE];
        memcpy(config, place->folder, place->config_size);
        config[place->config_size] = '\0';
        place->watch = watch_add(place->clients->watcher, config, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR,
                                 place_changed, place);
    }
    if (before)
        watch_remove(before);
    read_folder(place);
}

static void clients_overflowed(void *data)
{
    struct clients *clients = data;
    for (size_t i = 0; i < clients->place_count; i++)
        read_folder(&clients->places[i]);
}

struct clients *clients_open(struct ev_loop *loop, struct watcher *watcher, char *const *directories,
                             client_changed *changed, void *data)
{
    struct clients *clients = memory_zeroed(1, sizeof *clients);
    *clients = (struct clients){.loop = loop, .watcher = watcher, .changed = changed, .data = data};
    size_t count = 0;
    while (directories[count])
        count++;
    clients->places = memory_zeroed(count + 1, sizeof *clients->places);
    for (size_t i = 0; i < count; i++) {
        struct place *place = &clients->places[clients->place_count];
        const int size = snprintf(place->folder, sizeof place->folder, "%s%s", directories[i], FOLDER);
        if (size < 0 || size >= PATH_SIZE)
            continue;
        place->clients = clients;
        place->config_size = (size_t)size - (sizeof FOLDER - 1);
        clients->place_count++;
        place_watch(place);
    }
    watcher_on_overflow(watcher, clients_overflowed, clients);
    return clients;
}

void clients_close(struct clients *clients)
{
    if (!clients)
        return;
    watcher_off_overflow(clients->watcher, clients_overflowed, clients);
    while (clients->first)
        client_free(clients->first);
    for (size_t i = 0; i < clients->place_count; i++)
        if (clients->places[i].watch)
            watch_remove(clients->places[i].watch);
    free(clients->places);
    free(clients);
}
