"""The hooks: from spawn to exit, beside a process that only exits."""

import os
import subprocess

from common import BIN, HELPERS, client_document, helper, percentiles

SPAWNS = 2500
MARK_READING, MARK_ROUND_TRIP, MARK_EVENT = 1.25, 1.7, 1.2
MARK_LAYOUT = 1.05


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
                   ":", "exit after input", os.path.join(HELPERS, "exit_only"), "read",
                   ":", "reading", hook, "--cached",
                   ":", "round trip", hook,
                   ":", "event", hook, "event",
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
    # An event is not waited for; it is set beside a process that reads its input and exits.
    ratio = times["event"]["p50_ns"] / times["exit after input"]["p50_ns"]
    table.add("process that reads its input and exits", percentiles(times["exit after input"]),
              **times["exit after input"])
    table.add("tacho-claude event", f"{percentiles(times['event'])} = {ratio:.2f} × that", f"≤ {MARK_EVENT} ×",
              ratio <= MARK_EVENT, ratio=ratio, **times["event"])
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
    bench_layouts(person, table, hook, document)
    size = os.path.getsize(hook)
    table.add("tacho-claude, file", f"{size / 1024:.1f} KiB", "≤ 40 KiB", size <= 40 * 1024, bytes=size)


def bench_layouts(person, table, hook, document):
    """A layout of three lines beside the default one, each as a ratio to the process that only exits."""
    ratios = {}
    for preset in ("default", "three-line"):
        os.makedirs(os.path.dirname(person.environment["TACHO_CONFIG"]), exist_ok=True)
        subprocess.run([os.path.join(BIN, "tacho"), "config", "set", "line.preset", preset], env=person.environment,
                       check=True, stdout=subprocess.DEVNULL)
        for _ in range(3):
            with open(document, "rb") as file:
                subprocess.run([hook], stdin=file, env=person.environment, stdout=subprocess.DEVNULL, check=True)
        times = helper("spawn", SPAWNS, document, "exit only", os.path.join(HELPERS, "exit_only"),
                       ":", "reading", hook, "--cached", env=person.environment)
        ratios[preset] = times["reading"]["p50_ns"] / times["exit only"]["p50_ns"]
    ratio = ratios["three-line"] / ratios["default"]
    table.add("tacho-claude --cached, three lines beside one", f"{ratio:.3f} ×", f"≤ {MARK_LAYOUT} ×",
              ratio <= MARK_LAYOUT, ratio=ratio)
