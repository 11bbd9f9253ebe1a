"""Moving over from another status line: `tacho setup` takes its configuration over, says what it could not, and
gives everything back. The configurations are those of tests/peers, which the peers themselves wrote."""

import json
import os
import re

from harness import CLAUDE_HOOK, ROOT, TACHO, MachineTest, main, wait_until

PEERS = {
    "ccstatusline": ("npx -y ccstatusline@latest", ".config/ccstatusline/settings.json", "ccstatusline-custom.json"),
    "claude-powerline": ("npx -y @owloops/claude-powerline@latest --style=powerline", ".claude/claude-powerline.json",
                         "claude-powerline.json"),
    "CCometixLine": ("~/.claude/ccline/ccline", ".claude/ccline/config.toml", "ccline-powerline-rose-pine.toml"),
}

PAYLOAD = {
    "session_id": "s-1", "model": {"id": "claude-opus-4", "display_name": "Opus 4"},
    "workspace": {"current_dir": "/tmp/somewhere"}, "cost": {"total_cost_usd": 1.5, "total_duration_ms": 3600000},
    "context_window": {"context_window_size": 200000, "used_percentage": 42, "total_input_tokens": 84000},
}


def plain(line):
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", line)


class MoveTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.settings = os.path.join(self.machine.claude, "settings.json")
        self.config = self.machine.environment["TACHO_CONFIG"]

    def use(self, peer, command=None):
        """The machine's person uses a peer, with the configuration of tests/peers."""
        default, path, fixture = PEERS[peer]
        line = {"type": "command", "command": command or default, "padding": 0}
        self.machine.write(self.settings, json.dumps({"statusLine": line}, indent=2))
        if fixture:
            with open(os.path.join(ROOT, "tests/peers", fixture), "rb") as file:
                self.machine.write(os.path.join(self.machine.home, path), file.read())

    def setup(self, *arguments, status=0, **options):
        result = self.machine.tacho("setup", "--yes", *arguments, **options)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout if status == 0 else result.stderr

    def values(self, name):
        return self.machine.tacho("config", "get", name).stdout.splitlines()

    def hook(self):
        return self.machine.run(CLAUDE_HOOK, input=json.dumps(PAYLOAD), COLORTERM="truecolor", COLUMNS="160").stdout


class Import(MoveTest):
    def test_one_command_and_back(self):
        for peer in PEERS:
            with self.subTest(peer):
                self.use(peer)
                before = self.machine.read(self.settings)
                self.assertIn(f"{peer}:", self.setup())
                self.assertIn("tacho-claude", self.machine.read(self.settings).decode())
                self.assertIn("no mistakes", self.machine.tacho("config", "check").stdout)
                self.assertTrue(self.values("line.row"))
                self.setup("--undo")
                self.assertEqual(self.machine.read(self.settings), before)
                self.assertFalse(os.path.exists(self.config))
                self.assertEqual(os.listdir(self.machine.state), [])

    def test_the_line_is_drawn_so(self):
        self.use("ccstatusline")
        self.setup()
        self.machine.start()
        drawn = self.hook()
        self.assertIn("Opus 4", plain(drawn).splitlines()[0])
        self.assertIn("Context: ", plain(drawn))
        self.assertIn("hello there", plain(drawn))
        self.assertIn("Cost: $1.50", plain(drawn).splitlines()[1])
        self.assertIn("\x1b]8;;https://example.org", drawn)
        self.assertIn("48;2;52;101;164", drawn)  # the model's background, #3465a4
        self.assertIn("\ue0b6", drawn)

    def test_what_could_not_be_taken_over_is_listed(self):
        self.use("ccstatusline")
        told = self.setup()
        self.assertIn("What could not be taken over", told)
        for what in ("terminal-width", "autoAlign"):
            self.assertRegex(told, rf"(?m)^  - .*{what}")

    def test_the_line_to_be_is_shown(self):
        self.use("ccstatusline")
        told = self.setup(NO_COLOR="1", COLUMNS="200").splitlines()
        lines = told[told.index("Of a session that has something to show everywhere the line will be:") + 1:][:2]
        self.assertRegex(lines[0], r"^\S? ?Opus 4\.1 .*feature/jacquard .*Context: .*hello there")
        self.assertIn("Cost: $4.87", lines[1])

    def test_notes_are_wrapped_and_harmless(self):
        self.use("claude-powerline")
        self.machine.write("home/.claude/claude-powerline.json", json.dumps({"theme": "custom", "display": {"lines": [
            {"segments": {"model": {"enabled": True, "\x1b[2J": 1}}}]},
            "colors": {"custom": {"model": {"fg": "\x1b[2Jred and a colour of many words, more than a line takes",
                                            "bg": "#1a2b3c"}}}}))
        self.assertNotIn("\x1b[2J", self.setup("--print"))
        terminal = self.terminal(TACHO, "setup", "--print", columns=40, rows=100)
        self.assertEqual(terminal.wait_for_end(), 0)
        notes = terminal.text().partition("taken over as it was:\n")[2]
        self.assertRegex(notes, r"^  - model: its colour \S+red and a\n    colour of many words, ")

    def test_options_of_the_command_count(self):
        self.use("claude-powerline")
        self.setup()
        self.assertEqual(self.values("line.style"), ["powerline"])
        other = self.machine.write("home/mine.json", '{"theme": "gruvbox", "display": {"style": "minimal"}}')
        self.use("claude-powerline", f"claude-powerline --config={other} --theme=nord")
        self.setup()
        self.assertEqual(self.values("line.theme"), ["nord"])
        self.assertEqual(self.values("line.style"), ["minimal"])

    def test_a_theme_of_the_command_is_a_file(self):
        with open(os.path.join(ROOT, "tests/peers/ccline-default.toml")) as file:
            self.machine.write("home/.claude/ccline/themes/mine.toml", file.read().replace('"default"', '"gruvbox"'))
        self.use("CCometixLine", "ccline -t mine")
        self.setup()
        self.assertEqual(self.values("line.theme"), ["gruvbox"])

    def test_no_file_means_its_defaults(self):
        self.machine.write(self.settings, '{"statusLine": {"type": "command", "command": "bunx ccstatusline@latest"}}')
        self.assertIn("default line", self.setup())
        self.assertEqual(self.values("line.row"), ["model.name context.length git.branch lines"])

    def test_the_project_s_own(self):
        project = self.machine.make("home/project")
        self.use("claude-powerline", "claude-powerline")
        self.machine.write(os.path.join(project, ".claude-powerline.json"), '{"theme": "nord"}')
        self.setup(cwd=project)
        self.assertEqual(self.values("line.theme"), ["nord"])

    def test_a_line_of_another_scope(self):
        project = self.machine.make("home/project")
        self.machine.write(os.path.join(project, ".claude/settings.local.json"),
                           '{"statusLine": {"type": "command", "command": "ccline"}}')
        self.setup("--scope", "local", cwd=project)
        self.assertEqual(self.values("line.row"),
                         ["model.name directory.base git.branch+git.clean+git.sync context.used,context.length"])

    def test_chosen(self):
        self.use("ccstatusline")
        self.setup("--no-import")
        self.assertFalse(os.path.exists(self.config))
        self.setup("--from", "ccstatusline")
        self.assertTrue(self.values("line.row"))
        self.setup("--from", "ccometixline")
        self.assertEqual(len(self.values("line.row")), 1)
        self.setup("--from", "nobody", status=2)

    def test_another_s_script_is_no_peer(self):
        self.machine.write(self.settings, '{"statusLine": {"type": "command", "command": "~/statusline.sh"}}')
        self.setup()
        self.assertFalse(os.path.exists(self.config))


    def test_what_is_not_known_here_is_no_mistake(self):
        self.use("claude-powerline", "claude-powerline --theme=mine --style=odd")
        self.machine.write("home/.claude/claude-powerline.json", json.dumps({"theme": "custom", "display": {"lines": [
            {"segments": {"model": {"enabled": True}, "context": {"enabled": True, "displayStyle": "stars"},
                          "shiny": {"enabled": True}}}]},
            "colors": {"custom": {"model": {"fg": "transparent", "bg": "#abc"}}}}))
        told = self.setup()
        for what in ("theme mine", "transparent", "#abc", "stars", "shiny: not a widget that is known"):
            self.assertIn(what, told)
        self.assertIn("no mistakes", self.machine.tacho("config", "check").stdout)
        self.assertEqual(self.values("line.style"), ["minimal"])


class Configuration(MoveTest):
    MINE = '# mine\n[tokens]\n    weights = opus=5\n[line]\n    theme = light\n[theme "dusk"]\n    base = dark\n'

    def test_the_rest_of_it_stays(self):
        self.machine.write(self.config, self.MINE)
        self.use("CCometixLine")
        self.assertIn("The configuration as it was", self.setup())
        now = self.machine.read(self.config).decode()
        self.assertTrue(now.startswith('# mine\n[tokens]\n    weights = opus=5\n[theme "dusk"]\n    base = dark\n[line]\n'))
        self.assertEqual(self.values("line.theme"), ["rose-pine"])
        self.setup("--undo")
        self.assertEqual(self.machine.read(self.config).decode(), self.MINE)
        self.assertEqual(os.listdir(os.path.dirname(self.config)), ["config"])

    def test_again_keeps_the_first_backup(self):
        self.machine.write(self.config, self.MINE)
        self.use("CCometixLine")
        self.setup()
        self.assertIn("already", self.setup("--from", "CCometixLine"))
        self.setup("--from", "ccstatusline")
        self.setup("--undo")
        self.assertEqual(self.machine.read(self.config).decode(), self.MINE)
        self.assertEqual(os.listdir(os.path.dirname(self.config)), ["config"])

    def test_one_that_was_edited_since_stays(self):
        self.machine.write(self.config, self.MINE)
        self.use("CCometixLine")
        self.setup()
        self.machine.tacho("config", "set", "line.theme", "nord", check=True)
        self.assertIn("edited since", self.setup("--undo"))
        self.assertEqual(self.values("line.theme"), ["nord"])

    def test_broken_files_are_told_and_left(self):
        self.use("ccstatusline")
        path = os.path.join(self.machine.home, PEERS["ccstatusline"][1])
        self.machine.write(path, '{"lines": [\n')
        self.assertIn(f"{path}: line ", self.setup(status=1))
        self.assertFalse(os.path.exists(self.config))
        self.assertIn("tacho-claude", self.machine.read(self.settings).decode())
        self.use("ccstatusline")
        self.machine.write(self.config, "[line\n")
        self.assertIn("mend it first", self.setup(status=1))
        self.assertEqual(self.machine.read(self.config).decode(), "[line\n")

    def test_print_changes_nothing(self):
        self.use("ccstatusline")
        before = self.machine.read(self.settings)
        result = self.machine.tacho("setup", "--print")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"(?m)^\+ .*row = model.name")
        self.assertEqual(self.machine.read(self.settings), before)
        self.assertFalse(os.path.exists(self.config))
        self.assertEqual(os.listdir(self.machine.state), [])


class Ask(MoveTest):
    def test_declined(self):
        self.use("ccstatusline")
        terminal = self.terminal(TACHO, "setup", rows=100)
        terminal.wait_for("Take it over? [y/N]")
        terminal.type("n")
        terminal.wait_for("Write this? [y/N]")
        terminal.type("y")
        terminal.wait_for("tell of events? [y/N]")
        terminal.type("n")
        self.assertEqual(terminal.wait_for_end(), 0)
        self.assertFalse(os.path.exists(self.config))
        self.assertIn("tacho-claude", self.machine.read(self.settings).decode())


if __name__ == "__main__":
    main("move")
