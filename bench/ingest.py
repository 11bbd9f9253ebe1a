"""Ingest: bytes to numbers, beside programs that only read the same bytes."""

import json
import os
import subprocess
import time

from common import BIN, GENERATOR, HELPERS

RUNS = 7
SMALL = 10_000  # entries, of a person who has just begun
# Wall and CPU against `cat`'s; one thread's rate against it; how much of two threads' time is work; MiB; ms.
MARK_WALL, MARK_CPU, MARK_ONE, MARK_EFFICIENT, MARK_MEMORY, MARK_SMALL = 0.9, 2, 0.7, 0.85, 16, 20
# Nanoseconds: for a line with usage, for one without, more for a bad one; a log of bad ones against a good one.
MARK_USAGE, MARK_SKIPPED, MARK_REJECTED, MARK_BAD = 350, 41, 15, 0.8


def timed(command, cores, env=None):
    """Wall and CPU seconds of one run, confined to so many cores."""
    allowed = sorted(os.sched_getaffinity(0), reverse=True)[:cores]
    start = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL,
                             preexec_fn=lambda: os.sched_setaffinity(0, allowed))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"bench: {command[0]} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def best_of(commands, env):
    """{name: (command, cores)} → {name: (least wall, least CPU)}; they take turns. The first turn warms up."""
    best = {}
    for _ in range(RUNS):
        for name, (command, cores) in commands.items():
            wall, cpu = timed(command, cores, env)
            known = best.get(name, (wall, cpu))
            best[name] = (min(wall, known[0]), min(cpu, known[1]))
    return best


def most_memory(command, env):
    """The most anonymous memory, in bytes, that a command was seen to hold; looked at all the time."""
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    most = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status") as file:
                for line in file:
                    if line.startswith("RssAnon:"):
                        most = max(most, int(line.split()[1]) * 1024)
        except OSError:
            pass
    return most


def bench_scan(person, table):
    names = os.path.join(person.directory, "names")
    with open(names, "wb") as file:
        file.write(b"".join(os.fsencode(path) + b"\0" for path in person.files))
    scan = [os.path.join(BIN, "tacho"), "totals", "--json", "--logs-only", "--direct"]
    read = ["xargs", "-0", "-a", names, "cat"]
    best = best_of({"two": (scan, 2), "cat": (read, 2), "one": (scan, 1), "cat on one": (read, 1),
                    "wc": (["xargs", "-0", "-a", names, "wc", "-l"], 2)}, person.environment)
    counts = json.loads(subprocess.run(scan, env=person.environment, capture_output=True, check=True).stdout)["counts"]
    table.add("logs to read",
              f"{person.bytes / 1e6:.0f} MB in {counts['files']} files, {counts['lines']} lines, "
              f"{counts['usage_lines']} with usage, {counts['entries']} entries", **counts, bytes=person.bytes)
    for name, title in (("cat", "cat FILES >/dev/null"), ("wc", "wc -l FILES"), ("two", "scan, two threads"),
                        ("one", "scan, one thread")):
        wall, cpu = best[name]
        table.add(title, f"{wall * 1e3:.0f} ms, CPU {cpu * 1e3:.0f} ms = {person.bytes / wall / 1e9:.2f} GB/s",
                  wall_s=wall, cpu_s=cpu)
    for title, value, mark, is_most in (
            ("two threads' time against cat's", best["two"][0] / best["cat"][0], MARK_WALL, True),
            ("their CPU against cat's", best["two"][1] / best["cat"][1], MARK_CPU, True),
            ("one thread's rate against cat's", best["cat on one"][0] / best["one"][0], MARK_ONE, False),
            ("how much of two threads' time is saved", best["one"][0] / best["two"][0] / 2, MARK_EFFICIENT, False)):
        table.add(title, f"{value:.2f} ×", f"{'≤' if is_most else '≥'} {mark} ×",
                  value <= mark if is_most else value >= mark, ratio=value)
    held = most_memory(scan, person.environment)
    table.add("anonymous memory of a scan, most seen", f"{held / 2**20:.1f} MiB", f"≤ {MARK_MEMORY} MiB",
              held <= MARK_MEMORY * 2**20, bytes=held)


def bench_small(person, table):
    logs = os.path.join(person.directory, "small")
    subprocess.run([GENERATOR, "tree", logs, "--seed", "2", "--entries", str(SMALL), "--lean"], check=True)
    scan = [os.path.join(BIN, "tacho"), "totals", "--json", "--logs-only", "--direct"]
    best = best_of({"small": (scan, 2)}, {**person.environment, "CLAUDE_CONFIG_DIR": logs})["small"][0] * 1e3
    table.add(f"scan of {SMALL} entries, exec to exit", f"{best:.1f} ms", f"≤ {MARK_SMALL} ms", best <= MARK_SMALL,
              ms=best)


def bench_lines(table):
    """What a line costs, from the kernels' own loops; a cycle as long as an addition tells how fast the core is."""
    text = subprocess.run([os.path.join(HELPERS, "scan_lines")], capture_output=True, text=True, check=True).stdout
    figures = dict(line.split() for line in text.splitlines())
    kernels = figures["chosen"]
    usage, skipped, bad = (float(figures[f"{name}_line_ns.{kernels}"]) for name in ("usage", "skipped", "bad_at_end"))
    table.add("an addition, for scale", f"{float(figures['addition_ns']):.2f} ns")
    table.add(f"line with usage, {figures[f'usage_line_bytes.{kernels}']} bytes, {kernels}", f"{usage:.0f} ns",
              f"≤ {MARK_USAGE} ns", usage <= MARK_USAGE, ns=usage)
    table.add(f"line without, {figures[f'skipped_line_bytes.{kernels}']} bytes", f"{skipped:.0f} ns",
              f"≤ {MARK_SKIPPED} ns", skipped <= MARK_SKIPPED, ns=skipped)
    table.add("bad line, more than a good one", f"{bad - usage:+.0f} ns", f"≤ {MARK_REJECTED} ns",
              bad - usage <= MARK_REJECTED, ns=bad - usage)
    table.add("bad lines' rate against good ones'", f"{usage / bad:.2f} ×", f"≥ {MARK_BAD} ×", usage / bad >= MARK_BAD)


def bench_ingest(person, table):
    bench_scan(person, table)
    bench_small(person, table)
    bench_lines(table)
