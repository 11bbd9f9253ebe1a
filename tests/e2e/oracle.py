"""The counting oracle, and how a document is held against it.

`count.py` states the counting rules as a slow, plain program. It lies beside the product's tree
(../shared/reference) where Tacho is developed; where it is absent, what it said about fixed generated
trees is read from expected/counting.json (made by `python3 tests/e2e/test_counting.py --write-expected`).
"""

import hashlib
import json
import os
import subprocess
import sys

import harness

PROGRAM = os.path.join(harness.ROOT, "..", "shared", "reference", "count.py")
EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected", "counting.json")
COMPARED = ("total", "days", "sessions", "models", "counts", "unpriced")

ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe")
MODES = ("auto", "calculate", "display")


def present():
    return os.path.exists(PROGRAM)


def count(directories, zone="UTC", mode="auto"):
    """The oracle's document for a config directory, or several."""
    directories = [directories] if isinstance(directories, str) else directories
    result = subprocess.run([sys.executable, PROGRAM, ",".join(directories), "--tz", zone, "--mode", mode],
                            check=True, capture_output=True, timeout=600)
    return json.loads(result.stdout)


def digest(document):
    """A name for everything that is compared, short enough to be kept."""
    compared = {key: document.get(key) for key in COMPARED}
    return hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()


def summary(document):
    """What is kept of a document: enough to see what is wrong, and the digest of the rest."""
    return {"total": document["total"], "counts": document["counts"], "sha256": digest(document)}


def differences(ours, theirs, where="", most=12):
    """The places where two documents differ, one line each."""
    found = []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(set(ours) | set(theirs)):
            if key not in ours or key not in theirs:
                whose = "ours" if key in ours else "the oracle's"
                found.append(f"{where}/{key!r} is only in {whose}: {(ours if key in ours else theirs)[key]}")
            else:
                found += differences(ours[key], theirs[key], f"{where}/{key}")
    elif ours != theirs:
        found.append(f"{where}: ours {ours!r}, the oracle's {theirs!r}")
    return found[:most]


def compare(test, ours, theirs, what):
    """Fails the test unless the documents are equal in all that is compared."""
    wrong = differences({key: ours.get(key) for key in COMPARED}, {key: theirs.get(key) for key in COMPARED})
    if wrong:
        test.fail(what + ":\n  " + "\n  ".join(wrong))


class Expected:
    """What the oracle says about a generated tree: asked now, or looked up."""

    def __init__(self):
        self.known = {}  # read from the file
        self.asked = {}  # name, zone and mode -> the oracle's document
        if not present() and os.path.exists(EXPECTED):
            with open(EXPECTED) as file:
                self.known = json.load(file)

    def check(self, test, ours, name, directories, zone, mode):
        """Compares `ours` with the oracle on the tree called `name`."""
        if present():
            key = f"{name} {zone} {mode}"
            if key not in self.asked:
                self.asked = {key: count(directories, zone, mode)}
            compare(test, ours, self.asked[key], key)
            return
        kept = self.known.get(f"{name} {zone} {mode}")
        if kept is None:
            test.skipTest("the oracle is not here, and what it says about this tree is not kept")
        test.assertEqual({key: ours["total"][key] for key in kept["total"]}, kept["total"])
        test.assertEqual(ours["counts"], kept["counts"])
        test.assertEqual(digest(ours), kept["sha256"], "days, sessions or models differ from the oracle's")
