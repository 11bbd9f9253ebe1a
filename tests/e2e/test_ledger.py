"""`tacho ledger`: history is kept, checked, carried to another machine and mended."""

import glob
import json
import os
import signal
import sqlite3

import harness
from harness import MachineTest, main, usage_line


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


class LedgerTest(MachineTest):
    def ledger(self, *arguments, status=0, **options):
        """Runs `tacho ledger ...`, whose exit status must be as expected; its output."""
        result = self.machine.tacho("ledger", *arguments, timeout=harness.PATIENCE * 4, **options)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout if status == 0 else result.stdout + result.stderr

    def path(self):
        """The database of this machine's history."""
        found = glob.glob(os.path.join(self.machine.state, "*.db"))
        self.assertEqual(len(found), 1, found)
        return found[0]

    def totals(self, *arguments):
        result = self.machine.tacho("totals", "--json", *arguments, timeout=harness.PATIENCE * 4)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def sums(self):
        document = self.totals()
        return {"entries": document["counts"]["entries"], **{key: document[key] for key in ("total", "days", "models")}}

    def history(self, entries=600):
        """Some generated history, in the ledger; the agent has ended."""
        self.machine.generate_logs("tree", "--entries", str(entries), "--seed", "7")
        self.machine.start()
        self.ledger("status")  # flushes
        sums = self.sums()
        self.machine.stop()
        return sums


class Status(LedgerTest):
    def test_without_one(self):
        self.assertIn("there is none yet", self.ledger("status", status=1))
        self.assertIn("there is none yet", self.ledger("verify", status=1))
        self.assertIn("there is none yet", self.ledger("vacuum", status=1))
        self.assertIn("there is none yet", self.ledger("rebuild", status=1))
        self.assertEqual(glob.glob(os.path.join(self.machine.state, "*.db*")), [])

    def test_says_what_is_in_it(self):
        self.machine.log("project", "s-1", usage_line(output_tokens=5), usage_line(output_tokens=6))
        self.machine.start()
        self.assertIn("2 messages in 1 session", self.ledger("status"))

    def test_an_unfinished_line_is_nothing_to_write(self):
        path = self.machine.log("project", "s-1", usage_line(output_tokens=5))
        with open(path, "a") as file:
            file.write(usage_line(output_tokens=6))
        self.machine.start()
        self.assertIn("1 messages in 1 session", self.ledger("status"))  # flushes
        self.assertEqual(self.machine.status()["entries"], 2)
        self.assertIn("no messages to be written", self.machine.tacho("status").stdout)

    def test_what_is_asked_wrongly(self):
        for arguments in (("verfy",), ("import",), ("verify", "file"), ("export", "a", "b")):
            self.assertTrue(self.ledger(*arguments, status=2))
        self.assertIn("usage: tacho ledger", self.ledger("--help"))


class Verify(LedgerTest):
    def test_a_sound_one(self):
        self.history()
        said = self.ledger("verify")
        self.assertIn("database  sound", said)
        self.assertIn("all equal", said)

    def test_beside_a_running_agent(self):
        self.machine.generate_logs("tree", "--entries", "300", "--seed", "3")
        self.machine.start()
        for number in range(5):
            self.machine.log("project", "s-1", usage_line(output_tokens=number + 1))
            self.assertIn("all equal", self.ledger("verify"))

    def test_a_sum_that_is_wrong(self):
        before = self.history()
        database = sqlite3.connect(self.path())
        database.execute("DELETE FROM rollup WHERE hour = (SELECT max(hour) FROM rollup)")
        database.commit()
        database.close()
        self.assertIn("is missing", self.ledger("verify", status=1))
        self.ledger("rebuild")
        self.assertIn("all equal", self.ledger("verify"))
        self.assertEqual(self.sums(), before)

    def test_an_entry_that_is_wrong(self):
        self.history()
        database = sqlite3.connect(self.path())
        identity, packed = database.execute("SELECT identity, packed FROM entry LIMIT 1").fetchone()
        database.execute("UPDATE entry SET packed = ? WHERE identity = ?", (packed[:-1], identity))
        database.commit()
        database.close()
        self.assertIn("damaged", self.ledger("verify", status=1))


class Rebuild(LedgerTest):
    def test_loses_nothing_whose_log_is_gone(self):
        before = self.history()
        for path in glob.glob(os.path.join(self.machine.claude, "projects", "*", "*.jsonl"))[::2]:
            os.unlink(path)
        self.ledger("rebuild")
        self.ledger("verify")
        self.machine.start()
        self.assertEqual(self.sums(), before)

    def test_ends_the_agent_and_starts_it_again(self):
        self.machine.generate_logs("tree", "--entries", "200", "--seed", "5")
        self.machine.start()
        before, pid = self.sums(), self.machine.agent_pid()
        self.ledger("rebuild")
        self.assertNotIn(self.machine.agent_pid(), (None, pid))
        self.machine.tacho("start", "--wait", timeout=harness.PATIENCE * 4)
        self.assertEqual(self.sums(), before)


class Damage(LedgerTest):
    def test_is_set_aside_and_said(self):
        before = self.history()
        path = self.path()
        with open(path, "r+b") as file:
            file.write(b"x" * 4096)
        for beside in ("-wal", "-shm"):
            if os.path.exists(path + beside):
                os.unlink(path + beside)
        self.machine.start()
        self.assertEqual(self.sums(), before)
        self.assertIn("set aside", self.machine.agent_log())
        self.assertEqual(len([name for name in os.listdir(self.machine.state) if ".corrupt-" in name]), 1)
        self.ledger("verify")

    def test_rebuild_brings_back_the_backup(self):
        self.machine.generate_logs("tree", "--entries", "3000", "--seed", "9")
        self.machine.start()
        path, before = self.path(), self.sums()
        harness.wait_until(lambda: os.path.exists(path + ".backup"), "the first backup")
        self.machine.stop()
        for log in glob.glob(os.path.join(self.machine.claude, "projects", "*", "*.jsonl")):
            os.unlink(log)
        with open(path, "r+b") as file:
            file.seek(4096)
            file.write(b"x" * 40960)
        self.assertRegex(self.ledger("verify", status=1), r"(?s)database  damaged:\n.*\nmessages  ")
        self.ledger("rebuild")
        self.ledger("verify")
        self.assertEqual(self.sums(), before)


class Carry(LedgerTest):
    def test_to_another_machine(self):
        before = self.history()
        exported = self.ledger("export", self.machine.path("history.jsonl")) or self.machine.read("history.jsonl").decode()
        self.assertEqual(exported, self.ledger("export"))
        self.assertEqual(os.stat(self.machine.path("history.jsonl")).st_mode & 0o777, 0o600)
        documents = lines(exported)
        self.assertEqual(documents[0]["ledger"], 1)
        self.assertEqual(len(documents) - 1, before["entries"])
        other = harness.Machine()
        self.addCleanup(other.close)
        for _ in range(2):  # twice is once
            said = other.run(harness.TACHO, "ledger", "import", "-", input=exported, timeout=harness.PATIENCE * 4)
            self.assertEqual(said.returncode, 0, said.stderr)
        self.machine = other
        self.ledger("verify")
        self.assertEqual(self.ledger("export"), exported)
        self.assertEqual(self.sums(), before)

    def test_merges_with_what_is_there(self):
        message = "msg_1"
        self.machine.log("project", "s-1", usage_line(message, timestamp="2026-01-02T03:04:05.000Z", output_tokens=9))
        self.machine.start()
        exported = self.ledger("export")
        self.machine.stop()
        entry = lines(exported)[1]
        more = dict(entry, output=11, when_us=entry["when_us"] - 1, path="/elsewhere/projects/p/s-0.jsonl", session="s-0")
        less = dict(entry, output=3, when_us=entry["when_us"] + 1)
        for document in (more, less):
            self.machine.write("one.jsonl", json.dumps(document) + "\n")
            self.ledger("import", self.machine.path("one.jsonl"))
        merged = lines(self.ledger("export"))[1]
        self.assertEqual(merged, dict(more))
        self.ledger("verify")

    def test_any_name(self):
        entry = {"entry": "0123456789abcdef" * 2, "when_us": 1750000000123456, "session": "s\udcff \u0000 \U0001f600",
                 "model": "m\"\\\n\u00e4", "path": "/p/projects/\udc80x/s.jsonl", "line": 2**63 - 1, "input": 2**31,
                 "output": 0, "cache_write_5m": 1, "cache_write_1h": 2, "cache_read": 3, "tools": 65535,
                 "usd_pusd": 10**18, "fast": True, "forked": True, "foreign": True}
        self.machine.write("odd.jsonl", json.dumps(entry) + "\n")
        self.ledger("import", self.machine.path("odd.jsonl"))
        self.assertEqual(lines(self.ledger("export"))[1], entry)
        self.ledger("verify")

    def test_skips_what_is_no_entry(self):
        good = {"entry": "0" * 31 + "1", "when_us": 1, "session": "s", "model": "m", "path": "/p", "line": 0, "input": 1,
                "output": 0, "cache_write_5m": 0, "cache_write_1h": 0, "cache_read": 0, "tools": 0}
        bad = [json.dumps(dict(good, **change)) for change in (
            {"input": -1}, {"input": 2**31 + 1}, {"input": 1.5}, {"input": "1"}, {"when_us": 10**17}, {"entry": "0" * 31},
            {"entry": "G" * 32}, {"session": None}, {"tools": 65536}, {"usd_pusd": 10**18 + 1}, {"fast": 1},
            {"input": 0}, {"path": ""}, {"path": "a\u0000b"}, {"line": 2**63})]
        bad += [json.dumps({key: value for key, value in good.items() if key != left}) for left in good if left != "entry"]
        bad += ["{", "[]", "\xff", '{"entry": "' + "0" * 32 + '"', json.dumps(good) + "x"]
        text = "\n".join(["{\"ledger\": 1}", *bad, "", json.dumps({"kind": "of the future"}), json.dumps(good)]) + "\n"
        self.machine.write("odd.jsonl", text.encode("latin-1"))
        said = self.ledger("import", self.machine.path("odd.jsonl"), status=1)
        self.assertIn("1 messages merged", said)
        self.assertIn(f"{len(bad)} lines are not as an export writes them", said)
        self.assertIn("the first is line 2", said)
        self.assertIn("1 lines of a kind", said)
        self.assertEqual(lines(self.ledger("export"))[1:], [good])

    def test_a_file_that_is_not_there(self):
        self.assertIn("No such file", self.ledger("import", "nowhere.jsonl", status=1))

    def test_a_full_disk(self):
        self.history(50)
        self.assertIn("written", self.ledger("export", "/dev/full", status=1))


class Vacuum(LedgerTest):
    def test_keeps_everything(self):
        before = self.history()
        self.ledger("vacuum")
        self.ledger("verify")
        self.assertEqual(self.sums(), before)


class OneWriter(LedgerTest):
    def test_an_agent_that_does_not_answer_is_not_waited_for(self):
        self.machine.log("project", "s-1", usage_line(output_tokens=5))
        self.machine.start()
        pid = self.machine.agent_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            said = self.ledger("vacuum", status=1)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertIn("does not answer", said)


if __name__ == "__main__":
    main("ledger")
