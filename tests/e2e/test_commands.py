"""The command `tacho`: what it prints, what it refuses, how it starts and stops the agent."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import threading

from harness import AGENT, PATIENCE, ROOT, TACHO, MachineTest, is_alive, main, usage_line, wait_until

COMMANDS = ["start", "stop", "restart", "status", "daily", "weekly", "monthly", "session", "blocks", "claude", "totals",
            "prices", "reconcile", "watch", "segments", "alerts", "doctor", "events", "dump", "ledger", "init", "demo",
            "config", "setup", "version", "help"]


class CommandTest(MachineTest):
    def passes(self, *arguments, **options):
        result = self.machine.tacho(*arguments, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)
        return result.stdout

    def fails(self, status, expect, *arguments, **options):
        """The command fails with the status and one line that says why."""
        result = self.machine.tacho(*arguments, **options)
        self.assertEqual(result.returncode, status, (arguments, result.stderr))
        self.assertRegex(result.stderr, r"\Atacho: [^\n]+: [^\n]+\n\Z")
        self.assertIn(expect, result.stderr)
        return result


class Help(CommandTest):
    def test_list(self):
        for arguments in ([], ["help"], ["--help"], ["-h"]):
            listed = re.findall(r"(?m)^  ([a-z]+) {2,}\S", self.passes(*arguments))
            self.assertEqual(listed, COMMANDS)

    def test_every_command_explains_itself(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = self.passes("help", command)
                self.assertTrue(text.startswith("usage: tacho "), text)
                self.assertEqual(self.passes(command, "--help"), text)
                self.assertEqual(self.passes(command, "-h"), text)
                self.assertLessEqual(max(map(len, text.splitlines())), 110)

    def test_version(self):
        with open(os.path.join(ROOT, "agent/base/version.h")) as file:
            version = re.search(r'TACHO_VERSION "(.*)"', file.read())[1]
        for arguments in (["version"], ["--version"], ["-V"]):
            self.assertRegex(self.passes(*arguments), rf"\Atacho {re.escape(version)} \(segment \d+\.\d+\)\n\Z")


class Usage(CommandTest):
    def test_unknown_command(self):
        self.fails(2, "did you mean 'tacho status'", "staus")
        self.fails(2, "did you mean 'tacho setup'", "setpu")
        self.fails(2, "did you mean 'tacho session'", "sess")
        self.fails(2, "'tacho help'", "frobnicate")
        self.fails(2, "'tacho help'", "")
        self.fails(2, "'tacho help'", "--frobnicate")
        self.fails(2, "did you mean", "help", "dayly")
        self.fails(2, "unknown report", "help", "claude", "frob")

    def test_unknown_option(self):
        self.fails(2, "did you mean '--wait'", "start", "--wiat")
        self.fails(2, "did you mean '--json'", "status", "--jsn")
        self.fails(2, "did you mean '--breakdown'", "daily", "--brakdown")
        self.fails(2, "did you mean '--timezone'", "claude", "session", "--timezoen=UTC")
        self.fails(2, "unknown option '-x'", "status", "-x")
        self.fails(2, "unknown option '--frobnicate'", "stop", "--frobnicate")
        self.fails(2, "takes no value", "status", "--json=yes")
        self.fails(2, "needs a value", "daily", "--since")
        self.fails(2, "needs a value", "daily", "-z")

    def test_operands(self):
        self.fails(2, "unexpected 'now'", "start", "now")
        self.fails(2, "unexpected 'x'", "daily", "x")
        self.fails(2, "which shell", "init")
        self.fails(2, "no script for 'tcsh'", "init", "tcsh")
        self.fails(2, "unknown report 'dayly'", "claude", "dayly")
        self.fails(2, "did you mean 'tacho claude daily'", "claude", "dayly")

    def test_values(self):
        for day in ("2026-02-30", "20261301", "2026", "today", "2026-1-1", "-1", "99999999", "2026-0101", "202601011"):
            self.fails(2, "YYYYMMDD", "daily", "--since", day)
            self.fails(2, "YYYYMMDD", "session", f"--until={day}")
        self.fails(2, "time zone", "daily", "-z", "Mars/Olympus")
        self.fails(2, "time zone", "totals", "--tz", "../../etc/passwd")
        self.fails(2, "time zone", "totals", "--tz", "")
        self.fails(2, "auto, calculate or display", "totals", "--mode", "guess")
        self.fails(2, "asc or desc", "daily", "-o", "up")
        self.fails(2, "shorter", "daily", "-p", "x" * 500)

    def test_hostile_words_are_shown_harmlessly(self):
        result = self.fails(2, "unknown command", "a\x1b[31m\nb")
        self.assertNotIn("\x1b", result.stderr)

    def test_full_disk(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([TACHO, "help"], stdout=full, stderr=subprocess.PIPE, text=True,
                                    env=self.machine.environment, timeout=PATIENCE)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"\Atacho: cannot write")

    def test_no_home(self):
        nowhere = {name: None for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "TACHO_RUNTIME_DIR",
                                           "TACHO_STATE_DIR")}
        self.fails(1, "set", "dump", **nowhere)


class Lifecycle(CommandTest):
    def test_start_and_stop(self):
        self.machine.log("p", "s", usage_line(output_tokens=7))
        self.assertIn("is running", self.passes("start", "--wait"))
        status = self.machine.status()
        self.assertEqual((status["state"], status["entries"]), ("ready", 1))
        self.assertTrue(is_alive(status["pid"]))
        self.assertIn("ended", self.passes("stop"))
        self.assertFalse(is_alive(status["pid"]))
        self.assertEqual(self.machine.processes(), [])

    def test_start_twice(self):
        self.passes("start")
        pid = self.machine.agent_pid()
        self.assertIn("already", self.passes("start"))
        self.assertIn("already", self.passes("start", "--wait"))
        self.assertEqual(self.machine.agent_pid(), pid)

    def test_many_starts_at_once_make_one_agent(self):
        results = []
        threads = [threading.Thread(target=lambda: results.append(self.machine.tacho("start"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([(result.returncode, result.stderr) for result in results], [(0, "")] * 8)
        wait_until(lambda: len(self.machine.processes()) == 1, "one agent")

    def test_restart(self):
        self.passes("restart")
        first = self.machine.agent_pid()
        self.assertIsNotNone(first)
        self.passes("restart", "--wait")
        self.assertNotIn(self.machine.agent_pid(), (None, first))
        self.assertFalse(is_alive(first))

    def test_many_restarts(self):
        for _ in range(5):
            self.passes("restart")
        self.assertEqual(len(self.machine.processes()), 1)

    def test_start_after_kill(self):
        self.machine.log("p", "s", usage_line(output_tokens=7))
        self.passes("start", "--wait")
        before = self.passes("totals", "--json")
        self.machine.kill_agent()
        self.fails(1, "no agent runs", "status")
        self.passes("start", "--wait")
        self.assertEqual(self.passes("totals", "--json"), before)

    def test_start_while_a_dying_agent_has_the_lock(self):
        with open(self.machine.path("run", "agent.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            timer = threading.Timer(0.6, lambda: fcntl.flock(lock, fcntl.LOCK_UN))
            timer.start()
            self.passes("start", "--wait")
            timer.join()
        self.assertEqual(len(self.machine.processes()), 1)

    def test_start_while_somebody_keeps_the_lock(self):
        with open(self.machine.path("run", "agent.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.fails(1, "is running already", "start")
        wait_until(lambda: not self.machine.processes(), "the end of every agent")

    def test_stopped_means(self):
        self.assertIn("no agent is running", self.passes("stop"))
        self.fails(1, "'tacho start'", "status")
        result = self.machine.tacho("status", "--json")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (1, '{"state":"stopped"}\n', ""))

    def test_status_for_people(self):
        self.machine.log("p", "s", usage_line(output_tokens=7), "{broken \"usage\":{")
        self.passes("start", "--wait")
        text = self.passes("status")
        self.assertRegex(text, r"agent +ready, process \d+, version ")
        self.assertIn("1 messages in 1 sessions", text)
        self.assertIn("1 malformed", text)

    def test_frozen_agent(self):
        self.passes("start", "--wait")
        pid = self.machine.kill_agent(signal.SIGSTOP)
        try:
            result = self.fails(1, "does not answer", "status", timeout=60)
            self.assertIn(f"kill -CONT {pid}", result.stderr)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.passes("status")

    def test_reports_without_an_answering_agent(self):
        self.machine.log("p", "s", usage_line(output_tokens=7))
        self.passes("start", "--wait")
        expected = self.passes("totals", "--json")
        pid = self.machine.kill_agent(signal.SIGSTOP)
        try:
            result = self.machine.tacho("totals", "--json", timeout=60)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertEqual((result.returncode, result.stdout), (0, expected))
        self.assertIn("does not answer", result.stderr)

    def test_foreground(self):
        terminal = self.terminal(TACHO, "start", "--foreground")
        wait_until(self.machine.agent_pid, "the agent")
        self.assertEqual(self.machine.agent_pid(), terminal.child.pid)
        terminal.send("\x03")
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertIsNone(self.machine.agent_pid())

    def test_agent_is_detached(self):
        read, write = os.pipe()  # a descriptor that must not be held by the agent
        os.set_inheritable(write, True)
        process = subprocess.run([TACHO, "start"], env=self.machine.environment, cwd=self.machine.make("cwd"),
                                 close_fds=False, capture_output=True, timeout=PATIENCE)
        os.close(write)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(os.read(read, 1), b"")
        os.close(read)
        pid = self.machine.agent_pid()
        self.assertEqual(os.getsid(pid), pid)
        self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        for descriptor in (0, 1):
            self.assertEqual(os.readlink(f"/proc/{pid}/fd/{descriptor}"), "/dev/null")

    def test_agent_that_cannot_start(self):
        self.machine.write("occupied", "")
        self.fails(1, "did not start", "start", TACHO_RUNTIME_DIR=self.machine.path("occupied", "run"))

    def test_runtime_directory_open_to_others(self):
        os.chmod(self.machine.runtime, 0o777)
        self.fails(1, "did not start", "start")
        os.chmod(self.machine.runtime, 0o700)

    def test_segment_that_cannot_be_made(self):
        self.machine.make("run/segment.new/in-the-way")
        result = self.machine.run(AGENT, "--foreground")
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot make the segment", result.stderr)

    def test_agent_missing(self):
        place = self.machine.make("alone/bin")
        shutil.copy(TACHO, place)
        result = self.machine.run(os.path.join(place, "tacho"), "start")
        self.assertEqual(result.returncode, 1)
        self.assertIn("alone/libexec/tacho-agent", result.stderr)

    def test_long_runtime_path(self):
        deep = self.machine.make("r/" + "/".join(["x" * 40] * 5), 0o700)
        self.passes("start", "--wait", TACHO_RUNTIME_DIR=deep)
        self.assertIn("ready", self.passes("status", TACHO_RUNTIME_DIR=deep))
        self.passes("stop", TACHO_RUNTIME_DIR=deep)


class Reports(CommandTest):
    def setUp(self):
        super().setUp()
        self.machine.log("-tmp-a", "11111111-1111-4111-8111-111111111111",
                         usage_line("msg_1", timestamp="2026-08-01T23:30:00.000Z", input_tokens=1000, output_tokens=10),
                         usage_line("msg_2", timestamp="2026-08-02T10:00:00.000Z", output_tokens=200))
        self.machine.log("-tmp-b", "22222222-2222-4222-8222-222222222222",
                         usage_line("msg_3", timestamp="2026-08-03T10:00:00.000Z", model="claude-opus-4-6",
                                    cache_read_input_tokens=3000))

    def daily(self, *arguments, **options):
        rows = json.loads(self.passes("claude", "daily", "--json", *arguments, **options))["daily"]
        return [row["date"] for row in rows]

    def test_agent_and_scan_agree(self):
        commands = [["totals", "--json"], ["totals"], ["claude", "daily", "--json"], ["daily", "--json"],
                    ["daily"], ["claude", "session", "--json"], ["session"], ["daily", "--json", "-i"],
                    ["daily", "-b", "-z", "Asia/Kolkata"], ["totals", "--json", "--tz", "America/New_York"],
                    ["totals", "--json", "--mode", "display"], ["daily", "--json", "-m", "calculate", "-o", "desc"]]
        without = [self.passes(*command) for command in commands]
        self.passes("start", "--wait")
        for command, expected in zip(commands, without):
            with self.subTest(command):
                self.assertEqual(self.passes(*command), expected)
                self.assertEqual(self.passes(*command, "--direct"), expected)

    def test_own_zone_is_the_askers(self):
        """The agent may have been started in another zone than the one who asks lives in."""
        self.passes("start", "--wait", TZ="UTC")
        for zone, expected in (("UTC", ["2026-08-01", "2026-08-02", "2026-08-03"]),
                               ("Asia/Kolkata", ["2026-08-02", "2026-08-03"]),
                               (":Asia/Kolkata", ["2026-08-02", "2026-08-03"]),
                               ("XYZ-5:30", ["2026-08-02", "2026-08-03"])):
            with self.subTest(zone):
                self.assertEqual(self.daily(TZ=zone), expected)
                self.assertEqual(self.daily("--direct", TZ=zone), expected)

    def test_flags(self):
        self.assertEqual(self.daily("-s", "20260802"), ["2026-08-02", "2026-08-03"])
        self.assertEqual(self.daily("--until", "2026-08-02", "--since=2026-08-02"), ["2026-08-02"])
        self.assertEqual(self.daily("-o", "desc"), ["2026-08-03", "2026-08-02", "2026-08-01"])
        self.assertEqual(self.daily("-O", "--no-color", "-p", "-tmp-b"), ["2026-08-03"])
        document = json.loads(self.passes("claude", "daily", "-j", "-i"))
        self.assertEqual(sorted(document["projects"]), ["-tmp-a", "-tmp-b"])

    def test_totals(self):
        document = json.loads(self.passes("totals", "--json"))
        self.assertEqual(document["total"]["input"], 1000)
        self.assertEqual(document["total"]["output"], 210)
        self.assertEqual(document["total"]["cache_read"], 3000)
        self.assertEqual(document["counts"]["entries"], 3)
        self.assertEqual(sorted(document["days"]), ["2026-08-01", "2026-08-02", "2026-08-03"])

    def test_colour_only_where_it_is_wanted(self):
        for report in (["daily"], ["session"]):
            self.assertNotIn("\x1b", self.passes(*report))
            self.assertIn("\x1b[", self.passes(*report, "--color"))
            self.assertNotIn("\x1b", self.passes(*report, "--color", "--no-color"))
            self.assertNotIn("\x1b", self.passes(*report, "--color", "--json"))
        for environment, expected in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            terminal = self.terminal(TACHO, "daily", **environment)
            self.assertEqual(terminal.wait_for_end(), 0)
            self.assertEqual(b"\x1b[" in terminal.raw, expected, environment)

    def test_tables_fit_the_terminal(self):
        for columns in (64, 80, 120):
            terminal = self.terminal(TACHO, "daily", "-b", columns=columns)
            self.assertEqual(terminal.wait_for_end(), 0)
            lines = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw).decode().splitlines()
            self.assertLessEqual(max(map(len, lines)), columns)

    def test_nowhere_to_be(self):
        """What is missing is said, not once a millisecond."""
        nowhere = dict.fromkeys(("HOME", "TACHO_RUNTIME_DIR", "XDG_RUNTIME_DIR", "TACHO_STATE_DIR", "XDG_STATE_HOME"))
        for command in ("start", "restart", "status"):
            result = self.machine.tacho(command, **nowhere)
            self.assertEqual(result.returncode, 1, command)
            self.assertIn("TACHO_RUNTIME_DIR", result.stderr, command)
            self.assertLess(result.stderr.count("\n"), 6, command)

    def test_no_logs(self):
        shutil.rmtree(os.path.join(self.machine.claude, "projects"))
        result = self.machine.tacho("totals", "--json")
        self.assertEqual(result.returncode, 0)
        self.assertIn("no logs yet", result.stderr)
        self.assertIn(self.machine.claude, result.stderr)
        self.assertEqual(json.loads(result.stdout)["counts"]["entries"], 0)
        self.assertIn("no logs yet", self.machine.tacho("blocks", "--active").stderr)
        table = self.machine.tacho("daily")
        self.assertIn(self.machine.claude, table.stdout)
        self.assertEqual(table.stderr, "")  # it is said once

    def test_no_progress_where_no_terminal_is(self):
        self.assertEqual(self.machine.tacho("totals", "--direct").stderr, "")


class Dump(CommandTest):
    def test_without_a_segment(self):
        self.fails(1, "'tacho start'", "dump")

    def test_not_a_segment(self):
        for content in (b"", b"x" * 100, b"\0" * 8192, b"tchseg1\0" + b"\xff" * 8192):
            self.machine.write(os.path.join(self.machine.runtime, "segment"), content)
            self.fails(1, "no segment", "dump")

    def test_says_what_the_agent_knows(self):
        self.machine.log("p", "s-1", usage_line(input_tokens=5, output_tokens=7))
        self.passes("start", "--wait")

        def global_slot():
            document = json.loads(self.passes("dump", "--json"))
            slots = [slot for slot in document["slots"] if slot["kind"] == "global"]
            return slots and slots[0]["metrics"].get("entries") == 1 and document
        document = wait_until(global_slot, "the global slot")
        metrics = [slot for slot in document["slots"] if slot["kind"] == "global"][0]["metrics"]
        self.assertEqual((metrics["tokens.input"], metrics["tokens.output"]), (5, 7))
        self.assertEqual(document["header"]["agent_pid"], self.machine.agent_pid())
        self.assertIn("tokens.input", [metric["name"] for metric in document["metrics"]])
        text = self.passes("dump")
        self.assertRegex(text, r"(?m)^  tokens\.output +7 tokens$")

    def test_lines_are_spelled_out(self):
        repository = self.machine.repository()
        self.passes("start", "--wait")
        self.machine.run(os.path.join(os.path.dirname(TACHO), "tacho-prompt"), "bash", "--wait", "5000",
                         cwd=repository)
        text = self.passes("dump")
        self.assertNotIn("\x1b", text)
        self.assertIn(f"directory {repository}", text)
        self.assertRegex(text, r"(?m)^  plain +none +.*main")

    def test_works_when_the_agent_is_gone(self):
        self.passes("start", "--wait")
        self.machine.kill_agent()
        self.assertIn("slot", self.passes("dump"))


if __name__ == "__main__":
    main("commands")
