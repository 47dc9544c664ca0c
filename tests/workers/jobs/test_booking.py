"""The mails about orders, as they reach the buyer."""

from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.factories.sold import sold_order
from tests.workers.conftest import Inbox
from webapp.booking.events import OrderCancelled, OrderPaid, OrderPaidTooLate, OrderRefunded
from webapp.booking.models import Order
from webapp.core import outbox
from webapp.core.db import Database
from webapp.core.events import Event
from workers import perform
from workers.context import Context
from workers.jobs import booking
from workers.relay import Relay
from workers.routing import ROUTING


@pytest.fixture
def order(database: Database, context: Context) -> Order:
    with database.writing() as db:
        return sold_order(db, context.now())


@pytest.fixture
def relay(database: Database, context: Context) -> Relay:
    context.redis.flushdb()
    return Relay(database.writing, context.redis, ROUTING)


def follow(context: Context, relay: Relay, event: Event) -> list[str]:
    """Run every mail that follows from it, and say how each ended."""
    with context.database.writing() as db:
        outbox.record(db, event)
    relay.round()
    with context.database.reading() as db:
        rows = db.execute(
            text("SELECT id, job FROM deliveries WHERE job LIKE 'mail%' AND done_at IS NULL")
        ).all()
    outcomes = []
    for row in rows:
        job = ROUTING.find(row.job)
        assert job is not None
        outcomes.append(perform.run(context, job, row.id))
    return outcomes


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_who_paid_gets_the_tickets_as_a_file_and_as_links(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    assert follow(context, relay, OrderPaid(order.id)) == ["done"]

    (mail,) = inbox.mails
    assert mail["Subject"] == "Your tickets for Night of the Lamps"
    assert mail["To"] == "Amara Okafor <amara@example.org>"
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/pdf",
        "text/calendar",
    ]
    for kind in ("plain", "html"):
        assert f"http://box.office.test/orders/{order.code}?key={order.secret}" in body(mail, kind)
        assert "€48.00 received" in body(mail, kind)
        assert "19:30 WET" in body(mail, kind)


def test_the_sums_of_a_mail_add_up(context: Context, relay: Relay, inbox: Inbox, order: Order) -> None:
    with context.database.writing() as db:
        sums = "UPDATE orders SET discount = 480, fee = 150, tax = 828, total = 4470 WHERE id = :id"
        db.execute(text(sums), {"id": order.id})

    follow(context, relay, OrderPaid(order.id))

    plain, page = body(inbox.mails[0], "plain"), body(inbox.mails[0], "html")
    for line in ("Voucher: -€4.80", "Booking fee: €1.50", "Total: €44.70 (tax included: €8.28)"):
        assert line in plain.splitlines()
    for row in ("Voucher</th><td>-€4.80", "Booking fee</th><td>€1.50", "Tax, included</th><td>€8.28"):
        assert row in page


def test_a_mail_that_was_taken_is_written_down_once(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    follow(context, relay, OrderPaid(order.id))

    with context.database.reading() as db:
        rows = db.execute(text("SELECT kind, recipient, message_id FROM sent_mails")).all()
    assert [tuple(row) for row in rows] == [("order_paid", "amara@example.org", inbox.mails[0]["Message-ID"])]


def test_a_mail_server_that_refuses_is_asked_again_later(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    inbox.is_full = True
    assert follow(context, relay, OrderPaid(order.id)) == ["failed"]
    inbox.is_full = False
    with context.database.writing() as db:
        db.execute(text("UPDATE deliveries SET due_at = now()"))
    relay.round()
    with context.database.reading() as db:
        mine = db.execute(text("SELECT id FROM deliveries WHERE job = 'mail_tickets'")).scalar_one()

    job = ROUTING.find("mail_tickets")
    assert job is not None
    assert perform.run(context, job, mine) == "done"

    assert len(inbox.mails) == 1


def test_nobody_is_written_to_whose_account_was_deleted(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    with context.database.writing() as db:
        db.execute(text("UPDATE orders SET buyer_email = ''"))

    assert follow(context, relay, OrderPaid(order.id)) == ["done"]

    assert inbox.mails == []


@pytest.mark.parametrize(
    ("event", "subject", "says"),
    [
        (
            OrderPaidTooLate,
            "Your payment for Night of the Lamps came late: €48.00 goes back",
            "goes back by itself",
        ),
        (OrderCancelled, "is cancelled: Night of the Lamps", "Nothing was charged"),
    ],
)
def test_what_became_of_an_order_is_told(
    context: Context,
    relay: Relay,
    inbox: Inbox,
    order: Order,
    event: type[OrderPaidTooLate | OrderCancelled],
    subject: str,
    says: str,
) -> None:
    assert follow(context, relay, event(order.id)) == ["done"]

    (mail,) = inbox.mails
    assert subject in mail["Subject"]
    assert says in body(mail, "plain")
    assert says in body(mail, "html")


def test_a_refund_is_told_with_its_amount_and_what_stays_valid(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    with context.database.writing() as db:
        db.execute(text("UPDATE tickets SET state = 'void' WHERE number = 0 AND state = 'valid'"))

    follow(context, relay, OrderRefunded(order.id, 2400))

    (mail,) = inbox.mails
    assert mail["Subject"] == "€24.00 goes back to you: Night of the Lamps"
    assert body(mail, "plain").count("/tickets/") == 1


@pytest.mark.parametrize("is_cancelled", [False, True], ids=["refunded", "cancelled"])
def test_who_bought_at_the_counter_reads_that_the_money_is_paid_out_there(
    context: Context, relay: Relay, inbox: Inbox, order: Order, is_cancelled: bool
) -> None:
    with context.database.writing() as db:
        db.execute(text("UPDATE orders SET channel = 'counter'"))
        if is_cancelled:
            db.execute(text("UPDATE event_dates SET status = 'cancelled'"))

    follow(context, relay, OrderRefunded(order.id, 4800))

    (mail,) = inbox.mails
    for kind in ("plain", "html"):
        said = " ".join(body(mail, kind).split())
        assert f"it is paid out there: show this order’s code, {order.code}" in said
        assert "where it came from" not in said
        assert "by itself" not in said


def test_a_name_with_a_line_break_stays_in_its_header(
    context: Context, relay: Relay, inbox: Inbox, order: Order
) -> None:
    with context.database.writing() as db:
        db.execute(text("UPDATE orders SET buyer_name = E'Amara\\nBcc: all@example.org'"))

    follow(context, relay, OrderPaid(order.id))

    (mail,) = inbox.mails
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "amara@example.org"


def test_a_cancelled_date_is_told_as_such(context: Context, relay: Relay, inbox: Inbox, order: Order) -> None:
    with context.database.writing() as db:
        db.execute(
            text(
                "UPDATE event_dates SET status = 'cancelled'"
                " WHERE id IN (SELECT date_id FROM tickets WHERE order_id = :id)"
            ),
            {"id": order.id},
        )

    follow(context, relay, OrderRefunded(order.id, 4800))

    (mail,) = inbox.mails
    assert mail["Subject"].startswith("Cancelled: Night of the Lamps on ")
    assert "€48.00 goes back by itself" in body(mail, "plain")
    assert "€48.00 goes back by itself" in body(mail, "html")


def test_a_cancelled_date_gives_everybody_the_money_back(
    context: Context, relay: Relay, database: Database
) -> None:
    with database.writing() as db:
        orders = [sold_order(db, context.now(), price=0) for _ in range(3)]
        date_id = db.execute(
            text("SELECT date_id FROM tickets WHERE order_id = :id LIMIT 1"), {"id": orders[0].id}
        ).scalar_one()
        db.execute(
            text("UPDATE tickets SET date_id = :date WHERE order_id = ANY(:ids)"),
            {"date": date_id, "ids": [order.id for order in orders]},
        )

    booking.refund_date(context, date_id=date_id, by_id=uuid4(), by_name="Marc")
    booking.refund_date(context, date_id=date_id, by_id=uuid4(), by_name="Marc")

    with database.reading() as db:
        ids = [order.id for order in orders]
        rows = db.execute(text("SELECT state FROM orders WHERE id = ANY(:ids)"), {"ids": ids}).scalars()
        assert list(rows) == ["refunded"] * 3
        assert db.scalar(text("SELECT count(*) FROM outbox WHERE topic = 'OrderRefunded'")) == 3


def test_an_open_page_of_an_order_turns_to_paid(context: Context, relay: Relay, order: Order) -> None:
    messages = context.live.messages()
    assert next(messages) is None

    booking.redraw_order(context, order_id=order.id)

    channel, event, html = next(message for message in messages if message)
    messages.close()
    assert (channel, event) == (f"order:{order.id}", "state")
    assert 'data-order-state="paid"' in html
