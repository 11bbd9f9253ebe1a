/*
 * The index reader on files that git writes, whole and damaged: it never crashes, and what it does read is
 * what `git ls-files --stage` says.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/git/index.h"
#include "../../agent/git/worktree.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void fill(struct lab *lab)
{
    lab_run(
        lab,
        "mkdir -p d/e zz; for f in a b c d/1 d/2 d/e/3 d/e/4 d-e zz/top; do echo $f >$f; done; ln -s a l;"
        "printf x >'new\nline'; git add .; git commit -qm 1; chmod +x b; git add b; echo n >n; git add -N n");
}

static void git_dir_of(const struct lab *lab, char path[PATH_MAX])
{
    ck_assert(path_join(path, lab->repo, ".git"));
}

/* Writes the entries as `git ls-files --stage -z` does, one a line. */
static void list(const struct index *index, struct text *out)
{
    for (size_t i = 0; i < index->count; i++) {
        const struct index_entry *entry = &index->entries[i];
        text_addf(out, "%06o ", index_mode(entry));
        for (size_t byte = 0; byte < index->oid_size; byte++)
            text_addf(out, "%02x", index_oid(entry)[byte]);
        text_addf(out, " %d\t", entry->stage);
        text_add(out, entry->path, entry->path_size);
        text_add_char(out, '\0');
    }
}

static void check_listing(struct lab *lab, size_t oid_size)
{
    char git_dir[PATH_MAX], listing[PATH_MAX];
    const char *why;
    bool is_unknown;
    struct text ours = TEXT_EMPTY, gits = TEXT_EMPTY;
    git_dir_of(lab, git_dir);
    lab_run(lab, "git ls-files --stage -z >../listing");
    ck_assert(path_join(listing, lab->top, "listing"));
    ck_assert_int_eq(file_read(AT_FDCWD, listing, 0, 1 << 20, &gits, NULL), 0);
    struct index *index = index_read(git_dir, oid_size, &why, &is_unknown);
    ck_assert_msg(index != NULL, "%s", why);
    list(index, &ours);
    ck_assert_uint_eq(ours.size, gits.size);
    ck_assert_mem_eq(ours.bytes, gits.bytes, gits.size);
    index_free(index);
    text_free(&ours);
    text_free(&gits);
}

START_TEST(versions)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    fill(&lab);
    check_listing(&lab, 20);
    lab_run(&lab, "git update-index --index-version 4");
    check_listing(&lab, 20);
    lab_run(&lab, "git update-index --split-index");
    check_listing(&lab, 20);
    lab_run(&lab, "git rm -q --cached d/1; echo 2 >a; git add a; echo z >0; git add 0");
    check_listing(&lab, 20);
    lab_run(&lab, "git update-index --no-split-index --index-version 2");
    check_listing(&lab, 20);
    lab_close(&lab);
}
END_TEST

START_TEST(long_ids)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "--object-format=sha256");
    fill(&lab);
    check_listing(&lab, 32);
    lab_close(&lab);
}
END_TEST

START_TEST(stages)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    fill(&lab);
    lab_try(&lab, "git commit -qam 2; git checkout -qb s HEAD~1; echo s >a; git commit -qam s; git checkout "
                  "-q main; echo m >a;"
                  "git commit -qam m; git merge -q s");
    check_listing(&lab, 20);
    lab_close(&lab);
}
END_TEST

START_TEST(cache_tree)
{
    struct lab lab;
    char git_dir[PATH_MAX];
    const char *why;
    bool is_unknown;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mkdir -p d/e; echo 1 >d/e/f; echo 2 >g; git add .; git commit -qm 1");
    git_dir_of(&lab, git_dir);
    struct index *index = index_read(git_dir, 20, &why, &is_unknown);
    ck_assert_ptr_nonnull(index);
    ck_assert_uint_eq(index->tree_count, 3);
    ck_assert_int_eq(index->trees[0].entries, 2);
    ck_assert_uint_eq(index->trees[0].after, 3);
    ck_assert_uint_eq(index->trees[1].name_size, 1);
    index_free(index);
    lab_close(&lab);
}
END_TEST

/* Reads a damaged copy; whatever comes of it, the table of directories must take it or refuse it. */
static void read_damaged(const char *directory, const char *bytes, size_t size)
{
    char path[PATH_MAX];
    const char *why;
    bool is_unknown;
    ck_assert(path_join(path, directory, "index"));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_eq(write(file, bytes, size), (ssize_t)size);
    close(file);
    struct index *index = index_read(directory, 20, &why, &is_unknown);
    if (index) {
        struct worktree *worktree = worktree_make(index, &why);
        ck_assert(worktree || why);
        worktree_free(worktree);
    } else {
        ck_assert_ptr_nonnull(why);
    }
    index_free(index);
}

static void damage(struct lab *lab)
{
    char path[PATH_MAX];
    struct text bytes = TEXT_EMPTY;
    uint32_t random = 12345;
    lab_run(lab, "cp .git/sharedindex.* .. 2>/dev/null || true");
    ck_assert(path_join(path, lab->repo, ".git/index"));
    ck_assert_int_eq(file_read(AT_FDCWD, path, 0, 1 << 20, &bytes, NULL), 0);
    for (size_t size = 0; size < bytes.size; size += 37)
        read_damaged(lab->top, bytes.bytes, size);
    for (int i = 0; i < 2000; i++) {
        random = random * 1103515245 + 12345;
        size_t at = (random >> 8) % bytes.size;
        char was = bytes.bytes[at];
        bytes.bytes[at] = (char)(random >> 3);
        read_damaged(lab->top, bytes.bytes, bytes.size);
        if (i % 3)
            bytes.bytes[at] = was; /* every third stays */
    }
    text_free(&bytes);
}

START_TEST(damaged)
{
    static const char *const shapes[] = {"--index-version 2", "--index-version 4", "--split-index"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct lab lab;
        lab_open(&lab);
        lab_init(&lab, "");
        fill(&lab);
        lab_run(&lab, "git update-index %s; git rm -q --cached d/1; echo z >0; git add 0", shapes[i]);
        damage(&lab);
        lab_close(&lab);
    }
}
END_TEST

static void check_refused(struct lab *lab, const char *bytes, size_t size, const char *expected, bool unknown)
{
    char path[PATH_MAX];
    const char *why;
    bool is_unknown;
    ck_assert(path_join(path, lab->top, "index"));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_eq(write(file, bytes, size), (ssize_t)size);
    close(file);
    ck_assert_ptr_null(index_read(lab->top, 20, &why, &is_unknown));
    ck_assert_msg(strstr(why, expected) != NULL, "%s", why);
    ck_assert_int_eq(is_unknown, unknown);
}

START_TEST(refused)
{
    static const char trailer[20];
    struct lab lab;
    char bytes[64] = "DIRC\0\0\0\2\0\0\0\0zzzz\0\0\0\0";
    lab_open(&lab);
    memcpy(bytes + 20, trailer, 20);
    check_refused(&lab, bytes, 40, "extension", true);
    memcpy(bytes + 12, "ZZZZ", 4); /* upper case: may be ignored */
    char path[PATH_MAX];
    const char *why;
    bool is_unknown;
    ck_assert(path_join(path, lab.top, "index"));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_eq(write(file, bytes, 40), 40);
    close(file);
    struct index *index = index_read(lab.top, 20, &why, &is_unknown);
    ck_assert_ptr_nonnull(index);
    index_free(index);
    bytes[7] = 5;
    check_refused(&lab, bytes, 40, "version", true);
    bytes[7] = 2;
    memset(bytes + 8, 0xff, 4); /* four thousand million entries */
    check_refused(&lab, bytes, 40, "cut off", false);
    lab_close(&lab);
}
END_TEST

SUITE_MAIN("git_index", versions, long_ids, stages, cache_tree, damaged, refused)
