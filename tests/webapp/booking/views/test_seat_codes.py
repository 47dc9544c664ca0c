"""Codes where seats are chosen: what they show and keep is on the map, and for nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.factories.booking import a_voucher, keep
from tests.factories.seating import SeatedSale, a_seated_sale
from webapp.booking.service import seats
from webapp.booking.service.seat_wishes import SeatWish
from webapp.booking.views import scene
from webapp.booking.views import seats as views
from webapp.booking.views.taken import TakenSeats
from webapp.catalog.models import TicketType
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.errors import Refusal
from webapp.web.kept import KeptPages


@pytest.fixture
def look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A page as it is now, whatever was kept."""
    monkeypatch.setattr(views, "PAGES", KeptPages(fresh_for=0.0))
    known = TakenSeats(fresh_for=0.0)
    monkeypatch.setattr(scene, "TAKEN", known)
    monkeypatch.setattr(views, "TAKEN", known)
    return lambda address: app.test_client().get(address)


@pytest.fixture
def seated(database: Database) -> SeatedSale:
    """Twenty seats in front at 58, twenty behind at 44."""
    return a_seated_sale(database)


def hall(seated: SeatedSale, more: str = "") -> str:
    return f"/events/{seated.slug}/seats?date={seated.date_id}{more}"


def test_a_code_shows_hidden_tickets_of_seats_to_who_has_it(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    with database.writing() as db:
        db.get_one(TicketType, seated.sale.types[0]).hidden = True
    code = a_voucher(database, seated.sale, "none", 0, reveals=True)

    everybody, knows = look(hall(seated)), look(hall(seated, f"&code={code.lower()}"))
    section = f"/events/{seated.slug}/seats/{seated.sections[0]}?date={seated.date_id}&code={code.lower()}"

    assert "20 free, €44, rows A to D" in everybody.text
    assert "40 free, €44 to €58, rows A to D" in knows.text
    assert "public" not in knows.headers.get("Cache-Control", "")
    assert section.replace("&", "&amp;") in knows.text
    assert 'aria-label="Row A, seat 1, €58, free"' in look(section).text
    seat = seated.ordinal("A 1")
    assert "€58.00" in look(hall(seated, f"&seat={seat}&code={code}")).text


def test_the_way_from_the_event_to_its_seats_keeps_the_code(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    code = a_voucher(database, seated.sale)

    page = look(f"/events/{seated.slug}?date={seated.date_id}&code={code}").text

    assert f"/seats?date={seated.date_id}&amp;code={code}" in page


def test_seats_that_are_all_kept_for_a_code_are_free_for_who_has_it_alone(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    code = a_voucher(database, seated.sale, "percent", 2500)
    keep(database, seated.sale, code, 20)

    assert "20 free, €44, rows A to D" in look(hall(seated)).text
    assert "40 free, €44 to €58, rows A to D" in look(hall(seated, f"&code={code}")).text


def test_kept_seats_are_everybodys_at_once_when_the_code_has_ended(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    code = a_voucher(database, seated.sale, "percent", 2500)
    keep(database, seated.sale, code, 20)
    wish = SeatWish("ida", seated.date_id, {seated.ordinal("A 1"): None, seated.ordinal("A 2"): None})
    now = clock.now()
    with pytest.raises(Refusal):
        seats.hold(database, wish, now)
    with database.writing() as db:
        db.execute(text("UPDATE vouchers SET ends_at = :now"), {"now": now})

    held = seats.hold(database, wish, now + timedelta(seconds=1))

    assert held.hold_id
    assert "38 free" in look(hall(seated)).text


@pytest.mark.parametrize("code", ["%00", "%E2%98%82", "x" * 300, "%3Cb%3E", "NO-SUCH"])
def test_an_odd_code_shows_the_hall_as_it_is(seated: SeatedSale, look: Callable[..., Any], code: str) -> None:
    hall_page, event_page = (
        look(hall(seated, f"&code={code}")),
        look(f"/events/{seated.slug}?date={seated.date_id}&code={code}"),
    )

    assert "40 free, €44 to €58, rows A to D" in hall_page.text
    assert "Choose seats" in event_page.text
    assert "code=<b>" not in hall_page.text + event_page.text
