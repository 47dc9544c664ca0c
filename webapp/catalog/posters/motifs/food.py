"""Drawings for food: plates on a cloth, slices, leaves."""

import math

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, path
from webapp.catalog.posters.seed import Seed


def plates(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    side = s.between(34, 54)
    cloth = [
        box((x + c * side, y + r * side, side, min(side, y + h - r * side - y)), two, ' fill-opacity=".55"')
        for r in range(int(h / side) + 1)
        for c in range(int(w / side) + 1)
        if (r + c) % 2
    ]
    out = []
    for _ in range(s.whole(1, 3)):
        a, b = x + w * s.between(0.2, 0.8), y + h * s.between(0.25, 0.75)
        r = min(w, h) * s.between(0.22, 0.4)
        rim = circle(a, b, r * 0.72, "none", f' stroke="{two}" stroke-width="4"')
        out.append(circle(a, b, r, three) + rim + circle(a + r * 0.12, b - r * 0.08, r * 0.38, one))
    return "".join(cloth + out)


def slices(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    out = []
    for i in range(s.whole(3, 6)):
        r = min(w, h) * s.between(0.18, 0.36)
        middle = x + w * s.between(0.08, 0.92), y + h * s.between(0.15, 0.85)
        pieces, turn = s.whole(6, 9), s.unit()
        peel, flesh = ((one, three), (three, two), (two, three))[i % 3]
        out.append(circle(*middle, r, peel) + circle(*middle, r * 0.88, flesh))
        for piece in range(pieces):
            ends = tuple((piece + turn + edge) * 2 * math.pi / pieces for edge in (0.08, 0.92))
            out.append(_wedge(middle, r, ends[0], ends[1], peel))
    return "".join(out)


def _wedge(middle: tuple[float, float], r: float, start: float, end: float, colour: str) -> str:
    a, b = middle
    between = (start + end) / 2
    tip = at(a + r * 0.08 * math.cos(between), b + r * 0.08 * math.sin(between))
    first = at(a + r * 0.8 * math.cos(start), b + r * 0.8 * math.sin(start))
    second = at(a + r * 0.8 * math.cos(end), b + r * 0.8 * math.sin(end))
    return path(f"M{tip}L{first}A{at(r * 0.8, r * 0.8)} 0 0 1 {second}Z", colour)


def leaves(s: Seed, area: Area, inks: Inks) -> str:
    one, two, three = inks
    columns = s.whole(3, 5)
    width = area.w / columns
    rows = max(1, int(area.h / width) + 1)
    size, out = min(width, area.h / rows), []
    for row in range(rows):
        for column in range(columns):
            x, y, turn = area.x + column * width, area.y + row * area.h / rows, s.whole(0, 1)
            if s.chance(0.12):
                out.append(circle(x + size / 2, y + size / 2, size * 0.4, two))
            else:
                out.append(path(_leaf(x, y, size, turn), s.pick((one, one, three, two))))
    return "".join(out)


def _leaf(x: float, y: float, size: float, turn: int) -> str:
    arc = f"A{at(size, size)} 0 0 1 "
    if turn:
        return f"M{at(x, y)}{arc}{at(x + size, y + size)}{arc}{at(x, y)}Z"
    return f"M{at(x + size, y)}{arc}{at(x, y + size)}{arc}{at(x + size, y)}Z"
