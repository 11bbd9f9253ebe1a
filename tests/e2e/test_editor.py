"""`tacho config edit` in a terminal: what is shown, what keys and mouse do, what is written and when."""

import json
import os

from harness import CLAUDE_HOOK, TACHO, MachineTest, main, wait_until

UP, DOWN, RIGHT, LEFT = "\x1bOA", "\x1bOB", "\x1bOC", "\x1bOD"
FIRST_WORD = DOWN * 4
EMULATED = "screen-256color"  # pyte knows no repetitions of characters (REP), which xterm has


class EditorTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.path = self.machine.environment["TACHO_CONFIG"]

    def edit(self, **options):
        self.editor = self.terminal(TACHO, "config", "edit", **{"columns": 110, "rows": 30, "TERM": EMULATED, **options})
        self.editor.wait_for("Preset")
        return self.editor

    def keys(self, keys, shows):
        self.editor.send(keys)
        return self.editor.wait_for(shows)

    def config(self):
        return self.machine.read(self.path).decode()

    def leave(self, keys="q"):
        self.editor.send(keys)
        self.assertEqual(self.editor.wait_for_end(), 0)


class Layout(EditorTest):
    def test_choose_add_save(self):
        self.edit(columns=180)
        self.keys(DOWN + RIGHT, "Theme     < dark >")
        self.keys(UP + RIGHT * 4, "Preset    < detailed >")
        self.assertIn("89% hit", self.editor.text())
        self.keys(FIRST_WORD + "a", "Which segment?")
        self.keys("session.id", "the session's id")
        self.keys("\r", "7c1e5a52")
        self.assertIn("(not saved)", self.editor.text())
        self.assertFalse(os.path.exists(self.path))
        self.keys("s", "Saved.")
        self.assertNotIn("(not saved)", self.editor.text())
        self.leave()
        self.assertEqual(self.config(), """[line]
    theme = dark
    preset = detailed
    row = model,session.name session.id directory git review lines session.mode session.vim alert stale+stale.word
    row = context cache.hit cost.session,cost.today,cost.week burn block.left limits session.clock
""")

    def test_move_join_part_remove_undo(self):
        self.machine.write(self.path, "[line]\n    row = model cost git # mine\n")
        self.edit()
        self.keys(FIRST_WORD + ">", "Line 1    cost  model  git")
        self.keys("<", "Line 1    model  cost  git")
        self.keys(RIGHT + "j", "Line 1    model+cost  git")
        self.keys("j", "Line 1    model  cost  git")
        self.keys(LEFT + "d", "Line 1    cost  git")
        self.keys("n", "Which segment?")
        self.keys("limits", "limit.five_hour")
        self.keys("\r", "Line 2    limits")
        self.keys("u", lambda text: "Line 2" not in text)
        self.keys("u", "Line 1    model  cost  git")
        self.keys("uuuuu", "nothing to undo")
        self.leave()
        self.assertEqual(self.config(), "[line]\n    row = model cost git # mine\n")

    def test_the_rest_of_the_file_stays_and_a_copy_is_kept(self):
        before = "# mine\n[tokens]\n    weights = opus=5\n[line]\n    row = model\n[theme \"dusk\"]\n    base = nord\n"
        self.machine.write(self.path, before)
        self.edit()
        self.keys(DOWN + RIGHT, "< dark >")
        self.keys("s", "Saved.")
        self.leave()
        self.assertEqual(self.config(), before.replace("row = model\n", "row = model\n    theme = dark\n"))
        copies = [name for name in os.listdir(os.path.dirname(self.path)) if "backup" in name]
        self.assertEqual([self.machine.read(os.path.join(os.path.dirname(self.path), name)).decode() for name in copies],
                         [before])

    def test_the_last_word_gives_the_preset_back(self):
        self.machine.write(self.path, "[line]\n    row = model\n")
        self.edit()
        self.keys(FIRST_WORD + "d", "directory  git  context  cost")

    def test_mouse(self):
        self.edit()
        for row, line in enumerate(self.editor.lines()):
            column = line.find("context")
            if line.startswith("  Line 1"):
                break
        self.editor.send(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")
        self.editor.send(f"\x1b[M {chr(33 + column)}{chr(33 + row)}\x1b[M#{chr(33 + column)}{chr(33 + row)}")
        self.keys("d", lambda text: "Line 1" in text and "git  cost" in text)


class Preview(EditorTest):
    def hook(self, directory):
        payload = {"session_id": "s-1", "model": {"id": "m", "display_name": "Mine 7"},
                   "workspace": {"current_dir": directory}}
        return self.machine.run(CLAUDE_HOOK, input=json.dumps(payload)).stdout

    def test_of_the_person_s_own_session(self):
        directory = self.machine.repository("weaving", branch="warp")
        self.machine.start()
        self.hook(directory)
        self.edit()
        self.keys("", "your session:")
        self.assertIn("Mine 7 │ ~/weaving │ warp", self.editor.text())
        self.keys(DOWN * 3 + RIGHT * 3, "Mine 7 | ~/weaving | warp")
        self.leave("qq")
        self.assertEqual([name for name in os.listdir(self.machine.runtime) if "preview" in name], [])

    def test_colours_are_the_theme_s(self):
        self.edit(COLORTERM="truecolor")
        before = self.editor.colour_at("Opus")
        self.keys(DOWN + RIGHT * 3, "< nord >")
        wait_until(lambda: self.editor.receive() or self.editor.colour_at("Opus") != before, "nord's colour")

    def test_any_size(self):
        for columns, rows in ((20, 8), (40, 12), (200, 50), (5, 3)):
            with self.subTest(columns=columns):
                editor = self.terminal(TACHO, "config", "edit", columns=columns, rows=rows, TERM=EMULATED)
                wait_until(lambda: editor.receive() or editor.raw, "the screen")
                editor.send(DOWN * 6 + "a\x1b" + RIGHT * 3)
                editor.child.setwinsize(24, 90)
                editor.screen.resize(24, 90)
                editor.wait_for("Preset")
                editor.send("qq")
                self.assertEqual(editor.wait_for_end(), 0)


class Small(EditorTest):
    def test_the_cursor_stays_in_sight(self):
        self.machine.write(self.path, "[line]\n" + "".join(f"    row = {name}\n" for name in
                           ("model.name", "session.id", "git.branch", "cost.today", "host.clock")))
        editor = self.edit(columns=40, rows=16)
        self.assertRegex(editor.lines()[0], r"^ Tacho  ….*/config$")
        self.assertIn("q quit", editor.text())
        self.keys(DOWN * 8, "host.clock")
        self.assertNotIn("Preset", editor.text())
        self.assertRegex(editor.lines()[-2] + editor.lines()[-1], "q quit")
        self.keys(UP * 8, "Preset")
        self.leave()


class Leaving(EditorTest):
    def test_what_is_not_saved_is_asked_for(self):
        self.edit()
        self.keys(RIGHT, "(not saved)")
        self.keys("q", "s saves, q again leaves")
        self.keys(DOWN, lambda text: "q again" not in text)
        self.keys("q", "q again")
        self.leave()
        self.assertFalse(os.path.exists(self.path))

    def test_a_file_changed_meanwhile_is_not_overwritten(self):
        self.edit()
        self.keys(RIGHT, "(not saved)")
        self.machine.write(self.path, "[line]\n    theme = light\n")
        self.keys("s", "changed meanwhile")
        self.keys("\r", "Not saved.")
        self.leave("qq")
        self.assertEqual(self.config(), "[line]\n    theme = light\n")

    def test_the_terminal_goes_away(self):
        editor = self.edit()
        pid = editor.child.pid
        editor.close()
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "the editor's end")

    def test_terminals_that_can_show_none(self):
        for name, why in (("dumb", "cannot place its cursor"), ("nonsense", "no terminal that is known"), ("", "no terminal")):
            editor = self.terminal(TACHO, "config", "edit", TERM=name, columns=200)
            self.assertEqual(editor.wait_for_end(), 1)
            self.assertRegex(editor.text(), rf"^tacho: config edit: .*{why}.*; `tacho config set` does without$")

    def test_refused(self):
        self.assertIn("needs a terminal", self.machine.tacho("config", "edit").stderr)
        self.machine.write(self.path, "[line\n")
        editor = self.terminal(TACHO, "config", "edit")
        self.assertEqual(editor.wait_for_end(), 1)
        self.assertIn("mend it first", editor.text())


if __name__ == "__main__":
    main("editor")
