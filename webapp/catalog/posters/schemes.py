"""Which of a category's colours is paper, form, partner and rest; and the ink that can be read on it."""

from typing import NamedTuple

from webapp.catalog.posters.drawing import Inks
from webapp.catalog.posters.seed import Seed

READABLE = 4.5


class Palette(NamedTuple):
    """The category's colour, its partner, its night and its paper."""

    flat: str
    second: str
    deep: str
    pale: str


class Scheme(NamedTuple):
    ground: str
    inks: Inks
    words: str


PALETTES = {
    "music": Palette("#f0442c", "#ffc2a8", "#1d1646", "#fff1e8"),
    "sport": Palette("#18b566", "#e9f24a", "#06301f", "#ecf8ee"),
    "conference": Palette("#2348e0", "#9fd0ff", "#0b1440", "#eef2ff"),
    "festival": Palette("#ffb81c", "#f0512d", "#33204f", "#fff6dd"),
    "theatre": Palette("#8e1b3a", "#e7a08f", "#2a0712", "#fbeee8"),
    "talk": Palette("#0a7c86", "#f4d35e", "#042b33", "#e8f5f3"),
    "family": Palette("#f277b6", "#ffe14d", "#3b1053", "#fff0f6"),
    "food": Palette("#b6c92f", "#ef6a3a", "#23300b", "#f8f8e2"),
}


def pick_scheme(category: str, seed: Seed) -> Scheme:
    """The first choice that a poster's seed makes."""
    flat, second, deep, pale = palette = PALETTES[category]
    ground, *inks = seed.pick(
        (
            (flat, deep, pale, second),
            (pale, flat, deep, second),
            (deep, flat, second, pale),
            (second, deep, flat, pale),
        )
    )
    return Scheme(ground, Inks(*inks), _readable_on(ground, palette))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two colours such as `#f0442c`: 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _readable_on(ground: str, palette: Palette) -> str:
    own = (palette.deep, palette.pale)
    return max(
        (*own, "#ffffff", "#120c08"),
        key=lambda colour: (contrast(colour, ground) >= READABLE, colour in own, contrast(colour, ground)),
    )


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
