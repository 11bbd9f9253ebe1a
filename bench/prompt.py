"""The prompts: what one costs in process, on a terminal, and in repositories of any size; git's own beside them."""

import os
import pty
import select
import signal
import subprocess
import time

from common import BIN, BUILD, ROOT, microseconds

GIT_PROMPT = "/usr/lib/git-core/git-sh-prompt"
ROUNDS, CALLS, ENTERS = 60, 50, 150
MARK_IN_PROCESS = {"bash": 5000, "zsh": 3000}
MARK_FENCE, MARK_TOUCHED, MARK_TIMES_GIT = 60_000, 150_000, 100
MARK_LAG = {"bash": 200_000, "zsh": 200_000, "fish": 500_000}

SHELLS = {
    "bash": {"command": ["bash", "--norc", "--noprofile"], "load": f"enable -f {BUILD}/lib/tacho.bash tacho_prompt"},
    "zsh": {"command": ["zsh", "-f"], "load": f"module_path+=({BUILD}/lib/tacho.zsh); zmodload tacho"},
}


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def spread(values):
    return " / ".join(microseconds(percentile(values, share)) for share in (0.5, 0.99))


def numbers(values):
    return {"p50_ns": percentile(values, 0.5), "p99_ns": percentile(values, 0.99), "samples": len(values)}


# ---- repositories ----------------------------------------------------------------------------------------

def git(person, path, *arguments):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments], cwd=path, check=True,
                   env=person.environment, stdout=subprocess.DEVNULL)


def repository(person, files):
    """A committed repository of so many files, a hundred to a folder."""
    path = os.path.join(person.directory, f"repository-{files}")
    for number in range(files):
        folder = os.path.join(path, f"folder-{number // 100}")
        if number % 100 == 0:
            os.makedirs(folder)
        with open(os.path.join(folder, f"file-{number}"), "w") as file:
            file.write(f"{number}\n")
    git(person, path, "init", "-q", "-b", "main")
    git(person, path, "add", ".")
    git(person, path, "commit", "-q", "-m", "all")
    return path


def dirty(path, count):
    for number in range(count):
        with open(os.path.join(path, f"folder-{number // 100}", f"file-{number}"), "a") as file:
            file.write("changed\n")


# ---- in process: a script in the shell times its own calls --------------------------------------------------

# Both shells understand it; each says what the time is. A line for each figure: its name, then nanoseconds.
TIMED = """
bench_nothing() { :; }
bench_cached() { tacho_prompt -c; }
bench_fence() { tacho_prompt -w 1000; }
bench_touched() { tacho_prompt -w 1000; }
bench_elsewhere() { tacho_prompt -w 1000; }
bench_git() { git status --porcelain=v2 --branch >/dev/null; __git_ps1 >/dev/null; }
bench_calls() { # name, calls
    local i=0 started
    bench_now
    started=$now
    while [[ $i -lt $2 ]]; do "bench_$1"; i=$((i + 1)); done
    bench_now
    echo "$1 $(((now - started) / $2))"
}
bench_fence >/dev/null
round=0
while [[ $round -lt $ROUNDS ]]; do
    bench_calls nothing $CALLS
    bench_calls cached $CALLS
    for call in 1 2 3; do bench_calls fence 1; done
    echo $round >$FILE
    bench_calls touched 1
    [[ -d $ROOT/folder-$round ]] && cd $ROOT/folder-$round
    bench_calls elsewhere 1
    cd $ROOT
    if [[ $round -lt $GIT_ROUNDS ]]; then bench_calls git 1; fi
    round=$((round + 1))
done
"""
CLOCKS = {
    "bash": "LC_ALL=C; bench_now() { now=${EPOCHREALTIME/./}000; }",
    "zsh": "zmodload zsh/datetime; bench_now() { now=$((epochtime[1] * 1000000000 + epochtime[2])); }",
}


def timed(person, shell, path, rounds=ROUNDS, git_rounds=ROUNDS, calls=CALLS):
    """The figures of TIMED, as lists of nanoseconds."""
    # What __git_ps1 needs to be told to say as much.
    flags = {f"GIT_PS1_SHOW{what}": value for what, value in
             (("DIRTYSTATE", "1"), ("STASHSTATE", "1"), ("UNTRACKEDFILES", "1"), ("UPSTREAM", "auto"))}
    environment = {**person.environment, **flags, "ROUNDS": str(rounds), "CALLS": str(calls),
                   "GIT_ROUNDS": str(git_rounds), "ROOT": path,
                   "FILE": os.path.join(path, "folder-0", "file-0")}
    script = "\n".join([SHELLS[shell]["load"], f". {GIT_PROMPT}", CLOCKS[shell], TIMED])
    result = subprocess.run([*SHELLS[shell]["command"], "-c", script], cwd=path, env=environment, check=True,
                            capture_output=True, text=True)
    figures = {}
    for line in result.stdout.splitlines():
        name, _, value = line.partition(" ")
        figures.setdefault(name, []).append(int(value))
    return figures


def add_git(table, what, figures):
    """What git needs for the same, and how many fences that is."""
    times = percentile(figures["git"], 0.5) / percentile(figures["fence"], 0.5)
    table.add(f"{what}: git status and __git_ps1", f"{spread(figures['git'])} = {times:.0f} ×",
              f"≥ {MARK_TIMES_GIT} × the fence", times >= MARK_TIMES_GIT, ratio=times, **numbers(figures["git"]))


def bench_in_process(person, table, path):
    for shell, mark in MARK_IN_PROCESS.items():
        figures = timed(person, shell, path)
        floor = percentile(figures["nothing"], 0.5)
        above = [value - floor for value in figures["cached"]]
        table.add(f"{shell}: in process, no fence, above an empty function, p50/p99", spread(above),
                  f"p50 ≤ {microseconds(mark)}", percentile(above, 0.5) <= mark, **numbers(above))
        for name, words, mark in (("fence", "with a fence", MARK_FENCE),
                                  ("touched", "with a fence, one file touched", MARK_TOUCHED)):
            table.add(f"{shell}: {words}", spread(figures[name]), f"p50 < {microseconds(mark)}",
                      percentile(figures[name], 0.5) < mark, **numbers(figures[name]))
        add_git(table, shell, figures)


# ---- on a terminal: from Enter to the prompt, as zsh-bench's command lag ---------------------------------------

class Terminal:
    """A shell in a pseudo-terminal, and how long it takes to its next prompt."""

    MARK = b"bench> "

    def __init__(self, person, command, path, setup=()):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(path)
            os.execvpe(command[0], command, {**person.environment, "TERM": "xterm-256color"})
        self.settle()
        for line in setup:
            os.write(self.descriptor, line.encode() + b"\r")
            self.settle()

    def read(self, seconds):
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        return os.read(self.descriptor, 65536) if ready else b""

    def settle(self, seconds=0.3):
        while self.read(seconds):
            pass

    def until(self, mark, line="", seconds=5):
        """Types a line and Enter; nanoseconds until the mark is on the screen."""
        seen, started = b"", time.perf_counter_ns()
        os.write(self.descriptor, line.encode() + b"\r")
        while mark not in seen:
            chunk = self.read(seconds)
            if not chunk:
                raise SystemExit(f"bench: no prompt; the terminal's last words: {seen[-200:]!r}")
            seen += chunk
        taken = time.perf_counter_ns() - started
        self.settle(0.004)
        return taken

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


PLAIN = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ["PS1='bench> '"], 'eval "$({})"'),
    "zsh": (["zsh", "-f", "-d", "-i"], ["PROMPT='bench> '"], 'eval "$({})"'),
    "fish": (["fish", "--no-config", "-i"], ["function fish_prompt; printf 'bench> '; end"], "{} | source"),
}
GIT_PS1 = [f". {GIT_PROMPT}", "GIT_PS1_SHOWDIRTYSTATE=1 GIT_PS1_SHOWUNTRACKEDFILES=1 GIT_PS1_SHOWUPSTREAM=auto",
           "PS1='$(__git_ps1)bench> '"]


def bench_lag(person, table, path):
    for shell, (command, plain, load) in PLAIN.items():
        tacho = [*plain, load.format(f"{os.path.join(BIN, 'tacho')} init {shell}")]
        setups = {"plain": plain, "tacho": tacho, **({"__git_ps1": plain + GIT_PS1} if shell == "bash" else {})}
        terminals = {name: Terminal(person, command, path, setup) for name, setup in setups.items()}
        lags = {name: [] for name in terminals}
        for _ in range(ENTERS):
            for name, terminal in terminals.items():
                lags[name].append(terminal.until(Terminal.MARK))
        floor = percentile(lags["plain"], 0.5)
        table.add(f"{shell}: Enter to prompt, plain, p50/p99", spread(lags["plain"]), "", None, **numbers(lags["plain"]))
        for name in lags:
            if name == "plain":
                continue
            added, mark = percentile(lags[name], 0.5) - floor, MARK_LAG[shell] if name == "tacho" else None
            table.add(f"{shell}: {name}", f"{spread(lags[name])}: {microseconds(added)} more",
                      f"≤ {microseconds(mark)} more" if mark else "", added <= mark if mark else None,
                      added_ns=added, **numbers(lags[name]))
        for terminal in terminals.values():
            terminal.close()


def bench_prompt(person, table):
    person.start()
    path = repository(person, 200)
    bench_in_process(person, table, path)
    bench_lag(person, table, path)
