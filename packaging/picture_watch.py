#!/usr/bin/env python3
"""Prints what `tacho watch` shows of an invented afternoon, in true colours, for packaging/picture.py."""
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/e2e"))
from harness import CLAUDE_HOOK, TACHO, Machine, Terminal, usage_line  # noqa: E402

COLUMNS, ROWS = 116, 30
TEXT, PAPER = "d0d0d0", "16181d"
OPUS, SONNET, HAIKU = "claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"


def message(machine, project, session, model, age, tokens):
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - age))
    machine.log(project, session, usage_line(model=model, timestamp=stamp, output_tokens=tokens,
                                             cache_read_input_tokens=tokens * 12))


def history(machine):
    """A month of work, less of it at weekends and none at night."""
    chance = random.Random(7)
    for hours in range(1, 30 * 24):
        when = time.gmtime(time.time() - hours * 3600)
        busy = chance.random() * (0.15 if when.tm_wday > 4 else 1) * (1 if 8 <= when.tm_hour <= 21 else 0.02)
        if busy > 0.1:
            model, project = chance.choice([(OPUS, "weaving"), (OPUS, "tacho"), (SONNET, "notes"), (HAIKU, "tacho")])
            message(machine, "-home-ada-src-" + project, f"before-{hours}", model, hours * 3600, int(busy * 60000))


def session(machine, number, name, directory, model, label, used, events):
    """A session that is at work: what its log, its status line and its hooks say."""
    key = str(number) * 8 + "-1111-4111-8111-111111111111"
    for minute in range(1, 30 * number):
        message(machine, "-home-ada-src-" + os.path.basename(directory), key, model, minute * 80, 900 * (5 - number))
    now = int(time.time())
    document = {"session_id": key, "session_name": name, "cwd": directory, "model": {"id": model, "display_name": label},
                "workspace": {"current_dir": directory, "project_dir": directory},
                "context_window": {"total_input_tokens": 2000 * used, "context_window_size": 200000, "used_percentage": used},
                "rate_limits": {"five_hour": {"used_percentage": 41, "resets_at": now + 9000},
                                "seven_day": {"used_percentage": 63, "resets_at": now + 200000}}}

    def draw():
        machine.run(CLAUDE_HOOK, input=json.dumps(document))
        for event in events:
            machine.run(CLAUDE_HOOK, "event", input=json.dumps({"session_id": key, **event}))

    def spend():
        message(machine, "-home-ada-src-" + os.path.basename(directory), key, model, 0, 7000)
    return draw, spend


def colours(cell):
    front = TEXT if cell.fg == "default" else cell.fg
    return (PAPER, front) if cell.reverse else (front, None)


def escapes(colour, ground, bold):
    def parameters(first, value):
        return f"{first};2;" + ";".join(str(int(value[at:at + 2], 16)) for at in (0, 2, 4))
    return "\x1b[0" + (";1" if bold else "") + ";" + parameters(38, colour) + (";" + parameters(48, ground) if ground else "") + "m"


def print_screen(screen):
    for row in range(screen.lines):
        line = "".join(escapes(*colours(cell), cell.bold) + cell.data
                       for cell in (screen.buffer[row][column] for column in range(screen.columns)))
        print(line)


def main():
    machine = Machine()
    try:
        history(machine)
        busy, waiting = [{"hook_event_name": "UserPromptSubmit"}], [{"hook_event_name": "Notification",
                         "notification_type": "permission_prompt", "message": "needs your permission"}]
        places = {name: machine.repository("src/" + name, branch=branch) for name, branch in
                  (("weaving", "warp/new-loom"), ("tacho", "main"), ("notes", "drafts"))}
        machine.write(os.path.join(places["weaving"], "file"), "two\n")
        machine.write(os.path.join(places["weaving"], "new"), "")
        machine.write(os.path.join(places["notes"], "new"), "")
        working = [session(machine, 1, "mend the loom", places["weaving"], OPUS, "Opus 4.6", 42, busy),
                   session(machine, 2, "release notes", places["notes"], SONNET, "Sonnet 4.5", 87, waiting),
                   session(machine, 3, "look for the leak", places["tacho"], OPUS, "Opus 4.6", 61, busy),
                   session(machine, 4, "tidy the tests", places["tacho"], HAIKU, "Haiku 4.5", 18, [])]
        machine.start()
        for draw, _ in working:
            draw()
        for _, spend in working[:3]:
            spend()
        terminal = Terminal(machine, TACHO, "watch", columns=COLUMNS, rows=ROWS, TERM="screen-256color")
        terminal.wait_for("Models today")
        terminal.wait_for(lambda text: text.count("/h") > 2)
        print_screen(terminal.screen)
        terminal.send("q")
        terminal.wait_for_end()
    finally:
        machine.close()


if __name__ == "__main__":
    main()
