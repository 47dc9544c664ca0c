"""Drawings for sport: the lanes of a track, a pitch seen from above, chevrons."""

from webapp.catalog.posters.drawing import Area, Inks, at, box, circle, num, path
from webapp.catalog.posters.seed import Seed


def lanes(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    n, step, flip = s.whole(5, 8), s.between(20, 34), s.chance()
    cx, cy, run = (x + w * 0.42 if flip else x + w * 0.58), y + h * 0.5, s.between(0.2, 0.5) * w
    out = [box(area, one)]
    for i in range(n, 0, -1):
        r = step * (i + 0.6)
        fill = three if i == s.whole(2, n) else "none"
        place = (cx - run - r, cy - r, 2 * (run + r), 2 * r)
        out.append(box(place, fill, f' rx="{num(r)}" stroke="{two}" stroke-width="4"'))
    return "".join(out)


def pitch(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    turn = s.between(-28, 28)
    cx, cy, scale = x + w * s.between(0.3, 0.7), y + h * s.between(0.35, 0.65), s.between(1.1, 1.7)
    stripes = "".join(box((-400 + i * 100, -400, 50, 800), two, ' fill-opacity=".16"') for i in range(8))
    marks = (
        f'<g fill="none" stroke="{two}" stroke-width="6"><path d="M0-400V400"/><circle r="88"/>'
        f'<path d="M-400-130H-230V130H-400M400-130H230V130H400"/></g>'
    )
    ball = circle(s.between(-170, 170), s.between(-110, 110), s.between(24, 44), three)
    placed = f'<g transform="translate({at(cx, cy)}) rotate({num(turn)}) scale({num(scale)})">'
    return box(area, one) + f"{placed}{stripes}{marks}{circle(0, 0, 8, two)}{ball}</g>"


def chevrons(s: Seed, area: Area, inks: Inks) -> str:
    x, y, w, h = area
    one, two, three = inks
    n, lean, thick = s.whole(4, 8), s.between(0.3, 0.8), s.between(0.35, 0.62)
    step, point, out = w / n * 1.25, h * lean / 2, []
    for i in range(-2, n + 1):
        across = step * thick
        right = f"h{num(across)}l{at(point, h / 2)}l{at(-point, h / 2)}"
        left = f"h{num(-across)}l{at(point, -h / 2)}Z"
        out.append(path(f"M{at(x + i * step, y)}{right}{left}", (one, three, one, two)[i % 4]))
    return "".join(out)
