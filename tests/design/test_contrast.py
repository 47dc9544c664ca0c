"""Colours: every pair that pages use can be read, in both themes (WCAG 2.2 AA)."""

import re
from itertools import combinations
from math import dist

import pytest

from local.paths import ROOT
from webapp.catalog.posters.schemes import contrast
from webapp.seating.drawing import SHAPES

CSS = (ROOT / "static" / "css" / "tokens.css").read_text()
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")
TEXT, PART = 4.5, 3.0
KINDS = ("ok", "warn", "bad", "info")


def block(start: str) -> dict[str, str]:
    """The colours of one rule of the style sheet."""
    at = CSS.index(start)
    return dict(TOKEN.findall(CSS[at : CSS.index("}", at)]))


LIGHT = block(":root {")
CHOSEN_DARK = block(':root[data-theme="dark"] {')
THEMES = {"light": LIGHT, "dark": {**LIGHT, **CHOSEN_DARK}}
CATEGORIES = {
    name: dict(TOKEN.findall(body))
    for name, body in re.findall(r'\[data-category="(\w+)"\]\s*\{([^}]*)\}', CSS)
}

PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2") for ground in ("paper", "sheet", "well")],
    *[("ink-3", ground, TEXT) for ground in ("paper", "sheet")],
    *[("on-action", "action", TEXT), ("on-frame", "frame", TEXT), ("on-frame-2", "frame", TEXT)],
    *[(ink, "lit", TEXT) for ink in ("lit-ink", "lit-ink-2", "lit-red")],
    *[(kind, ground, TEXT) for kind in KINDS for ground in ("paper", "sheet", f"{kind}-tint")],
    *[("ink", f"{kind}-tint", TEXT) for kind in KINDS],
    ("bulb", "frame", PART),
    *[(part, ground, PART) for part in ("edge", "focus") for ground in ("paper", "sheet")],
    ("rule", "paper", PART),
    *[(f"data-{n}", "paper", PART) for n in (1, 2, 3, 4)],
    ("data-1", "paper", TEXT),
    *[(f"seat-{n}", "sheet", PART) for n in range(1, 7)],
]
# How red, green and blue arrive where one kind of cone is missing (Machado, Oliveira, Fernandes 2009).
SIGHTS = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
# Distances in CIELAB; 2 is what an eye just sees. Shapes differ besides, for who sees less than that.
APART = 9


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("what", "ground", "least"), PAIRS)
def test_a_colour_can_be_told_from_its_ground(theme: str, what: str, ground: str, least: float) -> None:
    colours = THEMES[theme]
    assert contrast(colours[what], colours[ground]) >= least


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_can_be_read_on_its_colour_and_on_paper(category: str) -> None:
    own = CATEGORIES[category]
    assert contrast(own["on-accent"], own["accent"]) >= TEXT
    for theme, colour in (("light", own["accent-day"]), ("dark", own["accent-night"])):
        assert min(contrast(colour, THEMES[theme][ground]) for ground in ("paper", "sheet")) >= TEXT


def test_dark_by_choice_and_by_the_system_are_the_same() -> None:
    assert block(':root:not([data-theme="light"]) {') == CHOSEN_DARK


def linear(colour: str) -> list[float]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """Lightness and the two hues of a colour as these eyes see it."""
    r, g, b = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear(colour), strict=True))))
        for row in SIGHTS[sight]
    )
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.0888,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_price_levels_are_told_apart_by_eyes_that_miss_a_colour(theme: str, sight: str) -> None:
    seen = {n: lab(THEMES[theme][f"seat-{n}"], sight) for n in range(1, len(SHAPES) + 1)}
    near = {pair: dist(seen[pair[0]], seen[pair[1]]) for pair in combinations(seen, 2)}
    assert {pair: round(apart) for pair, apart in near.items() if apart < APART} == {}


def test_no_two_price_levels_have_the_same_shape() -> None:
    assert len(set(SHAPES)) == len(SHAPES)
