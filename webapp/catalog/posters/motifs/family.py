"""Drawings for families: toys, faces, balloons."""

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, ellipse, line, num, path, quarter
from webapp.catalog.posters.seed import Seed

WHITE, DARK = "#fff", "#1a1208"


def toys(s: Seed, area: Area, inks: Inks) -> str:
    columns = s.whole(3, 4)
    width = area.w / columns
    rows = max(1, round(area.h / width))
    height = area.h / rows
    out = []
    for row in range(rows):
        for column in range(columns):
            cell = Area(area.x + column * width, area.y + row * height, width, height)
            out.append(_toy(s, cell, s.pick(inks), s.pick(inks)))
    return "".join(out)


def _toy(s: Seed, cell: Area, first: str, second: str) -> str:
    x, y, w, h = cell
    size, kind = min(w, h), s.whole(0, 5)
    if kind == 0:
        middle = x + w / 2, y + h / 2
        return circle(*middle, size * 0.48, first) + circle(*middle, size * 0.2, second)
    if kind == 1:
        return quarter(x, y, size, s.whole(0, 3), first)
    if kind == 2:
        block = box((x, y, size * 0.97, size * 0.97), first)
        return block + circle(x + size / 2, y + size / 2, size * 0.28, second)
    if kind == 3:
        return path(f"M{at(x, y + size)}l{at(size / 2, -size)}l{at(size / 2, size)}Z", first)
    if kind == 4:
        humps = quarter(x, y, size / 2, 2, first) + quarter(x + size / 2, y, size / 2, 3, first)
        return humps + box((x, y + size / 2, size, size / 2), first)
    return "".join(box((x, y + size * i / 4, size, size / 8), first) for i in range(4))


def faces(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    out, n = [], s.whole(2, 3)
    for i in range(n):
        r = min(w / n, h) * s.between(0.42, 0.56)
        a, b, colour = x + w * (i + 0.5) / n, y + h - r * s.between(0.7, 1.1), (one, three, two)[i % 3]
        look = r * s.between(-0.14, 0.14)
        ears = _round_ears(a, b, r, colour) if s.chance(0.6) else _pointed_ears(a, b, r, colour)
        mouth = f"M{at(a - r * 0.4, b + r * 0.28)}a{at(r * 0.4, r * 0.4)} 0 0 0 {num(r * 0.8)} 0Z"
        eyes = "".join(
            circle(a + side * r * 0.36, b - r * 0.1, r * 0.19, WHITE)
            + circle(a + side * r * 0.36 + look, b - r * 0.1, r * 0.09, DARK)
            for side in (-1, 1)
        )
        out.append(ears + circle(a, b, r, colour) + eyes + path(mouth, two if colour != two else one))
    return "".join(out)


def _round_ears(a: float, b: float, r: float, colour: str) -> str:
    return "".join(circle(a + side * r * 0.72, b - r * 0.72, r * 0.34, colour) for side in (-1, 1))


def _pointed_ears(a: float, b: float, r: float, colour: str) -> str:
    left = f"M{at(a - r * 0.9, b - r * 0.3)}l{at(r * 0.1, -r)}l{at(r * 0.7, r * 0.5)}"
    right = f"M{at(a + r * 0.9, b - r * 0.3)}l{at(-r * 0.1, -r)}l{at(-r * 0.7, r * 0.5)}Z"
    return path(left + right, colour)


def balloons(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    out = []
    for i in range(s.whole(5, 9)):
        r = w * s.between(0.07, 0.16)
        a, b, colour = x + w * s.between(0.05, 0.95), y + h * s.between(0.1, 0.7), inks[i % 3]
        cord = f"M{at(a, b + r)}q{at(s.between(-26, 26), h * 0.3)} 0 {num(h)}"
        out.append(line(cord, colour, 2.5) + ellipse(a, b, r, r * 1.2, colour))
    return "".join(out)
