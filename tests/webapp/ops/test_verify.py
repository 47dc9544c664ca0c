"""Each invariant is broken on purpose, past every guard, and must be named by `flask --app wsgi verify`."""

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from tests.factories import booking, seating, waiting
from webapp.booking.service import cancellation
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database, Session
from webapp.ops.queries.invariants import INVARIANTS
from webapp.payments.service import refunds

# What is done to a house with one paid order of two tickets, and the rule that this breaks.
BREAKAGES = {
    "a place nobody has": ("UPDATE pools SET taken = taken + 1", "places taken = "),
    "a pool too small": ("UPDATE pools SET capacity = 1, taken = 1", "no pool has more places taken"),
    "money nobody paid": ("UPDATE orders SET total = total + 100, subtotal = subtotal + 100", "money in = "),
    "a ledger entry lost": ("DELETE FROM ledger_entries", "the ledger has every payment"),
    "a ledger entry changed": (
        "UPDATE ledger_entries SET amount = amount + 1",
        "the ledger has every payment",
    ),
    "money that went out for nothing": (
        (
            "INSERT INTO ledger_entries (id, reference, payment_id, kind, amount, currency)"
            " SELECT gen_random_uuid(), reference, id, 'refund', -1, currency FROM payments"
        ),
        "the ledger has every payment",
    ),
    "a refund beyond the payment": (
        (
            "INSERT INTO refunds (id, payment_id, amount, state, idempotency_key)"
            " SELECT gen_random_uuid(), id, amount + 1, 'requested', 'too much' FROM payments"
        ),
        "no more is refunded than was paid",
    ),
    "a ticket lost": ("DELETE FROM tickets WHERE number = 1", "every paid order has its tickets"),
    "a live ticket of a refunded order": (
        "UPDATE orders SET state = 'refunded', refunded = total",
        "every live ticket belongs to an order that is paid",
    ),
    "a paid order with an active hold": ("UPDATE holds SET state = 'active'", "a hold is converted when"),
    "an order nobody was told of": ("DELETE FROM outbox", "every paid order was told to the outbox"),
    "an event that went nowhere": (
        "UPDATE outbox SET sent_at = now()",
        "no order is lost between outbox and mail",
    ),
    "a voucher counted twice": ("UPDATE vouchers SET used = used + 1", "vouchers were used as often"),
    "a ticket let in twice": (
        (
            "UPDATE tickets SET state = 'used', used_at = now();"
            "INSERT INTO check_ins (id, ticket_id, kind, gate, nonce)"
            " SELECT gen_random_uuid(), t.id, 'entry', 'Gate ' || n, gen_random_uuid()::text"
            " FROM tickets t, generate_series(1, 2) n"
        ),
        "a ticket is used exactly when",
    ),
    "what the provider said lost": ("DELETE FROM payment_events", "no payment succeeded without a word"),
    "a history lost": ("DELETE FROM audit_entries", "every paid order says so in its history"),
    "a used ticket without an entry": (
        "UPDATE tickets SET state = 'used', used_at = now() WHERE number = 1",
        "a ticket is used exactly when",
    ),
    "money that no report shows": (
        "UPDATE ledger_entries SET reference = gen_random_uuid()",
        "the sales report shows every entry of the ledger",
    ),
    "a ticket given back on no day": (
        "UPDATE tickets SET state = 'void', voided_at = NULL WHERE number = 1",
        "tickets sold less those given back",
    ),
    "a pool that nobody told": ("UPDATE pools SET awaited = NULL", "an entry stands in the line exactly"),
    "a wish that was lost": ("DELETE FROM waitlist_wishes", "an entry stands in the line exactly"),
    "a place that nobody offered": (
        (
            "UPDATE pools SET capacity = capacity + 1;"
            " UPDATE waitlist_wishes SET joined_at = now() - interval '31 seconds'"
        ),
        "free places and an entry that they fit",
    ),
    "an offer of nobody's": (
        "UPDATE holds SET state = 'active', basket = 'offer ' || id",
        "an offer is a hold of what it says",
    ),
    "a lower price that nobody was promised": (
        (
            "INSERT INTO price_steps (id, ticket_type_id, price, most, taken)"
            " SELECT gen_random_uuid(), id, 100, 5, 1 FROM ticket_types"
        ),
        "tickets at a price step",
    ),
    "a ticket that costs more than its order": (
        "UPDATE tickets SET price = price + 1 WHERE number = 1",
        "an order costs what its tickets",
    ),
    "a ticket sold again and still valid": (
        (
            "INSERT INTO ticket_returns (id, ticket_id, pool_id, state)"
            " SELECT gen_random_uuid(), id, pool_id, 'sold' FROM tickets"
        ),
        "tickets that are given back agree",
    ),
}

# The same for a hall where one seat is in a basket, two are sold and one is held back.
SEATS = {
    "a held place without its seat": (
        "DELETE FROM seat_claims WHERE hold_line_id IS NOT NULL",
        "every place held where seats are reserved has its seat",
    ),
    "a seat that a hold kept when it ended": (
        "UPDATE holds SET state = 'released' WHERE state = 'active'",
        "every place held where seats are reserved has its seat",
    ),
    "a sold seat that is free": (
        "DELETE FROM seat_claims WHERE ticket_id IS NOT NULL",
        "every live ticket where seats are reserved has its seat",
    ),
    "a ticket without a seat": (
        "UPDATE tickets SET seat_id = NULL WHERE number = 1",
        "every live ticket where seats are reserved has its seat",
    ),
    "a ticket for another seat": (
        "UPDATE tickets SET seat_id = (SELECT id FROM seats WHERE ordinal = 39) WHERE number = 1",
        "every live ticket where seats are reserved has its seat",
    ),
    "a void ticket that kept its seat": (
        "UPDATE tickets SET state = 'void' WHERE number = 1",
        "every live ticket where seats are reserved has its seat",
    ),
    "a date whose plan is another": (
        "UPDATE event_dates SET plan_id = NULL",
        "every claimed seat is in its date's plan",
    ),
    "a seat sold from another pool": (
        "UPDATE tickets SET pool_id = (SELECT id FROM pools ORDER BY id DESC LIMIT 1) WHERE number = 1",
        "every claimed seat is in its date's plan",
    ),
    "a pool with a place more than seats": (
        "UPDATE pools SET capacity = capacity + 1",
        "a pool of seats has as many places as seats that are not held back",
    ),
    "a pool that counts a place nobody has": (
        "UPDATE pools SET taken = taken + 1",
        "a pool of seats has as many places as seats that are not held back",
    ),
    "a seat put on sale past the pool": (
        "DELETE FROM seat_claims WHERE block_id IS NOT NULL",
        "a pool of seats has as many places as seats that are not held back",
    ),
}


@pytest.fixture
def order_id(database: Database) -> UUID:
    now: datetime = clock.now()
    sale = booking.a_sale(database, places=(5,))
    booking.a_voucher(database, sale)
    placed = booking.placed(database, sale, 2, now=now)
    booking.pay(database, placed.payment_id)
    booking.hold(database, sale, 2, now=now)
    waiting.a_waiter(database, sale, 2, now=now)
    return placed.order_id


def test_a_sound_house_exits_with_0_and_counts_what_it_looked_at(app: Flask, order_id: UUID) -> None:
    swept = app.test_cli_runner().invoke(args=["verify"])
    assert swept.exit_code == 0, swept.output
    assert "every paid order has its tickets: 1 looked at, 0 broken" in swept.output
    assert swept.output.count("\n") == len(INVARIANTS)


def test_money_that_went_back_breaks_nothing(app: Flask, database: Database, order_id: UUID) -> None:
    with database.writing() as db:
        cancellation.cancel_date(db, date_id=_date_of(db, order_id), by=SYSTEM, most=3)
        for refund in db.scalars(text("SELECT id FROM refunds")).all():
            refunds.record(db, refund, "succeeded", "re_1")

    swept = app.test_cli_runner().invoke(args=["verify"])

    assert swept.exit_code == 0, swept.output
    assert "every payment and refund once, and nothing else: 2 looked at, 0 broken" in swept.output


def _date_of(db: Session, order_id: UUID) -> UUID:
    found: UUID = db.scalars(
        text("SELECT date_id FROM order_lines WHERE order_id = :id"), {"id": order_id}
    ).one()
    return found


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_is_broken_is_named_and_exits_with_1(
    app: Flask, database: Database, order_id: UUID, breakage: str
) -> None:
    break_and_sweep(app, database, *BREAKAGES[breakage])


@pytest.mark.parametrize("breakage", SEATS)
def test_a_seat_out_of_place_is_named(app: Flask, database: Database, breakage: str) -> None:
    seated = seating.a_seated_sale(database)
    seating.block(database, seated, "A 1")
    seating.bought(database, seated, "A 2", "A 3", now=clock.now())
    seating.hold(database, seated, "A 4", now=clock.now())

    break_and_sweep(app, database, *SEATS[breakage])


def break_and_sweep(app: Flask, database: Database, statement: str, rule: str) -> None:
    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text(statement))

    swept = app.test_cli_runner().invoke(args=["verify"])

    assert swept.exit_code == 1
    named = [line for line in swept.output.splitlines() if line.startswith("broken")]
    assert any(rule in line for line in named), swept.output


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pools SET taken = capacity + 1",
        "UPDATE pools SET taken = -1",
        "UPDATE ledger_entries SET amount = amount + 1",
        "DELETE FROM ledger_entries",
        "UPDATE audit_entries SET action = 'nothing'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "UPDATE orders SET state = 'awaiting_payment'",
        "UPDATE holds SET state = 'active'",
        "UPDATE payments SET state = 'pending', succeeded_at = NULL",
        (
            "INSERT INTO tickets SELECT gen_random_uuid(), 'other', order_id, order_line_id, number, date_id,"
            " ticket_type_id, pool_id, price, holder_name, answers, state, created_at, used_at FROM tickets"
        ),
        "UPDATE orders SET total = total - 1",
    ],
)
def test_the_database_itself_refuses(database: Database, order_id: UUID, statement: str) -> None:
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError), database.writing() as db:
        db.execute(text(statement))
