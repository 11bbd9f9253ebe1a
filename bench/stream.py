"""The event stream: what it costs the one who writes, and what those who read get of it."""

from common import helper, microseconds

SUBSCRIBERS, SECONDS, RATE = 64, 2, 10_000
MARK_FLAT = 5e6
# Events in the ring, ms that a consumer takes, percent of them that stall.
LOADS = ((1024, 0, 0), (1024, 1, 10), (1024, 10, 10), (64, 0, 0), (64, 10, 10))


def bench_stream(person, table):
    flat = helper("stream", "flat", person.runtime, SUBSCRIBERS, SECONDS)["flat"]
    rate, by_cpu = (flat["events"] / flat[key] * 1e9 for key in ("wall_ns", "cpu_ns"))
    table.add(f"events written while one thread polls {SUBSCRIBERS} subscribers",
              f"{rate / 1e6:.1f} M/s; {by_cpu / 1e6:.1f} M a second of the writer's CPU time",
              f"≥ {MARK_FLAT / 1e6:.0f} M/s", rate >= MARK_FLAT, rate=rate, rate_by_cpu=by_cpu, **flat)
    signal = helper("stream", "signal", person.runtime)["signal"]
    cost = signal["with_ns"] - signal["without_ns"]
    table.add("waking, of a turn that wrote events and has nobody to wake",
              f"{microseconds(cost)} on {microseconds(signal['without_ns'])} for 15 events", ns=cost, **signal)
    for ring, take_ms, stalled in LOADS:
        times = helper("stream", "paced", person.runtime, SUBSCRIBERS, SECONDS, ring, RATE, take_ms, stalled)
        paced, delay = times["paced"], times.get("delay")
        followed = paced["given"] + paced["conflated"] + paced["missed"]
        shares = ", ".join(f"{paced[key] / followed:.0%} {word}" for key, word in
                           (("given", "given"), ("conflated", "conflated"), ("missed", "missed")))
        table.add(f"{RATE:,} events/s, ring of {ring}, {SUBSCRIBERS} that take {take_ms} ms, {stalled} % stalled",
                  f"{shares}; {microseconds(paced['cpu_ns'] / paced['events'])} of CPU to write one"
                  + (f"; taken after {microseconds(delay['p50_ns'])} / {microseconds(delay['p99_ns'])}" if delay else ""),
                  **paced)
