/* Loose, packed and symbolic refs: see refs.h. */
#include "refs.h"

#include "file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOSE_LIMIT  (8 * 1024)
#define PACKED_LIMIT (64 << 20)
#define REFLOG_LIMIT (64 << 20)
#define SYMREFS_MAX  5  /* as git has it */
#define REF_DEPTH    32 /* directories below refs/ that are searched */

void name_copy(char *out, size_t room, const char *name)
{
    size_t size = strnlen(name, room);
    if (size == room) {
        size = room - 1;
        while (size && ((unsigned char)name[size] & 0xc0) == 0x80)
            size--;
    }
    memcpy(out, name, size);
    memset(out + size, 0, room - size);
}

/* Digits of an object id at `hex`: 40, 64, or 0 if it is none. */
static size_t oid_size(const char *hex)
{
    size_t size = strspn(hex, "0123456789abcdef");
    return size == 40 || size == 64 ? size : 0;
}

/* A name that cannot lead out of the directory (git-check-ref-format(1), rule 1 and 3). */
static bool name_is_safe(const char *name)
{
    if (strncmp(name, "refs/", 5) != 0 || !name[5])
        return false;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (*part == '.' || *part == '/' || !*part)
            return false;
    }
    return true;
}

/* Each linked work tree has its own of these (git-worktree(1), "Refs"). */
static bool is_per_worktree(const char *name)
{
    return strncmp(name, "refs/", 5) != 0 || strncmp(name, "refs/bisect/", 12) == 0 ||
           strncmp(name, "refs/worktree/", 14) == 0 || strncmp(name, "refs/rewritten/", 15) == 0;
}

static bool loose_path(const struct place *place, const char *name, char path[PATH_MAX])
{
    return path_join(path, is_per_worktree(name) ? place->git_dir : place->common_dir, name);
}

/* ---- packed-refs: lines `OID NAME`, each perhaps followed by `^OID`, what its tag leads to --------------
 */

static int read_packed(const struct place *place, struct text *packed)
{
    char path[PATH_MAX];
    if (!place_common_path(place, path, "packed-refs"))
        return -1;
    return file_read(AT_FDCWD, path, 0, PACKED_LIMIT, packed, NULL);
}

static int find_packed(const struct place *place, const char *name, char oid[OID_HEX_ROOM])
{
    struct text packed = TEXT_EMPTY, line = TEXT_EMPTY;
    int result = -1;
    if (read_packed(place, &packed) != 0)
        goto out;
    text_addf(&line, " %s\n", name);
    const char *at = packed.bytes, *end = packed.bytes + packed.size;
    while ((at = memmem(at, (size_t)(end - at), line.bytes, line.size))) {
        const char *start = at;
        while (start > packed.bytes && start[-1] != '\n')
            start--;
        size_t size = oid_size(start);
        if (size && size == (size_t)(at - start)) {
            memset(oid, 0, OID_HEX_ROOM);
            memcpy(oid, start, size);
            result = 0;
            break;
        }
        at += line.size;
    }
out:
    text_free(&packed);
    text_free(&line);
    return result;
}

/* ---- loose refs ---------------------------------------------------------------------------------------- */

/* Reads one ref file: an object id, or after "ref:" the name of another ref, in `target`. */
static int read_loose(const char *path, char oid[OID_HEX_ROOM], char target[PATH_MAX])
{
    struct text text = TEXT_EMPTY;
    int result = -1;
    *oid = *target = '\0';
    ssize_t link = readlink(path, target, PATH_MAX - 1); /* git's oldest form of a symbolic ref */
    if (link > 0 && strncmp(target, "refs/", 5) == 0) {
        target[link] = '\0';
        return 0;
    }
    *target = '\0';
    if (file_read(AT_FDCWD, path, 0, LOOSE_LIMIT, &text, NULL) != 0)
        goto out;
    errno = EILSEQ;
    size_t size = oid_size(text.bytes);
    if (strncmp(text.bytes, "ref:", 4) == 0) {
        const char *name = text.bytes + 4 + strspn(text.bytes + 4, " \t\n\v\f\r");
        size_t length = strlen(name);
        while (length && isspace((unsigned char)name[length - 1]))
            length--;
        if (length && length < PATH_MAX) {
            memcpy(target, name, length);
            target[length] = '\0';
            result = 0;
        }
    } else if (size && (!text.bytes[size] || isspace((unsigned char)text.bytes[size]))) {
        memset(oid, 0, OID_HEX_ROOM);
        memcpy(oid, text.bytes, size);
        result = 0;
    }
out:
    text_free(&text);
    return result;
}

/* One step: the ref's own value, loose before packed. errno is ENOENT if there is no such ref. */
static int read_ref(const struct place *place, const char *name, char oid[OID_HEX_ROOM],
                    char target[PATH_MAX])
{
    char path[PATH_MAX];
    *target = '\0';
    if (!loose_path(place, name, path))
        return -1;
    if (read_loose(path, oid, target) == 0)
        return 0;
    if (errno != ENOENT && errno != EISDIR && errno != ENOTDIR && errno != EINVAL)
        return -1;
    if (find_packed(place, name, oid) == 0)
        return 0;
    errno = ENOENT;
    return -1;
}

/* Follows symbolic refs from `name`, which becomes the last one's. Returns 0, or -1 with errno. */
static int follow(const struct place *place, char name[PATH_MAX], char oid[OID_HEX_ROOM])
{
    char target[PATH_MAX];
    for (int i = 0; i <= SYMREFS_MAX; i++) {
        if (read_ref(place, name, oid, target) != 0)
            return -1;
        if (!*target)
            return 0;
        if (!name_is_safe(target))
            break;
        memcpy(name, target, PATH_MAX);
    }
    errno = ELOOP;
    return -1;
}

int refs_resolve(const struct place *place, const char *name, char oid[OID_HEX_ROOM])
{
    char ref[PATH_MAX] = "";
    if (strlen(name) >= sizeof ref || !name_is_safe(name))
        return -1;
    memcpy(ref, name, strlen(name) + 1);
    return follow(place, ref, oid);
}

void refs_read_head(struct head *head, const struct place *place)
{
    memset(head, 0, sizeof *head);
    memcpy(head->ref, "HEAD", 5);
    int result = follow(place, head->ref, head->oid);
    bool symbolic = strcmp(head->ref, "HEAD") != 0;
    if (result != 0) {
        *head->oid = '\0';
        if (symbolic && errno == ENOENT)
            head->unborn = true;
        else
            head->broken = symbolic ? "the branch that HEAD names cannot be read" : "HEAD cannot be read";
    }
    head->detached = !symbolic && result == 0;
    if (!symbolic)
        *head->ref = '\0';
}

int32_t refs_count_stashes(const struct place *place)
{
    char path[PATH_MAX];
    struct text text = TEXT_EMPTY;
    int32_t count = 0;
    if (place_common_path(place, path, "logs/refs/stash") &&
        file_read(AT_FDCWD, path, 0, REFLOG_LIMIT, &text, NULL) == 0)
        for (const char *at = text.bytes; (at = memchr(at, '\n', text.size - (size_t)(at - text.bytes)));
             at++)
            count++;
    text_free(&text);
    return count;
}

/* ---- all refs below a prefix ----------------------------------------------------------------------------
 */

static void each_packed(const struct place *place, const char *prefix, refs_take *take, void *data)
{
    struct text packed = TEXT_EMPTY;
    if (read_packed(place, &packed) != 0)
        goto out;
    for (char *line = packed.bytes, *next; *line; line = next) {
        size_t left = packed.size - (size_t)(line - packed.bytes), size = oid_size(line);
        char *end = memchr(line, '\n', left), peeled[OID_HEX_ROOM] = "";
        if (!end)
            break;
        *end = '\0';
        next = end + 1;
        if (!size || line[size] != ' ' || strncmp(line + size + 1, prefix, strlen(prefix)) != 0)
            continue;
        size_t peeled_size = *next == '^' ? oid_size(next + 1) : 0;
        memcpy(peeled, next + 1, peeled_size);
        line[size] = '\0';
        if (!path_exists(place->common_dir, line + size + 1)) /* a loose ref hides the packed one */
            take(data, line + size + 1, line, peeled);
    }
out:
    text_free(&packed);
}

static void each_loose(const struct place *place, const char *name, int depth, refs_take *take, void *data)
{
    char path[PATH_MAX], oid[OID_HEX_ROOM], target[PATH_MAX], below[PATH_MAX];
    if (!loose_path(place, name, path) || depth > REF_DEPTH)
        return;
    DIR *directory = opendir(path);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.' || !path_join(below, name, entry->d_name) ||
            !loose_path(place, below, path))
            continue;
        if (entry->d_type != DT_DIR && read_loose(path, oid, target) == 0 && *oid)
            take(data, below, oid, NULL);
        else if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN)
            each_loose(place, below, depth + 1, take, data);
    }
    closedir(directory);
}

void refs_each(const struct place *place, const char *prefix, refs_take *take, void *data)
{
    char directory[PATH_MAX];
    each_packed(place, prefix, take, data);
    size_t size = strlen(prefix);
    if (size >= sizeof directory)
        return;
    memcpy(directory, prefix, size + 1);
    directory[size - (size && directory[size - 1] == '/')] = '\0';
    each_loose(place, directory, 0, take, data);
}
