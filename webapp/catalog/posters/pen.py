"""One capital as a filled path: stems, bars, diagonals and quarter rings of constant weight at any width."""

from typing import Literal

from webapp.catalog.posters.drawing import at, num

Corner = Literal["TL", "TR", "BL", "BR"]
ALL: frozenset[Corner] = frozenset({"TL", "TR", "BL", "BR"})
SIDES = frozenset({"left", "right", "top", "bottom"})


class Pen:
    """Draws inside `w` x `h` from (x, y): stems `stem` wide, bars a little thinner, corners of radius `r`.

    `upper` and `lower` are the edges of a bar in the middle, `stub` is how far an open end reaches.
    """

    def __init__(self, x: float, y: float, w: float, h: float, stem: float) -> None:
        self.x, self.y, self.w, self.h = x, y, w, h
        self.fat, self.thin = stem, stem * 0.86
        self.r = min(w * 0.5, h * 0.26 + self.thin * 0.2)
        self.mid = h * 0.5
        self.upper, self.lower = self.mid - self.thin / 2, self.mid + self.thin / 2
        self.stub = max(self.r, h * 0.34)
        self._d: list[str] = []

    @property
    def path(self) -> str:
        return "".join(self._d)

    def poly(self, *points: tuple[float, float]) -> None:
        """A filled outline, always clockwise, so that overlapping pieces never cancel."""
        around = zip(points, points[1:] + points[:1], strict=True)
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in around)
        turned = points if area > 0 else points[::-1]
        self._d.append("M" + "L".join(at(self.x + px, self.y + py) for px, py in turned) + "Z")

    def rect(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if x1 > x0 and y1 > y0:
            across = f"H{num(self.x + x1)}V{num(self.y + y1)}H{num(self.x + x0)}Z"
            self._d.append(f"M{at(self.x + x0, self.y + y0)}{across}")

    def stem(self, x: float, y0: float, y1: float) -> None:
        self.rect(x, y0, x + self.fat, y1)

    def bar(self, y: float, x0: float, x1: float) -> None:
        self.rect(x0, y, x1, y + self.thin)

    def lean(self, x0: float, x1: float, y0: float = 0.0, y1: float | None = None, fat: float = 1.0) -> None:
        """A diagonal cut flat at both ends, from x0 (at y0) to x1 (at y1)."""
        end = self.h if y1 is None else y1
        k = self.fat * fat
        self.poly((x0, y0), (x0 + k, y0), (x1 + k, end), (x1, end))

    def corner(self, which: Corner, x: float, y: float) -> None:
        """A quarter ring whose outer corner would be at (x, y)."""
        r, ix, iy = self.r, max(self.r - self.fat, 0.1), max(self.r - self.thin, 0.1)
        sx, sy = (1 if which[1] == "L" else -1), (1 if which[0] == "T" else -1)
        left, top = self.x + x, self.y + y
        if sx * sy > 0:
            outer = f"M{at(left, top + sy * r)}A{at(r, r)} 0 0 1 {at(left + sx * r, top)}"
            inner = f"A{at(ix, iy)} 0 0 0 {at(left + sx * self.fat, top + sy * r)}Z"
            self._d.append(f"{outer}V{num(top + sy * self.thin)}{inner}")
        else:
            inner = f"A{at(ix, iy)} 0 0 0 {at(left + sx * r, top + sy * self.thin)}"
            outer = f"A{at(r, r)} 0 0 1 {at(left, top + sy * r)}Z"
            start = f"M{at(left, top + sy * r)}H{num(left + sx * self.fat)}"
            self._d.append(f"{start}{inner}V{num(top)}{outer}")

    def ring(self, y0: float, y1: float, *, without: str = "") -> None:
        """A rounded frame from y0 to y1. `without` names what is left out: corners (`TL`) and sides (`left`).

        Where a corner is left out, the sides go on to the edge.
        """
        missing = set(without.split())
        corners, sides = ALL - missing, SIDES - missing
        w, r = self.w, self.r
        for which, x, y in (("TL", 0.0, y0), ("TR", w, y0), ("BL", 0.0, y1), ("BR", w, y1)):
            if which in corners:
                self.corner(which, x, y)

        def cut(which: Corner) -> float:
            return r if which in corners else 0

        if "left" in sides:
            self.stem(0, y0 + cut("TL"), y1 - cut("BL"))
        if "right" in sides:
            self.stem(w - self.fat, y0 + cut("TR"), y1 - cut("BR"))
        if "top" in sides:
            self.bar(y0, cut("TL"), w - cut("TR"))
        if "bottom" in sides:
            self.bar(y1 - self.thin, cut("BL"), w - cut("BR"))
