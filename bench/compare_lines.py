#!/usr/bin/env python3
"""Status lines beside each other: CPU and wall of one draw, Tacho's with the agent's share, and its peers' from npm.

usage: bench/compare_lines.py [--rounds 12] [--markdown]

`make compare-lines` builds the programs and runs this. All get the same document, transcript (250 KB), repository (300
files) and terminal, in turn, each detached from the terminal of its ancestor as the client detaches them (a peer that
finds none runs dozens of `ps`). Then 100 MB of other logs are put beside the transcript, and it is done again. CPU is of
the program and of whatever it ran, and, for Tacho, of the agent until it sleeps again. Medians.

Peers that npm does not carry are given by figures of another day, as multiples of what /bin/true took then.
"""

import argparse
import json
import os
import pty
import signal
import subprocess
import sys
import time

import common
import compare
from draw import agent_cpu

ROUNDS, ROUNDS_LARGE, DRAWS_A_ROUND = 12, 3, 8
SMALL, LARGE = 60, 22_500  # messages: 250 KB, 100 MB
SETTLED_SECONDS = 0.002
MODULES = os.path.join(compare.PEERS, "node_modules")
PACKAGES = {"ccstatusline@2.2.30": os.path.join(MODULES, "ccstatusline", "dist", "ccstatusline.js"),
            "@cometix/ccline@1.1.2": os.path.join(MODULES, "@cometix", "ccline-linux-x64", "ccline")}
# CPU, least of 40, beside /bin/true's in the same run: built from their repositories, which took what npm could give.
OF_ANOTHER_DAY = (("claude-powerline 1.29.0, of another day", 385, 500), ("claude-hud 0.0.4, of another day", 213, None))


class Line:
    """A status line's command, and what each draw took: wall and CPU seconds."""

    def __init__(self, name, arguments, environment, mark=None, agent=None, scales=False):
        self.name, self.arguments, self.environment = name, arguments, environment
        self.mark, self.agent, self.scales = mark, agent, scales
        self.draws = []

    def draw(self, document):
        reader, writer = os.pipe()
        os.write(writer, document)
        os.close(writer)
        before = agent_cpu(self.agent) if self.agent else 0
        null = os.open(os.devnull, os.O_WRONLY)
        started = time.perf_counter()
        pid = os.posix_spawnp(self.arguments[0], self.arguments, self.environment, setsid=True, file_actions=[
            (os.POSIX_SPAWN_DUP2, reader, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
        _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - started
        os.close(null)
        os.close(reader)
        if status:
            raise SystemExit(f"compare: {self.name} failed: {' '.join(self.arguments)}")
        cpu = used.ru_utime + used.ru_stime
        if self.agent:
            time.sleep(SETTLED_SECONDS)
            cpu += (agent_cpu(self.agent) - before) / 1e9
        self.draws.append((wall, cpu))


def changing(document, number):
    return json.dumps({**json.loads(document), "cost": {"total_cost_usd": number / 100, "total_duration_ms": number}}).encode()


def lines_for(person):
    environment = {**person.environment, "LOG_LEVEL": "0"}
    hook = [os.path.join(common.BIN, "tacho-claude")]
    return [Line("a process that only exits", [os.path.join(common.HELPERS, "exit_only")], environment),
            Line("/bin/true", ["/bin/true"], environment),
            Line("tacho-claude and the agent", hook, environment, agent=person.pid, scales=True),
            Line("the same, something new each time", hook, environment, agent=person.pid, scales=True),
            Line("CCometixLine 1.1.2", [PACKAGES["@cometix/ccline@1.1.2"]], environment, 40, scales=True),
            Line(f"ccusage {compare.peer.VERSION} statusline", [compare.peer.PROGRAM, "statusline", "--offline", "--no-cache"],
                 environment, 150, scales=True),
            Line("ccstatusline 2.2.30", ["node", PACKAGES["ccstatusline@2.2.30"]], environment, 1000)]


def measure(lines, document, rounds):
    for each in lines:
        each.draw(document)
        each.draws.clear()
    for number in range(rounds):
        for each in lines:
            for draw in range(DRAWS_A_ROUND if each.agent else 1):
                is_new = each.name.startswith("the same")
                each.draw(changing(document, number * DRAWS_A_ROUND + draw) if is_new else document)
        print(".", end="", file=sys.stderr, flush=True)
    return {each.name: [sorted(column)[len(column) // 2] for column in zip(*each.draws)] for each in lines}


def under_a_terminal(work, *arguments):
    """What `work` returns, done by a process that has a terminal, as the client has."""
    reader, writer = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.write(writer, json.dumps(work(*arguments)).encode())
        except BaseException as failure:  # this is not the process that cleans up
            print(failure, file=sys.stderr)
        os._exit(0)
    os.close(writer)
    try:
        while shown := os.read(terminal, 4096):
            sys.stderr.buffer.write(shown)
            sys.stderr.flush()
    except OSError:  # its other end is closed
        pass
    os.waitpid(pid, 0)
    with os.fdopen(reader, "rb") as results:
        text = results.read()
    os.close(terminal)
    if not text:
        raise SystemExit("compare: a status line could not be measured")
    return json.loads(text)


def make_repository(person):
    """300 files, two of them changed and one that git does not know."""
    place = os.path.join(person.directory, "repository")
    git = ["git", "-C", place, "-c", "user.name=A", "-c", "user.email=a@example.org"]
    os.makedirs(place)
    for number in range(300):
        with open(os.path.join(place, f"file-{number}"), "w") as file:
            file.write(f"{number}\n")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True, env=person.environment)
    for name in ("file-1", "file-2", "new"):
        with open(os.path.join(place, name), "a") as file:
            file.write("more\n")
    return place


def document_of(person, place, transcript):
    document = json.loads(common.client_document(person))
    document.update({"session_id": os.path.basename(transcript)[:-len(".jsonl")], "cwd": place,
                     "transcript_path": transcript, "workspace": {"current_dir": place, "project_dir": place}})
    return json.dumps(document).encode()


HEAD = ("", "wall ms", "CPU ms", "beside Tacho: wall", "CPU", "mark", "")


def print_rows(rows, markdown):
    widths = [max(len(row[i]) for row in [HEAD, *rows]) for i in range(len(HEAD))]
    for number, row in enumerate([HEAD, *rows]):
        cells = [cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |" if markdown else "  ".join(cells).rstrip())
        if markdown and not number:
            print("|" + "|".join("---" + (":" if i else "") for i in range(len(HEAD))) + "|")
    print()


def print_table(lines, taken, markdown):
    wall, cpu = taken["tacho-claude and the agent"]
    rows = []
    for each in lines:
        its_wall, its_cpu = taken[each.name]
        told = "" if each.mark is None else "met" if its_cpu / cpu >= each.mark else "missed"
        rows.append((each.name, f"{its_wall * 1000:.2f}", f"{its_cpu * 1000:.3f}", compare.times(its_wall / wall),
                     compare.times(its_cpu / cpu), f"≥ {each.mark} ×" if each.mark else "", told))
    for name, beside_true, mark in OF_ANOTHER_DAY:
        ratio = beside_true * taken["/bin/true"][1] / cpu
        rows.append((name, "", "", "", compare.times(ratio), f"≥ {mark} ×" if mark else "",
                     "" if mark is None else "met" if ratio >= mark else "missed"))
    print_rows(rows, markdown)


def print_growth(lines, small, large, markdown):
    rows = [(each.name, f"{large[each.name][0] * 1000:.2f}", f"{large[each.name][1] * 1000:.3f}", "",
             compare.times(large[each.name][1] / small[each.name][1]) + " its own", "", "") for each in lines]
    print("With 100 MB of other logs:\n")
    print_rows(rows, markdown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--markdown", action="store_true", help="the tables as Markdown")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not without ending the agent
    compare.install_peer()
    for package, program in PACKAGES.items():
        compare.install(package, program)
    os.makedirs(compare.PLACE, exist_ok=True)
    for warning in common.unsteadiness(*common.calibrate()):
        print(f"unsteady: {warning}: take ratios, not times, and run it again")
    person = common.Person(SMALL, "--lean", "--sessions", "1", place=compare.PLACE)
    try:
        place = make_repository(person)
        document = document_of(person, place, max(person.files, key=os.path.getsize))
        person.start()
        lines = lines_for(person)
        os.chdir(place)
        small = under_a_terminal(measure, lines, document, options.rounds)
        print(f"\n\nOne draw, medians of {options.rounds} rounds:\n")
        print_table(lines, small, options.markdown)
        person.generate(2, LARGE, "--lean")
        person.settle()
        lines = [each for each in lines if each.scales]
        print_growth(lines, small, under_a_terminal(measure, lines, document, ROUNDS_LARGE), options.markdown)
    finally:
        os.chdir(common.ROOT)
        person.close()


if __name__ == "__main__":
    main()
