"""`tacho doctor` and `tacho status`: what is wrong is found, told by reason, and how to mend it."""

import json
import os
import sqlite3
import time

import harness
from harness import MachineTest, main, usage_line

LATER = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3 * 86400))


class DoctorTest(MachineTest):
    def doctor(self, **options):
        """What is wrong: by id."""
        result = self.machine.tacho("doctor", "--json", **options)
        problems = json.loads(result.stdout)["problems"]
        self.assertEqual(result.returncode, 1 if problems else 0, result.stdout)
        self.assertEqual(self.machine.tacho("doctor", **options).returncode, result.returncode)
        for problem in problems:
            self.assertTrue(problem["what"] and problem["mend"], problem)
        return {problem["id"]: problem for problem in problems}

    def healthy(self):
        self.machine.log("project", "s-1", usage_line(output_tokens=5))
        self.machine.start()


class Doctor(DoctorTest):
    def test_nothing(self):
        self.healthy()
        self.assertEqual(self.doctor(), {})
        self.assertEqual(self.machine.tacho("doctor").stdout, "nothing is wrong\n")

    def test_no_agent_and_no_logs(self):
        self.assertEqual(set(self.doctor()), {"agent-absent", "no-logs"})

    def test_an_agent_of_other_logs(self):
        self.healthy()
        other = self.machine.make("other")
        self.machine.environment["CLAUDE_CONFIG_DIR"] = other
        self.assertEqual(set(self.doctor()), {"agent-directories", "no-logs"})

    def test_folders_and_segment(self):
        self.healthy()
        os.chmod(self.machine.state, 0o777)
        os.unlink(os.path.join(self.machine.runtime, "segment"))
        self.assertEqual(set(self.doctor()), {"state-folder", "segment"})

    def test_a_shell_that_does_not_load_the_reader(self):
        self.healthy()
        shell = self.machine.write("bin/zsh", "#!/bin/sh\nexit 1\n")
        os.chmod(shell, 0o755)
        path = f"{os.path.dirname(shell)}:{self.machine.environment['PATH']}"
        self.assertEqual(self.doctor(PATH=path), {})  # it is not wrong
        self.assertRegex(self.machine.tacho("doctor", PATH=path).stdout, r"zsh: .*\n.*nothing to do")

    def test_models_without_a_price(self):
        self.machine.log("project", "s-2", usage_line(model="none-such-\x1b[2J", output_tokens=5))
        self.healthy()
        found = self.doctor()
        self.assertEqual(set(found), {"models-without-price"})
        self.assertEqual(found["models-without-price"]["details"], ["none-such-\x1b[2J"])
        self.assertNotIn("\x1b", self.machine.tacho("doctor").stdout)

    def test_a_damaged_ledger(self):
        self.machine.generate_logs("tree", "--entries", "600", "--seed", "7", "--lean")
        self.healthy()
        self.machine.tacho("ledger", "status")
        path = self.machine.status()["ledger"]["path"]
        self.machine.stop()
        with open(path, "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(os.path.getsize(path) - 4096))
        self.assertEqual(set(self.doctor()), {"agent-absent", "ledger-damaged"})
        self.machine.start()
        found = self.doctor()
        self.assertEqual(set(found), {"ledger-set-aside"})
        os.unlink(found["ledger-set-aside"]["details"][0])
        self.assertEqual(self.doctor(), {})

    def test_a_ledger_of_a_newer_schema(self):
        self.healthy()
        self.machine.tacho("ledger", "status")
        path = self.machine.status()["ledger"]["path"]
        self.machine.stop()
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 99")
        database.close()
        self.assertEqual(set(self.doctor()), {"agent-absent", "ledger-none"})
        self.machine.start()
        self.assertIn("newer Tacho", self.doctor()["ledger-none"]["details"][0])

    def test_what_cannot_be_read(self):
        closed = self.machine.log("project", "closed", usage_line(output_tokens=5))
        folder = os.path.dirname(self.machine.log("locked", "s", usage_line(output_tokens=5)))
        self.machine.log("project", "s-1", usage_line(output_tokens=5))
        self.as_nobody()
        os.chmod(closed, 0)
        os.chmod(folder, 0)
        self.machine.start()
        self.assertEqual(set(self.doctor()), {"logs-unreadable"})
        self.assertEqual(self.machine.status()["unreadable"], 2)
        said = self.machine.tacho("doctor").stdout
        self.assertIn(closed, said)
        self.assertIn(folder, said)


class Skipped(DoctorTest):
    """Lines that do not count, by reason."""

    BAD = {
        "syntax": ("lines-not-json", '{"usage": ', '"usage"'),
        "time": ("lines-without-time", usage_line(timestamp="yesterday", output_tokens=1)),
        "tokens": ("lines-with-bad-tokens", usage_line(output_tokens=-1), usage_line(output_tokens=2**31 + 1),
                   usage_line(output_tokens="5")),
    }

    def check(self, skipped):
        status = self.machine.status()
        self.assertEqual(status["skipped"], {"memory": 0, **skipped})
        self.assertEqual(status["malformed"], sum(skipped.values()))
        self.assertEqual(status["entries"], 2)

    def test_by_reason_and_place(self):
        good = usage_line(output_tokens=7)
        path = self.machine.log("project", "bad", good, *(line for _, *lines in self.BAD.values() for line in lines),
                                usage_line(output_tokens=8))
        skipped = {reason: len(lines) for reason, (_, *lines) in self.BAD.items()}
        self.machine.start()
        self.check(skipped)
        found = self.doctor()
        number = 2
        for _, (name, *lines) in self.BAD.items():
            problem = found.pop(name)
            self.assertIn(f": {len(lines)}", problem["what"])
            self.assertEqual(problem["details"][0], f"{path}:{number}")
            number += len(lines)
        self.assertEqual(found, {})
        said = self.machine.tacho("status").stdout
        self.assertIn("6 malformed lines: 2 not JSON, 1 without a timestamp, 3 with impossible numbers", said)

    def test_numbers_stay_over_restarts(self):
        for _, *lines in self.BAD.values():
            self.machine.log("project", "bad", *lines)
        self.machine.log("project", "good", usage_line(output_tokens=1), usage_line(output_tokens=2))
        skipped = {reason: len(lines) for reason, (_, *lines) in self.BAD.items()}
        self.machine.start()
        self.check(skipped)
        for _ in range(2):
            self.machine.tacho("ledger", "status")
            self.machine.tacho("restart")
            self.machine.start()
            self.check(skipped)
        self.machine.log("project", "bad", "x\"usage\"")
        self.check({**skipped, "syntax": 3})
        os.unlink(self.machine.log_path("project", "bad"))
        self.check({reason: 0 for reason in skipped})

    def test_a_line_that_is_being_written(self):
        path = self.machine.log("project", "s-1", usage_line(output_tokens=5))
        self.machine.start()
        with open(path, "a") as file:
            file.write(usage_line(output_tokens=6)[:-9])
        self.assertEqual(self.doctor(), {})

    def test_lines_of_the_future(self):
        path = self.machine.log("project", "s-1", usage_line(output_tokens=5),
                                *(usage_line(output_tokens=1, timestamp=LATER) for _ in range(5)))
        self.machine.start()
        problem = self.doctor()["lines-of-the-future"]
        self.assertIn(": 5", problem["what"])
        self.assertEqual(problem["details"], [f"{path}:{number}" for number in (2, 3, 4)] + ["and more"])


if __name__ == "__main__":
    main("doctor")
