"""What a prompt shows, in real bash, zsh and fish: the directory, git, sessions, and what the shell alone knows."""

import json
import os
import re

from harness import CLAUDE_HOOK, TACHO, MachineTest, main, wait_until

RIGHT = r"(?: {3,}\S+)?"  # what may stand at the end of a prompt's line
SESSION = "5e551011-0000-4000-8000-000000000001"


class PromptTests:
    """For each shell; a subclass says how it is started."""

    def configure(self, *lines):
        self.machine.write("home/.config/tacho/config", "[prompt]\n" + "\n".join(lines) + "\n")

    def shell(self, cwd=None, before="", **environment):
        self.machine.write(self.rc, "\n".join([self.own_prompt, before, self.init_line, ""]))
        self.machine.start()
        terminal = self.terminal(*self.command, cwd=cwd or self.machine.repository(), **self.settings, **environment)
        terminal.wait_for("own>")
        self.count = 0
        return terminal

    def after(self, terminal, line):
        """Types a line; the line above the prompt that follows."""
        self.count += 1
        count = self.count
        terminal.type(line)
        terminal.type(f"echo ma''rk{count}")
        text = terminal.wait_for(lambda text: re.search(rf"(?m)^mark{count}$[\s\S]*own>{RIGHT}\Z", text))
        above = re.findall(rf"(?m)^(.*)\n\S*own> echo ma''rk{count}{RIGHT}$", text)
        return above[-1] if above and "own>" not in above[-1] else ""  # none yet: the answer is late

    def comes(self, terminal, line, word):
        """The same, until the word is there: an answer may be too late for a prompt on a busy machine."""
        return wait_until(lambda: (lambda above: above if word in above else "")(self.after(terminal, line)), repr(word))

    def becomes(self, terminal, line, whole):
        """The same, until that is all of it, and no mark of an answer that was late."""
        wait_until(lambda: self.after(terminal, line) == whole, repr(whole))

    # ---- the line ---------------------------------------------------------------------------------------

    def test_directory_and_git(self):
        terminal = self.shell()
        self.comes(terminal, "true", "~/repository main")
        self.comes(terminal, "mkdir -p deep/er; cd deep/er", "~/repository/deep/er main")
        self.comes(terminal, "echo 1 >new; git tag -a -m v v1; git checkout -q --detach", "@v1 ?1")
        self.becomes(terminal, "cd /", "/")

    def test_sessions_that_work_here(self):
        repository = self.machine.repository()
        terminal = self.shell(repository)
        payload = {"session_id": SESSION, "cwd": repository, "model": {"id": "claude-opus-4-6", "display_name": "Opus 4.6"},
                   "workspace": {"current_dir": repository},
                   "context_window": {"context_window_size": 200000, "used_percentage": 26,
                                      "current_usage": {"input_tokens": 52000}}}
        self.machine.run(CLAUDE_HOOK, input=json.dumps(payload), CLAUDE_CODE_SESSION_ID=SESSION)
        self.comes(terminal, "true", "Opus 4.6 26%")
        self.machine.client(SESSION, "waiting", cwd=repository)
        self.comes(terminal, "true", "Opus 4.6 26% waiting")
        self.assertNotIn("Opus", self.comes(terminal, "cd ..", "~"))

    def test_hostile_directories_are_only_shown(self):
        directories = self.machine.hostile_directories()
        terminal = self.shell(os.path.join(self.machine.home, "top"))
        for name, path in directories:
            with self.subTest(name=name):
                above = os.path.dirname(path)
                self.assertIn("main", self.comes(terminal, f"cd {above}/*", f"top/{os.path.basename(above)}/"))
                self.assertEqual(terminal.screen.title, "")
        self.assertEqual(self.machine.pwned(), [])

    def test_directory_of_four_kib(self):
        top = self.machine.repository("top")
        terminal = self.shell(top)
        self.after(terminal, self.deeper)
        above = self.comes(terminal, "true", "main")
        self.assertLessEqual(len(above), 120)
        self.assertIn("top/", above)

    # ---- what the shell alone knows -----------------------------------------------------------------------

    def test_status_duration_and_jobs(self):
        terminal = self.shell()
        self.assertTrue(self.comes(terminal, "sh -c 'exit 3'", "main").endswith(" exit 3"))
        self.assertNotIn("exit", self.after(terminal, "true"))
        self.assertRegex(self.after(terminal, "sleep 2.1"), r" [2-9]s$")
        self.assertNotRegex(self.after(terminal, "true"), r" \ds$")
        self.assertTrue(self.comes(terminal, "sleep 100 &", " job").endswith(" 1 job"))
        self.assertIn(" 2 jobs", self.after(terminal, "sleep 100 &"))

    def test_user_and_environments(self):
        terminal = self.shell(SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22", USER="ada", VIRTUAL_ENV="/srv/loom/.venv",
                              IN_NIX_SHELL="pure", DIRENV_DIR="-/srv/loom")
        self.assertRegex(self.comes(terminal, "true", "main"), r"^\w+@[\w.-]+ loom nix direnv:loom ~/repository main")
        terminal = self.shell(cwd=os.path.join(self.machine.home, "repository"), CONDA_DEFAULT_ENV="base")
        self.assertTrue(self.comes(terminal, "true", "main").startswith("base ~/repository main"))

    def test_hostile_environment_is_only_shown(self):
        repository = self.machine.repository()
        terminal = self.shell(repository, VIRTUAL_ENV="/x/$(touch pwned)`touch pwned`%F{red}\x1b]0;title\x07\\e[31m!!",
                              CONDA_DEFAULT_ENV="a\nb$(touch pwned)")
        self.comes(terminal, "true", "??touch pwned?")
        self.assertEqual(sorted(os.listdir(repository)), [".git", "file"])
        self.assertEqual(terminal.screen.title, "")

    def test_width_is_kept(self):
        terminal = self.shell(VIRTUAL_ENV="/" + "v" * 60)
        self.comes(terminal, f"git checkout -q -b {'b' * 40}", "vvvv")
        self.assertLessEqual(max(len(line) for line in terminal.lines() if "vvv" in line), 120)
        self.assertFalse([line for line in terminal.lines() if line and set(line) <= set("b…")])

    # ---- as configured -----------------------------------------------------------------------------------

    def test_rows_and_parts_of_ones_own(self):
        self.configure("row = git.branch directory.base", 'separator = " > "', "shell = status")
        terminal = self.shell(VIRTUAL_ENV="/srv/loom")
        self.becomes(terminal, "sh -c 'exit 4'", "main > repository exit 4")

    def test_right_side(self):
        self.configure("row = directory", "right = git.branch")
        terminal = self.shell()
        self.after(terminal, "true")
        wait_until(lambda: self.after(terminal, "true") and
                   [line for line in terminal.lines() if re.search(r" {9}main$", line) and 118 <= len(line) <= 120],
                   "the branch on the right")
        self.after(terminal, "tacho_off")
        self.after(terminal, "true")
        self.assertNotIn("main", "\n".join(terminal.lines()[-3:]))

    def test_transient(self):
        self.configure("transient = directory.base")
        terminal = self.shell()
        for _ in range(2):
            terminal.type("true")
            terminal.wait_for(lambda text: re.search(r"\A(repository own> .*\n(one\n)?)*repository own> true\n~/repository main\nown>\Z", text))
            terminal.type("echo on''e")
            terminal.wait_for(lambda text: re.search(r"own> echo on''e\none\n~/repository main\nown>\Z", text))
        self.after(terminal, "tacho_off")
        self.assertTrue(terminal.text().endswith("\nown>"))
        self.assertFalse(terminal.text().endswith("main\nown>"))

    def shown_after(self, terminal, *lines):
        """Types lines, the first at an empty screen's prompt, the last of which prints `done`. Returns the screen."""
        def empty():
            terminal.receive()
            terminal.raw = b""
            terminal.type("echo ma''rk; clear")
            try:
                return terminal.wait_for(lambda text: text == "~/repository main\nown>" and b"mark" in terminal.raw, 2)
            except AssertionError:
                return None  # an answer too late for a prompt
        wait_until(empty, "an empty screen")
        for line in lines:
            terminal.type(line)
        return terminal.wait_for(lambda text: re.search(r"(?m)^done\n~/repository main\nown>\Z", text))

    def test_transient_leaves_long_commands_whole(self):
        self.configure("transient = directory.base")
        terminal = self.shell()
        for count in (95, 97, 98, 99, 100, 101, 102, 108, 109, 110, 230, 300):
            typed = "repository own> echo " + "x" * count + " >/dev/null; echo do''ne"
            wrapped = [typed[at:at + 120].rstrip() for at in range(0, len(typed), 120)]
            with self.subTest(count=count):
                text = self.shown_after(terminal, typed.partition("> ")[2])
                self.assertEqual(text.splitlines()[:len(wrapped)], wrapped)

    def test_transient_of_commands_that_go_on(self):
        """Only what is above the first line is taken away, and once."""
        self.configure("transient = directory.base")
        terminal = self.shell()
        text = self.shown_after(terminal, *self.going_on)
        self.assertRegex(text, r"^repository own> " + re.escape(self.going_on[0]) + r"\n")
        self.assertEqual(text.count(self.going_on[0]), 1)
        self.assertRegex(text, r"\n1\n2\ndone\n~/repository main\nown>\Z")

    def test_transient_leaves_what_is_read_alone(self):
        """What a command asks for is no prompt; and the status of the command before is there for the next one."""
        self.configure("transient = directory.base")
        terminal = self.shell()
        text = self.shown_after(terminal, "echo above; " + self.reading, "in''put", "sh -c 'exit 7'", self.print_status)
        self.assertIn("\nabove\n", text)
        self.assertIn("in''put\nsaid in''put\n", text)
        self.assertIn("\nstatus 7\ndone\n", text)

    def test_transient_above_a_prompt_of_several_lines(self):
        self.configure("transient = directory.base")
        terminal = self.shell(before=self.two_lines)
        terminal.type("true")
        terminal.wait_for(lambda text: re.search(r"(?m)^repository first\nown> true\n~/repository main\nfirst\nown>\Z", text))

class Enter:
    """What is tested where a transient prompt takes the key Enter."""

    def test_transient_gives_enter_back(self):
        self.configure("transient = directory.base")
        terminal = self.shell()
        before, after = self.machine.path("before"), self.machine.path("after")
        self.after(terminal, f"tacho_off; {self.show_enter} >{after}")
        terminal.close()
        self.configure()
        terminal = self.shell(cwd=os.path.join(self.machine.home, "repository"))
        self.after(terminal, f"{self.show_enter} >{before}")
        self.assertEqual(self.machine.read(after), self.machine.read(before))

    def test_transient_leaves_an_enter_of_ones_own(self):
        self.configure("transient = directory.base")
        terminal = self.shell(before=self.own_enter)
        self.after(terminal, "true")
        self.assertNotIn("repository own>", terminal.text())
        self.after(terminal, f"tacho_off; {self.show_enter} >{self.machine.path('shown')}")
        self.assertIn(b"mine", self.machine.read("shown"))


class Bash(Enter, PromptTests, MachineTest):
    rc = "home/.bashrc"
    command = ["bash", "-i"]
    own_prompt = "PS1='own> '"
    two_lines = "PS1='first\\nown> '"
    own_enter = r"""bind '"\C-m": "; : mine\C-j"'"""
    show_enter = "bind -q accept-line; bind -s"
    reading = "read -e line; echo said $line"
    init_line = f'eval "$({TACHO} init bash)"'
    settings = {"INPUTRC": "/dev/null", "HISTFILE": "/dev/null"}
    deeper = f"for i in {{1..38}}; do mkdir {'d' * 100}; cd {'d' * 100}; done"
    going_on = "for i in 1 2; do", "echo $i", "done; echo do''ne"
    print_status = "echo status $?; echo do''ne"

    def test_own_ps0_is_kept(self):
        terminal = self.shell(before=r"PS0='begins\n'")
        self.after(terminal, "echo on''e")
        self.assertIn("\nbegins\none\n", terminal.text())
        self.after(terminal, "tacho_off; echo \"=$PS0=\"")
        self.assertIn("\n=begins\\n=\n", terminal.text())

    def test_strict(self):
        terminal = self.shell(before="set -eu", SSH_TTY="/dev/pts/9")
        self.comes(terminal, "true", "main")
        self.after(terminal, "sleep 50 &")
        self.assertIn("1 job", self.after(terminal, "true"))


class Zsh(PromptTests, MachineTest):
    rc = "home/.zshrc"
    command = ["zsh", "-i"]
    own_prompt = "PROMPT='own> '"
    two_lines = "PROMPT=$'first\\nown> '"
    reading = "vared -c line; echo said $line"
    init_line = f'eval "$({TACHO} init zsh)"'
    settings = {"ZDOTDIR": None}
    deeper = f"for i in {{1..38}}; do mkdir {'d' * 100}; cd {'d' * 100}; done"
    going_on = "for i in 1 2; do", "echo $i", "done; echo do''ne"
    print_status = "echo status $?; echo do''ne"


class Fish(Enter, PromptTests, MachineTest):
    rc = "home/.config/fish/config.fish"
    command = ["fish", "-i"]
    own_prompt = "function fish_prompt; echo -n 'own> '; end; function fish_greeting; end; function fish_title; end"
    init_line = f"{TACHO} init fish | source"
    settings = {}
    two_lines = "function fish_prompt; echo first; echo -n 'own> '; end"
    going_on = "for i in 1 2", "echo $i", "end; echo do''ne"
    own_enter = "function mine; commandline -f execute; end; bind \\r mine"
    show_enter = "bind \\r"
    reading = "read line; echo said $line"
    print_status = "echo status $status; echo do''ne"
    deeper = f"for i in (seq 38); mkdir {'d' * 100}; cd {'d' * 100}; end"


if __name__ == "__main__":
    main("prompt")
