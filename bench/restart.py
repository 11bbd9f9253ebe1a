"""A restart with a million entries of history: from exec to the right numbers, and what the agent then holds."""

import os
import shutil
import time

from common import BUILD, Person, helper, memory_held

ENTRIES = int(os.environ.get("RESTART_ENTRIES", 1_000_000))
BYTES_AN_ENTRY = 4500  # of a lean log, with room for the ledger
ROUNDS = 15
AGENT = os.path.join(BUILD, "libexec", "tacho-agent")
MARK_MS, MARK_MEMORY_MIB, MARK_BYTES = 50, 96, 80


def milliseconds(times):
    return " / ".join(f"{times[key] / 1e6:.1f}" for key in ("min_ns", "p50_ns", "p90_ns")) + " ms"


def bench_restart(_, table):
    if shutil.disk_usage(BUILD).free < 2 * ENTRIES * BYTES_AN_ENTRY:
        raise SystemExit(f"bench: {BUILD}: no room for the logs of {ENTRIES} entries; RESTART_ENTRIES may be fewer")
    person = Person(ENTRIES, "--lean", "--days", "365", place=BUILD)
    try:
        measure(person, table)
    finally:
        person.close()


def measure(person, table):
    started = time.perf_counter()
    person.start()
    table.add("first start, all logs read",
              f"{time.perf_counter() - started:.1f} s for {person.bytes / 1e9:.1f} GB in {len(person.files)} files")
    status = person.settle()
    entries, held = status["entries"], memory_held(person.pid)
    table.add(f"agent memory after {entries} entries", f"{held / 2**20:.1f} MiB", f"≤ {MARK_MEMORY_MIB} MiB",
              held <= MARK_MEMORY_MIB * 2**20, bytes=held)
    person.tacho("stop")
    person.pid = None
    name = next(name for name in os.listdir(person.environment["TACHO_STATE_DIR"]) if name.endswith(".db"))
    size = os.path.getsize(os.path.join(person.environment["TACHO_STATE_DIR"], name))
    table.add("ledger", f"{size / 1e6:.1f} MB = {size / entries:.1f} bytes an entry", f"≤ {MARK_BYTES}",
              size <= MARK_BYTES * entries, bytes=size)
    spawned = helper("spawn", 100, os.devnull, "version", AGENT, "--version", env=person.environment)["version"]
    table.add("agent that only says its version, min/p50/p90", milliseconds(spawned), **spawned)
    times = helper("restart", person.segment, ROUNDS, entries, AGENT, env=person.environment)
    table.add("exec to right numbers, min/p50/p90", milliseconds(times["wall"]), f"≤ {MARK_MS} ms",
              times["wall"]["p50_ns"] <= MARK_MS * 1e6, **times["wall"])
    table.add("the same, CPU", milliseconds(times["cpu"]), **times["cpu"])
