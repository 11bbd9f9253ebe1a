"""The peer: ccusage 20.0.24, whose documents `--rules ccusage` reproduces to the byte.

What it said about the real logs lies beside the product's tree (../shared/corpus/expected) where Tacho is
developed. What it says about fixed generated trees is kept as digests in expected/ccusage.json (made by
`CCUSAGE=PROGRAM python3 tests/e2e/test_ccusage.py --write-expected`); `make compare` installs the program and asks it
about many more.
"""

import glob
import hashlib
import os
import subprocess

import harness

VERSION = "20.0.24"
PROGRAM = os.environ.get("CCUSAGE") or os.path.join(
    harness.ROOT, "build", "peers", "node_modules", "@ccusage", "ccusage-linux-x64", "bin", "ccusage")
CORPUS_EXPECTED = os.path.join(harness.ROOT, "..", "shared", "corpus", "expected")

ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
MODES = ("auto", "calculate", "display")
REPORTS = ("daily", "weekly", "monthly", "session", "blocks")

# What is asked about every generated tree, in one of the zones and modes. No answer depends on the clock, but
# for blocks that are active.
TREE_COMMANDS = [command.split() for command in (
    "claude daily", "claude session", "claude blocks", "claude monthly", "claude weekly",
    "daily", "session", "blocks", "weekly", "monthly",
    "claude daily --instances", "claude daily --order desc", "claude daily --no-cost",
    "claude daily --since 20260205 --until 20260220", "claude daily --project=-home-ada-other",
    "claude session --since 20260205", "claude monthly --until 20260215", "claude weekly --start-of-week monday",
    "claude blocks --session-length 3", "claude blocks --token-limit max", "claude blocks --order desc",
    "daily --by-agent --sections daily,weekly,monthly,session", "monthly --order desc", "session --no-cost",
)]


def corpus_cases():
    """Name of the expected file, command and zone of every document that is kept of the real logs."""
    for zone in ("UTC", "America/New_York", "Asia/Kolkata"):
        for mode in MODES:
            for report in REPORTS:
                yield f"{report}.{mode}.{zone.replace('/', '_')}", ["claude", report, "--mode", mode], zone
    for name, command in (
            ("daily-instances", "claude daily --instances"), ("weekly-monday", "claude weekly -w monday"),
            ("daily-desc", "claude daily -o desc"), ("daily-nocost", "claude daily --no-cost"),
            ("blocks-3h", "claude blocks -n 3"), ("all-daily", "daily"), ("all-session", "session"),
            ("all-sections", "daily --by-agent --sections daily,weekly,monthly,session")):
        yield f"{name}.auto.UTC", command.split(), "UTC"


def tree_case(seed):
    """The zone and mode in which a tree is asked about; all of them come up."""
    return ZONES[seed % len(ZONES)], MODES[seed // len(ZONES) % len(MODES)]


def tree_commands(claude, seed):
    """The commands for the tree of a seed in this config directory; one is about a session of it."""
    zone, mode = tree_case(seed)
    logs = sorted(glob.glob(os.path.join(glob.escape(claude), "projects", "*", "*.jsonl")))
    one = [["claude", "session", "--id", os.path.basename(logs[0])[:-len(".jsonl")]]] if logs else []
    return [[*command, "--timezone", zone, "--mode", mode] for command in TREE_COMMANDS + one]


def document(command, environment):
    """What ccusage prints, as bytes, with its exit status before it."""
    return printed([PROGRAM, *command, "--json", "--offline"], environment)


def ours(command, environment, *more):
    return printed([harness.TACHO, *command, "--json", "--offline", "--rules", "ccusage", *more], environment)


def printed(command, environment):
    result = subprocess.run(command, env={**environment, "LOG_LEVEL": "0"}, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=600)
    return b"%d\n" % result.returncode + result.stdout


def is_timeless(output):
    """Whether the same will be printed tomorrow: what is active depends on the clock."""
    return b'"isActive": true' not in output


def digest(output):
    return hashlib.sha256(output).hexdigest()[:16]


def tree_digest(claude):
    """A name for a tree's files: their paths and bytes."""
    whole = hashlib.sha256()
    for folder, folders, names in os.walk(claude):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            whole.update(os.fsencode(os.path.relpath(path, claude)) + b"\0")
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    whole.update(hashlib.sha256(file.read()).digest())
    return whole.hexdigest()[:16]
