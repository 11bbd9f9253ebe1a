"""The prompts: what one costs in process, on a terminal, and in repositories of any size; git's own beside them."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import time

from common import BIN, BUILD, microseconds

GIT_PROMPT = "/usr/lib/git-core/git-sh-prompt"
ROUNDS, CALLS, GIT_ROUNDS = 60, 50, 15
STARTS, ENTERS, KEYS, PROMPTS_TRACED = 12, 150, 60, 20
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
    git(person, path, "config", "gc.auto", "0")  # nothing of git's is to run beside what is measured
    git(person, path, "-c", "core.bigFileThreshold=1", "add", ".")  # into one pack, which takes half the time
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
bench_binary() { line=$($BINARY $SURFACE); }
bench_status() { git status --porcelain=v2 --branch >/dev/null; }
bench_git_ps1() { __git_ps1 >/dev/null; }
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
    bench_calls binary 1
    [[ -d $PLACES$round ]] && cd $PLACES$round
    bench_calls elsewhere 1
    cd $ROOT
    if [[ $round -lt $GIT_ROUNDS ]]; then
        bench_calls status 1
        bench_calls git_ps1 1
    fi
    round=$((round + 1))
done
"""
CLOCKS = {
    "bash": "LC_ALL=C; bench_now() { now=${EPOCHREALTIME/./}000; }",
    "zsh": "zmodload zsh/datetime; bench_now() { now=$((epochtime[1] * 1000000000 + epochtime[2])); }",
}


def timed(person, shell, path, rounds, git_rounds, calls, places=""):
    """The figures of TIMED, as lists of nanoseconds. `places` and a round's number: a directory not seen before."""
    # What __git_ps1 needs to be told to say as much.
    flags = {f"GIT_PS1_SHOW{what}": value for what, value in
             (("DIRTYSTATE", "1"), ("STASHSTATE", "1"), ("UNTRACKEDFILES", "1"), ("UPSTREAM", "auto"))}
    environment = {**person.environment, **flags, "ROUNDS": str(rounds), "CALLS": str(calls), "ROOT": path,
                   "PLACES": places or os.path.join(path, "folder-"), "GIT_ROUNDS": str(git_rounds),
                   "FILE": os.path.join(path, "folder-0", "file-0"), "BINARY": os.path.join(BIN, "tacho-prompt"), "SURFACE": shell}
    script = "\n".join([SHELLS[shell]["load"], f". {GIT_PROMPT}", CLOCKS[shell], TIMED])
    result = subprocess.run([*SHELLS[shell]["command"], "-c", script], cwd=path, env=environment, check=True,
                            capture_output=True, text=True)
    figures = {}
    for line in result.stdout.splitlines():
        name, _, value = line.partition(" ")
        figures.setdefault(name, []).append(int(value))
    return figures


def add_git(table, what, figures):
    """git's own ways, and how many fences both take."""
    for name, words in (("status", "git status --porcelain=v2 --branch"), ("git_ps1", "__git_ps1")):
        table.add(f"{what}: {words}", spread(figures[name]), "", None, **numbers(figures[name]))
    both = percentile(figures["status"], 0.5) + percentile(figures["git_ps1"], 0.5)
    times = both / percentile(figures["fence"], 0.5)
    table.add(f"{what}: both of them, beside a fence", f"{times:.0f} ×", f"≥ {MARK_TIMES_GIT} ×",
              times >= MARK_TIMES_GIT, ratio=times)


def bench_in_process(person, table, path):
    for shell, mark in MARK_IN_PROCESS.items():
        places = os.path.join(path, f"{shell}-")
        for number in range(ROUNDS):
            os.makedirs(f"{places}{number}")
        figures = timed(person, shell, path, ROUNDS, GIT_ROUNDS, CALLS, places)
        floor = percentile(figures["nothing"], 0.5)
        above = [value - floor for value in figures["cached"]]
        table.add(f"{shell}: in process, no fence, above an empty function, p50/p99", spread(above),
                  f"p50 ≤ {microseconds(mark)}", percentile(above, 0.5) <= mark, **numbers(above))
        for name, words, mark in (("fence", "with a fence", MARK_FENCE),
                                  ("touched", "with a fence, one file touched", MARK_TOUCHED),
                                  ("elsewhere", "with a fence, in a directory for the first time", None),
                                  ("binary", "by tacho-prompt", None)):
            met = percentile(figures[name], 0.5) < mark if mark else None
            table.add(f"{shell}: {words}", spread(figures[name]), f"p50 < {microseconds(mark)}" if mark else "", met,
                      **numbers(figures[name]))
        add_git(table, shell, figures)


# ---- on a terminal: what zsh-bench measures ------------------------------------------------------------------

class Terminal:
    """A shell in a pseudo-terminal, and how long it takes to answer its person."""

    MARK = b"bench> "

    def __init__(self, person, command, path, environment):
        """`first_ns`: from its start to its first prompt."""
        started = time.perf_counter_ns()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(path)
            os.execvpe(command[0], command, {**person.environment, "TERM": "xterm-256color", **environment})
        self.until(self.MARK)
        self.first_ns = time.perf_counter_ns() - started
        self.settle(0.2)

    def read(self, seconds):
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        return os.read(self.descriptor, 65536) if ready else b""

    def settle(self, seconds):
        while self.read(seconds):
            pass

    def until(self, mark, seconds=20):
        seen = b""
        while mark not in seen:
            chunk = self.read(seconds)
            if not chunk:
                raise SystemExit(f"bench: no prompt; the terminal's last words: {seen[-200:]!r}")
            seen += chunk

    def lag(self, keys, mark):
        """Nanoseconds from these keys until the mark is on the screen."""
        started = time.perf_counter_ns()
        os.write(self.descriptor, keys)
        self.until(mark)
        taken = time.perf_counter_ns() - started
        self.settle(0.004)
        return taken

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


# How each shell is started, the file it reads then, a plain prompt, and how Tacho is put above it.
RC = {
    "bash": (["bash", "--noprofile", "--rcfile", "{rc}", "-i"], "bashrc", "PS1='bench> '", 'eval "$({})"'),
    "zsh": (["zsh", "-d", "-i"], ".zshrc", "PROMPT='bench> '", 'eval "$({})"'),
    "fish": (["fish", "-i"], "fish/config.fish", "function fish_prompt; printf 'bench> '; end; set -g fish_greeting",
             "{} | source"),
}
GIT_PS1 = (f". {GIT_PROMPT}; GIT_PS1_SHOWDIRTYSTATE=1 GIT_PS1_SHOWUNTRACKEDFILES=1 GIT_PS1_SHOWUPSTREAM=auto; "
           "PS1='$(__git_ps1)bench> '")


def setups_of(shell):
    """What the shells that are compared have in their configuration."""
    _, _, plain, load = RC[shell]
    setups = {"plain": plain, "tacho": plain + "\n" + load.format(f"{os.path.join(BIN, 'tacho')} init {shell}")}
    if shell == "bash":
        setups["__git_ps1"] = plain + "\n" + GIT_PS1
    return setups


def shell_open(person, shell, name, setup, path, tracer=()):
    command, file, _, _ = RC[shell]
    folder = os.path.join(person.directory, f"{shell}-{name}")
    rc = os.path.join(folder, file)
    os.makedirs(os.path.dirname(rc), exist_ok=True)
    with open(rc, "w") as out:
        out.write(setup + "\n")
    return Terminal(person, [*tracer, *(part.format(rc=rc) for part in command)], path,
                    {"ZDOTDIR": folder, "XDG_CONFIG_HOME": folder})


def add_lag(table, what, lags, mark=None):
    """Rows for one lag of one shell: without anything, and how much more it is with each of the others."""
    floor = percentile(lags["plain"], 0.5)
    for name, values in lags.items():
        if name == "plain":
            table.add(f"{what}, plain, p50/p99", spread(values), "", None, **numbers(values))
            continue
        added, marked = percentile(values, 0.5) - floor, mark if name == "tacho" else None
        table.add(f"{what}, {name}", f"{spread(values)}: {microseconds(added)} more",
                  f"≤ {microseconds(marked)} more" if marked else "", added <= marked if marked else None,
                  added_ns=added, **numbers(values))


def bench_first_prompt(person, table, shell, path):
    lags = {}
    for _ in range(STARTS):
        for name, setup in setups_of(shell).items():
            terminal = shell_open(person, shell, name, setup, path)
            lags.setdefault(name, []).append(terminal.first_ns)
            terminal.close()
    add_lag(table, f"{shell}: first prompt lag", lags)


def bench_lag(person, table, shell, path):
    terminals = {name: shell_open(person, shell, name, setup, path) for name, setup in setups_of(shell).items()}
    commands, inputs = {name: [] for name in terminals}, {name: [] for name in terminals}
    for _ in range(ENTERS):
        for name, terminal in terminals.items():
            commands[name].append(terminal.lag(b"\r", Terminal.MARK))
    for terminal in terminals.values():
        os.write(terminal.descriptor, b"echo " + b"x" * 60)
        terminal.settle(0.2)
    for _ in range(KEYS):
        for name, terminal in terminals.items():
            inputs[name].append(terminal.lag(b"y", b"y"))
    for terminal in terminals.values():
        terminal.close()
    add_lag(table, f"{shell}: command lag", commands, MARK_LAG[shell])
    add_lag(table, f"{shell}: input lag", inputs)


def processes_made(trace):
    with open(trace, errors="replace") as file:
        return len(re.findall(r"(?m)^\d+ +(?:v?fork|clone3?)\((?!.*CLONE_THREAD)", file.read()))


def bench_processes(person, table, shell, path):
    trace = os.path.join(person.directory, f"trace-{shell}")
    tracer = ["strace", "-f", "-qq", "-e", "trace=fork,vfork,clone,clone3", "-o", trace]
    terminal = shell_open(person, shell, "tacho", setups_of(shell)["tacho"], path, tracer)
    for _ in range(5):
        terminal.lag(b"\r", Terminal.MARK)
    terminal.settle(0.2)
    before = processes_made(trace)
    for _ in range(PROMPTS_TRACED):
        terminal.lag(b"\r", Terminal.MARK)
    terminal.settle(0.2)
    made = processes_made(trace) - before
    terminal.close()
    table.add(f"{shell}: processes started for {PROMPTS_TRACED} prompts", str(made), "0", made == 0, count=made)


def bench_first_ever(person, table, path):
    """No agent yet, and this prompt starts one."""
    times = []
    for _ in range(STARTS):
        person.tacho("stop")
        terminal = shell_open(person, "bash", "tacho", setups_of("bash")["tacho"], path)
        times.append(terminal.first_ns)
        terminal.close()
        person.tacho("start", "--wait")
    table.add("bash: first prompt lag, and no agent runs", spread(times), "", None, **numbers(times))
    person.pid = json.loads(person.tacho("status", "--json"))["pid"]


def bench_prompt(person, table):
    person.start()
    path = repository(person, 200)
    bench_in_process(person, table, path)
    for shell in RC:
        bench_first_prompt(person, table, shell, path)
        bench_lag(person, table, shell, path)
        bench_processes(person, table, shell, path)
    bench_first_ever(person, table, path)
