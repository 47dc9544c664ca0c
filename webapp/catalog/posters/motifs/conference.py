"""Drawings for conferences: their own timetable, a network, building blocks."""

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, line, num, path
from webapp.catalog.posters.seed import Seed


def tracks(s: Seed, area: Area, inks: Inks) -> str:
    """Rooms across, hours down."""
    x, y, w, h = area
    columns, gap, out = s.whole(4, 6), 5, []
    width = w / columns
    for column in range(columns):
        top = y
        while top < y + h - 14:
            height = min(h * s.pick((0.08, 0.12, 0.16, 0.24, 0.32)), y + h - top)
            share = s.unit()
            if share > 0.17:
                colour = inks.one if share < 0.62 else inks.two if share < 0.86 else inks.three
                out.append(box((x + column * width, top, width - gap, height - gap), colour))
            top += height
    return "".join(out)


def network(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    n = s.whole(5, 7)
    cell = w / n
    rows = max(2, int(h / cell))
    spots = [(x + cell * (c + 0.5), y + h / rows * (r + 0.5)) for r in range(rows) for c in range(n)]
    wires = [
        f"M{at(a, b)}L{at(*spots[j])}"
        for i, (a, b) in enumerate(spots)
        for j in (i + 1, i + n, i + n + 1, i + n - 1)
        if j < len(spots) and abs(spots[j][0] - a) < cell * 1.1 and s.chance(0.4)
    ]
    dots = "".join(
        circle(a, b, cell * s.pick((0.1, 0.1, 0.17, 0.26, 0.36)), s.pick((one, one, two, three)))
        for a, b in spots
    )
    return line("".join(wires), one, cell * 0.06) + dots


def blocks(s: Seed, area: Area, inks: Inks) -> str:
    side = s.between(44, 66)
    out = []
    for row in range(int(area.h / (side * 0.75)) + 1):
        for column in range(-1, int(area.w / (side * 1.732)) + 2):
            if s.chance(0.38):
                continue
            x = area.x + column * side * 1.732 + (row % 2) * side * 0.866
            out.append(_block(x, area.y + row * side * 1.5 * 0.62, side, inks))
    return "".join(out)


def _block(x: float, y: float, side: float, inks: Inks) -> str:
    """A cube seen from its corner: lid, left wall, right wall."""
    a, b = side * 0.866, side * 0.5
    lid = f"M{at(x, y)}l{at(a, b)}l{at(-a, b)}l{at(-a, -b)}Z"
    left = f"M{at(x - a, y + b)}l{at(a, b)}v{num(side)}l{at(-a, -b)}Z"
    right = f"M{at(x + a, y + b)}l{at(-a, b)}v{num(side)}l{at(a, -b)}Z"
    return path(lid, inks.two) + path(left, inks.one) + path(right, inks.three)
