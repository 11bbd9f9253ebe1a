"""The way from an appended line to the published slot: it allocates nothing, however many lines there were."""

import os
import time
import unittest

from harness import ALLOCATION_COUNTER, MachineTest, main, usage_line, wait_until

SESSION = "b668cd0a-b801-439d-97e2-d3899027e277"
WARM, LINES = 300, 150
# The array that holds something for every entry grows by half now and then: once, if at all, meanwhile.
GROWTHS = 1


class AppendPath(MachineTest):
    def shown(self, kind):
        return [slot["metrics"] for slot in self.machine.dump() if slot["kind"] == kind]

    def entries_shown(self):
        return self.shown("global")[0].get("entries", 0)

    def append(self, count, at_once=1):
        """Line by line, so that the agent may see them one by one; or more in one write."""
        before = self.entries_shown()
        for _ in range(count // at_once):
            self.machine.log("project", SESSION,
                             *(usage_line(output_tokens=1, timestamp=self.now) for _ in range(at_once)))
        wait_until(lambda: self.entries_shown() == before + count, "the lines in the segment")

    @unittest.skipUnless(os.path.exists(ALLOCATION_COUNTER), "a sanitized build is not counted")
    def test_a_line_allocates_nothing(self):
        self.now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())  # one quarter of an hour, whenever it ends
        self.machine.start_counted()
        self.append(WARM, at_once=WARM)  # so that there is room for whatever may come in one turn
        wait_until(lambda: self.shown("session"), "the session's slot")
        before = self.machine.allocations()
        self.assertGreater(before, 0, "nothing is counted")
        for _ in range(LINES // 10):
            self.append(10)
        self.assertLessEqual(self.machine.allocations() - before, GROWTHS)


if __name__ == "__main__":
    main("append_path")
