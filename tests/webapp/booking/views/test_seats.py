"""Choosing seats without a line of script: from the hall to the rows, and to a choice with its price."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.factories.seating import Hall, SeatedSale, a_seated_sale, block
from webapp.booking.views import scene, seats
from webapp.booking.views.taken import TakenSeats
from webapp.core.db import Database
from webapp.web.kept import KeptPages

HTMX = {"HX-Request": "true"}


@pytest.fixture
def seated(database: Database) -> SeatedSale:
    return a_seated_sale(database, Hall(sections=("Stalls", "Circle")))


@pytest.fixture
def look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A page as it is now, whatever was kept."""
    monkeypatch.setattr(seats, "PAGES", KeptPages(fresh_for=0.0))
    known = TakenSeats(fresh_for=0.0)
    monkeypatch.setattr(scene, "TAKEN", known)
    monkeypatch.setattr(seats, "TAKEN", known)
    return lambda address, **headers: app.test_client().get(address, headers=headers)


def at(seated: SeatedSale, *chosen: str, more: str = "") -> str:
    """The page with these seats chosen."""
    said = "".join(f"&seat={seated.ordinal(name)}" for name in chosen)
    return f"/events/{seated.slug}/seats{more}?date={seated.date_id}{said}"


def test_the_hall_lists_its_sections(seated: SeatedSale, look: Callable[..., Any]) -> None:
    page = look(at(seated)).text
    assert "40 free, €44 to €58, rows A to D" in page
    assert f'href="/events/{seated.slug}/seats/{seated.sections[1]}?date={seated.date_id}"' in page


def test_a_section_lists_its_rows_and_seats_in_words(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    block(database, seated, "Circle B 3")
    page = look(at(seated, more=f"/{seated.sections[1]}")).text
    assert 'aria-label="Row B, seat 4, €58, free"' in page
    taken = re.search(r'<input[^>]*aria-label="Row B, seat 3, €58, taken"', page)
    assert taken
    assert " disabled" in taken[0]


def test_ticked_seats_are_chosen_with_their_prices(seated: SeatedSale, look: Callable[..., Any]) -> None:
    page = look(at(seated, "Circle B 3", "Circle D 4")).text
    assert "Circle B 3" in page
    assert "€102.00" in page
    assert "Not all side by side." in page
    assert "Hold both seats" in page
