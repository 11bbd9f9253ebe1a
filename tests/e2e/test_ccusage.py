"""`--rules ccusage` prints what ccusage 20.0.24 prints, to the byte: about odd trees and a realistic one, with one
thread and several, and about real logs if TACHO_CORPUS names an unpacked config directory."""

import json
import os
import sys
import unittest

import harness
import peer
from harness import MachineTest, main

EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected", "ccusage.json")
REALISTIC = ("tree", "--seed", "5", "--entries", "2500", "--days", "40")
SEEDS = 24


def trees():
    """Name, seed and generator's arguments of every tree whose documents are kept."""
    yield "realistic", 0, REALISTIC
    for seed in range(1, SEEDS + 1):
        yield f"odd {seed}", seed, ("odd", "--seed", str(seed))


class Trees(MachineTest):
    def check_tree(self, kept, seed, arguments):
        self.machine.generate_logs(*arguments)
        self.assertEqual(peer.tree_digest(self.machine.claude), kept["tree"],
                         "not the tree that ccusage was asked about: run test_ccusage.py --write-expected")
        commands = peer.tree_commands(self.machine.claude, seed)
        self.assertEqual(len(commands), len(kept["documents"]))
        for number, (command, expected) in enumerate(zip(commands, kept["documents"])):
            if expected:
                threads = ["--single-thread"] if (seed + number) % 2 else []
                with self.subTest(command=command, threads=threads):
                    output = peer.ours(command, self.machine.environment, *threads)
                    self.assertEqual(peer.digest(output), expected)


def add_tree_tests():
    with open(EXPECTED) as file:
        known = json.load(file)
    for name, seed, arguments in trees():
        def test(self, kept=known[name], seed=seed, arguments=arguments):
            self.check_tree(kept, seed, arguments)
        setattr(Trees, "test_" + name.replace(" ", "_"), test)


@unittest.skipUnless(os.environ.get("TACHO_CORPUS") and os.path.isdir(peer.CORPUS_EXPECTED), "TACHO_CORPUS is not set")
class Corpus(MachineTest):
    def test_every_document(self):
        environment = {**self.machine.environment, "CLAUDE_CONFIG_DIR": os.environ["TACHO_CORPUS"]}
        for name, command, zone in peer.corpus_cases():
            with open(os.path.join(peer.CORPUS_EXPECTED, name + ".json"), "rb") as file:
                expected = b"0\n" + file.read()
            for threads in ([], ["--single-thread"]):
                with self.subTest(name, threads=threads):
                    self.assertEqual(peer.ours([*command, "-z", zone], environment, *threads), expected)

    def test_every_expected_file_is_compared(self):
        self.assertEqual(sorted(name + ".json" for name, _, _ in peer.corpus_cases()),
                         sorted(os.listdir(peer.CORPUS_EXPECTED)))


class SeveralThreads(MachineTest):
    """A log of several chunks, whose borders fall into lines."""

    def test_one_long_log(self):
        line = harness.usage_line("msg_{0}", timestamp="2026-02-01T10:{1:02}:00.000Z", output_tokens=1000000)
        line = line.replace("{", "{{").replace("}", "}}").replace("{{0}}", "{0}").replace("{{1:02}}", "{1:02}")
        lines = [line.format(n // 2, n % 60).replace("1000000", str(1000 + n)) + " " * (n * 7 % 1500)
                 for n in range(9000)]
        self.machine.log("-p", "11111111-1111-4111-8111-111111111111", *lines)
        outputs = {peer.ours(["claude", report], self.machine.environment, *threads)
                   for report in ("daily", "session") for threads in ([], ["--single-thread"])}
        self.assertEqual(len(outputs), 2)
        for output in outputs:
            # Each message is there twice, and the larger copy counts.
            total = json.loads(output.partition(b"\n")[2])["totals"]["outputTokens"]
            self.assertEqual(total, sum(range(1001, 10000, 2)))


def write_expected():
    """Asks ccusage about every tree."""
    kept = {}
    for name, seed, arguments in trees():
        machine = harness.Machine()
        machine.generate_logs(*arguments)
        outputs = [peer.document(command, machine.environment) for command in peer.tree_commands(machine.claude, seed)]
        kept[name] = {"tree": peer.tree_digest(machine.claude),
                      "documents": [peer.digest(output) if peer.is_timeless(output) else "" for output in outputs]}
        machine.close()
    with open(EXPECTED, "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in kept) + "\n}\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write-expected"]:
        write_expected()
        sys.exit(0)
    add_tree_tests()
    main("ccusage")
