"""Git, in repositories of any size: the agent's first look at one that it does not know, and prompts from then on."""

import json
import os
import resource
import shutil
import subprocess
import time

from common import BIN, microseconds
from prompt import MARK_FENCE, MARK_TOUCHED, add_git, dirty, numbers, percentile, repository, spread, timed

SIZES = (10, 10_000, 100_000)
ROUNDS, PROMPTS, GIT_PROMPTS = 3, 60, 3
MARK_COLD = 1.0
MARK_LARGE_TOUCHED_P99 = 2_000_000


def cpu_seconds(pid):
    """What the agent has used, its threads that have ended included; in ticks of 10 ms."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def by_git(person, path):
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(["git", "--no-optional-locks", "status", "--porcelain=v2", "--branch"], cwd=path, check=True,
                   env=person.environment, stdout=subprocess.DEVNULL)
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def by_agent(person, path):
    """From the first question to the first answer that knows everything, of an agent that was just started."""
    if person.pid:
        person.tacho("stop")
        person.pid = None
    person.start()
    before, started = cpu_seconds(person.pid), time.perf_counter()
    while True:
        answer = subprocess.run([os.path.join(BIN, "tacho-prompt"), "json", "--wait", "1000"], cwd=path,
                                env=person.environment, capture_output=True, check=True).stdout
        state = json.loads(answer)["git"] if answer else None
        if state and state["stale_ms"] == 0 and state["staged"] is not None:
            return time.perf_counter() - started, cpu_seconds(person.pid) - before


def bench_first_look(person, table, path, what, mark):
    rounds = [(by_git(person, path), by_agent(person, path)) for _ in range(ROUNDS)]
    (git_took, git_cpu), (took, cpu) = ([min(column) for column in zip(*side)] for side in zip(*rounds))
    ratio = took / git_took
    table.add(f"{what}: first look, wall (CPU)",
              f"{took * 1000:.1f} ({cpu * 1000:.0f}) ms; git status {git_took * 1000:.1f} ({git_cpu * 1000:.0f}) ms"
              f" = {ratio:.2f} ×", f"≤ {mark} ×" if mark else "", ratio <= mark if mark else None,
              ratio=ratio, wall_s=took, cpu_s=cpu, git_wall_s=git_took, git_cpu_s=git_cpu)


def bench_prompts(person, table, path, what, is_large):
    """In bash, in process, each with a fence."""
    figures = timed(person, "bash", path, rounds=PROMPTS, git_rounds=GIT_PROMPTS, calls=5)
    table.add(f"{what}: fence, p50/p99", spread(figures["fence"]), f"p50 < {microseconds(MARK_FENCE)}",
              percentile(figures["fence"], 0.5) < MARK_FENCE, **numbers(figures["fence"]))
    table.add(f"{what}: one file touched", spread(figures["touched"]), f"p50 < {microseconds(MARK_TOUCHED)}",
              percentile(figures["touched"], 0.5) < MARK_TOUCHED, **numbers(figures["touched"]))
    if is_large:
        slowest = percentile(figures["touched"], 0.99)
        table.add(f"{what}: one file touched, p99", microseconds(slowest),
                  f"≤ {microseconds(MARK_LARGE_TOUCHED_P99)}", slowest <= MARK_LARGE_TOUCHED_P99, p99_ns=slowest)
    table.add(f"{what}: in a directory for the first time", spread(figures["elsewhere"]), "", None,
              **numbers(figures["elsewhere"]))
    add_git(table, what, figures)


def bench_git(person, table):
    for files in SIZES:
        path = repository(person, files)
        time.sleep(1.1)  # an index as young as its files would have every file read
        subprocess.run(["git", "update-index", "--refresh"], cwd=path, env=person.environment, check=True)
        for changed in (0, 1, 1000):
            if changed > files:
                continue
            dirty(path, changed)
            what, is_large = f"{files:,} files, {changed:,} dirty", files == SIZES[-1]
            if changed != 1:
                bench_first_look(person, table, path, what, MARK_COLD if is_large and not changed else None)
            bench_prompts(person, table, path, what, is_large)
        shutil.rmtree(path)
