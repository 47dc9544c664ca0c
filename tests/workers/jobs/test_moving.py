"""Guests of a date that moved hear of it once."""

import pytest
from sqlalchemy import text

from tests.workers.conftest import Inbox
from tests.workers.jobs.test_booking import body, follow, order, relay
from webapp.booking.events import VisitMoved
from webapp.booking.models import Order
from webapp.catalog.events import DateMoved
from webapp.core import outbox
from workers import perform
from workers.context import Context
from workers.relay import Relay
from workers.routing import ROUTING

__all__ = ["order", "relay"]

DATE = text("SELECT date_id FROM order_lines WHERE order_id = :order")
TOLD = text(
    "SELECT payload->>'order_id' FROM outbox WHERE topic = 'VisitMoved' AND payload->>'message' = 'Early.'"
    " AND payload->>'date_id' = :date"
)
WAS = "Tuesday 5 January 2027 at 20:00, Old Hall"


def test_the_mail_names_both_times_and_brings_the_tickets_again(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    with context.database.reading() as db:
        date_id = db.execute(DATE, {"order": order.id}).scalar_one()

    assert follow(context, relay, VisitMoved(order.id, date_id, WAS, "The roof leaks.\nSee you soon.")) == [
        "done"
    ]

    (mail,) = inbox.mails
    assert str(mail["Subject"]).startswith("Changed: Night of the Lamps is now on ")
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/pdf",
        "text/calendar",
    ]
    for kind in ("plain", "html"):
        assert WAS in body(mail, kind)
        assert "The roof leaks." in body(mail, kind)


@pytest.mark.parametrize("is_void", [False, True])
def test_each_order_with_tickets_that_count_is_told(
    context: Context, relay: Relay, order: Order, is_void: bool
) -> None:
    with context.database.writing() as db:
        if is_void:
            db.execute(text("UPDATE tickets SET state = 'void' WHERE order_id = :order"), {"order": order.id})
        date_id = db.execute(DATE, {"order": order.id}).scalar_one()
        outbox.record(db, DateMoved(date_id, WAS, "Early."))
    relay.round()
    with context.database.reading() as db:
        delivery = db.scalars(
            text("SELECT id FROM deliveries WHERE job = 'tell_of_move' ORDER BY id DESC LIMIT 1")
        ).one()
    job = ROUTING.find("tell_of_move")
    assert job is not None

    assert perform.run(context, job, delivery) == "done"

    with context.database.reading() as db:
        told = db.scalars(TOLD, {"date": str(date_id)}).all()
    assert told == ([] if is_void else [str(order.id)])
