"""How good the estimate of the context window is, on real logs where there are any."""

import os

from common import BUILD, helper

CORPUS = os.environ.get("TACHO_CORPUS", os.path.join(BUILD, "corpus"))
MARK_MEDIAN, MARK_P90, MARK_SPEED = 5, 15, 2  # percent, percent, GB/s


def main_logs(directory):
    """Sessions' own logs: subagents have a context of theirs."""
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(directory) for name in names
                  if name.endswith(".jsonl") and not name.startswith("agent-") and "/subagents" not in folder)


def bench_context(person, table):
    logs = main_logs(CORPUS)
    rows = helper("context_error", *(logs or main_logs(person.logs)))
    where = "real answers" if logs else "generated answers, which say nothing of it"
    for key, name in (("context", "context window ahead of an answer, error p50/p90"),
                      ("appended", "of what was appended to it alone"),
                      ("large", "the same, of 1,000 tokens and more")):
        row = rows[key]
        marked = key == "context" and logs
        table.add(name, f"{row['p50_percent']:.1f} % / {row['p90_percent']:.1f} % of {row['count']} {where}",
                  f"≤ {MARK_MEDIAN} % / {MARK_P90} %" if marked else "",
                  row["p50_percent"] <= MARK_MEDIAN and row["p90_percent"] <= MARK_P90 if marked else None, **row)
    speed = rows["speed"]
    table.add("weighing texts", f"{speed['gb_per_s']:.1f} GB/s", f"≥ {MARK_SPEED} GB/s",
              speed["gb_per_s"] >= MARK_SPEED, **speed)
