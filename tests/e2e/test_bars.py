"""Bars and other people's prompts, set up as docs/bars.md says: what is on the page is what runs here."""

import configparser
import json
import os
import re
import shutil
import xml.etree.ElementTree as markup

from harness import BUILD, CLAUDE_HOOK, ROOT, MachineTest, main, wait_until

SESSION = "5e551011-0000-4000-8000-000000000001"

POWERLEVEL10K = [os.environ.get("TACHO_POWERLEVEL10K", ""), "/usr/share/powerlevel10k", "/usr/share/zsh-theme-powerlevel10k"]


def snippets(heading):
    """The settings below a heading of the page."""
    with open(os.path.join(ROOT, "docs", "bars.md")) as file:
        section = re.search(rf"(?ms)^## {heading}$(.*?)(?:^## |\Z)", file.read()).group(1)
    return re.findall(r"(?ms)^```\w+\n(.*?)^```$", section)


class Bars(MachineTest):
    def setUp(self):
        super().setUp()
        self.machine.environment["PATH"] = os.path.join(BUILD, "bin") + ":" + self.machine.environment["PATH"]
        self.machine.start()

    def printed(self, command, cwd):
        """What a bar is told by its command, once the agent knows everything."""
        def known():
            result = self.machine.run("sh", "-c", command, cwd=cwd)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            return result.stdout if "main" in result.stdout and "…" not in result.stdout else ""
        return wait_until(known, "the line")

    def hostile_directories(self):
        """Name and path of each; none of them may have been run."""
        yield from self.machine.hostile_directories()
        self.assertEqual(self.machine.pwned(), [])


class Tmux(Bars):
    def tmux(self, *arguments):
        result = self.machine.run("tmux", "-S", self.machine.path("tmux"), *arguments)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def screen(self, *settings, cwd=None):
        """A tmux with these settings, in a terminal."""
        self.machine.write("tmux.conf", "set -g default-command 'PS1=own\\>\\  exec sh'\nset -g status-interval 1\n"
                           + "\n".join(settings))
        terminal = self.terminal("tmux", "-S", self.machine.path("tmux"), "-f", self.machine.path("tmux.conf"), "new-session",
                                 cwd=cwd or self.machine.repository())
        terminal.wait_for("own>")
        return terminal

    def test_status_right(self):
        terminal = self.screen(snippets("tmux")[0])
        wait_until(lambda: "~/repository main" in terminal.lines()[-1], "the line in the status bar")
        terminal.type("git checkout -q -b other; touch new")
        wait_until(lambda: "~/repository other ?1" in terminal.lines()[-1], "the branch")
        terminal.type("cd /")
        wait_until(lambda: terminal.lines()[-1].endswith(" /"), "the directory")

    def test_sourced_twice(self):
        self.screen(snippets("tmux")[0], "set -g status-right 'mine'", *snippets("tmux")[:1] * 2)
        self.assertEqual(self.tmux("show-options", "-gv", "status-right"), "mine #{E:@tacho}\n")
        self.assertEqual(self.tmux("show-options", "-gv", "status-right-length"), "120\n")

    def test_pane_border(self):
        terminal = self.screen(*snippets("tmux"))
        wait_until(lambda: re.search(r" 0 ~/repository main ", terminal.lines()[0]), "the line above the pane")
        self.tmux("split-window", "-c", self.machine.home)
        wait_until(lambda: [line for line in terminal.lines() if re.search(r" 1 ~ ", line)], "the line above the other")

    def test_hostile_directories_are_only_shown(self):
        terminal = self.screen(*snippets("tmux"))
        for name, path in self.hostile_directories():
            with self.subTest(name=name):
                # The shell's own words for what cannot be typed.
                terminal.type("cd " + os.path.dirname(path) + "/*")
                shown = os.path.basename(os.path.dirname(path)) + "/" + re.split(r"[^ -~]", name)[0]
                wait_until(lambda: shown in terminal.lines()[-1], repr(shown))
                wait_until(lambda: shown in terminal.lines()[0], repr(shown))
                self.assertEqual(terminal.screen.title, "")


class Powerlevel10k(Bars):
    def test_segment(self):
        folder = next((folder for folder in POWERLEVEL10K if os.path.exists(os.path.join(folder, "powerlevel10k.zsh-theme"))),
                      None)
        if not folder:
            self.skipTest("no Powerlevel10k here")
        self.machine.write("home/.zshrc", "\n".join([
            "POWERLEVEL9K_DISABLE_CONFIGURATION_WIZARD=true", "POWERLEVEL9K_DISABLE_GITSTATUS=true",
            "POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(tacho)", "POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=()",
            f"source {folder}/powerlevel10k.zsh-theme", *snippets("Powerlevel10k")]))
        terminal = self.terminal("zsh", "-d", "-i", cwd=self.machine.repository(), ZDOTDIR=None)
        terminal.wait_for("~/repository main")
        terminal.type("git checkout -q -b '%F{red}$(touch${IFS}pwned)`x`%%'")
        terminal.wait_for("~/repository %F{red}$(touch${IFS}pwned)`x`%%")
        for name, path in self.hostile_directories():
            with self.subTest(name=name):
                terminal.type(f"clear; cd {os.path.dirname(path)}/*")
                terminal.wait_for("~/top/" + os.path.basename(os.path.dirname(path)) + "/" + re.split(r"[^ -~]", name)[0])
                self.assertEqual(terminal.screen.title, "")


class Starship(Bars):
    def test_command(self):
        try:
            import tomllib
        except ImportError:
            self.skipTest("this Python reads no TOML")
        module = tomllib.loads(snippets("Starship")[0])["custom"]["tacho"]
        self.assertEqual(self.printed(module["command"], self.machine.repository()), "~/repository main\n")


class Waybar(Bars):
    def setUp(self):
        super().setUp()
        self.command = json.loads(snippets("Waybar")[0])["custom/tacho"]["exec"]

    def shown(self, cwd):
        """The object, with its markup read as Pango reads it."""
        said = json.loads(self.printed(self.command, cwd))
        self.assertEqual(sorted(said), ["alt", "class", "text", "tooltip"])
        for key in ("text", "tooltip"):
            said[key] = markup.fromstring(f"<markup>{said[key]}</markup>").text or ""
        return said

    def test_text(self):
        self.assertEqual(self.shown(self.machine.repository()),
                         {"text": "~/repository main", "tooltip": "", "alt": "", "class": ""})

    def test_sessions(self):
        repository = self.machine.repository()
        payload = {"session_id": SESSION, "cwd": repository, "model": {"id": "m", "display_name": "<b>&\"Opus\\"},
                   "workspace": {"current_dir": repository}}
        self.machine.run(CLAUDE_HOOK, input=json.dumps(payload), CLAUDE_CODE_SESSION_ID=SESSION)
        self.assertEqual(self.shown(repository)["tooltip"], "")
        for state in ("busy", "waiting"):
            self.machine.client(SESSION, state, cwd=repository)
            wait_until(lambda: self.shown(repository)["class"] == state, state)
        said = self.shown(repository)
        self.assertEqual(said["alt"], "waiting")
        self.assertIn("<b>&\"Opus\\", said["tooltip"])
        self.assertIn("~/repository", said["tooltip"])

    def test_hostile_directories_are_only_shown(self):
        for name, path in self.hostile_directories():
            with self.subTest(name=name):
                self.assertEqual(self.shown(path)["text"] + "\n", self.printed("tacho-prompt plain", path))


class Polybar(Bars):
    def test_hostile_directories_are_only_shown(self):
        config = configparser.ConfigParser(interpolation=None)
        config.read_string(snippets("Polybar")[0])
        for name, path in self.hostile_directories():
            with self.subTest(name=name):
                said = self.printed(config["module/tacho"]["exec"], path)
                self.assertEqual(said, self.printed("tacho-prompt plain", path).replace("%{", "% {"))


class Of(Bars):
    """`--of PID`: another process's directory."""

    def test_whose(self):
        repository = self.machine.repository()
        shell = self.terminal("sh", cwd=repository)
        self.assertEqual(self.printed(f"tacho-prompt plain --of {shell.child.pid}", "/"), "~/repository main\n")
        shell.type("cd ..; mkdir gone; cd gone; rmdir ../gone; echo do''ne")
        shell.wait_for("done")
        for whose in (shell.child.pid, 4194305, "x", "", "../1", "99999999999999999999"):
            with self.subTest(whose=whose):
                result = self.machine.run("tacho-prompt", "plain", "--of", whose)
                self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))


class Others(Bars):
    def test_command(self):
        if not shutil.which("jq"):
            self.skipTest("no jq here")
        self.assertRegex(self.printed(snippets("Others")[0], self.machine.repository()), r"^main\n[\d.]+\n$")


if __name__ == "__main__":
    main("bars")
