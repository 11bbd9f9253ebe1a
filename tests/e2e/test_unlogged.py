"""Usage that no log line has: the client's own accounts, less what the log explains, shown apart in reports.

A message by claude-opus-4-6 with 1,000 input tokens costs 5,000 millionths of a dollar.
"""

import json
import os
import random
import shutil

from harness import CLAUDE_HOOK, MachineTest, main, usage_line, wait_until

OPUS = "claude-opus-4-6"
DAY = "2026-03-01"


def account(session, dollars, when=f"{DAY}T13:00:00.000Z", model=OPUS, **tokens):
    """The line that Claude Code appends at exit and at /clear."""
    usage = {"inputTokens": 0, "outputTokens": 0, "cacheReadInputTokens": 0, "cacheCreationInputTokens": 0,
             "webSearchRequests": 0, "costUSD": dollars, **tokens}
    return json.dumps({"type": "cost-state", "sessionId": session, "timestamp": when, "totalCostUSD": dollars,
                       "modelUsage": {model: usage}}, separators=(",", ":"))


class UnloggedTest(MachineTest):
    def say(self, session, message_id, when=f"{DAY}T12:00:00.000Z", project="project"):
        """Messages of one id are copies of one message, as the API's ids are unique."""
        self.machine.log(project, session, usage_line(message_id.ljust(24, "0"), OPUS, when, input_tokens=1000))

    def report(self, *arguments):
        """A report as the agent, if one runs, and the direct count give it: to the byte the same."""
        answers = set()
        for way in ([], ["--direct"]):
            result = self.machine.tacho(*arguments, *way)
            self.assertEqual(result.returncode, 0, result.stderr)
            answers.add(result.stdout)
        self.assertEqual(len(answers), 1, answers)
        return answers.pop()

    def daily(self, *arguments):
        return json.loads(self.report("claude", "daily", "--json", *arguments))

    def unlogged(self, *arguments):
        """Tokens, and cost in millionths of a dollar."""
        document = self.daily("--with-unlogged", *arguments)
        return document["unlogged"]["totalTokens"], round(document["unlogged"]["totalCost"] * 1e6)

    def status_line(self, session, dollars):
        body = json.dumps({"session_id": session, "cwd": self.machine.home, "model": {"id": OPUS},
                           "cost": {"total_cost_usd": dollars}})
        self.assertEqual(self.machine.run(CLAUDE_HOOK, "--wait", "5000", input=body).returncode, 0)


class Accounts(UnloggedTest):
    def setUp(self):
        super().setUp()
        self.say("s-1", "msg_1")
        self.machine.log("project", "s-1", account("s-1", 0.015, inputTokens=3000))

    def test_shown_apart(self):
        table = self.report("daily")
        self.assertIn("not in the logs: 2,000 tokens, $0.01; not in the sums above", table)
        self.assertNotIn("3,000", table)
        self.assertIn("2,000 tokens, $0.01; in the sums above", self.report("daily", "--with-unlogged"))
        self.assertEqual(json.loads(self.report("totals", "--json"))["total"]["input"], 1000)
        self.assertNotIn("unlogged", self.daily())
        self.assertEqual(self.daily()["totals"]["totalTokens"], 1000)
        self.assertNotIn("$", self.report("daily", "--no-cost").partition("not in the logs")[2])
        self.assertNotIn("not in the logs", self.report("daily", "--csv"))
        self.assertIn("(tacho daily --with-unlogged adds it)", self.report("totals"))
        one = self.report("session", "--id", "s-1", "--with-unlogged").splitlines()
        self.assertRegex("\n".join(one), r"not in the logs +2,000 ")

    def test_added_to_rows_and_totals(self):
        document = self.daily("--with-unlogged")
        self.assertEqual([(row["date"], row["totalTokens"], row["totalCost"]) for row in document["daily"]],
                         [(DAY, 3000, 0.015)])
        self.assertEqual((document["totals"]["totalTokens"], document["totals"]["totalCost"]), (3000, 0.015))
        self.assertEqual(document["unlogged"], {
            "cacheCreationTokens": 0, "cacheReadTokens": 0, "inputTokens": 2000, "outputTokens": 0,
            "totalCost": 0.01, "totalTokens": 2000})
        self.assertEqual([(model["modelName"], model["inputTokens"])
                          for model in document["daily"][0]["modelBreakdowns"]], [(OPUS, 3000)])

    def test_every_report_has_it(self):
        for kind, key in (("daily", "daily"), ("weekly", "weekly"), ("monthly", "monthly"), ("session", "sessions"),
                          ("blocks", "blocks")):
            document = json.loads(self.report("claude", kind, "--json", "--with-unlogged"))
            self.assertEqual([row["totalTokens"] for row in document[key]], [3000], kind)
            self.assertEqual(document["unlogged"]["totalTokens"], 2000, kind)
        one = json.loads(self.report("session", "--id", "s-1", "--json", "--with-unlogged"))
        self.assertEqual((len(one["entries"]), one["totalTokens"], one["totalCost"]), (1, 3000, 0.015))
        short = json.loads(self.report("blocks", "--session-length", "0.3", "--json", "--with-unlogged"))
        self.assertEqual(short["blocks"][0]["totalTokens"], 3000)
        two = json.loads(self.report("daily", "--sections", "session", "--json", "--with-unlogged"))
        self.assertEqual((two["session"][0]["totalTokens"], two["unlogged"]["totalTokens"]), (3000, 2000))

    def test_selections(self):
        self.say("s-2", "msg_2", "2026-03-05T12:00:00.000Z", "other")
        self.machine.log("other", "s-2", account("s-2", 0.01, "2026-03-05T12:00:00.000Z", inputTokens=2000))
        self.assertEqual(self.unlogged(), (3000, 15000))
        self.assertEqual(self.unlogged("--until", "20260304"), (2000, 10000))
        self.assertEqual(self.unlogged("--since", "20260302"), (1000, 5000))
        self.assertEqual(self.unlogged("--since", "20260306"), (0, 0))
        self.assertEqual(self.unlogged("--project", "other"), (1000, 5000))
        projects = self.daily("--with-unlogged", "--instances")["projects"]
        self.assertEqual({name: rows[0]["totalTokens"] for name, rows in projects.items()},
                         {"project": 3000, "other": 2000})

    def test_a_late_line_takes_its_share_back(self):
        self.machine.start()
        self.assertEqual(self.unlogged(), (2000, 10000))
        self.say("s-1", "msg_2")
        self.assertEqual(self.unlogged(), (1000, 5000))
        self.say("s-1", "msg_3")
        self.assertEqual(self.unlogged(), (0, 0))
        self.assertNotIn("not in the logs", self.report("daily"))

    def test_an_account_alone_is_news(self):
        self.machine.start()
        self.machine.log("project", "s-1", account("s-1", 0.02, f"{DAY}T14:00:00.000Z", inputTokens=4000))
        self.assertEqual(self.unlogged(), (3000, 15000))

    def test_history_keeps_it(self):
        self.machine.start()
        before = self.report("daily", "--json", "--with-unlogged")
        self.machine.stop()
        shutil.rmtree(os.path.join(self.machine.claude, "projects"))
        self.assertEqual(self.report("daily", "--json", "--with-unlogged"), before)
        self.machine.start()
        self.assertEqual(self.report("daily", "--json", "--with-unlogged"), before)
        self.machine.kill_agent()
        self.machine.start()
        self.assertEqual(self.report("daily", "--json", "--with-unlogged"), before)

    def test_a_fork_has_none(self):
        """A fork's log begins with its parent's messages, and its accounts go on from there."""
        self.machine.start()
        self.say("s-2", "msg_1")
        self.say("s-2", "msg_2", f"{DAY}T12:30:00.000Z")
        self.machine.log("project", "s-2", account("s-2", 0.02, inputTokens=4000))
        self.assertEqual(self.unlogged(), (2000, 10000))
        self.machine.stop()
        self.machine.start()
        self.assertEqual(self.unlogged(), (2000, 10000))

    def test_without_messages(self):
        """A session of which the log has nothing but its account: that says when."""
        self.machine.log("project", "s-3", account("s-3", 0.5, "2026-04-01T00:00:00.000Z", outputTokens=7))
        rows = self.daily("--with-unlogged")["daily"]
        self.assertEqual([(row["date"], row["outputTokens"]) for row in rows], [(DAY, 0), ("2026-04-01", 7)])
        self.assertEqual(len(self.daily()["daily"]), 1)


class StatusLines(UnloggedTest):
    def test_totals_less_what_the_log_explains(self):
        self.machine.start()
        self.say("s-1", "msg_1")
        self.status_line("s-1", 0.005)
        self.assertEqual(self.unlogged(), (0, 0))
        self.status_line("s-1", 0.0125)  # a stream that was cut off and tried again
        self.assertEqual(self.unlogged(), (0, 7500))
        model = self.daily("--with-unlogged")["daily"][0]["modelBreakdowns"][0]
        self.assertEqual((model["modelName"], model["cost"]), (OPUS, 0.0125))
        self.assertEqual(self.unlogged("--logs-only"), (0, 0))
        self.say("s-1", "msg_2")
        self.assertEqual(self.unlogged(), (0, 2500))
        self.machine.stop()
        self.machine.start()
        self.assertEqual(self.unlogged(), (0, 2500))
        self.assertEqual(json.loads(self.report("totals", "--json"))["total"]["cost_pusd"], 10**10)

    def test_what_was_spent_elsewhere_is_not_the_session_s(self):
        self.machine.start()
        self.status_line("s-2", 3.5)
        self.say("s-2", "msg_1")
        self.assertEqual(self.unlogged(), (0, 0))
        self.status_line("s-2", 3.506)
        self.assertEqual(self.unlogged(), (0, 1000))

    def test_bad_totals(self):
        self.machine.start()
        self.say("s-1", "msg_1")
        for total in (-1, 1e300, "0.5", None, True, [1]):
            self.status_line("s-1", total)
        self.assertEqual(self.unlogged(), (0, 0))


class Logs(UnloggedTest):
    def test_many_accounts(self):
        """With the agent and without it, before and after a restart: one answer."""
        for session in ("a", "b"):
            self.say(session, "msg_" + session)
            for i in range(20):
                self.machine.log("project", session, account(session, 0.01 * i, f"{DAY}T13:00:{i:02}.000Z",
                                                             model=f"model-{i % 3}", inputTokens=100 * i))
        direct = self.report("session", "--json", "--with-unlogged")
        self.machine.start()
        self.assertEqual(self.report("session", "--json", "--with-unlogged"), direct)
        self.machine.stop()
        self.machine.start()
        self.assertEqual(self.report("session", "--json", "--with-unlogged"), direct)

    def test_odd_logs(self):
        """Accounts of any size in odd logs, forks among them: one answer from the agent, direct, and after a restart."""
        self.machine.generate_logs("odd", "--seed", "11")
        chance = random.Random(11)
        for folder, _, names in sorted(os.walk(os.path.join(self.machine.claude, "projects"))):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if not name.endswith(".jsonl") or os.path.islink(path) or not os.path.isfile(path):
                    continue
                session = name[:-len(".jsonl")]
                lines = [account(session, chance.randrange(10**6) / 1e6,
                                 chance.choice(["2026-02-03T04:05:06Z", f"{DAY}T00:00:00Z", None]),
                                 chance.choice([OPUS, "claude-haiku-4-5", "claude-sonnet-4-5-20250929"]),
                                 inputTokens=chance.randrange(10**6), outputTokens=chance.randrange(10**4))
                         for _ in range(chance.randrange(4))]
                with open(path, "ab") as file:
                    file.write(("\n" + "".join(line + "\n" for line in lines)).encode())
        reports = [["session", "--json", "--with-unlogged"], ["daily", "--with-unlogged"], ["daily", "--instances"],
                   ["blocks", "--json", "--with-unlogged"], ["totals"]]
        before = [self.report(*report) for report in reports]
        self.assertIn("not in the logs", before[1])
        self.machine.start()
        self.assertEqual([self.report(*report) for report in reports], before)
        self.machine.stop()
        self.assertEqual([self.report(*report) for report in reports], before)
        self.machine.start()
        self.assertEqual([self.report(*report) for report in reports], before)

    def test_malformed_accounts(self):
        self.say("s-1", "msg_1")
        for line in ("{\"type\":\"cost-state\",\"modelUsage\":", "{\"type\":\"cost-state\",\"modelUsage\":[1]}",
                     account("s-1", -5), account("s-1", "x"), account("s-1", 1e30, inputTokens=-3)):
            self.machine.log("project", "s-1", line)
        self.machine.start()
        self.assertEqual(self.unlogged(), (0, 0))
        wait_until(lambda: self.machine.status()["state"] == "ready")


if __name__ == "__main__":
    main("unlogged")
