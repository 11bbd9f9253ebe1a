"""What the agent draws: the depth that is asked for, what has changed, and nothing twice, without allocating."""

import json
import os
import shutil
import socket
import struct
import subprocess
import unittest

from harness import ALLOCATION_COUNTER, CLAUDE_HOOK, PROMPT_HOOK, MachineTest, main, wait_until

SESSION = "7b0c2d54-1f0a-4d5b-9a51-0f7f6a3d2c11"
SESSION_REQUEST, DIRECTORY_REQUEST, MAGIC = 1, 2, 0x71686374
REPEATED = 40
# More than a library may need for itself meanwhile, far less than one a draw.
FEW = 2
TRUE_COLOUR, INDEXED, NO_COLOUR = "\x1b[38;2;", "\x1b[38;5;", ""
TERMINALS = {"true": {"COLORTERM": "truecolor"}, "256": {"TERM": "xterm-256color"}, "none": {"NO_COLOR": "1"}}


def document(number=0, **more):
    """As the client writes it; how long the session has lasted is another each time."""
    return json.dumps({
        "session_id": SESSION, "cwd": "/tmp", "model": {"id": "claude-opus-4-6", "display_name": "Opus 4.6"},
        "workspace": {"current_dir": "/tmp"}, "version": "2.1.328",
        "cost": {"total_cost_usd": 1.25, "total_duration_ms": 60000 + 1000 * number, "total_api_duration_ms": 500 + number,
                 "total_lines_added": 2, "total_lines_removed": 1},
        "context_window": {"context_window_size": 200000, "used_percentage": 25, "total_input_tokens": 50000},
        **more})


class Draws(MachineTest):
    def hook(self, text, *arguments, program=CLAUDE_HOOK, **environment):
        result = subprocess.run([program, *arguments], input=text, capture_output=True, text=True, timeout=30,
                                cwd="/tmp", env={**self.machine.environment, **environment})
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def draw(self, number=0, more=None, **environment):
        return self.hook(document(number, **(more or {})), "--wait", "10000", **environment)

    def lines(self, kind):
        """The surfaces and depths that the slots of a kind have."""
        return {(line["surface"], line["colours"]) for slot in self.machine.dump() if slot["kind"] == kind
                for line in slot["lines"]}

    def draws(self):
        status = self.machine.status()
        return status["draws"], status["draws_unchanged"]

    def ask(self, kind, key, body, surface, depth):
        """A request as a hook sends it, and its reply's status."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as agent:
            agent.connect(os.path.join(self.machine.runtime, "agent.sock"))
            agent.settimeout(30)
            agent.send(struct.pack("<IHHIIIBBBx", MAGIC, 1, kind, len(key), len(body), 10000, 1, surface, depth) + key + body)
            return struct.unpack_from("<IHH", agent.recv(64))[2]


class Depths(Draws):
    ALWAYS = {("claude", "none"), ("plain", "none")}

    def setUp(self):
        super().setUp()
        self.machine.start()

    def test_the_depth_asked_for(self):
        self.assertIn(INDEXED, self.draw())
        self.assertEqual(self.lines("session"), self.ALWAYS | {("claude", "256")})
        self.assertNotIn("\x1b", self.draw(NO_COLOR="1"))
        self.assertEqual(self.lines("session"), self.ALWAYS | {("claude", "256")})
        self.assertIn(TRUE_COLOUR, self.draw(**TERMINALS["true"]))
        self.assertEqual(self.lines("session"), self.ALWAYS | {("claude", "256"), ("claude", "true")})

    def test_a_prompt_asks_for_its_sides(self):
        self.hook("", "zsh", "--wait", "10000", program=PROMPT_HOOK)
        drawn = self.lines("directory")
        self.assertLessEqual({("zsh", "256"), ("zsh-right", "256"), ("plain", "none")}, drawn)
        self.assertEqual({surface for surface, _ in drawn if not surface.startswith(("zsh", "plain"))}, set())
        self.assertIn("tmp", self.hook("", "bash", "--wait", "10000", program=PROMPT_HOOK))
        self.assertIn("tmp", self.hook("", "zsh", "--cached", program=PROMPT_HOOK))
        self.assertIsNone(json.loads(self.hook("", "json", "--wait", "10000", program=PROMPT_HOOK))["git"])
        self.assertIsNone(json.loads(self.hook("", "json", "--cached", program=PROMPT_HOOK))["git"])

    def test_who_only_reads_is_never_left_blank_and_gets_its_colours(self):
        self.draw(**TERMINALS["256"])
        plain = self.hook(document(), "--cached", NO_COLOR="1")
        self.assertIn(INDEXED, self.hook(document(), "--cached", COLORTERM="truecolor"), "the nearest there is")
        wait_until(lambda: ("claude", "true") in self.lines("session"), "what it wants")
        self.assertIn(TRUE_COLOUR, self.hook(document(), "--cached", COLORTERM="truecolor"))
        self.assertNotIn("\x1b", plain)
        self.assertIn("Opus 4.6", plain)

    def test_a_new_agent_goes_on_with_what_was_asked_for(self):
        for terminal in ("256", "true"):
            self.draw(**TERMINALS[terminal])
        self.hook("", "fish", "--wait", "10000", program=PROMPT_HOOK)
        before = self.lines("session"), self.lines("directory")
        self.assertEqual(self.machine.tacho("restart").returncode, 0)
        self.draw(**TERMINALS["256"])
        self.hook("", "plain", "--wait", "10000", program=PROMPT_HOOK)
        self.assertEqual((self.lines("session"), self.lines("directory")), before)

    def test_who_does_not_say_may_show_anything(self):
        self.assertEqual(self.ask(SESSION_REQUEST, SESSION.encode(), document().encode(), 0, 0), 0)
        self.assertEqual(self.lines("session"), self.ALWAYS | {("claude", "16"), ("claude", "256"),
                                                                  ("claude", "true"), ("json", "none")})
        self.assertEqual(self.ask(DIRECTORY_REQUEST, b"/tmp", b"", 0, 0), 0)
        self.assertLessEqual({(surface, colours) for surface in ("bash", "zsh", "fish", "tmux", "zsh-right")
                              for colours in ("none", "16", "256", "true")}, self.lines("directory"))

    def test_a_new_agent_does_not_go_on_with_everything(self):
        self.assertEqual(self.ask(SESSION_REQUEST, SESSION.encode(), document().encode(), 0, 0), 0)
        self.assertEqual(self.machine.tacho("restart").returncode, 0)
        self.draw(**TERMINALS["256"])
        self.assertEqual(self.lines("session"), self.ALWAYS | {("claude", "256")})

    def test_a_surface_of_tomorrow(self):
        for surface, depth in ((200, 3), (1, 200), (255, 255)):
            self.assertEqual(self.ask(SESSION_REQUEST, SESSION.encode(), document().encode(), surface, depth), 0)
            self.assertEqual(self.ask(DIRECTORY_REQUEST, b"/tmp", b"", surface, depth), 0)
        self.assertIn(INDEXED, self.draw())


class NothingTwice(Draws):
    def test_a_repository_that_came_too_late_is_drawn_when_it_is_there(self):
        """No hook asks again: what only reads the segment shows it all the same."""
        directory = self.machine.make("home/other-format")  # only git reads it, in the background
        self.machine.git("init", "-q", "-b", "late", "--object-format=sha256", cwd=directory)
        folder = self.machine.make("slow")
        slow = os.path.join(folder, "git")
        self.machine.write(slow, f"#!/bin/sh\nsleep 1\nexec {shutil.which('git')} \"$@\"\n")
        os.chmod(slow, 0o755)
        self.machine.environment["PATH"] = f"{folder}:{self.machine.environment['PATH']}"
        self.machine.start()
        text = document(cwd=directory, workspace={"current_dir": directory})
        self.assertIn("…", self.hook(text))
        wait_until(lambda: "…" not in self.hook(text, "--cached"), "the state")
        self.assertIn("late", self.hook(text, "--cached"))

    def test_what_has_not_changed_is_not_drawn(self):
        self.machine.start()
        self.draw()
        self.draw()
        drawn, unchanged = self.draws()
        for number in range(REPEATED):
            self.draw(number)
        self.assertEqual(self.draws(), (drawn, unchanged + REPEATED))
        self.draw(0, {"context_window": {}})
        self.assertEqual(self.draws()[0], drawn + 1)

    def test_how_long_is_drawn_where_it_is_shown(self):
        self.machine.write(self.machine.environment["TACHO_CONFIG"], "[line]\nrow = model.name session.clock\n")
        self.machine.start()
        self.assertIn("1m", self.draw(0, NO_COLOR="1"))
        self.assertIn("2m", self.draw(60, NO_COLOR="1"))

    @unittest.skipUnless(os.path.exists(ALLOCATION_COUNTER), "a sanitized build is not counted")
    def test_a_draw_allocates_nothing(self):
        self.machine.start_counted()
        for number in range(REPEATED):
            self.draw(number, {"context_window": {"context_window_size": 200000, "used_percentage": number}})
        before = self.machine.allocations()
        self.assertGreater(before, 0, "nothing is counted")
        for number in range(REPEATED):
            self.draw(number)
        self.assertLessEqual(self.machine.allocations() - before, FEW, "the same again")
        drawn, before = self.draws()[0], self.machine.allocations()
        for number in range(REPEATED):
            self.draw(number, {"context_window": {"context_window_size": 200000, "used_percentage": number}})
        self.assertLessEqual(self.machine.allocations() - before, FEW, "another one each time")
        self.assertGreaterEqual(self.draws()[0], drawn + REPEATED)


if __name__ == "__main__":
    main("draws")
