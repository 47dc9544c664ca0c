"""Drawings for talks: voices, quotation marks, the lines of a page."""

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, num, path
from webapp.catalog.posters.seed import Seed


def voices(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    out = []
    for i in range(s.whole(3, 5)):
        r = min(w, h) * s.between(0.16, 0.34)
        a, b = x + w * s.between(0.12, 0.88), y + h * s.between(0.2, 0.8)
        tip = at(a + (r * 0.5 if i % 2 else -r * 0.9), b + r * 1.4)
        tail = f"M{at(a - r * 0.2, b + r * 0.7)}L{tip}L{at(a + r * 0.5, b + r * 0.7)}Z"
        out.append(circle(a, b, r, inks[i % 3]) + path(tail, inks[i % 3]))
    return "".join(out)


def quotes(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    side, out = min(w / 2.3, h * 0.9) * s.between(0.8, 1), []
    for i, colour in enumerate((inks.one, inks.three)):
        left = x + i * side * 1.12 + s.between(0, w - 2.12 * side) * 0.5
        top = y + h * 0.05
        down = f"q0 {num(side * 0.7)} {at(-side * 0.8, side * 0.75)}"
        up = f"q{at(side * 0.3, -side * 0.3)} {at(side * 0.24, -side * 0.75)}Z"
        tail = path(f"M{at(left, top + side)}h{num(side)}{down}{up}", colour)
        out.append(box((left, top, side, side), colour) + tail)
    return "".join(out) + circle(x + w - 46, y + h - 40, s.between(22, 40), inks.two)


def pages(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    n, out = s.whole(8, 13), []
    step = h / n
    for i in range(n):
        left = x + w * s.pick((0, 0, 0.1, 0.2))
        width = w * s.between(0.3, 0.95) * (1 if i % 4 else 0.6)
        place = (left, y + i * step, min(width, x + w - left), step * 0.55)
        out.append(box(place, (one, one, two, one, three)[i % 5]))
    return "".join(out)
