"""Colours: every pair that pages use can be read, in both themes (WCAG 2.2 AA)."""

import re

import pytest

from local.paths import ROOT
from webapp.catalog.posters.schemes import contrast

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
]


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
