"""What the end-to-end tests share: a throw-away machine, a terminal, and the line that tests/run.sh reads.

    from harness import MachineTest, main

    class Start(MachineTest):
        def test_starts(self):
            self.machine.log("project", "s-1", usage_line(output_tokens=5))
            self.machine.start()
            self.assertEqual(self.machine.status()["entries"], 1)

    if __name__ == "__main__":
        main("start")

Nothing here touches the person's own files: home, configuration, state and runtime directories are
temporary, and every process that still has them in its environment is ended with the machine.
"""

import json
import mmap
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

try:
    import pexpect
    import pyte
except ImportError:
    # Debian's packages belong to Debian's Python, which need not be the first on PATH.
    SYSTEM_PYTHON = "/usr/bin/python3"
    if os.path.realpath(sys.executable) == os.path.realpath(SYSTEM_PYTHON) or not os.path.exists(SYSTEM_PYTHON):
        raise
    os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON] + sys.argv)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("TACHO_BUILD", os.path.join(ROOT, "build")))
TACHO = os.path.join(BUILD, "bin", "tacho")
CLAUDE_HOOK = os.path.join(BUILD, "bin", "tacho-claude")
PROMPT_HOOK = os.path.join(BUILD, "bin", "tacho-prompt")
AGENT = os.path.join(BUILD, "libexec", "tacho-agent")
GENERATOR = os.path.join(BUILD, "tests", "generate-logs")
ALLOCATION_COUNTER = os.path.join(BUILD, "tests", "count-allocations.so")

NOBODY = 12345  # a user, where root runs the tests, who is not root

# Names of directories that a careless prompt or bar would run, expand or obey.
HOSTILE_NAMES = ["$(touch pwned)", "`touch pwned`", "%n%F{red}%1v%{", "#(touch pwned)#[fg=red]", "#{pane_pid}#S%H",
                 "!!;touch pwned;'\"&<b>", "new\ntouch pwned\n", "\x1b]0;title\x07\x1b[31m", "\udcff\udcfe\udc9b31m",
                 "\\e[31m\\$(touch pwned)\\u0022\\", "%{A1:touch pwned:}%{F#f00}x"]

# What a test may wait for something that the rest of the machine decides. Long: it only costs a failure.
PATIENCE = int(os.environ.get("TACHO_PATIENCE", 30))


def usage_line(message_id=None, model="claude-sonnet-4-5-20250929", timestamp=None, **tokens):
    """One assistant line as Claude Code writes it, without its newline. Tokens by their JSON names."""
    usage = {"input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0}
    usage.update(tokens)
    stamp = timestamp or time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return json.dumps({
        "parentUuid": None, "isSidechain": False, "userType": "external", "cwd": "/tmp", "version": "2.1.240",
        "message": {"id": message_id or "msg_" + uuid.uuid4().hex, "type": "message", "role": "assistant",
                    "model": model, "content": [{"type": "text", "text": "ok"}], "usage": usage},
        "requestId": "req_" + uuid.uuid4().hex, "type": "assistant", "uuid": str(uuid.uuid4()),
        "timestamp": stamp,
    }, separators=(",", ":"))


def wait_until(condition, what="the condition", seconds=PATIENCE):
    """Polls `condition` until it returns something true, which is returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about within {seconds} s")
        time.sleep(0.02)


class Machine:
    """A person's home, logs and agent, all temporary."""

    def __init__(self, **environment):
        self.directory = tempfile.mkdtemp(prefix="tacho-")  # short: socket paths have 107 bytes
        self.home = self.make("home")
        self.claude = self.make("home/.claude")
        self.runtime = self.make("run", 0o700)
        self.state = self.make("state", 0o700)
        self.environment = {
            "HOME": self.home, "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color", "COLUMNS": "120",
            "XDG_CONFIG_HOME": os.path.join(self.home, ".config"),
            "XDG_STATE_HOME": os.path.join(self.home, ".local/state"),
            "XDG_DATA_HOME": os.path.join(self.home, ".local/share"),
            "XDG_CACHE_HOME": os.path.join(self.home, ".cache"),
            "TACHO_RUNTIME_DIR": self.runtime, "TACHO_STATE_DIR": self.state,
            "TACHO_CONFIG": os.path.join(self.home, ".config/tacho/config"),
            "CLAUDE_CONFIG_DIR": self.claude,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
        }
        self.environment.update(environment)

    # ---- files ------------------------------------------------------------------------------------------

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def make(self, name, mode=0o755):
        """Makes a directory, with its parents, and returns its path."""
        path = os.path.join(self.directory, name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        return path

    def write(self, path, content):
        """Writes a file, text or bytes; a relative path is inside the machine's directory. Returns the path."""
        path = os.path.join(self.directory, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, path):
        with open(os.path.join(self.directory, path), "rb") as file:
            return file.read()

    def log_path(self, project, session):
        return os.path.join(self.claude, "projects", project, session + ".jsonl")

    def log(self, project, session, *lines):
        """Appends lines to a session's log, which is made if it is not there. Returns its path."""
        path = self.log_path(project, session)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "ab") as file:
            for line in lines:
                file.write((line if isinstance(line, bytes) else line.encode()) + b"\n")
        return path

    def generate_logs(self, *arguments):
        """Runs build/tests/generate-logs ARGUMENTS... DIRECTORY into the machine's Claude directory."""
        subprocess.run([GENERATOR, *arguments, self.claude], check=True, stdout=subprocess.DEVNULL,
                       env=self.environment, timeout=PATIENCE * 4)

    def client(self, session, status, pid=None, began=None, **more):
        """The file in which a client says of its process (ours, if none is named) what its session is doing."""
        pid = pid or os.getpid()
        with open(f"/proc/{pid}/stat") as file:
            ticks = file.read().rpartition(")")[2].split()[19]
        self.write(os.path.join(self.claude, "sessions", f"{pid}.json"), json.dumps({
            "pid": pid, "sessionId": session, "cwd": "/", "startedAt": 1, "updatedAt": 2, "procStart": began or ticks,
            "version": "2.1.328", "kind": "interactive", "status": status, **more}))

    # ---- programs ---------------------------------------------------------------------------------------

    def run(self, *command, input="", cwd=None, timeout=PATIENCE, check=False, **environment):
        """Runs a program on this machine; text in, text out. A value of None takes a variable away."""
        variables = {**self.environment, **environment}
        return subprocess.run([str(part) for part in command], input=input, cwd=cwd or self.home, timeout=timeout,
                              check=check, capture_output=True, text=True, errors="surrogateescape",
                              env={name: value for name, value in variables.items() if value is not None})

    def tacho(self, *arguments, **options):
        return self.run(TACHO, *arguments, **options)

    def git(self, *arguments, cwd=None):
        return self.run("git", *arguments, cwd=cwd, check=True).stdout

    def repository(self, name="repository", branch="main"):
        """Makes a git repository with one commit and returns its path."""
        path = self.make(os.path.join("home", name))
        self.git("init", "-q", "-b", branch, cwd=path)
        self.write(os.path.join(path, "file"), "one\n")
        self.git("add", "file", cwd=path)
        self.git("commit", "-q", "-m", "first", cwd=path)
        return path

    def hostile_directories(self):
        """A new repository `top`, and in it for each hostile name a directory NUMBER/NAME. Returns names and paths."""
        self.repository("top")
        return [(name, self.make(os.path.join("home/top", str(number), name))) for number, name in enumerate(HOSTILE_NAMES)]

    def pwned(self):
        """Where something hostile was run: the folders that have a file named so."""
        return [folder for folder, _, names in os.walk(self.directory) if "pwned" in names]

    # ---- the agent --------------------------------------------------------------------------------------

    def start(self, *arguments, wait=True):
        """Starts the agent through `tacho start` and returns what that said."""
        result = self.tacho("start", *(["--wait"] if wait else []), *arguments, timeout=PATIENCE * 4)
        if result.returncode != 0:
            raise AssertionError(f"tacho start failed: {result.stderr}{self.agent_log()}")
        return result

    def start_counted(self):
        """The agent, its allocations counted; without a ledger, whose commits come a second later."""
        count = self.write("allocations", bytes(mmap.PAGESIZE))
        environment = {**self.environment, "LD_PRELOAD": ALLOCATION_COUNTER, "TACHO_ALLOCATIONS": count,
                       "TACHO_STATE_DIR": self.write("no-folder", "")}
        subprocess.Popen([AGENT, "--foreground"], env=environment, stderr=subprocess.DEVNULL)
        wait_until(lambda: self.status().get("state") == "ready", "the agent")

    def allocations(self):
        """How often the agent's loop has allocated."""
        return struct.unpack_from("=Q", self.read("allocations"))[0]

    def dump(self):
        """The segment's slots, as they are: the agent is not asked."""
        return json.loads(self.tacho("dump", "--json").stdout)["slots"]

    def stop(self):
        return self.tacho("stop")

    def status(self):
        """The status document; {"state": "stopped"} without an agent."""
        return json.loads(self.tacho("status", "--json").stdout)

    def agent_pid(self):
        return self.status().get("pid")

    def kill_agent(self, number=signal.SIGKILL):
        """Sends the agent a signal; after SIGKILL waits until it is gone."""
        pid = self.agent_pid()
        os.kill(pid, number)
        if number == signal.SIGKILL:
            wait_until(lambda: not is_alive(pid), "the agent's end")
        return pid

    def agent_log(self):
        try:
            return self.read(os.path.join(self.state, "agent.log")).decode(errors="replace")
        except OSError:
            return ""

    def processes(self):
        """The pids of living processes that have this machine's runtime directory in their environment."""
        mark = f"TACHO_RUNTIME_DIR={self.runtime}".encode()
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if mark in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                pass
        return found

    def close(self):
        """Ends every process of this machine and removes its files."""
        def none_left():
            pids = self.processes()
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            return not pids
        wait_until(none_left, "the end of the machine's processes")
        for directory, _, _ in os.walk(self.directory):
            os.chmod(directory, 0o700)
        shutil.rmtree(self.directory, ignore_errors=True)


def is_alive(pid):
    """Whether any thread of a process is not a zombie: until then its sockets are open."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return False
    for task in tasks:
        try:
            with open(f"/proc/{pid}/task/{task}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] != "Z":
                    return True
        except OSError:
            pass  # this thread is gone; another may not be
    return False


class Screen(pyte.Screen):
    """pyte's, which also scrolls its margins as programs with the whole terminal ask for (ECMA-48, SU and SD)."""

    def scroll(self, move, count):
        place = self.cursor.y, self.cursor.x
        self.cursor.y = self.margins.top if self.margins else 0
        move(count)
        self.cursor.y, self.cursor.x = place

    def scroll_up(self, count=None):
        self.scroll(self.delete_lines, count)

    def scroll_down(self, count=None):
        self.scroll(self.insert_lines, count)


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}


class Terminal:
    """A program in a pseudo-terminal, and the screen a person would see."""

    def __init__(self, machine, *command, cwd=None, columns=120, rows=40, **environment):
        variables = {**machine.environment, **environment}
        variables.pop("COLUMNS", None)
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(command[0], list(command[1:]), cwd=cwd or machine.home, dimensions=(rows, columns),
                                   env={name: value for name, value in variables.items() if value is not None},
                                   timeout=PATIENCE)
        self.child.delaybeforesend = None

    def receive(self):
        """Takes what the program has written so far."""
        try:
            while True:
                chunk = self.child.read_nonblocking(65536, timeout=0)
                self.raw += chunk
                self.stream.feed(chunk)
        except (pexpect.TIMEOUT, pexpect.EOF):
            pass

    def lines(self):
        """The screen's lines, blanks at their ends removed, empty last lines dropped."""
        self.receive()
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def text(self):
        return "\n".join(self.lines())

    def send(self, text):
        self.child.send(text)

    def type(self, line):
        """Types a line and Enter."""
        self.child.send(line + "\r")

    def wait_for(self, what, seconds=PATIENCE):
        """Waits until the screen holds a text, or a function of its text says yes. Returns the screen's text."""
        seen = what if callable(what) else lambda text: what in text
        try:
            wait_until(lambda: seen(self.text()), repr(what), seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen:\n{self.text()}") from None
        return self.text()

    def colour_at(self, text):
        """The foreground colour of the first character of `text` where it is first on the screen."""
        for row, line in enumerate(self.lines()):
            column = line.find(text)
            if column >= 0:
                return self.screen.buffer[row][column].fg
        raise AssertionError(f"{text!r} is not on the screen")

    def wait_for_end(self):
        """Waits for the program to end and returns its exit status."""
        def ended():
            self.receive()
            return not self.child.isalive()
        wait_until(ended, "the program's end")
        self.receive()
        return self.child.exitstatus

    def close(self):
        self.child.close(force=True)


class MachineTest(unittest.TestCase):
    """A test with a machine of its own."""

    maxDiff = None

    def setUp(self):
        self.machine = Machine()
        self.addCleanup(self.machine.close)

    def as_nobody(self):
        """From now on the machine's user is bound by permissions: root, who is not, becomes another."""
        if os.geteuid() != 0:
            return
        for folder, _, names in os.walk(self.machine.directory):
            for name in ["."] + names:
                os.lchown(os.path.join(folder, name), NOBODY, NOBODY)
        prefix = ("/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", TACHO)
        if self.machine.run(*prefix, "version").returncode != 0:
            self.skipTest("another user cannot reach the build")
        self.machine.tacho = lambda *arguments, **options: self.machine.run(*prefix, *arguments, **options)

    def terminal(self, *command, **options):
        """Opens a terminal that is closed with the test."""
        terminal = Terminal(self.machine, *command, **options)
        self.addCleanup(terminal.close)
        return terminal


def main(name):
    """Runs the tests of the calling file; the last line of output sums them up for tests/run.sh."""
    import __main__
    suite = unittest.defaultTestLoader.loadTestsFromModule(__main__)
    if len(sys.argv) > 1:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:], __main__)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    # A test with several failed subtests is one failed test.
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    failed = len(bad) + len(result.unexpectedSuccesses)
    print(f"# {name}: {max(result.testsRun - failed - len(result.skipped), 0)} passed, {failed} failed")
    sys.exit(1 if failed else 0)
