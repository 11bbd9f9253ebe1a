"""Every number equals the counting oracle's: read at once and through the agent, on trees of odd lines, on
realistic trees, in several zones and modes, whatever the order of the files, and on real logs if
TACHO_CORPUS names an unpacked config directory. TACHO_SEEDS=N looks at N odd trees."""

import json
import os
import random
import subprocess
import sys
import unittest

import harness
import oracle
from harness import MachineTest, main

SEEDS = int(os.environ.get("TACHO_SEEDS", "60"))
KEPT_SEEDS = 60
CASES = [(zone, mode) for zone in oracle.ZONES for mode in oracle.MODES]
REALISTIC = ("tree", "--seed", "5", "--entries", "2500", "--days", "40")
EXPECTED = oracle.Expected()


def odd_case(seed):
    """A zone and mode for each odd tree; all of them come up."""
    return CASES[seed % len(CASES)]


class Counting(MachineTest):
    def totals(self, zone, mode, *more):
        result = self.machine.tacho("totals", "--json", "--tz", zone, "--mode", mode, *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        if document["counts"]["files"]:
            self.assertEqual(result.stderr, "")
        return document

    def shuffle_ages(self, seed):
        """The agent reads newest files first: no order may make a difference."""
        order = random.Random(seed)
        for folder, _, names in os.walk(self.machine.claude):
            for name in names:
                age = order.randrange(10**6)
                os.utime(os.path.join(folder, name), (1772000000 - age,) * 2, follow_symlinks=False)

    def check(self, name, directories, zone, mode):
        EXPECTED.check(self, self.totals(zone, mode, "--direct"), name, directories, zone, mode)
        if "pid" not in self.machine.status():
            self.machine.start()
        EXPECTED.check(self, self.totals(zone, mode), name, directories, zone, mode)


class OddTrees(Counting):
    def check_seed(self, seed):
        self.machine.generate_logs("odd", "--seed", str(seed))
        self.shuffle_ages(seed)
        self.check(f"odd {seed}", self.machine.claude, *odd_case(seed))


def add_odd_tests():
    for seed in range(1, SEEDS + 1):
        def test(self, seed=seed):
            self.check_seed(seed)
        test.__name__ = f"test_odd_tree_{seed:03}"
        setattr(OddTrees, test.__name__, test)


class SeveralTrees(Counting):
    def test_realistic_tree_in_every_zone_and_mode(self):
        self.machine.generate_logs(*REALISTIC)
        self.shuffle_ages(1)
        for zone, mode in CASES:
            with self.subTest(zone=zone, mode=mode):
                self.check("realistic", self.machine.claude, zone, mode)

    def test_several_config_directories_one_of_them_twice(self):
        first, second = self.machine.make("home/first"), self.machine.make("home/second")
        for directory, seed in ((first, 101), (second, 102)):
            subprocess.run([harness.GENERATOR, "odd", directory, "--seed", str(seed)], check=True)
        both = [first, second, first, self.machine.path("home/none")]
        self.machine.environment["CLAUDE_CONFIG_DIR"] = ",".join(both)
        self.check("two", both, "Asia/Kolkata", "auto")

    def test_no_logs_at_all(self):
        for mode in oracle.MODES:
            self.check("none", self.machine.claude, "UTC", mode)

    def test_the_same_after_a_restart(self):
        self.machine.generate_logs("odd", "--seed", "11")
        zone, mode = odd_case(11)
        self.check("odd 11", self.machine.claude, zone, mode)
        before = self.totals(zone, mode)
        self.assertEqual(self.machine.tacho("restart").returncode, 0)
        self.machine.start()
        self.assertEqual(self.totals(zone, mode), before)


@unittest.skipUnless(os.environ.get("TACHO_CORPUS") and oracle.present(), "TACHO_CORPUS is not set")
class Corpus(Counting):
    def test_corpus(self):
        corpus = os.environ["TACHO_CORPUS"]
        self.machine.environment["CLAUDE_CONFIG_DIR"] = corpus
        for zone, mode in (("UTC", "auto"), ("America/New_York", "calculate"), ("Asia/Kolkata", "display"),
                           ("Asia/Kolkata", "auto")):
            with self.subTest(zone=zone, mode=mode):
                self.check("corpus", corpus, zone, mode)


def write_expected():
    """Asks the oracle about every tree whose answers are kept."""
    kept = {}

    def keep(name, machine, directories, cases):
        for zone, mode in cases:
            kept[f"{name} {zone} {mode}"] = oracle.summary(oracle.count(directories, zone, mode))

    def with_tree(name, cases, *arguments):
        machine = harness.Machine()
        if arguments:
            machine.generate_logs(*arguments)
        keep(name, machine, machine.claude, cases)
        machine.close()

    for seed in range(1, KEPT_SEEDS + 1):
        with_tree(f"odd {seed}", [odd_case(seed)], "odd", "--seed", str(seed))
    with_tree("realistic", CASES, *REALISTIC)
    with_tree("none", [("UTC", mode) for mode in oracle.MODES])
    with open(oracle.EXPECTED, "w") as file:
        lines = [f"{json.dumps(name)}: {json.dumps(kept[name], sort_keys=True)}" for name in kept]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write-expected"]:
        write_expected()
        sys.exit(0)
    add_odd_tests()
    main("counting")
