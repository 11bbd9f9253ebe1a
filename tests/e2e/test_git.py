"""Git's state through the whole of Tacho: always git's own answer, harmless, and explained where it is not known.

The random sequences are TACHO_GIT_SEQUENCES many (`make soak`: 2,000), from TACHO_GIT_SEED on.
"""

import ctypes
import json
import os
import random
import re
import shutil
import socket
import struct
import subprocess
from unittest import mock

import harness
from harness import CLAUDE_HOOK, PATIENCE, PROMPT_HOOK, MachineTest, main, wait_until

KEYS = ["branch", "oid", "detached", "upstream", "ahead", "behind", "push_ahead", "push_behind", "staged", "unstaged",
        "untracked", "conflicted", "stashes", "action", "step", "steps", "tag", "worktree", "engine", "stale_ms"]
SEQUENCES = int(os.environ.get("TACHO_GIT_SEQUENCES", 10))
SEED = int(os.environ.get("TACHO_GIT_SEED", 1))
STEPS = 20
GIT_PROMPT = "/usr/lib/git-core/git-sh-prompt"  # git's own, where Debian has it
ACTIONS = {"REBASE": "rebase", "AM": "am", "MERGING": "merge", "CHERRY-PICKING": "cherry-pick", "REVERTING": "revert",
           "BISECTING": "bisect"}


class GitTest(MachineTest):
    REQUEST, REPLY = struct.Struct("<IHHIIII"), struct.Struct("<IHHIIQ")  # shm/request.h
    MAGIC, FENCE, FRESH = 0x71686374, 2, 0

    def setUp(self):
        super().setUp()
        self.machine.environment.update(GIT_EDITOR="true", GIT_ALLOW_PROTOCOL="file",
                                        GIT_AUTHOR_DATE="2024-05-01T12:00:00Z", GIT_COMMITTER_DATE="2024-05-01T12:00:00Z")

    def connect(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(connection.close)
        connection.settimeout(PATIENCE)
        connection.connect(os.path.join(self.machine.runtime, "agent.sock"))
        return connection

    def send_fence(self, connection, directory, wait_ms=1000):
        key = directory.encode()
        connection.send(self.REQUEST.pack(self.MAGIC, 1, self.FENCE, len(key), 0, wait_ms, 0) + key)

    def fence(self, connection, directory):
        """Asks as a shell does. Whether the answer is complete."""
        self.send_fence(connection, directory)
        return self.REPLY.unpack(connection.recv(64))[2] == self.FRESH

    def ask(self, cwd):
        """What `tacho-prompt json` says, once."""
        output = subprocess.run([PROMPT_HOOK, "json", "--wait", "1000"], cwd=cwd, env=self.machine.environment,
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE).stdout
        return json.loads(output)["git"] if output else {"stale_ms": 1}

    def state(self, cwd, story=""):
        """The fenced state: an answer that came too late is asked for again."""
        answers = []

        def is_fresh():
            answers.append(self.ask(cwd))
            return answers[-1] is None or (answers[-1]["stale_ms"] == 0 and answers[-1].get("staged") is not None)
        try:
            wait_until(is_fresh, f"a fresh state of {cwd}")
        except AssertionError as error:
            raise AssertionError(f"{error}: {answers[-1]} after {story}") from None
        return answers[-1]

    def sh(self, command, cwd):
        """Runs a command as a person might; that it fails is no news."""
        subprocess.run(["bash", "-c", command], cwd=cwd, env=self.machine.environment, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)

    def lines(self, *command, cwd):
        """A command's output by the line, [] if it fails."""
        result = subprocess.run(command, cwd=cwd, env=self.machine.environment, stdin=subprocess.DEVNULL,
                                capture_output=True, timeout=PATIENCE)
        return result.stdout.decode(errors="surrogateescape").splitlines() if result.returncode == 0 else []

    def by_git(self, cwd):
        """The same state, as git tells it."""
        state = dict.fromkeys(("staged", "unstaged", "untracked", "conflicted", "stashes"), 0)
        state.update(branch=None, oid=None, detached=False, upstream=None, ahead=None, behind=None)
        # Its untracked cache misses what happens within one tick of the file system's clock.
        lines = self.lines("git", "-c", "core.untrackedCache=false", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--show-stash", cwd=cwd)
        self.assertTrue(lines, cwd)
        for line in lines:
            words = line.split(" ")
            if line.startswith("# branch.oid ") and words[2] != "(initial)":
                state["oid"] = words[2]
            elif line == "# branch.head (detached)":
                state["detached"] = True
            elif line.startswith("# branch.head "):
                state["branch"] = words[2]
            elif line.startswith("# branch.upstream "):
                state["upstream"] = words[2]
            elif line.startswith("# branch.ab "):
                state["ahead"], state["behind"] = int(words[2][1:]), int(words[3][1:])
            elif line.startswith("# stash "):
                state["stashes"] = int(words[2])
            elif words[0] in "12":
                state["staged"] += words[1][0] != "."
                state["unstaged"] += words[1][1] != "."
            elif words[0] == "u":
                state["conflicted"] += 1
            elif words[0] == "?":
                state["untracked"] += 1
        pushed = self.lines("git", "rev-list", "--left-right", "--count", "HEAD...@{push}", cwd=cwd)
        state["push_ahead"], state["push_behind"] = map(int, pushed[0].split()) if pushed else (None, None)
        return state

    def action_by_git(self, cwd):
        """(action, step, steps) as git's own prompt shows them."""
        said = "".join(self.lines("bash", "-c", f". {GIT_PROMPT}; __git_ps1 %s", cwd=cwd))
        found = re.search(r"\|(REBASE|AM|MERGING|CHERRY-PICKING|REVERTING|BISECTING)(?: (\d+)/(\d+))?", said)
        if not found:
            return None, None, None
        numbers = [int(number) if number else None for number in found.groups()[1:]]
        return ACTIONS[found[1]], *numbers

    def compare(self, cwd, story=""):
        ours, gits = self.state(cwd, story), self.by_git(cwd)
        self.assertEqual({key: ours[key] for key in gits}, gits, f"in {cwd}, engine {ours['engine']}, after {story}")
        tags = self.lines("git", "tag", "--points-at", "HEAD", cwd=cwd) if gits["oid"] else []
        self.assertIn(ours["tag"], tags or [None], story)
        if os.path.exists(GIT_PROMPT):
            self.assertEqual((ours["action"], ours["step"], ours["steps"]), self.action_by_git(cwd), story)
        return ours


class Sequences(GitTest):
    """Whatever people do with files and git, the prompt after it shows the state after it."""

    PATHS = ["a", "b", "c", "d/a", "d/b", "d/e/a", "d/e/f/g", "x/a.o", "x/b", "x/y/z", "o/p/q", "d.c", "'q q'", "$'n\\nl'"]
    FOLDERS = ["d", "d/e", "x", "x/y", "o", "n"]
    BRANCHES = ["main", "side", "feature/one"]
    COMMANDS = [
        "git add -A", "git add -A && git commit -qm all", "git commit -qam tracked", "git commit -q --amend --no-edit",
        "git stash -q", "git stash -q -u", "git stash pop -q", "git stash drop -q",
        "git reset -q", "git reset -q --hard", "git reset -q --soft HEAD~1", "git reset -q --hard HEAD~1",
        "git checkout -q --detach", "git tag -f one", "git tag -fam two two", "git tag -d one",
        "git merge --abort || git rebase --abort || git cherry-pick --abort || git revert --abort",
        "git add -A; git rebase --continue || git rebase --skip", "git cherry-pick --skip",
        "git gc -q", "git pack-refs --all", "git clean -qfd", "git branch -D side", "git branch -d feature/one", "git branch -d side",
        "git restore --staged .", "git restore .", "git clean -qfdx", "git merge -q --squash side", "git stash -q -- a d",
        "git repack -adq", "git remote prune origin",
        "git push -qf origin HEAD:main", "git -C ../peer pull -q --rebase; git -C ../peer commit -q --allow-empty -m peer;"
        " git -C ../peer push -q", "git fetch -q", "git pull -q --rebase", "git branch -q -u origin/main",
        "git config push.default current", "git config push.default simple", "git config remote.pushDefault other",
        "git push -qf other HEAD", "git config --unset remote.pushDefault",
        "echo '*.o' >.gitignore", "echo 'x/' >>.gitignore", "rm .gitignore", "echo '!a.o' >x/.gitignore",
        "echo o/ >.git/info/exclude", ": >.git/info/exclude", "git config core.excludesFile ~/more; echo b >~/more",
        "git config status.showUntrackedFiles all", "git config status.showUntrackedFiles no",
        "git config --unset status.showUntrackedFiles",
        "git update-index --assume-unchanged a b", "git update-index --no-assume-unchanged a b",
        "git update-index --skip-worktree d/a d/b", "git update-index --no-skip-worktree d/a d/b",
        "git sparse-checkout set d", "git sparse-checkout set --sparse-index d x", "git sparse-checkout disable",
        "git update-index --index-version 4", "git update-index --split-index", "git update-index --no-split-index",
        "git config core.untrackedCache true; git status", "git config core.fsmonitor false",
        "git bisect start HEAD HEAD~1", "git bisect reset",
        "git format-patch -q -1 --stdout >../p; git reset -q --hard HEAD~1; echo q >a; git commit -qam q; git am -q ../p",
        "git am --abort",
        "git worktree add -q -f ../linked -B other", "git worktree remove -f ../linked", "git worktree prune",
        "echo 1 >>../linked/a", "cd ../linked && git add -A && git commit -qm linked", "git -C ../linked checkout -q --detach",
        "git submodule --quiet add ../lib sub", "git submodule --quiet update --init", "echo 1 >>sub/l; echo 1 >sub/new",
        "git -C sub add -A; git -C sub commit -qm sub", "git -C sub checkout -q HEAD~1", "git submodule --quiet deinit -f sub",
        "git config submodule.sub.ignore dirty", "git config --unset submodule.sub.ignore",
        "rm -rf sub", "rm -f .git/index", "mv .git .g; mv .g .git",
    ]

    def setUp(self):
        super().setUp()
        self.machine.start()
        self.sh("""git init -q -b main lib; cd lib; for i in 1 2; do echo $i >l; git add l; git commit -qm $i; done; cd ..
            git init -q --bare -b main there; git init -q --bare other; git init -q -b main repo; cd repo
            git remote add origin ../there; git remote add other ../other; mkdir -p d/e x o
            for f in a b d/a d/e/b x/b o/r; do seq 30 >$f; done; git add .; git commit -qm 0; git push -qu origin main
            cd ..; git clone -q there peer; git -C peer remote set-url origin ../there""", self.machine.make("pattern"))

    def step(self):
        """Something that people do, by chance."""
        path, other = random.choice(self.PATHS), random.choice(self.PATHS)
        folder, branch, number = random.choice(self.FOLDERS), random.choice(self.BRANCHES), random.randrange(100)
        either = random.choice([path, path, folder])
        return random.choice([
            f"mkdir -p $(dirname {path}); echo {number} >>{path}",
            f"mkdir -p $(dirname {path}); seq {number} {number + 20} >{path}",
            f"echo aaa >{path}; git add {path}; echo bbb >{path}",  # the same size, another content, at once
            f"rm -rf {either}", f"git add {either}", f"git mv -k {either} {other}", f"mv {either} {other}",
            f"git rm -rqf {either}", f"git checkout -q {branch} || git checkout -qb {branch}",
            f"git merge -q --no-edit {branch}", f"git rebase -q {branch}",
            "[ -f .git/index ] && git rebase -qi --exec false HEAD~1",  # else git believes what the index says of no entries
            f"git cherry-pick {branch}", f"git revert --no-edit {branch}", f"touch -c {path}", f"chmod +x {path}",
            f"ln -sfn {either} {other}", f"git checkout -q HEAD -- {either}",
            *random.choices(self.COMMANDS, k=16)])

    def play(self, seed):
        random.seed(seed)
        place = self.machine.path(f"s{seed}")
        shutil.copytree(self.machine.path("pattern"), place, symlinks=True)
        repository, story = os.path.join(place, "repo"), f"seed {seed}:"
        for _ in range(STEPS):
            step = self.step()
            story += f"\n    {step}"
            self.sh(step, repository)
            for name in ("repo", "linked", "repo/sub"):
                if os.path.exists(os.path.join(place, name, ".git")):
                    self.compare(os.path.join(place, name), story)
        shutil.rmtree(place)

    def test_random_sequences(self):
        for seed in range(SEED, SEED + SEQUENCES):
            self.play(seed)


class State(GitTest):
    def test_keys(self):
        repository = self.machine.repository()
        self.machine.start()
        self.assertEqual(list(self.state(repository)), KEYS)
        self.assertIsNone(self.state(self.machine.make("plain")))

    def test_every_fact(self):
        repository = self.machine.repository()
        self.machine.start()
        self.sh("git tag -am v v1; git init -q --bare ../there; git remote add origin ../there; git push -qu origin main;"
                "git commit -q --allow-empty -m 2; echo 1 >>file; git stash -q; echo 2 >>file; echo u >u; echo s >s; git add s",
                repository)
        state = self.compare(repository)
        self.assertEqual([state[key] for key in KEYS if key not in ("oid", "engine", "stale_ms")],
                         ["main", False, "origin/main", 1, 0, 1, 0, 1, 1, 1, 0, 1, None, None, None, None, None])
        self.sh("git reset -q --hard HEAD~1; git worktree add -q ../linked --detach", repository)
        state = self.compare(self.machine.path("home", "linked"))
        self.assertEqual((state["worktree"], state["tag"], state["detached"]), ("linked", "v1", True))

    def test_other_object_format(self):
        """Asked through git, and still as of the question."""
        repository = self.machine.make("sha256")
        self.machine.start()
        self.sh("git init -q -b main --object-format=sha256 .", repository)
        for step in ("echo 1 >a; git add a", "git commit -qm 1", "echo 2 >>a", "git tag v; git checkout -q --detach"):
            self.sh(step, repository)
            ours, gits = self.state(repository), self.by_git(repository)
            self.assertEqual({key: ours[key] for key in gits if not key.startswith("push")},
                             {key: gits[key] for key in gits if not key.startswith("push")}, step)
            self.assertEqual(ours["engine"], "git")
        self.assertEqual(ours["tag"], "v")


class Cost(GitTest):
    """What a fence costs the agent, in system calls, which no other load on the machine changes."""

    def system_calls(self, act, times):
        """Those of the agent's loop, for each time that something is done."""
        log = self.machine.path("calls")
        trace = subprocess.Popen(["strace", "-qq", "-o", log, "-p", str(self.machine.agent_pid())],
                                 stderr=subprocess.PIPE, text=True)

        def is_traced():
            with open(f"/proc/{self.machine.agent_pid()}/status") as file:
                return "TracerPid:\t0\n" not in file.read()
        try:
            wait_until(lambda: is_traced() or trace.poll() is not None, "strace")
            if trace.poll() is not None:
                self.skipTest(f"strace cannot look at the agent: {trace.stderr.read()}")
            for number in range(times):
                act(number)
        finally:
            trace.terminate()
            trace.wait()
            trace.stderr.close()
        with open(log) as file:
            calls = [line for line in file.read().splitlines() if not line.startswith(("epoll_wait(", "---", "+++"))]
        return len(calls) / times, calls

    def test_fence(self):
        repository = self.machine.repository()
        self.sh("mkdir -p d/e ignored; for i in $(seq 300); do echo $i >d/e/$i; done; echo ignored >.gitignore;"
                "git add .; git commit -qm 2; mkdir n; echo >n/new", repository)
        self.machine.start()
        connection = self.connect()
        touched = os.path.join(repository, "d", "e", "7")
        for directory in ("", "d/e", "ignored", "n"):
            directory = os.path.join(repository, directory).rstrip("/")
            wait_until(lambda: self.fence(connection, directory), "a complete answer")

            def unchanged(_):
                self.assertTrue(self.fence(connection, directory))

            def touch(number):
                self.machine.write(touched, f"{number}\n" * 40)
                self.assertTrue(self.fence(connection, directory))

            for act, most in ((unchanged, 5), (touch, 20)):
                each, calls = self.system_calls(act, 50)
                self.assertLessEqual(each, most, (directory, calls[-most * 2:]))


class Hanging(GitTest):
    """A file system that does not answer: only those wait who ask about it."""

    def mount(self, path):
        """One in user space, whose program never says a word."""
        library = ctypes.CDLL(None, use_errno=True)
        try:
            device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            self.skipTest(f"no FUSE here: {error}")
        options = f"fd={device},rootmode=40000,user_id={os.geteuid()},group_id={os.getegid()}"
        if library.mount(b"hanging", path.encode(), b"fuse", 0, options.encode()) != 0:
            os.close(device)
            self.skipTest(f"nothing can be mounted here: {os.strerror(ctypes.get_errno())}")
        self.addCleanup(library.umount2, path.encode(), 2)  # MNT_DETACH, after whoever waits there is let go
        self.addCleanup(os.close, device)

    def test_hanging(self):
        place, known = self.machine.make("hanging"), self.machine.repository("known")
        self.machine.start()
        self.mount(place)
        os.symlink(os.path.join(place, "far"), self.machine.path("link"))
        other = self.connect()
        wait_until(lambda: self.fence(other, known), "a complete answer")
        waiting = []
        for directory in (place, os.path.join(place, "a", "b"), self.machine.path("link", "c")):
            waiting.append(self.connect())
            self.send_fence(waiting[-1], directory, 1000)
        for directory in (known, self.machine.repository("unknown")):
            self.machine.write(os.path.join(directory, "file"), "changed\n")
            wait_until(lambda: self.fence(other, directory), "a complete answer")
            self.assertEqual(self.state(directory)["unstaged"], 1)
        hook = self.machine.run(CLAUDE_HOOK, input=json.dumps({"session_id": "s-1", "cwd": known}))
        self.assertEqual((hook.returncode, hook.stderr), (0, ""))
        self.assertTrue(hook.stdout.strip())
        for connection in waiting:
            self.assertNotEqual(self.REPLY.unpack(connection.recv(64))[2], self.FRESH)
        self.assertEqual(self.machine.status()["state"], "ready")
        self.assertEqual(self.machine.tacho("doctor", "--json", cwd=known).stderr, "")
        pid = self.machine.agent_pid()
        self.machine.stop()
        wait_until(lambda: not harness.is_alive(pid), "the agent's end")


class Reasons(GitTest):
    """Each state in which something is not known has a reason in `tacho doctor`."""

    def setUp(self):
        super().setUp()
        self.machine.log("project", "s-1", '{"type":"user"}')
        self.machine.start()
        self.repository = self.machine.repository()

    def doctor(self, cwd=None):
        """Problems, then notes: by id, those of git alone."""
        result = self.machine.tacho("doctor", "--json", cwd=cwd or self.repository)
        document = json.loads(result.stdout)
        self.assertEqual(result.returncode, 1 if document["problems"] else 0)
        return tuple({item["id"]: item["what"] for item in document[key] if item["id"].startswith("git-")}
                     for key in ("problems", "notes"))

    def expect(self, problem=None, note=None, word="", cwd=None):
        problems, notes = self.doctor(cwd)
        self.assertEqual((list(problems), list(notes)), ([problem] * bool(problem), [note] * bool(note)), (problems, notes))
        if problem or note:
            self.assertIn(word, (problems or notes)[problem or note])

    def test_no_libgit2(self):
        self.machine.stop()
        with open(harness.AGENT, "rb") as file:
            library = re.search(rb"libgit2\.so\.[0-9.]+", file.read()).group().decode()
        self.machine.write(f"libraries/{library}", "not a library\n")
        with mock.patch.dict(self.machine.environment, LD_LIBRARY_PATH=self.machine.path("libraries")):
            self.machine.start()
        self.expect("git-library", word=f"{library} cannot be loaded")
        self.machine.stop()
        self.machine.start()
        self.expect()

    def test_nothing(self):
        self.expect()
        self.expect(cwd=self.machine.make("plain"))

    def test_damage(self):
        index, git = os.path.join(self.repository, ".git", "index"), os.path.join(self.repository, ".git")
        whole = self.machine.read(index)
        self.machine.write(index, whole[:40] + b"\xff" * 40)
        self.expect("git-damage", word="index")
        self.machine.write(index, whole)
        self.expect()
        self.machine.write(os.path.join(git, "refs/heads/main"), "no commit\n")
        self.expect("git-damage", word="branch")
        self.machine.write(os.path.join(git, "HEAD"), "nonsense\n")
        self.expect("git-place", word="HEAD")
        shutil.rmtree(git)
        self.expect()
        self.machine.write(git, "gitdir: /nowhere/at/all\n")
        self.expect("git-place", word="nowhere")

    def test_missing_objects(self):
        self.sh("echo 2 >file; git add file; rm -rf .git/objects/??", self.repository)
        self.expect("git-damage")

    def test_somebody_elses(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a directory away")
        os.chown(self.repository, 12345, 12345)
        self.expect("git-owner", word="another user")
        self.assertIsNone(self.ask(self.repository)["branch"])
        self.sh(f"git config --global --add safe.directory {self.repository}", self.repository)
        self.expect()
        self.assertEqual(self.state(self.repository)["branch"], "main")

    def test_other_format_and_filter(self):
        other = self.machine.make("sha256")
        self.sh("git init -q --object-format=sha256 .", other)
        self.expect(note="git-engine", word="sha256", cwd=other)
        shutil.rmtree(other)
        self.sh("echo '* filter=f' >.gitattributes; git config filter.f.clean 'touch ran; cat'; touch file", self.repository)
        self.assertIn("git-filter", self.doctor()[1])
        self.assertFalse(os.path.exists(os.path.join(self.repository, "ran")))

    def test_repository_that_vanishes(self):
        self.assertEqual(self.state(self.repository)["branch"], "main")
        shutil.rmtree(self.repository)
        os.mkdir(self.repository)
        self.assertIsNone(self.state(self.repository))
        self.expect()

    def test_file_system_that_vanishes(self):
        mount = self.machine.make("mount")
        if self.machine.run("mount", "-t", "tmpfs", "none", mount).returncode != 0:
            self.skipTest("nothing can be mounted here")
        self.sh("git init -q -b main .; echo 1 >a; git add a", mount)
        try:
            self.assertEqual(self.state(mount)["staged"], 1)
        finally:
            self.machine.run("umount", "-l", mount, check=True)
        self.assertIsNone(self.state(mount))
        self.expect(cwd=self.machine.home)


if __name__ == "__main__":
    main("git")
