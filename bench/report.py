"""Writes docs/performance.md and its pictures from what is kept in bench/results/.

`performance.md.j2` holds what people wrote: where the time goes, and what would change it.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bench.registry import BENCHMARKS
from bench.results import Plot, Result, kept
from local.paths import ROOT
from webapp.web import charts

DOCS = ROOT / "docs"
HERE = Path(__file__).parent
UNMEASURED = "not measured"


def write(docs: Path = DOCS) -> None:
    """The page, and a picture for each row that has a plot; pictures of rows that are gone go too."""
    results = kept()
    folder = docs / "img"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("bench-*.svg"):
        old.unlink()
    for result in results.values():
        if result.plot:
            (folder / picture(result)).write_text(drawn(result.plot))
    (docs / "performance.md").write_text(page(results))


def page(results: Mapping[str, Result]) -> str:
    """The page's text."""
    template = documents(HERE).get_template("performance.md.j2")
    return template.render(
        results=results, rows=_in_order(results), figure=Figures(results), picture=picture, goal=goal
    )


def drawn(plot: Plot) -> str:
    """A plot as a file of its own that follows the reader's light or dark."""
    lines = charts.plot(list(plot.lines.items()), list(plot.labels), width=860, height=340, room=170)
    return documents(HERE).get_template("plot.svg.j2").render(plot=plot, drawn=lines)


def picture(result: Result) -> str:
    return f"bench-{result.name}.svg"


def goal(result: Result) -> str:
    """What is asked of the row, in a cell: its ratio and its p95."""
    asked = []
    if result.goal is not None:
        asked.append(f"{'≤' if result.at_most else '≥'} {result.goal:.2f}")
    if result.p95_goal is not None:
        asked.append(f"p95 ≤ {result.p95_goal:.0f} ms")
    return ", ".join(asked)


class Figures:
    """For sentences: `figure.of("sale")`, which says so when it was not measured."""

    def __init__(self, results: Mapping[str, Result]) -> None:
        self._results = results

    def of(self, name: str, what: str = "value") -> str:
        """`value`, `limit`, `ratio` or `p95_ms` of a row, as one writes it in a sentence."""
        result = self._results.get(name)
        number = getattr(result, what) if result else None
        return UNMEASURED if number is None else spoken(number)

    def detail(self, name: str, table: str, row: str) -> str:
        """A figure of the tables that a row brings along."""
        result = self._results.get(name)
        number = result.details.get(table, {}).get(row) if result else None
        return UNMEASURED if number is None else spoken(number)


def spoken(number: float) -> str:
    """Three digits are enough: 1,405; 25.6; 0.262."""
    size = abs(number)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{number:,.{digits}f}"


def _in_order(results: Mapping[str, Result]) -> list[Result]:
    """As they are measured, so that kindred rows stand together."""
    order = {benchmark.name: at for at, benchmark in enumerate(BENCHMARKS)}

    def place(result: Result) -> tuple[int, str]:
        family = max((name for name in order if _is_of(result.name, name)), key=len, default="")
        return order.get(family, len(order)), result.name

    return sorted(results.values(), key=place)


def _is_of(row: str, benchmark: str) -> bool:
    return row == benchmark or row.startswith(f"{benchmark}_")


def documents(folder: Path) -> Environment:
    """The templates of that folder: Markdown as it is written, pictures escaped."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=select_autoescape(enabled_extensions=("svg.j2",)),
    )
    environment.filters["spoken"] = spoken
    return environment
