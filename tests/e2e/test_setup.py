"""`tacho setup` and its --undo on settings.json files of every shape: byte for byte, or not at all."""

import json
import os
import re
import shlex
import shutil
import stat

from harness import CLAUDE_HOOK, TACHO, MachineTest, main

SPACED = """{
  "model": "opus",
  "permissions": {
    "allow": ["Bash(ls:*)"]
  }
}
"""

# Layouts that people's editors and programs leave behind; setup and undo must give each back byte for byte.
LAYOUTS = {
    "two spaces": SPACED,
    "four spaces": SPACED.replace("  ", "    "),
    "tabs": SPACED.replace("  ", "\t"),
    "windows line ends": SPACED.replace("\n", "\r\n"),
    "no newline at the end": SPACED.rstrip("\n"),
    "byte-order mark": "\ufeff" + SPACED,
    "one line": '{"model":"opus","env":{"A":"1"}}',
    "empty object": "{}",
    "empty object, open": "{\n}\n",
    "empty object, blanks": "  { }  \n\n",
    "empty file": "",
    "blank file": "\n\n",
    "key order and numbers": '{\n  "z": 1.50,\n  "a": 1e2,\n  "m": "\\u00e9\\/"\n}\n',
    "trailing blank lines": SPACED + "\n\n",
    "line of another": '{\n  "statusLine": {"type": "command", "command": "~/x.sh", "padding": 0},\n  "z": 1\n}\n',
    "line of another, last": '{\n  "z": 1,\n  "statusLine": {\n    "type":"command",\n    "command":"a \\"b\\" é"\n  }\n}\n',
    "line twice": '{\n  "statusLine": null,\n  "x": 1,\n  "statusLine": {"type": "command", "command": "b"}\n}\n',
    "line of an odd type": '{"statusLine": "none", "b": []}',
    "nested key of that name": '{\n  "a": {"statusLine": 1},\n  "b": "\\"statusLine\\": 2"\n}\n',
    "escaped key": '{\n  "status\\u004cine": {"type": "command", "command": "c"}\n}\n',
}

# Not to be touched: what is wrong, and the line it is on.
MALFORMED = {
    "comma at the end": ('{\n  "a": 1,\n}\n', "line 3"),
    "comment": ('{\n  // mine\n  "a": 1\n}\n', "line 2"),
    "array": ("[]\n", "not an object"),
    "cut off": ('{"a": {"b": 1}\n', "line 2"),
    "two documents": ("{}\n{}\n", "line 2"),
    "not UTF-8": (b'{"a": "\xff"}', "line 1"),
    "too deep": ('{"a":' + "[" * 600 + "]" * 600 + "}", "line 1"),
}


LINE = {"type": "command", "command": f"exec '{CLAUDE_HOOK}'", "refreshInterval": 5}


class SetupTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.machine.claude, "settings.json")

    def settings(self):
        return json.loads(self.machine.read(self.path).decode("utf-8-sig"))

    def setup_yes(self, *arguments, **options):
        result = self.machine.tacho("setup", "--yes", *arguments, **options)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 0)
        return result.stdout

    def backups(self):
        return [name for name in os.listdir(os.path.dirname(os.path.realpath(self.path))) if "tacho-backup" in name]

    def leftovers(self):
        folder = os.path.dirname(os.path.realpath(self.path))
        return sorted(set(os.listdir(folder)) - {os.path.basename(os.path.realpath(self.path)), "settings.json"})


class Install(SetupTest):
    def test_every_layout_there_and_back(self):
        for name, text in LAYOUTS.items():
            with self.subTest(name):
                before = text.encode()
                self.machine.write(self.path, before)
                self.setup_yes()
                after = self.settings()
                expected = json.loads(text.lstrip("\ufeff").strip() or "{}")
                there = expected.pop("statusLine", None)
                kept = {"padding": 0} if isinstance(there, dict) and "padding" in there else {}
                self.assertEqual(after.pop("statusLine"), {**LINE, **kept})
                self.assertEqual(after, expected)
                self.assertEqual(len(self.backups()), 1)
                self.setup_yes("--undo")
                self.assertEqual(self.machine.read(self.path), before)
                self.assertEqual(self.leftovers(), [])

    def test_layout_is_kept(self):
        self.machine.write(self.path, SPACED)
        self.setup_yes()
        self.assertEqual(self.machine.read(self.path).decode(), SPACED[:-3] + f''',
  "statusLine": {{
    "type": "command",
    "command": "exec '{CLAUDE_HOOK}'",
    "refreshInterval": 5
  }}
}}
''')

    def test_one_line_stays_one_line(self):
        self.machine.write(self.path, '{"a": 1}')
        self.setup_yes()
        self.assertEqual(self.machine.read(self.path).decode(),
                         f'{{"a": 1, "statusLine": {{"type": "command", "command": "exec \'{CLAUDE_HOOK}\'", '
                         '"refreshInterval": 5}}')

    def test_no_file(self):
        self.assertIn("(new)", self.setup_yes())
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(list(self.settings()), ["statusLine"])
        self.setup_yes("--undo")
        self.assertEqual(os.listdir(self.machine.claude), [])
        self.assertEqual(os.listdir(self.machine.state), [])

    def test_no_folder(self):
        os.rmdir(self.machine.claude)
        self.setup_yes()
        self.assertEqual(list(self.settings()), ["statusLine"])

    def test_default_place(self):
        elsewhere = self.machine.make("home2")
        self.setup_yes(HOME=elsewhere, CLAUDE_CONFIG_DIR=None)
        self.assertTrue(os.path.exists(os.path.join(elsewhere, ".claude", "settings.json")))

    def test_first_of_several_folders(self):
        self.setup_yes(CLAUDE_CONFIG_DIR=f" {self.machine.claude} ,{self.machine.make('other')}")
        self.assertTrue(os.path.exists(self.path))

    def test_mode_is_kept(self):
        self.machine.write(self.path, "{}")
        os.chmod(self.path, 0o640)
        self.setup_yes()
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o640)
        self.setup_yes("--undo")
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o640)

    def test_twice_changes_nothing(self):
        self.machine.write(self.path, SPACED)
        self.setup_yes()
        once = self.machine.read(self.path)
        self.assertIn("already", self.setup_yes())
        self.assertEqual(self.machine.read(self.path), once)
        self.assertEqual(len(self.backups()), 1)

    def test_moved_installation_keeps_the_first_backup(self):
        self.machine.write(self.path, SPACED)
        self.setup_yes()
        moved = self.machine.make("it's here/bin")
        for name in ("tacho", "tacho-claude"):
            os.symlink(os.path.join(os.path.dirname(CLAUDE_HOOK), name), os.path.join(moved, name))
        copy = os.path.join(moved, "tacho")
        os.unlink(copy)
        with open(os.path.join(os.path.dirname(CLAUDE_HOOK), "tacho"), "rb") as source:
            self.machine.write(copy, source.read())
        os.chmod(copy, 0o755)
        result = self.machine.run(copy, "setup", "--yes")
        self.assertEqual(result.returncode, 0, result.stderr)
        command = self.settings()["statusLine"]["command"]
        self.assertEqual(shlex.split(command), ["exec", os.path.join(moved, "tacho-claude")])
        self.assertEqual(len(self.backups()), 1)
        self.setup_yes("--undo")
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)

    def test_foreign_line_is_shown(self):
        self.machine.write(self.path, LAYOUTS["line of another"])
        shown = self.setup_yes()
        self.assertRegex(shown, r'(?m)^- .*~/x\.sh')
        self.assertIn("--undo", shown)

    def test_hostile_bytes_do_not_reach_the_terminal(self):
        self.machine.write(self.path, '{\n  "a": "\x7f",\n  "statusLine": 1\n}\n')
        self.assertNotIn("\x7f", self.setup_yes())

    def test_the_command_runs_in_sh(self):
        self.setup_yes()
        result = self.machine.run("/bin/sh", "-c", self.settings()["statusLine"]["command"], input="{}")
        self.assertEqual(result.returncode, 0)


    def test_what_the_old_line_had_beside_its_command_stays(self):
        self.machine.write(self.path, '{"statusLine": {"type": "command", "command": "x", "padding": 2, "refreshInterval": 30}}')
        self.setup_yes()
        self.assertEqual(self.settings()["statusLine"], {**LINE, "padding": 2, "refreshInterval": 30})

    def test_the_interval_is_measured_and_chosen(self):
        self.assertRegex(self.setup_yes(), r"every 5 s .*\n?.*[0-9.]+ ms of processor\s+time here")
        self.assertEqual(self.settings()["statusLine"], LINE)
        self.assertIn("already", self.setup_yes())
        self.setup_yes("--refresh", "1")
        self.assertEqual(self.settings()["statusLine"], {**LINE, "refreshInterval": 1})
        self.assertNotIn("processor", self.setup_yes("--refresh", "0"))
        self.assertEqual(self.settings()["statusLine"], {"type": "command", "command": LINE["command"]})
        self.setup_yes("--undo")
        self.assertFalse(os.path.exists(self.path))

    def test_usage(self):
        for arguments in (["--refresh", "x"], ["--refresh", "-1"], ["--refresh", ""], ["--scope", "all"], ["--shell", "tcsh"]):
            with self.subTest(arguments):
                self.assertEqual(self.machine.tacho("setup", "--yes", *arguments).returncode, 2)
                self.assertFalse(os.path.exists(self.path))


class Scope(SetupTest):
    def test_project_and_local(self):
        project = self.machine.make("home/project")
        for scope, name in (("project", "settings.json"), ("local", "settings.local.json")):
            with self.subTest(scope):
                path = os.path.join(project, ".claude", name)
                self.machine.write(path, SPACED)
                self.setup_yes("--scope", scope, cwd=project)
                self.assertEqual(json.loads(self.machine.read(path))["statusLine"], LINE)
                self.setup_yes("--undo", "--scope", scope, cwd=project)
                self.assertEqual(self.machine.read(path).decode(), SPACED)
        self.assertFalse(os.path.exists(self.path))

    def test_a_line_that_wins_is_told_of(self):
        project = self.machine.make("home/project")
        self.machine.write(os.path.join(project, ".claude/settings.local.json"), LAYOUTS["line of another"])
        told = self.setup_yes(cwd=project)
        self.assertIn("settings.local.json has a status line of its own", told)
        self.assertIn("--scope local", told)
        self.assertNotIn("of its own", self.setup_yes())


BASHRC = "# mine\nalias ll='ls -l'\n"


class Shell(SetupTest):
    FILES = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}

    def shell_path(self, shell):
        return os.path.join(self.machine.home, self.FILES[shell])

    def test_there_and_back(self):
        for shell in self.FILES:
            with self.subTest(shell):
                path = self.machine.write(self.shell_path(shell), BASHRC)
                self.assertIn("tacho >>>", self.setup_yes("--shell", shell))
                after = self.machine.read(path).decode()
                self.assertTrue(after.startswith(BASHRC))
                self.assertIn(f"init {shell}", after)
                self.assertIn("already", self.setup_yes("--shell", shell))
                self.assertEqual(self.machine.read(path).decode(), after)
                self.machine.write(path, after + "alias l=ls\n")
                self.setup_yes("--undo")
                self.assertEqual(self.machine.read(path).decode(), BASHRC + "alias l=ls\n")

    def test_a_file_that_was_not_there_goes_again(self):
        for shell in self.FILES:
            with self.subTest(shell):
                self.setup_yes("--shell", shell)
                self.assertTrue(os.path.exists(self.shell_path(shell)))
                self.setup_yes("--undo")
                self.assertFalse(os.path.exists(self.shell_path(shell)))
        self.assertEqual(os.listdir(self.machine.state), [])

    def test_the_block_works_in_the_shell(self):
        repository = self.machine.repository()
        self.machine.start()
        for shell, arguments in (("bash", ["--norc", "-i"]), ("zsh", ["-f", "-i"]), ("fish", ["--no-config"])):
            with self.subTest(shell):
                self.setup_yes("--shell", shell)
                terminal = self.terminal(shutil.which(shell), *arguments, cwd=repository)
                terminal.type(("source " if shell == "fish" else ". ") + self.shell_path(shell))
                terminal.wait_for("main")
                terminal.close()

    def test_only_asked_for(self):
        self.setup_yes(SHELL="/bin/bash")
        self.assertFalse(os.path.exists(self.shell_path("bash")))

    def test_print_changes_nothing(self):
        self.machine.write(self.shell_path("bash"), BASHRC)
        self.assertIn("init bash", self.setup_yes("--shell", "bash", "--print"))
        self.assertEqual(self.machine.read(self.shell_path("bash")).decode(), BASHRC)

    def test_offered_on_a_terminal(self):
        self.machine.write(self.path, SPACED)
        terminal = self.terminal(TACHO, "setup", SHELL="/usr/bin/bash")
        terminal.wait_for("Write this? [y/N]")
        terminal.type("y")
        terminal.wait_for("tell of events? [y/N]")
        terminal.type("n")
        terminal.wait_for("above bash's prompt? [y/N]")
        terminal.type("y")
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertIn("init bash", self.machine.read(self.shell_path("bash")).decode())

    def test_declined_offer_is_no_failure(self):
        terminal = self.terminal(TACHO, "setup", SHELL="/usr/bin/bash")
        terminal.wait_for("Write this? [y/N]")
        terminal.type("y")
        terminal.wait_for("tell of events? [y/N]")
        terminal.type("n")
        terminal.wait_for("prompt? [y/N]")
        terminal.type("n")
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertFalse(os.path.exists(self.shell_path("bash")))


HOOKED = {
    "none": SPACED,
    "empty": '{\n  "hooks": {}\n}\n',
    "others": """{
  "hooks": {
    "PreToolUse": [
      {"matcher": "Bash", "hooks": [{"type": "command", "command": "~/check.sh"}]}
    ],
    "Stop": [{"hooks": [{"type": "command", "command": "a"}]}, {"hooks": [{"type": "command", "command": "b"}]}],
    "Mine": []
  },
  "model": "opus"
}
""",
    "one line": '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"a"}]}]},"model":"opus"}',
    "tabs": '{\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t{\n\t\t\t\t"hooks": []\n\t\t\t}\n\t\t]\n\t}\n}\n',
}
EVENTS = ["SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Notification", "Stop", "SubagentStop",
          "PreCompact", "SessionEnd"]


class Events(SetupTest):
    OURS = {"hooks": [{"type": "command", "command": f"exec '{CLAUDE_HOOK}' event"}]}

    def test_there_and_back(self):
        for name, text in HOOKED.items():
            with self.subTest(name):
                self.machine.write(self.path, text)
                self.setup_yes("--events")
                now, before = self.settings()["hooks"], json.loads(text).get("hooks", {})
                self.assertEqual(now, {**before, **{event: before.get(event, []) + [self.OURS] for event in EVENTS}})
                once = self.machine.read(self.path)
                self.assertIn("already", self.setup_yes("--events"))
                self.assertEqual(self.machine.read(self.path), once)
                self.setup_yes("--undo")
                after = self.machine.read(self.path).decode()
                self.assertEqual(json.loads(after).get("hooks", {}), before)
                if name != "empty":
                    self.assertEqual(after, text)

    def test_only_ours_go(self):
        self.machine.write(self.path, SPACED)
        self.setup_yes("--events")
        settings = self.settings()
        settings["hooks"]["Stop"].insert(0, {"hooks": [{"type": "command", "command": "mine"}]})
        settings["hooks"]["PreToolUse"][0]["hooks"].append({"type": "command", "command": "tacho-claude event"})
        self.machine.write(self.path, json.dumps(settings, indent=4))
        self.setup_yes("--undo")
        hooks = self.settings()["hooks"]
        self.assertEqual(list(hooks), ["PreToolUse", "Stop"])
        self.assertEqual(hooks["Stop"], [{"hooks": [{"type": "command", "command": "mine"}]}])

    def test_the_command_works(self):
        self.machine.start()
        self.setup_yes("--events")
        command = self.settings()["hooks"]["Stop"][0]["hooks"][0]["command"]
        result = self.machine.run("/bin/sh", "-c", command, input='{"hook_event_name":"Stop","session_id":"s"}')
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_odd_hooks_stay(self):
        for text in ('{"hooks": []}', '{"hooks": "none"}', '{"hooks": {"Stop": "x"}}'):
            with self.subTest(text):
                self.machine.write(self.path, text)
                self.setup_yes("--events")
                self.setup_yes("--undo")
                self.assertEqual(json.loads(self.machine.read(self.path)), json.loads(text))

    def test_not_unless_asked_for(self):
        self.setup_yes()
        self.assertNotIn("hooks", self.settings())


class Refuse(SetupTest):
    def refused(self, *arguments, expect, **options):
        result = self.machine.tacho("setup", *arguments, **options)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"\Atacho: setup: [^\n]*\n\Z")
        self.assertIn(expect, result.stderr)

    def test_malformed(self):
        for name, (content, expect) in MALFORMED.items():
            with self.subTest(name):
                before = content if isinstance(content, bytes) else content.encode()
                self.machine.write(self.path, before)
                self.refused("--yes", expect=expect)
                self.refused("--yes", "--undo", expect=expect)
                self.assertEqual(self.machine.read(self.path), before)
                self.assertEqual(self.leftovers(), [])

    def test_read_only_file(self):
        self.machine.write(self.path, SPACED)
        os.chmod(self.path, 0o444)
        self.refused("--yes", expect="read-only")
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)
        self.assertEqual(self.leftovers(), [])

    def test_folder_in_its_place(self):
        os.mkdir(self.path)
        self.refused("--yes", expect="not a regular file")

    def test_link_to_nothing(self):
        os.symlink("nowhere.json", self.path)
        self.refused("--yes", expect="symlink")
        self.assertTrue(os.path.islink(self.path))

    def test_huge_file(self):
        with open(self.path, "wb") as file:
            file.truncate(64 * 1024 * 1024)
        self.refused("--yes", expect="large")

    def test_nobody_to_ask(self):
        self.machine.write(self.path, SPACED)
        self.refused(expect="--yes")
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)
        self.assertEqual(self.leftovers(), [])

    def test_state_directory_that_cannot_be_made(self):
        self.machine.write(self.path, SPACED)
        self.machine.write("file", "")
        self.refused("--yes", expect="", TACHO_STATE_DIR=self.machine.path("file", "state"))
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)
        self.assertEqual(self.leftovers(), [])


class Link(SetupTest):
    def test_its_target_is_changed(self):
        target = self.machine.write("dotfiles/claude.json", SPACED)
        os.symlink(target, self.path)
        self.assertIn(target, self.setup_yes())
        self.assertTrue(os.path.islink(self.path))
        self.assertIn("statusLine", self.settings())
        self.setup_yes("--undo")
        self.assertTrue(os.path.islink(self.path))
        self.assertEqual(self.machine.read(target).decode(), SPACED)
        self.assertEqual(os.listdir(os.path.dirname(target)), ["claude.json"])


class Undo(SetupTest):
    def test_without_setup(self):
        self.machine.write(self.path, LAYOUTS["line of another"])
        self.assertIn("nothing to undo", self.setup_yes("--undo"))
        self.assertEqual(self.machine.read(self.path).decode(), LAYOUTS["line of another"])

    def test_later_edits_stay(self):
        self.machine.write(self.path, SPACED)
        self.setup_yes()
        edited = self.machine.read(self.path).decode().replace('"opus"', '"haiku"')
        self.machine.write(self.path, edited)
        self.setup_yes("--undo")
        self.assertEqual(self.machine.read(self.path).decode(), SPACED.replace('"opus"', '"haiku"'))
        self.assertEqual(len(self.backups()), 1)

    def test_later_edits_stay_and_the_old_line_returns(self):
        self.machine.write(self.path, LAYOUTS["line of another"])
        self.setup_yes()
        edited = self.machine.read(self.path).decode().replace('"z": 1', '"z": 2')
        self.machine.write(self.path, edited)
        self.setup_yes("--undo")
        self.assertEqual(self.machine.read(self.path).decode(),
                         LAYOUTS["line of another"].replace('"z": 1', '"z": 2'))

    def test_created_file_that_was_edited_stays(self):
        self.setup_yes()
        edited = re.sub(r"\A\{", '{\n  "model": "opus",', self.machine.read(self.path).decode())
        self.machine.write(self.path, edited)
        self.setup_yes("--undo")
        self.assertEqual(self.settings(), {"model": "opus"})

    def test_line_replaced_by_its_owner_stays(self):
        self.machine.write(self.path, SPACED)
        self.setup_yes()
        self.machine.write(self.path, LAYOUTS["line of another"])
        self.assertIn("not Tacho's any more", self.setup_yes("--undo"))
        self.assertEqual(self.machine.read(self.path).decode(), LAYOUTS["line of another"])

    def test_backup_lost(self):
        self.machine.write(self.path, LAYOUTS["line of another"])
        self.setup_yes()
        for name in self.backups():
            os.unlink(os.path.join(self.machine.claude, name))
        self.setup_yes("--undo")
        self.assertEqual(self.machine.read(self.path).decode(), LAYOUTS["line of another"])

    def test_record_lost_or_damaged(self):
        for record in (None, "{", "[]", '{"x": 1}'):
            with self.subTest(record=record):
                self.machine.write(self.path, SPACED)
                self.setup_yes()
                os.unlink(os.path.join(self.machine.state, "setup.json"))
                if record is not None:
                    self.machine.write(os.path.join(self.machine.state, "setup.json"), record)
                self.setup_yes("--undo")
                self.assertEqual(self.machine.read(self.path).decode(), SPACED)

    def test_no_file(self):
        self.assertIn("nothing to undo", self.setup_yes("--undo"))
        self.assertFalse(os.path.exists(self.path))

    def test_two_files_are_told_apart(self):
        other = self.machine.make("other")
        self.machine.write(self.path, SPACED)
        self.machine.write("other/settings.json", LAYOUTS["tabs"])
        self.setup_yes()
        self.setup_yes(CLAUDE_CONFIG_DIR=other)
        self.setup_yes("--undo")
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)
        self.assertIn(b"tacho-claude", self.machine.read("other/settings.json"))
        self.setup_yes("--undo", CLAUDE_CONFIG_DIR=other)
        self.assertEqual(self.machine.read("other/settings.json").decode(), LAYOUTS["tabs"])


class Show(SetupTest):
    def test_print_changes_nothing(self):
        self.machine.write(self.path, SPACED)
        for arguments in (["--print"], ["--print", "--yes"]):
            result = self.machine.tacho("setup", *arguments)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertRegex(result.stdout, r'(?m)^\+ .*"statusLine"')
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)
        self.assertEqual(self.leftovers(), [])
        self.assertEqual(os.listdir(self.machine.state), [])

    def test_the_diff_has_only_what_changes(self):
        self.machine.write(self.path, SPACED)
        lines = self.machine.tacho("setup", "--print").stdout.splitlines()
        self.assertEqual([line for line in lines if line.startswith("- ")], [])
        self.assertEqual([line[2:].strip() for line in lines if line.startswith("+ ")],
                         ["},", '"statusLine": {', '"type": "command",', f'"command": "exec \'{CLAUDE_HOOK}\'",',
                          '"refreshInterval": 5'])


class Ask(SetupTest):
    def test_yes(self):
        self.machine.write(self.path, SPACED)
        terminal = self.terminal(os.path.join(os.path.dirname(CLAUDE_HOOK), "tacho"), "setup")
        terminal.wait_for("[y/N]")
        self.assertEqual(self.machine.read(self.path).decode(), SPACED)
        terminal.type("y")
        terminal.wait_for("tell of events? [y/N]")
        terminal.type("y")
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertIn("hooks", self.settings())
        self.assertIn("statusLine", self.settings())

    def test_no_and_nothing(self):
        self.machine.write(self.path, SPACED)
        for answer in ("n\r", "\r", "yeah\r", "\x04"):
            with self.subTest(answer=answer):
                terminal = self.terminal(os.path.join(os.path.dirname(CLAUDE_HOOK), "tacho"), "setup")
                terminal.wait_for("[y/N]")
                terminal.send(answer)
                self.assertEqual(terminal.wait_for_end(), 1)
                self.assertEqual(self.machine.read(self.path).decode(), SPACED)
                self.assertEqual(self.leftovers(), [])

    def test_file_changed_while_asking(self):
        self.machine.write(self.path, SPACED)
        terminal = self.terminal(os.path.join(os.path.dirname(CLAUDE_HOOK), "tacho"), "setup")
        terminal.wait_for("[y/N]")
        self.machine.write(self.path, '{"new": 1}')
        terminal.type("y")
        self.assertEqual(terminal.wait_for_end(), 1)
        self.assertIn("changed meanwhile", terminal.text())
        self.assertEqual(self.machine.read(self.path).decode(), '{"new": 1}')
        self.assertEqual(self.leftovers(), [])

    def test_colours_follow_NO_COLOR(self):
        self.machine.write(self.path, SPACED)
        command = os.path.join(os.path.dirname(CLAUDE_HOOK), "tacho")
        coloured = self.terminal(command, "setup", "--print")
        self.assertEqual(coloured.wait_for_end(), 0)
        self.assertIn(b"\x1b[32m", coloured.raw)
        plain = self.terminal(command, "setup", "--print", NO_COLOR="1")
        self.assertEqual(plain.wait_for_end(), 0)
        self.assertNotIn(b"\x1b", plain.raw)



if __name__ == "__main__":
    main("setup")
