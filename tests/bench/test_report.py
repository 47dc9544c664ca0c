from xml.etree import ElementTree as ET

import pytest

from bench import report
from bench.report import Figures, drawn, page, spoken
from bench.results import Plot, Result, kept
from local.paths import ROOT

SLOW = Result("sale", 50.0, "sales/s", 100.0, "goal", 0.5, p95_ms=300.0, what="whole sales", goal=1.0)
PLOT = Plot(
    "Holds & orders", "They fall.", [(0, "0 s"), (2, "10 s")], {"holds/s": [9, 8, 7], "orders/s": [1, 2, 3]}
)


def test_the_page_is_what_the_kept_figures_say() -> None:
    """`make bench ARGS=--render` writes it anew."""
    assert (ROOT / "docs/performance.md").read_text() == page(kept())


def test_every_kept_plot_has_its_picture() -> None:
    plots = {report.picture(row): drawn(row.plot) for row in kept().values() if row.plot}
    assert {path.name: path.read_text() for path in (ROOT / "docs/img").glob("bench-*.svg")} == plots


def test_a_ratio_below_its_goal_is_bold() -> None:
    assert "| **0.50** | ≥ 1.00 | 300 ms | 0 |" in page({"sale": SLOW})


def test_a_page_without_figures_says_so() -> None:
    assert "not measured sales a second" in " ".join(page({}).split())


def test_rows_stand_in_the_order_they_are_measured_in() -> None:
    rows = {name: Result(name, 1, "", 1, "", 1) for name in ("sale_50", "zebra", "list", "page_cold")}
    said = page(rows)
    places = [said.index(f"`{name}`") for name in ("page_cold", "list", "sale_50", "zebra")]
    assert places == sorted(places)


def test_a_picture_is_sound_xml_that_says_what_it_shows() -> None:
    root = ET.fromstring(drawn(PLOT))
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "Holds & orders"
    assert root.findtext(f"{space}desc") == "They fall."
    assert len([path for path in root.iter(f"{space}path") if "line" in path.attrib["class"].split()]) == 2


@pytest.mark.parametrize(("number", "said"), [(1405.2, "1,405"), (25.62, "25.6"), (0.2624, "0.26")])
def test_numbers_are_said_with_three_digits(number: float, said: str) -> None:
    assert spoken(number) == said


def test_a_figure_that_is_missing_is_called_so() -> None:
    assert Figures({}).of("sale") == "not measured"
    assert Figures({"sale": SLOW}).detail("sale", "CPU for a sale, ms", "web") == "not measured"
