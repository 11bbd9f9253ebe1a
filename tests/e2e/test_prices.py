"""`tacho prices`: the table, the person's own prices, and what taking them over does to files."""

import glob
import json
import os
import shutil
import sqlite3
import stat

from harness import MachineTest, TACHO, main, usage_line, wait_until

NEW = {"my-model": {"input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06}}
OPUS = {"claude-opus-4-6": {"input_cost_per_token": 4e-06, "output_cost_per_token": 20e-06}}


class PricesTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.overrides = os.path.join(self.machine.home, ".config/tacho/prices.json")

    def prices(self, *arguments, status=0, **options):
        result = self.machine.tacho("prices", *arguments, **options)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def input_file(self, document, name="input.json"):
        return self.machine.write(name, document if isinstance(document, (str, bytes)) else json.dumps(document))

    def take(self, document, *arguments, **options):
        return self.prices("import", self.input_file(document), "--yes", *arguments, **options)

    def listed(self, *names):
        return json.loads(self.prices("list", "--json", *names).stdout)


class List(PricesTest):
    def test_everything_has_a_price(self):
        models = self.listed()
        self.assertGreater(len(models), 300)
        self.assertEqual(list(models), sorted(models))
        self.assertEqual(models["claude-sonnet-4-5"], {
            "source": "built-in", "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
            "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
            "cache_read_input_token_cost": 3e-07, "input_cost_per_token_above_200k_tokens": 6e-06,
            "output_cost_per_token_above_200k_tokens": 2.25e-05,
            "cache_creation_input_token_cost_above_200k_tokens": 7.5e-06,
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1.2e-05,
            "cache_read_input_token_cost_above_200k_tokens": 6e-07, "fast_multiplier": 1.0,
            "max_input_tokens": 1000000})

    def test_for_people(self):
        lines = self.prices("list", "claude-sonnet-4-5").stdout.splitlines()
        self.assertRegex(lines[0], r"built-in table is of \d{4}-\d\d$")
        row = next(line.split() for line in lines if line.startswith("claude-sonnet-4-5 "))
        self.assertEqual(row, ["claude-sonnet-4-5", "3.0", "15.0", "3.75", "6.0", "0.3", "built-in"])
        self.assertIn(["above", "200000", "tokens", "6.0", "22.5", "7.5", "12.0", "0.6"],
                      [line.split() for line in lines])

    def test_a_name_that_only_leads_to_a_price(self):
        name = "vendor/claude-opus-4-6-20301231"
        self.assertEqual(self.listed(name)[name]["input_cost_per_token"], 5e-06)

    def test_no_such_name(self):
        self.assertIn("no model of that name", self.prices("list", "nothing-of-the-kind", status=1).stderr)
        self.assertEqual(self.listed("nothing-of-the-kind"), {})

    def test_what_it_writes_changes_nothing(self):
        self.take({**NEW, "claude-opus-4-6": [OPUS["claude-opus-4-6"], {**OPUS["claude-opus-4-6"],
                                              "output_cost_per_token": 0, "effective_date": "2199-01-01"}]})
        document = self.prices("list", "--json").stdout
        result = json.loads(self.prices("diff", "-", "--json", input=document).stdout)
        self.assertEqual(result["changes"], [])


class Memory(PricesTest):
    """What the ledger says was charged is shown, and goes on being what history is priced by."""

    def remember(self, model, dollars):
        """Writes what a ledger would have if a model had always been charged so much a million tokens."""
        self.machine.log("project", "s-1", usage_line(output_tokens=5))
        self.machine.start()
        self.machine.stop()
        (path,) = glob.glob(os.path.join(self.machine.state, "ledger*.db"))
        row = {"model": model.encode(), "from_us": -2**63, "name": model.encode(), "input": dollars * 10**6,
               "output": 0, "cache_write_5m": 0, "cache_write_1h": 0, "cache_read": 0, "over": 0, "over_input": 0,
               "over_output": 0, "over_cache_write_5m": 0, "over_cache_write_1h": 0, "over_cache_read": 0,
               "fast_tenths": 10, "context_size": 0}
        database = sqlite3.connect(path)
        with database:
            database.execute(f"INSERT OR REPLACE INTO price ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                             list(row.values()))
        database.close()

    def test_what_was_charged_comes_first(self):
        self.remember("claude-opus-4-6", 9)
        periods = self.listed("claude-opus-4-6")["claude-opus-4-6"]
        self.assertEqual([(period["source"], period["input_cost_per_token"]) for period in periods],
                         [("remembered", 9e-06), ("built-in", 5e-06)])
        self.assertNotIn("effective_date", periods[0])
        self.assertIn("effective_date", periods[1])

    def test_what_a_damaged_ledger_still_said_is_kept(self):
        self.remember("claude-opus-4-6", 9)
        (path,) = glob.glob(os.path.join(self.machine.state, "ledger*.db"))
        database = sqlite3.connect(path)
        with database:
            database.execute("UPDATE rollup SET packed = x'ffff'")
        database.close()
        self.machine.start()
        self.machine.stop()
        self.assertEqual(len(glob.glob(path + ".corrupt-*")), 1)
        periods = self.listed("claude-opus-4-6")["claude-opus-4-6"]
        self.assertEqual([(period["source"], period["input_cost_per_token"]) for period in periods],
                         [("remembered", 9e-06), ("built-in", 5e-06)])

    def test_a_ledger_that_cannot_be_read_is_told(self):
        self.remember("claude-opus-4-6", 9)
        for path in glob.glob(os.path.join(self.machine.state, "ledger*.db")):
            self.machine.write(path, b"no database at all" * 1000)
        result = self.prices("list", "claude-opus-4-6")
        self.assertIn("what was charged before is not shown", result.stderr)
        self.assertIn("built-in", result.stdout)


class Import(PricesTest):
    def test_takes_over(self):
        result = self.take({**NEW, **OPUS})
        self.assertIn("claude-opus-4-6: input 5.0 -> 4.0, output 25.0 -> 20.0", result.stdout)
        self.assertIn("my-model: new: input 2.0, output 8.0, cache write 5m 2.5, cache write 1h 4.0, cache read 0.2\n",
                      result.stdout)
        self.assertIn("recalculate", result.stdout)
        self.assertEqual(stat.S_IMODE(os.stat(self.overrides).st_mode), 0o600)
        listed = self.listed("my-model", "claude-opus-4-6")
        self.assertEqual((listed["my-model"]["source"], listed["my-model"]["cache_read_input_token_cost"]),
                         ("override", 2e-07))
        self.assertEqual(listed["claude-opus-4-6"]["input_cost_per_token"], 4e-06)
        self.assertEqual(listed["claude-opus-4-6"]["fast_multiplier"], 6.0)
        self.assertEqual(listed["claude-opus-4-6-20260205"]["source"], "built-in")

    def test_others_stay_and_the_file_is_kept(self):
        self.take(NEW)
        before = self.machine.read(self.overrides)
        result = self.take(OPUS)
        self.assertEqual(set(json.loads(self.machine.read(self.overrides))), {"my-model", "claude-opus-4-6"})
        copies = glob.glob(self.overrides + ".tacho-backup-*")
        self.assertEqual(len(copies), 1)
        self.assertEqual(self.machine.read(copies[0]), before)
        self.assertIn(copies[0], result.stdout)

    def test_what_is_so_already_is_not_written(self):
        self.take(NEW)
        stamp = os.stat(self.overrides).st_mtime_ns
        self.assertIn("0 to change, 1 as they are", self.take(NEW).stdout)
        self.assertEqual(os.stat(self.overrides).st_mtime_ns, stamp)
        self.assertEqual(glob.glob(self.overrides + ".*"), [])

    def test_dates_join_and_an_undated_price_replaces(self):
        self.take({"my-model": {**NEW["my-model"], "effective_date": "2199-01-01"}})
        self.take({"my-model": {"input_cost_per_token": 4e-06, "output_cost_per_token": 0,
                                "effective_date": "2001-01-01"}})
        self.assertEqual([period["effective_date"] for period in self.listed("my-model")["my-model"]],
                         ["2001-01-01", "2199-01-01"])
        self.take(NEW)
        self.assertNotIn("effective_date", self.listed("my-model")["my-model"])

    def test_json(self):
        result = json.loads(self.take({**NEW, "image": {"output_cost_per_image": 1}}, "--json").stdout)
        self.assertEqual((result["unchanged"], result["left_out"]), (0, 1))
        self.assertEqual([(change["model"], change["before"]) for change in result["changes"]], [("my-model", None)])
        self.assertEqual(result["changes"][0]["after"]["cache_creation_input_token_cost"], 2.5e-06)
        self.assertTrue(os.path.exists(self.overrides))

    def test_standard_input(self):
        self.prices("import", "-", "--yes", input=json.dumps(NEW))
        self.assertIn("my-model", self.listed())

    def test_print_and_diff_write_nothing(self):
        path = self.input_file(NEW)
        for arguments in (["import", path, "--print"], ["diff", path]):
            self.assertIn("1 to change", self.prices(*arguments).stdout)
        self.assertFalse(os.path.exists(self.overrides))

    def test_nobody_to_ask(self):
        self.assertIn("--yes", self.prices("import", self.input_file(NEW), status=1).stderr)
        self.assertFalse(os.path.exists(self.overrides))

    def test_asks_on_a_terminal(self):
        path = self.input_file(NEW)
        for answer, written in (("n", False), ("y", True)):
            terminal = self.terminal(TACHO, "prices", "import", path)
            terminal.wait_for("[y/N]")
            terminal.type(answer)
            terminal.wait_for_end()
            self.assertEqual(os.path.exists(self.overrides), written)

    def test_names_may_be_hostile(self):
        name = "evil\x1b[2J\u202e\"\\\n"
        result = self.take({name: NEW["my-model"]})
        self.assertIn(name, self.listed())
        for output in (result.stdout, self.prices("list", "evil").stdout):
            self.assertNotIn("\x1b", output)
            self.assertNotIn("\u202e", output)
            self.assertIn("evil", output)

    def test_a_symlink_is_followed(self):
        real = self.machine.write("elsewhere.json", "{}")
        os.makedirs(os.path.dirname(self.overrides))
        os.symlink(real, self.overrides)
        self.take(NEW)
        self.assertTrue(os.path.islink(self.overrides))
        self.assertIn("my-model", json.loads(self.machine.read(real)))


class Mistakes(PricesTest):
    def test_good_entries_apply(self):
        result = self.take({**NEW, "per-million": {"input_cost_per_token": 3, "output_cost_per_token": 15}})
        self.assertIn("per-million: input_cost_per_token: is more than a dollar a token", result.stderr)
        self.assertEqual(set(json.loads(self.machine.read(self.overrides))), {"my-model"})

    def test_nothing_usable(self):
        self.assertIn("no price that can be used", self.take({"x": 5}, status=1).stderr)
        for text in ("", "[]", "{", "prices", b"\xff\xfe", "{\"a\": {}} trailing"):
            self.assertIn("not a JSON object", self.take(text, status=1).stderr)
        self.assertIn("no such file", self.prices("diff", "missing.json", status=1).stderr)
        self.assertIn("irectory", self.prices("diff", self.machine.home, status=1).stderr)
        self.assertFalse(os.path.exists(self.overrides))

    def test_overrides_that_are_broken_are_never_lost(self):
        self.machine.write(self.overrides, "{\"mine\": ")
        self.assertIn("mend it", self.take(NEW, status=1).stderr)
        self.assertEqual(self.machine.read(self.overrides), b"{\"mine\": ")
        self.assertIn(self.overrides, self.prices("list", status=1).stderr)

    def test_a_read_only_file_stays(self):
        self.take(NEW)
        os.chmod(self.overrides, 0o400)
        before = self.machine.read(self.overrides)
        self.assertIn("read-only", self.take(OPUS, status=1).stderr)
        self.assertEqual(self.machine.read(self.overrides), before)

    def test_usage(self):
        for arguments in ([], ["lsit"], ["import"], ["diff", "a", "b"], ["recalculate", "x"], ["list", "--jsn"]):
            result = self.prices(*arguments, status=2)
            self.assertRegex(result.stderr, r"\Atacho: prices: .*\n\Z")
        self.assertIn("examples:", self.prices("--help").stdout)
        self.assertEqual(self.machine.tacho("help", "prices").stdout, self.prices("import", "--help").stdout)

    def test_a_large_file(self):
        many = {f"vendor/model-{i}": NEW["my-model"] for i in range(3000)}
        self.assertIn("3000 to change", self.take(many).stdout.splitlines()[-3])
        self.assertEqual(len(self.listed("vendor/model-")), 3000)


class History(PricesTest):
    """What was charged stays; recalculating is asked for. A message has 1,000 input tokens."""

    def cheap(self, price, **more):
        return {"my-model": {"input_cost_per_token": price, "output_cost_per_token": 0, **more}}

    def say(self, message_id, timestamp=None, model="my-model", session="s-1"):
        self.machine.log("project", session, usage_line(message_id, model, timestamp, input_tokens=1000))

    def totals(self, *arguments):
        result = self.machine.tacho("totals", "--json", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def cost(self, *arguments):
        """In millionths of a dollar; the agent and the direct count must agree."""
        costs = {self.totals(*arguments)["total"]["cost_pusd"], self.totals("--direct", *arguments)["total"]["cost_pusd"]}
        self.assertEqual(len(costs), 1)
        return costs.pop() // 10**6

    def test_old_days_keep_their_cost(self):
        self.take(self.cheap(1e-06))
        self.say("msg_1", "2026-01-05T10:00:00.000Z")
        self.machine.start()
        self.assertEqual(self.cost(), 1000)
        self.machine.stop()
        self.take(self.cheap(4e-06))
        self.assertEqual(self.cost(), 1000)
        self.say("msg_2", "2026-01-05T10:00:01.000Z")  # read late, but of the old days
        self.say("msg_3", "2199-01-01T00:00:00.000Z")
        self.assertEqual(self.cost(), 6000)
        self.machine.start()
        self.assertEqual(self.cost(), 6000)
        self.assertEqual(self.cost("--logs-only"), 6000)
        self.assertEqual(self.machine.tacho("ledger", "verify").returncode, 0)
        self.prices("recalculate")
        self.assertEqual(self.cost(), 12000)
        self.machine.stop()
        self.assertEqual(self.cost(), 12000)
        self.assertEqual(self.machine.tacho("ledger", "verify").returncode, 0)

    def test_a_running_agent_learns_of_it(self):
        self.say("msg_1", "2026-01-05T10:00:00.000Z")
        self.machine.start()
        self.assertEqual(self.totals()["unpriced"], ["my-model"])
        self.take(self.cheap(2e-06))
        self.say("msg_2", "2199-01-01T00:00:00.000Z")
        self.assertEqual(self.cost(), 2000)
        self.machine.write(self.overrides, json.dumps(self.cheap(3e-06)))  # by hand: it is watched
        wait_until(lambda: self.cost() == 3000, "the new price")

    def test_recalculates_without_an_agent(self):
        self.say("msg_1", "2026-01-05T10:00:00.000Z")
        self.say("msg_2", "2026-01-06T10:00:00.000Z", "claude-opus-4-6")
        self.machine.start()
        self.machine.stop()
        self.assertEqual(self.cost(), 5000)
        self.take({**self.cheap(2e-06), **OPUS})
        self.assertEqual(self.cost(), 5000)
        self.prices("recalculate")
        self.assertIsNone(self.machine.agent_pid())
        self.assertEqual(self.cost(), 6000)
        shutil.rmtree(os.path.join(self.machine.claude, "projects"))  # the ledger is all there is
        self.assertEqual(self.cost(), 6000)
        os.remove(self.overrides)
        self.prices("recalculate")
        self.assertEqual(self.cost(), 5000)

    def test_a_price_from_a_day_on(self):
        self.take({"my-model": [self.cheap(1e-06)["my-model"], self.cheap(2e-06, effective_date="2026-03-01")["my-model"]]})
        self.say("msg_1", "2026-02-28T23:59:59.999Z")
        self.say("msg_2", "2026-03-01T00:00:00.000Z")
        self.machine.start()
        self.assertEqual({day: sums["cost_pusd"] // 10**6 for day, sums in self.totals()["days"].items()},
                         {"2026-02-28": 1000, "2026-03-01": 2000})
        self.assertEqual(self.cost(), 3000)

    def test_a_broken_file_changes_nothing(self):
        self.take(self.cheap(1e-06))
        self.say("msg_1", "2199-01-01T00:00:00.000Z")
        self.machine.start()
        self.machine.write(self.overrides, "{")
        self.assertIn("agent.log", self.prices("recalculate", status=1).stderr)
        self.machine.stop()
        self.machine.start()
        self.assertIn("prices.json", self.machine.agent_log())
        self.assertEqual(self.cost(), 1000)
        self.machine.stop()
        self.prices("recalculate", status=1)
        self.assertEqual(self.cost(), 1000)

    def test_what_was_charged_survives_a_kill(self):
        self.take(self.cheap(1e-06))
        self.say("msg_1", "2026-01-05T10:00:00.000Z")
        self.machine.start()
        self.take(self.cheap(2e-06))
        self.assertEqual(self.cost(), 1000)
        ledger = glob.glob(os.path.join(self.machine.state, "ledger-*.db"))[0]
        self.machine.kill_agent()
        self.machine.start()
        self.assertEqual(self.cost(), 1000)
        with sqlite3.connect(ledger) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM price").fetchone()[0], 2)

    def test_weights(self):
        self.say("msg_1", model="claude-opus-4-6")
        self.say("msg_2")
        config = self.machine.environment["TACHO_CONFIG"]
        self.machine.write(config, "[tokens]\n\tweights = opus=3 my-=10\n")
        self.assertEqual(self.totals()["total"]["weighted"], 13000)
        self.machine.start()
        self.assertEqual(self.totals()["total"]["weighted"], 13000)
        self.machine.write(config, "[tokens]\nweights = opus=7 # as of late\n")
        wait_until(lambda: self.totals()["total"]["weighted"] == 8000, "the new weights")
        self.assertEqual(self.totals("--direct")["total"]["weighted"], 8000)
        self.machine.write(config, "[tokens]\nweights = opus=none\n")
        wait_until(lambda: "weights = opus=none: opus=none: the factor must be" in self.machine.agent_log(), "a word")
        self.assertEqual(self.totals()["total"]["weighted"], 6000)
        self.assertIn("the factor must be", self.machine.tacho("totals", "--direct").stderr)


if __name__ == "__main__":
    main("prices")
