"""The README's table of what status lines can show: every cell of Tacho's says something, the counts in it are those
of this build, and docs/features.md names segments and tests behind each row that exist."""

import json
import os
import re

from harness import ROOT, MachineTest, main


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def rows(text):
    """The cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def in_readme():
    return rows(read("README.md").partition("### Beside the others")[2].partition("\n### ")[0])


def tests_of(name):
    """The tests of a file, as docs/features.md calls them: C's and Python's may have the same name."""
    found = set()
    for path, pattern in ((f"tests/unit/test_{name}.c", r"START_TEST\((\w+)\)"),
                          (f"tests/e2e/test_{name}.py", r"def test_(\w+)\(")):
        if os.path.exists(os.path.join(ROOT, path)):
            found.update(re.findall(pattern, read(path)))
    return found


class Features(MachineTest):
    def listed(self, *what):
        return [one["name"] for one in json.loads(self.machine.tacho("segments", "--json", *what).stdout)]

    def test_every_cell_says_something(self):
        table = in_readme()
        self.assertGreater(len(table), 30)
        for cells in table:
            self.assertEqual(len(cells), 7, cells)
            self.assertTrue(all(cells), cells)
            self.assertNotIn(cells[1], ("", "–", "-"), cells[0])

    def test_each_row_names_its_tests(self):
        features = rows(read("docs/features.md"))
        self.assertEqual([cells[0] for cells in features], [cells[0] for cells in in_readme()])
        for feature, _, tests in features:
            self.assertTrue(tests, feature)
            for test in tests.split(","):
                name, _, which = test.strip().partition(": ")
                self.assertIn(which, tests_of(name), feature)

    def test_each_segment_has_its_row(self):
        segments = self.listed()
        named = [word.strip() for cells in rows(read("docs/features.md")) for word in cells[1].split(",")]
        named = {word for word in named if word and not word.startswith("`") and word != "flex"}
        self.assertEqual(named - set(segments), set(), "named, but there are none")
        own = {"text", "stale", "stale.word"}
        self.assertEqual(set(segments) - named - own, set(), "of which no row says anything")

    def test_the_counts_are_right(self):
        cell = {cells[0]: cells[1] for cells in in_readme()}
        self.assertGreater(len(self.listed()), int(cell["widgets"].split()[1]))
        self.assertTrue(cell["themes / contrast checked"].startswith(f"{len(self.listed('--themes'))} "))
        self.assertIn(f"{read('agent/render/gradients.def').count('GRADIENT(') - 1} ", cell["gradients"])


if __name__ == "__main__":
    main("features")
