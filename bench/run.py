#!/usr/bin/env python3
"""Tacho's own figures, each beside its yardstick, measured in the same run.

usage: bench/run.py [--json] [hook] [ingest] [agent]

Without a section, all of them. The programs must be built (`make bench` does that). Every figure is of
this machine and this moment: compare ratios, not microseconds. `missed` is a mark of the project's
that this run did not meet.
"""

import argparse
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

SPAWNS = 2500
APPENDS = 600
ENTRIES = 100_000
IDLE_SECONDS = 60
SESSION = "5e551011-0000-4000-8000-000000000001"

# The marks, as ratios or limits: what `make bench` holds the product to.
MARK_READING, MARK_ROUND_TRIP = 1.25, 1.7
MARK_SLOT_NS, MARK_VISIBLE_MS, MARK_MEMORY_MIB, MARK_INGEST = 1000, 5, 20, 1.0


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
        subprocess.run([GENERATOR, "tree", self.logs, "--seed", "1", "--entries", str(entries),
                        "--end", str(int(time.time()) - 60), *generated], check=True)
        self.files = [os.path.join(folder, name) for folder, _, names in os.walk(self.logs) for name in names]
        self.bytes = sum(os.path.getsize(path) for path in self.files)
        self.pid = None

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


# ---- hook: from spawn to exit ----------------------------------------------------------------------------

def bench_hook(person, table):
    person.start()
    document = os.path.join(person.directory, "document.json")
    with open(document, "w") as file:
        file.write(client_document(person))
    hook, prompt = os.path.join(BIN, "tacho-claude"), os.path.join(BIN, "tacho-prompt")
    with open(document, "rb") as file:
        subprocess.run([hook], stdin=file, env=person.environment, stdout=subprocess.DEVNULL, check=True)
    times = helper("spawn", SPAWNS, document,
                   "exit only", os.path.join(HELPERS, "exit_only"),
                   ":", "reading", hook, "--cached",
                   ":", "round trip", hook,
                   ":", "prompt, reading", prompt, "plain", "--cached",
                   ":", "prompt, round trip", prompt, "plain",
                   ":", "true", "/bin/true", env=person.environment)
    floor, dynamic = times["exit only"], times["true"]
    table.add("process that only exits, p50/p90/p99", percentiles(floor), **floor)
    for name, mark, key in (("/bin/true", None, "true"),
                            ("tacho-claude --cached", MARK_READING, "reading"),
                            ("tacho-claude, round trip", MARK_ROUND_TRIP, "round trip"),
                            ("tacho-prompt --cached", None, "prompt, reading"),
                            ("tacho-prompt, round trip", None, "prompt, round trip")):
        ratio = times[key]["p50_ns"] / floor["p50_ns"]
        faster = times[key]["p50_ns"] < dynamic["p50_ns"]
        table.add(name, f"{percentiles(times[key])} = {ratio:.2f} ×",
                  f"≤ {mark} × and faster than /bin/true" if mark else "",
                  ratio <= mark and faster if mark else None, ratio=ratio, **times[key])
    # What the two wake-ups cost when hook and agent meet on one CPU: the protocol without the machine's way of
    # waking a CPU that sleeps.
    everywhere, here = os.sched_getaffinity(0), {min(os.sched_getaffinity(0))}
    os.sched_setaffinity(person.pid, here)
    os.sched_setaffinity(0, here)
    times = helper("spawn", SPAWNS, document, "exit only", os.path.join(HELPERS, "exit_only"),
                   ":", "round trip", hook, env=person.environment)
    os.sched_setaffinity(0, everywhere)
    os.sched_setaffinity(person.pid, everywhere)
    ratio = times["round trip"]["p50_ns"] / times["exit only"]["p50_ns"]
    table.add("the same, hook and agent on one CPU", f"{percentiles(times['round trip'])} = {ratio:.2f} ×", "",
              None, ratio=ratio, **times["round trip"])
    size = os.path.getsize(hook)
    table.add("tacho-claude, file", f"{size / 1024:.1f} KiB", "≤ 40 KiB", size <= 40 * 1024, bytes=size)


# ---- ingest: bytes to numbers ----------------------------------------------------------------------------

def timed(command, core, env=None):
    """Wall and CPU seconds of one run, confined to one core."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL,
                             preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"bench: {command[0]} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def bench_ingest(person, table, runs=6):
    names = os.path.join(person.directory, "names")
    with open(names, "wb") as file:
        file.write(b"".join(os.fsencode(path) + b"\0" for path in person.files))
    core = max(os.sched_getaffinity(0))
    commands = {
        "scan": [os.path.join(BIN, "tacho"), "totals", "--json", "--direct"],
        "cat": ["xargs", "-0", "-a", names, "cat"],
        "wc": ["xargs", "-0", "-a", names, "wc", "-l"],
    }
    best = {}
    for _ in range(runs):  # the first warms the page cache; then they take turns
        for name, command in commands.items():
            wall, cpu = timed(command, core, person.environment)
            best[name] = (min(wall, best.get(name, (wall,))[0]), min(cpu, best.get(name, (0, cpu))[1]))
    rate = {name: person.bytes / wall / 1e9 for name, (wall, _) in best.items()}
    counts = json.loads(person.tacho("totals", "--json", "--direct"))["counts"]
    wall, cpu = best["scan"]
    table.add("logs to read",
              f"{person.bytes / 1e6:.0f} MB in {counts['files']} files, {counts['lines']} lines",
              **counts, bytes=person.bytes)
    table.add("", f"{counts['usage_lines']} lines with usage, {counts['entries']} entries")
    table.add("tacho totals --direct, one core", f"{rate['scan']:.2f} GB/s", f"≥ {MARK_INGEST} GB/s",
              rate["scan"] >= MARK_INGEST, wall_s=wall, cpu_s=cpu)
    table.add("", f"{wall:.3f} s, of them {cpu:.3f} s CPU: {person.bytes / cpu / 1e9:.2f} GB per CPU second")
    table.add("", f"{counts['entries'] / wall / 1e3:.0f} K entries/s, "
                  f"{counts['usage_lines'] / wall / 1e3:.0f} K lines with usage/s")
    for name, title in (("cat", "cat FILES >/dev/null"), ("wc", "wc -l FILES")):
        table.add(title, f"{rate[name]:.2f} GB/s = {rate[name] / rate['scan']:.1f} × ours",
                  wall_s=best[name][0], cpu_s=best[name][1])


# ---- agent: what it holds, how soon it knows, how still it is --------------------------------------------

def memory_held(pid):
    with open(f"/proc/{pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem"))


def switches(pid):
    """Times that any thread of a process went to sleep or was put aside: it woke up as often."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as file:
            total += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
    return total


def bench_agent(person, table):
    started = time.perf_counter()
    person.start()
    seconds = time.perf_counter() - started
    table.add("tacho start --wait, cold", f"{seconds:.2f} s for {person.bytes / 1e6:.0f} MB", seconds=seconds)
    held = memory_held(person.pid)
    entries = json.loads(person.tacho("status", "--json"))["entries"]
    table.add(f"agent memory after {entries} entries", f"{held / 2**20:.1f} MiB",
              f"≤ {MARK_MEMORY_MIB} MiB at 100K", held <= MARK_MEMORY_MIB * 2**20, bytes=held)

    subprocess.run([os.path.join(BIN, "tacho-claude")], input=client_document(person).encode(),
                   env=person.environment, stdout=subprocess.DEVNULL, check=True)
    reads = helper("slot_read", person.segment, SESSION)
    table.add("slot read, held descriptor", f"{reads['held descriptor']['p50_ns']} ns",
              f"< {MARK_SLOT_NS} ns",
              reads["held descriptor"]["p50_ns"] < MARK_SLOT_NS, **reads["held descriptor"])
    table.add("slot read, mapped", f"{reads['mapped']['p50_ns']} ns", **reads["mapped"])

    log = os.path.join(person.logs, "projects", "-home-ada-notes", SESSION + ".jsonl")
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "a") as file:
        file.write('{"type":"summary","summary":"bench"}\n')
    time.sleep(0.3)
    seen = helper("append_visible", person.segment, log, APPENDS)["append to visible"]
    table.add(f"append to visible, p50/p90/p99 of {APPENDS}", percentiles(seen),
              f"p99 < {MARK_VISIBLE_MS} ms", seen["p99_ns"] < MARK_VISIBLE_MS * 1e6, **seen)

    time.sleep(3)  # whatever was begun is over
    before = switches(person.pid)
    time.sleep(IDLE_SECONDS)
    woken = switches(person.pid) - before
    table.add(f"agent wake-ups in {IDLE_SECONDS} idle seconds", str(woken), "0", woken == 0, wakeups=woken)


SECTIONS = {"hook": bench_hook, "ingest": bench_ingest, "agent": bench_agent}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("sections", nargs="*", metavar="|".join(SECTIONS), help="default: all")
    options = parser.parse_args()
    unknown = [section for section in options.sections if section not in SECTIONS]
    if unknown:
        parser.error(f"no such section: {unknown[0]}")
    sections = options.sections or list(SECTIONS)
    machine, warnings, table = describe_machine(), unsteadiness(*calibrate()), Table()
    person = Person(ENTRIES if {"ingest", "agent"} & set(sections) else 3000)
    try:
        for section in ("ingest", "agent", "hook"):  # the agent starts cold, and stays for the hooks
            if section in sections:
                SECTIONS[section](person, table)
    finally:
        person.close()
    warnings += [f"at the end, {warning}" for warning in unsteadiness(*calibrate())]
    print(file=sys.stderr)
    if options.json:
        print(json.dumps({"machine": machine, "warnings": warnings, "rows": table.rows},
                         indent=1, ensure_ascii=False))
        return
    for name, value in machine.items():
        print(f"{name:9} {value}")
    for warning in warnings:
        print(f"unsteady  {warning}: take ratios, not times, and run it again")
    print()
    table.print()


if __name__ == "__main__":
    main()
