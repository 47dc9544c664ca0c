"""From a place that comes back to the tickets of whoever waited for it, through the real relay and worker."""

import subprocess
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import text

from tests.factories.booking import Sale, a_sale, empty, order, pay, placed, sent_back, taken, tickets
from tests.factories.waiting import Waiter, a_waiter, key_in, rung, seen, states, taken_over
from tests.workers.conftest import Inbox, eventually
from webapp.booking.service import cancellation, returns
from webapp.core import outbox
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.events import Event
from webapp.waitinglist.events import EntryAsked, ListClosed
from webapp.waitinglist.service import joining
from webapp.waitinglist.service.joining import Guest, Wish
from workers import perform, timers
from workers.context import Context
from workers.relay import Relay
from workers.routing import ROUTING

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def sale(database: Database, redis: Redis) -> Iterator[Sale]:
    """All there is: what other tests left would be served, too."""
    empty(database)
    yield a_sale(database, places=(3,))
    empty(database)
    redis.flushdb()


@pytest.fixture
def order_id(database: Database, sale: Sale, context: Context) -> UUID:
    """The order that has all places."""
    made = placed(database, sale, 3, now=context.now())
    pay(database, made.payment_id)
    return made.order_id


def words(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def about(inbox: Inbox, subject: str) -> list[EmailMessage]:
    return [mail for mail in inbox.mails if subject in mail["Subject"]]


def some_tickets(database: Database, order_id: UUID, number: int) -> list[UUID]:
    chosen = text("SELECT id FROM tickets WHERE order_id = :id AND state = 'valid' ORDER BY id LIMIT :n")
    with database.reading() as db:
        return list(db.scalars(chosen, {"id": order_id, "n": number}))


def follow(context: Context, *events: Event) -> None:
    """Let the relay and the jobs do what follows from these, in this process."""
    with context.database.writing() as db:
        for event in events:
            outbox.record(db, event)
    Relay(context.database.writing, context.redis, ROUTING).round()
    with context.database.reading() as db:
        due = db.execute(text("SELECT id, job FROM deliveries WHERE done_at IS NULL ORDER BY id")).all()
    for row in due:
        job = ROUTING.find(row.job)
        assert job is not None
        assert perform.run(context, job, row.id) == "done"


@pytest.mark.slow
def test_a_guest_waits_is_offered_a_place_and_buys_it(
    database: Database,
    redis: Redis,
    context: Context,
    inbox: Inbox,
    start: Start,
    sale: Sale,
    order_id: UUID,
) -> None:
    start("clock", module="workers")
    start("worker", "--queues", "urgent", module="workers")
    with database.writing() as db:
        guest, wish = Guest("Lena Lund", "lena@example.org"), Wish([sale.types[0]], 2, True)
        joining.join(db, event_id=sale.event_id, wish=wish, guest=guest, now=context.now())
    eventually(lambda: len(about(inbox, "Do you want to wait")) == 1)
    key = key_in(words(inbox.mails[-1]))
    with database.writing() as db:
        joining.confirm(db, key=key, now=context.now())

    with database.writing() as db:
        chosen = some_tickets(database, order_id, 2)
        cancellation.refund(db, order_id=order_id, ticket_ids=chosen, reason="Ill", by=SYSTEM)

    eventually(lambda: len(about(inbox, "2 places for Night of the Lamps")) == 1)
    waiter = Waiter(order_id, key_in(words(about(inbox, "2 places")[0])))
    held, basket = taken_over(database, waiter, context.now())
    pay(database, order(database, held, basket=basket, now=context.now()).payment_id)
    eventually(lambda: states(database, context.now(), waiter) == ["bought"])
    assert taken(database, sale) == [3]


def test_the_clock_offers_what_no_bell_has_told(
    database: Database, redis: Redis, context: Context, sale: Sale, order_id: UUID
) -> None:
    waiter = a_waiter(database, sale, now=context.now())
    with database.writing() as db:
        db.execute(text("UPDATE pools SET capacity = 4"))

    timers.serve_waiting_lists(context)

    assert states(database, context.now(), waiter) == ["offered"]
    assert str(sale.date_id) in context.live.changed_dates()


def test_an_address_that_waits_already_is_sent_its_link_again(
    database: Database, redis: Redis, context: Context, inbox: Inbox, sale: Sale, order_id: UUID
) -> None:
    waiter = a_waiter(database, sale, 2, now=context.now())
    follow(context)
    inbox.mails.clear()

    follow(context, EntryAsked(waiter.id))

    (mail,) = inbox.mails
    assert mail["Subject"] == "You are on the waiting list: Night of the Lamps"
    for kind in ("plain", "html"):
        assert key_in(words(mail, kind)) == waiter.key
        assert "2 places together, or none" in words(mail, kind)
        assert "You are the next." in words(mail, kind)


def test_an_offer_that_ran_out_is_told_with_the_way_back(
    database: Database, redis: Redis, context: Context, inbox: Inbox, sale: Sale, order_id: UUID
) -> None:
    waiter = a_waiter(database, sale, now=context.now())
    with database.writing() as db:
        db.execute(text("UPDATE pools SET capacity = 4"))
    rung(database, sale, context.now())
    with database.writing() as db:
        db.execute(text("UPDATE holds SET expires_at = now() WHERE basket LIKE 'offer %'"))
    timers.sweep_holds(context)
    timers.serve_waiting_lists(context)

    follow(context)

    assert states(database, context.now(), waiter) == ["lapsed"]
    (mail,) = about(inbox, "Your offer ran out: Night of the Lamps")
    assert "join again with one press" in words(mail)
    assert key_in(words(mail, "html")) == waiter.key
    # The offer's own mail came too late to be of use, and was not sent.
    assert about(inbox, "yours until") == []


def test_who_gave_a_ticket_back_is_told_when_it_is_sold(
    database: Database, redis: Redis, context: Context, inbox: Inbox, sale: Sale, order_id: UUID
) -> None:
    (mine,) = some_tickets(database, order_id, 1)
    with database.writing() as db:
        returns.offer_back(db, order_id=order_id, ticket_id=mine, now=context.now())
    waiter = a_waiter(database, sale, now=context.now())
    rung(database, sale, context.now())
    held, basket = taken_over(database, waiter, context.now())
    bought = order(database, held, basket=basket, now=context.now())
    pay(database, bought.payment_id)
    with database.writing() as db:
        db.execute(text("DELETE FROM deliveries"))
        db.execute(text("UPDATE outbox SET sent_at = now() WHERE topic NOT IN ('TicketsResold')"))

    follow(context)

    (mail,) = inbox.mails
    assert mail["Subject"] == "Sold again, €24.00 goes back to you: Night of the Lamps"
    for kind in ("plain", "html"):
        assert words(mail, kind).count("/tickets/") == 2
    assert sent_back(database, order_id) == 2400
    assert tickets(database, bought.order_id) == ["valid"]


def test_the_end_of_a_list_is_told(
    database: Database, redis: Redis, context: Context, inbox: Inbox, sale: Sale, order_id: UUID
) -> None:
    waiter = a_waiter(database, sale, now=context.now())
    with database.writing() as db:
        db.execute(text("UPDATE event_dates SET status = 'cancelled'"))

    timers.close_waiting_lists(context)
    follow(context, ListClosed(waiter.id))

    assert seen(database, waiter, context.now()).state == "ended"
    assert len(about(inbox, "The waiting list is closed: Night of the Lamps")) == 2
