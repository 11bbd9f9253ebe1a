"""Reports: every form, from the agent and without it; ccusage's flags; blocks; the status line."""

import csv
import io
import json
import os
import time
import unittest

from harness import MachineTest, main, usage_line

EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "corpus", "expected")

# Every form of every report; none of them depends on the clock where nothing is active.
FORMS = [
    [*agent, report, *form]
    for agent in ([], ["claude"])
    for report in ("daily", "weekly", "monthly", "session", "blocks")
    for form in (["--json"], [], ["--csv"], ["--markdown"], ["--no-cost"], ["--compact"])
] + [
    ["daily", "--json", "--instances"], ["daily", "--instances", "-b"], ["daily", "--csv", "-i", "-b"],
    ["daily", "--instances", "--project-aliases", "-tmp-a=Alpha"], ["daily", "-p", "-tmp-b", "--json"],
    ["daily", "--sections", "weekly,session", "--json", "--by-agent"], ["daily", "--sections", "session"],
    ["weekly", "-w", "friday", "--json"], ["monthly", "-o", "desc", "--json"], ["daily", "-m", "display", "--json"],
    ["daily", "-z", "Pacific/Kiritimati", "--json"], ["daily", "-z", "America/New_York"],
    ["session", "--id", "11111111-1111-4111-8111-111111111111", "--json"],
    ["session", "--id", "11111111-1111-4111-8111-111111111111"], ["session", "--id", "nobody", "--json"],
    ["blocks", "-n", "3", "--json"], ["blocks", "-n", "0.1", "--json"], ["blocks", "-n", "2.25", "--json"],
    ["blocks", "-t", "max", "--json"], ["blocks", "-t", "1000"], ["blocks", "--active"], ["blocks", "-r", "--json"],
    ["blocks", "-s", "20260802", "-o", "desc", "--json"],
    ["daily", "-s", "20260802", "-u", "2026-08-02", "--json"], ["totals", "--json"], ["totals"],
]


def stamp(seconds_ago):
    when = time.time() - seconds_ago
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when)) + f".{int(when % 1 * 1000):03d}Z"


def shape(value):
    """What a document is built of: its keys, in their order, and the types of its values."""
    if isinstance(value, dict):
        return {key: shape(value[key]) for key in value}
    if isinstance(value, list):
        shapes = []
        for item in value:
            if shape(item) not in shapes:
                shapes.append(shape(item))
        return shapes
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


class ReportTest(MachineTest):
    def passes(self, *arguments, **options):
        result = self.machine.tacho(*arguments, **options)
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return result.stdout

    def fails(self, status, reason, *arguments, **options):
        result = self.machine.tacho(*arguments, **options)
        self.assertEqual((result.returncode, result.stdout), (status, ""), arguments)
        self.assertIn(reason, result.stderr)

    def json(self, *arguments, **options):
        return json.loads(self.passes(*arguments, "--json", **options))

    def log_some(self):
        self.machine.log("-tmp-a", "11111111-1111-4111-8111-111111111111",
                         usage_line("msg_1", timestamp="2026-08-01T23:30:00.000Z", input_tokens=1000, output_tokens=10),
                         usage_line("msg_2", timestamp="2026-08-02T10:00:00.000Z", output_tokens=200),
                         usage_line("msg_4", timestamp="2026-08-02T15:00:00.000Z", output_tokens=200))
        self.machine.log("-tmp-b", "22222222-2222-4222-8222-222222222222",
                         usage_line("msg_3", timestamp="2026-08-03T10:00:00.000Z", model="claude-opus-4-6",
                                    cache_read_input_tokens=3000))

    def log_now(self):
        return self.machine.log("-tmp-now", "33333333-3333-4333-8333-333333333333",
                                usage_line("msg_8", timestamp=stamp(120), input_tokens=100000, output_tokens=5000),
                                usage_line("msg_9", timestamp=stamp(60), input_tokens=100000, output_tokens=5000))


class Forms(ReportTest):
    def test_agent_and_command_agree_to_the_byte(self):
        self.log_some()
        without = [self.passes(*form) for form in FORMS]
        self.machine.start()
        for form, expected in zip(FORMS, without):
            with self.subTest(form):
                self.assertEqual(self.passes(*form), expected)
                self.assertEqual(self.passes(*form, "--direct"), expected)

    def test_generated_logs_alike(self):
        self.machine.generate_logs("odd", "--seed", "3")
        reports = [[report, "--json", *more] for report in ("daily", "weekly", "monthly", "session", "blocks")
                   for more in ([], ["-z", "Asia/Kolkata", "-m", "calculate"])]
        without = [self.passes(*report) for report in reports]
        self.machine.start()
        for report, expected in zip(reports, without):
            with self.subTest(report):
                self.assertEqual(self.passes(*report), expected)

    def test_history_outlives_its_logs(self):
        self.log_some()
        self.machine.start()
        before = self.json("daily")
        os.unlink(self.machine.log_path("-tmp-b", "22222222-2222-4222-8222-222222222222"))
        self.assertEqual(self.json("daily"), before)
        self.assertEqual(self.json("daily", "--direct"), before)
        self.assertEqual(len(self.json("daily", "--logs-only")["daily"]), 2)
        self.machine.stop()
        self.assertEqual(self.json("daily"), before)

    def test_a_log_that_is_back_is_no_duplicate(self):
        """Copies of a log that was deleted count on, once: also if it is put back, now or after a restart."""
        self.log_some()
        path = self.machine.log("-tmp-c", "44444444-4444-4444-8444-444444444444",
                                *[usage_line("msg_5", timestamp="2026-08-01T23:30:00.000Z", output_tokens=1)] * 4)
        self.machine.start()
        def counts(*options):
            counted = self.json("totals", *options)["counts"]
            return counted["entries"], counted["duplicates"]
        self.assertEqual(counts(), (5, 3))
        kept = self.machine.path("kept.jsonl")
        for restarts in (0, 1, 2):
            with self.subTest(restarts=restarts):
                self.assertEqual(self.machine.tacho("ledger", "status").returncode, 0)  # which flushes
                os.rename(path, kept)
                self.assertEqual(counts(), (5, 3))
                for _ in range(restarts):
                    self.assertEqual(self.machine.tacho("restart").returncode, 0)
                    self.machine.start()
                    self.assertEqual(counts(), (5, 3))
                os.rename(kept, path)
                self.assertEqual(counts(), (5, 3))
                self.assertEqual(counts("--direct"), (5, 3))

    def test_nothing_to_report(self):
        for report in ("daily", "weekly", "monthly", "session", "blocks"):
            with self.subTest(report):
                self.assertIn("No usage found", self.passes(report))
                self.assertEqual(self.json(report)[report], [])
        self.assertEqual(self.json("daily", "--instances")["daily"], [])
        self.assertIn("No block is active", self.passes("blocks", "--active"))

    @unittest.skipUnless(os.environ.get("TACHO_CORPUS") and os.path.isdir(EXPECTED), "TACHO_CORPUS is not set")
    def test_documents_have_the_shape_of_ccusage_s(self):
        """By Tacho's rules the numbers differ; keys, their order and types do not."""
        corpus = {"CLAUDE_CONFIG_DIR": os.environ["TACHO_CORPUS"]}
        commands = {"all-daily": ["daily"], "all-session": ["session"], "daily-instances": ["claude", "daily", "-i"],
                    "all-sections": ["daily", "--by-agent", "--sections", "daily,weekly,monthly,session"],
                    "daily-nocost": ["claude", "daily", "--no-cost"], "blocks-3h": ["claude", "blocks", "-n", "3"],
                    "weekly-monday": ["claude", "weekly", "-w", "monday"],
                    **{name: ["claude", name] for name in ("daily", "weekly", "monthly", "session", "blocks")}}
        for name, command in commands.items():
            with self.subTest(name), open(os.path.join(EXPECTED, name + ".auto.UTC.json")) as file:
                theirs, ours = json.load(file), self.json(*command, "-z", "UTC", **corpus)
                self.assertEqual(list(ours), list(theirs))
                for key, value in theirs.items():
                    if isinstance(value, list):
                        rows = [shape(row) for row in value]
                        for row in ours[key]:
                            self.assertIn(list(row), [list(row) for row in rows])


class Numbers(ReportTest):
    def test_weeks_and_months(self):
        self.log_some()
        self.assertEqual([row["week"] for row in self.json("claude", "weekly")["weekly"]], ["2026-07-26", "2026-08-02"])
        self.assertEqual([row["period"] for row in self.json("weekly")["weekly"]], ["2026-07-27", "2026-08-03"])
        self.assertEqual([row["week"] for row in self.json("claude", "weekly", "-w", "saturday")["weekly"]],
                         ["2026-08-01"])
        self.assertEqual([row["month"] for row in self.json("claude", "monthly")["monthly"]], ["2026-08"])

    def test_csv_sums_to_its_total(self):
        self.log_some()
        self.machine.log("-tmp-a", "11111111-1111-4111-8111-111111111112",
                         usage_line("msg_5", timestamp="2026-08-02T11:00:00.000Z", model="claude-opus-4-6"))
        for report in (["daily"], ["weekly"], ["monthly"], ["session"], ["daily", "-b"], ["session", "-b"],
                       ["daily", "-i", "-b"]):
            rows = list(csv.DictReader(io.StringIO(self.passes(*report, "--csv"))))
            with self.subTest(report):
                for column in ("Input", "Output", "Cache read", "Total tokens"):
                    self.assertEqual(sum(int(row[column]) for row in rows[:-1]), int(rows[-1][column]))
                for row in rows[:-1]:
                    self.assertTrue(all(row.values()), row)

    def test_last_days(self):
        self.log_now()
        self.machine.log("-tmp-now", "44444444-4444-4444-8444-444444444444",
                         usage_line("msg_7", timestamp=stamp(10 * 86400), output_tokens=1))
        self.assertEqual(self.json("daily")["totals"]["outputTokens"], 10001)
        for report, last in (("daily", "2"), ("weekly", "1"), ("daily", "10")):
            with self.subTest((report, last)):
                self.assertEqual(self.json(report, "--last", last)["totals"]["outputTokens"], 10000)
        self.assertEqual(self.json("daily", "--last", "12")["totals"]["outputTokens"], 10001)

    def test_active_block(self):
        self.log_now()
        for source in ([], ["--direct"]):
            block = self.json("blocks", "--active", "-t", "500000", *source)["blocks"][0]
            self.assertTrue(block["isActive"])
            self.assertEqual(block["totalTokens"], 210000)
            self.assertAlmostEqual(block["burnRate"]["tokensPerMinute"], 210000, delta=2000)
            self.assertEqual(block["tokenLimitStatus"]["status"], "exceeds")
            self.assertIn("left of limit", self.passes("blocks", "-t", "500000", *source))
            self.assertIn("left", self.passes("blocks", "-a", *source))
            self.machine.start()


class Flags(ReportTest):
    def setUp(self):
        super().setUp()
        self.log_some()

    def test_ccusage_s_flags_are_taken(self):
        common = ["--offline", "--no-offline", "--single-thread", "--debug", "--debug-samples=3", "--no-color",
                  "--compact", "--mode=auto", "--order=asc", "-O", "-d", "--locale", "en-US"]
        for report in ("daily", "weekly", "monthly", "session", "blocks"):
            with self.subTest(report):
                self.assertEqual(self.json("claude", report, *common), self.json("claude", report))
        self.assertEqual(self.json("daily", "--all"), self.json("daily"))

    def test_mistakes_are_told(self):
        for reason, *arguments in (
                ("expected asc or desc", "daily", "--order", "up"),
                ("expected sunday", "weekly", "--start-of-week", "noday"),
                ("expected a day", "daily", "--since", "20260230"),
                ("a number of tokens, or max", "blocks", "-t", "lots"),
                ("hours, from a second", "blocks", "-n", "0"),
                ("how many, from 1 on", "daily", "--last", "0"),
                ("some of daily", "daily", "--sections", "blocks"),
                ("expected tacho or ccusage", "daily", "--rules", "mine"),
                ("exclude each other", "daily", "--csv", "--json"),
                ("excludes --since", "daily", "--last", "2", "--since", "20260801"),
                ("time zone", "daily", "-z", "Mars/Base"),
                ("unknown option '--last'", "session", "--last", "3"),
                ("unknown option '--instances'", "weekly", "--instances")):
            with self.subTest(arguments):
                self.fails(2, reason, *arguments)

    def test_help_names_every_flag(self):
        text = self.passes("blocks", "--help")
        for flag in ("--active", "--token-limit", "--session-length", "--rules", "--csv", "--markdown", "--jq"):
            self.assertIn(flag, text)
        self.assertNotIn("--instances", text)

    def test_jq(self):
        self.assertEqual(self.passes("daily", "--jq", ".totals.outputTokens"), "410\n")
        self.assertEqual(self.passes("daily", "--jq", "-1"), "-1\n")
        self.assertEqual(self.machine.tacho("daily", "--jq", ".[").returncode, 1)
        self.fails(1, "cannot run jq", "daily", "--jq", ".", PATH="/nowhere")

    def test_config(self):
        path = self.machine.write("ccusage.json", json.dumps({
            "$schema": "x", "defaults": {"json": True, "timezone": "Asia/Kolkata", "unknown": 3},
            "commands": {"daily": {"order": "desc", "since": "20260802"}, "weekly": {"startOfWeek": "friday"}},
            "claude": {"commands": {"daily": {"order": "asc"}}}}))
        rows = json.loads(self.passes("daily", "--config", path))["daily"]
        self.assertEqual([row["period"] for row in rows], ["2026-08-03", "2026-08-02"])
        rows = json.loads(self.passes("claude", "daily", "--config", path))["daily"]
        self.assertEqual([row["date"] for row in rows], ["2026-08-02", "2026-08-03"])
        rows = json.loads(self.passes("daily", "-z", "UTC", "--since", "20260803", "--config", path))["daily"]
        self.assertEqual([row["period"] for row in rows], ["2026-08-03"])
        rows = json.loads(self.passes("weekly", "--config", path))["weekly"]
        self.assertEqual([row["period"] for row in rows], ["2026-07-31"])
        self.fails(1, "line 1", "daily", "--config", self.machine.write("bad.json", "{\"defaults\": "))
        self.fails(1, "bad2.json: it must be an object", "daily", "--config", self.machine.write("bad2.json", "[]"))
        self.fails(1, "none.json", "daily", "--config", "/none.json")

    def test_what_is_typed_counts_more_than_a_config(self):
        path = self.machine.write("ccusage.json", json.dumps({
            "defaults": {"json": True, "timezone": "Asia/Kolkata", "noColor": True, "last": 1}}))
        self.assertTrue(self.passes("daily", "--config", path, "--csv").startswith("Date,"))
        self.machine.write("plain.json", json.dumps({"defaults": {"noColor": True}}))
        self.assertIn("\x1b", self.passes("daily", "--config", path.replace("ccusage", "plain"), "--color"))
        rows = json.loads(self.passes("daily", "--since", "20260801", "--config", path, "-z", "local"))["daily"]
        self.assertEqual(rows, self.json("daily")["daily"])

    def test_local_is_this_machine_s_zone(self):
        for zone in ("Asia/Kolkata", "America/New_York"):
            self.assertEqual(self.json("daily", "-z", "local", TZ=zone), self.json("daily", "-z", zone))
            self.assertEqual(self.json("totals", "-z", "local", TZ=zone), self.json("totals", "-z", zone))

    def test_colours_can_be_forced(self):
        self.assertIn("\x1b", self.passes("daily", FORCE_COLOR="1"))
        self.assertNotIn("\x1b", self.passes("daily", FORCE_COLOR="0"))
        self.assertNotIn("\x1b", self.passes("daily", FORCE_COLOR="1", NO_COLOR="1"))

    def test_the_beginning_of_an_id_will_do(self):
        whole = "11111111-1111-4111-8111-111111111111"
        self.assertEqual(self.json("session", "--id", "1111"), self.json("session", "--id", whole))
        self.assertEqual(self.json("session", "--id", "1111")["sessionId"], whole)
        self.assertIsNone(self.json("session", "--id", "3"))
        self.machine.log("-tmp-b", "11112222-2222-4222-8222-222222222222", usage_line("msg_6", output_tokens=5))
        self.assertIsNone(self.json("session", "--id", "1111"))
        self.assertIn("whose id is 1111, or alone begins so", self.passes("session", "--id", "1111"))

    def test_claude_alone_is_daily(self):
        self.assertEqual(self.passes("claude"), self.passes("claude", "daily"))
        self.assertEqual(self.json("claude", "--breakdown"), self.json("claude", "daily"))

    def test_projects_are_named_on_narrow_terminals(self):
        for columns in ("30", "40", "80"):
            lines = self.passes("daily", "-i", "-b", COLUMNS=columns).splitlines()
            self.assertIn("-tmp-a", lines)
            self.assertIn("-tmp-b", lines)
            self.assertTrue(any(line.startswith("Total") for line in lines))

    def test_tables_fit_the_terminal(self):
        for columns in (60, 80, 120):
            for report in (["daily", "-b"], ["session"], ["blocks", "-t", "max"], ["daily", "-i"], ["weekly"],
                           ["blocks"]):
                with self.subTest((columns, report)):
                    lines = self.passes(*report, COLUMNS=str(columns)).splitlines()
                    rules = [number for number, line in enumerate(lines) if line.startswith("─")]
                    self.assertTrue(rules)
                    self.assertLessEqual(max(len(line) for line in lines[:rules[-1] + 1]), columns)


class StatusLine(ReportTest):
    def payload(self, **more):
        return json.dumps({"session_id": "33333333-3333-4333-8333-333333333333", "transcript_path": "/none",
                           "model": {"id": "claude-opus-4-6", "display_name": "Opus 4.6"}, **more})

    def test_line(self):
        self.log_now()
        whole = self.payload(cost={"total_cost_usd": 0.1234},
                             context_window={"total_input_tokens": 66000, "context_window_size": 1000000})
        begin = r"^🤖 Opus 4\.6 \| 💰 "
        end = r" today / \$0\.75 block \([0-4]h [0-9]+m left\) \| 🔥 \$45\.00/hr"
        for source in ([], ["--direct"]):
            with self.subTest(source):
                def line(*arguments, document=whole):
                    return self.passes("claude", "statusline", *source, *arguments, input=document)
                self.assertRegex(line(), begin + r"\$0\.12 session / \$0\.75" + end + r" \| 🧠 66,000 \(7%\)\n$")
                self.assertRegex(line("--cost-source", "ccusage"), r"💰 \$0\.75 session")
                self.assertRegex(line("--cost-source", "both"), r"💰 \(\$0\.12 cc / \$0\.75 ccusage\) session")
                self.assertIn(" 🚨 (High) |", line("-B", "emoji-text"))
                self.assertRegex(line("-B", "text", document=self.payload()), r"💰 \$0\.75 session.* 🧠 105,000|100,000")
            self.machine.start()

    def test_nothing_known(self):
        line = self.passes("statusline", input=self.payload())
        self.assertEqual(line, "🤖 Opus 4.6 | 💰 N/A session / $0.00 today / No active block | 🧠 N/A\n")

    def test_bad_input(self):
        self.fails(1, "no session_id", "statusline", input="{}")
        self.fails(1, "not the JSON", "statusline", input="x")
        self.fails(1, "nothing on stdin", "statusline", input="")
        self.fails(2, "must be less", "statusline", "--context-low-threshold", "90", input=self.payload())

    def test_display_name_is_harmless(self):
        hostile = self.payload(model={"id": "m", "display_name": "a\x1b[31mb\n"})
        line = self.passes("statusline", input=hostile)
        self.assertEqual(line.count("\n"), 1)
        self.assertNotIn("\x1b", line)


if __name__ == "__main__":
    main("reports")
