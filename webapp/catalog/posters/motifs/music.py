"""Drawings for music: a record's grooves, levels that dance, strings that swing."""

import math

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, line, num
from webapp.catalog.posters.seed import Seed


def grooves(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    cx, cy = x + w * s.between(0.1, 0.9), y + h * s.between(0.15, 0.8)
    rings, step = s.whole(6, 12), s.between(15, 24)
    out = [circle(cx, cy, (rings + 2.4) * step, one)]
    for i in range(rings, 0, -1):
        colour = two if i % s.whole(2, 4) else three
        stroke = f' stroke="{colour}" stroke-width="{num(s.between(1.5, step * 0.6))}"'
        out.append(circle(cx, cy, (i + 1) * step, "none", stroke))
    return "".join(out) + circle(cx, cy, step * 1.3, three) + circle(cx, cy, step * 0.3, one)


def levels(s: Seed, area: Area, inks: Inks) -> str:
    n, draw = s.whole(9, 17), s.pick((_standing, _mirrored, _beads))
    phase, waves = s.between(0, 6), s.between(0.6, 1.7)
    out = []
    for i in range(n):
        share = 0.18 + 0.8 * abs(math.sin(phase + i * waves * math.pi / n * 2)) * (0.7 + 0.3 * s.unit())
        out.append(draw(area, inks, i, area.w / n, area.h * min(share, 1)))
    return "".join(out)


def _standing(area: Area, inks: Inks, i: int, step: float, height: float) -> str:
    x, top = area.x + i * step, area.y + area.h - height
    bar = box((x, top, step * 0.72, height), inks.one if i % 4 else inks.three)
    return bar + box((x, top - step * 0.5, step * 0.72, step * 0.28), inks.two)


def _mirrored(area: Area, inks: Inks, i: int, step: float, height: float) -> str:
    colour = (inks.one, inks.one, inks.three, inks.two)[i % 4]
    place = (area.x + i * step, area.y + (area.h - height) / 2, step * 0.66, height)
    return box(place, colour, f' rx="{num(step * 0.33)}"')


def _beads(area: Area, inks: Inks, i: int, step: float, height: float) -> str:
    last, colour = int(height / step), (inks.one, inks.one, inks.three)[i % 3]
    x, foot = area.x + (i + 0.5) * step, area.y + area.h
    return "".join(
        circle(x, foot - (j + 0.5) * step, step * 0.42, inks.two if j == last else colour)
        for j in range(last + 1)
    )


def strings(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    n, swing, waves = s.whole(7, 15), s.between(0.12, 0.34) * h, s.between(0.5, 1.6)
    half = w / waves / 2
    out = []
    for i in range(n):
        high = swing * math.sin(math.pi * (i + 1) / (n + 1)) * (1 if s.chance(0.7) else -1)
        wave = f"q{at(half / 2, -high)} {num(half)} 0" + f"t{num(half)} 0" * 4
        colour = (one, one, three, two)[i % 4]
        out.append(line(f"M{at(x - 20, y + h * (i + 0.5) / n)}{wave}", colour, 2 + (i % 5) * h / n / 9))
    return "".join(out)
