"""`tacho config`: the configuration read, changed and checked, by itself and beside `git config`."""

import json
import os
import re
import shutil

from harness import CLAUDE_HOOK, MachineTest, main, wait_until

MINE = """# how I like it
[line]
\ttheme = light   ; at my desk
[tokens]
\tweights = opus=5
"""


class ConfigTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.path = self.machine.environment["TACHO_CONFIG"]

    def config(self, *arguments, status=0):
        result = self.machine.tacho("config", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout if status == 0 else result.stderr

    def text(self):
        return self.machine.read(self.path).decode()


class Values(ConfigTest):
    def test_set_get_unset(self):
        self.config("set", "line.theme", "light")
        self.assertEqual(self.text(), "[line]\n    theme = light\n")
        self.assertEqual(self.config("get", "line.theme"), "light\n")
        self.assertEqual(self.machine.git("config", "-f", self.path, "line.theme"), "light\n")
        self.machine.git("config", "-f", self.path, "line.theme", "dark")
        self.assertEqual(self.config("get", "line.theme"), "dark\n")
        self.config("unset", "line.theme")
        self.assertEqual(self.machine.tacho("config", "get", "line.theme").returncode, 1)

    def test_everything_else_stays(self):
        self.machine.write(self.path, MINE)
        self.config("set", "tokens.weights", "opus=5 fable=3")
        self.assertEqual(self.text(), MINE.replace("opus=5\n", "opus=5 fable=3\n"))
        self.config("set", "line.ascii", "true")
        self.assertEqual(self.text(), MINE.replace("opus=5\n", "opus=5 fable=3\n")
                         .replace("at my desk\n", "at my desk\n\tascii = true\n"))

    def test_path(self):
        self.assertEqual(self.config("path"), self.path + "\n")

    def test_through_a_symlink(self):
        target = self.machine.write("home/dotfiles/tacho", MINE)
        os.makedirs(os.path.dirname(self.path))
        os.symlink(target, self.path)
        self.config("set", "line.theme", "dark")
        self.assertTrue(os.path.islink(self.path))
        self.assertIn("theme = dark", self.machine.read(target).decode())


class Mistakes(ConfigTest):
    def test_a_mistake_is_not_written(self):
        self.machine.write(self.path, MINE)
        for name, value in (("line.theme", "no-such"), ("line.nothing", "1"), ("tokens.weights", "x"),
                            ("line.ascii", "maybe")):
            with self.subTest(name):
                self.assertIn("nothing was written", self.config("set", name, value, status=1))
                self.assertEqual(self.text(), MINE)

    def test_mistakes_that_are_there_do_not_stop_others(self):
        self.machine.write(self.path, "[line]\n    colour = red\n")
        self.config("set", "line.theme", "light")
        self.assertEqual(self.text(), "[line]\n    colour = red\n    theme = light\n")

    def test_only_mistakes_that_are_new_are_told(self):
        self.machine.write(self.path, "[line]\n    colour = red\n    style = odd\n")
        told = self.config("set", "line.theme", "nrod", status=1).splitlines()
        self.assertEqual(len(told), 2)
        self.assertIn("line.theme = nrod: no such theme: did you mean 'nord'?", told[0])

    def test_mistakes_are_told_from_the_top(self):
        self.machine.write(self.path, "[tokens]\nweight = 1\n[line]\nrow = modle\nstyle = odd\n[budget]\nday = 1\n"
                           "[line]\npreset = big\n")
        lines = [int(line.split(":")[2]) for line in self.config("check", status=1).splitlines()]
        self.assertEqual(lines, [2, 4, 5, 7, 9])

    def test_check_tells_each_with_its_line(self):
        self.machine.write(self.path, "# a\n[line]\ntheme = x\nascii = true\ncolour = red\n[broken\n")
        told = self.config("check", status=1)
        self.assertIn(f"{self.path}:3: line.theme = x:", told)
        self.assertIn(f"{self.path}:5: line.colour = red:", told)
        self.assertIn(f"{self.path}:6: ", told)
        self.assertEqual(len(told.splitlines()), 3)
        self.assertIn("mend it first", self.config("set", "line.theme", "light", status=1))

    def test_check_is_content(self):
        self.assertIn("is not there", self.config("check"))
        self.machine.write(self.path, MINE)
        self.assertIn("no mistakes", self.config("check"))
        other = self.machine.write("home/other", "[line]\nrubbish = 1\n")
        self.assertIn(f"{other}:2:", self.config("check", other, status=1))
        self.assertIn("no such file", self.config("check", "/nonexistent", status=1))

    def test_usage(self):
        for arguments in ((), ("what",), ("get",), ("set", "line.theme"), ("get", "line"), ("set", ".x", "1"),
                          ("get", "a.b", "c"), ("path", "x")):
            with self.subTest(arguments):
                self.config(*arguments, status=2)


class Looks(ConfigTest):
    def names(self, what):
        return [line.split()[0] for line in self.config(what).splitlines()]

    def test_every_preset_and_theme_can_be_chosen(self):
        for what in ("preset", "theme"):
            for name in self.names(what):
                self.config(what, name)
                self.assertEqual(self.config("get", f"line.{what}"), name + "\n")
                self.assertIn("no mistakes", self.config("check"))
            self.assertIn(f"{what}", self.config(what, "no-such", status=1))

    def test_a_preset_takes_the_place_of_rows(self):
        rows = "[line]\n    row = model\n    row = cost\n    style = minimal\n    charset = ascii\n"
        self.machine.write(self.path, rows)
        told = self.config("preset", "capsule")
        self.assertEqual(self.text(), "[line]\n    charset = ascii\n    preset = capsule\n")
        backup = told.split()[-1]
        self.assertEqual(self.machine.read(backup).decode(), rows)

    def test_a_theme_of_one_s_own(self):
        self.machine.write(self.path, '[theme "mine"]\n    base = nord\n')
        self.config("theme", "mine")
        self.assertEqual(self.config("get", "line.theme"), "mine\n")


class Demo(ConfigTest):
    def demo(self, *arguments, **options):
        result = self.machine.tacho("demo", *arguments, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return [part.split("\n") for part in result.stdout.strip().split("\n\n")]

    def listed(self, what):
        listed = json.loads(self.machine.tacho("segments", "--json", what).stdout)
        return [entry["name"] for entry in listed]

    def test_every_preset_in_every_theme(self):
        parts = self.demo()
        expected = [f"{preset}, {theme}" for preset in self.listed("--presets") for theme in self.listed("--themes")]
        self.assertEqual([part[0] for part in parts], expected)
        self.assertTrue(all(len(part) > 1 and all(part[1:]) for part in parts))
        self.assertNotIn("\x1b", str(parts))

    def test_fits_any_width(self):
        for columns in (10, 40, 80, 200):
            for part in self.demo("--theme", "nord", "--charset", "ascii", "--columns", str(columns)):
                self.assertTrue(all(len(row) <= columns for row in part[1:]), part)

    def test_colours_differ_by_theme(self):
        parts = self.demo("--preset", "default", "--color")
        self.assertEqual(len({tuple(part[1:]) for part in parts}), len(parts))
        self.assertTrue(all("38;2;" in part[1] for part in parts))

    def test_usage(self):
        for arguments in (("--preset", "x"), ("--theme", "x"), ("--charset", "x"), ("--columns", "3"), ("--columns", "x")):
            with self.subTest(arguments):
                self.assertEqual(self.machine.tacho("demo", *arguments).returncode, 2)


class Agent(ConfigTest):
    def hook(self):
        payload = '{"session_id":"s-1","model":{"id":"m","display_name":"Opus"},"workspace":{"current_dir":"/tmp"}}'
        return self.machine.run(CLAUDE_HOOK, input=payload, COLORTERM="truecolor").stdout

    def test_takes_a_change_up_at_once(self):
        os.makedirs(os.path.dirname(self.path))
        self.machine.start()
        dark = self.hook()
        self.config("set", "line.theme", "light")
        light = wait_until(lambda: (line := self.hook()) != dark and line, "the light theme")
        self.machine.write(self.path, "[line]\ntheme = broken\n")
        wait_until(lambda: self.hook() == dark, "the default, for there is no such theme")
        self.assertIn("no such theme", self.machine.agent_log())
        self.config("set", "line.theme", "light")
        wait_until(lambda: self.hook() == light, "the light theme again")

    def await_theme(self, is_light):
        """The colour of the model's name tells the themes apart, whatever else is on the line."""
        def model():
            return re.search(r"\x1b\[([0-9;]*)mOpus", self.hook())[1]
        self.dark = getattr(self, "dark", None) or model()
        wait_until(lambda: (model() != self.dark) == is_light, "the light theme" if is_light else "the default")

    def test_takes_up_the_first_configuration(self):
        folder = os.path.dirname(self.path)
        self.machine.start()
        self.await_theme(False)
        for _ in range(3):
            self.config("set", "line.theme", "light")
            self.await_theme(True)
            shutil.rmtree(os.path.dirname(folder))
            self.await_theme(False)
        self.config("set", "line.theme", "light")
        self.await_theme(True)
        os.rename(folder, folder + ".away")
        self.await_theme(False)
        os.rename(folder + ".away", folder)
        self.await_theme(True)


if __name__ == "__main__":
    main("config")
