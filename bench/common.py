"""What the parts of the benchmark share: the machine, the table, measuring programs, a person for the length of the run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build")
BIN = os.path.join(BUILD, "bin")
HELPERS = os.path.join(BUILD, "bench")
GENERATOR = os.path.join(BUILD, "tests", "generate-logs")
SESSION = "5e551011-0000-4000-8000-000000000001"


# ---- the machine -----------------------------------------------------------------------------------------

def first_line(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        return result.stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def read_first(path, prefix=""):
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(prefix):
                    return line.split(":", 1)[-1].strip()
    except OSError:
        pass
    return "unknown"


def calibrate(rounds=15):
    """How far apart runs of the same work are: the median's distance from the fastest, and the slowest's."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        sum(i * i for i in range(200_000))
        times.append(time.perf_counter() - start)
    times.sort()
    return times[len(times) // 2] / times[0] - 1, times[-1] / times[0] - 1


def describe_machine():
    flags = first_line("make", "-s", "--no-print-directory", "--eval", "print-flags:;@echo $(CC) $(CFLAGS)",
                       "print-flags")
    compiler = flags.split()[0] if flags != "unknown" else "gcc"
    dirty = first_line("git", "status", "--porcelain") != "unknown"
    return {
        "cpu": read_first("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "governor": read_first("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "kernel": os.uname().release,
        "compiler": first_line(compiler, "--version"),
        "build": flags,
        "revision": first_line("git", "rev-parse", "--short", "HEAD") + (" with changes" if dirty else ""),
    }


def unsteadiness(typical, worst):
    """What makes this machine a bad ruler now, as sentences."""
    found = []
    if os.getloadavg()[0] > 0.5 * len(os.sched_getaffinity(0)):
        found.append("other programs are running (load above half the cores)")
    if typical > 0.05 or worst > 0.5:
        found.append(f"the same work takes {typical:.0%} longer than at best in the middle, "
                     f"{worst:.0%} at worst")
    return found


# ---- the table -------------------------------------------------------------------------------------------

class Table:
    def __init__(self):
        self.rows = []

    def add(self, figure, value, mark="", met=None, **numbers):
        """A row: what, how much, what it should be, and whether it is (None: no mark)."""
        self.rows.append({"figure": figure, "value": value, "mark": mark, "met": met, **numbers})
        print(".", end="", file=sys.stderr, flush=True)

    def print(self):
        keys = ("figure", "value", "mark")
        widths = [max(len(row[key]) for row in self.rows) for key in keys]
        for row in self.rows:
            cells = [row[key].ljust(width) for key, width in zip(keys, widths)]
            cells.append({None: "", True: "met", False: "missed"}[row["met"]])
            print("  ".join(cells).rstrip())


def microseconds(nanoseconds):
    return f"{nanoseconds / 1000:.1f} µs"


def percentiles(times):
    return " / ".join(microseconds(times[key]) for key in ("p50_ns", "p90_ns", "p99_ns"))


def helper(name, *arguments, env=None):
    """Runs a measuring program; what it prints is JSON by the line."""
    result = subprocess.run([os.path.join(HELPERS, name), *map(str, arguments)], env=env,
                            capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"bench: {name} failed: {result.stderr.strip()}")
    return {line["name"]: line for line in map(json.loads, result.stdout.splitlines())}


# ---- a person for the length of the run ------------------------------------------------------------------

class Person:
    """A home of one's own, logs, and perhaps an agent."""

    def __init__(self, entries, *generated, place=None):
        """`generated`: more for the generator of logs; `place`: where the home is made."""
        self.directory = tempfile.mkdtemp(prefix="tacho-bench-", dir=place)
        self.logs = os.path.join(self.directory, "claude")
        # As a person's runtime directory is: in memory, where the segment's pages count as the agent's.
        shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.runtime = tempfile.mkdtemp(prefix="tacho-bench-", dir=shared)
        self.environment = {
            "HOME": self.directory, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "TERM": "xterm-256color", "COLUMNS": "120", "TACHO_RUNTIME_DIR": self.runtime,
            "TACHO_STATE_DIR": os.path.join(self.directory, "state"),
            "TACHO_CONFIG": os.path.join(self.directory, "config"), "CLAUDE_CONFIG_DIR": self.logs,
            "CLAUDE_CODE_SESSION_ID": SESSION,
        }
        self.entries = entries
        self.pid = None
        self.generate(1, entries, *generated)

    def generate(self, seed, entries, *more):
        """Logs beside those that are there."""
        subprocess.run([GENERATOR, "tree", self.logs, "--seed", str(seed), "--entries", str(entries),
                        "--end", str(int(time.time()) - 60), *more], check=True)
        self.files = [os.path.join(folder, name) for folder, _, names in os.walk(self.logs) for name in names]
        self.bytes = sum(os.path.getsize(path) for path in self.files)

    def tacho(self, *arguments):
        result = subprocess.run([os.path.join(BIN, "tacho"), *arguments], env=self.environment,
                                capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"bench: tacho {' '.join(arguments)} failed: {result.stderr.strip()}")
        return result.stdout

    def start(self):
        if not self.pid:
            self.tacho("start", "--wait")
            self.pid = json.loads(self.tacho("status", "--json"))["pid"]

    def settle(self):
        """Has all that was counted written, and what that took given back; what the agent then says of itself."""
        self.tacho("ledger", "status")
        time.sleep(2)
        return json.loads(self.tacho("status", "--json"))

    @property
    def segment(self):
        return os.path.join(self.runtime, "segment")

    def close(self):
        if self.pid:
            try:
                os.kill(self.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            for _ in range(500):
                if not os.path.exists(f"/proc/{self.pid}"):
                    break
                time.sleep(0.01)
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(self.runtime, ignore_errors=True)


def client_document(person):
    """What the client writes to a hook: the size and shape of its usual document."""
    return json.dumps({
        "session_id": SESSION, "cwd": person.directory,
        "transcript_path": os.path.join(person.logs, "projects", "p", SESSION + ".jsonl"),
        "prompt_id": "7" * 36, "model": {"id": "claude-opus-4-6", "display_name": "Opus 4.6"},
        "workspace": {"current_dir": person.directory, "project_dir": person.directory, "added_dirs": []},
        "version": "2.1.328", "output_style": {"name": "default"},
        "cost": {"total_cost_usd": 0.51, "total_duration_ms": 61234, "total_api_duration_ms": 4321,
                 "total_lines_added": 12, "total_lines_removed": 3},
        "context_window": {"total_input_tokens": 51234, "total_output_tokens": 420,
                           "context_window_size": 200000,
                           "current_usage": {"input_tokens": 4, "output_tokens": 420,
                                             "cache_creation_input_tokens": 1230,
                                             "cache_read_input_tokens": 50000},
                           "used_percentage": 26, "remaining_percentage": 74},
        "exceeds_200k_tokens": False, "fast_mode": False, "thinking": {"enabled": True},
        "effort": {"level": "high"},
        "rate_limits": {"five_hour": {"used_percentage": 23.5, "resets_at": int(time.time()) + 9000},
                        "seven_day": {"used_percentage": 41.2, "resets_at": int(time.time()) + 300000}},
    }) + "\n"


def memory_held(pid):
    with open(f"/proc/{pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem"))
