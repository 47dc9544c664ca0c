"""Drawings for festivals: rays of a sun, tents, bunting."""

import math

from webapp.catalog.posters.drawing import Area, Inks, at, circle, num, path
from webapp.catalog.posters.seed import Seed


def rays(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    n, cx, cy = s.whole(9, 17), x + w * s.between(0.2, 0.8), y + h * s.between(0.55, 1)
    reach, turn, out = 760, s.between(0, 1), []
    for i in range(n):
        a, b = (i + turn) * 2 * math.pi / n, (i + turn + 0.5) * 2 * math.pi / n
        near = at(cx + reach * math.cos(a), cy + reach * math.sin(a))
        far = at(cx + reach * math.cos(b), cy + reach * math.sin(b))
        out.append(path(f"M{at(cx, cy)}L{near}L{far}Z", inks.one if i % 3 else inks.two))
    return "".join(out) + circle(cx, cy, h * s.between(0.2, 0.34), inks.three)


def tents(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    n, out = s.whole(2, 4), []
    for i in range(n):
        width = w / n * s.between(1.0, 1.5)
        middle, height = x + w * (i + 0.5) / n, h * s.between(0.5, 0.95)
        top, foot, panels = y + h - height, y + h, s.whole(2, 4) * 2
        stripes = (one, two) if i % 2 else (three, two)
        for p in range(panels):
            a = middle - width / 2 + width * p / panels
            b = middle - width / 2 + width * (p + 1) / panels
            out.append(path(f"M{at(middle, top)}L{at(a, foot)}H{num(b)}Z", stripes[p % 2]))
        pole = at(middle, top - 34)
        out.append(path(f"M{pole}v34M{pole}l26 9l-26 9Z", one, f' stroke="{one}" stroke-width="3"'))
    return "".join(out)


def bunting(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    out, rows = [], s.whole(3, 5)
    for row in range(rows):
        n, sag, top = s.whole(5, 9), s.between(14, 60), y + h * row / rows * 0.9
        width = (w + 60) / n
        for i in range(n):
            along = (i + 0.5) / n
            hangs = top + sag * 4 * along * (1 - along)
            flag = f"h{num(width - 6)}l{at(-(width - 6) / 2, width * 0.95)}Z"
            colour = inks[(i + row * s.whole(1, 2)) % 3]
            out.append(path(f"M{at(x - 30 + i * width + 3, hangs)}{flag}", colour))
    return "".join(out)
