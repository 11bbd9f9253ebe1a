"""Git from nothing: the agent's first look at a repository that it does not know yet, beside `git status`."""

import json
import os
import resource
import shutil
import subprocess
import time

from common import BIN
from prompt import dirty, repository

SIZES = (10, 10_000, 100_000)
ROUNDS = 3
MARK_COLD = 1.0


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
        state = json.loads(answer)["git"]
        if state["stale_ms"] == 0 and state["staged"] is not None:
            return time.perf_counter() - started, cpu_seconds(person.pid) - before


def bench_git(person, table):
    for files in SIZES:
        path = repository(person, files)
        time.sleep(1.1)  # an index as young as its files would have every file read
        subprocess.run(["git", "update-index", "--refresh"], cwd=path, env=person.environment, check=True)
        for changed in (0, 1, 1000):
            if changed > files:
                continue
            dirty(path, changed)
            rounds = [(by_git(person, path), by_agent(person, path)) for _ in range(ROUNDS)]
            (git_took, git_cpu), (took, cpu) = ([min(column) for column in zip(*side)] for side in zip(*rounds))
            ratio = took / git_took
            marked = files == SIZES[-1] and changed == 0
            table.add(f"{files:,} files, {changed:,} dirty: first look, wall (CPU)",
                      f"{took * 1000:.1f} ({cpu * 1000:.0f}) ms; git status {git_took * 1000:.1f} ({git_cpu * 1000:.0f}) ms"
                      f" = {ratio:.2f} ×", f"≤ {MARK_COLD} ×" if marked else "", ratio <= MARK_COLD if marked else None,
                      ratio=ratio, wall_s=took, cpu_s=cpu, git_wall_s=git_took, git_cpu_s=git_cpu)
        shutil.rmtree(path)
