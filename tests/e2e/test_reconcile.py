"""`tacho reconcile`: every difference between Tacho's sums and ccusage's has a reason, and nothing is left."""

import json
import os
import unittest
from collections import Counter

from harness import GENERATOR, MachineTest, main, usage_line

TOKENS = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens")
AMOUNTS = ("messages", *TOKENS, "cost_pusd")
MODES = ("auto", "calculate", "display")
REPORTS = ("daily", "weekly", "monthly", "session")


def add_up(parts):
    """The sums of amounts."""
    sums = Counter()
    for part in parts:
        sums.update({key: part[key] for key in AMOUNTS})
    return {key: sums[key] for key in AMOUNTS}


class ReconcileTest(MachineTest):
    def reconcile(self, *arguments, status=0, **options):
        result = self.machine.tacho("reconcile", "--json", *arguments, **options)
        self.assertEqual(result.returncode, status, result.stderr)
        return json.loads(result.stdout)

    def reasons(self, *arguments, **options):
        return {reason["reason"]: reason for reason in self.reconcile(*arguments, **options)["reasons"]}

    def check_balance(self, balance, what):
        """Tacho's amounts and those of all reasons must add up to ccusage's, and the remainder say so."""
        self.assertEqual(add_up([balance["tacho"], *balance["reasons"]]),
                         {key: balance["ccusage"][key] for key in AMOUNTS}, what)
        self.assertEqual(set(balance["remainder"].values()), {0}, what)

    def check(self, report, zone, mode, **options):
        """Holds a comparison against the two reports that it is about."""
        what = (report, zone, mode)
        ours = json.loads(self.machine.tacho("totals", "--json", "-z", zone, "-m", mode, check=True, **options).stdout)
        theirs = json.loads(self.machine.tacho("claude", report, "--json", "--rules", "ccusage", "-z", zone, "-m", mode,
                                               check=True, **options).stdout)["totals"]
        compared = self.reconcile(report, "--days", "-z", zone, "-m", mode, **options)
        total = ours["total"]
        self.assertEqual(compared["tacho"], {
            "messages": ours["counts"]["entries"], "inputTokens": total["input"], "outputTokens": total["output"],
            "cacheCreationTokens": total["cache_write_5m"] + total["cache_write_1h"],
            "cacheReadTokens": total["cache_read"], "cost_pusd": total["cost_pusd"]}, what)
        for key in (*TOKENS, "totalCost"):
            self.assertEqual(compared["ccusage"][key], theirs[key], (what, key))
        self.check_balance(compared, what)
        for day in compared["days"]:
            self.check_balance(day, (what, day["date"]))
        self.assertEqual(add_up(day["tacho"] for day in compared["days"]), compared["tacho"], what)
        moved = add_up(reason for day in compared["days"] for reason in day["reasons"]
                       if reason["reason"] == "other-day")
        self.assertEqual(set(moved.values()), {0}, what)
        return compared


class Trees(ReconcileTest):
    def test_odd_logs(self):
        seen = set()
        for seed in range(300, 306):
            with self.subTest(seed=seed):
                directory = self.machine.make(f"odd-{seed}")
                self.machine.run(GENERATOR, "odd", directory, "--seed", seed, check=True)
                for mode, report, zone in zip(MODES * 2, REPORTS + ("daily", "session"),
                                              ("UTC", "Asia/Kolkata", "America/New_York") * 2):
                    compared = self.check(report, zone, mode, CLAUDE_CONFIG_DIR=directory)
                    seen.update(reason["reason"] for reason in compared["reasons"])
        self.assertGreater(len(seen), 15, seen)

    def test_ordinary_logs(self):
        self.machine.generate_logs("tree", "--seed", "5", "--entries", "3000", "--lean")
        for report in REPORTS:
            self.check(report, "Europe/Berlin", "auto")

    @unittest.skipUnless(os.environ.get("TACHO_CORPUS"), "the real logs are not here")
    def test_real_logs(self):
        corpus = os.environ["TACHO_CORPUS"]
        for mode in MODES:
            for report in REPORTS:
                self.check(report, "UTC", mode, CLAUDE_CONFIG_DIR=corpus)
        daily = self.reasons("daily", "-z", "UTC", CLAUDE_CONFIG_DIR=corpus)
        session = self.reasons("session", "-z", "UTC", CLAUDE_CONFIG_DIR=corpus)
        self.assertEqual((daily["no-request-id"]["messages"], daily["no-request-id"]["inputTokens"]), (111, 1846699))
        self.assertEqual((session["progress-line"]["messages"], session["progress-line"]["cacheReadTokens"]),
                         (-33, -981980))


class Command(ReconcileTest):
    def log_null(self, session="s-1", **tokens):
        line = usage_line(timestamp="2026-08-01T12:00:00.000Z", **tokens)
        return self.machine.log("p", session, line[:-1] + ',"extra":{"id":null}}')

    def own_price(self, model, **price):
        self.machine.write("home/.config/tacho/prices.json", json.dumps({model: price}))

    def test_examples_name_the_line(self):
        self.machine.log("p", "s-1", usage_line(output_tokens=1))
        path = self.log_null(output_tokens=5)
        reason = self.reasons()["null-field"]
        self.assertEqual(reason["examples"], [{"file": path, "line": 2}])
        self.assertEqual((reason["messages"], reason["outputTokens"]), (-1, -5))
        self.assertNotIn("examples", self.reasons("--examples", "0")["null-field"])
        text = self.machine.tacho("reconcile", check=True, COLUMNS="100").stdout
        self.assertIn(f"{path}:2", text)
        self.assertIn("Every token and picodollar is explained.", text)

    def test_no_difference(self):
        self.machine.log("p", "s-1", usage_line(output_tokens=1))
        result = self.machine.tacho("reconcile", check=True)
        self.assertIn("There is no difference.", result.stdout)
        self.assertEqual(self.reconcile()["reasons"], [])

    def test_without_logs(self):
        self.assertEqual(self.reconcile()["tacho"]["messages"], 0)
        self.assertIn("no logs yet", self.machine.tacho("reconcile").stderr)

    def test_other_day(self):
        """The first copy's day counts for Tacho, that of the largest for ccusage."""
        first = json.loads(usage_line("msg_" + "a" * 20, timestamp="2026-08-01T23:59:00.000Z", output_tokens=1))
        last = json.loads(json.dumps(first))
        last["timestamp"] = "2026-08-02T00:01:00.000Z"
        last["message"]["usage"]["output_tokens"] = 7
        self.machine.log("p", "s-1", json.dumps(first, separators=(",", ":")), json.dumps(last, separators=(",", ":")))
        compared = self.check("daily", "UTC", "auto")
        self.assertEqual([reason["reason"] for reason in compared["reasons"]], ["other-day"])
        self.assertEqual([(day["date"], day["tacho"]["outputTokens"], day["ccusage"]["outputTokens"])
                          for day in compared["days"]], [("2026-08-01", 7, 0), ("2026-08-02", 0, 7)])
        only = self.reconcile("--since", "20260802")
        self.check_balance(only, "since")
        self.assertEqual((only["tacho"]["messages"], only["ccusage"]["messages"]), (0, 1))
        self.assertEqual(self.reconcile("-z", "Asia/Kolkata")["reasons"], [])

    def test_history(self):
        """What the ledger keeps of a log that is gone is a reason of its own."""
        self.machine.log("p", "s-1", usage_line(output_tokens=3))
        gone = self.machine.log("p", "s-2", usage_line(output_tokens=40), usage_line(output_tokens=50))
        self.machine.start()
        self.assertEqual(self.reconcile()["reasons"], [])
        os.unlink(gone)
        self.check("daily", "UTC", "auto")
        history = self.reasons()["history"]
        self.assertEqual((history["messages"], history["outputTokens"]), (-2, -90))
        self.assertEqual(self.reconcile("--logs-only")["reasons"], [])

    def test_own_prices(self):
        """The person's own prices are Tacho's, not ccusage's."""
        self.machine.log("p", "s-1", usage_line(output_tokens=10))
        self.own_price("claude-sonnet-4-5-20250929", input_cost_per_token=1e-06, output_cost_per_token=2e-06)
        reason = self.reasons()["other-price"]
        self.assertEqual((reason["cases"], reason["messages"], reason["cost_pusd"]), (1, 0, 150_000_000 - 20_000_000))
        self.check("daily", "UTC", "auto")

    def test_own_fast_multiplier(self):
        self.machine.log("p", "s-1", usage_line(model="claude-opus-4-6", output_tokens=10, speed="fast"))
        self.own_price("claude-opus-4-6", input_cost_per_token=5e-06, output_cost_per_token=2.5e-05, fast_multiplier=3)
        reason = self.reasons()["fast-mode"]
        self.assertEqual((reason["messages"], reason["cost_pusd"]), (0, 250_000_000 * (6 - 3)))

    def test_usage(self):
        for arguments, what in ((["yearly"], "unknown report 'yearly'"), (["--mode", "free"], "--mode 'free'"),
                                (["--examples", "x"], "--examples 'x'"), (["--since", "yesterday"], "--since"),
                                (["daily", "session"], "unexpected 'session'"),
                                (["--timezone", "Mars/X"], "--timezone")):
            with self.subTest(arguments=arguments):
                result = self.machine.tacho("reconcile", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(what, result.stderr)
        self.assertIn("examples:\n  tacho reconcile\n", self.machine.tacho("reconcile", "--help", check=True).stdout)

    def test_names_are_harmless(self):
        self.machine.log("p\x1b]0;x\x07", "s-1", usage_line(output_tokens=1)[:-1] + ',"extra":{"id":null}}')
        self.assertNotIn("\x1b", self.machine.tacho("reconcile", check=True).stdout)


if __name__ == "__main__":
    main("reconcile")
