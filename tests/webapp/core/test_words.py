"""Fields and their values as people read them."""

from typing import Any

import pytest

from webapp.core import words

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "value", "reads"),
    [
        ("price", 2250, "€22.50"),
        ("tax_bp", 750, "7.5 %"),
        ("capacity", 1200, "1,200"),
        ("hidden", True, "yes"),
        ("summary", "", "nothing"),
        ("also_pools", ["Hall", "Workshop"], "Hall, Workshop"),
        ("starts_at", "2027-06-01T18:00+00:00", "Tue 1 Jun 2027, 20:00"),
        ("on_sale_at", None, "nothing"),
        ("status", "on_sale", "on sale"),
        ("until", "2027-06-01", "Tue 1 Jun 2027"),
        ("note", "2027-13-41", "2027-13-41"),
        ("approval", "ask", "approved first"),
        ("Seat, price", 2250, "€22.50"),
        ("venue_id", "01930000-0000-7000-8000-000000000000", "another one"),
    ],
)
def test_a_value_reads_as_people_say_it(name: str, value: Any, reads: str) -> None:
    assert words.worded(name, value, BERLIN, "EUR") == reads


def test_a_field_is_called_as_on_its_page() -> None:
    assert [words.label(name) for name in ("sale_ends_at", "venue_id", "blurb")] == [
        "Sold until",
        "Venue",
        "About",
    ]
