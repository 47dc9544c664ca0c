"""Drawings for the theatre: a curtain, spotlights, stairs."""

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, ellipse, num, path
from webapp.catalog.posters.seed import Seed


def curtain(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    n, part = s.whole(10, 16), s.between(0.3, 0.7)
    fold, out = w / n, [box(area, inks.two)]
    out.append(circle(x + w * part, y + h * 0.78, w * s.between(0.2, 0.3), inks.three))
    for i in range(n):
        away = abs((i + 0.5) / n - part)
        drop = h * (1.04 - 0.86 * max(0, 1 - away * s.between(2.3, 2.7)))
        hem = f"V{num(y + drop - fold / 2)}a{at(fold / 2, fold / 2)} 0 0 1 {num(-fold)} 0Z"
        shade = "" if i % 2 else ' fill-opacity=".78"'
        out.append(path(f"M{at(x + i * fold, y)}h{num(fold + 0.5)}{hem}", inks.one, shade))
    return "".join(out)


def spotlights(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    out = [box(area, one)]
    for colour in (two, three, two)[: s.whole(2, 3)]:
        lamp, spot, r = x + w * s.unit(), x + w * s.between(0.15, 0.85), w * s.between(0.13, 0.24)
        floor = y + h * 0.84
        beam = f"M{at(lamp - 8, y)}h16L{at(spot + r, floor)}H{num(spot - r)}Z"
        out.append(path(beam, colour, ' fill-opacity=".5"') + ellipse(spot, floor, r, r * 0.28, colour))
    return "".join(out)


def stairs(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    n, flip, out = s.whole(5, 9), s.chance(), []
    for i in range(n):
        width = w * (1 - i / n)
        colour = (inks.one, inks.two)[i % 2] if i != n - 2 else inks.three
        left = x if flip else x + w - width
        out.append(box((left, y + h * (n - 1 - i) / n, width, h / n + 0.5), colour))
    moon = x + w * (0.9 if flip else 0.1)
    return "".join(out) + circle(moon, y + h * 0.2, h * s.between(0.1, 0.16), inks.three)
