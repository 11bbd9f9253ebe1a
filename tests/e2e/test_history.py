"""Nothing is lost and nothing counts twice: the agent is killed at random instants while logs grow, and what it says
after each start is what a scan of all that was ever written says. TACHO_KILLS sets how often (default 40)."""

import json
import os
import random
import socket
import subprocess
import threading
import time

import harness
import oracle
from harness import MachineTest, main, usage_line

KILLS = int(os.environ.get("TACHO_KILLS", 40))
SEED = int(os.environ.get("TACHO_SEED", 1))


class Writer:
    """Sessions that write their logs side by side, cut at any byte; and a copy of the logs that keeps everything.

    The source is a generated tree. Each piece goes to the log that the agent reads and to the copy. While it is
    held, nothing is written.
    """

    def __init__(self, source, live, copy, pieces, chance):
        self.live, self.copy, self.random = live, copy, chance
        self.left = {}  # path below the folders -> bytes yet to be written
        for folder, _, names in os.walk(source):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    self.left[os.path.relpath(path, source)] = memoryview(file.read())
        self.most = 2 * sum(map(len, self.left.values())) // pieces
        self.whole = []  # those that are written to their end, and there
        self.held = threading.Lock()
        self.ended = False
        self.thread = threading.Thread(target=self.run)

    def write(self, name, size):
        piece, self.left[name] = self.left[name][:size], self.left[name][size:]
        for root in (self.copy, self.live):
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "ab", buffering=0) as file:
                file.write(piece)
        if not self.left[name]:
            del self.left[name]
            self.whole.append(name)

    def step(self):
        with self.held:
            at_once = sorted(self.left)[:6]
            if at_once:
                self.write(self.random.choice(at_once), self.random.randint(1, self.most))
            return at_once

    def run(self):
        while not self.ended and self.step():
            time.sleep(self.random.random() * 0.004)

    def begin(self, share):
        """Writes this share of everything at once, as what was there before the first agent, and goes on."""
        for name in sorted(self.left)[:int(len(self.left) * share)]:
            self.write(name, len(self.left[name]))
        self.thread.start()

    def finish(self):
        self.ended = True
        self.thread.join()
        for name in sorted(self.left):
            self.write(name, len(self.left[name]))

    def remove_one(self):
        """The client deletes a log; only while it is held."""
        if self.whole:
            os.unlink(os.path.join(self.live, self.whole.pop(self.random.randrange(len(self.whole)))))


class Kills(MachineTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.agent = None
        self.addCleanup(self.kill)
        self.copy = self.machine.make("copy")
        self.checks = 0

    # ---- the agent ---------------------------------------------------------------------------------------

    def start(self):
        self.agent = subprocess.Popen([harness.AGENT], env=self.machine.environment, cwd=self.machine.home,
                                      stdin=subprocess.DEVNULL)

    def kill(self):
        if self.agent:
            self.agent.kill()
            self.agent.wait()

    def ask(self, request, wait=True):
        """Sends a request over the command socket; its answer, if it is waited for."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(harness.PATIENCE)
            harness.wait_until(lambda: self.connects(control), "the agent's socket")
            control.sendall(request + b"\n")
            return b"".join(iter(lambda: control.recv(65536), b"")) if wait else None

    def connects(self, control):
        self.assertIsNone(self.agent.poll(), "the agent ended by itself:\n" + self.machine.agent_log())
        try:
            control.connect(os.path.join(self.machine.runtime, "control.sock"))
            return True
        except (FileNotFoundError, ConnectionRefusedError):
            return False

    # ---- what must be so ---------------------------------------------------------------------------------

    def totals(self, *arguments, **environment):
        result = self.machine.tacho("totals", "--json", *arguments, timeout=harness.PATIENCE * 4, **environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def check(self):
        """Only while nothing is written: the agent says what all that was ever written comes to."""
        self.assertTrue(self.ask(b"wait").endswith(b"ok\n"))
        ours = self.totals()
        scanned = self.totals("--direct", "--logs-only", CLAUDE_CONFIG_DIR=self.copy)
        for document in (ours, scanned):  # of logs that are gone, neither files nor lines are there
            document["counts"] = {key: document["counts"][key] for key in ("entries", "duplicates")}
        oracle.compare(self, ours, scanned, f"after kill {self.kills} (seed {SEED})")
        self.checks += 1

    # ---- lives -------------------------------------------------------------------------------------------

    def live_shortly(self):
        """Killed while it starts: while it reads the ledger, or looks for logs, or scans them."""
        time.sleep(self.random.random() * 0.03)

    def live(self, writer):
        """Checked, then killed in the midst of its work or of a commit."""
        with writer.held:
            self.check()
            if self.random.random() < 0.2:
                self.assertTrue(self.ask(b"flush").endswith(b"ok\n"))
                writer.remove_one()
        for _ in range(self.random.randrange(4)):
            time.sleep(self.random.random() * 0.02)
            self.ask(b"flush", wait=False)
        time.sleep(self.random.random() * self.random.choice((0.002, 0.02, 0.06)))

    def test_at_random_instants(self):
        source = self.machine.make("source")
        subprocess.run([harness.GENERATOR, "tree", source, "--lean", "--seed", str(SEED), "--entries", "3000"],
                       check=True, timeout=harness.PATIENCE)
        writer = Writer(source, self.machine.claude, self.copy, KILLS * 12, random.Random(SEED + 1))
        self.addCleanup(writer.finish)
        writer.begin(0.2)
        for self.kills in range(KILLS):
            self.start()
            if self.random.random() < 0.3:
                self.live_shortly()
            else:
                self.live(writer)
            self.kill()
        writer.finish()
        self.start()
        self.check()
        print(f"{KILLS} kills, {self.checks} checks, {len(os.listdir(self.machine.state))} files of state")
        if oracle.present():
            ours = self.totals()
            theirs = oracle.count(self.copy)
            for document in (ours, theirs):
                document["counts"] = {key: document["counts"][key] for key in ("entries", "duplicates")}
            oracle.compare(self, ours, theirs, "at the end")


class Beside(MachineTest):
    """A report without the agent, while the agent commits: it sees one state of the ledger, and the logs."""

    SESSIONS, REPORTS = 4, 40

    def write(self):
        """Line n of a session has n output tokens: what a session comes to says how many of its lines count."""
        for name in self.lines:
            self.lines[name] += 1
            self.machine.log("project", name, usage_line(output_tokens=self.lines[name]))

    def keep_writing(self):
        while not self.ended:
            self.write()
            time.sleep(0.0005)

    def keep_flushing(self):
        while not self.ended:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
                control.connect(os.path.join(self.machine.runtime, "control.sock"))
                control.sendall(b"flush\n")
                while control.recv(4096):
                    pass

    def check(self, most_before, totals, most_after):
        entries = 0
        for name, session in totals["sessions"].items():
            counted = int((2 * session["output"]) ** 0.5)
            self.assertEqual(session["output"], counted * (counted + 1) // 2, f"{name}: a line is lost or doubled")
            self.assertTrue(most_before[name] <= counted <= most_after[name],
                            f"{name}: {counted} lines, of {most_before[name]} to {most_after[name]}")
            entries += counted
        self.assertEqual(totals["counts"]["entries"], entries)
        self.assertEqual(totals["counts"]["duplicates"], 0)

    def test_a_report_beside_commits(self):
        self.lines, self.ended = {f"s-{number}": 0 for number in range(self.SESSIONS)}, False
        self.write()
        self.machine.start()
        threads = [threading.Thread(target=run) for run in (self.keep_writing, self.keep_flushing)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(self.REPORTS):
                before = dict(self.lines)
                result = self.machine.tacho("totals", "--json", "--direct")
                self.assertEqual(result.stderr, "")
                self.check({name: lines - 1 for name, lines in before.items()}, json.loads(result.stdout), self.lines)
        finally:
            self.ended = True
            for thread in threads:
                thread.join()
        wait = self.machine.tacho("totals", "--json")
        self.check(self.lines, json.loads(wait.stdout), self.lines)


if __name__ == "__main__":
    main("history")
