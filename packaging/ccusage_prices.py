#!/usr/bin/env python3
"""Writes agent/meter/ccusage_prices.def: what ccusage's own binary charges, as the doubles it computes with.

usage: packaging/ccusage_prices.py CCUSAGE > agent/meter/ccusage_prices.def

Not needed to build. CCUSAGE is the native program of version 20.0.24. It carries two catalogs as deflated JSON, which
are found by trying; what it adds to them by its own code is measured by running it: one token costs exactly its price.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib

HEAD = """\
/*
 * What a token costs in ccusage 20.0.24, offline, in dollars: the exact doubles. Written by
 * packaging/ccusage_prices.py from its binary; each catalog is sorted by name.
 *
 * FLAT(catalog, exact, name, input, output, cache write, cache read, fast)
 * PRICE(catalog, exact, name, input, output, cache write, cache read, tier, over, the same four above it, fast)
 * A cache write of 1 h costs twice the input. OWN names are its code's, whole ones only. `exact`: the name is priced,
 * but not names like it. Tier MARGINAL: of each kind, the tokens beyond `over` cost the second price; WHOLE: all of a
 * request whose context is larger than `over` do; DATED: all do from that time on (Unix ms), twice at peak hours.
 * `fast` multiplies in fast mode.
 */
"""
# Its code's own names where LiteLLM's catalog lacks them, or cache prices of them.
BUILT_IN = """claude-opus-4-5 claude-opus-4-6 claude-opus-4-7 claude-opus-4-8 claude-haiku-4-5 claude-opus-4
claude-sonnet-4-6 claude-sonnet-4 claude-3-5-haiku claude-3-5-haiku-20241022 claude-3-opus claude-3-sonnet
claude-3-haiku gpt-5 gpt-5.5 grok-4.3 moonshot/kimi-k2.5 moonshot/kimi-k2.6 gpt-5.1 gpt-5.1-codex gpt-5.2-codex
gpt-5.3-codex gpt-5.2 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna glm-4.5 zai/glm-4.5
zai/glm-4.5-x zai/glm-4.5-air zai/glm-4.5-airx zai/glm-4.5v zai/glm-4-32b-0414-128k zai/glm-4.5-flash glm-4.6 glm-4.7
glm-5 glm-5-turbo glm-5.1""".split()
BUILT_IN_ABOVE = {"claude-sonnet-4": (6e-6, 22.5e-6, 7.5e-6, 0.6e-6)}
ALIASES = {"gpt-reserve": "gpt-5.6-luna", "gpt-5.6": "gpt-5.6-sol", "gpt-5.3-spark": "gpt-5.3-codex-spark"}
DATED = {"deepseek-v4-flash": (2.2e-07, 6.6e-07, 2.2e-07, 7e-09), "deepseek-v4-pro": (6.6e-07, 1.98e-06, 6.6e-07, 2.2e-08)}
DATED_FROM_MS = 1786896000000  # 2026-08-16T16:00Z
FAST = {"gpt-5.6-sol": 2.0, "gpt-5.6-terra": 2.0, "gpt-5.6-luna": 2.0, "gpt-5.5": 2.5, "gpt-5.4": 2.0,
        "gpt-5.3-codex": 2.0, "gpt-6-astra": 2.0}
FAST_FAMILIES = {"claude-opus-4-6": 6.0, "claude-opus-4-7": 6.0, "claude-opus-4-8": 2.0}
KINDS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


# ---- the catalogs in the binary ----------------------------------------------------------------------------

def number(text):
    """A JSON number as serde_json reads it by default: all digits, then one power of ten."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    power = int(exponent or 0) - len(fraction)
    digits = float(int(whole + fraction))
    return digits / float(f"1e{-power}") if power < 0 else digits * float(f"1e{power}")


def inflated(binary):
    """Every long JSON object that is in a file as a raw deflate stream."""
    view = memoryview(binary)
    for at in range(len(binary) - 64):
        if binary[at] & 6 in (0, 6):
            continue  # not a compressed block
        try:
            if not zlib.decompressobj(-15).decompress(view[at:at + 512]).startswith(b'{"'):
                continue
            text = zlib.decompressobj(-15).decompress(view[at:])
            yield json.loads(text, parse_float=number, parse_int=number)
        except (ValueError, zlib.error):
            continue


def catalogs(program):
    with open(program, "rb") as file:
        found = list(inflated(file.read()))
    return [next(each for each in found if all(key in model for model in each.values())) for key in ("i", "cost")]


# ---- what the program adds ---------------------------------------------------------------------------------

def costs(program, names, tokens):
    """What each name is charged for these tokens."""
    with tempfile.TemporaryDirectory() as home:
        folder = os.path.join(home, "projects", "p")
        os.makedirs(folder)
        for index, name in enumerate(names):
            line = {"timestamp": "2026-01-01T00:00:00.000Z", "requestId": f"r{index}",
                    "message": {"id": f"m{index}", "model": name, "usage": tokens}}
            with open(os.path.join(folder, f"{index}.jsonl"), "w", encoding="utf-8") as file:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
        environment = {**os.environ, "HOME": home, "CLAUDE_CONFIG_DIR": home, "LOG_LEVEL": "0"}
        run = subprocess.run([program, "claude", "session", "--json", "--offline", "-z", "UTC"], env=environment,
                             check=True, capture_output=True)
    return {names[int(row["sessionId"])]: row["totalCost"] for row in json.loads(run.stdout)["sessions"]}


def measure(program, names):
    columns = [costs(program, names, {"input_tokens": 0, "output_tokens": 0, kind: 1}) for kind in KINDS]
    return {name: [column[name] for column in columns] for name in names}


def fast(name):
    parts = re.split("[/:]", name)
    for part in parts:
        if ALIASES.get(part, part) in FAST:
            return FAST[ALIASES.get(part, part)]
    for part in parts:
        plain = part.replace(".", "-").replace("@", "-")
        for family, multiplier in FAST_FAMILIES.items():
            rest = plain[plain.rfind(family) + len(family):]
            if family in plain and (not rest or rest[0] == "-"):
                return multiplier
    return 1.0


# ---- rows --------------------------------------------------------------------------------------------------

def row_of_litellm(name, model):
    rates = [model["i"], model["o"], model.get("cc", model["i"] * 1.25), model.get("cr", model["i"] * 0.1)]
    above = [model.get(key) for key in ("ia", "oa", "cca", "cra")]
    return {"rates": rates, "fast": model.get("fast", fast(name)), "exact": 0,
            "tier": ["MARGINAL", 200000, *above] if any(above) else None}


def row_of_models_dev(name, model):
    cost = model["cost"]
    rates = [cost["input"] / 1e6, cost["output"] / 1e6]
    rates.append(cost["cache_write"] / 1e6 if "cache_write" in cost else rates[0] * 1.25)
    rates.append(cost["cache_read"] / 1e6 if "cache_read" in cost else rates[0] * 0.1)
    tiers = [tier for tier in cost.get("tiers", ()) if tier["tier"]["type"] == "context" and tier["tier"]["size"]]
    first = min(tiers, key=lambda tier: tier["tier"]["size"], default=None)
    above = first and [first[key] / 1e6 if key in first else rate
                       for key, rate in zip(("input", "output", "cache_write", "cache_read"), rates)]
    return {"rates": rates, "fast": fast(name), "exact": int(bool(model.get("exactOnly"))),
            "tier": first and ["WHOLE", int(first["tier"]["size"]), *above]}


def undated(name):
    return re.sub(r"(?<=.)-(\d{4}-\d\d-\d\d|\d{8})$", "", name)


def add_built_in(program, litellm):
    measured = measure(program, BUILT_IN)
    for name in BUILT_IN:
        above = BUILT_IN_ABOVE.get(name)
        row = litellm.setdefault(name, {"fast": fast(name), "exact": 0,
                                        "tier": above and ["MARGINAL", 200000, *above]})
        row["rates"] = measured[name]


def add_tiers(litellm, models_dev):
    """Long-context prices that only the other catalog knows; those it lacks are the ordinary ones."""
    for name, row in litellm.items():
        base = undated(name)
        source = models_dev.get(ALIASES.get(base, base)) or models_dev.get(base)
        if not row["tier"] and source and source["tier"]:
            kind, over, *above = source["tier"]
            row["tier"] = [kind, over, *(rate if high == low else high
                                         for high, low, rate in zip(above, source["rates"], row["rates"]))]


def own_rows(program, litellm, models_dev):
    rows = {name: litellm.get(model) or models_dev[model] for name, model in ALIASES.items() if name not in litellm}
    for name, rates in measure(program, list(DATED)).items():
        rows[name] = {"rates": rates, "fast": 1.0, "exact": 0, "tier": ["DATED", DATED_FROM_MS, *DATED[name]]}
    return {name: {**row, "exact": 1} for name, row in rows.items()}


def print_rows(catalog, rows):
    for name, row in sorted(rows.items(), key=lambda item: item[0].encode()):
        rates = ", ".join(repr(float(rate)) for rate in row["rates"])
        quoted = json.dumps(name, ensure_ascii=False)
        if row["tier"]:
            kind, over, *above = row["tier"]
            above = ", ".join(repr(float(rate)) for rate in above)
            print(f'PRICE({catalog}, {row["exact"]}, {quoted}, {rates}, {kind}, {over}, {above}, {row["fast"]})')
        else:
            print(f'FLAT({catalog}, {row["exact"]}, {quoted}, {rates}, {row["fast"]})')


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    raw_litellm, raw_models_dev = catalogs(sys.argv[1])
    litellm = {name: row_of_litellm(name, model) for name, model in raw_litellm.items()}
    models_dev = {name: row_of_models_dev(name, model) for name, model in raw_models_dev.items()
                  if model["cost"]["input"] or model["cost"]["output"]}
    add_built_in(sys.argv[1], litellm)
    add_tiers(litellm, models_dev)
    print(HEAD, end="")
    print_rows("OWN", own_rows(sys.argv[1], litellm, models_dev))
    print_rows("LITELLM", litellm)
    print_rows("MODELS_DEV", models_dev)


main()
