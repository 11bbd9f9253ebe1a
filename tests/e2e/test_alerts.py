"""Alerts, end to end: rules of the configuration, marks, actions, restarts, and what `tacho alerts` says."""

import http.server
import json
import os
import socket
import threading
import time

from harness import CLAUDE_HOOK, TACHO, MachineTest, Terminal, main, usage_line, wait_until

SESSION = "0a1b2c3d-0000-4000-8000-000000000001"


def dollars(amount):
    """A line of now that costs so much: a million output tokens of the model are 15 dollars."""
    return usage_line(output_tokens=int(amount * 1_000_000 / 15))


class AlertsTest(MachineTest):
    def configure(self, text):
        self.machine.write(self.machine.environment["TACHO_CONFIG"], text)

    def alerts(self):
        return json.loads(self.machine.tacho("alerts", "--json").stdout)

    def rule(self, name):
        return next(rule for rule in self.alerts()["rules"] if rule["name"] == name)

    def wait_for_state(self, name, state):
        wait_until(lambda: self.rule(name)["state"] == state, f"{name}: {state}")

    def draw(self, session=SESSION, **document):
        """The session's status line, as the client has it drawn."""
        log = self.machine.log_path("p", session)
        said = {"session_id": session, "transcript_path": log, "model": {"display_name": "Sonnet"},
                "cwd": self.machine.home, **document}
        return self.machine.run(CLAUDE_HOOK, input=json.dumps(said), CLAUDE_CODE_SESSION_ID=session,
                                NO_COLOR="1", COLUMNS="200").stdout


class Raised(AlertsTest):
    def test_mark_acknowledge_and_clear(self):
        self.configure("[budget]\n today = 5\n")
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        self.assertNotIn("budget-today", self.draw())
        self.assertEqual(self.rule("budget-today")["state"], "clear")
        self.machine.log("p", SESSION, dollars(3))
        self.wait_for_state("budget-today", "raised")
        self.assertEqual(self.rule("budget-today")["number"], 120)
        wait_until(lambda: "⚠ budget-today" in self.draw(), "the mark")
        said = self.machine.tacho("alerts").stdout
        self.assertRegex(said, r"^budget-today +120% of today +raised since ")
        self.assertRegex(said, r"\n  context +clear +context.used >= 90 ")
        self.assertEqual(self.machine.tacho("alerts", "ack", "budget-today").stdout, "Acknowledged: 1\n")
        wait_until(lambda: "budget-today" not in self.draw(), "the mark's end")
        self.assertEqual(self.rule("budget-today")["state"], "acknowledged")
        # A configuration that changes what it is judged by clears it; nothing is left of it.
        self.configure("[budget]\n today = 500\n")
        self.wait_for_state("budget-today", "clear")
        self.assertEqual(self.alerts()["alerts"], [])
        self.assertEqual(self.machine.tacho("alerts").stdout.split("\n")[0], "No alert is raised.")

    def test_of_its_own_session_only(self):
        context = {"total_input_tokens": 190000, "context_window_size": 200000, "used_percentage": 95,
                   "current_usage": {"input_tokens": 190000, "output_tokens": 1,
                                     "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}}
        other = "0a1b2c3d-0000-4000-8000-000000000002"
        for session in (SESSION, other):
            self.machine.log("p", session, usage_line(input_tokens=1000))
        self.machine.start()
        self.assertIn("⚠ context", self.draw(context_window=context))
        self.assertNotIn("context", self.draw(session=other))
        alert, = self.alerts()["alerts"]
        self.assertEqual((alert["name"], alert["session"], alert["shown"]), ("context", SESSION, "95%"))
        slots = {slot["key"]: slot["metrics"] for slot in self.machine.dump()}
        self.assertEqual(slots[SESSION]["alerts"], 1)
        self.assertEqual(slots[SESSION]["alert"], "context")
        self.assertEqual(slots[other]["alerts"], 0)

    def test_limits_are_of_the_account(self):
        limits = {"five_hour": {"used_percentage": 93, "resets_at": int(time.time()) + 4}}
        self.machine.log("p", SESSION, usage_line(input_tokens=1000))
        self.machine.start()
        self.assertIn("⚠ limit-5h", self.draw(rate_limits=limits))
        alert, = self.alerts()["alerts"]
        self.assertEqual((alert["account"], alert["session"]), (self.machine.claude, None))
        # It ends with the window, by the clock alone: nobody asks for a line.
        wait_until(lambda: self.alerts()["alerts"] == [], "the alert's end")
        slot, = [slot for slot in self.machine.dump() if slot["key"] == SESSION]
        self.assertEqual(slot["metrics"]["alerts"], 0)

    def test_held_long_enough(self):
        self.configure('[alert "spent"]\n when = cost.today > 1\n for = 1s\n')
        self.machine.log("p", SESSION, dollars(2))
        self.machine.start()
        states = set()

        def is_raised():
            states.add(self.rule("spent")["state"])
            return "raised" in states
        wait_until(is_raised, "the alert")
        self.assertEqual(states - {"clear"}, {"pending", "raised"})


class Actions(AlertsTest):
    def test_a_command_once_and_not_after_a_restart(self):
        out = self.machine.path("out")
        script = self.machine.write("act", "#!/bin/sh\n{ echo \"$TACHO_ALERT $TACHO_ALERT_STATE $TACHO_ALERT_SHOWN"
                                    " $1 $(ls /proc/self/fd | wc -l)\"; } >> " + out + "\necho said\n")
        os.chmod(script, 0o755)
        self.configure(f"[alert \"spent\"]\n when = cost.today >= 2\n command = {script} 'two words'\n")
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        wait_until(lambda: "command" in self.rule("spent")["results"], "the command")
        # Standard input, output and error, and the folder that ls reads.
        self.assertEqual(self.machine.read(out), b"spent raised $3.00 today two words 4\n")
        result = self.rule("spent")["results"]["command"]
        self.assertEqual((result["done"], result["result"]), (True, "exit status 0: said"))
        self.machine.tacho("restart")
        self.wait_for_state("spent", "raised")
        self.machine.log("p", SESSION, dollars(1))
        wait_until(lambda: self.rule("spent")["number"] == 4, "the new sum")
        self.assertEqual(self.machine.read(out).count(b"\n"), 1)
        tested = self.machine.tacho("alerts", "test", "spent")
        self.assertEqual((tested.returncode, tested.stderr), (0, ""))
        self.assertIn("command done: exit status 0: said", tested.stdout)
        self.assertIn(b"spent test $4.00 today two words", self.machine.read(out))

    def test_commands_that_hang_flood_or_are_not_there(self):
        self.configure("""
[alert "hangs"]
    when = cost.today > 0
    timeout = 300ms
    command = sh -c 'exec >&- && sleep 100'
[alert "floods"]
    when = cost.today > 0
    timeout = 300ms
    command = yes
[alert "missing"]
    when = cost.today > 0
    command = no-such-program
""")
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        for name, result in (("hangs", "ended after 0.3 s: it took too long"),
                             ("floods", "ended after 0.3 s: it took too long"),
                             ("missing", "no-such-program: No such file or directory")):
            wait_until(lambda: "command" in self.rule(name)["results"], name)
            self.assertEqual(self.rule(name)["results"]["command"]["result"], result)
            self.assertIn(f"alert {name}: command: {result}", self.machine.agent_log())
        tested = self.machine.tacho("alerts", "test", "missing")
        self.assertEqual(tested.returncode, 1)
        wait_until(lambda: not [pid for pid in self.machine.processes() if pid != self.machine.agent_pid()],
                   "the end of what the commands started")

    def test_webhooks(self):
        received = []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                received.append((self.path, self.headers["Content-Type"],
                                 json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(302 if self.path == "/elsewhere" else 204)
                self.send_header("Location", "/there")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        port, silent_port = server.server_address[1], silent.getsockname()[1]
        self.configure(f"""
[alert "good"]
    when = cost.today > 2
    webhook = http://localhost:{port}/hook?a=b
[alert "redirected"]
    when = cost.today > 2
    webhook = http://127.0.0.1:{port}/elsewhere
[alert "silent"]
    when = cost.today > 2
    timeout = 300ms
    webhook = http://127.0.0.1:{silent_port}/
""")
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        results = {}
        for name in ("good", "redirected", "silent"):
            wait_until(lambda: "webhook" in self.rule(name)["results"], name)
            results[name] = self.rule(name)["results"]["webhook"]
        self.assertEqual((results["good"]["done"], results["good"]["result"]), (True, "answered: 204 No Content"))
        self.assertEqual((results["redirected"]["done"], results["redirected"]["result"]),
                         (False, "answered: 302 Found"))
        self.assertEqual((results["silent"]["done"], results["silent"]["result"]),
                         (False, "no answer: Connection timed out"))
        self.assertEqual(sorted(path for path, _, _ in received), ["/elsewhere", "/hook?a=b"])
        kind, document = next((kind, document) for path, kind, document in received if path == "/hook?a=b")
        self.assertEqual(kind, "application/json")
        self.assertLess(abs(document.pop("time") - time.time()), 600)
        self.assertEqual(document, {"alert": "good", "state": "raised", "when": "cost.today > 2",
                                    "shown": "$3.00 today", "session": None})


    def test_bells_ring_where_a_program_owns_the_terminal(self):
        self.configure('[alert "spent"]\n when = cost.today > 5\n action = mark bell\n')
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        terminals = [Terminal(self.machine, TACHO, "watch"), Terminal(self.machine, TACHO, "events", "--follow")]
        for terminal in terminals:
            self.addCleanup(terminal.close)
        terminals[0].wait_for("Tacho")
        self.machine.log("p", SESSION, dollars(3))
        terminals[0].wait_for("spent")
        for terminal in terminals:
            # Again and again, for nobody says when it has begun to follow.
            wait_until(lambda: self.machine.tacho("alerts", "test", "spent") and terminal.receive() or
                       b"\a" in terminal.raw, "the bell")


class Trouble(AlertsTest):
    def test_mistakes_are_told_and_the_rest_applies(self):
        self.configure("""[alert "one"]
    when = cost.tody > 5
[alert "two"]
    for = 5m
[alert "three"]
    when = cost.today > 5
    when = cost.today > 6
    action = shout
    webhook = https://example.org/
    webhook = 127.0.0.1:80
    every = never
    colour = red
""")
        check = self.machine.tacho("config", "check")
        self.assertEqual(check.returncode, 1)
        path = self.machine.environment["TACHO_CONFIG"]
        told = [line.removeprefix(f"tacho: {path}:") for line in check.stderr.splitlines()]
        self.assertEqual([line.split(":")[0] for line in told], ["2", "4", "7", "8", "9", "10", "11", "12"])
        for part in ("alert.one.when = cost.tody > 5: no segment is called 'cost.tody'",
                     "a rule has one condition", "use mark, bell and notify", "speaks no TLS",
                     "use an address as http://127.0.0.1:8080/path", "use a time up to a day",
                     "not a setting of alerts; there are when, for, every",
                     "[alert \"two\"]: without `when` it is never raised"):
            self.assertIn(part, check.stderr)
        self.machine.start()
        self.assertEqual(self.rule("three")["when"], "cost.today > 5")
        self.assertNotIn("one", [rule["name"] for rule in self.alerts()["rules"]])

    def test_names_and_stopped_agents(self):
        self.assertEqual(self.machine.tacho("alerts").returncode, 1)
        self.assertIn("no agent runs", self.machine.tacho("alerts").stderr)
        self.machine.start()
        for arguments, status, said in ((("ack", "nothing"), 1, "no rule is called so"),
                                        (("test", "nothing"), 1, "no rule is called 'nothing'"),
                                        (("test",), 2, "which rule?"), (("ring",), 2, "no such subcommand")):
            result = self.machine.tacho("alerts", *arguments)
            self.assertEqual(result.returncode, status)
            self.assertIn(said, result.stderr)
        self.assertEqual(self.machine.tacho("alerts", "ack", "all").stdout, "Acknowledged: 0\n")

    def test_a_state_that_is_garbage_or_cannot_be_written(self):
        self.configure("[budget]\n today = 1\n")
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        self.wait_for_state("budget-today", "raised")
        self.machine.stop()
        name, = [name for name in os.listdir(self.machine.state) if name.startswith("alerts-")]
        path = os.path.join(self.machine.state, name)
        good = self.machine.read(path)
        self.machine.write(path, os.urandom(3000) + b"\nraised\t1\t2\n\t\t\t\t\t\t\n" + good)
        os.mkdir(path + ".new")  # where the next one would be written
        self.machine.start()
        self.wait_for_state("budget-today", "raised")
        self.assertEqual(self.machine.tacho("alerts", "ack", "all").stdout, "Acknowledged: 1\n")
        wait_until(lambda: "alerts that are raised now may ring again" in self.machine.agent_log(), "the message")

    def test_an_idle_machine_stays_idle(self):
        self.configure("[budget]\n today = 1\n")
        self.machine.log("p", SESSION, dollars(3))
        self.machine.start()
        self.draw(rate_limits={"five_hour": {"used_percentage": 95, "resets_at": int(time.time()) + 3600}})
        self.wait_for_state("limit-5h", "raised")
        time.sleep(2.5)  # the ledger's commit, lines drawn later
        before = self.machine.status()["wakeups"]
        time.sleep(2)
        # Asking wakes it: to accept, to read, to see the end.
        self.assertLessEqual(self.machine.status()["wakeups"] - before, 4)


if __name__ == "__main__":
    main("alerts")
