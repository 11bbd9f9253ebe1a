#!/usr/bin/env python3
"""Tacho's own figures, each beside its yardstick, measured in the same run.

usage: bench/run.py [--json] [context] [hook] [draw] [ingest] [agent] [cold] [git] [prompt] [stream] [restart]

Without a section, all of them but `restart`, which writes 4 GB of logs first. The programs must be built
(`make bench` does that). Every figure is of this machine and this moment:
compare ratios, not microseconds. `missed` is a mark of the project's that this run did not meet.
"""

import argparse
import json
import sys

from agent import bench_agent
from cold import bench_cold
from common import Person, Table, calibrate, describe_machine, unsteadiness
from context import bench_context
from draw import bench_draw
from git import bench_git
from hook import bench_hook
from ingest import bench_ingest
from prompt import bench_prompt
from restart import bench_restart
from stream import bench_stream

ENTRIES = 100_000
SECTIONS = {"context": bench_context, "hook": bench_hook, "draw": bench_draw, "ingest": bench_ingest, "agent": bench_agent,
            "cold": bench_cold, "git": bench_git, "prompt": bench_prompt,
            "stream": bench_stream, "restart": bench_restart}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("sections", nargs="*", metavar="|".join(SECTIONS), help="default: all but restart")
    options = parser.parse_args()
    unknown = [section for section in options.sections if section not in SECTIONS]
    if unknown:
        parser.error(f"no such section: {unknown[0]}")
    sections = options.sections or ["context", "hook", "draw", "ingest", "agent", "cold", "git", "prompt", "stream"]
    machine, warnings, table = describe_machine(), unsteadiness(*calibrate()), Table()
    person = Person(ENTRIES if {"ingest", "agent", "cold"} & set(sections) else 3000)
    try:
        # The agent starts cold, and stays for the hooks.
        for section in ("context", "ingest", "agent", "cold", "git", "hook", "draw", "prompt", "stream", "restart"):
            if section in sections:
                SECTIONS[section](person, table)
    finally:
        person.close()
    warnings += [f"at the end, {warning}" for warning in unsteadiness(*calibrate())]
    print(file=sys.stderr)
    if options.json:
        print(json.dumps({"machine": machine, "warnings": warnings, "rows": table.rows},
                         indent=1, ensure_ascii=False))
        return
    for name, value in machine.items():
        print(f"{name:9} {value}")
    for warning in warnings:
        print(f"unsteady  {warning}: take ratios, not times, and run it again")
    print()
    table.print()


if __name__ == "__main__":
    main()
