"""tacho-claude as the client calls it, and as it must never be called: every payload, hostile input, an agent
that is absent, stopped or killed, a runtime directory that is not to be trusted. Whatever happens: exit
status 0, nothing on stderr, a line on stdout that a terminal takes no harm from and that fits."""

import glob
import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import unicodedata
import unittest

import harness
from harness import CLAUDE_HOOK, PROMPT_HOOK, Machine, MachineTest, main, usage_line, wait_until

PAYLOADS = sorted(glob.glob(os.path.join(harness.ROOT, "..", "shared", "stdin", "*.json")))
MARGIN = 4  # columns that the client keeps free
STALE = "◷"
SECRET = "touch pwned"


def payload(session="11111111-1111-4111-8111-111111111111", model="Opus 4.6", **more):
    """A document of the client's, as far as the line needs one."""
    document = {
        "session_id": session, "transcript_path": f"/tmp/{session}.jsonl", "cwd": "/tmp",
        "version": "2.1.328",
        "model": {"id": "claude-opus-4-6", "display_name": model},
        "workspace": {"current_dir": "/tmp", "project_dir": "/tmp", "added_dirs": []},
        "output_style": {"name": "default"},
        "cost": {"total_cost_usd": 1.25, "total_duration_ms": 5, "total_api_duration_ms": 3,
                 "total_lines_added": 2, "total_lines_removed": 1},
        "context_window": {"total_input_tokens": 50000, "total_output_tokens": 9,
                           "context_window_size": 200000, "current_usage": None,
                           "used_percentage": 25, "remaining_percentage": 75},
        "exceeds_200k_tokens": False,
    }
    document.update(more)
    return document


HOSTILE = ("a\x1b]0;owned\x07\x1b[2J\x00\r\n\x08\u009b31mb\u202e"
           f"$({SECRET})`{SECRET}`;{SECRET}|%F{{red}}#[fg=red]")

# Documents that no client sends, or that some client does: name -> bytes.
ODD_DOCUMENTS = {
    "empty": b"",
    "a newline": b"\n",
    "an empty object": b"{}",
    "null": b"null",
    "an array": b"[]",
    "a number": b"42",
    "not JSON": b"hello, world\n",
    "everything null": json.dumps({key: None for key in payload()}).encode(),
    "everything a number": json.dumps({key: 7 for key in payload()}).encode(),
    "everything a text": json.dumps({key: "x" for key in payload()}).encode(),
    "everything an array": json.dumps({key: [1, [2], {}] for key in payload()}).encode(),
    "nulls inside": json.dumps({key: dict.fromkeys(value) if isinstance(value, dict) else value
                                for key, value in payload().items()}).encode(),
    "texts inside": json.dumps({key: dict.fromkeys(value, "x") if isinstance(value, dict) else value
                                for key, value in payload().items()}).encode(),
    "truncated": json.dumps(payload()).encode()[:300],
    "truncated in an escape": b'{"session_id":"a","model":{"display_name":"Op\\u00',
    "a byte-order mark": b"\xef\xbb\xbf" + json.dumps(payload()).encode(),
    "two documents": json.dumps(payload()).encode() + b"\n" + json.dumps(payload(model="Other")).encode(),
    "blanks around": b"\r\n \t" + json.dumps(payload(), indent=3).encode() + b" \r\n\n",
    "250 KiB": json.dumps(payload(padding="x" * 250 * 1024)).encode(),
    "more than is read": json.dumps({"padding": "x" * 600 * 1024, **payload()}).encode(),
    "much after it": json.dumps(payload()).encode() + b"\n" + b"y" * 600 * 1024,
    "deeply nested": b'{"a":' + b"[" * 100000 + b"]" * 100000 + b"}",
    "invalid UTF-8": json.dumps(payload(model="@")).encode().replace(b"@", b"\xff\xc0\xaf\xed\xa0\x80 Opus"),
    "a lone surrogate": json.dumps(payload(model="@")).encode().replace(b"@", b"\\ud800 Opus"),
    "NUL bytes": b"\0" * 5000,
    "binary": bytes(range(256)) * 40,
    "control characters": json.dumps(payload(session_name=HOSTILE, model=HOSTILE,
                                             cwd="/tmp/" + HOSTILE)).encode(),
    "raw control characters": json.dumps(payload(model="@")).encode().replace(b"@", b"\x1b[2J\x07\x9b31m"),
    "a huge cost": json.dumps(payload(cost={"total_cost_usd": 1e300})).encode(),
    "a negative cost": json.dumps(payload(cost={"total_cost_usd": -5})).encode(),
    "not a number": b'{"session_id":"a","cost":{"total_cost_usd":NaN}}',
    "a huge context": json.dumps(payload(context_window={"used_percentage": 1e9, "context_window_size": -1,
                                                         "total_input_tokens": 10**30})).encode(),
    "a long session id": json.dumps(payload(session="s" * 5000)).encode(),
    "a hostile session id": json.dumps(payload(session=f"../../etc/passwd\x1b[2J\x00$({SECRET})")).encode(),
    "a long directory": json.dumps(payload(cwd="/" + "d" * 4000,
                                           workspace={"current_dir": "/" + "d/" * 4000})).encode(),
    "a relative directory": json.dumps(payload(cwd="..", workspace={"current_dir": "."})).encode(),
    "duplicate keys": b'{"session_id":"a","session_id":null,"model":{"display_name":"A"},'
                      b'"model":{"display_name":"B"}}',
    "wide characters": json.dumps(payload(model="日本語" * 40, session_name="👩‍👩‍👧‍👦" * 30),
                                  ensure_ascii=False).encode(),
}

BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SGR = re.compile(r"\x1b\[[0-9;:]*m")
LINK = re.compile(r"\x1b\]8;[^\x07\x1b]*;[^\x07\x1b]*(?:\x1b\\|\x07)")


def visible(line):
    """What is left of a line once its colours and links are taken away."""
    return LINK.sub("", SGR.sub("", line))


def columns(text):
    """Columns of a text, by grapheme as far as that matters here."""
    width, joined = 0, False
    for c in text:
        if c == "\u200d":
            joined = True
        elif joined:
            joined = False
        elif unicodedata.category(c) in ("Mn", "Me", "Cf"):
            pass
        else:
            width += 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return width


def feed(writer, filling):
    """Writes to a pipe until nobody reads it any more."""
    try:
        while True:
            os.write(writer, filling * (65536 // len(filling)))
    except BrokenPipeError:
        os.close(writer)


class HookTest(MachineTest):
    def hook(self, document, *arguments, program=CLAUDE_HOOK, machine=None, stdin=None, **environment):
        """Runs a hook to its end; bytes in, bytes out. A hook that hangs fails the test."""
        machine = machine or self.machine
        variables = {**machine.environment, **environment}
        source = {"stdin": stdin} if stdin is not None else {"input": document}
        return subprocess.run([program, *arguments], capture_output=True, cwd=machine.home,
                              timeout=harness.PATIENCE, **source,
                              env={key: value for key, value in variables.items() if value is not None})

    def begin(self, *arguments, stdin=subprocess.PIPE):
        """Starts a hook; end() takes what it says."""
        return subprocess.Popen([CLAUDE_HOOK, *arguments], stdin=stdin, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.machine.environment, cwd=self.machine.home)

    def end(self, child, document=None):
        """Gives a begun hook its document, waits for its end and returns what a person sees."""
        out, err = child.communicate(document, timeout=harness.PATIENCE)
        return self.check(subprocess.CompletedProcess([], child.returncode, out, err))

    def draw_fresh(self):
        """Draws until the line is not marked stale."""
        return wait_until(lambda: [seen for seen in [self.draw()] if STALE not in seen], "a fresh line")[0]

    def check(self, result, width=120, what=""):
        """A line fit for the client. Returns what a person sees of it."""
        self.assertEqual(result.returncode, 0, what)
        self.assertEqual(result.stderr, b"", what)
        text = result.stdout.decode()  # well-formed UTF-8
        seen = visible(text)
        self.assertTrue(seen.strip(), what + ": nothing is shown")
        for line in seen.rstrip("\n").split("\n"):
            bad = [c for c in line if unicodedata.category(c) == "Cc" or c in BIDIRECTIONAL]
            self.assertEqual(bad, [], what)
            if width:
                self.assertLessEqual(columns(line), max(width - MARGIN, 4), what + ": " + line)
        return seen

    def draw(self, document=None, *arguments, **options):
        """The visible line for a document of the client's."""
        if not isinstance(document, bytes):
            document = json.dumps(document or payload()).encode()
        return self.check(self.hook(document, *arguments, **options), int(options.get("COLUMNS") or 120))

    def check_harmless(self):
        self.assertEqual(self.machine.run("find", self.machine.directory, "-name", "pwned").stdout, "")


class Documents(HookTest):
    """Whatever comes on stdin."""

    def setUp(self):
        super().setUp()
        self.machine.start()

    @unittest.skipUnless(PAYLOADS, "the payloads are not here")
    def test_every_payload_at_every_width(self):
        for path in PAYLOADS:
            name = os.path.basename(path)
            with open(path, "rb") as file:
                document = file.read()
            for width in ("20", "40", "80", "120", "400"):
                for arguments in ((), ("--cached",)):
                    with self.subTest(payload=name, width=width, arguments=arguments):
                        if name.startswith("23-"):
                            self.check_tasks(self.hook(document, *arguments, COLUMNS=width), bool(arguments))
                        else:
                            self.check(self.hook(document, *arguments, COLUMNS=width), int(width), name)
        self.check_harmless()
        self.assertTrue(harness.is_alive(self.machine.agent_pid()))

    def check_tasks(self, result, cached):
        """One JSON object a row; the client ignores what is not."""
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        if not cached:
            rows = [json.loads(line) for line in result.stdout.decode().splitlines()]
            self.assertTrue(rows)
            self.assertTrue(all(isinstance(row, dict) and "id" in row for row in rows))

    @unittest.skipUnless(PAYLOADS, "the payloads are not here")
    def test_the_model_of_every_payload_is_shown(self):
        for path in PAYLOADS:
            with open(path, "rb") as file:
                document = file.read()
            try:
                name = json.loads(document.decode())["model"]["display_name"]
            except (ValueError, KeyError, TypeError):
                continue
            if "tasks" not in json.loads(document) and re.fullmatch(r"[A-Za-z0-9. -]{1,24}", name):
                with self.subTest(payload=os.path.basename(path)):
                    self.assertIn(name.split()[0], self.draw(document, COLUMNS="400"))

    def test_odd_documents(self):
        for name, document in ODD_DOCUMENTS.items():
            for width in ("30", "120"):
                with self.subTest(document=name, width=width):
                    self.check(self.hook(document, COLUMNS=width), int(width), name)
        self.check_harmless()
        self.assertIn("Opus 4.6", self.draw())

    def test_odd_documents_reading_only(self):
        for name, document in ODD_DOCUMENTS.items():
            with self.subTest(document=name):
                self.check(self.hook(document, "--cached"), 120, name)

    def test_every_width(self):
        for width in ["1", "4", "5", "8", "9", "12", "17", "25", "33", "50", "64", "79", "99", "150", "5000"]:
            with self.subTest(width=width):
                self.draw(COLUMNS=width)
        for width in (None, "", "0", "-5", "many", "99999999999999999999", "12abc"):
            with self.subTest(width=width):
                self.check(self.hook(json.dumps(payload()).encode(), COLUMNS=width), 0)

    def test_colours(self):
        document = json.dumps(payload()).encode()
        self.assertIn(b"\x1b[", self.hook(document).stdout)
        self.assertNotIn(b"\x1b[", self.hook(document, NO_COLOR="1").stdout)
        lines = {visible(self.hook(document, TERM=term, COLORTERM=more).stdout.decode())
                 for term, more in (("xterm", None), ("xterm-256color", None),
                                    ("xterm-256color", "truecolor"))}
        self.assertEqual(len(lines), 1, "colours must not change what is said")

    def test_a_pipe_that_stays_open(self):
        whole = json.dumps(payload()).encode()
        for begun in (b"", b'{"session_id":', whole, whole + b"\n"):
            reader, writer = os.pipe()
            os.write(writer, begun)
            with self.subTest(begun=begun[:20]):
                self.check(self.hook(None, stdin=reader))
            os.close(reader)
            os.close(writer)

    def test_a_socket_that_stays_open(self):
        """The client's stdin is a socket."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(json.dumps(payload()).encode() + b"\n")
            self.assertIn("Opus 4.6", self.check(self.hook(None, stdin=theirs.fileno())))

    def test_a_document_in_pieces(self):
        document = json.dumps(payload(model="Piecemeal")).encode() + b"\n"
        ours, theirs = socket.socketpair()
        with ours, theirs:
            child = self.begin(stdin=theirs.fileno())
            for at in range(0, len(document), 100):
                try:
                    ours.sendall(document[at:at + 100])
                except BrokenPipeError:
                    break  # it may stop reading whenever it knows enough
            self.end(child)

    def test_an_endless_stream(self):
        for filling in (b"x", b'{"a":"', b"[", b'{"session_id":"s"}\n', b"\0", b'"'):
            reader, writer = os.pipe()
            feeder = threading.Thread(target=feed, args=(writer, filling))
            feeder.start()
            try:
                with self.subTest(filling=filling):
                    self.check(self.hook(None, stdin=reader))
            finally:
                os.close(reader)
                feeder.join()
        with open("/dev/zero", "rb") as zeros:
            self.check(self.hook(None, stdin=zeros.fileno()))

    def test_closed_stdin(self):
        self.check(self.hook(b"", "-c", 'exec "$0" <&-', CLAUDE_HOOK, program="/bin/sh"))

    def test_stdin_that_cannot_be_read(self):
        folder = os.open(self.machine.home, os.O_RDONLY)
        self.check(self.hook(None, stdin=folder))
        os.close(folder)

    def test_stdout_that_cannot_be_written(self):
        for target in (">&-", ">/dev/full"):
            result = self.machine.run("sh", "-c", f'exec "$0" {target}', CLAUDE_HOOK,
                                      input=json.dumps(payload()))
            self.assertEqual((result.returncode, result.stderr), (0, ""), target)

    def test_a_term_signal_ends_it_at_once(self):
        reader, writer = os.pipe()
        child = subprocess.Popen([CLAUDE_HOOK, "--wait", "10000"], stdin=reader, stdout=subprocess.DEVNULL,
                                 env=self.machine.environment)
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=harness.PATIENCE)
        os.close(reader)
        os.close(writer)

    def test_many_at_once(self):
        """More hooks than the socket's queue holds: each prints its own session's line."""
        documents = []
        for n in range(60):
            document = payload(session=f"many-{n}", model=f"Model{n}x")
            documents.append(open(self.machine.write(f"many/{n}", json.dumps(document)), "rb"))
            self.addCleanup(documents[-1].close)
        children = [self.begin("--wait", "10000", stdin=document) for document in documents]
        for n, child in enumerate(children):
            self.assertIn(f"Model{n}x", self.end(child))


class Truth(HookTest):
    """What the line says."""

    def test_sessions_do_not_mix(self):
        self.machine.start()
        one = payload(session="session-one", model="Opus 4.6")
        two = payload(session="session-two", model="Haiku 4.5")
        two["context_window"] = {**two["context_window"], "used_percentage": 83, "total_input_tokens": 166000}
        for _ in range(3):
            first, second = self.draw(one), self.draw(two)
            self.assertIn("Opus 4.6", first)
            self.assertIn("25%", first)
            self.assertIn("Haiku 4.5", second)
            self.assertIn("83%", second)
            self.assertNotIn("Haiku", first)
            self.assertNotIn("Opus", second)
        self.assertIn("Opus 4.6", self.draw(one, "--cached"))
        self.assertIn("Haiku 4.5", self.draw(two, "--cached"))

    def test_the_session_in_the_environment(self):
        """A client that names the session there need not be read."""
        self.machine.start()
        self.draw(payload(session="session-one", model="Opus 4.6"))
        self.draw(payload(session="session-two", model="Haiku 4.5"))
        self.assertIn("Haiku 4.5", self.draw(b"", "--cached", CLAUDE_CODE_SESSION_ID="session-two"))

    def test_cost_from_the_log_up_to_the_last_byte(self):
        """The fence: what is in the log when the hook is called is in the line."""
        session = "44444444-4444-4444-8444-444444444444"
        # Sonnet 4.5: 15 dollars per million output tokens.
        self.machine.log("p", session, usage_line(output_tokens=200000))
        self.machine.start()
        self.assertIn("$3.00", self.draw(payload(session=session, cost=None)))
        for step in range(2, 8):
            self.machine.log("p", session, usage_line(output_tokens=200000))
            self.assertIn(f"${3 * step}.00", self.draw(payload(session=session, cost=None)))

    def test_limits_only_while_they_hold(self):
        self.machine.start()
        now = int(time.time())

        def drawn(resets_at):
            limits = {"five_hour": {"used_percentage": 61, "resets_at": resets_at}}
            return self.draw(payload(rate_limits=limits), COLUMNS="300")
        self.assertNotIn("61%", drawn(now - 3600))
        self.assertIn("61%", drawn(now + 3600))

    def test_git_branch_of_the_directory(self):
        self.machine.start()
        repository = self.machine.repository("work", branch="topic/one")
        where = {"cwd": repository, "workspace": {"current_dir": repository, "project_dir": repository}}
        wait_until(lambda: "topic/one" in self.draw(payload(**where), COLUMNS="300"), "the branch")
        self.machine.git("switch", "-q", "-c", "topic/two", cwd=repository)
        self.assertIn("topic/two", self.draw(payload(**where), COLUMNS="300"))

    def test_hostile_names_are_shown_harmlessly(self):
        self.machine.start()
        branch = "x$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned|%F{red}%#[fg=red]!!"
        repository = self.machine.repository("a$(" + SECRET + ")`b`\x1b[31m\x07%n#{pid}", branch="main")
        self.machine.git("symbolic-ref", "HEAD", "refs/heads/" + branch.replace("[", ""), cwd=repository)
        where = {"cwd": repository, "workspace": {"current_dir": repository, "project_dir": repository}}
        for _ in range(3):
            self.draw(payload(session_name=HOSTILE, model=HOSTILE, **where), COLUMNS="400")
            time.sleep(0.05)
        for surface in ("bash", "zsh", "fish", "tmux", "plain", "json"):
            result = self.hook(b"", surface, program=PROMPT_HOOK)
            self.assertEqual((result.returncode, result.stderr), (0, b""))
        expand = {"bash": 'x=$("$0" bash); PS1=\'${x}\'; printf %s "${PS1@P}"; PS1=$x; printf %s "${PS1@P}"',
                  "zsh": 'setopt prompt_subst; x=$("$0" zsh); print -rP -- \'${x}\'; print -rP -- "$x"'}
        for shell, script in expand.items():
            bare = "-f" if shell == "zsh" else "--norc"
            result = self.machine.run(shell, bare, "-c", script, PROMPT_HOOK, cwd=repository)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertNotIn("\x07", result.stdout)
        self.check_harmless()


    def test_more_shells_than_may_be_connected(self):
        """Connections that are held, as by shells, and not in use make room for those that are."""
        self.machine.start()
        held = []
        for _ in range(600):
            held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            self.addCleanup(held[-1].close)
            held[-1].connect(os.path.join(self.machine.runtime, "agent.sock"))
        self.draw_fresh()
        self.assertEqual(held[0].recv(1), b"")
        held[-1].setblocking(False)
        self.assertRaises(BlockingIOError, held[-1].recv, 1)


class Agents(HookTest):
    """An agent that is not there, does not answer, or dies."""

    def dollars(self, line):
        return re.findall(r"\$[0-9.,]+", line)

    def drawn(self):
        """An agent with some history, and its line for one session."""
        self.machine.generate_logs("tree", "--seed", "2", "--entries", "120", "--sessions", "3",
                                   "--end", str(int(time.time()) - 60), "--days", "1")
        self.machine.start()
        line = self.draw()
        self.assertEqual(self.draw(), line)
        return line

    def test_absent_and_started_by_the_hook(self):
        line = self.draw()
        self.assertTrue(line)
        wait_until(lambda: self.machine.status().get("state") == "ready", "the agent")
        self.assertIn("Opus 4.6", self.draw_fresh())

    def test_absent_and_not_to_be_started(self):
        """Reading only starts nothing and still says something."""
        for document in (json.dumps(payload()).encode(), b""):
            self.draw(document, "--cached")
        self.assertEqual(self.machine.processes(), [])

    def test_many_hooks_start_one_agent(self):
        for child in [self.begin() for _ in range(12)]:
            self.end(child, json.dumps(payload()).encode())
        wait_until(lambda: self.machine.status().get("state") == "ready", "the agent")
        wait_until(lambda: len(self.machine.processes()) == 1, "the others' end")

    def test_no_program_to_start(self):
        """A hook without its agent beside it (a broken installation)."""
        alone = self.machine.path("alone")
        self.machine.write(alone, open(CLAUDE_HOOK, "rb").read())
        os.chmod(alone, 0o755)
        seen = self.check(self.hook(json.dumps(payload()).encode(), program=alone, PATH="/nonexistent"))
        self.assertTrue(seen)

    def test_stopped(self):
        line = self.drawn()
        pid = self.machine.kill_agent(signal.SIGSTOP)
        try:
            late = self.draw()
            self.assertIn(STALE, late)
            self.assertEqual(self.dollars(late), self.dollars(line))
            self.assertIn("Opus 4.6", late)
            for _ in range(40):  # whatever its queue holds by now
                self.draw()
            self.assertIn("Opus 4.6", self.draw(payload(session="never seen"), COLUMNS="200"))
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertEqual(self.draw_fresh(), line)

    def test_killed(self):
        line = self.drawn()
        totals = self.machine.tacho("totals", "--json").stdout
        for _ in range(3):
            pid = self.machine.kill_agent()
            self.assertEqual(self.dollars(self.draw()), self.dollars(line), "the first line after the kill")
            wait_until(lambda: self.machine.status().get("state") == "ready", "the agent")
            self.assertNotEqual(self.machine.agent_pid(), pid)
            self.assertEqual(self.draw(), line)
            self.assertEqual(self.machine.tacho("totals", "--json").stdout, totals)

    def test_killed_while_reading_only(self):
        line = self.drawn()
        self.machine.kill_agent()
        self.assertEqual(self.dollars(self.draw(None, "--cached")), self.dollars(line))
        self.assertEqual(self.machine.processes(), [])

    def test_killed_at_random_moments_while_hooks_draw(self):
        line = self.drawn()
        for _ in range(8):
            children = [self.begin() for _ in range(4)]
            for child in children[:2]:
                child.stdin.write(json.dumps(payload()).encode())
                child.stdin.flush()
            for pid in self.machine.processes():
                if pid not in [child.pid for child in children]:
                    os.kill(pid, signal.SIGKILL)
            for child in children:
                self.end(child, json.dumps(payload()).encode())
        wait_until(lambda: self.machine.status().get("state") == "ready", "the agent")
        self.assertEqual(self.draw(), line)


class Places(HookTest):
    """A runtime directory, or a segment, that is not to be trusted."""

    def check_place(self, spoil, what):
        """A fresh machine whose runtime directory `spoil` makes bad before hooks are called."""
        machine = Machine()
        try:
            spoil(machine)
            for arguments in (("--cached",), (), ("--cached",)):
                self.check(self.hook(json.dumps(payload()).encode(), *arguments, machine=machine), what=what)
                result = self.hook(b"", "plain", *arguments, program=PROMPT_HOOK, machine=machine)
                self.assertEqual((result.returncode, result.stderr), (0, b""), what)
        finally:
            machine.close()

    def test_directories(self):
        def gone(machine):
            os.rmdir(machine.runtime)

        def a_file(machine):
            os.rmdir(machine.runtime)
            machine.write(machine.runtime, "x")

        def a_symlink(machine):
            os.rmdir(machine.runtime)
            os.symlink("/nonexistent", machine.runtime)

        def open_to_all(machine):
            os.chmod(machine.runtime, 0o777)

        def no_permission(machine):
            os.chmod(machine.runtime, 0)

        def somebody_elses(machine):
            os.chown(machine.runtime, 12345, 12345)

        def a_long_path(machine):
            machine.runtime = machine.make("r/" + "/".join(["d" * 60] * 4), 0o700)
            machine.environment["TACHO_RUNTIME_DIR"] = machine.runtime

        def relative(machine):
            machine.environment["TACHO_RUNTIME_DIR"] = "run"

        def nowhere(machine):
            for name in ("TACHO_RUNTIME_DIR", "TACHO_STATE_DIR", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "HOME"):
                machine.environment[name] = None

        for spoil in (gone, a_file, a_symlink, open_to_all, no_permission, somebody_elses, a_long_path):
            if spoil is somebody_elses and os.geteuid() != 0:
                continue
            with self.subTest(place=spoil.__name__):
                self.check_place(spoil, spoil.__name__)
        for spoil in (relative, nowhere):  # nothing may be started there: it could not be found again
            with self.subTest(place=spoil.__name__):
                machine = Machine()
                spoil(machine)
                result = self.hook(json.dumps(payload()).encode(), "--cached", machine=machine)
                self.check(result, what=spoil.__name__)
                machine.environment["TACHO_RUNTIME_DIR"] = machine.runtime
                machine.close()

    def test_segments(self):
        self.machine.start()
        self.draw()
        good = self.machine.read(os.path.join(self.machine.runtime, "segment"))

        def with_bytes(content, mode=0o600):
            def spoil(machine):
                path = machine.write(os.path.join(machine.runtime, "segment"), content)
                os.chmod(path, mode)
            return spoil

        def linked(kind):
            def spoil(machine):
                other = machine.write("elsewhere", good)
                os.chmod(other, 0o600)
                (os.link if kind == "hard" else os.symlink)(other, os.path.join(machine.runtime, "segment"))
            return spoil

        def special(make):
            return lambda machine: make(os.path.join(machine.runtime, "segment"))

        def somebody_elses(machine):
            with_bytes(good)(machine)
            os.chown(os.path.join(machine.runtime, "segment"), 12345, 12345)

        cases = {
            "empty": with_bytes(b""), "one byte": with_bytes(b"t"), "text": with_bytes(b"hello\n" * 1000),
            "zeros": with_bytes(bytes(len(good))), "ones": with_bytes(b"\xff" * len(good)),
            "random": with_bytes(os.urandom(len(good))),
            "a good header and nothing else": with_bytes(good[:4096]),
            "a good header and noise": with_bytes(good[:4096] + os.urandom(len(good) - 4096)),
            "half": with_bytes(good[:len(good) // 2]), "a byte short": with_bytes(good[:-1]),
            "another major": with_bytes(good[:8] + b"\x63\0" + good[10:]),
            "writable by others": with_bytes(good, 0o666), "unreadable": with_bytes(good, 0),
            "a symlink": linked("soft"), "a hard link": linked("hard"),
            "a pipe": special(os.mkfifo), "a folder": special(os.mkdir),
        }
        if os.geteuid() == 0:
            cases["somebody else's"] = somebody_elses
        for name, spoil in cases.items():
            with self.subTest(segment=name):
                self.check_place(spoil, name)

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away")
    def test_another_users_agent_is_not_asked(self):
        """A socket that somebody else listens on gets neither the document nor the line."""
        machine = Machine()
        self.addCleanup(machine.close)
        os.chmod(machine.directory, 0o755)
        os.chmod(machine.runtime, 0o777)
        script = ("import os, socket, sys\n"
                  "listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
                  "listener.bind(sys.argv[1])\n"
                  "listener.listen(8)\n"
                  "os.chmod(sys.argv[1], 0o777)\n"
                  "print('ready', flush=True)\n"
                  "while True:\n"
                  "    got = listener.accept()[0].recv(300000)\n"
                  "    print('got', len(got), flush=True)\n")
        address = os.path.join(machine.runtime, "agent.sock")
        other = subprocess.Popen(["/usr/bin/python3", "-c", script, address], stdout=subprocess.PIPE,
                                 user=12345, group=12345, env={"PATH": "/usr/bin:/bin"})
        try:
            self.assertEqual(other.stdout.readline(), b"ready\n")
            self.check(self.hook(json.dumps(payload(session_name="a secret")).encode(), machine=machine))
        finally:
            other.kill()
            said = other.stdout.read()
            other.wait()
            other.stdout.close()
        self.assertNotRegex(said, rb"got [1-9]")


class Frugality(HookTest):
    """What a hook costs: DESIGN.md, "Floor"."""

    def system_calls(self, *arguments, program=CLAUDE_HOOK, **environment):
        log = self.machine.path("trace")
        result = self.hook(json.dumps(payload()).encode(), "-qq", "-o", log, program, *arguments,
                           program="/usr/bin/strace", **environment)
        self.check(result)
        with open(log) as file:
            return [line for line in file.read().splitlines() if re.match(r"\w+\(", line)]

    def test_system_calls(self):
        self.machine.start()
        self.draw()
        session = {"CLAUDE_CODE_SESSION_ID": payload()["session_id"]}
        for arguments, environment, most in ((("--cached",), session, 18), (("--cached",), {}, 18),
                                             (("--wait", "5000"), {}, 24)):
            calls = self.system_calls(*arguments, **environment)
            with self.subTest(arguments=arguments):
                self.assertLessEqual(len(calls), most, "\n".join(calls))
                for call in calls:
                    self.assertNotRegex(call, r"^brk\(")
                    self.assertNotRegex(call, r"^mmap\(.*MAP_ANON")
                    self.assertNotRegex(call, r"^(clone|fork|vfork|clone3)\(")

    def test_files(self):
        """Small, static, no interpreter, no writable code."""
        for program in (CLAUDE_HOOK, PROMPT_HOOK):
            self.assertLessEqual(os.path.getsize(program), 40 * 1024)
            with open(program, "rb") as file:
                content = file.read()
            self.assertEqual(content[:6], b"\x7fELF\x02\x01")
            offset, = struct.unpack_from("<Q", content, 32)
            size, count = struct.unpack_from("<HH", content, 54)
            headers = [struct.unpack_from("<II", content, offset + i * size) for i in range(count)]
            self.assertNotIn(3, [kind for kind, _ in headers], "PT_INTERP")
            self.assertNotIn(2, [kind for kind, _ in headers], "PT_DYNAMIC")
            writable_code = [flags for kind, flags in headers if kind == 1 and flags & 3 == 3]
            self.assertEqual(writable_code, [])


if __name__ == "__main__":
    main("hooks")
