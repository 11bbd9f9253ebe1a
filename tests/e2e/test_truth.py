"""What a line shows is true: right after a compaction, in a resumed or forked session, beside other sessions and
accounts, while a tool's huge result waits for its answer; and what the client's own hooks tell shows at once."""

import json
import os
import signal
import subprocess
import time
import uuid

from harness import CLAUDE_HOOK, MachineTest, main, usage_line, wait_until

MODEL = {"id": "claude-sonnet-4-5", "display_name": "Sonnet 4.5"}
ANSWER = dict(input_tokens=10, cache_creation_input_tokens=90, cache_read_input_tokens=19900, output_tokens=100)


def document(line):
    return json.dumps(line, separators=(",", ":"))


def user_line(text, **more):
    return document({"type": "user", "isSidechain": False, "message": {"role": "user", "content": text}, **more})


def result_line(text, tool="toolu_1"):
    return document({"type": "user", "isSidechain": False, "message": {
        "role": "user", "content": [{"type": "tool_result", "tool_use_id": tool, "content": text}]}})


def boundary_line(after):
    return document({"type": "system", "subtype": "compact_boundary",
                     "compactMetadata": {"trigger": "manual", "preTokens": 150000, "postTokens": after}})


class TruthTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.session = str(uuid.uuid4())

    def payload(self, tokens=None, cost=0.0, session=None, claude=None, size=200000, **more):
        """The client's document; `tokens`: what the last answer was given, None: there was none."""
        session = session or self.session
        folder = os.path.join(claude or self.machine.claude, "projects", "p")
        used = None if tokens is None else round(tokens * 100 / size)
        usage = {"input_tokens": 10, "output_tokens": 5, "cache_creation_input_tokens": 0,
                 "cache_read_input_tokens": tokens - 10} if tokens else None
        payload = {
            "session_id": session, "transcript_path": os.path.join(folder, session + ".jsonl"),
            "cwd": self.machine.home, "model": MODEL, "version": "2.1.328",
            "workspace": {"current_dir": self.machine.home, "project_dir": self.machine.home, "added_dirs": []},
            "cost": {"total_cost_usd": cost},
            "context_window": {"total_input_tokens": tokens or 0, "total_output_tokens": 5,
                               "context_window_size": size, "current_usage": usage, "used_percentage": used,
                               "remaining_percentage": None if used is None else 100 - used},
        }
        payload.update(more)
        return payload

    def hook(self, payload, *arguments):
        """What the hook prints; it has time enough for the agent's answer."""
        arguments = arguments or ("--wait", "9000")
        result = subprocess.run([CLAUDE_HOOK, *arguments], input=json.dumps(payload).encode(), timeout=30,
                                capture_output=True, cwd=self.machine.home,
                                env={**self.machine.environment, "COLUMNS": "400", "NO_COLOR": "1"})
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode()

    def draw(self, payload):
        self.assertTrue(self.hook(payload))
        return self.slot(payload["session_id"])

    def slot(self, session=None):
        """What is published of a session: nobody is asked."""
        slots = json.loads(self.machine.tacho("dump", "--json").stdout)["slots"]
        return next(slot["metrics"] for slot in slots
                    if slot["kind"] == "session" and slot["key"] == (session or self.session))

    def event(self, name, **more):
        out = self.hook({"session_id": self.session, "transcript_path": "/t", "cwd": self.machine.home,
                         "permission_mode": "default", "hook_event_name": name, **more}, "event")
        self.assertEqual(out, "")

    def log(self, *lines, session=None):
        return self.machine.log("p", session or self.session, *lines)

    def shown(self, expected, session=None):
        """Waits until the metrics hold what is expected; None: are absent."""
        def holds():
            slot = self.slot(session)
            return all(slot.get(key) == value for key, value in expected.items())
        try:
            wait_until(holds, str(expected))
        except AssertionError as error:
            raise AssertionError(f"{error}; there is {self.slot(session)}") from None


class Context(TruthTest):
    def setUp(self):
        super().setUp()
        self.machine.start()

    def test_a_huge_result_shows_before_the_next_answer(self):
        self.log(user_line("hello"), usage_line(**ANSWER))
        before = self.draw(self.payload(20000))
        self.assertEqual((before["context.tokens"], before["context.used"]), (20000, 1000))
        self.assertEqual(before["context.estimated"], 0)
        self.log(result_line("some words of a long file\n" * 6000))
        wait_until(lambda: self.slot()["context.estimated"], "the estimate, with nobody asking for a line")
        after = self.draw(self.payload(20000))
        self.assertGreater(after["context.tokens"], 20000 + 30000)
        self.assertLess(after["context.tokens"], 20000 + 60000)
        self.assertEqual(after["context.tokens"] - after["context.estimated"], 20000)
        self.assertIn(f"~{after['context.used'] // 100}%", self.hook(self.payload(20000)))
        # Drawn again without anything new it stays; the answer then says how much it was.
        self.assertEqual(self.draw(self.payload(20000))["context.tokens"], after["context.tokens"])
        self.log(usage_line(cache_read_input_tokens=60000, output_tokens=3))
        exact = self.draw(self.payload(60000))
        self.assertEqual((exact["context.tokens"], exact["context.estimated"]), (60000, 0))
        self.assertIn("context.error", exact)
        self.assertIn(" 30%", self.hook(self.payload(60000)))

    def test_after_a_compaction_it_is_not_empty(self):
        self.log(user_line("hello"), usage_line(**ANSWER), usage_line(cache_read_input_tokens=150000))
        self.assertEqual(self.draw(self.payload(150000))["context.used"], 7500)
        self.log(boundary_line(9000), user_line("This session is continued ...", isCompactSummary=True))
        after = self.draw({**self.payload(0), "context_window": {
            "total_input_tokens": 0, "total_output_tokens": 0, "context_window_size": 200000, "current_usage": None,
            "used_percentage": 0, "remaining_percentage": 100}})
        # What was kept, and the 20,000 that every request of this session begins with.
        self.assertGreater(after["context.tokens"], 28500)
        self.assertLess(after["context.tokens"], 29500)
        self.assertEqual(after["context.estimated"], after["context.tokens"])
        self.log(usage_line(cache_read_input_tokens=31000))
        self.assertEqual(self.draw(self.payload(31000))["context.tokens"], 31000)

    def test_a_resumed_session_is_not_empty(self):
        self.log(user_line("hello"), usage_line(**ANSWER), usage_line(cache_read_input_tokens=80000))
        for said in (0, None):
            window = {**self.payload(0)["context_window"], "used_percentage": said, "current_usage": None}
            drawn = self.draw({**self.payload(0), "context_window": window})
            self.assertEqual((drawn["context.tokens"], drawn["context.used"]), (80000, 4000))

    def test_after_clear_nothing_is_known(self):
        self.log(usage_line(cache_read_input_tokens=80000))
        self.draw(self.payload(80000))
        cleared = str(uuid.uuid4())
        self.assertNotIn("context.tokens", self.draw(self.payload(None, session=cleared)))
        self.assertEqual(self.slot()["context.tokens"], 80000)

    def test_a_fork_has_its_parents_context(self):
        lines = [user_line("hello"), usage_line(**ANSWER), usage_line(cache_read_input_tokens=80000)]
        self.log(*lines)
        self.draw(self.payload(80000))
        fork = str(uuid.uuid4())
        self.log(*lines, session=fork)
        self.assertEqual(self.draw(self.payload(None, session=fork))["context.tokens"], 80000)

    def test_subagents_do_not_move_it(self):
        self.log(usage_line(**ANSWER))
        self.draw(self.payload(20000))
        self.machine.log("p", f"{self.session}/subagents/agent-1", usage_line(cache_read_input_tokens=170000))
        sidechain = json.loads(usage_line(cache_read_input_tokens=150000))
        self.log(document({**sidechain, "isSidechain": True}))
        drawn = self.draw(self.payload(20000))
        self.assertEqual((drawn["context.tokens"], drawn["context.estimated"]), (20000, 0))

    def test_the_window_and_model_switch(self):
        self.log(usage_line(cache_read_input_tokens=100000))
        self.assertEqual(self.draw(self.payload(100000))["context.used"], 5000)
        switched = self.payload(100000, size=1000000)
        self.assertEqual(self.draw(switched)["context.used"], 1000)
        # A share that was worked out for the window before is not believed.
        switched["context_window"]["used_percentage"] = 50
        self.assertEqual(self.draw(switched)["context.used"], 1000)

    def test_totals_of_the_whole_session_are_not_the_context(self):
        payload = self.payload(30000)
        payload["context_window"].update(total_input_tokens=900000, used_percentage=15)
        self.assertEqual(self.draw(payload)["context.tokens"], 30000)

    def test_a_log_that_lags_is_drawn_right_at_the_next_call(self):
        self.log(user_line("hello"), usage_line(**ANSWER))
        self.draw(self.payload(20000))
        self.assertEqual(self.draw(self.payload(26000))["context.tokens"], 26000)
        self.log(result_line("words " * 500), usage_line(cache_read_input_tokens=26000, output_tokens=300))
        drawn = self.draw(self.payload(26000))
        self.assertEqual((drawn["context.tokens"], drawn["context.estimated"]), (26000, 0))
        # And a log that is ahead of the client, as another program sees it.
        self.log(usage_line(cache_read_input_tokens=40000))
        self.shown({"context.tokens": 40000})


class Costs(TruthTest):
    def dear(self, **more):
        """A line worth 3 dollars."""
        return usage_line(output_tokens=200000, **more)

    def test_survives_resume_and_a_killed_client(self):
        self.machine.start()
        self.log(self.dear())
        self.assertEqual(self.draw(self.payload(20000, cost=3.0))["cost"], 3 * 10**12)
        # A client that was killed begins at 0 again; another goes on.
        for cost in (0.0, 1.0, 3.0):
            self.assertEqual(self.draw(self.payload(20000, cost=cost))["cost"], 3 * 10**12)
            self.assertIn("$3.00", self.hook(self.payload(20000, cost=cost)))
        self.log(self.dear())
        self.assertIn("$6.00", self.hook(self.payload(20000, cost=1.0)))

    def test_says_what_no_log_has(self):
        """A compaction's request: in the client's count only."""
        self.machine.start()
        self.log(self.dear())
        drawn = self.draw(self.payload(20000, cost=3.0))
        self.assertEqual((drawn["cost.unlogged"], drawn["client.cost.base"]), (0, 0))
        drawn = self.draw(self.payload(20000, cost=3.5))
        self.assertEqual((drawn["cost.unlogged"], drawn["cost"]), (5 * 10**11, 3 * 10**12))

    def test_a_forks_copied_cost_is_not_its_own(self):
        self.machine.start()
        line = json.loads(self.dear())
        self.log(document(line))
        self.draw(self.payload(20000, cost=3.0))
        fork = str(uuid.uuid4())
        before = self.draw(self.payload(None, cost=3.0, session=fork))
        self.assertEqual(before["client.cost.base"], 3 * 10**12)
        self.assertIn("$0.00", self.hook(self.payload(None, cost=3.0, session=fork)))
        line["forkedFrom"] = {"sessionId": self.session, "messageUuid": line["uuid"]}
        self.log(document(line), session=fork)
        self.assertIn("$0.00", self.hook(self.payload(20000, cost=3.0, session=fork)))
        self.log(self.dear(), session=fork)
        self.assertIn("$3.00 · $6.00 today", self.hook(self.payload(20000, cost=6.0, session=fork)))


class Limits(TruthTest):
    def setUp(self):
        super().setUp()
        self.machine.start()
        self.reset = int(time.time()) + 3600

    def limits(self, used, reset=None, **more):
        limits = {"five_hour": {"used_percentage": used, "resets_at": reset or self.reset}}
        return self.payload(**{"tokens": 20000, "rate_limits": limits, **more})

    def used(self, payload):
        return self.draw(payload).get("limit.five_hour.used")

    def test_the_most_that_any_session_heard(self):
        older, newer = (str(uuid.uuid4()) for _ in range(2))
        self.assertEqual(self.used(self.limits(20, session=older)), 2000)
        self.assertEqual(self.used(self.limits(50, session=newer)), 5000)
        self.assertEqual(self.used(self.limits(20, session=older)), 5000)
        self.assertEqual(self.used(self.limits(22, reset=self.reset + 1, session=older)), 5000)
        self.assertEqual(self.used(self.limits(61, session=older)), 6100)
        self.assertEqual(self.used(self.limits(50, session=newer)), 6100)

    def test_a_new_window_begins_anew(self):
        other = str(uuid.uuid4())
        self.assertEqual(self.used(self.limits(90)), 9000)
        self.assertEqual(self.used(self.limits(3, reset=self.reset + 18000)), 300)
        self.assertEqual(self.used(self.limits(90, reset=int(time.time()) - 5, session=other)), 300)

    def test_accounts_are_apart(self):
        elsewhere = self.machine.make("home/other")
        mine, other = (str(uuid.uuid4()) for _ in range(2))
        self.assertEqual(self.used(self.limits(20, session=mine)), 2000)
        self.assertEqual(self.used(self.limits(70, session=other, claude=elsewhere)), 7000)
        self.assertEqual(self.used(self.limits(20, session=mine)), 2000)
        # Without a limit of its own a session shows its account's.
        self.assertEqual(self.used(self.payload(20000)), 2000)

    def test_says_when_it_was_heard(self):
        first = self.draw(self.limits(20))["limit.five_hour.heard"]
        self.assertLess(abs(first / 10**9 - time.time()), 60)
        self.assertEqual(self.draw(self.limits(20))["limit.five_hour.heard"], first)
        # Another answer that says the same is heard anew; so is what survives a restart as old as it was.
        again = self.draw(self.limits(20, tokens=21000))["limit.five_hour.heard"]
        self.assertGreater(again, first)
        self.machine.tacho("restart")
        self.assertEqual(self.draw(self.limits(20, tokens=21000))["limit.five_hour.heard"], again)

    def test_a_restart_forgets_no_mark(self):
        older, newer = (str(uuid.uuid4()) for _ in range(2))
        self.used(self.limits(20, session=older))
        self.used(self.limits(50, session=newer))
        self.machine.tacho("restart")
        self.assertEqual(self.used(self.limits(20, session=older)), 5000)


class Sessions(TruthTest):
    def test_each_shows_its_own(self):
        self.machine.start()
        sessions = [str(uuid.uuid4()) for _ in range(8)]
        for turn in range(2):
            for number, session in enumerate(sessions):
                self.log(usage_line(cache_read_input_tokens=10000 * (number + turn + 1), output_tokens=1),
                         session=session)
                model = {"id": "claude-sonnet-4-5", "display_name": f"Model {number}"}
                drawn = self.draw(self.payload(10000 * (number + turn + 1), session=session, model=model))
                self.assertEqual(drawn["model.name"], f"Model {number}")
        for number, session in enumerate(sessions):
            self.assertEqual(self.slot(session)["context.tokens"], 10000 * (number + 2))

    def test_the_worktree_that_it_entered(self):
        self.machine.start()
        repository = self.machine.repository("work", branch="main")
        entered = os.path.join(repository, ".claude/worktrees/topic")
        self.machine.git("worktree", "add", "-q", "-b", "topic", entered, cwd=repository)
        where = {"cwd": repository, "workspace": {"current_dir": repository, "project_dir": repository}}

        def branch(**more):
            return wait_until(lambda: self.draw(self.payload(20000, **where, **more)).get("git.branch"), "the branch")
        self.log(document({**json.loads(usage_line(**ANSWER)), "cwd": repository}))
        self.assertEqual(branch(), "main")
        self.log(document({**json.loads(user_line("go on")), "cwd": entered}))
        wait_until(lambda: branch() == "topic", "the worktree's branch")
        self.assertEqual(self.slot()["directory"], entered)
        self.log(document({**json.loads(user_line("and back")), "cwd": repository}))
        wait_until(lambda: branch() == "main", "the repository's branch")
        # A client that says so itself, before there is a log.
        self.session = str(uuid.uuid4())
        wait_until(lambda: branch(worktree={"name": "topic", "path": entered, "original_cwd": repository})
                   == "topic", "the worktree's branch")


class Hosts(TruthTest):
    """Who hosts a repository, as its own configuration says where the client does not."""

    def test_remotes(self):
        self.machine.write(self.machine.environment["TACHO_CONFIG"],
                           "[line]\nrow = model repository repository.upstream repository.fork\n")
        self.machine.start()
        path = self.machine.repository()
        git = lambda *words: self.machine.git(*words, cwd=path)
        shown = lambda **more: self.hook(self.payload(20000, workspace={"current_dir": path, **more})).split(" │ ")[1:]
        wait_until(lambda: shown() == [], "a look at it")
        git("remote", "add", "origin", "https://ada:secret@github.com/ada/loom.git")
        self.assertEqual(shown(), ["ada/loom"])
        git("remote", "add", "upstream", "git@github.com:charles/loom.git")
        self.assertEqual(shown(), ["ada/loom", "charles/loom", "fork"])
        self.assertEqual(shown(repo={"host": "github.com", "owner": "eve", "name": "said"})[0], "eve/said")
        git("remote", "set-url", "origin", "git@github.com:charles/loom.git")
        self.assertEqual(shown(), ["charles/loom", "charles/loom"])


class Activity(TruthTest):
    def test_events_show_at_once(self):
        self.machine.start()
        self.draw(self.payload(20000))
        self.event("SessionStart", source="startup")
        self.shown({"session.state": "idle", "session.mode": "default"})
        self.event("UserPromptSubmit", permission_mode="plan", prompt="do it")
        self.shown({"session.state": "busy", "session.mode": "plan"})
        self.event("PreToolUse", tool_name="Bash", tool_use_id="t1", tool_input={"command": "x" * 300000})
        self.event("PreToolUse", tool_name="Task", tool_use_id="t2", tool_input={"prompt": "look"})
        self.shown({"activity.tool": "Task"})
        self.event("Notification", message="Claude needs your permission to use Bash")
        self.shown({"session.state": "waiting"})
        self.event("PostToolUse", tool_name="Task", tool_use_id="t2", tool_response={"a": 1})
        self.shown({"activity.tool": "Bash", "session.state": "busy"})
        self.event("SubagentStop")
        self.shown({"activity.agents": 0})
        self.event("PreCompact", trigger="auto")
        self.shown({"activity.compacting": 1})
        self.event("Stop", stop_hook_active=False)
        self.shown({"session.state": "idle", "activity.compacting": 0, "activity.tool": None})
        self.event("SessionEnd", reason="exit")
        self.shown({"session.state": None})

    def test_events_harm_nothing(self):
        """Nobody listens, nonsense comes, input stays open: no word, exit status 0, and no agent is started."""
        for data in (b"", b"{", b"null", b"[1]", b'{"session_id":7}', b"\xff" * 70000, b'{"session_id":"' + b"a" * 99999):
            for started in (False, True):
                if started and not self.machine.agent_pid():
                    self.machine.start()
                result = subprocess.run([CLAUDE_HOOK, "event"], input=data, capture_output=True, timeout=30,
                                        env=self.machine.environment)
                self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"", b""))
                self.assertEqual(bool(self.machine.agent_pid()), started)
            self.machine.stop()
        reader, writer = os.pipe()
        os.write(writer, b'{"session_id":"s",')
        child = subprocess.run([CLAUDE_HOOK, "event"], stdin=reader, capture_output=True, timeout=30,
                               env=self.machine.environment)
        self.assertEqual((child.returncode, child.stdout, child.stderr), (0, b"", b""))
        os.close(reader), os.close(writer)

    def test_a_stopped_agent_holds_nobody_up(self):
        self.machine.start()
        pid = self.machine.agent_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(60):
                self.event("PreToolUse", tool_name="Bash", tool_input={"text": "x" * 60000})
        finally:
            os.kill(pid, signal.SIGCONT)
        self.draw(self.payload(20000))

    def test_clients_say_whether_they_wait(self):
        self.machine.start()
        self.draw(self.payload(20000))
        client = subprocess.Popen(["sleep", "100"])
        self.addCleanup(client.kill)
        for status in ("busy", "waiting", "idle", "busy"):
            self.machine.client(self.session, status, client.pid)
            self.shown({"session.state": status})
        # The latest news counts, whichever way it came.
        self.event("Notification", notification_type="permission_prompt", message="?")
        self.shown({"session.state": "waiting"})
        self.machine.client(self.session, "idle", client.pid)
        self.shown({"session.state": "idle"})
        # A client that was killed leaves its file, and nothing that runs.
        self.event("PreToolUse", tool_name="Bash", tool_use_id="t1", tool_input={})
        self.shown({"activity.tool": "Bash", "session.state": "busy"})
        client.kill()
        client.wait()
        self.shown({"session.state": None, "activity.tool": None})

    def test_files_of_others_are_not_believed(self):
        """A process of another time, none at all, a file that is none of a client's."""
        folder = os.path.join(self.machine.claude, "sessions")
        self.machine.client(self.session, "busy", began="1")
        self.machine.write(os.path.join(folder, "99999999.json"), json.dumps(
            {"pid": 99999999, "sessionId": self.session, "status": "busy", "procStart": "5"}))
        for name, content in (("x.json", b"{"), ("y.json", b'{"pid":1,"sessionId":7,"status":"busy"}'),
                              ("z.json", b"\x00" * 99), ("w.json", b'{"pid":-1,"sessionId":"s","status":"busy"}')):
            self.machine.write(os.path.join(folder, name), content)
        self.machine.start()
        self.assertNotIn("session.state", self.draw(self.payload(20000)))
        self.machine.client(self.session, "busy")
        self.shown({"session.state": "busy"})
        self.machine.tacho("restart")
        self.assertEqual(self.draw(self.payload(20000))["session.state"], "busy")

    def test_the_log_tells_where_hooks_do_not(self):
        self.machine.write(self.machine.environment["TACHO_CONFIG"], "[line]\nrow = model activity.todos\n")
        self.machine.start()
        line = json.loads(usage_line(**ANSWER))
        line["message"]["content"] = [
            {"type": "tool_use", "id": "t1", "name": "TodoWrite", "input": {"todos": [{"status": "completed"}, {}]}},
            {"type": "tool_use", "id": "t2", "name": "Bash", "input": {"command": "ls"}}]
        self.log(user_line("go", permissionMode="acceptEdits"), document(line))
        self.assertIn("☐ 1/2", self.hook(self.payload(20000)))
        drawn = self.draw(self.payload(20000))
        self.assertEqual((drawn["activity.tool"], drawn["session.mode"]), ("Bash", "acceptEdits"))
        self.log(result_line("a b", "t2"), result_line("ok", "t1"))
        self.assertNotIn("activity.tool", self.draw(self.payload(20000)))
        line["message"].update(id="msg_2", content=[
            {"type": "tool_use", "id": "t3", "name": "TaskUpdate", "input": {"taskId": "1", "status": "completed"}}])
        self.log(document({**json.loads(result_line("Task #1 created")), "toolUseResult": {"task": {"id": "1"}}}),
                 document({**json.loads(result_line("Task #2 created")), "toolUseResult": {"task": {"id": "2"}}}),
                 document({**json.loads(result_line("Task #3 created")), "toolUseResult": {"task": {"id": "3"}}}),
                 document(line))
        self.assertIn("☐ 1/3", self.hook(self.payload(20000)))
        self.log(document({"type": "assistant", "isApiErrorMessage": True, "message": {
            "model": "<synthetic>", "content": [{"type": "text", "text": "API Error: Overloaded"}]}}))
        self.assertEqual(self.draw(self.payload(20000))["activity.error"], "API Error: Overloaded")


class Files(TruthTest):
    """What the client keeps in files and tells no status line."""

    def setUp(self):
        super().setUp()
        self.machine.write(self.machine.environment["TACHO_CONFIG"],
                           "[line]\nrow = model account.email session.sandbox session.voice session.remote\n")

    def settings(self, path, **settings):
        self.machine.write(os.path.join("home", path), json.dumps(settings))

    def line(self, **more):
        return self.hook(self.payload(20000, **more)).split(" │ ")[1:]

    def test_who_is_logged_in(self):
        self.machine.start()
        self.assertEqual(self.line(), [])
        self.settings(".claude.json", numStartups=3, oauthAccount={"emailAddress": "ada@example.org", "accountUuid": 1})
        self.assertEqual(self.line(), ["ada@example.org"])
        self.settings(".claude/.claude.json", oauthAccount={"emailAddress": "eve\x1b[2J@example.org"})
        self.assertEqual(self.line(), ["eve␛[2J@example.org"])
        other = self.machine.make("home/other")
        self.settings("other/.claude.json", oauthAccount={"emailAddress": "bob@example.org"})
        self.assertEqual(self.line(claude=other), ["bob@example.org"], "another configuration, another account")
        for odd in (b"", b"{", b"[]", b'{"oauthAccount":7}', b'{"oauthAccount":{"emailAddress":null}}', b"\0" * 999):
            self.machine.write("home/.claude/.claude.json", odd)
            self.assertNotIn("eve", "".join(self.line()))

    def test_settings_by_their_rank(self):
        self.machine.start()
        self.settings(".claude/settings.json", sandbox={"enabled": True}, voice={"enabled": True})
        self.assertEqual(self.line(), ["sandbox", "voice"])
        self.settings("p/.claude/settings.json", sandbox={"enabled": False})
        workspace = {"current_dir": self.machine.home, "project_dir": os.path.join(self.machine.home, "p")}
        self.assertEqual(self.line(workspace=workspace), ["voice"])
        self.settings("p/.claude/settings.local.json", sandbox={"enabled": True, "network": {}}, voice="loud")
        self.assertEqual(self.line(workspace=workspace), ["sandbox", "voice"])

    def test_remote_control(self):
        self.machine.start()
        self.line()
        self.machine.client(self.session, "busy", bridgeSessionId="b-1")
        wait_until(lambda: self.line() == ["remote"], "the mark")
        self.machine.client(self.session, "busy", bridgeSessionId=None)
        wait_until(lambda: self.line() == [], "its end")


if __name__ == "__main__":
    main("truth")
