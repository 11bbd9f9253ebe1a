"""`tacho watch` in terminals: what it shows as logs grow, at any size, by any key; and what it leaves behind."""

import json
import os
import re
import signal
import subprocess
import time

from harness import CLAUDE_HOOK, PATIENCE, TACHO, MachineTest, main, usage_line, wait_until

UP, DOWN = "\x1bOA", "\x1bOB"
EMULATED = "screen-256color"  # pyte knows no repetitions of characters (REP), which xterm has
ONE, TWO, THREE = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "123")
HOSTILE = "\x1b[31m\x1b]0;pwned\x07evil‮\n日本語👩‍👩‍👧‍👧é"


class WatchTest(MachineTest):
    def message(self, session, project="-home-ada-weaving", age=0, tokens=1000, model="claude-opus-4-6"):
        """A message of so many output tokens: for Opus 4.6, 40,000 of them are a dollar."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - age))
        self.machine.log(project, session, usage_line(model=model, timestamp=stamp, output_tokens=tokens))

    def draw(self, session, directory=None, name=None, used=25, model="Opus 4.6", **more):
        """What the client tells its status line."""
        directory = directory or self.machine.home
        document = {
            "session_id": session, "cwd": directory, "model": {"id": "claude-opus-4-6", "display_name": model},
            "workspace": {"current_dir": directory, "project_dir": directory},
            "context_window": {"total_input_tokens": 2000 * used, "context_window_size": 200000, "used_percentage": used},
            **({"session_name": name} if name else {}), **more}
        result = self.machine.run(CLAUDE_HOOK, input=json.dumps(document))
        self.assertEqual(result.returncode, 0)

    def event(self, session, name, **more):
        """What the client's own hooks tell."""
        self.machine.run(CLAUDE_HOOK, "event", input=json.dumps({"session_id": session, "hook_event_name": name, **more}))

    def watch(self, shows="q quit", **options):
        self.screen = self.terminal(TACHO, "watch", **{"columns": 110, "rows": 40, "TERM": EMULATED, **options})
        self.screen.wait_for(shows)
        return self.screen

    def keys(self, keys, shows):
        self.screen.send(keys)
        return self.screen.wait_for(shows)

    def leave(self, keys="q"):
        self.screen.send(keys)
        self.assertEqual(self.screen.wait_for_end(), 0)

    def rows(self):
        """The table's rows, by the session's name or the beginning of its id: the row's number on the screen."""
        lines = self.screen.lines()
        return {name: at for at, line in enumerate(lines) for name in ("loom", "22222222", "33333333")
                if re.match(r" (-|idle|busy|waiting) +", line) and name in line}


class Shown(WatchTest):
    def setUp(self):
        super().setUp()
        now = int(time.time())
        directory = self.machine.repository("weaving", branch="warp")
        self.machine.write(os.path.join(directory, "new"), "new\n")
        self.message(ONE, tokens=40000)
        self.message(TWO, "-home-ada-notes", tokens=80000)
        self.message("of-before", age=3 * 86400, tokens=120000)
        self.machine.start()
        limits = {"five_hour": {"used_percentage": 41, "resets_at": now + 9000},
                  "seven_day": {"used_percentage": 83, "resets_at": now + 200000}}

        def is_drawn():  # a repository that takes longer than a hook waits is in the next draw
            self.draw(ONE, directory, "loom", used=42, rate_limits=limits)
            return any(slot["metrics"].get("git.untracked") == 1 for slot in self.machine.dump())
        wait_until(is_drawn, "the repository's state")
        self.draw(TWO, used=87, model="Sonnet 4.5")

    def test_everything_and_what_grows(self):
        screen = self.watch("Models today")
        text = screen.wait_for("warp ?1")
        for shown in (r"Today +\$3\.00  120k tokens", r"Block .*\$3\.00  \dh \d+m left", r"5 hours .* 41%  resets in 2h \d+m",
                      r"7 days .* 83%  resets in 2d 7h .* at this pace", r"Sessions 2  by activity",
                      r"loom +Opus 4\.6 +\S+ +42% +\$1\.00 .* ~/weaving +warp", r"22222222 +Sonnet 4\.5 +\S+ +87% +\$2\.00",
                      r"claude-opus-4-6 +\$3\.00", r"-home-ada-notes +\$2\.00", r"24 hours .*\$3\.00", r"30 days .*\$6\.00  most \$3\.00",
                      r"~/weaving +warp \?1", r"Agent +3 messages, 3 sessions, 3 logs, 0 malformed lines"):
            self.assertRegex(text, shown)
        self.assertEqual(len(text.split("30 days")[1].split("$")[0].strip()), 4)  # a bar each for two days, two between
        self.message(ONE, tokens=400000)
        text = screen.wait_for(lambda text: re.search(r"loom .*\$11\.00 +\$60\.00", text) and "30 days" in text and "$16.00" in text)
        self.assertRegex(text, r"Today +\$13\.00  520k tokens  now \$60\.00/h")
        self.leave()

    def test_state(self):
        screen = self.watch("loom")
        self.event(ONE, "UserPromptSubmit")
        screen.wait_for(lambda text: re.search(r"busy +loom", text))
        self.event(ONE, "Notification", message="Claude needs your permission to use Bash", notification_type="permission_prompt")
        screen.wait_for(lambda text: re.search(r"waiting +loom", text))
        self.event(ONE, "SessionEnd")

    def test_alerts(self):
        self.machine.write(self.machine.environment["TACHO_CONFIG"],
                           '[alert "spent"]\n    when = cost.today > 12\n[alert "full"]\n    when = context.used > 80\n')
        screen = self.watch("loom")
        screen.wait_for(lambda text: re.search(r"Alert +full  87%.*  in 22222222", text))
        self.message(ONE, tokens=400000)
        screen.wait_for(lambda text: re.search(r"Alert +spent  \$13\.00", text))
        self.machine.tacho("alerts", "ack", "spent")
        screen.wait_for(lambda text: re.search(r"Alert +spent .* acknowledged", text))
        self.leave()

    def test_keys(self):
        self.draw(THREE, name="a third")
        screen = self.watch("a third")
        self.keys("s", "by cost")
        screen.wait_for(lambda text: text.index("22222222") < text.index("loom"))
        self.keys("r", "by cost, reversed")
        screen.wait_for(lambda text: text.index("22222222") > text.index("loom"))
        self.keys("/WEAV", "/WEAV_")
        self.keys("\r", lambda text: "Sessions 1 of 3" in text and "22222222" not in text)
        self.keys("\x1b", "Sessions 3")
        self.keys("gj\r", "Session  loom  " + ONE)
        text = screen.wait_for("Esc back")
        for shown in (r"cost +\$1\.00", r"context\.used +42%", r"git\.branch +warp", r"model\.name +Opus 4\.6"):
            self.assertRegex(text, shown)
        self.keys(DOWN * 4, lambda text: "tokens.input" not in text)
        self.keys("G", lambda text: text.split("\n")[-2].strip())
        self.keys("Gg", "tokens.input")
        self.keys("\x1b", "Sessions 3")
        self.keys("?", "select a session")
        self.keys("x", "Sessions 3")
        row = self.rows()["22222222"]
        screen.send(f"\x1b[M {chr(33 + 5)}{chr(33 + row)}\x1b[M#{chr(33 + 5)}{chr(33 + row)}")
        self.message(TWO, tokens=400000)
        screen.wait_for(lambda text: "$12.00" in text)  # with no key behind the release of the button
        self.keys("\r", "Session  22222222")
        self.leave()

    def test_the_selection_stays_with_its_session(self):
        screen = self.watch("loom")
        self.keys("sg\r", "Session  22222222")
        self.keys("\x1b", "Sessions 2")
        before = self.rows()
        self.message(ONE, tokens=400000)
        screen.wait_for(lambda text: "$11.00" in text)
        self.assertGreater(before["loom"], before["22222222"])
        self.assertLess(self.rows()["loom"], self.rows()["22222222"])
        self.keys("\r", "Session  22222222")

    def test_any_size(self):
        screen = self.watch("loom")
        for columns, rows in ((40, 10), (200, 60), (20, 4), (60, 16), (8, 2), (1, 1), (100, 30)):
            with self.subTest(columns=columns, rows=rows):
                screen.screen.resize(rows, columns)
                screen.child.setwinsize(rows, columns)
                screen.wait_for(lambda text: columns < 40 or all(shown in text for shown in ("Today", "Block", "5 hours", "loom")))
        screen.wait_for("q quit")
        self.leave()

    def test_hostile_names(self):
        directory = self.machine.repository("evil" + "\x1b[7m" * 3, branch="x" * 200)
        self.draw(THREE, directory, HOSTILE)
        for options in ({}, {"columns": 50}, {"TERM": "xterm-256color"}):
            screen = self.watch("evil", **options)
            self.assertNotIn(b"\x1b[31mevil", screen.raw)
            self.assertNotIn(b"\x1b]0;pwned", screen.raw)
            self.assertNotIn("\u202e".encode(), screen.raw)
            self.leave()
        self.machine.tacho("config", "set", "line.charset", "ascii")
        text = self.watch("evil").text()
        self.assertEqual([c for c in text if ord(c) > 126], [])

    def test_colours(self):
        def colour(**environment):
            screen = self.watch("loom", **environment)
            found = screen.colour_at("41%")
            self.leave()
            return found
        self.assertEqual(colour(), "87d7af")  # of the dark theme, of the 256
        self.assertEqual(colour(TERM="screen"), "green")
        self.assertEqual(colour(NO_COLOR="1"), "default")
        self.machine.tacho("config", "set", "line.theme", "light")
        self.assertEqual(colour(), "005f00")


class Agents(WatchTest):
    def test_starts_one_and_goes_on_with_the_next(self):
        self.message(ONE, tokens=40000)
        screen = self.watch("Today    $1.00")
        self.machine.kill_agent()
        screen.wait_for("no agent: 'tacho start' starts one")
        self.message(ONE, tokens=40000)
        self.machine.start()
        screen.wait_for(lambda text: "Today    $2.00" in text and "no agent" not in text)
        self.machine.stop()
        screen.wait_for("no agent")
        self.message(ONE, tokens=40000)
        self.machine.start()
        screen.wait_for("Today    $3.00")
        self.machine.kill_agent(signal.SIGSTOP)  # it says nothing, and keys work all the same
        self.keys("?", "select a session")
        self.keys("x", "Sessions")
        self.leave()

    def test_sleeps_while_nothing_changes(self):
        self.message(ONE, tokens=40000)
        screen = self.watch("Today    $1.00")
        screen.wait_for("30 days")
        time.sleep(0.5)
        screen.receive()
        before = len(screen.raw)
        time.sleep(1)
        screen.receive()
        self.assertLessEqual(len(screen.raw) - before, 200)  # the minute may have changed, no more


class Leaving(WatchTest):
    """The terminal is as it was: its modes, its own screen, the cursor, the mouse."""

    def setUp(self):
        super().setUp()
        self.machine.start()
        self.addCleanup(self.tmux, "kill-server")
        self.tmux("new-session", "-d", "-x", "100", "-y", "30", "bash", "--norc", "--noprofile")
        self.type(f"PS1='$ ' PATH={os.path.dirname(TACHO)}:$PATH")

    def begin(self):
        for name in ("before", "after"):
            self.machine.write("home/" + name, "")
        self.type("clear; stty -a > before; tacho watch; echo status $?; stty -a > after")
        self.wait_for("q quit")
        self.assertEqual(self.flags(), "1 0 1")
        return wait_until(lambda: [pid for pid in self.machine.processes() if self.program(pid) == "tacho-watch"],
                          "the program")[0]

    def type(self, line):
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def tmux(self, *arguments):
        return self.machine.run("tmux", "-S", self.machine.path("tmux"), "-f", "/dev/null", *arguments).stdout

    def program(self, pid):
        try:
            with open(f"/proc/{pid}/comm") as file:
                return file.read().strip()
        except OSError:
            return None

    def text(self):
        return self.tmux("capture-pane", "-p")

    def flags(self):
        return self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").strip()

    def wait_for(self, what):
        try:
            wait_until(lambda: what in self.text(), repr(what))
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen:\n{self.text()}") from None

    def check_left(self, status):
        self.wait_for(f"status {status}")
        after = wait_until(lambda: self.machine.read("home/after"), "the terminal's modes")
        self.assertEqual(after, self.machine.read("home/before"))
        self.assertEqual(self.flags(), "0 1 0")
        self.assertNotIn("Today", self.text())

    def test_ways_to_end(self):
        for number, status in ((None, 0), (signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGSEGV, 139),
                               (signal.SIGABRT, 134), (signal.SIGQUIT, 131)):
            with self.subTest(number=number):
                pid = self.begin()
                if number is None:
                    self.tmux("send-keys", "q")
                elif number == signal.SIGINT:
                    self.tmux("send-keys", "C-c")
                else:
                    os.kill(pid, number)
                self.check_left(status)

    def test_stopped_and_continued(self):
        self.begin()
        self.tmux("send-keys", "C-z")
        self.wait_for("Stopped")
        self.assertEqual(self.flags(), "0 1 0")
        self.tmux("resize-window", "-x", "60", "-y", "12")
        self.type("fg")
        self.wait_for("q quit")
        self.assertEqual(self.flags(), "1 0 1")
        self.assertEqual(len(self.text().rstrip("\n").split("\n")), 12)
        self.tmux("send-keys", "q")
        wait_until(lambda: self.flags() == "0 1 0", "the shell's screen")

    def test_the_terminal_goes_away(self):
        screen = self.watch()
        pid = screen.child.pid
        screen.close()
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "the end")

    def test_refused(self):
        self.machine.stop()
        result = self.machine.tacho("watch")
        self.assertEqual(result.returncode, 2)
        self.assertIn("needs a terminal", result.stderr)
        self.assertEqual(self.machine.status(), {"state": "stopped"})
        screen = self.terminal(TACHO, "watch", TERM="dumb")
        self.assertEqual(screen.wait_for_end(), 2)
        self.assertIn("cannot place its cursor", screen.text())


if __name__ == "__main__":
    main("watch")
