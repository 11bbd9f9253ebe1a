#!/usr/bin/env python3
"""Turns what Tacho prints in true colours (standard input) into an SVG (standard output): the README's pictures.

usage: TERM=xterm COLORTERM=truecolor COLUMNS=140 build/bin/tacho-claude < payload.json | packaging/picture.py > FILE
       build/bin/tacho demo --color ... | packaging/picture.py --gallery > FILE

With --gallery the input is that of `tacho demo`: parts with a heading `PRESET, THEME` each, drawn on the theme's
background. Every character stands in its cell; arrows and caps of powerline are drawn as shapes, icons with the
font that packaging/pictures.sh brings.
"""
import html
import os
import re
import sys
import unicodedata

CELL_WIDTH, CELL_HEIGHT, MARGIN, HEADING = 8.4, 20, 14, 22
TEXT, BACKGROUND, PAPER = "#d0d0d0", "#16181d", "#0b0c0f"
FONT = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
SGR = re.compile(r"\x1b\[([0-9;]*)m")
LINK = re.compile(r"\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")
THEMES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../agent/render/themes.def")

# Outlines in a cell of 1 by 1, for the glyphs that must fill it.
SHAPES = {
    "\ue0b0": "M0 0L1 .5L0 1Z", "\ue0b2": "M1 0L0 .5L1 1Z",
    "\ue0b4": "M0 0A1 .5 0 0 1 0 1Z", "\ue0b6": "M1 0A1 .5 0 0 0 1 1Z",
}


def columns(text):
    return sum(0 if unicodedata.combining(c) or c == "\ufe0f" else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def is_icon(c):
    return 0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000


def take_colour(codes):
    """The colour behind a 38 or 48, whose parameters are taken off the list."""
    if codes[:1] == [2] and len(codes) >= 4:
        colour = "#%02x%02x%02x" % tuple(codes[1:4])
        del codes[:4]
        return colour
    raise SystemExit("picture.py: only true colours are drawn")


def runs(line):
    """Yields (colour, background, bold, text) for each stretch of a line between two changes."""
    colour, background, bold, at = TEXT, None, False, 0
    for match in list(SGR.finditer(line)) + [None]:
        end = match.start() if match else len(line)
        if end > at:
            yield colour, background, bold, line[at:end]
        if not match:
            return
        at = match.end()
        codes = [int(code or 0) for code in match[1].split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                colour, background, bold = TEXT, None, False
            elif code in (1, 22):
                bold = code == 1
            elif code == 38:
                colour = take_colour(codes)
            elif code == 39:
                colour = TEXT
            elif code == 48:
                background = take_colour(codes)
            elif code == 49:
                background = None


def pieces(text):
    """Splits a run into icons and shapes, one each, and the text between them."""
    return [part for part in re.split("([\ue000-\uf8ff\U000f0000-\U000fffff])", text) if part]


def draw_piece(piece, x, y, colour, bold):
    width = columns(piece) * CELL_WIDTH
    if piece in SHAPES:
        return (f'<path d="{SHAPES[piece]}" transform="translate({x:.1f} {y:.1f}) scale({CELL_WIDTH} {CELL_HEIGHT})" '
                f'fill="{colour}"/>')
    if is_icon(piece[0]):
        return (f'<text x="{x + CELL_WIDTH / 2:.1f}" y="{y + 15:.1f}" fill="{colour}" text-anchor="middle" '
                f'font-family="Pure Nerd Font" font-size="13">{piece}</text>')
    weight = ' font-weight="bold"' if bold else ""
    return (f'<text x="{x:.1f}" y="{y + 14.5:.1f}" fill="{colour}" textLength="{width:.1f}" xml:space="preserve"{weight}>'
            f"{html.escape(piece)}</text>")


def draw_line(line, x, y):
    """Backgrounds first, so that what stands in the next cell does not cover a glyph's edge."""
    below, above = [], []
    for colour, background, bold, text in runs(LINK.sub("", line)):
        if background:
            below.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{columns(text) * CELL_WIDTH + .3:.1f}" '
                         f'height="{CELL_HEIGHT}" fill="{background}"/>')
        for piece in pieces(text):
            if piece.strip(" "):
                above.append(draw_piece(piece, x, y, colour, bold))
            x += columns(piece) * CELL_WIDTH
    return below + above


def backgrounds():
    """The background of each theme, as its palette says."""
    with open(THEMES, encoding="utf-8") as file:
        found = re.findall(r'(?:DARK|LIGHT)\("([^"]+)", 0x([0-9A-Fa-f]{6})', file.read())
    return {"dark": BACKGROUND, "light": "#ffffff", **{name: "#" + value for name, value in found}}


def main():
    gallery = "--gallery" in sys.argv[1:]
    parts = sys.stdin.read().rstrip("\n").split("\n\n") if gallery else ["\n" + sys.stdin.read().rstrip("\n")]
    parts = [part.split("\n") for part in parts]
    themes = backgrounds() if gallery else {}
    widest = max(columns(SGR.sub("", LINK.sub("", line))) for part in parts for line in part[1:])
    width, y, drawn = widest * CELL_WIDTH + 4 * MARGIN, 0, []
    for heading, *lines in parts:
        if gallery:
            drawn.append(f'<text x="{MARGIN}" y="{y + 16}" fill="#9a9da5" font-size="13">{html.escape(heading)}</text>')
            y += HEADING
        height = len(lines) * CELL_HEIGHT + (MARGIN if gallery else 2 * MARGIN)
        paper = themes.get(heading.rpartition(", ")[2], BACKGROUND)
        drawn.append(f'<rect x="{MARGIN if gallery else 0}" y="{y}" width="{width - (2 * MARGIN if gallery else 0):.0f}" '
                     f'height="{height}" rx="8" fill="{paper}"/>')
        for row, line in enumerate(lines):
            drawn += draw_line(line, 2 * MARGIN, y + (height - len(lines) * CELL_HEIGHT) / 2 + row * CELL_HEIGHT)
        y += height + (MARGIN / 2 if gallery else 0)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{y:.0f}" role="img">')
    if gallery:
        print(f'<rect width="100%" height="100%" fill="{PAPER}"/>')
    print(f'<g font-family="{FONT}" font-size="14">')
    print("\n".join(drawn))
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
