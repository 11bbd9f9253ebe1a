#!/usr/bin/env python3
"""Turns a line with ANSI colours (standard input) into an SVG (standard output): the README's picture.

usage: TERM=xterm COLORTERM=truecolor COLUMNS=140 build/bin/tacho-claude < payload.json | packaging/picture.py > docs/status-line.svg
"""
import html
import re
import sys
import unicodedata

CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 20, 14
SGR = re.compile(r"\x1b\[([0-9;]*)m")


def columns(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def runs(line):
    """Yields (colour, bold, text) for each stretch of a line between two colour changes."""
    colour, bold, at = "#d0d0d0", False, 0
    for match in SGR.finditer(line):
        if match.start() > at:
            yield colour, bold, line[at : match.start()]
        at = match.end()
        codes = [int(c or 0) for c in match[1].split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                colour, bold = "#d0d0d0", False
            elif code == 1:
                bold = True
            elif code == 38 and codes[:1] == [2]:
                colour = "#%02x%02x%02x" % tuple(codes[1:4])
                del codes[:4]
    if at < len(line):
        yield colour, bold, line[at:]


lines = sys.stdin.read().rstrip("\n").split("\n")
width = max(columns(SGR.sub("", line)) for line in lines) * CELL_WIDTH + 2 * MARGIN
height = len(lines) * CELL_HEIGHT + 2 * MARGIN
print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img">')
print(f'<rect width="100%" height="100%" rx="8" fill="#16181d"/>')
print('<g font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">')
for row, line in enumerate(lines):
    column = 0
    for colour, bold, text in runs(line):
        x, y = MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT + 14
        length = columns(text) * CELL_WIDTH
        weight = ' font-weight="bold"' if bold else ""
        print(f'<text x="{x:.1f}" y="{y}" fill="{colour}" textLength="{length:.1f}"{weight}>{html.escape(text)}</text>')
        column += columns(text)
print("</g>\n</svg>")
