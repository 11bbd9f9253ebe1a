"""Logs that grow and change while the agent watches: at every stop its totals equal the oracle's on the bytes
that are there; or, once something was cut or deleted, on all that ever was. Where the oracle is absent, a direct scan stands in for it (test_counting.py vouches for it).
TACHO_SEEDS=N plays N random scripts."""

import json
import os
import random
import shutil
import signal
import subprocess
import unittest

import harness
import oracle
from harness import MachineTest, main, usage_line, wait_until

SCRIPTS = max(6, int(os.environ.get("TACHO_SEEDS", "60")) // 10)


class Live(MachineTest):
    def totals(self, *more):
        result = self.machine.tacho("totals", "--json", *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def truth(self, *more):
        """What is on disk comes to, together with what is in more config directories."""
        directories = self.machine.environment["CLAUDE_CONFIG_DIR"].split(",") + list(more)
        if oracle.present():
            return oracle.count(directories)
        own = self.machine.environment["CLAUDE_CONFIG_DIR"]
        self.machine.environment["CLAUDE_CONFIG_DIR"] = ",".join(directories)
        truth = self.totals("--logs-only")
        self.machine.environment["CLAUDE_CONFIG_DIR"] = own
        return truth

    def check_at_once(self, what):
        """What was appended before the question is in the answer."""
        oracle.compare(self, self.totals(), self.truth(), what)

    def check_soon(self, what):
        """After what breaks a log's growth (truncation, replacement, deletion) the agent reads it anew."""
        truth = self.truth()

        def equal():
            ours = self.totals()
            return not oracle.differences({key: ours.get(key) for key in oracle.COMPARED},
                                          {key: truth.get(key) for key in oracle.COMPARED})
        try:
            wait_until(equal, what)
        except AssertionError:
            oracle.compare(self, self.totals(), truth, what)

    def generate(self, *arguments):
        """Generated logs outside the watched tree: [(path below the config directory, bytes)]."""
        source = self.machine.make("home/source")
        subprocess.run([harness.GENERATOR, *arguments, source], check=True)
        found = []
        for folder, _, names in os.walk(source):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    with open(path, "rb") as file:
                        found.append((os.path.relpath(path, source), file.read()))
        shutil.rmtree(source)
        return sorted(found)


class Growing(Live):
    def grow(self, seed, check, *arguments):
        """Writes generated files piece by piece, cut anywhere, several of them at a time."""
        chance = random.Random(seed)
        waiting = self.generate(*arguments)
        chance.shuffle(waiting)
        growing, steps = [], 0
        self.machine.start()
        while waiting or growing:
            if waiting and (not growing or chance.random() < 0.2):
                growing.append(list(waiting.pop()) + [0])
            file = chance.choice(growing)
            path, content, done = file
            size = chance.choice((1, 7, 100, 1000, 5000, 70000, len(content)))
            path = os.path.join(self.machine.claude, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "ab") as out:
                out.write(content[done:done + size])
            file[2] = done + size
            if file[2] >= len(content):
                growing.remove(file)
            steps += 1
            if chance.random() < 0.03:
                check(self, f"seed {seed}, after step {steps}")
        check(self, f"seed {seed}, at the end")

    def test_byte_after_byte(self):
        """A line counts as soon as it is whole, with its newline or without; never twice."""
        first, second = usage_line(output_tokens=11), usage_line(output_tokens=22)
        path = self.machine.log("p", "s", first)
        self.machine.start()
        seen = []
        with open(path, "ab", buffering=0) as out:
            for i, byte in enumerate((second + "\n").encode()):
                out.write(bytes([byte]))
                if i % 40 == 0 or i >= len(second) - 2:
                    seen.append(self.totals()["total"]["output"])
        self.assertEqual(sorted(set(seen)), [11, 33])
        self.assertEqual(seen[-3:], [11, 33, 33])
        self.check_at_once("at the end")

    def test_a_whole_tail_that_turns_out_to_go_on(self):
        """A valid object that is followed by more of its line is malformed after all."""
        path = self.machine.log("p", "s", usage_line(output_tokens=1))
        self.machine.start()
        with open(path, "ab", buffering=0) as out:
            out.write(usage_line(output_tokens=2).encode())
            self.assertEqual(self.totals()["total"]["output"], 3)
            out.write(b"}")
            self.check_soon("an object and a brace")
            out.write(b"\n" + usage_line(output_tokens=4).encode() + b"\n")
        self.check_soon("the next line is unharmed")
        self.assertEqual(self.totals()["total"]["output"], 5)

    def test_a_copy_in_an_unterminated_line_takes_over_and_back(self):
        """A larger copy in a tail that is then completed otherwise must leave nothing behind."""
        path = self.machine.log("p", "s", usage_line("msg_01AAAAAAAAAAAAAAAAAAAA", output_tokens=5))
        self.machine.start()
        with open(path, "ab", buffering=0) as out:
            out.write(usage_line("msg_01AAAAAAAAAAAAAAAAAAAA", output_tokens=500).encode())
            self.check_at_once("the larger copy")
            out.write(b" garbage\n")
            self.check_soon("the smaller one again")
            out.write(usage_line("msg_01AAAAAAAAAAAAAAAAAAAA", output_tokens=50).encode() + b"\n")
        self.check_soon("and another")


def add_growing_tests():
    for seed in range(1, SCRIPTS + 1):
        def odd(self, seed=seed):
            # An odd line may be whole at a cut and malformed with what follows: such files are read anew.
            self.grow(seed, Live.check_soon, "odd", "--seed", str(seed))
        setattr(Growing, f"test_odd_tree_grows_{seed:03}", odd)

    def tree(self):
        self.grow(99, Live.check_at_once, "tree", "--seed", "99", "--entries", "300", "--lean")
    setattr(Growing, "test_realistic_tree_grows", tree)


class Changing(Live):
    """Everything that can happen to a file or folder beside growing. History stays, whatever happens to the logs."""

    LASTING = ("total", "days", "models")

    def keep(self):
        """Puts a copy of all logs aside, as a config directory of its own."""
        aside = self.machine.path(f"home/aside{len(self.past)}")
        for folder, _, names in os.walk(self.machine.claude):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    copy = os.path.join(aside, os.path.relpath(path, self.machine.claude))
                    os.makedirs(os.path.dirname(copy), exist_ok=True)
                    shutil.copy(path, copy)
        self.past.append(aside)

    def check_soon(self, what):
        """The agent's sums are those of all that ever was on disk; --logs-only's, of what is."""
        self.keep()
        truth = self.truth(*self.past)

        def equal():
            ours = self.totals()
            return all(ours[key] == truth[key] for key in self.LASTING)
        try:
            wait_until(equal, what)
        except AssertionError:
            ours = self.totals()
            for key in self.LASTING:
                self.assertEqual(ours[key], truth[key], what)
        oracle.compare(self, self.totals("--logs-only"), self.truth(), what)

    def setUp(self):
        super().setUp()
        self.past = []
        self.stamp = "2026-03-01T10:00:00.000Z"
        self.path = self.machine.log("p", "one", *(usage_line(output_tokens=n, timestamp=self.stamp)
                                                    for n in (1, 2, 4)))
        self.machine.log("p", "two", usage_line(output_tokens=8))
        self.machine.start()
        self.assertEqual(self.totals()["total"]["output"], 15)
        self.keep()

    def test_a_session_is_renamed(self):
        os.rename(self.path, self.path.replace("one", "three"))
        self.check_soon("renamed")
        self.assertEqual(self.totals()["total"]["output"], 15)

    def test_a_file_leaves_the_tree_and_comes_back(self):
        away = self.machine.path("home/away")
        os.rename(self.path, away)
        self.check_soon("moved out")
        os.rename(away, self.path)
        self.check_soon("moved in")

    def test_a_folder_is_renamed_and_grows_on(self):
        projects = os.path.join(self.machine.claude, "projects")
        os.rename(os.path.join(projects, "p"), os.path.join(projects, "q"))
        self.check_soon("renamed")
        self.machine.log("q", "one", usage_line(output_tokens=16))
        self.check_soon("grown")
        self.assertEqual(self.totals()["total"]["output"], 31)

    def test_a_file_stops_being_a_log_and_becomes_one(self):
        os.rename(self.path, self.path + ".bak")
        self.check_soon("no log")
        os.rename(self.path + ".bak", self.path)
        self.check_soon("a log")

    def test_truncated_at_a_line_and_in_a_line(self):
        with open(self.path, "rb") as file:
            lines = file.read().splitlines(keepends=True)
        os.truncate(self.path, len(lines[0]) + len(lines[1]))
        self.check_soon("two lines left")
        os.truncate(self.path, len(lines[0]) + 10)
        self.check_soon("one and a piece left")
        os.truncate(self.path, 0)
        self.check_soon("nothing left")
        self.machine.log("p", "one", usage_line(output_tokens=3))
        self.check_soon("grown again")
        self.assertEqual(self.totals()["total"]["output"], 18)

    def rewrite(self, *tokens):
        """Writes the file anew while the agent cannot look; lines end as the old ones did, but for the uuid."""
        pid = self.machine.kill_agent(signal.SIGSTOP)
        with open(self.path, "wb") as file:
            for n in tokens:
                file.write(usage_line(output_tokens=n, timestamp=self.stamp).encode() + b"\n")
        os.kill(pid, signal.SIGCONT)

    def test_rewritten_with_as_many_bytes(self):
        self.rewrite(1, 2, 7)
        self.check_soon("rewritten")
        self.assertEqual(self.totals()["total"]["output"], 15 + 10)

    def test_truncated_and_at_once_longer_than_before(self):
        self.rewrite(*range(9))
        self.check_soon("rewritten, longer")

    def test_replaced_by_rename(self):
        other = self.machine.write("home/other", usage_line(output_tokens=64) + "\n")
        os.rename(other, self.path)
        self.check_soon("replaced")
        self.machine.log("p", "one", usage_line(output_tokens=128))
        self.check_soon("and grown")
        self.assertEqual(self.totals()["total"]["output"], 15 + 64 + 128)

    def test_deleted_and_made_again(self):
        os.unlink(self.path)
        self.check_soon("deleted")
        self.machine.log("p", "one", usage_line(output_tokens=32))
        self.check_soon("made again")

    def test_a_project_is_deleted_and_made_again(self):
        shutil.rmtree(os.path.dirname(self.path))
        self.check_soon("deleted")
        self.machine.log("p", "one", usage_line(output_tokens=32))
        self.check_soon("made again")

    def test_the_whole_directory_is_deleted_and_made_again(self):
        shutil.rmtree(self.machine.claude)
        self.check_soon("deleted")
        self.machine.log("p", "one", usage_line(output_tokens=32))
        self.check_soon("made again")
        self.machine.log("p", "one", usage_line(output_tokens=64))
        self.check_soon("and watched")

    def test_deep_folders_made_in_one_go(self):
        for n in range(30):
            folder = os.path.join(self.machine.claude, f"projects/d{n}/s{n}/subagents/x/y")
            os.makedirs(folder)
            with open(os.path.join(folder, "agent-z.jsonl"), "w") as file:
                file.write(usage_line(output_tokens=1000 + n) + "\n")
        self.check_soon("thirty deep folders")
        one = os.path.join(self.machine.claude, "projects/d7/s7/subagents/x/y/agent-z.jsonl")
        with open(one, "a") as file:
            file.write(usage_line(output_tokens=1 << 20) + "\n")
        self.check_soon("one of them grows")

    def test_a_folder_full_of_logs_is_moved_in(self):
        subprocess.run([harness.GENERATOR, "odd", self.machine.path("home/made"), "--seed", "3"], check=True)
        os.rename(self.machine.path("home/made/projects"),
                  os.path.join(self.machine.claude, "projects/moved"))
        super().check_soon("moved in")  # odd lines without ids are others in a copy

    def test_hard_links_come_and_go(self):
        smaller = os.path.join(self.machine.claude, "projects/a/zero.jsonl")
        os.makedirs(os.path.dirname(smaller))
        os.link(self.path, smaller)
        self.check_soon("the smaller path counts")
        self.machine.log("p", "one", usage_line(output_tokens=16))
        self.check_soon("grown by its other name")
        os.unlink(smaller)
        self.check_soon("the smaller path is gone")

    def test_a_log_becomes_a_symlink_and_a_pipe_and_a_folder(self):
        away = self.machine.path("home/away.jsonl")
        os.rename(self.path, away)
        os.symlink(away, self.path)
        self.check_soon("a symlink does not count")
        os.unlink(self.path)
        os.mkfifo(self.path)
        self.check_soon("nor does a pipe")
        os.unlink(self.path)
        os.mkdir(self.path)
        self.check_soon("nor does a folder")
        os.rmdir(self.path)
        os.rename(away, self.path)
        self.check_soon("a file again")

    def test_many_files_at_once(self):
        for n in range(400):
            self.machine.log(f"m{n % 7}", f"s{n}", usage_line(output_tokens=n))
        self.check_soon("four hundred files")
        self.assertEqual(self.totals()["counts"]["files"], 402)


class Appearing(Live):
    def test_the_log_directory_appears_later(self):
        claude = self.machine.path("home/not/there/yet")
        self.machine.environment["CLAUDE_CONFIG_DIR"] = claude
        self.machine.start()
        self.check_soon("nothing there")
        os.makedirs(os.path.join(claude, "projects", "p"))
        with open(os.path.join(claude, "projects", "p", "s.jsonl"), "w") as file:
            file.write(usage_line(output_tokens=5) + "\n")
        self.check_soon("there")
        self.assertEqual(self.totals()["total"]["output"], 5)

    def test_only_the_projects_folder_is_missing(self):
        self.machine.start()
        self.check_soon("nothing there")
        self.machine.log("p", "s", usage_line(output_tokens=5))
        self.check_soon("there")
        self.assertEqual(self.totals()["total"]["output"], 5)

    def test_moved_into_place(self):
        self.machine.start()
        subprocess.run([harness.GENERATOR, "odd", self.machine.path("home/made"), "--seed", "4"], check=True)
        os.rename(self.machine.path("home/made/projects"), os.path.join(self.machine.claude, "projects"))
        self.check_soon("moved into place")


if __name__ == "__main__":
    add_growing_tests()
    main("ingest_live")
