"""The few SVG shapes that posters are made of."""

from collections.abc import Callable
from typing import NamedTuple

from webapp.catalog.posters.seed import Seed


class Area(NamedTuple):
    """Where a drawing goes, in units of the sheet."""

    x: float
    y: float
    w: float
    h: float


class Inks(NamedTuple):
    """The colours of a drawing: the form, its partner, and the third that is used least."""

    one: str
    two: str
    three: str


Motif = Callable[[Seed, Area, Inks], str]


def num(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def circle(cx: float, cy: float, r: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{num(cx)}" cy="{num(cy)}" r="{num(r)}" fill="{fill}"{more}/>'


def ellipse(cx: float, cy: float, rx: float, ry: float, fill: str) -> str:
    return f'<ellipse cx="{num(cx)}" cy="{num(cy)}" rx="{num(rx)}" ry="{num(ry)}" fill="{fill}"/>'


def box(area: tuple[float, float, float, float], fill: str, more: str = "") -> str:
    x, y, w, h = area
    return f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}" fill="{fill}"{more}/>'


def path(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{fill}"{more}/>'


def line(d: str, colour: str, width: float) -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{num(width)}"/>'


def at(x: float, y: float) -> str:
    """A point as path data writes it."""
    return f"{num(x)} {num(y)}"


def quarter(x: float, y: float, side: float, turn: int, fill: str) -> str:
    """A quarter disc in the square at (x, y), its centre in corner `turn` (0 is top left, then clockwise)."""
    cx, cy = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)][turn]
    ends = [
        ((side, 0), (0, side)),
        ((0, side), (-side, 0)),
        ((-side, 0), (0, -side)),
        ((0, -side), (side, 0)),
    ][turn]
    (ax, ay), (bx, by) = ends
    arc = f"A{at(side, side)} 0 0 1 {at(cx + bx, cy + by)}Z"
    return path(f"M{at(cx, cy)}l{at(ax, ay)}{arc}", fill)


def clipped(area: Area, drawing: str) -> str:
    """What of the drawing lies inside the area."""
    x, y, w, h = area
    outline = f"M{at(x, y)}h{num(w)}v{num(h)}h{num(-w)}Z"
    return f'<clipPath id="a"><path d="{outline}"/></clipPath><g clip-path="url(#a)">{drawing}</g>'
