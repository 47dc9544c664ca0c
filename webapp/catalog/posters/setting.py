"""Setting a title in the poster letters, so that its lines fill the measure like wood type."""

import html
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from webapp.catalog.posters.drawing import num
from webapp.catalog.posters.glyphs import GLYPHS
from webapp.catalog.posters.marks import MARKS, add_mark
from webapp.catalog.posters.pen import Pen
from webapp.catalog.posters.seed import Seed

# Widths beside an ordinary letter's, which is 1.
WIDE = (
    {"M": 1.34, "W": 1.5, "A": 1.1, "V": 1.1, "Y": 1.06, "X": 1.06, "K": 1.06, "N": 1.1, "Q": 1.0}
    | {"E": 0.84, "F": 0.82, "L": 0.8, "T": 0.98, "J": 0.9}
    | {"1": 0.6, "?": 0.9, "-": 0.55, "/": 0.7, "#": 1.2, " ": 0.42, "+": 1.0}
)
AS_WIDE_AS_A_STEM = "I.:,!'"
SWAP = str.maketrans(
    {"&": "+", "’": "'", "‘": "'", "–": "-", "—": "-", "…": ".", "|": "/"}
    | {"ß": "SS", "Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L"}
    | dict.fromkeys('“”"®™()', "")
)
MOST_WORDS, MOST_LINES = 11, 5
SMALL_WEIGHT = 0.19
RATIOS = (0.48, 0.56, 0.66)  # a letter's width as a share of its height

Sign = tuple[str, str]
Line = list[Sign]


class Title(NamedTuple):
    svg: str
    height: float


class Try(NamedTuple):
    """One way to set the title: `fill` says how well it fills its place."""

    fill: float
    lines: list[Line]
    sizes: list[float]
    lead: float
    ratio: float


def set_title(text: str, seed: Seed, width: float, most: float) -> Title:
    """The title inside `width` x `most`, from (0, 0). Of all numbers of lines the one that fills best."""
    words = [word for word in text.split() if caps(word)]
    solid = text.replace(" ", "")
    if not words or len(caps(solid)) < 0.6 * len(solid):
        return _in_system_type(text, width, most)
    weight, block = seed.between(0.165, 0.2), seed.chance(0.62)
    tries = list(_tries(words, weight, width, most, block=block)) or [_squeezed(words, most)]
    best = max(tries, key=lambda one: one.fill)
    return _drawn(best, weight, width, block=block)


def set_small(text: str, height: float, width: float) -> str:
    """One line in the poster letters, at most `width` wide; for where no font can be counted on."""
    line = caps(text)
    fixed, factors = _measure(line, SMALL_WEIGHT * height, SMALL_WEIGHT * height * 0.42)
    natural = fixed + factors * height * 0.52
    path = _set_line(line, 0, min(natural, width), height, SMALL_WEIGHT * height) if line else ""
    return f'<path d="{path}"/>'


def caps(text: str) -> Line:
    """The letters that can be drawn, each with its mark; unknown ones are left out."""
    signs: Line = []
    for sign in unicodedata.normalize("NFD", text.upper().translate(SWAP)):
        if sign in GLYPHS or sign == " ":
            signs.append((sign, ""))
        elif sign in MARKS and signs:
            signs[-1] = (signs[-1][0], MARKS[sign])
    return signs


def break_lines(words: Sequence[str], count: int) -> list[str]:
    """The words in `count` lines, as even as they can be."""
    kept = words[:MOST_WORDS]
    parts = min(count, len(kept))

    def lines_of(cuts: Sequence[int]) -> list[str]:
        edges = [0, *cuts, len(kept)]
        return [" ".join(kept[a:b]) for a, b in pairwise(edges)]

    def unevenness(lines: list[str]) -> int:
        longest = max(len(line) for line in lines)
        return sum((longest - len(line)) ** 2 for line in lines)

    return min((lines_of(cuts) for cuts in combinations(range(1, len(kept)), parts - 1)), key=unevenness)


def _measure(line: Line, stem: float, gap: float) -> tuple[float, float]:
    """(fixed, factors): the line is fixed + factors x the width of a letter wide."""
    fixed = sum(stem for sign, _ in line if sign in AS_WIDE_AS_A_STEM) + gap * (len(line) - 1)
    return fixed, sum(WIDE.get(sign, 1.0) for sign, _ in line if sign not in AS_WIDE_AS_A_STEM)


def _tries(words: Sequence[str], weight: float, width: float, most: float, *, block: bool) -> Iterator[Try]:
    for count in range(1, min(MOST_LINES, len(words)) + 1):
        lines = [caps(line) for line in break_lines(words, count)]
        for ratio in RATIOS:
            sizes = _sizes(lines, weight, ratio, width, most, block=block)
            lead = weight * min(sizes) * 0.62
            marks = sum(any(mark for _, mark in line) for line in lines) * min(sizes) * 0.2
            total = sum(sizes) + lead * (len(lines) - 1)
            if total + marks <= most:
                yield Try(total + marks - abs(ratio - 0.5) * most * 0.2, lines, sizes, lead, ratio)


def _sizes(
    lines: Sequence[Line], weight: float, ratio: float, width: float, most: float, *, block: bool
) -> list[float]:
    """The heights of the lines: in a block each fills the measure, else all follow the longest."""
    spans = [_measure(line, weight, weight * 0.42) for line in lines]
    if not block:
        return [width / max(fixed + factors * ratio for fixed, factors in spans)] * len(lines)
    sizes = [min(width / (fixed + factors * ratio), most * 0.62) for fixed, factors in spans]
    low = min(sizes)
    return [min(size, low * 1.9) for size in sizes]


def _squeezed(words: Sequence[str], most: float) -> Try:
    lines = [caps(line) for line in break_lines(words, min(MOST_LINES, len(words)))]
    size = most / (len(lines) * 1.16)
    return Try(0, lines, [size] * len(lines), size * 0.14, 0.4)


def _drawn(setting: Try, weight: float, width: float, *, block: bool) -> Title:
    out, top = [], 0.0
    for line, height in zip(setting.lines, setting.sizes, strict=True):
        if any(mark and mark != "tail" for _, mark in line):
            top += height * 0.22
        stem, gap = weight * height, weight * height * 0.42
        fixed, factors = _measure(line, stem, gap)
        span = width if block else min(width, fixed + factors * setting.ratio * height)
        if block and factors and (width - fixed) / factors > height * 1.15:
            span = fixed + factors * height * 1.15
        out.append(_set_line(line, top, span, height, stem))
        top += height + setting.lead
    return Title(f'<path d="{"".join(out)}"/>', top - setting.lead)


def _set_line(line: Line, top: float, width: float, height: float, stem: float) -> str:
    """The line as path data that is exactly `width` wide."""
    gap = stem * 0.42
    fixed, factors = _measure(line, stem, gap)
    letter = (width - fixed) / factors if factors else 0
    out, x = [], 0.0
    for sign, mark in line:
        own = stem if sign in AS_WIDE_AS_A_STEM else letter * WIDE.get(sign, 1.0)
        if sign != " ":
            pen = Pen(x, top, own, height, stem)
            GLYPHS[sign](pen)
            add_mark(pen, mark)
            out.append(pen.path)
        x += own + gap
    return "".join(out)


def _in_system_type(text: str, width: float, most: float) -> Title:
    """Scripts that we have not drawn: the reader's own type, fitted to the measure."""
    size = min(most * 0.6, width / max(len(text), 2))
    fitted = f'textLength="{num(width)}" lengthAdjust="spacingAndGlyphs"'
    type_ = f'font-size="{num(size)}" font-weight="800" {fitted}'
    return Title(f'<text x="0" y="{num(size)}" {type_}>{html.escape(text)}</text>', size * 1.15)
