#!/usr/bin/env python3
"""Writes agent/meter/ccusage_prices.def: what ccusage's own binary charges, as the doubles it computes with.

usage: packaging/ccusage_prices.py CCUSAGE TABLE.json > agent/meter/ccusage_prices.def

Not needed to build. CCUSAGE is the native program of version 20.0.24, TABLE.json the price table that prices.def is
made from: it gives the names, tiers and schedules. Prices are measured, because ccusage computes many of them (input
times 1.25, dollars a million over a million), and their last bit counts: one token costs exactly its price, and a
power of two of them exactly that multiple.
"""
import json
import os
import subprocess
import sys
import tempfile

HEAD = """\
/*
 * What a token costs in ccusage 20.0.24, offline, in dollars: the exact doubles. Written by
 * packaging/ccusage_prices.py, which measures them by running it; sorted by name.
 *
 * PRICE(name, exact, input, output, cache write, cache read, tier, over, the same four above it, fast)
 * A cache write of 1 h costs twice the input. `exact`: the name is priced, but not names that contain it.
 * Tier MARGINAL: of each kind, the tokens beyond `over` cost the second price; WHOLE: all of a request whose
 * context is larger than `over` do. `fast` multiplies in fast mode.
 * SCHEDULE(name, from, the four prices): from this time on (Unix ms) those count, twice at peak hours.
 */
"""
KINDS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
MANY = 2**20  # above every threshold
# No models, but parts of names in ccusage's own table, most of which TABLE.json does not have.
PARTS = ("7", "claude", "fast", "gemini", "glm", "gpt", "kimi", "latest", "mini", "standard", "turbo", "x")


def usage(**tokens):
    return {"input_tokens": 0, "output_tokens": 0, **tokens}


def costs(program, names, tokens, when="2026-01-01T00:00:00.000Z"):
    """What each name is charged for these tokens; None where it has no price."""
    with tempfile.TemporaryDirectory() as home:
        folder = os.path.join(home, "projects", "p")
        os.makedirs(folder)
        for number, name in enumerate(names):
            line = {"timestamp": when, "requestId": f"r{number}",
                    "message": {"id": f"m{number}", "model": name, "usage": tokens}}
            with open(os.path.join(folder, f"{number}.jsonl"), "w", encoding="utf-8") as file:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
        environment = {**os.environ, "HOME": home, "CLAUDE_CONFIG_DIR": home, "LOG_LEVEL": "0"}
        run = subprocess.run([program, "claude", "session", "--json", "--offline", "-z", "UTC"], env=environment,
                             check=True, capture_output=True)
    found = {}
    for row in json.loads(run.stdout)["sessions"]:
        missing = any(part.get("missingPricing") for part in row["modelBreakdowns"])
        found[names[int(row["sessionId"])]] = None if missing else row["totalCost"]
    return found


def measure(program, names, count):
    """The prices of each name, four each: from `count` tokens, a power of two, of one kind."""
    columns = [costs(program, names, usage(**{kind: count})) for kind in KINDS]
    return {name: [column[name] / count for column in columns] for name in names}


def above(name, model, whole):
    """Kind of tier, its threshold and the prices above it."""
    tier = model.get("tier")
    if name in whole:
        # Output is no context, so it cannot be measured by itself.
        return ["WHOLE", tier["context_over"], whole[name][0], tier["output"], *whole[name][2:]]
    if tier:
        fields = ("input_cost_per_token", "output_cost_per_token", "cache_creation_input_token_cost",
                  "cache_read_input_token_cost")
        return ["MARGINAL", 200000, *(model[f"{field}_above_200k_tokens"] for field in fields)]
    return ["FLAT", 0, 0, 0, 0, 0]


def schedule_row(name, schedule):
    from datetime import datetime
    since = int(datetime.fromisoformat(schedule["since"].replace("Z", "+00:00")).timestamp() * 1000)
    prices = schedule["offpeak"]
    fields = ("input_cost_per_token", "output_cost_per_token", "cache_creation_input_token_cost",
              "cache_read_input_token_cost")
    return f'SCHEDULE("{name}", {since}, {", ".join(repr(float(prices[field])) for field in fields)})'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program = sys.argv[1]
    with open(sys.argv[2], encoding="utf-8") as file:
        table = json.load(file)["models"]
    parts = measure(program, PARTS, MANY)
    table.update({name: {} for name in PARTS if parts[name] == measure(program, [name], 1)[name]})
    names = sorted(table)
    base = measure(program, names, 1)
    whole = measure(program, [n for n in names if table[n].get("tier", {}).get("semantics") == "whole_request"], MANY)
    both = usage(input_tokens=1000, output_tokens=100)
    own = costs(program, names, both)
    within = costs(program, [f"zz/{name}/zz" for name in names], both)
    print(HEAD, end="")
    for name in names:
        exact = name in PARTS or own[name] != within[f"zz/{name}/zz"]
        tier = above(name, table[name], whole)
        if "schedule" in table[name]:
            tier = ["MARGINAL", 200000, *base[name]]  # it computes as if there were one, which rounds differently
        numbers = [*map(repr, base[name]), tier[0], tier[1], *map(repr, map(float, tier[2:])),
                   repr(float(table[name].get("fast_multiplier", 1)))]
        print(f'PRICE("{name}", {int(exact)}, {", ".join(map(str, numbers))})')
    for name in names:
        if "schedule" in table[name]:
            print(schedule_row(name, table[name]["schedule"]))


main()
