"""The door lets everybody in once, however often a scan arrives."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories import booking
from tests.factories.booking import Sale
from webapp.checkin import queries, service
from webapp.checkin.rules import Verdict
from webapp.checkin.service import Gate
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound

NOON = datetime(2026, 12, 5, 12, 0, tzinfo=clock.now().tzinfo)


@dataclass
class Door:
    database: Database
    sale: Sale
    secrets: list[str]
    order_id: UUID

    def gate(self, name: str = "Gate 1", sale: Sale | None = None) -> Gate:
        one = sale or self.sale
        return Gate(one.organizer_id, one.date_id, name, "test", SYSTEM)

    def scan(self, typed: str, nonce: str, *, gate: Gate | None = None, at: datetime = NOON) -> Verdict:
        with self.database.writing() as db:
            return service.check_in(db, gate or self.gate(), typed=typed, nonce=nonce, now=at)


@pytest.fixture
def door(database: Database) -> Door:
    sale = booking.a_sale(database)
    placed = booking.placed(database, sale, 2, now=clock.now())
    booking.pay(database, placed.payment_id)
    with database.reading() as db:
        secrets = db.scalars(
            text("SELECT secret FROM tickets WHERE order_id = :id ORDER BY id"), {"id": placed.order_id}
        ).all()
    return Door(database, sale, list(secrets), placed.order_id)


def test_a_valid_ticket_comes_in_and_is_counted(door: Door) -> None:
    verdict = door.scan(door.secrets[0], "nonce-1-of-this")
    with door.database.reading() as db:
        found = queries.door(db, door.sale.organizer_id, door.sale.date_id)
    assert (verdict.answer, found.entered, found.expected) == ("valid", 1, 2)


def test_the_same_scan_sent_again_is_the_same_answer(door: Door) -> None:
    first, again = (door.scan(door.secrets[0], f"same-{door.order_id}") for _ in range(2))
    assert (first, first.answer) == (again, "valid")


def test_a_second_scan_says_when_and_where_it_was_used(door: Door) -> None:
    door.scan(door.secrets[0], f"first-{door.order_id}", gate=door.gate("Gate 2"))
    verdict = door.scan(door.secrets[0], f"second-{door.order_id}", at=NOON + timedelta(minutes=9))
    assert verdict.answer == "used"
    assert verdict.text.endswith("by Gate 2.")


def test_the_address_of_a_ticket_is_read_like_its_code(door: Door) -> None:
    typed = f"https://tickets.example/tickets/{door.secrets[0]}?from=mail"
    assert door.scan(typed, f"address-{door.order_id}").answer == "valid"


def test_a_void_ticket_opens_no_door(door: Door) -> None:
    with door.database.writing() as db:
        db.execute(text("UPDATE tickets SET state = 'void' WHERE secret = :s"), {"s": door.secrets[0]})
    assert door.scan(door.secrets[0], f"void-{door.order_id}").answer == "void"


def test_a_ticket_for_another_date_says_which(door: Door) -> None:
    other = booking.a_sale(door.database, organizer_id=door.sale.organizer_id)
    verdict = door.scan(door.secrets[0], f"other-{door.order_id}", gate=door.gate(sale=other))
    assert verdict.answer == "elsewhere"
    assert verdict.text.startswith("This ticket is for ")


def test_another_house_knows_nothing_of_the_ticket(door: Door) -> None:
    other = booking.a_sale(door.database)
    verdict = door.scan(door.secrets[0], f"strange-{door.order_id}", gate=door.gate(sale=other))
    assert (verdict.answer, verdict.ticket) == ("unknown", None)


def test_taking_back_makes_room_for_another_entry_and_keeps_both(door: Door) -> None:
    ticket = door.scan(door.secrets[0], f"in-{door.order_id}").ticket
    assert ticket
    for _ in range(2):
        with door.database.writing() as db:
            nonce = f"out-{door.order_id}"
            service.undo(db, door.gate(), ticket_id=ticket.ticket_id, nonce=nonce, now=NOON)
    assert door.scan(door.secrets[0], f"in-again-{door.order_id}").answer == "valid"
    with door.database.reading() as db:
        kinds = db.scalars(
            text("SELECT kind FROM check_ins WHERE ticket_id = :id ORDER BY id"), {"id": ticket.ticket_id}
        ).all()
    assert kinds == ["entry", "undo", "entry"]


def test_what_was_not_used_cannot_be_taken_back(door: Door) -> None:
    with door.database.reading() as db:
        ticket_id = db.scalar(text("SELECT id FROM tickets WHERE secret = :s"), {"s": door.secrets[0]})
    with pytest.raises(Conflict, match="not used"), door.database.writing() as db:
        service.undo(db, door.gate(), ticket_id=ticket_id, nonce=f"n-{door.order_id}", now=NOON)
    with pytest.raises(NotFound), door.database.writing() as db:
        service.undo(db, door.gate(), ticket_id=door.order_id, nonce=f"m-{door.order_id}", now=NOON)


def test_of_eight_scanners_at_once_one_lets_the_ticket_in(door: Door) -> None:
    with ThreadPoolExecutor(8) as hands:
        scans = [hands.submit(door.scan, door.secrets[0], f"{n}-{door.order_id}") for n in range(8)]
        answers = sorted(scan.result().answer for scan in scans)
    assert answers == ["used"] * 7 + ["valid"]
