"""Where the lines and bars of a chart lie: figures in, coordinates out; `templates/ui/charts.html` draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

# A step of the grid is one of these times a power of ten, so that people can read it.
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Series:
    """One line: its path, and where it ends."""

    name: str
    path: str
    x: float
    y: float
    name_y: float
    last: str


@dataclass(frozen=True)
class Plot:
    """A line chart at one size; all numbers are units of the drawing."""

    width: int
    height: int
    left: int
    right: int
    foot: int
    grid: list[tuple[float, str]]
    marks: list[tuple[float, str, str]]
    series: list[Series]
    area: str


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Row:
    """A bar of places: how many units are sold, held and there in all."""

    name: str
    words: str
    y: int
    whole: int
    sold: int
    held: int


@dataclass(frozen=True)
class Bar:
    """A lying bar with its name above and its figure in words at the end."""

    name: str
    words: str
    y: int
    length: int


def plot(
    series: Sequence[tuple[str, Sequence[float]]],
    labels: Sequence[tuple[int, str]],
    *,
    width: int = 760,
    height: int = 300,
    margin: int = 34,
    room: int = 70,
) -> Plot:
    """The lines of a chart. `labels` are (index of the point, text); `room` is kept right for the names."""
    top, foot, right = 20, height - 38, width - room
    most = max((value for _, values in series for value in values), default=0)
    step = grid_step(most)
    ceiling = max(step * -(-most // step), step)
    count = max((len(values) for _, values in series), default=0)

    def x(index: int) -> float:
        return round(margin + (right - margin) * (index / (count - 1) if count > 1 else 1), 1)

    def y(value: float) -> float:
        return round(foot - (foot - top) * value / ceiling, 1)

    lines = [
        (name, [(x(i), y(value)) for i, value in enumerate(values)], values)
        for name, values in series
        if values
    ]
    return Plot(
        width=width,
        height=height,
        left=margin,
        right=right,
        foot=foot,
        grid=[(y(step * n), f"{step * n:,g}") for n in range(1, int(ceiling / step) + 1)],
        marks=[(x(i), text, _anchor(i, count)) for i, text in labels if i < count],
        series=_named(lines),
        area=f"{_path(lines[0][1])}V{foot}H{margin}Z" if lines else "",
    )


def grid_step(most: float, lines: int = 4) -> int:
    """A round distance of grid lines, so that about `lines` of them reach `most`."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * lines >= most:
                return step * power
        power *= 10


def columns(values: Sequence[float], *, width: int = 420, foot: int = 160, height: int = 142) -> list[Column]:
    """One upright bar for each value, the highest `height` high."""
    most = max(values, default=0) or 1
    share = width / max(len(values), 1)
    return [
        Column(
            round(i * share + 1, 1),
            round(foot - height * value / most, 1),
            round(max(share - 3, 1), 1),
            round(height * value / most, 1),
        )
        for i, value in enumerate(values)
    ]


def rows(places: Sequence[tuple[str, int, int, int]], *, width: int = 410) -> list[Row]:
    """Lying bars of (name, sold, held, capacity), all to the scale of the largest capacity."""
    most = max((capacity for _, _, _, capacity in places), default=0) or 1
    return [
        Row(
            name=name,
            words=f"{sold:,} sold, {held:,} held, {max(capacity - sold - held, 0):,} left",
            y=n * 62,
            whole=round(width * capacity / most),
            sold=round(width * sold / most),
            held=round(width * held / most),
        )
        for n, (name, sold, held, capacity) in enumerate(places)
    ]


def bars(values: Sequence[tuple[str, float, str]], *, width: int = 420) -> list[Bar]:
    """Lying bars of (name, figure, its words), to the scale of the largest; nothing below zero is drawn."""
    most = max((figure for _, figure, _ in values), default=0) or 1
    return [
        Bar(name, words, n * 48, max(round(width * figure / most), 0))
        for n, (name, figure, words) in enumerate(values)
    ]


def spark(values: Sequence[float], *, width: int = 104, height: int = 24) -> Series:
    """A line without axes, for a row of a table."""
    low, high = min(values, default=0), max(values, default=0)
    span = (high - low) or 1
    step = (width - 6) / max(len(values) - 1, 1)
    points = [
        (round(2 + i * step, 1), round(height - 4 - (height - 8) * (value - low) / span, 1))
        for i, value in enumerate(values)
    ]
    x, y = points[-1] if points else (0.0, 0.0)
    return Series("", _path(points), x, y, y, "")


def register(app: Any) -> None:
    """For the Flask app, which is not named here: workers draw the same charts and do without Flask."""
    install(app.jinja_env)


def install(environment: Environment) -> None:
    environment.globals.update(
        chart_plot=plot, chart_columns=columns, chart_rows=rows, chart_bars=bars, chart_spark=spark
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) if points else ""


def _anchor(index: int, count: int) -> str:
    if index == 0:
        return "start"
    return "end" if index == count - 1 else "middle"


def _named(
    lines: Sequence[tuple[str, Sequence[tuple[float, float]], Sequence[float]]],
) -> list[Series]:
    """Each line with its name at its end; names that would touch are moved apart."""
    named: dict[str, Series] = {}
    below = float("-inf")
    for name, points, values in sorted(lines, key=lambda line: line[1][-1][1]):
        x, y = points[-1]
        below = max(y + 4, below + 18)
        named[name] = Series(name, _path(points), x, y, below, f"{values[-1]:,g}")
    return [named[name] for name, _, _ in lines]
