/*
 * The index, read-only: gitformat-index(5), versions 2 to 4, SHA-1 and SHA-256, split and sparse.
 *
 * Entries point into the file as it was read. The checksum at its end is not verified, as git does not verify
 * it (it is zero with index.skipHash); every size and offset is.
 */
#ifndef TACHO_GIT_INDEX_H
#define TACHO_GIT_INDEX_H

#include "file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OID_MAX 32 /* bytes of a SHA-256 */

enum index_flag {
    INDEX_ASSUME_UNCHANGED = 1 << 0,
    INDEX_SKIP_WORKTREE = 1 << 1,
    INDEX_INTENT_TO_ADD = 1 << 2,
};

#define INDEX_MODE_TYPE       0170000u
#define INDEX_MODE_REGULAR    0100000u
#define INDEX_MODE_EXECUTABLE 0100755u
#define INDEX_MODE_SYMLINK    0120000u
#define INDEX_MODE_GITLINK    0160000u /* a submodule: the object id is a commit's */
#define INDEX_MODE_DIRECTORY                                                                                 \
    0040000u /* of a sparse index: stands for a whole tree; its path ends in a slash */

struct index_entry {
    const char *path; /* not NUL-terminated */
    const unsigned char *raw;
    uint32_t path_size;
    uint16_t flags; /* enum index_flag */
    uint8_t stage;
};

/* What the index remembers of a file's lstat(2), each cut to 32 bits. */
struct index_status {
    uint32_t changed_s, changed_ns, modified_s, modified_ns, device, inode, mode, uid, gid, size;
};

/* A directory whose tree's id the index knows: the cache-tree extension, as a preorder array. */
struct index_tree {
    const char *name; /* of the directory in its parent; "" for the root */
    uint32_t name_size;
    int32_t entries; /* below it; -1: not known any more, and no id */
    uint32_t children;
    uint32_t after; /* index of the first node that is not below this one */
    const unsigned char *oid;
};

struct index {
    struct index_entry *entries; /* by path, then stage */
    size_t count, room;
    struct index_tree *trees;
    size_t tree_count, tree_room;
    size_t oid_size;
    struct file_stamp stamp; /* of the file; racy entries are as young as it is */
    bool has_intent, has_gitlinks, is_sparse;
    bool has_attributes;        /* a .gitattributes, wherever */
    struct index_block *blocks; /* memory that entries point into */
};

/*
 * Reads <git_dir>/index; none is an empty index. `oid_size` is 20 or 32. Returns NULL on failure, with a
 * reason in *why: it is corrupt, or (*is_unknown) of a version or with an extension that is not known here.
 */
struct index *index_read(const char *git_dir, size_t oid_size, const char **why, bool *is_unknown);
void index_free(struct index *index);

struct index_status index_status(const struct index_entry *entry);
uint32_t index_mode(const struct index_entry *entry);
const unsigned char *index_oid(const struct index_entry *entry);

/* The order of entries: bytes of the path, the shorter first, then stage. */
int index_compare(const struct index_entry *a, const struct index_entry *b);

#endif
