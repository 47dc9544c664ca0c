"""What a ticket says on paper, to a scanner, and to a calendar."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from webapp.core.ids import uuid7
from webapp.core.qr import qr_svg
from webapp.tickets import documents
from webapp.tickets.queries import TicketCard


@pytest.fixture
def card() -> TicketCard:
    return TicketCard(
        id=uuid7(),
        secret="Zq3_secret-of-a-ticket",
        number=1,
        count=2,
        state="valid",
        used_at=None,
        holder="Amara Okafor",
        type_name="Stalls",
        seat="",
        price=4800,
        currency="CAD",
        order_code="M7K4-QX2P",
        order_secret="opens-the-order",
        event_id=uuid7(),
        event_slug="lamps",
        event_title="Night of the Lamps",
        category="music",
        date_id=uuid7(),
        starts_at=datetime(2026, 11, 28, 1, 0, tzinfo=UTC),
        ends_at=datetime(2026, 11, 28, 3, 0, tzinfo=UTC),
        doors_at=datetime(2026, 11, 28, 0, 15, tzinfo=UTC),
        zone="America/Toronto",
        date_status="on_sale",
        venue="Koerner Hall",
        address="273 Bloor St W",
        city="Toronto",
        country="CA",
    )


def test_the_pdf_has_a_page_for_each_ticket_with_its_facts(card: TicketCard) -> None:
    made = PdfReader(io.BytesIO(documents.pdf([card, replace(card, number=2, holder="Noor van Dijk")])))
    words = [page.extract_text() for page in made.pages]
    assert len(words) == 2
    for fact in ("Night of the Lamps", "Fri 27 November 2026", "20:00", "19:15", "Koerner Hall", "M7K4-QX2P"):
        assert fact in words[0]
    assert "Amara Okafor" in words[0]
    assert "Noor van Dijk" in words[1]


def test_a_reserved_seat_stands_on_paper(card: TicketCard) -> None:
    made = PdfReader(io.BytesIO(documents.pdf([replace(card, seat="Circle, row E, seat 9")])))
    assert "Circle, row E, seat 9" in made.pages[0].extract_text().replace("\n", " ")


@pytest.mark.parametrize(
    "name", ['#panic("x")', "*bold* $x$ <b>", "Øyvind Łukasz 東京", "a" * 120, '"; #import']
)
def test_nothing_that_a_person_typed_is_read_as_markup(card: TicketCard, name: str) -> None:
    made = PdfReader(io.BytesIO(documents.pdf([replace(card, holder=name, event_title=name)])))
    assert len(made.pages) == 1


def test_the_qr_code_is_a_drawing_without_the_person(card: TicketCard) -> None:
    drawn = qr_svg(card.secret)
    assert drawn.startswith("<svg")
    assert "Amara" not in drawn


def test_the_calendar_has_each_date_once_in_utc(card: TicketCard) -> None:
    feed = Calendar.from_ical(documents.calendar([card, replace(card, number=2)], "https://tickets.example"))
    (entry,) = feed.walk("VEVENT")
    assert entry.decoded("dtstart") == card.starts_at
    assert str(entry["location"]) == "Koerner Hall, 273 Bloor St W, Toronto"
    assert str(entry["url"]) == "https://tickets.example/orders/M7K4-QX2P?key=opens-the-order"
