"""`tacho init` in real bash, zsh and fish: the line above the prompt is true, harmless, and in nobody's way."""

import os
import re
import signal
import time

from harness import BUILD, PROMPT_HOOK, TACHO, MachineTest, is_alive, main, wait_until

# Branch names that git accepts and that a careless prompt would run or expand.
HOSTILE = [
    "$(touch${IFS}pwned)",
    "`touch${IFS}pwned`",
    "${IFS}$PATH$$",
    "$((1+1))",
    "%n%m%F{red}%1v%{%}",
    "!!!1",
    "'\"$(touch${IFS}pwned)\"'",
    ";touch${IFS}pwned;",
    "(touch${IFS}pwned)&",
    "%(!.a.$(touch${IFS}pwned))",
]

# What git itself would refuse, but a repository from elsewhere can hold.
IMPOSSIBLE = [
    b"a\x1b[31mred\x1b[2J",
    b"a\x1b]0;title\x07b",
    b"a\\e[31m\\$(touch pwned)",
    b"a\x9b31m\xff\xfe",
    b"a\x01\x02\\[\\]$(touch pwned)",
    b"a#(touch pwned)#[fg=red]%{\x0b\x0c",
    b"a\ntouch pwned\n",
    b"b" * 4000,
    b"\xe2\x80\xae" + b"\xf0\x9f\x98\x80\xcc\x81" * 600,
]


class ShellTests:
    """What every shell is tested for. A subclass says how its shell is started and spoken to."""

    backtick = "\u02cb"  # what stands for one, where the shell would run what is between two
    asks_by_file = False

    def shell(self, before="", after="", cwd=None, init=True, **environment):
        """Opens the shell with an own prompt `[STATUS]own> `; before and after go around the init line."""
        self.machine.write(self.rc, "\n".join([self.own_prompt, before, self.init_line if init else "", after, ""]))
        terminal = self.terminal(*self.command, cwd=cwd, **self.settings, **environment)
        terminal.wait_for("own>")
        return terminal

    def shell_in_repository(self, name="repository", **options):
        """The same in a new repository, whose branch is shown already."""
        self.machine.start()
        terminal = self.shell(cwd=self.machine.repository(name), **options)
        self.comes(terminal, "main")
        return terminal

    def run_in(self, terminal, line):
        """Types a line and waits for the prompt after it. Returns the screen's text, up to that prompt."""
        self.count = getattr(self, "count", 0) + 1
        terminal.type(line)
        terminal.type(f"echo ma''rk{self.count}")
        return terminal.wait_for(lambda text: re.search(rf"(?m)^mark{self.count}$[\s\S]*own>\Z", text))

    def last_prompt(self, terminal):
        """The line above the last prompt, and that prompt."""
        return "\n".join(terminal.lines()[-2:])

    def comes(self, terminal, text):
        """Waits until the line above the prompt has the text. Enter is pressed again if the answer came too late for
        a prompt, as it may on a busy machine: the hook does not wait for it."""
        def there():
            if text in self.last_prompt(terminal):
                return True
            self.run_in(terminal, "true")
            return text in self.last_prompt(terminal)
        wait_until(there, f"{text!r} above the prompt")

    # ---- the line is true -------------------------------------------------------------------------------

    def test_branch_is_shown_above_the_own_prompt(self):
        terminal = self.shell_in_repository()
        above, own = terminal.lines()[-2:]
        self.assertIn("main", above)
        self.assertEqual(own, "[0]own>")

    def test_first_prompt_starts_the_agent(self):
        terminal = self.shell(cwd=self.machine.repository())
        self.comes(terminal, "main")
        self.assertIsNotNone(self.machine.agent_pid())

    def test_line_follows_git(self):
        terminal = self.shell_in_repository()
        self.run_in(terminal, "git checkout -q -b other")
        self.comes(terminal, "other")
        self.run_in(terminal, "git checkout -q main")
        self.comes(terminal, "main")
        self.assertNotIn("other", self.last_prompt(terminal))

    def test_line_follows_cd(self):
        terminal = self.shell_in_repository()
        self.run_in(terminal, f"cd {self.machine.make('plain')}")
        self.assertNotIn("main", self.last_prompt(terminal))
        self.run_in(terminal, "cd -")
        self.comes(terminal, "main")

    def test_directory_that_is_gone(self):
        terminal = self.shell_in_repository()
        gone = self.machine.make("gone")
        self.run_in(terminal, f"cd {gone} && rmdir {gone}")
        self.assertIn("[0]own>", self.last_prompt(terminal))

    def test_killed_agent_is_back(self):
        terminal = self.shell_in_repository()
        killed = self.machine.kill_agent()
        self.run_in(terminal, "git checkout -q -b later")

        def shown_again():
            self.run_in(terminal, "true")
            return "later" in self.last_prompt(terminal)
        wait_until(shown_again, "the line of a new agent")
        self.assertNotIn(self.machine.agent_pid(), (None, killed))

    def test_stopped_agent_does_not_hold_up_the_prompt(self):
        terminal = self.shell_in_repository()
        pid = self.machine.kill_agent(signal.SIGSTOP)
        try:
            self.run_in(terminal, "true")
            self.assertIn("[0]own>", self.last_prompt(terminal))
        finally:
            os.kill(pid, signal.SIGCONT)

    def test_segment_is_damaged(self):
        terminal = self.shell_in_repository()
        segment = os.path.join(self.machine.runtime, "segment")
        size = os.path.getsize(segment)
        for damage in (lambda file: file.write(os.urandom(size)), lambda file: file.truncate(4000),
                       lambda file: file.truncate(0)):
            pid = self.machine.kill_agent(signal.SIGSTOP)
            with open(segment, "r+b") as file:
                damage(file)
            self.run_in(terminal, self.read_cached)
            self.assertIn("[0]own>", self.last_prompt(terminal))
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not is_alive(pid), "the agent's end")
            self.comes(terminal, "main")

    def test_unset(self):
        """What the prompt uses, and what it keeps, may be gone at any time."""
        terminal = self.shell_in_repository(after=self.careful)
        self.run_in(terminal, self.unset)
        self.run_in(terminal, "git checkout -q -b after")
        self.comes(terminal, "after")
        self.run_in(terminal, "sh -c 'exit 3'")
        self.assertIn("[0]own>", self.last_prompt(terminal))
        self.assertNotRegex(terminal.text(), "(?i)unbound|not found|bad |invalid|not set|error")

    # ---- the line is harmless ---------------------------------------------------------------------------

    def test_hostile_branches_are_only_shown(self):
        self.machine.start()
        repository = self.machine.repository()
        for options in self.expansions:
            terminal = self.shell(before=options, cwd=repository)
            for branch in HOSTILE:
                with self.subTest(branch=branch, options=options):
                    self.machine.git("checkout", "-q", "-B", branch, cwd=repository)
                    self.run_in(terminal, "true")
                    self.comes(terminal, branch.replace("`", self.backtick))
                    self.assertEqual(sorted(os.listdir(repository)), [".git", "file"])
            self.machine.git("checkout", "-q", "main", cwd=repository)

    def test_impossible_branches_are_only_shown(self):
        self.machine.start()
        repository = self.machine.repository()
        terminal = self.shell(cwd=repository)
        for branch in IMPOSSIBLE:
            with self.subTest(branch=branch):
                self.machine.write(os.path.join(repository, ".git", "HEAD"), b"ref: refs/heads/" + branch + b"\n")
                self.run_in(terminal, "true")
                self.assertIn("[0]own>", self.last_prompt(terminal))
                self.assertEqual(terminal.screen.title, "")
                self.assertEqual(sorted(os.listdir(repository)), [".git", "file"])
                row = len(terminal.lines()) - 1
                self.assertEqual(terminal.screen.buffer[row][0].fg, "default")

    # ---- the line is in nobody's way ----------------------------------------------------------------------

    def test_status_is_kept(self):
        terminal = self.shell_in_repository()
        terminal.type("sh -c 'exit 3'")
        terminal.wait_for("[3]own>")
        terminal.type(self.print_status)
        terminal.wait_for("status=3")

    def test_no_agent_can_be_had(self):
        """A runtime directory that cannot be: the prompt is the person's own."""
        self.machine.write("occupied", "")
        terminal = self.shell(cwd=self.machine.repository(), TACHO_RUNTIME_DIR=self.machine.path("occupied", "run"))
        self.run_in(terminal, "true")
        self.assertIn("[0]own>", self.last_prompt(terminal))
        self.assertNotIn("tacho", terminal.text())

    def test_program_gone(self):
        script = self.machine.tacho("init", self.name).stdout.replace(PROMPT_HOOK, "/nowhere/tacho-prompt")
        path = self.machine.write("init", script)
        terminal = self.shell(before=f"source {path}", init=False, cwd=self.machine.repository())
        self.run_in(terminal, "true")
        self.assertEqual(terminal.lines()[-1], "[0]own>")
        self.assertNotIn("tacho", terminal.text())
        self.assertNotIn("nowhere", terminal.text())

    def test_evaluated_twice(self):
        terminal = self.shell_in_repository(after=self.init_line)
        self.run_in(terminal, "true")
        lines = terminal.lines()
        self.assertEqual([line for line in lines[-3:] if "main" in line], lines[-2:-1])

    def test_off(self):
        terminal = self.shell_in_repository()
        self.run_in(terminal, "tacho_off")
        terminal.type("echo one")
        terminal.wait_for(lambda text: re.search(r"(?m)^one\n\[0\]own>\Z", text))
        self.assertEqual(self.machine.tacho("status").returncode, 0)
        self.run_in(terminal, self.init_line)
        self.comes(terminal, "main")

    def test_shell_in_a_shell(self):
        terminal = self.shell_in_repository()
        for start in (" ".join(self.command), "exec " + " ".join(self.command)):
            self.run_in(terminal, start)
            lines = terminal.lines()
            self.assertEqual([line for line in lines[-3:] if "main" in line], lines[-2:-1])

    def test_long_lines_are_edited_right(self):
        """A wrong width would put what is typed, and its wrapping, in the wrong place."""
        terminal = self.shell_in_repository()
        typed = "echo " + "x" * 150
        terminal.send(typed)
        terminal.wait_for(lambda text: "x" * 30 in text.splitlines()[-1])
        self.assertEqual("".join(terminal.lines()[-2:]), "[0]own> " + typed)
        terminal.send("\x01")  # to the line's beginning
        wait_until(lambda: terminal.lines() and terminal.screen.cursor.x == len("[0]own> "), "the cursor")

    def test_dumb_terminal_is_left_alone(self):
        terminal = self.shell(cwd=self.machine.repository(), TERM="dumb")
        terminal.type("echo on''e")
        terminal.wait_for(lambda text: "one" in text)
        self.assertNotIn("main", terminal.text())

    def test_not_interactive(self):
        result = self.machine.run(self.name, "-c", f"{self.init_line}; {self.print_status}", **self.settings)
        self.assertEqual((result.stdout, result.stderr), ("status=0\n", ""))
        self.assertIsNone(self.machine.agent_pid())

    def test_narrow_and_wide(self):
        self.machine.start()
        terminal = self.shell(cwd=self.machine.repository("repository", "b" * 100))
        self.comes(terminal, "bbbb")
        self.assertLessEqual(max(map(len, terminal.lines())), 120)
        terminal.child.setwinsize(40, 20)
        terminal.screen.resize(40, 20)
        self.run_in(terminal, "true")
        self.assertIn("[0]own>", self.last_prompt(terminal))

    # ---- processes ----------------------------------------------------------------------------------------

    def traced_shell(self, repository):
        """A shell in a repository under strace, and a function that says how many processes were made
        and how often tacho-prompt was run, once that has not changed for a while."""
        trace = self.machine.path("trace")
        command, self.command = self.command, ["strace", "-f", "-qq", "-e", "trace=fork,vfork,clone,clone3,execve",
                                               "-o", trace, *self.command]
        try:
            terminal = self.shell_in_repository(repository)
        finally:
            self.command = command
        self.run_in(terminal, "true")

        def count():
            text = self.machine.read(trace).decode(errors="replace")
            return (len(re.findall(r"^\d+ +(?:v?fork|clone3?)\((?!.*CLONE_THREAD)", text, re.M)),
                    len(re.findall(r'execve\("[^"]*/tacho-prompt"', text)))

        def settled(seconds=0.3):
            last, since = count(), time.monotonic()
            while time.monotonic() < since + seconds:
                time.sleep(0.02)
                if (now := count()) != last:
                    last, since = now, time.monotonic()
            return last
        return terminal, settled

    def processes_for_prompts(self, prompts, repository="repository"):
        """For each of so many prompts after Enter: what it makes of processes, and how many become tacho-prompt."""
        terminal, settled = self.traced_shell(repository)
        counts = [settled()]
        for _ in range(prompts):
            shown = terminal.text().count("own>")
            terminal.type("")
            terminal.wait_for(lambda text: text.count("own>") > shown)
            counts.append(settled())
        return [(after[0] - before[0], after[1] - before[1]) for before, after in zip(counts, counts[1:])]

    def check_processes(self, repository="repository", may_be_helped_out=False):
        """No process is made for a prompt. Where the answer is looked for a while only, a busy machine's may be late."""
        counts = self.processes_for_prompts(5, repository)
        if may_be_helped_out:
            self.assertIn((0, 0), counts)
        else:
            self.assertEqual(set(counts), {(0, 0)})

    def test_no_process_for_a_prompt(self):
        self.check_processes(may_be_helped_out=self.asks_by_file)


class InProcess:
    """What is tested of a reader inside the shell. A subclass says where it is and how its descriptors are listed."""

    def script_without(self, path):
        """The init script with another path to the reader, as a file."""
        return self.machine.write("init", self.machine.tacho("init", self.name).stdout.replace(self.reader, path))

    def test_no_process_where_it_does_not_load(self):
        broken = self.machine.write("not-one", b"\x7fELF no more")
        for path in ("/nowhere/reader", broken):
            with self.subTest(path):
                script, init_line = self.script_without(path), self.init_line
                self.init_line = f"source {script}"
                self.check_processes(os.path.basename(path), may_be_helped_out=True)
                self.init_line = init_line

    def reader_of_another_version(self):
        """A copy of the reader that says that it was built for another version. Returns what stands for the reader's path."""
        image = self.machine.read(os.path.join(self.reader, *self.below))
        version = self.machine.run(self.name, "-c", self.print_version).stdout.encode()
        self.assertIn(version, image)
        self.machine.write(os.path.join("other", *self.below), image.replace(version, version[:-1] + b"0"))
        return self.machine.path("other")

    def test_other_version_of_the_shell(self):
        """A reader that was built for another version refuses to be loaded, and the program does its work."""
        self.machine.start()
        terminal = self.shell(before=f"source {self.script_without(self.reader_of_another_version())}", init=False,
                              cwd=self.machine.repository())
        self.comes(terminal, "main")
        self.assertNotIn("tacho", terminal.text())
        self.assertIn("absent", self.run_in(terminal, "builtin tacho_prompt 2>/dev/null || echo ab''sent"))

    def test_shells_that_ask_by_file(self):
        """The line follows there, too, and odd characters are only shown."""
        self.machine.start()
        odd = self.machine.repository("o'd $(touch pwned) %n\n\\")
        self.machine.git("checkout", "-q", "-b", HOSTILE[0], cwd=odd)
        script = self.script_without("/nowhere/reader")
        for options in ("", self.strict):
            terminal = self.shell(before=f"{options}\nsource {script}", init=False, cwd=odd)
            self.comes(terminal, HOSTILE[0])
            self.run_in(terminal, "git checkout -q main")
            self.comes(terminal, "main")
            self.run_in(terminal, "git checkout -q -")
            self.run_in(terminal, "cd /")
            self.assertNotIn("touch", self.last_prompt(terminal))
            self.assertEqual(sorted(os.listdir(odd)), [".git", "file"])
            self.run_in(terminal, "cd - >/dev/null; tacho_off")
            self.assertIn("=0=", self.run_in(terminal, "echo \"=$(set | grep -c '^_*tacho[a-z_]*=' || true)=\""))

    def descriptors(self, terminal):
        text = self.run_in(terminal, "echo; ls -l /proc/$$/fd | sed -n 's/.*tacho.*/he''ld/p; s/.*socket.*/he''ld/p'")
        return text.rpartition("ls -l")[2].count("held")

    def test_unloading(self):
        terminal = self.shell_in_repository()
        self.assertEqual(self.descriptors(terminal), 2)
        self.run_in(terminal, "tacho_off")
        self.assertEqual(self.descriptors(terminal), 0)
        self.assertIn("absent", self.run_in(terminal, "builtin tacho_prompt 2>/dev/null || echo ab''sent"))
        self.run_in(terminal, self.init_line)
        self.comes(terminal, "main")

    def test_variable_is_the_line(self):
        terminal = self.shell_in_repository()
        self.assertIn("=~/repository main=", self.run_in(terminal, "tacho_prompt -w 9000 -s plain; echo \"=$TACHO_LINE=\""))
        self.assertIn("=~/repository main=0=", self.run_in(terminal, "tacho_prompt -c -s plain mine; echo \"=$mine=$?=\""))
        self.assertIn(self.misused, self.run_in(terminal, "tacho_prompt -x 2>/dev/null; echo \"=$?=\""))
        self.assertIn("=/=", self.run_in(terminal, "cd /; TACHO_LINE=old; tacho_prompt -w 9000 -s plain; echo \"=${TACHO_LINE:-none}=\""))

    def test_variables_that_would_run_it(self):
        """Assigned to an integer, a branch's name would be evaluated."""
        self.machine.start()
        repository = self.machine.repository()
        self.machine.write(os.path.join(repository, ".git", "HEAD"), "ref: refs/heads/x[$(touch pwned)]\n")
        terminal = self.shell(cwd=repository)
        self.run_in(terminal, "typeset -i number; tacho_prompt -s plain number; typeset -a list; tacho_prompt list")
        self.run_in(terminal, "readonly fixed=1; tacho_prompt fixed; tacho_prompt 'list[$(touch pwned)]'")
        self.assertEqual(sorted(os.listdir(repository)), [".git", "file"])
        self.assertIn("=1=", self.run_in(terminal, "tacho_prompt fixed; echo \"=$?=\""))

    def test_descriptors_are_the_persons_to_take(self):
        terminal = self.shell_in_repository()
        mine = self.machine.write("mine", "kept\n")
        for number in range(*self.held_from):
            self.run_in(terminal, self.taking(number, mine))
        self.comes(terminal, "main")
        self.run_in(terminal, f"git checkout -q -b after; tacho_off; {self.init_line}")
        self.comes(terminal, "after")
        self.assertEqual(self.machine.read(mine), b"kept\n")

    def test_subshells_have_their_own_conversation(self):
        terminal = self.shell_in_repository()
        other = self.machine.repository("other", "elsewhere")
        self.run_in(terminal, "asks() { for i in {1..300}; do tacho_prompt -w 9000 -s plain L; "
                              "[ \"$L\" = \"$1\" ] || echo wr''ong \"$L\"; done; }")
        text = self.run_in(terminal, f"(cd {other}; asks '~/other elsewhere') & asks '~/repository main'; wait; echo do''ne")
        self.assertIn("done", text)
        self.assertNotIn("wrong", text)


class Bash(InProcess, ShellTests, MachineTest):
    name = "bash"
    rc = "home/.bashrc"
    command = ["bash", "-i"]
    own_prompt = "PS1='[$?]own> '"
    init_line = f'eval "$({TACHO} init bash)"'
    print_status = "echo status=$?"
    expansions = ["", "set -o posix; set +o histexpand"]
    settings = {"INPUTRC": "/dev/null", "HISTFILE": "/dev/null"}
    reader, below = os.path.join(BUILD, "lib", "tacho.bash"), []
    print_version = 'echo -n "Bash version ${BASH_VERSION%%[(]*}"'
    held_from = (100, 103)
    read_cached = "tacho_prompt -c; true"
    unset = ("unset COLUMNS HOSTNAME USER OLDPWD EPOCHREALTIME COLORTERM NO_COLOR PS0 __tacho_{line,columns,before,after,"
             "taken,began,entered,sides,parts}")
    strict = "set -euC"
    careful = "set -u"
    misused = "=2="

    def taking(self, number, path):
        return f"exec {number}<{path}"

    def test_strict_shell_survives(self):
        terminal = self.shell_in_repository(after="set -eu")
        self.run_in(terminal, "true || echo no")
        terminal.send("typed\x03")  # leaves $? at 130, which must not end the shell
        terminal.wait_for("[130]own>")
        self.run_in(terminal, "echo alive")
        self.comes(terminal, "main")

    def test_strict_before_and_without_prompt(self):
        terminal = self.shell_in_repository(before="set -eu; unset PROMPT_COMMAND")
        self.assertTrue(terminal.child.isalive())

    def test_prompt_commands_of_others(self):
        cases = {
            "string": "PROMPT_COMMAND='ran=$((ran+1)) status=$?'",
            "semicolon": "PROMPT_COMMAND='ran=$((ran+1));'",
            "comment": "PROMPT_COMMAND='ran=$((ran+1)) # mine'",
            "array": "PROMPT_COMMAND=('ran=$((ran+1))' ':')",
            "sets the prompt": "PROMPT_COMMAND='PS1=\"[\\$?]own> \" ran=$((ran+1))'",
            "exported": "export PROMPT_COMMAND='ran=$((ran+1))' PS1",
            "read-only": "readonly PROMPT_COMMAND='ran=$((ran+1))'",
        }
        for name, before in cases.items():
            with self.subTest(name):
                self.machine.start()
                terminal = self.shell(before="ran=0; " + before, cwd=self.machine.repository("r-" + name.split()[0]))
                self.run_in(terminal, "true")
                if name != "read-only":
                    self.comes(terminal, "main")
                text = self.run_in(terminal, 'echo "ran $ran"')
                self.assertGreater(int(re.findall(r"(?m)^ran (\d+)$", text)[-1]), 1)
                text = self.run_in(terminal, "tacho_off; declare -p PROMPT_COMMAND")
                self.assertIn("ran+1", text)
                self.assertNotIn("__tacho", re.findall(r"(?m)^declare .*$", text)[-1] if name != "read-only" else "")
                self.assertNotIn("not found", terminal.text())

    def test_exported_prompt_in_a_bare_shell(self):
        terminal = self.shell_in_repository(before="export PS1")
        self.run_in(terminal, "bash --norc")
        self.assertEqual(terminal.lines()[-1], "[0]own>")
        self.assertNotIn("main", self.last_prompt(terminal))

    def test_prompt_without_variables(self):
        terminal = self.shell(before="PS1='own> '; shopt -u promptvars", cwd=self.machine.repository())
        terminal.type("echo on''e")
        terminal.wait_for("one")
        self.assertNotIn("tacho", terminal.text())

    def test_restricted_shell(self):
        self.machine.write(self.rc, f"{self.own_prompt}\n{self.init_line}\n")
        terminal = self.terminal("bash", "-r", "-i", cwd=self.machine.repository(), **self.settings)
        terminal.wait_for("[0]own>")
        self.assertNotIn("restricted", terminal.text())


class Redraws:
    """What is tested where a late answer replaces the line at once."""

    def late_prompt(self):
        """A prompt whose line is of before a checkout, since the agent is stopped; and the agent."""
        terminal = self.shell_in_repository()
        pid = self.machine.kill_agent(signal.SIGSTOP)
        terminal.type("git checkout -q -b later")
        terminal.type("echo ma''rk")
        terminal.wait_for(lambda text: re.search(r"(?m)^mark$[\s\S]*main.*\n\[0\]own>\Z", text))
        return terminal, pid

    def test_late_answer_is_drawn_in_place(self):
        terminal, pid = self.late_prompt()
        self.assertNotEqual(terminal.lines()[-2], "~/repository main")  # it is marked
        terminal.send("echo ty''ped")
        terminal.wait_for("own> echo ty''ped")
        before = len(terminal.lines())
        os.kill(pid, signal.SIGCONT)
        terminal.wait_for(lambda text: re.search(r"(?m)^~/repository later\n\[0\]own> echo ty''ped\Z", text))
        self.assertEqual(len(terminal.lines()), before)
        terminal.type("")
        terminal.wait_for(lambda text: re.search(r"(?m)^typed\n~/repository later\n\[0\]own>\Z", text))

    def test_answer_that_never_comes(self):
        terminal, pid = self.late_prompt()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid), "the agent's end")
        self.run_in(terminal, "true")
        self.comes(terminal, "later")


class Zsh(Redraws, InProcess, ShellTests, MachineTest):
    name = "zsh"
    rc = "home/.zshrc"
    command = ["zsh", "-d", "-i"]
    own_prompt = "PROMPT='[%?]own> '"
    init_line = f'eval "$({TACHO} init zsh)"'
    print_status = "echo status=$?"
    expansions = ["", "setopt prompt_subst", "setopt prompt_subst prompt_bang extended_glob"]
    settings = {"HISTFILE": "/dev/null"}
    reader, below = os.path.join(BUILD, "lib", "tacho.zsh"), ["tacho.so"]
    print_version = "echo -n zsh-$ZSH_VERSION"
    held_from = (11, 17)
    read_cached = "tacho_prompt -c; true"
    unset = ("unset HOST USERNAME OLDPWD EPOCHREALTIME COLORTERM NO_COLOR RPROMPT __tacho_{line,columns,before,after,taken,"
             "began,sides,parts,answer,right}")
    strict = "setopt err_exit no_unset no_clobber"
    careful = "setopt no_unset"
    misused = "=1="

    def taking(self, number, path):
        return f"number={number}; {{ exec {{number}}<&- }} 2>/dev/null"

    def test_strict_shell_survives(self):
        for options in ("setopt err_exit no_unset", "setopt err_return no_unset ksh_arrays sh_word_split",
                        "emulate sh", "emulate ksh"):
            with self.subTest(options):
                terminal = self.shell_in_repository("r-" + str(len(options)), after=options)
                self.run_in(terminal, "echo alive")
                self.comes(terminal, "main")

    def test_precmd_of_others(self):
        terminal = self.shell_in_repository(before="precmd() { PROMPT='[%?]own> ' }; others() { ran=$((${ran:-0}+1)) }; "
                                            "precmd_functions=(others)")
        self.run_in(terminal, "true")
        text = self.run_in(terminal, 'echo "ran $ran"')
        self.comes(terminal, "main")
        self.assertGreater(int(re.findall(r"(?m)^ran (\d+)$", text)[-1]), 1)
        self.assertIn("hooks: others.", self.run_in(terminal, 'tacho_off; echo "hooks: $precmd_functions."'))

    def test_prompt_without_percent(self):
        terminal = self.shell(before="setopt no_prompt_percent; PROMPT='own> '", cwd=self.machine.repository())
        terminal.type("echo on''e")
        terminal.wait_for("one")
        self.assertNotIn("%", terminal.text().replace("%\n", ""))


class Fish(Redraws, ShellTests, MachineTest):
    name = "fish"
    rc = "home/.config/fish/config.fish"
    command = ["fish", "-i"]
    own_prompt = ("set -g fish_greeting; function fish_prompt; printf '[%s]own> ' (string join , $status); end; "
                  "function fish_title; end; set -U fish_autosuggestion_enabled 0")
    init_line = f"{TACHO} init fish | source"
    print_status = "echo status=$status"
    expansions = [""]
    settings = {}
    backtick = "`"
    asks_by_file = True
    careful = ""
    read_cached = f"{PROMPT_HOOK} fish --cached >/dev/null; true"
    unset = ("set -e COLORTERM; set -e USER; set -e __tacho_{line,before,after,taken,columns,right,entered,sides,parts,tokens,"
             "round,depth}")

    def test_one_process_without_the_folder(self):
        self.machine.start()
        os.rename(os.path.join(self.machine.runtime, "shells"), os.path.join(self.machine.runtime, "elsewhere"))
        self.assertEqual(self.processes_for_prompts(2), [(1, 1)] * 2)

    def test_symlinked_directory(self):
        terminal = self.shell_in_repository()
        os.makedirs(self.machine.path("home/repository/below"))
        os.symlink(self.machine.path("home/repository/below"), self.machine.path("home/link"))
        self.run_in(terminal, "cd ~/link")
        self.comes(terminal, "main")

    def test_files_of_ended_shells_are_removed(self):
        first = self.shell_in_repository()
        folder = os.path.join(self.machine.runtime, "shells")
        files = os.listdir(folder)
        self.assertEqual(sorted(name.split(".")[1] for name in files), ["ask", "line"])
        first.type("exit")
        first.wait_for_end()
        self.comes(self.shell(cwd=self.machine.path("home/repository")), "main")
        self.assertFalse(set(files) & set(os.listdir(folder)))

    def test_answer_of_a_damaged_file(self):
        terminal = self.shell_in_repository()
        folder = os.path.join(self.machine.runtime, "shells")
        for name in ("1.ask", "x.ask", "2147483648.ask", f"{os.getpid()}.ask"):
            self.machine.write(os.path.join(folder, name), "4 9 x\n" + "/" * 9000)
        os.mkfifo(os.path.join(folder, "77.ask"))
        self.run_in(terminal, "git checkout -q -b after")
        self.comes(terminal, "after")

    def test_pipestatus_is_kept(self):
        terminal = self.shell_in_repository(
            before="function fish_prompt; printf '[%s]own> ' (string join , $status $pipestatus); end")
        for command, shown in (("sh -c 'exit 2' | sh -c 'exit 5'", "5,2,5"), ("not true", "1,0"), ("true", "0,0"),
                               ("not sh -c 'exit 3' | sh -c 'exit 4'", "0,3,4"), ("sh -c 'exit 9'", "9,9"),
                               ("true | sh -c 'exit 3' | false | true", "0,0,3,1,0")):
            terminal.type(command)
            terminal.wait_for(f"[{shown}]own>")

    def test_prompt_of_several_lines(self):
        self.machine.start()
        terminal = self.shell(before="function fish_prompt; echo first; echo; echo -n 'own> '; end",
                              cwd=self.machine.repository())
        self.run_in(terminal, "true")
        terminal.wait_for(lambda text: re.search(r"main.*\nfirst\n\nown>\Z", text))

    def test_prompt_defined_after_init(self):
        terminal = self.shell_in_repository(after="function fish_prompt; echo -n 'late own> '; end")
        terminal.wait_for(lambda text: re.search(r"main.*\nlate own>\Z", text))


if __name__ == "__main__":
    main("shells")
