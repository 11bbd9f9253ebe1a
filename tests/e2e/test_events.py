"""`tacho events`: what changed, as far back as it is kept and as it comes, across agents."""

import json
import os
import signal
import socket
import struct
import subprocess
import time

from harness import CLAUDE_HOOK, PATIENCE, ROOT, TACHO, MachineTest, main, usage_line, wait_until

SESSION, OTHER = "5e551011-0000-4000-8000-000000000001", "0ther000-0000-4000-8000-000000000002"


class EventTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.grow(SESSION)
        self.grow(OTHER)
        self.machine.start()

    def grow(self, session, tokens=1000):
        self.machine.log("project", session, usage_line(output_tokens=tokens))

    def show(self, session=SESSION):
        """Asks for the session's line, as its client does: from now on its slot is kept up to date."""
        document = {"session_id": session, "cwd": self.machine.home, "model": {"id": "claude-opus-4-6"},
                    "rate_limits": {"five_hour": {"used_percentage": 23.5, "resets_at": int(time.time()) + 9000}}}
        self.machine.run(CLAUDE_HOOK, "--wait", "10000", input=json.dumps(document), check=True)

    def events(self, *arguments):
        result = self.machine.tacho("events", "--json", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return [json.loads(line) for line in result.stdout.splitlines()]

    def follow(self, *arguments):
        """`tacho events --follow`, and a function that waits until it has printed an event and returns it."""
        path = self.machine.path("events")
        with open(path, "wb") as out:
            process = subprocess.Popen([TACHO, "events", "--follow", *arguments], env=self.machine.environment,
                                       stdout=out, stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_asleep(process.pid)

        def wait_for(wanted):
            def find():
                lines = self.machine.read(path).decode().splitlines()
                found = [event for event in map(json.loads, lines) if wanted(event)]
                return found and found[0]
            return wait_until(find, "the event")
        return process, path, wait_for

    def wait_asleep(self, pid):
        """It sleeps in the kernel, on a futex: it does not look from time to time."""
        def asleep():
            with open(f"/proc/{pid}/syscall") as file:
                fields = file.read().split()
            return fields[0] == "202" and int(fields[4], 16) == 0 if os.uname().machine == "x86_64" else True
        wait_until(asleep, "sleep without a time limit")


class Past(EventTest):
    def test_what_is_kept(self):
        self.show()
        events = self.events()
        costs = [event for event in events if event["metric"] == "cost" and event["key"] == SESSION]
        self.assertEqual((costs[0]["before"], costs[0]["unit"], costs[0]["kind"]), (None, "pusd", "session"))
        slot = next(slot for slot in self.machine.dump() if slot["key"] == SESSION)
        self.assertEqual(costs[-1]["after"], slot["metrics"]["cost"])
        self.assertEqual([event["sequence"] for event in events], sorted(event["sequence"] for event in events))
        limits = [event for event in events if event["metric"] == "limit.five_hour.used"]
        self.assertTrue(limits and all(event["priority"] == 1 for event in limits))
        names = [event for event in events if event["metric"] == "model.id"]
        self.assertEqual(names[-1]["after"], "claude-opus-4-6")

    def test_filters(self):
        self.show()
        self.show(OTHER)
        self.assertEqual({event["key"] for event in self.events("--session", "5e55")}, {SESSION})
        self.assertEqual({event["kind"] for event in self.events("--kind", "global")}, {"global"})
        metrics = {event["metric"] for event in self.events("--metric", "cost,limit")}
        self.assertIn("limit.five_hour.used", metrics)
        self.assertTrue(all(name.split(".")[0] in ("cost", "limit") for name in metrics))
        self.assertEqual(self.events("--since", "2900-01-01T00:00:00Z"), [])
        self.assertEqual(self.events("--since", "1h")[0]["sequence"], 1)

    def test_for_people(self):
        self.show()
        text = self.machine.tacho("events", "--session", SESSION, "--metric", "cost,limit,model").stdout
        self.assertRegex(text, r"(?m)^\d\d:\d\d:\d\d\.\d{3}  5e551011  cost +– → \$\d+\.\d{4}$")
        self.assertRegex(text, r"(?m)  limit\.five_hour\.used +– → 23\.50 %$")
        self.assertRegex(text, r"(?m)  model\.id +→ claude-opus-4-6$")

    def test_mistakes(self):
        for arguments, expect in ((("--metric", "costs"), "no metric is called 'costs'"),
                                  (("--since", "yesterday"), "--since 'yesterday'"),
                                  (("--kind", "x"), "session, directory or global")):
            result = self.machine.tacho("events", *arguments)
            self.assertNotEqual(result.returncode, 0)
            self.assertRegex(result.stderr, r"\Atacho: events: [^\n]+\n\Z")
            self.assertIn(expect, result.stderr)
        result = self.machine.tacho("events", TACHO_RUNTIME_DIR=self.machine.make("elsewhere", 0o700))
        self.assertEqual(result.returncode, 1)
        self.assertIn("'tacho start'", result.stderr)


class Following(EventTest):
    def test_changes_as_they_come(self):
        self.show()
        process, _, wait_for = self.follow("--json", "--session", SESSION, "--metric", "cost")
        self.grow(SESSION)
        event = wait_for(lambda event: event["metric"] == "cost")
        self.assertGreater(event["after"], event["before"])
        self.wait_asleep(process.pid)

    def test_past_a_restart(self):
        self.show()
        process, path, wait_for = self.follow("--json", "--kind", "session", "--metric", "cost")
        before = next(slot for slot in self.machine.dump() if slot["key"] == SESSION)["metrics"]["cost"]
        self.machine.kill_agent()
        self.grow(SESSION)
        self.machine.start()
        self.show()
        event = wait_for(lambda event: event["key"] == SESSION and event["after"] > before)
        self.assertEqual(event["before"], before)
        events = [json.loads(line) for line in self.machine.read(path).decode().splitlines()]
        for event in events:  # what is as it was is not told again
            self.assertNotEqual(event["before"], event["after"])
        self.wait_asleep(process.pid)
        os.kill(process.pid, 0)

    def test_a_reader_that_goes_ends_it(self):
        self.show()
        process = subprocess.Popen([TACHO, "events", "--follow", "--session", SESSION], env=self.machine.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_asleep(process.pid)
        process.stdout.close()
        self.grow(SESSION)
        self.assertIn(process.wait(PATIENCE), (0, -signal.SIGPIPE))
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()

    def test_the_agent_does_not_wait_for_it(self):
        self.show()
        process, _, wait_for = self.follow("--json", "--session", SESSION, "--metric", "cost")
        os.kill(process.pid, signal.SIGSTOP)
        for _ in range(50):
            self.grow(SESSION)
            self.show()
        newest = next(slot for slot in self.machine.dump() if slot["key"] == SESSION)["metrics"]["cost"]
        os.kill(process.pid, signal.SIGCONT)
        self.assertEqual(wait_for(lambda event: event.get("after") == newest)["metric"], "cost")


class Clients(EventTest):
    def clients(self):
        result = self.machine.tacho("events", "--clients", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)["clients"]

    def number(self, metric):
        return next(slot for slot in self.machine.dump() if slot["kind"] == "global")["metrics"].get(metric)

    def test_who_follows_is_listed(self):
        self.show()
        self.assertIn("Nobody follows", self.machine.tacho("events", "--clients").stdout)
        process, _, wait_for = self.follow("--json", "--session", SESSION)
        client = wait_until(self.clients, "the subscriber's report")[0]
        self.assertEqual((client["pid"], client["state"]), (process.pid, "healthy"))
        self.assertEqual(client["what"], f"events --follow --json --session {SESSION}"[:63])
        wait_until(lambda: self.number("stream.subscribers") == 1, "the metric")
        for _ in range(3):
            self.grow(SESSION)
            self.show()
        wait_for(lambda event: event["metric"] == "cost")
        client = wait_until(lambda: [client for client in self.clients() if client["given"] > 0 and client["lag"] == 0],
                            "what it was given")[0]
        self.assertGreater(client["events_per_s"], 0)
        self.assertEqual((client["missed"], client["ring_used"]), (0, 0))
        self.assertRegex(self.machine.tacho("events", "--clients").stdout,
                         rf"(?m)^ *{process.pid}  healthy +0\.0 % .* events --follow")
        process.kill()
        wait_until(lambda: self.clients() == [], "an empty list")
        wait_until(lambda: self.number("stream.subscribers") == 0, "the metric")

    def test_following_does_not_wake_the_agent(self):
        self.show()
        process, _, _ = self.follow("--json")
        wait_until(lambda: [client for client in self.clients() if client["lag"] == 0], "the subscriber's report")
        time.sleep(1.5)  # what came about meanwhile is told a second later
        self.wait_asleep(process.pid)
        before = self.machine.status()["wakeups"]
        time.sleep(2)
        self.assertLessEqual(self.machine.status()["wakeups"] - before, 4)  # asking is some

    def test_one_that_is_too_slow(self):
        self.machine.write(self.machine.environment["TACHO_CONFIG"], "[stream]\nlag = 3\n")
        self.machine.tacho("restart")
        self.show()
        process, _, _ = self.follow("--json")
        wait_until(self.clients, "the subscriber's report")
        os.kill(process.pid, signal.SIGSTOP)

        def is_slow():
            self.grow(SESSION)
            self.show()
            return self.number("stream.slow")
        self.assertEqual(wait_until(is_slow, "its being slow"), 1)
        self.assertEqual(self.clients()[0]["state"], "slow")
        self.assertTrue([event for event in self.events("--metric", "stream.slow")
                         if event["after"] == 1 and event["priority"] == 1])
        os.kill(process.pid, signal.SIGCONT)
        wait_until(lambda: self.number("stream.slow") == 0, "its catching up")

    def test_nonsense_is_hung_up_on(self):
        path = os.path.join(self.machine.runtime, "subscribers.sock")

        def connect():
            client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            client.settimeout(PATIENCE)
            client.connect(path)
            self.addCleanup(client.close)
            return client
        report = struct.pack("=IHH4Q64s", 0x72686374, 1, 0, 2**64 - 1, 2**64 - 1, 1, 1, b"\xff\x1b[31m" * 12)
        for message in (b"x", b"lists", bytes(104), report[:-1], report + b"x", struct.pack("=I", 1) + report[4:]):
            client = connect()
            client.send(message)
            self.assertEqual(client.recv(10), b"")
        connect().send(report)
        client = wait_until(self.clients, "the report")[0]
        self.assertEqual((client["lag"], client["given"]), (0, 2**63 - 1))
        shown = self.machine.tacho("events", "--clients")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertNotIn("\x1b", shown.stdout)
        crowd = [connect() for _ in range(100)]  # no more than there is room for; the others are hung up on
        self.assertEqual(self.machine.status()["state"], "ready")
        for client in crowd:
            client.close()
        wait_until(lambda: self.machine.tacho("events", "--clients").returncode == 0, "room for the list")
        self.assertEqual(len(self.clients()), 1)


class Example(EventTest):
    def build(self):
        """Compiles docs/examples/events.c as a person would against what `make install` put into a root of its own."""
        root = self.machine.make("root")
        subprocess.run(["make", "-s", "-o", "all", "-C", ROOT, "install", f"DESTDIR={root}"], check=True, stdout=subprocess.DEVNULL)
        flags = self.machine.run("pkg-config", "--cflags", "--libs", "tacho", check=True, PKG_CONFIG_SYSROOT_DIR=root,
                                 PKG_CONFIG_LIBDIR=os.path.join(root, "usr/local/lib/pkgconfig")).stdout.split()
        program = self.machine.path("example")
        source = os.path.join(ROOT, "docs/examples/events.c")
        self.machine.run("gcc", "-Wall", "-Wextra", "-Werror", source, "-o", program, *flags, check=True)
        return program, os.path.join(root, "usr/local/lib")

    def test_follows_the_installed_library(self):
        self.show()
        program, libraries = self.build()
        path = self.machine.path("printed")
        with open(path, "wb") as out:
            process = subprocess.Popen([program, os.path.join(self.machine.runtime, "segment")], stdout=out,
                                       env={**self.machine.environment, "LD_LIBRARY_PATH": libraries})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def costs():
            return [line for line in self.machine.read(path).decode().splitlines() if " cost " in line]
        for what in ("the present value", "a change"):
            seen = wait_until(costs, what)
            self.grow(SESSION)
            wait_until(lambda: len(costs()) > len(seen), "a change")
        self.wait_asleep(process.pid)
        self.assertIn("limit.five_hour.used 2350 percent_e2", self.machine.read(path).decode())
        self.machine.kill_agent()
        seen = costs()
        self.machine.start()
        wait_until(lambda: len(costs()) > len(seen), "what the next agent says")


if __name__ == "__main__":
    main("events")
