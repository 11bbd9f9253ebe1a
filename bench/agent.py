"""The agent: what it holds, how soon it knows, what a line costs it, how still it is."""

import os
import subprocess
import time

from common import BIN, SESSION, Person, client_document, helper, memory_held, percentiles

APPENDS, BURST, BURSTS, SESSIONS, ROUNDS = 600, 1000, 20, 1000, 10
IDLE_SECONDS = 60
SCALE = (1_000, 10_000, 100_000, 1_000_000)  # entries of history
SCALE_APPENDS = 200
MARK_SLOT_NS, MARK_MEMORY_MIB = 1000, 20
# Append to visible: ms for one line, ms for many sessions' at once; µs of CPU for a line alone and in a burst.
MARK_VISIBLE_MS, MARK_SESSIONS_MS, MARK_LINE_US, MARK_BURST_US = 2, 20, 25, 5


def switches(pid):
    """Times that any thread of a process went to sleep or was put aside: it woke up as often."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as file:
            total += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
    return total


def loop_cpu_ns(pid):
    """CPU time of the agent's first thread, which does all that a line needs until it is published."""
    with open(f"/proc/{pid}/task/{pid}/schedstat") as file:
        return int(file.read().split()[0])


def append(person, name, rounds, *how):
    """(times of the lines, µs of CPU a line); the log is the person's, and of that name."""
    log = os.path.join(person.logs, "projects", "-home-ada-notes", f"5e551011-0000-4000-8000-{name:012}.jsonl")
    os.makedirs(os.path.dirname(log), exist_ok=True)
    time.sleep(0.3)
    before = loop_cpu_ns(person.pid)
    seen = helper("append_visible", person.segment, log, rounds, *how)["append to visible"]
    return seen, (loop_cpu_ns(person.pid) - before) / seen["count"] / 1000


def wake_up_us(person):
    """µs of CPU of a program that is woken by a line alone, reads it, and does nothing with it."""
    return helper("wake_up", os.path.join(person.directory, "wake-up.log"), APPENDS)["wake-up"]["cpu_ns"] / 1000


def bench_appends(person, table):
    for name, title, rounds, how, most_ms, most_us in (
            (1, "a line, append to visible", APPENDS, (), MARK_VISIBLE_MS, MARK_LINE_US),
            (2, f"{BURST} lines in one write", BURSTS, ("burst", BURST), None, MARK_BURST_US),
            (3, f"{SESSIONS} sessions at once", ROUNDS, ("sessions", SESSIONS), MARK_SESSIONS_MS, None)):
        append(person, name, 1, *how)  # what is made once is made now
        seen, cpu_us = append(person, name, rounds, *how)
        table.add(f"{title}, p50/p90/p99", percentiles(seen), f"p99 < {most_ms} ms" if most_ms else "",
                  seen["p99_ns"] < most_ms * 1e6 if most_ms else None, **seen)
        table.add("  the loop's CPU a line", f"{cpu_us:.1f} µs", f"< {most_us} µs" if most_us else "",
                  cpu_us < most_us if most_us else None, us=cpu_us)
        if not how:
            least_us = wake_up_us(person)
            table.add("  a program that only wakes up and reads it", f"{least_us:.1f} µs, so {cpu_us / least_us:.1f} ×",
                      us=least_us)


def bench_scale(table):
    """A line's cost, however much history there is."""
    for entries in SCALE:
        person = Person(entries, "--lean")
        try:
            person.start()
            append(person, 4, 20)
            seen, cpu_us = append(person, 4, SCALE_APPENDS)
            table.add(f"a line after {entries:,} entries in {len(person.files):,} files",
                      f"{percentiles(seen)}, CPU {cpu_us:.1f} µs", entries=entries, us=cpu_us, **seen)
        finally:
            person.close()


def bench_agent(person, table):
    started = time.perf_counter()
    person.start()
    seconds = time.perf_counter() - started
    table.add("tacho start --wait, cold", f"{seconds:.2f} s for {person.bytes / 1e6:.0f} MB", seconds=seconds)
    table.add("agent memory before the ledger has them", f"{memory_held(person.pid) / 2**20:.1f} MiB")
    entries, held = person.settle()["entries"], memory_held(person.pid)
    table.add(f"agent memory after {entries} entries", f"{held / 2**20:.1f} MiB",
              f"≤ {MARK_MEMORY_MIB} MiB at 100K", held <= MARK_MEMORY_MIB * 2**20, bytes=held)

    subprocess.run([os.path.join(BIN, "tacho-claude")], input=client_document(person).encode(),
                   env=person.environment, stdout=subprocess.DEVNULL, check=True)
    reads = helper("slot_read", person.segment, SESSION)
    table.add("slot read, held descriptor", f"{reads['held descriptor']['p50_ns']} ns",
              f"< {MARK_SLOT_NS} ns",
              reads["held descriptor"]["p50_ns"] < MARK_SLOT_NS, **reads["held descriptor"])
    table.add("slot read, mapped", f"{reads['mapped']['p50_ns']} ns", **reads["mapped"])

    bench_appends(person, table)

    time.sleep(3)  # whatever was begun is over
    before = switches(person.pid)
    time.sleep(IDLE_SECONDS)
    woken = switches(person.pid) - before
    table.add(f"agent wake-ups in {IDLE_SECONDS} idle seconds", str(woken), "0", woken == 0, wakeups=woken)
    bench_scale(table)
