/*
 * The git room against `git status`, step by step, through everything that people do to a repository.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/watch.h"

#include <string.h>

/* Runs each command, and compares after it. Commands may fail: a conflict is a failure to git. */
static void go(struct lab *lab, const char *const *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lab_try(lab, "%s", steps[i]);
        lab_compare(lab, steps[i]);
    }
}

#define GO(lab, ...)                                                                                         \
    do {                                                                                                     \
        const char *const steps[] = {__VA_ARGS__};                                                           \
        go(lab, steps, sizeof steps / sizeof *steps);                                                        \
    } while (0)

START_TEST(everyday)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_compare(&lab, "init");
    ck_assert(lab_state(&lab)->unborn);
    GO(&lab, "echo a >a", "git add a", "mkdir -p d/e; echo b >d/e/b; echo c >d/c", "git add .",
       "git commit -qm 1", "echo more >>a", "echo same >d/c", "git add a", "echo again >>a",
       "git commit -qm 2", "git commit -qam 3", "git commit -q --amend -m 4", "rm a", "git checkout -q a",
       "chmod +x a", "chmod -x a", "ln -s a l", "git add l", "ln -sf d l", "rm l; echo x >l", "git add l",
       "git rm -q --cached l", "mkdir u; echo 1 >u/1", "mkdir -p v/w/x", "echo 1 >v/w/x/y", "rm -r v",
       "echo 2 >u/2", "mv u uu", "git mv d f", "git commit -qam 5", "mv f g", "mv g f", "rm -r f",
       "git reset -q --hard", "echo n >n; git add -N n", "rm n", "git reset -q", "touch a",
       "cp -p a b; mv b a", "git stash -q", "echo s >>a; git stash -q", "echo t >>a; git stash -q",
       "git stash pop -q", "git stash drop -q");
    lab_close(&lab);
}
END_TEST

/* What one kind of thing turns into another: git never calls a tracked file's name untracked. */
START_TEST(changes_of_kind)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "mkdir d x; echo 1 >d/a; echo 1 >f; echo 1 >x/y; git add .; git commit -qm 1",
       "rm f; mkdir f; echo 1 >f/z", "mkdir -p f/p; echo 1 >f/p/q",
       "git config status.showUntrackedFiles all", "rm x/y; mkdir x/y; echo 2 >x/y/z",
       "git config --unset status.showUntrackedFiles", "rm -r d; echo 1 >d", "git add -A",
       "git reset -q --hard", "rm -r x; ln -s d x", "git add x", "rm f; mkfifo f", "rm f; ln -s a f");
    lab_close(&lab);
}
END_TEST

START_TEST(renames)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "seq 1 100 >one; seq 200 300 >two; : >empty; git add .; git commit -qm 1", "git mv one three",
       "seq 1 100 >four; git add four", "cp two five; git add five", "echo 101 >>three; git add three",
       "git rm -q two", "git mv empty void", "seq 200 299 >six; git add six", "git commit -qm 2",
       "git config status.renames false", "git mv four seven",
       "git config diff.renames copies; git config --unset status.renames", "echo x >x; git add x");
    lab_close(&lab);
}
END_TEST

START_TEST(ignoring)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "mkdir -p d/e build/x; echo 1 >a.o; echo 1 >d/b.o; echo 1 >d/e/c.o; echo 1 >build/x/y",
       "echo '*.o' >.gitignore", "echo /build/ >>.gitignore", "echo '!b.o' >d/.gitignore", "rm d/.gitignore",
       "git add .gitignore; git commit -qm 1", "git add -f build/x/y; git commit -qm 2", "echo 2 >build/x/z",
       "echo 'd/**' >.gitignore", "echo 'd/*' >.gitignore; echo '!d/e' >>.gitignore", "rm .gitignore",
       "echo '*.o' >.git/info/exclude", "mkdir -p ~/.config/git; echo 'build' >~/.config/git/ignore",
       "echo '[[:alpha:]].o' >.git/info/exclude", "echo x >~/x; git config core.excludesFile ~/x",
       "git config status.showUntrackedFiles no", "git config status.showUntrackedFiles all",
       "mkdir -p p/q; echo 1 >p/1; echo 2 >p/q/2; echo 3 >p/q/3",
       "git config --unset status.showUntrackedFiles", "git init -q inner", "echo 1 >inner/1", "mkfifo pipe",
       "mkdir -p deep/er/est", "echo 1 >deep/er/est/f.c", "git add deep; git commit -qm 3",
       "echo deep >.gitignore", "echo 1 >deep/er/new", "git rm -rq --cached deep");
    lab_close(&lab);
}
END_TEST

START_TEST(branches)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "echo 1 >a; git add a; git commit -qm 1", "git checkout -qb topic/x",
       "echo 2 >b; git add b; git commit -qm 2", "git tag v1", "git checkout -q v1", "git checkout -q main",
       "git checkout -q --orphan fresh", "git checkout -qf main", "git pack-refs --all",
       "git checkout -q topic/x", "git branch -m topic/y", "git branch -D main", "git gc -q",
       "git symbolic-ref HEAD refs/heads/nowhere", "git symbolic-ref HEAD refs/heads/topic/y",
       "git symbolic-ref refs/heads/alias refs/heads/topic/y; git symbolic-ref HEAD refs/heads/alias");
    lab_close(&lab);
}
END_TEST

START_TEST(tags)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "git commit -q --allow-empty -m 1; git tag light; git checkout -q --detach");
    ck_assert_str_eq(lab_state(&lab)->tag, "light");
    ck_assert(lab_state(&lab)->detached);
    lab_run(&lab, "git tag -a -m x a1; git tag -a -m x a10; git tag -a -m x a9");
    ck_assert_str_eq(lab_state(&lab)->tag, "a10");
    lab_run(&lab, "git pack-refs --all");
    ck_assert_str_eq(lab_state(&lab)->tag, "a10");
    lab_run(&lab, "git tag -d a10 a9 a1");
    ck_assert_str_eq(lab_state(&lab)->tag, "light");
    lab_run(&lab, "git checkout -q main");
    ck_assert_str_eq(lab_state(&lab)->tag, "light");
    lab_run(&lab, "git commit -q --allow-empty -m 2");
    ck_assert_str_eq(lab_state(&lab)->tag, "");
    lab_close(&lab);
}
END_TEST

START_TEST(upstreams)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "git init -q --bare ../there; git remote add origin ../there",
       "git commit -q --allow-empty -m 1; git push -qu origin main", "git commit -q --allow-empty -m 2",
       "git push -q", "git reset -q --hard HEAD~1", "git commit -q --allow-empty -m 3", "git pack-refs --all",
       "git clone -q ../there ../other; cd ../other; git commit -q --allow-empty -m 4; git push -q",
       "git fetch -q", "git checkout -qb local --track main", "git commit -q --allow-empty -m 5",
       "git branch --unset-upstream", "git checkout -q main", "git update-ref -d refs/remotes/origin/main",
       "git config branch.main.merge refs/heads/gone");
    lab_run(&lab,
            "git config branch.main.merge refs/heads/main; git fetch -q; git reset -q --hard origin/main");
    lab_run(&lab, "git commit -q --allow-empty -m 6");
    ck_assert_int_eq(lab_state(&lab)->push_ahead, 1);
    ck_assert_int_eq(lab_state(&lab)->push_behind, 0);
    lab_run(&lab,
            "git init -q --bare ../mine; git remote add mine ../mine; git config remote.pushDefault mine;"
            "git config push.default current; git push -q mine main; git commit -q --allow-empty -m 7;"
            "git commit -q --allow-empty -m 8");
    ck_assert_int_eq(lab_state(&lab)->push_ahead, 2);
    ck_assert_int_eq(lab_state(&lab)->ahead, 3);
    lab_run(&lab, "git config push.default nothing");
    ck_assert_int_eq(lab_state(&lab)->push_ahead, -1);
    lab_close(&lab);
}
END_TEST

static void expect_action(struct lab *lab, const char *command, const char *action, uint32_t step,
                          uint32_t steps)
{
    lab_try(lab, "%s", command);
    lab_compare(lab, command);
    const struct git_state *state = lab_state(lab);
    ck_assert_msg(strcmp(state->action, action) == 0 && state->step == step && state->steps == steps,
                  "after %s: %s %u/%u", command, state->action, state->step, state->steps);
}

START_TEST(actions)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab,
            "for i in 1 2 3; do echo $i >a; git add a; git commit -qm $i; done; git checkout -qb side HEAD~2;"
            "echo x >a; echo y >b; git add .; git commit -qm x; echo z >b; git commit -qam z");
    expect_action(&lab, "git merge main", "merge", 0, 0);
    expect_action(&lab, "git merge --abort", "", 0, 0);
    expect_action(&lab, "git merge main; git rm -q a", "merge", 0, 0);
    expect_action(&lab, "git reset -q --hard", "", 0, 0);
    expect_action(&lab, "git rebase main", "rebase", 1, 2);
    expect_action(&lab, "echo r >a; git add a", "rebase", 1, 2);
    expect_action(&lab, "git rebase --continue", "", 0, 0);
    expect_action(&lab, "git reset -q --hard main; git checkout -q main; git cherry-pick HEAD~1",
                  "cherry-pick", 0, 0);
    expect_action(&lab, "git cherry-pick --abort", "", 0, 0);
    expect_action(&lab, "git revert --no-edit HEAD~1", "revert", 0, 0);
    expect_action(&lab, "git revert --abort", "", 0, 0);
    expect_action(&lab, "git bisect start; git bisect bad; git bisect good HEAD~2", "bisect", 0, 0);
    expect_action(&lab, "git bisect reset", "", 0, 0);
    expect_action(
        &lab,
        "git format-patch -q -1 --stdout >../p; git reset -q --hard HEAD~1; echo q >a; git commit -qam q;"
        "git am -q ../p",
        "am", 1, 1);
    expect_action(&lab, "git am --abort", "", 0, 0);
    lab_close(&lab);
}
END_TEST

START_TEST(conflicts)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "for f in a b c d e; do seq 9 >$f; done; git add .; git commit -qm 1; git checkout -qb side",
       "sed -i s/5/five/ a b; git rm -q c; git mv d dd; echo 1 >new; git add .; git commit -qam 2",
       "git checkout -q main", "sed -i s/5/V/ a b c; git mv d ddd; echo 2 >new; git add .; git commit -qm 3",
       "git merge side", "echo >>a", "git add a", "rm b", "git checkout --ours b c", "git add b", "echo u >u",
       "git merge --abort", "git stash -q");
    lab_close(&lab);
}
END_TEST

START_TEST(index_shapes)
{
    static const char *const shapes[] = {
        "git update-index --index-version 4", "git update-index --split-index",
        "git config index.version 4; git update-index --split-index --force-rewrite-index",
        "git update-index --untracked-cache", "git config core.splitIndex true"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct lab lab;
        lab_open(&lab);
        lab_init(&lab, "");
        GO(&lab,
           "mkdir -p d/e; for f in a b c d/1 d/2 d/e/3 d/e/4 f; do echo $f >$f; done; git add .; git commit "
           "-qm 1",
           shapes[i], "echo new >d/new; git add d/new", "git rm -qf d/1 b", "echo x >>a; git add a",
           "echo 1 >>f", "git commit -qm 2", "git rm -q --cached d/e/3", "mkdir z; echo >z/z; git add z",
           "git mv c z/c", "git update-index --assume-unchanged f", "echo 2 >>f",
           "git update-index --no-assume-unchanged f", "git update-index --skip-worktree d/2; rm d/2",
           "git update-index --no-skip-worktree d/2", "git commit -qam 3");
        if (i < 3)
            ck_assert_str_eq(lab_state(&lab)->engine, "index");
        lab_close(&lab);
    }
}
END_TEST

START_TEST(zero_trailer)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "echo a >a; git add a; git commit -qm 1; echo b >b; git add b",
       "n=$(stat -c %%s .git/index); head -c $((n - 20)) .git/index >i; head -c 20 /dev/zero >>i; mv i "
       ".git/index");
    ck_assert_str_eq(lab_state(&lab)->engine, "index");
    lab_close(&lab);
}
END_TEST

START_TEST(sparse)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab,
       "for d in a b c/d c/e; do mkdir -p $d; echo $d >$d/f; echo '*.o' >$d/.gitignore; done; echo t >t; git "
       "add .; git commit -qm 1",
       "git sparse-checkout set a", "echo 1 >>a/f", "mkdir -p b; echo 1 >b/f", "echo 2 >b/x", "rm -r b",
       "git checkout -q a; git sparse-checkout set --sparse-index a c/d", "echo 1 >>c/d/f; echo u >c/u",
       "git add c/d; git commit -qm 2", "git checkout -q HEAD~1", "git reset -q --soft main",
       "git reset -q --hard main", "mkdir -p b", "rmdir b", "git sparse-checkout disable",
       "git sparse-checkout set --no-cone '/a/' '!/a/f'");
    lab_close(&lab);
}
END_TEST

START_TEST(line_ends)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    GO(&lab, "printf 'a\\r\\nb\\r\\n' >crlf; printf 'a\\nb\\n' >lf; git add .; git commit -qm 1",
       "git config core.autocrlf true", "touch crlf lf", "rm lf; git checkout -q lf", "touch lf",
       "printf 'x\\r\\nb\\r\\n' >lf", "git checkout -q lf",
       "echo '*.t text' >.gitattributes; printf '1\\r\\n' >x.t; git add .; git commit -qm 2", "touch x.t",
       "echo '* -text' >.gitattributes", "touch x.t crlf",
       "echo '$Id$' >id; echo 'id ident' >.gitattributes; git add .; git commit -qm 3",
       "rm id; git checkout -q id", "touch id");
    lab_close(&lab);
}
END_TEST

START_TEST(worktrees)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "echo a >a; git add a; git commit -qm 1; echo b >a; git stash -q; git worktree add -q "
                  "../linked -b other");
    lab_compare(&lab, "worktree add");
    lab_at(&lab, "linked");
    lab_compare(&lab, "cd");
    ck_assert_str_eq(lab_state(&lab)->worktree, "linked");
    GO(&lab, "echo 1 >>a", "git commit -qam 2", "echo u >u", "git checkout -q --detach",
       "git pack-refs --all", "git bisect start; git bisect bad", "git bisect reset",
       "git checkout -q other");
    lab_close(&lab);
}
END_TEST

START_TEST(submodules)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "git init -q -b main ../lib; cd ../lib; echo l >l; git add l; git commit -qm l");
    GO(&lab, "git -c protocol.file.allow=always submodule --quiet add ../lib lib; git commit -qm 1",
       "echo 1 >>lib/l", "git -C lib commit -qam 2", "git add lib", "echo u >lib/u",
       "git config submodule.lib.ignore untracked", "git config submodule.lib.ignore dirty", "echo x >>lib/l",
       "git config submodule.lib.ignore all", "git config --unset submodule.lib.ignore",
       "git config -f .gitmodules submodule.lib.ignore all", "git checkout -q .gitmodules",
       "git -C lib add u", "git -C lib commit -qm 3", "git submodule --quiet update lib", "git commit -qam 4",
       "git submodule deinit -qf lib", "git -c protocol.file.allow=always submodule --quiet update --init",
       "rm -rf lib", "git checkout -q lib; git submodule --quiet update",
       "git config diff.ignoreSubmodules dirty; echo >>lib/l", "git config --unset diff.ignoreSubmodules",
       "git init -q nested; git -C nested commit -q --allow-empty -m n", "git add nested", "git commit -qm 5",
       "echo n >nested/n", "git -C nested add n", "git -C nested commit -qm 6",
       "git config status.showUntrackedFiles no; git add nested; git commit -qm 7; echo u >nested/u");
    lab_close(&lab);
}
END_TEST

START_TEST(bare)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "git commit -q --allow-empty -m 1; git clone -q --bare . ../bare");
    lab_at(&lab, "bare");
    const struct git_state *state = lab_state(&lab);
    ck_assert(state->bare);
    ck_assert_str_eq(state->branch, "main");
    ck_assert_str_eq(state->root, "");
    ck_assert_int_eq(state->staged, 0);
    lab_close(&lab);
}
END_TEST

START_TEST(sha256)
{
    static const char *const steps[] = {"echo a >a; git add a",  "git commit -qm 1",
                                        "echo b >>a; echo u >u", "git checkout -q --detach",
                                        "git checkout -q main",  "echo s >>a; git stash -q"};
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "--object-format=sha256");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lab_run(&lab, "%s", steps[i]);
        lab_compare(&lab, steps[i]);
    }
    const struct git_state *state = lab_state(&lab);
    ck_assert_str_eq(state->engine, "git");
    ck_assert_msg(strstr(state->reason, "sha256") != NULL, "%s", state->reason);
    ck_assert_uint_eq(strlen(state->oid), 64);
    lab_close(&lab);
}
END_TEST

/*
 * libgit2 1.5 forgets a regular expression's memory whenever it opens a repository of format 1; that is not
 * a leak of ours.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libpcre2-8\n";
}

START_TEST(extensions)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mkdir d; echo 1 >d/a; echo 2 >b; git add .; git commit -qm 1; git config "
                  "uploadpack.allowFilter true");
    lab_run(&lab, "git clone -q --filter=blob:none file://$(pwd) ../partial");
    lab_at(&lab, "partial");
    GO(&lab, "echo 2 >>d/a; git add d/a", "git commit -qm 2", "echo >>b",
       "git config extensions.worktreeConfig true; git config --worktree status.showUntrackedFiles no; echo "
       ">u",
       "git config --worktree --unset status.showUntrackedFiles");
    ck_assert_int_eq(lab_state(&lab)->ahead, 1);
    ck_assert_str_eq(lab_state(&lab)->engine, "index");
    lab_close(&lab);
}
END_TEST

/* The index knows trees of entries that it does not have; git believes it. */
START_TEST(index_without_entries)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(
        &lab,
        "mkdir -p d/e; for f in a b d/c d/e/f; do echo $f >$f; done; git add .; git commit -qm 1; git commit "
        "-q --allow-empty -m 2");
    lab_compare(&lab, "commit");
    lab_run(&lab, "rm .git/index; ! git rebase -qi --exec false HEAD~1; test -f .git/index");
    ck_assert_int_eq(lab_state(&lab)->staged, 4);
    lab_run(&lab, "rm .git/index; git reset -q");
    lab_compare(&lab, "reset");
    lab_close(&lab);
}
END_TEST

START_TEST(found_and_lost)
{
    struct lab lab;
    lab_open(&lab);
    ck_assert_ptr_null(git_find(lab.git, lab.top));
    ck_assert_ptr_null(git_find(lab.git, "/nowhere/at/all"));
    lab_init(&lab, "");
    lab_run(&lab, "mkdir -p deep/er; echo 1 >deep/er/f; git add .; git commit -qm 1");
    struct repository *repository = git_find(lab.git, lab.repo);
    lab_at(&lab, "repo/deep/er");
    ck_assert_ptr_eq(git_find(lab.git, lab.repo), repository);
    lab_compare(&lab, "cd");
    lab_at(&lab, "repo/.git/refs");
    ck_assert_ptr_eq(git_find(lab.git, lab.repo), repository);
    lab_at(&lab, "repo");
    lab_run(&lab, "rm -rf .git");
    watcher_drain(lab.watcher);
    ck_assert_ptr_null(git_find(lab.git, lab.repo));
    lab_run(&lab, "git init -q -b again");
    lab_compare(&lab, "init again");
    lab_run(&lab, "git add .; git commit -qm 2");
    lab_compare(&lab, "commit");
    lab_run(&lab, "mv ../repo ../moved; mkdir ../repo; cd ../repo; git init -q -b third; echo x >x");
    lab_compare(&lab, "replaced by another");
    lab_at(&lab, "moved");
    lab_compare(&lab, "moved");
    lab_run(&lab, "mv .git .g; mv .g .git");
    lab_compare(&lab, "away and back");
    lab_run(&lab, "git checkout -qb fourth");
    lab_compare(&lab, "checkout");
    lab_close(&lab);
}
END_TEST

SUITE_MAIN("git_status", everyday, changes_of_kind, renames, ignoring, branches, tags, upstreams, actions,
           conflicts, index_shapes, zero_trailer, sparse, line_ends, worktrees, submodules, bare, sha256,
           extensions, index_without_entries, found_and_lost)
