"""The agent's share of a status line: CPU for a draw, for one that changes nothing, for many sessions; and what the
hook holds and how steady it is."""

import ctypes
import json
import os
import resource
import time

from common import BIN, HELPERS, client_document, helper, microseconds

DRAWS, SPAWNS = 400, 1500
SESSIONS = ((10, 1, 10, None), (50, 3, 5, 0.02))  # how many, draws a second each, seconds, mark of the agent's share
MARK_TEN, MARK_RENDER_NS, MARK_STEADY, MARK_MEMORY = 0.005, 30_000, 1.15, 600
TWELVE = """[line]
row = model directory git.branch git.changes
row = context.used context.bar context.tokens cost.session
row = cost.today block limit.five_hour limit.seven_day
"""
PTRACE_TRACEME, PTRACE_CONT, PTRACE_SETOPTIONS, PTRACE_O_TRACEEXIT = 0, 7, 0x4200, 0x40


def agent_cpu(pid):
    """Nanoseconds on a CPU, of all threads (proc(5), schedstat)."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e9


class Hook:
    """Runs a program as the client runs the hook: a document on a pipe, nobody reads the answer."""

    def __init__(self, environment, program=os.path.join(BIN, "tacho-claude"), *arguments):
        self.environment, self.arguments = environment, [program, *arguments]
        self.null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)

    def draw(self, document):
        reader, writer = os.pipe()
        os.write(writer, document)
        os.close(writer)
        pid = os.posix_spawn(self.arguments[0], self.arguments, self.environment, file_actions=[
            (os.POSIX_SPAWN_DUP2, reader, 0), (os.POSIX_SPAWN_DUP2, self.null, 1)])
        os.close(reader)
        os.waitpid(pid, 0)

    def close(self):
        os.close(self.null)


def of_session(document, number):
    return json.dumps({**document, "session_id": f"5e551011-0000-4000-8000-{number:012}"}).encode()


def changed(document, number):
    return json.dumps({**document, "context_window": {"context_window_size": 200000, "used_percentage": 1 + number % 90},
                       "cost": {"total_cost_usd": number / 100, "total_duration_ms": number * 1000}}).encode()


def agent_cpu_a_draw(person, hook, documents):
    for each in documents[:20]:
        hook.draw(each)
    before = agent_cpu(person.pid)
    for each in documents:
        hook.draw(each)
    return (agent_cpu(person.pid) - before) / len(documents)


def bench_renders(person, table, hook, document):
    """The same document again and again, and another each time: what is more is drawing and publishing."""
    with open(person.environment["TACHO_CONFIG"], "w") as file:
        file.write(TWELVE)
    same = agent_cpu_a_draw(person, hook, [json.dumps(document).encode()] * DRAWS)
    other = agent_cpu_a_draw(person, hook, [changed(document, number) for number in range(DRAWS)])
    table.add("agent's CPU a draw, three lines of 12 segments, nothing new", microseconds(same), ns=same)
    table.add("the same, something new each time", microseconds(other), ns=other)
    table.add("of it drawing and publishing", microseconds(other - same), f"≤ {MARK_RENDER_NS // 1000} µs",
              other - same <= MARK_RENDER_NS, ns=other - same)


def bench_sessions(person, table, hook, document, count, rate, seconds, mark):
    """Sessions that draw at a fixed rate, each draw of something new, evenly spread."""
    draws = count * rate * seconds
    documents = [of_session(json.loads(changed(document, number)), number % count) for number in range(draws)]
    for each in documents[:count]:
        hook.draw(each)
    agent, children, start = agent_cpu(person.pid), children_cpu(), time.monotonic()
    for number, each in enumerate(documents):
        time.sleep(max(0, start + number / (count * rate) - time.monotonic()))
        hook.draw(each)
    took = (time.monotonic() - start) * 1e9
    agent, children = (agent_cpu(person.pid) - agent) / took, (children_cpu() - children) / took
    what = f"{count} sessions, {rate} draw{'s' * (rate > 1)} a second each: of a core, agent / hooks"
    met = agent + children <= MARK_TEN if mark is None else agent < mark
    table.add(what, f"{agent:.2%} / {children:.2%}", f"in all ≤ {MARK_TEN:.1%}" if mark is None else f"agent < {mark:.0%}",
              met, agent=agent, hooks=children)


def memory_peak(arguments, environment, document):
    """VmHWM of a program at its end, in KiB: it stops there for whoever traces it (ptrace(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    reader, writer = os.pipe()
    os.write(writer, document)
    os.close(writer)
    pid = os.fork()
    if pid == 0:
        os.dup2(reader, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        libc.ptrace(PTRACE_TRACEME, 0, None, None)
        os.execve(arguments[0], arguments, environment)
    os.close(reader)
    os.waitpid(pid, 0)
    libc.ptrace(PTRACE_SETOPTIONS, pid, None, ctypes.c_void_p(PTRACE_O_TRACEEXIT))
    libc.ptrace(PTRACE_CONT, pid, None, None)
    os.waitpid(pid, 0)
    with open(f"/proc/{pid}/status") as file:
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    libc.ptrace(PTRACE_CONT, pid, None, None)
    os.waitpid(pid, 0)
    return peak


def bench_steadiness(person, table, document):
    path = os.path.join(person.directory, "document.json")
    with open(path, "wb") as file:
        file.write(document)
    hook = os.path.join(BIN, "tacho-claude")
    times = helper("spawn", SPAWNS, path, "exit only", os.path.join(HELPERS, "exit_only"), ":", "hook", hook,
                   env=person.environment)
    tails = {name: each["p99_ns"] / each["p50_ns"] for name, each in times.items()}
    ratio = tails["hook"] / tails["exit only"]
    table.add("tacho-claude, p99/p50, beside that of a process that only exits",
              f"{tails['hook']:.2f} / {tails['exit only']:.2f} = {ratio:.2f} ×", f"≤ {MARK_STEADY} ×", ratio <= MARK_STEADY,
              ratio=ratio)
    peak = memory_peak([hook], person.environment, document)
    table.add("tacho-claude, VmHWM", f"{peak} KiB", f"≤ {MARK_MEMORY} KiB", peak <= MARK_MEMORY, kib=peak)


def bench_draw(person, table):
    person.start()
    document = json.loads(client_document(person))
    hook = Hook(person.environment)
    try:
        bench_renders(person, table, hook, document)
        for count, rate, seconds, mark in SESSIONS:
            bench_sessions(person, table, hook, document, count, rate, seconds, mark)
        bench_steadiness(person, table, json.dumps(document).encode())
    finally:
        hook.close()
        os.unlink(person.environment["TACHO_CONFIG"])
