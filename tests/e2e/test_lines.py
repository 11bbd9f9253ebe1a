"""Status lines of every kind, drawn by the real hook and agent into a terminal: never empty, wrapped or broken.

TACHO_DRAWS=N draws so many lines of random sessions, layouts, styles, themes and widths; TACHO_LINE_SEED another
sequence of them."""

import json
import os
import random
import subprocess

from harness import CLAUDE_HOOK, ROOT, MachineTest, main, pyte, wait_until

DRAWS = int(os.environ.get("TACHO_DRAWS", 1500))
SEED = int(os.environ.get("TACHO_LINE_SEED", 1))
DRAWS_A_LOOK = 25
CLIENT_MARGIN = 4

NAMES = ["Opus 4.1", "claude-opus-4-1-20250805", "", " ", "日本語モデル", "👩‍👩‍👧‍👦 family", "e\u0301\u0301\u0301", "a" * 300,
         "\x1b[2J\x1b[31mred", "\x9b31m", "new\nline", "tab\there", "\u202eevil", "\u200b\u200b", "%F{red}#[fg=red]$(id)`id`",
         "\U000e0041tag", "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-1-20250805-v1:0",
         "\ue0b0\uf07b", "ﷺ", "🇩🇪🇫🇷", "ก็็็็็", "\r\r", "\x00nul", "]8;;http://x\x07"]
PATHS = ["/home/ada/loom", "/", "/home/ada", "C:\\Users\\ada", "/" + "deep/" * 60, "/tmp/日本/語", "relative", "//", "/a\x1b[31mb",
         "/tmp/new\nline", "~", "/home/ada/👩‍👩‍👧‍👦"]
NUMBERS = [0, 1, -1, 7, 99.99, 100, 100.5, 1e3, 8.4e4, 2e5, 1e6, 2**31, 2**63, 1e308, -0.0, 0.004, 1.5, 12345.678]
ODD = [None, True, False, [], {}, "text", 5, [1, [2]], {"a": {"b": None}}]


def payload(rng, now):
    """A document of a session, as the client sends it, with any part of it missing or of the wrong type."""
    def maybe(value):
        roll = rng.random()
        return rng.choice(ODD) if roll < 0.04 else value

    def fields(**values):
        return {name: maybe(value) for name, value in values.items() if rng.random() < 0.85}

    name, path, number = (lambda: rng.choice(NAMES)), (lambda: rng.choice(PATHS)), (lambda: rng.choice(NUMBERS))
    window = lambda: fields(used_percentage=number(), resets_at=now + rng.choice([-5, 30, 3600, 18000, 500000, 1e12]))
    size = rng.choice([200000, 1000000, 0])
    return fields(
        session_id=f"s-{rng.randrange(20)}", session_name=name(), transcript_path=path(), cwd=path(), version=name(),
        model=fields(id=name(), display_name=name()), output_style=fields(name=name()), prompt_id=name(),
        workspace=fields(current_dir=path(), project_dir=path(), added_dirs=[path()] * rng.randrange(3),
                         git_worktree=name(), repo=fields(host="github.com", owner=name(), name=name())),
        cost=fields(total_cost_usd=number(), total_duration_ms=number(), total_api_duration_ms=number(),
                    total_lines_added=number(), total_lines_removed=number()),
        context_window=fields(total_input_tokens=number(), total_output_tokens=number(), context_window_size=size,
                              used_percentage=number(),
                              current_usage=fields(input_tokens=number(), output_tokens=number(),
                                                   cache_creation_input_tokens=number(), cache_read_input_tokens=number())),
        effort=fields(level=name()), thinking=fields(enabled=True), fast_mode=rng.random() < 0.5,
        exceeds_200k_tokens=True, rate_limits=fields(five_hour=window(), seven_day=window()), vim=fields(mode="INSERT"),
        agent=fields(name=name()), worktree=fields(name=name(), branch=name(), original_branch=name(), original_cwd=path()),
        pr=fields(number=number(), url=rng.choice(["https://x.org/1", "javascript:x", name()]), review_state=name(),
                  kind=rng.choice(["mr", name()])))


def document(rng, now):
    text = json.dumps(payload(rng, now), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 2]))
    roll = rng.random()
    if roll < 0.03:
        return text[:rng.randrange(len(text))]
    return "\ufeff" + text + text if roll < 0.05 else text


class Looks:
    """Configurations: presets, and rows of anything."""

    def __init__(self, machine, rng):
        self.rng = rng
        listed = lambda *what: [one["name"] for one in json.loads(machine.tacho("segments", "--json", *what).stdout)]
        self.segments, self.groups = listed(), listed("--groups")
        self.presets, self.themes = listed("--presets"), listed("--themes")

    def row(self):
        words = [self.rng.choice(self.segments + self.groups + ["flex", "|", "text@own", "link@own"])
                 for _ in range(self.rng.randrange(1, 14))]
        return "".join(word + self.rng.choice(["  ", " ", "+", ","]) for word in words)

    def options(self):
        rng = self.rng
        for name in rng.sample(self.segments, 6):
            key, value = rng.choice([
                ("color", rng.choice(["#ff8800", "warn", "red", "17"])), ("icon", "◆"),
                ("gradient", rng.choice(["rainbow", "calm #ff8800 17"])), ("when", "session.name = 世界"), ("format", "‹{}›"),
                ("background", rng.choice(["#204060", "#f0e0d0", "99"])), ("when", "context.used >= 10"),
                ("when", "!git.branch"), ("max", rng.randrange(1, 20)), ("priority", rng.randrange(1, 200)),
                ("bar", rng.choice(["bar", "ball", "dots", "text"])), ("width", rng.randrange(1, 30))])
            yield f'[segment "{name}"]\n{key} = "{value}"\n'

    def make(self):
        rng = self.rng
        lines = ["[line]\n", f"theme = {rng.choice(self.themes)}\n",
                 f"charset = {rng.choice(['unicode', 'nerd', 'ascii'])}\n"]
        if rng.random() < 0.5:
            lines.append(f"preset = {rng.choice(self.presets)}\n")
        else:
            lines += [f'row = "{self.row()}"\n' for _ in range(rng.randrange(1, 5))]
        if rng.random() < 0.7:
            lines.append(f"style = {rng.choice(['plain', 'minimal', 'powerline', 'capsule'])}\n")
        if rng.random() < 0.3:
            lines.append(f"align = {rng.choice(['left', 'center', 'right'])}\n")
        lines += self.options()
        lines.append('[segment "text@own"]\ntext = "¡hello 世界!"\n[segment "link@own"]\nurl = https://example.org\n')
        return "".join(lines)


class Terminal:
    """A line's rows on a screen; anything but text, colours and links is a fault."""

    def __init__(self, output, columns):
        self.rows = output.split("\n")
        self.screen = pyte.Screen(columns, len(self.rows) + 3)
        self.stream = pyte.Stream(self.screen, strict=True)
        self.faults = []
        for name in ("bell", "erase_in_display", "erase_in_line", "set_title", "set_icon_name", "cursor_position",
                     "cursor_up", "cursor_down", "tab", "backspace", "reset", "set_mode", "delete_lines",
                     "linefeed", "index", "carriage_return", "alignment_display", "report_device_status"):
            setattr(self.screen, name, lambda *_, name=name, **__: self.faults.append(name))
        self.stream = pyte.Stream(self.screen)

    def draw(self):
        """Feeds row by row. Returns each one's columns."""
        widths = []
        for number, row in enumerate(self.rows):
            self.screen.cursor.x, self.screen.cursor.y = 0, number
            self.stream.feed(row)
            wrapped = self.screen.cursor.y != number
            widths.append(self.screen.columns + 1 if wrapped else self.screen.cursor.x)
        return widths

    def text(self):
        return [line.rstrip() for line in self.screen.display]


def channel(value):
    value /= 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour):
    return sum(weight * channel(int(colour[at:at + 2], 16)) for weight, at in ((0.2126, 0), (0.7152, 2), (0.0722, 4)))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Lines(MachineTest):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(SEED)
        self.config = self.machine.environment["TACHO_CONFIG"]
        os.makedirs(os.path.dirname(self.config), exist_ok=True)

    def hook(self, text, columns, **environment):
        result = subprocess.run([CLAUDE_HOOK, "--wait", "10000"], input=text.encode("utf-8", "surrogatepass"),
                                capture_output=True, timeout=30, check=False,
                                env={**self.machine.environment, "COLUMNS": str(columns), **environment})
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode()

    def check(self, output, columns, why):
        self.assertTrue(output.strip(), why)
        self.assertNotIn("\x9b", output, why)
        screen = Terminal(output.rstrip("\n"), max(columns, 8))
        widths = screen.draw()
        self.assertEqual(screen.faults, [], why)
        allowed = max(columns - CLIENT_MARGIN, 1)
        self.assertLessEqual(max(widths), allowed, (why, output))
        attributes = screen.screen.cursor.attrs
        self.assertEqual((attributes.fg, attributes.bg, attributes.bold), ("default", "default", False), (why, output))
        shown = screen.text()
        self.assertTrue("".join(shown).strip(), (why, output))
        self.assertTrue(all(line for line in shown[:len(widths)]), (why, output))
        return screen

    def test_never_empty_wrapped_or_broken(self):
        self.machine.repository("loom")
        PATHS.append(os.path.join(self.machine.home, "loom"))
        self.machine.start()
        looks = Looks(self.machine, self.rng)
        depths = [{"COLORTERM": "truecolor"}, {"TERM": "xterm-256color"}, {"TERM": "xterm"}, {"NO_COLOR": "1"}]
        for draw in range(DRAWS):
            if draw % DRAWS_A_LOOK == 0:
                look = looks.make()
                self.machine.write(self.config, look)
            now = 1800000000 if draw % 3 else 1
            text = document(self.rng, now)
            columns = self.rng.choice([self.rng.randrange(1, 40), self.rng.randrange(1, 301)])
            with self.subTest(seed=SEED, draw=draw):
                self.check(self.hook(text, columns, **self.rng.choice(depths)), columns, (look, text, columns))
        self.assertEqual(len(self.machine.processes()), 1, "the agent lives")

    def test_text_can_be_read_on_its_background(self):
        self.machine.start()
        looks = Looks(self.machine, self.rng)
        session = json.dumps({"session_id": "s", "model": {"display_name": "Opus 4.1"}, "effort": {"level": "high"},
                              "workspace": {"current_dir": "/tmp/somewhere"}, "cost": {"total_cost_usd": 4.2},
                              "context_window": {"context_window_size": 200000, "total_input_tokens": 170000,
                                                 "used_percentage": 85}})
        for theme in looks.themes:
            for style in ("powerline", "capsule"):
                self.machine.write(self.config, f"[line]\ntheme = {theme}\nstyle = {style}\ncharset = ascii\n"
                                   "row = model directory flex context cost\n")
                output = self.hook(session, 120, COLORTERM="truecolor")
                screen = self.check(output, 120, (theme, style)).screen
                letters = [cell for cell in screen.buffer[0].values() if cell.data.strip() and cell.bg != "default"]
                self.assertGreater(len(letters), 40, (theme, style))
                for cell in letters:
                    self.assertGreaterEqual(contrast(cell.fg, cell.bg), 4.5, (theme, style, cell))

    def test_colours_are_those_that_the_terminal_has(self):
        self.machine.start()
        session = json.dumps({"session_id": "s", "model": {"display_name": "Opus 4.1"}})
        none, true, indexed, basic = r"[^\x1b]*", r".*\x1b\[[\d;]*38;2;", r".*\x1b\[[\d;]*38;5;", r".*\x1b\[(1;)?\d\dm"
        for environment, expected in (
                ({"TERM": "dumb"}, none), ({"TERM": "unknown"}, none), ({"TERM": ""}, none),
                ({"TERM": "dumb", "COLORTERM": "truecolor"}, none), ({"TERM": "xterm-256color", "NO_COLOR": "1"}, none),
                ({"TERM": "xterm-kitty"}, true), ({"TERM": "xterm-direct"}, true), ({"TERM": "foot"}, true),
                ({"TERM": "xterm", "COLORTERM": "24bit"}, true), ({"TERM": "xterm", "COLORTERM": "yes"}, basic),
                ({"TERM": "screen-256color"}, indexed), ({"TERM": "tmux-256color", "NO_COLOR": ""}, indexed),
                ({"TERM": "linux"}, basic), ({"TERM": "vt100"}, basic), ({"TERM": "of-which-nobody-heard"}, basic)):
            with self.subTest(environment):
                self.assertRegex(self.hook(session, 120, **environment), rf"(?s)\A{expected}")
                if expected == none:
                    self.assertNotIn("\x1b", self.hook(session, 120, **environment))

    def test_mistakes_are_told_and_blank_nothing(self):
        self.machine.start()
        session = json.dumps({"session_id": "s", "model": {"display_name": "Opus 4.1"}})
        for mistake in ("[line]\nrow = nothing-such\n", "[line]\nstyle = round\n", "[segment \"model\"]\ncolor = beige\n",
                        "[line\n", "\xff\xfe", "[line]\nrow = \"\"\n", "[line]\npreset = huge\n"):
            self.machine.write(self.config, mistake)
            self.assertIn("Opus 4.1", self.hook(session, 120, NO_COLOR="1"), mistake)
        self.assertIn("config:2: line.row = nothing-such: no segment is called 'nothing-such'", self.machine.agent_log())

    def test_a_change_is_seen_at_the_next_draw(self):
        self.machine.start()
        session = json.dumps({"session_id": "s", "model": {"display_name": "Opus 4.1"}, "effort": {"level": "high"}})
        for row, shown in (("model.name", "Opus 4.1"), ("model.effort", "high"), ("model.effort,model.name", "high · Opus 4.1")):
            self.machine.write(self.config, f"[line]\nrow = {row}\n")
            self.assertEqual(self.hook(session, 120, NO_COLOR="1"), shown)

    def test_the_manuals_examples_have_no_mistakes(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as manual:
            examples = [part.split("```")[0] for part in manual.read().split("```ini\n")[1:]]
        self.assertGreaterEqual(len(examples), 2)
        for example in examples:
            self.machine.write(self.config, example)
            result = self.machine.tacho("config", "check")
            self.assertEqual((result.returncode, result.stderr), (0, ""))

    def program(self, name, body):
        path = self.machine.write(f"home/{name}", f"#!/bin/sh\n{body}\n")
        os.chmod(path, 0o755)
        return path

    def test_programs_of_ones_own(self):
        count = self.machine.path("home", "count")
        programs = {"good": ("printf '12 \\033[31mC\\nsecond line'; echo x >> %s" % count, "12 ␛[31mC"),
                    "hangs": ("echo $$ > %s; sleep 1000 & sleep 1000" % self.machine.path("home", "pid"), ""),
                    "floods": ("exec yes flood", "flood"), "dies": ("echo dying; kill -9 $$", "dying"),
                    "silent": ("exit 3", "")}
        words = " ".join(f"command@{name}" for name in programs)
        look = f"[line]\nrow = model.name {words}\n" + "".join(
            f'[segment "command@{name}"]\ncommand = {self.program(name, body)}\ntimeout = 300ms\ninterval = 1h\n'
            for name, (body, _) in programs.items())
        look += '[segment "command@missing"]\ncommand = /nonexistent/program "with words"\n'
        self.machine.write(self.config, look.replace("model.name", "model.name command@missing"))
        self.machine.start()
        session = json.dumps({"session_id": "s", "model": {"display_name": "Opus 4.1"}})
        expected = " │ ".join(["Opus 4.1"] + [text for _, text in programs.values() if text])
        self.assertEqual(self.hook(session, 120, NO_COLOR="1"), "Opus 4.1", "the hook waits for none of them")
        wait_until(lambda: self.hook(session, 120, NO_COLOR="1") == expected, expected)
        for _ in range(5):
            self.hook(session, 120)
        self.assertEqual(self.machine.read(count), b"x\n", "once an hour")
        hanging = int(self.machine.read(self.machine.path("home", "pid")))
        wait_until(lambda: not os.path.exists(f"/proc/{hanging}"), "the end of a program that hangs")
        wait_until(lambda: len(self.machine.processes()) == 1, "nothing left but the agent")

    def test_an_agent_does_not_wait_for_a_program_to_end(self):
        self.machine.write(self.config, "[line]\nrow = model.name command\n[segment \"command\"]\n"
                           "command = sleep 1000\ntimeout = 1h\n")
        self.machine.start()
        self.hook(json.dumps({"session_id": "s", "model": {"display_name": "Opus 4.1"}}), 120)
        wait_until(lambda: len(self.machine.processes()) == 2, "the program")
        self.machine.stop()
        wait_until(lambda: not self.machine.processes(), "the end of both")


if __name__ == "__main__":
    main("lines")
