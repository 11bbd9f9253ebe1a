"""A ledger that cannot be opened, written or believed: numbers go on being published, nothing is lost or counted
twice, and what is wrong is told."""

import glob
import json
import os
import resource
import sqlite3

import harness
from harness import MachineTest, main, usage_line, wait_until


class TroubleTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.machine.generate_logs("tree", "--entries", "600", "--seed", "7", "--lean")
        self.written = 0

    # ---- what the agent says -----------------------------------------------------------------------------

    def tacho(self, *arguments, status=0, **options):
        result = self.machine.tacho(*arguments, timeout=harness.PATIENCE * 4, **options)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout

    def totals(self, *arguments):
        document = json.loads(self.tacho("totals", "--json", *arguments))
        return {"entries": document["counts"]["entries"], "duplicates": document["counts"]["duplicates"],
                **{key: document[key] for key in ("total", "days", "sessions", "models")}}

    def ledger(self):
        """What the status says about it."""
        return self.machine.status()["ledger"]

    def write_some(self, count=5):
        for _ in range(count):
            self.written += 1
            self.machine.log("project", "s-1", usage_line(f"msg_{self.written}", output_tokens=self.written))

    def check(self):
        """The agent says what a scan of the logs says, and what is written while it runs counts at once."""
        self.assertEqual(self.totals(), self.totals("--direct", "--logs-only"))
        before = self.totals()["entries"]
        self.write_some()
        self.assertEqual(self.totals()["entries"], before + 5)
        self.assertEqual(self.totals(), self.totals("--direct", "--logs-only"))

    # ---- the ledger --------------------------------------------------------------------------------------

    def path(self):
        found = glob.glob(os.path.join(self.machine.state, "*.db"))
        self.assertEqual(len(found), 1, found)
        return found[0]

    def aside(self):
        return glob.glob(os.path.join(self.machine.state, "*.corrupt-*"))

    def flush(self):
        """While a damaged ledger is replaced there is none."""
        said = []
        def is_there():
            result = self.machine.tacho("ledger", "status", timeout=harness.PATIENCE)
            said[:] = [result.stderr, self.machine.agent_log()]
            return result.returncode == 0
        try:
            wait_until(is_there, "a ledger")
        except AssertionError as error:
            raise AssertionError(f"{error}: {said}") from None

    def make_history(self):
        """An agent that has written its ledger, backed it up, and ended."""
        self.machine.start()
        self.flush()
        wait_until(lambda: os.path.exists(self.path() + ".backup"), "the first backup")
        self.machine.stop()

    def remove_logs(self):
        """The client deletes what is older than today."""
        for path in glob.glob(os.path.join(self.machine.claude, "projects", "*", "*.jsonl")):
            os.unlink(path)


class Unavailable(TroubleTest):
    """There is no ledger for as long as the agent runs."""

    def check_without(self, why):
        self.check()
        self.assertEqual(self.ledger()["state"], "none")
        self.assertIn(why, self.ledger()["why"])
        self.assertIn(why, self.tacho("status"))
        self.assertIn(why, self.machine.agent_log())

    def test_of_a_newer_schema(self):
        self.make_history()
        path = self.path()
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 99")
        database.close()
        before = self.machine.read(path)
        self.machine.start()
        self.check_without("newer Tacho")
        self.machine.stop()
        self.assertEqual(self.machine.read(path), before)
        self.assertEqual(self.aside(), [])

    def test_of_another_agent(self):
        self.machine.start()
        other = {"TACHO_RUNTIME_DIR": self.machine.make("run2", 0o700)}
        mine, self.machine.environment = self.machine.environment, {**self.machine.environment, **other}
        self.machine.start()
        self.check_without("is writing it")
        theirs = self.totals()
        self.assertEqual(theirs["entries"], self.totals("--direct")["entries"])
        self.machine.environment = mine
        self.assertEqual(self.ledger()["state"], "kept")
        self.assertEqual(self.totals(), theirs)
        self.machine.stop()
        self.machine.environment = {**mine, **other}
        self.tacho("restart")
        self.machine.start()
        self.assertEqual(self.ledger()["state"], "kept")
        self.assertEqual(self.totals(), theirs)
        self.machine.stop()
        self.machine.environment = mine

    def test_that_may_not_be_read(self):
        self.make_history()
        self.as_nobody()
        os.chmod(self.path(), 0)
        self.machine.start()
        self.check_without("unable to open")
        os.chmod(self.path(), 0o600)
        self.tacho("restart")
        self.machine.start()
        self.check()
        self.assertEqual(self.ledger()["state"], "kept")

    def test_in_a_folder_that_may_not_be_written(self):
        self.make_history()
        self.write_some()
        self.as_nobody()
        os.chmod(self.machine.state, 0o500)
        self.machine.start()
        self.check_without("")
        os.chmod(self.machine.state, 0o700)
        self.tacho("restart")
        self.machine.start()
        self.check()
        self.assertEqual(self.ledger()["state"], "kept")

    def test_without_a_place(self):
        self.machine.environment["TACHO_STATE_DIR"] = self.machine.write("home/file", "x")
        self.machine.start()
        self.check()
        self.assertEqual(self.ledger()["state"], "none")


class Full(TroubleTest):
    def fill(self, is_full):
        """Lets the agent write no more than a little to any file, as a full disk would; or again as it likes."""
        pid = self.machine.agent_pid()
        most = resource.RLIM_INFINITY
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096 if is_full else most, most))

    def fail(self):
        self.machine.start()
        self.flush()
        self.fill(True)
        self.write_some(40)
        self.flush()
        wait_until(lambda: self.ledger()["state"] == "failing", "the commit's failure")
        self.check()
        ledger = self.ledger()
        self.assertGreaterEqual(ledger["unsaved_entries"], 40)
        self.assertGreater(ledger["failing_since_us"], 1e15)
        self.assertIn(self.path(), ledger["why"])
        self.assertIn("cannot be written since", self.tacho("status"))

    def test_then_killed(self):
        self.fail()
        self.machine.kill_agent()
        self.machine.start()
        self.check()
        self.tacho("ledger", "verify")

    def test_then_with_room_again(self):
        self.fail()
        self.fill(False)
        before = self.totals()
        self.machine.stop()
        self.remove_logs()
        self.machine.start()
        self.assertEqual(self.totals(), before)
        self.tacho("ledger", "verify")


class Corrupt(TroubleTest):
    """Pages of the database are overwritten: it is set aside, and made anew of the backup and the logs."""

    def test_entries_that_a_report_without_the_agent_needs(self):
        self.make_history()
        database = sqlite3.connect(self.path())
        with database:
            database.execute("UPDATE entry SET packed = x'ff'")
        database.close()
        log = glob.glob(os.path.join(self.machine.claude, "projects", "*", "*.jsonl"))[0]
        self.machine.write(log.replace(".jsonl", "-resumed.jsonl"), self.machine.read(log))
        result = self.machine.tacho("totals", "--json", "--direct")
        self.assertIn("counting without the ledger", result.stderr)
        self.assertEqual(json.loads(result.stdout)["counts"]["entries"],
                         self.totals("--direct", "--logs-only")["entries"])

    def overwrite(self, page, count=1):
        with open(self.path(), "r+b") as file:
            file.seek(4096 * page)
            file.write(os.urandom(4096 * count))

    def check_mended(self, before):
        self.assertEqual(self.totals(), before)
        self.assertEqual(self.ledger()["state"], "kept")
        self.assertIn("has been set aside", self.ledger()["why"])
        self.assertIn("has been set aside", self.tacho("status"))
        self.assertIn("has been set aside", self.machine.agent_log())
        self.assertEqual(len([path for path in self.aside() if path[-1] == "Z"]), 1)
        self.tacho("ledger", "verify")
        self.machine.stop()
        self.machine.start()
        self.assertEqual(self.totals(), before)

    def test_found_at_start(self):
        """All that makes numbers is overwritten; the logs that the backup knows are gone, newer ones are there."""
        self.make_history()
        self.remove_logs()
        self.machine.start()
        self.write_some()
        before = self.totals()
        self.flush()
        self.machine.stop()
        self.overwrite(1, os.path.getsize(self.path()) // 4096 - 1)
        self.machine.start()
        self.check_mended(before)

    def test_found_at_work(self):
        self.make_history()
        self.remove_logs()
        self.machine.start()
        self.overwrite(1, os.path.getsize(self.path()) // 4096 - 1)
        before = self.totals()["entries"]
        self.write_some(300)
        wait_until(lambda: "has been set aside" in self.ledger()["why"] or self.flush(), "the damage to be found")
        wait_until(lambda: self.machine.status()["state"] == "ready", "the rest of the logs")
        self.assertEqual(self.totals()["entries"], before + 300)
        self.check_mended(self.totals())

    def test_without_a_backup(self):
        self.make_history()
        os.unlink(self.path() + ".backup")
        self.overwrite(1, os.path.getsize(self.path()) // 4096 - 1)
        self.machine.start()
        self.check_mended(self.totals("--direct", "--logs-only"))

    def test_a_wal_of_garbage(self):
        self.make_history()
        before = self.totals()
        self.machine.write(self.path() + "-wal", os.urandom(100000))
        self.machine.start()
        self.assertEqual(self.totals(), before)
        self.check()


if __name__ == "__main__":
    main("ledger_trouble")
