"""A machine that has just been started: nothing is in the page cache, and the client draws its first line."""

import json
import os
import shutil
import subprocess

from common import BIN, client_document, helper

ROUNDS = 5
MARK_MS = 250
DROP = "/proc/sys/vm/drop_caches"


def drop_page_cache():
    os.sync()
    with open(DROP, "w") as file:
        file.write("3\n")


def bench_cold(person, table):
    """Only root may drop the page cache; for others there is no such figure."""
    if not os.access(DROP, os.W_OK):
        table.add("page cache dropped", "not measured: that takes root")
        return
    log = max((path for path in person.files if "subagents" not in path and path.endswith(".jsonl")),
              key=os.path.getmtime)
    session = os.path.basename(log)[:-len(".jsonl")]
    document = os.path.join(person.directory, "document")
    with open(document, "w") as file:
        file.write(json.dumps({**json.loads(client_document(person)), "session_id": session, "transcript_path": log}))
    environment = {**person.environment, "CLAUDE_CODE_SESSION_ID": session}
    arguments = [person.segment, session, 0, os.path.join(BIN, "tacho-claude"), document]
    person.start()
    with open(document) as file:
        subprocess.run(arguments[3], stdin=file, stdout=subprocess.DEVNULL, env=environment, check=True)
    arguments[2] = helper("live_session", *arguments, env=environment)["entries"]["count"]
    for ledger in (False, True):
        drawn, shown = zip(*(round_of(person, arguments, environment, ledger) for _ in range(ROUNDS)))
        middle = sorted(shown)[ROUNDS // 2]
        table.add(f"page cache dropped, {'a' if ledger else 'no'} ledger: first line / live session right",
                  f"{sorted(drawn)[ROUNDS // 2]:.1f} ms / {middle:.0f} ms", f"≤ {MARK_MS} ms", middle <= MARK_MS,
                  drawn_ms=drawn, shown_ms=shown)
    person.start()


def round_of(person, arguments, environment, ledger):
    """One first draw: when it was drawn, and when the session's own numbers were there, in ms."""
    if ledger:
        person.tacho("ledger", "status")  # so that all of it is written
    person.tacho("stop")
    person.pid = None
    os.unlink(person.segment)  # else what the agent before published is shown at once
    if not ledger:
        shutil.rmtree(person.environment["TACHO_STATE_DIR"])
    drop_page_cache()
    times = helper("live_session", *arguments, env=environment)
    person.tacho("start", "--wait")
    return times["drawn"]["p50_ns"] / 1e6, times["shown"]["p50_ns"] / 1e6
