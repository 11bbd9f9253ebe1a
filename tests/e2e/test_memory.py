"""Ceilings of memory: what counting takes is bounded by what is counted, not by the logs' bytes. Only anonymous
memory counts, not files that are mapped. TACHO_MILLION=1 counts a million entries too, which takes 4 GB of disk
for a while."""

import json
import os
import subprocess
import unittest

import harness
from harness import MachineTest, main, wait_until

MIB = 2**20

# Entries; what a scan may hold while it runs; what the agent may hold when history is read and kept.
HUNDRED_THOUSAND, MILLION = (100_000, 16 * MIB, 19 * MIB), (1_000_000, 96 * MIB, 96 * MIB)


def anonymous(pid):
    """Bytes of anonymous memory that a process holds; 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon:"))
    except (OSError, StopIteration):
        return 0


class Memory(MachineTest):
    def most_held(self, *command):
        """The most that a command holds while it runs, as far as many looks see it."""
        process = subprocess.Popen(command, env=self.machine.environment, stdout=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            most = max(most, anonymous(process.pid))
        self.assertEqual(process.returncode, 0)
        return most

    def check(self, entries, scan_ceiling, agent_ceiling):
        self.machine.generate_logs("tree", "--seed", "7", "--entries", str(entries), "--lean")
        held = self.most_held(harness.TACHO, "totals", "--json", "--direct")
        self.assertGreater(held, 0)
        self.assertLess(held, scan_ceiling, f"tacho totals --direct held {held / MIB:.1f} MiB")
        self.machine.start()
        pid = self.machine.agent_pid()
        wait_until(lambda: 0 < anonymous(pid) < agent_ceiling,
                   f"an agent of less than {agent_ceiling / MIB:.0f} MiB")
        self.check_restart()

    def check_restart(self):
        """So much history is committed in several goes while it is read; each log stays known, and counts once."""
        scanned = self.totals("--direct", "--logs-only")
        self.assertEqual(self.totals(), scanned)
        self.assertIn(f"{scanned['counts']['files']:,} files", self.machine.tacho("ledger", "status").stdout)
        self.machine.tacho("restart")
        self.machine.start()
        self.assertEqual(self.totals(), scanned)

    def totals(self, *arguments):
        result = self.machine.tacho("totals", "--json", *arguments, timeout=harness.PATIENCE * 4)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_a_hundred_thousand_entries(self):
        self.check(*HUNDRED_THOUSAND)

    @unittest.skipUnless(os.environ.get("TACHO_MILLION"), "TACHO_MILLION is not set")
    def test_a_million_entries(self):
        self.check(*MILLION)


if __name__ == "__main__":
    main("memory")
