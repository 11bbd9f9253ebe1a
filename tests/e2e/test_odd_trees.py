"""Trees of logs as they should not be: one log by several paths, very many files, files that grow while they are
read; and messages at the borders of days. The agent, a direct scan and, where it is present, the oracle agree.
TACHO_FILES sets how many files are very many (default 10,000)."""

import json
import os
import threading

import harness
import oracle
from harness import MachineTest, main, usage_line

FILES = int(os.environ.get("TACHO_FILES", 10_000))


class OddTree(MachineTest):
    def totals(self, *more):
        result = self.machine.tacho("totals", "--json", *more, timeout=harness.PATIENCE * 4)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def check(self, entries, duplicates, *more, zone="UTC"):
        """All say the same, and that many; the agent also after a restart, from its ledger."""
        ours = self.totals(*more)
        self.assertEqual((ours["counts"]["entries"], ours["counts"]["duplicates"]), (entries, duplicates))
        self.assertEqual(self.totals("--direct", "--logs-only", *more), ours)
        if oracle.present():
            directories = self.machine.environment["CLAUDE_CONFIG_DIR"].split(",")
            oracle.compare(self, ours, oracle.count(directories, zone), "the tree")
        self.machine.tacho("restart")
        self.machine.start()
        self.assertEqual(self.totals(*more), ours)
        return ours


class Paths(OddTree):
    def lines(self, count=3):
        return [usage_line(output_tokens=number + 1) for number in range(count)]

    def second(self):
        """A second config directory, that is read too."""
        other = self.machine.make("home/other")
        self.machine.environment["CLAUDE_CONFIG_DIR"] = f"{self.machine.claude},{other}"
        return other

    def test_a_symlinked_config_directory(self):
        self.machine.log("project", "s-1", *self.lines())
        other = os.path.join(self.machine.home, "link")
        os.symlink(self.machine.claude, other)
        self.machine.environment["CLAUDE_CONFIG_DIR"] = other
        self.machine.start()
        self.check(3, 0)

    def test_one_directory_by_two_names(self):
        self.machine.log("project", "s-1", *self.lines())
        other = self.second()
        os.rmdir(other)
        os.symlink(self.machine.claude, other)
        self.machine.start()
        self.check(3, 0)
        self.machine.log("project", "s-1", usage_line(output_tokens=9))
        self.check(4, 0)

    def test_a_symlinked_projects_folder(self):
        self.machine.log("project", "s-1", *self.lines())
        os.symlink(os.path.join(self.machine.claude, "projects"), os.path.join(self.second(), "projects"))
        self.machine.start()
        self.check(3, 0)

    def test_hard_links_in_two_directories(self):
        path = self.machine.log("project", "s-1", *self.lines())
        folder = os.path.join(self.second(), "projects", "project")
        os.makedirs(folder)
        os.link(path, os.path.join(folder, "s-2.jsonl"))
        self.machine.start()
        self.check(3, 0)
        os.unlink(path)
        self.assertEqual(self.totals()["counts"]["entries"], 3)

    def test_copies_of_a_log(self):
        """The same bytes in another file are copies, which merge."""
        lines = self.lines()
        self.machine.log("project", "s-1", *lines)
        self.machine.log("project", "s-2", *lines)
        self.machine.start()
        self.check(3, 3)


class Messages(OddTree):
    def test_one_id_and_two_models(self):
        """Whatever order they come in, and in whatever files they stand."""
        def copies(message):
            return [usage_line(message, model=model, output_tokens=5, timestamp="2026-01-02T03:04:05Z")
                    for model in ("claude-opus-4-5", "claude-haiku-4-5")]
        for number, order in enumerate((1, -1)):
            self.machine.log("one", f"s-{number}", *copies(f"msg_01OfBothModels{number:08}")[::order])
            for name, line in zip("ab"[::order], copies(f"msg_01InTwoFilesToo{number:08}")):
                self.machine.log("two", f"s-{number}{name}", line)
        self.machine.start()
        self.check(4, 4)

    def test_messages_without_ids(self):
        line = json.loads(usage_line(output_tokens=5))
        for part in (line, line["message"]):
            for key in ("id", "uuid", "requestId"):
                part.pop(key, None)
        self.machine.log("project", "s-1", json.dumps(line), json.dumps(line))
        self.machine.start()
        self.check(2, 0)

    def test_days_at_their_borders(self):
        """Around midnight, where clocks are set, on leap days and at the turn of the year."""
        zone = "America/New_York"
        stamps = {
            "2024-02-29T04:59:59.999Z": "2024-02-28", "2024-02-29T05:00:00Z": "2024-02-29",
            "2024-03-01T04:59:59Z": "2024-02-29", "2024-03-01T05:00:00Z": "2024-03-01",
            "2025-01-01T04:59:59Z": "2024-12-31", "2025-01-01T05:00:00.000001Z": "2025-01-01",
            "2025-03-09T04:59:59Z": "2025-03-08", "2025-03-09T05:00:00Z": "2025-03-09",
            "2025-03-10T03:59:59Z": "2025-03-09", "2025-03-10T04:00:00Z": "2025-03-10",
            "2025-11-02T03:59:59Z": "2025-11-01", "2025-11-02T04:00:00Z": "2025-11-02",
            "2025-11-02T01:30:00-04:00": "2025-11-02", "2025-11-02T01:30:00-05:00": "2025-11-02",
            "2025-11-03T04:59:59Z": "2025-11-02", "2025-11-03T05:00:00Z": "2025-11-03",
        }
        for number, stamp in enumerate(reversed(stamps)):
            self.machine.log("project", f"s-{number % 3}", usage_line(timestamp=stamp, output_tokens=1))
        self.machine.start()
        ours = self.check(len(stamps), 0, "--tz", zone, zone=zone)
        days = list(stamps.values())
        self.assertEqual({day: sums["output"] for day, sums in ours["days"].items()},
                         {day: days.count(day) for day in days})


class Large(OddTree):
    def test_very_many_files(self):
        for number in range(FILES):
            folder = os.path.join(self.machine.claude, "projects", f"p{number // 1000}")
            if number % 1000 == 0:
                os.makedirs(folder)
            with open(os.path.join(folder, f"s{number}.jsonl"), "w") as file:
                file.write(usage_line(output_tokens=1) + "\n")
        self.machine.start()
        ours = self.totals()
        self.assertEqual(self.totals("--direct", "--logs-only"), ours)
        self.assertEqual((ours["counts"]["entries"], ours["counts"]["files"]), (FILES, FILES))
        self.machine.log("p0", "s0", usage_line(output_tokens=1))
        self.assertEqual(self.totals()["total"]["output"], FILES + 1)
        self.machine.tacho("restart", timeout=harness.PATIENCE * 4)
        self.machine.start()
        self.assertEqual(self.totals()["counts"], {**ours["counts"], "entries": FILES + 1, "lines": FILES + 1,
                                                   "usage_lines": FILES + 1})

    def test_a_file_that_grows_while_it_is_read(self):
        """Scans of a large file to which lines are added count each line once, as far as it was written then."""
        path = self.machine.log("project", "s-1", usage_line(output_tokens=1))
        filler = (json.dumps({"type": "user", "text": "x" * 4000}) + "\n").encode() * 250
        lines = {"written": 1, "ended": False}

        def grow():
            with open(path, "ab", buffering=0) as file:
                while not lines["ended"] and file.tell() < 200 * 2**20:
                    file.write(filler + usage_line(output_tokens=1).encode() + b"\n")
                    lines["written"] += 1

        thread = threading.Thread(target=grow)
        thread.start()
        try:
            for _ in range(8):
                before = lines["written"]
                counted = self.totals("--direct")["counts"]
                self.assertTrue(before - 1 <= counted["entries"] <= lines["written"] + 1)
                self.assertEqual((counted["duplicates"], counted["malformed"]), (0, 0))
            self.machine.start()
        finally:
            lines["ended"] = True
            thread.join()
        self.assertEqual(self.totals()["total"]["output"], lines["written"])
        self.assertEqual(self.totals("--direct", "--logs-only")["total"]["output"], lines["written"])


if __name__ == "__main__":
    main("odd_trees")
