/* Remotes' URLs: see remote.h. */
#include "remote.h"

#include <string.h>

static bool keep(char *out, size_t room, const char *bytes, size_t size)
{
    if (size >= room)
        return false;
    memcpy(out, bytes, size);
    out[size] = '\0';
    return true;
}

static bool is_web_or_ssh(const char *url, size_t scheme)
{
    static const char *const schemes[] = {"https", "http", "ssh", "git", "git+ssh"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strlen(schemes[i]) == scheme && strncmp(url, schemes[i], scheme) == 0)
            return true;
    return false;
}

/* "user:password@host:port", of which only the host is taken. */
static void take_host(struct git_remote *remote, const char *bytes, size_t size)
{
    const char *at = memrchr(bytes, '@', size);
    const char *host = at ? at + 1 : bytes, *end = bytes + size;
    const char *port = memchr(host, ':', (size_t)(end - host));
    const size_t length = (size_t)((port ? port : end) - host);
    if (memchr(host, '.', length))
        keep(remote->host, sizeof remote->host, host, length);
}

/* The last part is the name, what is before it the owner. */
static bool take_path(struct git_remote *remote, const char *path)
{
    static const char suffix[] = ".git";
    size_t size = strlen(path), slash;
    while (size && path[size - 1] == '/')
        size--;
    if (size > sizeof suffix - 1 && memcmp(path + size - (sizeof suffix - 1), suffix, sizeof suffix - 1) == 0)
        size -= sizeof suffix - 1;
    while (size && *path == '/') {
        path++;
        size--;
    }
    for (slash = size; slash && path[slash - 1] != '/'; slash--)
        ;
    return slash > 1 && slash < size && keep(remote->owner, sizeof remote->owner, path, slash - 1) &&
           keep(remote->name, sizeof remote->name, path + slash, size - slash);
}

/* Not a path, which has a slash before the colon, nor a drive's letter, nor a helper's "ext::". */
static bool is_ssh_form(const char *url, const char *colon)
{
    return colon - url > 1 && colon[1] != ':' && !memchr(url, '/', (size_t)(colon - url));
}

void remote_parse(struct git_remote *remote, const char *url)
{
    static const struct git_remote none;
    const char *scheme = strstr(url, "://"), *colon = strchr(url, ':'), *path;
    *remote = none;
    if (scheme && !is_web_or_ssh(url, (size_t)(scheme - url)))
        return;
    const char *host = scheme ? scheme + 3 : url;
    path = scheme ? strchr(host, '/') : colon;
    if (!path || (!scheme && !is_ssh_form(url, colon)))
        return;
    take_host(remote, host, (size_t)(path - host));
    if (!take_path(remote, scheme ? path : path + 1))
        *remote = none;
}
