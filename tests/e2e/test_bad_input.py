"""Logs that nobody should write: huge lines, binary, files that cannot be read or are none. The agent stays
small and answers, and the next good line counts."""

import json
import os
import subprocess
import unittest

import harness
import oracle
from harness import MachineTest, main, usage_line, wait_until

MIB = 1024 * 1024
HUGE = 100 * MIB
ROOM = 48 * MIB  # what the agent may hold once it has seen it all


def memory_held(pid):
    """Anonymous and shared memory of a process in bytes: what DESIGN.md counts."""
    with open(f"/proc/{pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem"))


class BadInput(MachineTest):
    def totals(self, *more):
        result = self.machine.tacho("totals", "--json", *more, timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def check(self, output, what="", malformed=None):
        """Agent and direct scan say the same, and it is this many output tokens."""
        for ours in (self.totals(), self.totals("--direct")):
            self.assertEqual(ours["total"].get("output", 0), output, what)
            if malformed is not None:
                self.assertEqual(ours["counts"]["malformed"], malformed, what)


class HugeLines(BadInput):
    def write_huge(self, make):
        """A log with a good line, a huge one, and a good one; the huge one is written piece by piece."""
        path = self.machine.log("p", "s", usage_line(output_tokens=1))
        with open(path, "ab") as file:
            make(file)
            file.write(b"\n" + usage_line(output_tokens=2).encode() + b"\n")
        return path

    def filler(self, file, size=HUGE, byte=b"x"):
        for _ in range(size // MIB):
            file.write(byte * MIB)

    def check_small(self):
        # Memory that was needed for a moment may be given back a little later.
        pid = self.machine.agent_pid()
        wait_until(lambda: memory_held(pid) <= ROOM, "the agent's being small again")

    def test_without_usage(self):
        before, after = b'{"type":"user","message":{"content":"', b'"}}'
        self.write_huge(lambda file: (file.write(before), self.filler(file), file.write(after)))
        self.machine.start()
        self.check(3, malformed=0)
        self.check_small()

    def test_with_usage(self):
        line = usage_line(output_tokens=4).replace('"text":"ok"', '"text":"@"')
        before, after = line.encode().split(b"@")
        self.write_huge(lambda file: (file.write(before), self.filler(file), file.write(after)))
        self.machine.start()
        self.check(7, malformed=0)
        self.check_small()

    def test_with_usage_and_malformed(self):
        line = usage_line(output_tokens=4).replace('"text":"ok"', '"text":"@"')
        before, after = line.encode().split(b"@")
        self.write_huge(lambda file: (file.write(before), self.filler(file, byte=b"\x01"), file.write(after)))
        self.machine.start()
        self.check(3, malformed=1)
        self.check_small()

    def test_nothing_but_brackets(self):
        self.write_huge(lambda file: (file.write(b'{"usage":'), self.filler(file, byte=b"[")))
        self.machine.start()
        self.check(3, malformed=1)
        self.check_small()

    def test_without_an_end(self):
        """The last line never ends: it is looked at, and costs nothing lasting."""
        path = self.machine.log("p", "s", usage_line(output_tokens=1))
        self.machine.start()
        with open(path, "ab", buffering=0) as file:
            file.write(b'{"type":"assistant","usage":"')
            for _ in range(12):
                self.filler(file, 8 * MIB)
                self.assertEqual(self.totals()["total"]["output"], 1)
            file.write(b'"}\n' + usage_line(output_tokens=2).encode() + b"\n")
        self.check(3)
        self.check_small()

    def test_appended_while_watched(self):
        self.machine.log("p", "s", usage_line(output_tokens=1))
        self.machine.start()
        line = usage_line(output_tokens=4).replace('"text":"ok"', '"text":"@"')
        before, after = line.encode().split(b"@")
        with open(self.machine.log_path("p", "s"), "ab") as file:
            file.write(before)
            self.filler(file)
            file.write(after + b"\n")
        self.machine.log("p", "s", usage_line(output_tokens=8))
        self.check(13, malformed=0)
        self.check_small()

    def test_a_hundred_thousand_blank_lines(self):
        self.write_huge(lambda file: file.write(b"\n" * 100000 + b" \n" * 100000 + b"\r\n" * 1000))
        self.machine.start()
        self.check(3, malformed=0)
        self.assertEqual(self.totals()["counts"]["lines"], 2)

    def test_a_sparse_file(self):
        """Zeros as a file system leaves them after a crash: one huge line."""
        path = self.machine.log("p", "s", usage_line(output_tokens=1))
        os.truncate(path, os.path.getsize(path) + HUGE)
        self.machine.log("p", "s", "", usage_line(output_tokens=2))
        self.machine.start()
        self.check(3)
        self.check_small()


class HostileLines(BadInput):
    def test_each_odd_kind_leaves_the_next_line_unharmed(self):
        """One file for every kind of odd line, and after each a good one, all in one go."""
        kinds = subprocess.check_output([harness.GENERATOR, "--list-kinds"], text=True).split()
        good = 0
        for i, kind in enumerate(kinds):
            tree = self.machine.make(f"home/kinds/{kind}")
            subprocess.run([harness.GENERATOR, "odd", tree, "--kind", kind, "--seed", str(i)], check=True)
            path = os.path.join(tree, "projects/-home-ada-meter/11111111-1111-4111-8111-111111111111.jsonl")
            with open(path, "rb") as file:
                content = file.read()
            self.machine.log("kinds", kind, content, usage_line(output_tokens=1000000 + i))
            good += 1000000 + i
        self.machine.start()
        ours, direct = self.totals(), self.totals("--direct")
        self.assertEqual(ours, direct)
        for i, kind in enumerate(kinds):
            self.assertGreaterEqual(ours["sessions"][kind]["output"], 1000000 + i, kind)
        if oracle.present():
            oracle.compare(self, ours, oracle.count(self.machine.claude), "all kinds")

    def test_noise(self):
        """Random bytes, newlines among them."""
        for n in range(20):
            self.machine.log("noise", f"n{n}", os.urandom(20000), b'"usage"' + os.urandom(3000),
                             usage_line(output_tokens=1))
        self.machine.start()
        ours = self.totals()
        self.assertEqual(ours["total"]["output"], 20)
        self.assertEqual(ours, self.totals("--direct"))
        if oracle.present():
            oracle.compare(self, ours, oracle.count(self.machine.claude), "noise")

    def test_a_message_with_endless_copies(self):
        """One identity a hundred thousand times costs no memory a copy."""
        line = usage_line("msg_01SAMESAMESAMESAMESAME", output_tokens=5).encode() + b"\n"
        path = self.machine.log("p", "s")
        with open(path, "ab") as file:
            for _ in range(100):
                file.write(line * 1000)
        self.machine.start()
        ours = self.totals()
        self.assertEqual((ours["counts"]["entries"], ours["counts"]["duplicates"]), (1, 99999))
        self.assertEqual(ours["total"]["output"], 5)
        self.assertLess(memory_held(self.machine.agent_pid()), ROOM)


class Files(BadInput):
    def test_pipes_and_folders_named_as_logs(self):
        folder = os.path.join(self.machine.claude, "projects", "p")
        os.makedirs(os.path.join(folder, "folder.jsonl"))
        os.mkfifo(os.path.join(folder, "pipe.jsonl"))
        os.symlink("/dev/zero", os.path.join(folder, "zero.jsonl"))
        os.symlink(folder, os.path.join(folder, "round"))
        self.machine.log("p", "s", usage_line(output_tokens=1))
        self.machine.start()
        self.check(1)
        os.mkfifo(os.path.join(folder, "later.jsonl"))
        self.machine.log("p", "s", usage_line(output_tokens=2))
        self.check(3)

    def test_names_that_no_terminal_should_see(self):
        for name in ("$(touch pwned)", "`touch pwned`;touch pwned", "a\x1b[2Jb", "a\nb", "-rf", "ü😀"):
            self.machine.log("p" + name, name, usage_line(output_tokens=1))
        self.machine.start()
        self.check(6)
        for arguments in (("status",), ("daily",), ("session",), ("totals",)):
            result = self.machine.tacho(*arguments, NO_COLOR="1")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertNotIn("\x1b[2J", result.stdout)
        self.assertEqual(self.machine.run("find", self.machine.directory, "-name", "pwned").stdout, "")

    def test_a_file_whose_name_is_not_utf8(self):
        folder = os.path.join(self.machine.claude, "projects", "p").encode()
        os.makedirs(folder)
        with open(os.path.join(folder, b"\xff\xfe.jsonl"), "w") as file:
            file.write(usage_line(output_tokens=3) + "\n")
        self.machine.start()
        self.check(3)

    @unittest.skipUnless(os.geteuid() == 0, "needs a second user")
    def test_files_and_folders_that_cannot_be_read(self):
        """As a user who may not read everything: what can be read counts, and the rest is told."""
        self.machine.log("p", "open", usage_line(output_tokens=1))
        closed = self.machine.log("p", "closed", usage_line(output_tokens=2))
        inside = self.machine.log("locked", "inside", usage_line(output_tokens=4))
        for folder, _, names in os.walk(self.machine.directory):
            os.chown(folder, 12345, 12345)
            for name in names:
                os.chown(os.path.join(folder, name), 12345, 12345)
        os.chown(closed, 0, 0)
        os.chmod(closed, 0o600)
        os.chown(os.path.dirname(inside), 0, 0)
        os.chmod(os.path.dirname(inside), 0o700)
        run = ("/usr/bin/setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", harness.TACHO)
        reachable = self.machine.run(*run, "version")
        if reachable.returncode != 0:
            self.skipTest("the other user cannot reach the build")
        direct = self.machine.run(*run, "totals", "--json", "--direct")
        self.assertEqual(direct.returncode, 0, direct.stderr)
        self.assertEqual(json.loads(direct.stdout)["total"]["output"], 1)
        self.assertEqual(self.machine.run(*run, "start", "--wait").returncode, 0)

        def output():
            return json.loads(self.machine.run(*run, "totals", "--json").stdout)["total"]["output"]
        self.assertEqual(output(), 1)
        os.chown(closed, 12345, 12345)
        wait_until(lambda: output() == 3, "the file that can be read now")
        os.chown(os.path.dirname(inside), 12345, 12345)
        self.machine.run(*run, "restart")
        self.assertEqual(self.machine.run(*run, "start", "--wait").returncode, 0)
        self.assertEqual(output(), 7)

    def test_a_config_directory_that_is_a_file(self):
        self.machine.environment["CLAUDE_CONFIG_DIR"] = self.machine.write("home/file", "x")
        self.machine.start()
        self.assertEqual(self.totals()["counts"]["entries"], 0)

    def test_more_files_than_descriptors(self):
        for n in range(300):
            self.machine.log(f"p{n}", f"s{n}", usage_line(output_tokens=1))
        result = self.machine.run("sh", "-c", 'ulimit -n 64 && exec "$0" start --wait', harness.TACHO)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.check(300)


if __name__ == "__main__":
    main("bad_input")
