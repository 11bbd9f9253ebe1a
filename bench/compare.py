#!/usr/bin/env python3
"""The peers beside us: Tacho and ccusage on the same logs in one run, and whether their documents are equal.

usage: bench/compare.py [--entries "10000 100000"] [--trees 200] [--runs 5] [--markdown]

The programs must be built (`make compare` does that). ccusage is installed by npm below build/peers; CCUSAGE=PROGRAM
takes another. Every round runs each command once, so that whatever else the machine does meets all of them. Logs are
generated `--lean`: 4.4 KB a message, all of it lines that both must read; longer tool output would only favour who
skips it faster. Files are in the page cache. Timings fail nothing: the exit status is 1 if documents differ.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import common

sys.path.insert(0, os.path.join(common.ROOT, "tests", "e2e"))
import oracle  # noqa: E402
import peer  # noqa: E402

PEERS = os.path.join(common.BUILD, "peers")
PLACE = os.path.join(common.BUILD, "compare")
CORPUS = os.environ.get("TACHO_CORPUS", os.path.join(common.BUILD, "corpus"))
TACHO = os.path.join(common.BIN, "tacho")
BYTES_AN_ENTRY = 4600  # of generated logs, on disk
ORACLE_MOST = 100_000  # entries: it is slow
ALL_REPORTS_MOST = 100_000  # entries
MEASURED = ("daily", "session", "blocks")
CHECKED = [report.split() for report in ("claude daily", "claude session", "claude blocks", "claude monthly",
                                         "claude weekly", "daily", "session", "daily --by-agent")]


# ---- the peer --------------------------------------------------------------------------------------------

def install_peer():
    install(f"ccusage@{peer.VERSION}", peer.PROGRAM)


def install(package, program):
    """By npm, below build/peers."""
    if os.access(program, os.X_OK):
        return
    if not shutil.which("npm"):
        raise SystemExit("compare: npm is not here: install it (Debian: apt-get install npm), or set CCUSAGE=PROGRAM")
    print(f"installing {package} into {PEERS}", file=sys.stderr)
    os.makedirs(PEERS, exist_ok=True)
    result = subprocess.run(["npm", "install", "--prefix", PEERS, "--no-audit", "--no-fund", "--ignore-scripts",
                             package], capture_output=True, text=True)
    if result.returncode != 0 or not os.path.exists(program):
        why = (result.stderr.strip().splitlines() or [f"it has no program for {os.uname().machine}"])[-1]
        raise SystemExit(f"compare: npm could not install {package}: {why}; with another network, or with "
                         "CCUSAGE=PROGRAM, it goes on")
    os.chmod(program, 0o755)


# ---- measuring -------------------------------------------------------------------------------------------

class Command:
    """A command line, what it took in each round, and which others it is held against."""

    def __init__(self, name, arguments, environment, files=None, against=None):
        self.name, self.arguments, self.environment = name, [str(part) for part in arguments], environment
        self.stdin = files or os.devnull
        self.against = against
        self.runs = []
        self.memory = {"VmHWM": 0, "RssAnon": 0}

    def start(self):
        null = os.open(os.devnull, os.O_WRONLY)
        stdin = os.open(self.stdin, os.O_RDONLY)
        try:
            return os.posix_spawnp(self.arguments[0], self.arguments, self.environment, file_actions=[
                (os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
        finally:
            os.close(null)
            os.close(stdin)

    def run(self):
        """One round: seconds, CPU seconds."""
        started = time.perf_counter()
        _, status, used = os.wait4(self.start(), 0)
        wall = time.perf_counter() - started
        if status:
            raise SystemExit(f"compare: {self.name} failed: {' '.join(self.arguments)}")
        self.runs.append((wall, used.ru_utime + used.ru_stime))

    def look_at_memory(self):
        """The most it holds, as far as many looks in a run of its own see it."""
        pid = self.start()
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            try:
                with open(f"/proc/{pid}/status") as file:
                    fields = dict(line.split(":", 1) for line in file)
            except OSError:
                continue
            for name in self.memory:
                self.memory[name] = max(self.memory[name], int(fields.get(name, "0 kB").split()[0]) * 1024)

    def column(self, index):
        return sorted(run[index] for run in self.runs)

    @property
    def wall(self):
        return self.column(0)[0]

    @property
    def cpu(self):
        return self.column(1)[0]


def commands_for(person, apart, reports):
    """What is measured on a person's logs; `apart`: an environment in which no agent runs."""
    document = os.path.join(person.directory, "document.json")
    with open(document, "w") as file:
        file.write(common.client_document(person))
    with open(os.path.join(person.directory, "files"), "w") as file:
        file.write("\0".join(person.files))
    theirs = {**apart, "LOG_LEVEL": "0"}
    commands = [Command("exit at once", [os.path.join(common.HELPERS, "exit_only")], apart),
                Command("cat FILES >/dev/null", ["xargs", "-0", "cat"], apart, os.path.join(person.directory, "files"))]
    for report in reports:
        arguments = ["claude", report, "--json", "--offline"]
        many = Command(f"ccusage {report}", [peer.PROGRAM, *arguments], theirs)
        one = Command(f"ccusage {report}, one thread", [peer.PROGRAM, *arguments, "--single-thread"], theirs)
        commands += [many, one]
        for name, more, environment, against in (
                ("scan", ["--direct"], apart, many), ("scan, one thread", ["--direct", "--single-thread"], apart, one),
                ("--rules ccusage", ["--rules", "ccusage"], apart, many),
                ("--rules ccusage, one thread", ["--rules", "ccusage", "--single-thread"], apart, one),
                ("agent", [], person.environment, many)):
            commands.append(Command(f"tacho {report}, {name}", [TACHO, *arguments, *more], environment, None, against))
    line = Command("ccusage statusline, uncached", [peer.PROGRAM, "statusline", "--offline", "--no-cache"], theirs, document)
    return [*commands, line,
            Command("tacho statusline, agent", [TACHO, "statusline"], person.environment, document, line),
            Command("tacho-claude, agent", [os.path.join(common.BIN, "tacho-claude")], person.environment, document, line)]


def how_to_measure(entries, runs):
    """Which reports, in how many rounds: of a million entries the peer alone takes minutes for each."""
    return (MEASURED, runs) if entries <= ALL_REPORTS_MOST else (MEASURED[:1], 1)


def measure(commands, rounds):
    """The first round of several only brings into the page cache what is read once."""
    for _ in range(rounds > 1):
        for each in commands:
            each.run()
            each.runs.clear()
    for _ in range(rounds):
        for each in commands:
            each.run()
        print(".", end="", file=sys.stderr, flush=True)
    for each in commands:
        each.look_at_memory()
    print(file=sys.stderr)


# ---- the table -------------------------------------------------------------------------------------------

def milliseconds(seconds):
    return f"{seconds * 1000:.1f}" if seconds < 0.1 else f"{seconds * 1000:.0f}"


def mebibytes(count):
    return f"{count / 2**20:.1f}" if count else ""


def times(ratio):
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def row(each, cat):
    against = each.against
    return [each.name, milliseconds(each.wall), milliseconds(each.column(0)[len(each.runs) // 2]), milliseconds(each.cpu),
            mebibytes(each.memory["VmHWM"]), mebibytes(each.memory["RssAnon"]), times(each.wall / cat.wall), times(each.cpu / cat.cpu),
            times(against.wall / each.wall) if against else "", times(against.cpu / each.cpu) if against else ""]


HEAD = ("", "wall ms, min", "median", "CPU ms", "RSS MiB", "anonymous", "wall / cat", "CPU / cat", "ccusage's wall",
        "ccusage's CPU")


def print_table(commands, markdown):
    cat = next(each for each in commands if each.name.startswith("cat"))
    rows = [HEAD] + [row(each, cat) for each in commands]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(HEAD))]
    for number, cells in enumerate(rows):
        padded = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(cells, widths))]
        print("| " + " | ".join(padded) + " |" if markdown else "  ".join(padded).rstrip())
        if markdown and number == 0:
            print("|" + "|".join("-" * (width + 1) + (":" if i else "-") for i, width in enumerate(widths)) + "|")
    print()


# ---- equality --------------------------------------------------------------------------------------------

class Equality:
    """How many documents were compared, and the first that differ."""

    def __init__(self):
        self.compared, self.different = {}, []

    def add(self, what, same, told):
        count, equal = self.compared.get(what, (0, 0))
        self.compared[what] = (count + 1, equal + same)
        if not same:
            self.different.append(told)

    def documents(self, what, command, environment, *more):
        """Compares our document with the peer's. An active block's projection changes by the minute."""
        for _ in range(4):
            theirs, ours = peer.document(command, environment), peer.ours(command, environment, *more)
            if theirs == ours or peer.is_timeless(theirs):
                break
        self.add(what, theirs == ours, f"{what}: {' '.join(command)} in {environment['CLAUDE_CONFIG_DIR']}")

    def totals(self, what, environment):
        ours = json.loads(subprocess.run([TACHO, "totals", "--json", "--direct", "--tz", "UTC"], env=environment,
                                         check=True, capture_output=True).stdout)
        wrong = oracle.differences({key: ours.get(key) for key in oracle.COMPARED},
                                   {key: value for key, value in oracle.count(environment["CLAUDE_CONFIG_DIR"]).items()
                                    if key in oracle.COMPARED})
        self.add(what, not wrong, f"{what}: {'; '.join(wrong)}")

    def print(self, markdown):
        for what, (count, equal) in self.compared.items():
            print(f"{'- ' if markdown else ''}{what}: {equal} of {count} documents equal")
        for told in self.different[:20]:
            print(f"  differs: {told}")


def check_tree(equality, seed, environment):
    with tempfile.TemporaryDirectory(dir=PLACE) as logs:
        subprocess.run([common.GENERATOR, "odd", logs, "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)
        there = {**environment, "CLAUDE_CONFIG_DIR": logs}
        for number, command in enumerate(peer.tree_commands(logs, seed)):
            threads = ["--single-thread"] if (seed + number) % 2 else []
            equality.documents("odd trees, ccusage's rules", command, there, *threads)
        for folder, _, _ in os.walk(logs):
            os.chmod(folder, 0o700)


def check_corpus(equality, environment):
    if not os.path.isdir(os.path.join(CORPUS, "projects")):
        return
    there = {**environment, "CLAUDE_CONFIG_DIR": CORPUS}
    for _, command, zone in peer.corpus_cases():
        equality.documents("real logs, ccusage's rules", [*command, "--timezone", zone], there)
    if oracle.present():
        equality.totals("real logs, totals and the oracle's", there)


def check_logs(equality, person, apart):
    what = f"{person.entries} entries"
    for command in CHECKED:
        equality.documents(f"{what}, ccusage's rules", [*command, "--timezone", "UTC"], apart)
    if oracle.present() and person.entries <= ORACLE_MOST:
        equality.totals(f"{what}, totals and the oracle's", apart)


# ---- all of it -------------------------------------------------------------------------------------------

def environment_apart(person):
    """The person's, without an agent and without a ledger."""
    for name in ("apart-run", "apart-state"):
        os.makedirs(os.path.join(person.directory, name), 0o700)
    return {**person.environment, "TACHO_RUNTIME_DIR": os.path.join(person.directory, "apart-run"),
            "TACHO_STATE_DIR": os.path.join(person.directory, "apart-state")}


def compare_size(entries, options, equality):
    free = shutil.disk_usage(PLACE).free
    if free < entries * BYTES_AN_ENTRY * 1.5 + 2**30:
        print(f"{entries} entries are left out: they take {entries * BYTES_AN_ENTRY / 1e9:.1f} GB and a ledger, and "
              f"{free / 1e9:.1f} GB are free in {PLACE}\n")
        return
    person = common.Person(entries, "--lean", place=PLACE)
    try:
        apart = environment_apart(person)
        person.start()
        reports, rounds = how_to_measure(entries, options.runs)
        commands = commands_for(person, apart, reports)
        measure(commands, rounds)
        bold = "**" if options.markdown else ""
        print(f"{bold}{entries:,} messages: {len(person.files):,} files, {person.bytes / 1e6:,.0f} MB, "
              f"{rounds} round{'s' if rounds > 1 else ''}; "
              f"the agent holds {mebibytes(common.memory_held(person.pid))} MiB{bold}\n")
        print_table(commands, options.markdown)
        check_logs(equality, person, apart)
    finally:
        person.close()


def check_trees(options, equality):
    with tempfile.TemporaryDirectory(dir=PLACE) as home:
        environment = {**os.environ, "HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8", "TACHO_CONFIG": os.path.join(home, "c"),
                       "TACHO_STATE_DIR": os.path.join(home, "s"), "TACHO_RUNTIME_DIR": os.path.join(home, "r")}
        check_corpus(equality, environment)
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for done in [pool.submit(check_tree, equality, seed, environment) for seed in range(1, options.trees + 1)]:
                done.result()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", default="10000 100000 1000000", help="how many, in each of the logs")
    parser.add_argument("--trees", type=int, default=200, help="odd trees whose documents are compared")
    parser.add_argument("--runs", type=int, default=5, help="rounds, up to 100,000 entries; above, one")
    parser.add_argument("--markdown", action="store_true", help="the tables as Markdown")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not without ending the agent
    install_peer()
    os.makedirs(PLACE, exist_ok=True)
    equality = Equality()
    machine = common.describe_machine()
    print(f"Tacho {machine['revision']} and ccusage {peer.VERSION} on {machine['cpu']}, {machine['cores']} cores")
    for warning in common.unsteadiness(*common.calibrate()):
        print(f"unsteady: {warning}: take ratios, not times, and run it again")
    print()
    for entries in options.entries.replace(",", " ").split():
        compare_size(int(entries), options, equality)
    check_trees(options, equality)
    equality.print(options.markdown)
    sys.exit(1 if equality.different else 0)


if __name__ == "__main__":
    main()
