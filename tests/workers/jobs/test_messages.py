"""Messages reach each address once, also when a worker is killed; what comes back is not written to again."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from subprocess import Popen
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import text

from tests.factories.booking import Sale, a_sale
from tests.factories.messages import a_buyer, a_message, begin
from tests.workers.conftest import Inbox, eventually
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.messages.queries.audience import counted
from webapp.messages.rules.audience import Audience
from webapp.messages.service import bounces, sending, writing
from workers.context import Context
from workers.jobs.messages import send_message
from workers.relay import Relay
from workers.routing import ROUTING


@dataclass
class Moody(Inbox):
    """Knows none of the `unknown`, and kills the process `victim` once it has taken a mail to `deadly`."""

    unknown: set[str] = field(default_factory=set)
    deadly: str = ""
    victim: int = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: object, address: str, _options: object
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 Nobody here of that name"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 Known"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        said = await super().handle_DATA(server, session, envelope)  # type: ignore[arg-type]
        if self.victim and self.deadly in envelope.rcpt_tos:  # type: ignore[attr-defined]
            os.kill(self.victim, signal.SIGKILL)
        return said


@pytest.fixture
def inbox() -> Moody:
    return Moody()


@pytest.fixture
def sale(database: Database) -> Sale:
    return a_sale(database, places=(50,))


def states(database: Database, message_id: UUID) -> dict[str, str]:
    with database.reading() as db:
        rows = db.execute(
            text("SELECT address, state FROM message_recipients WHERE message_id = :id"), {"id": message_id}
        )
        return {row.address: row.state for row in rows}


def work(context: Context, message_id: UUID) -> None:
    effect = send_message(context.of(uuid7()), message_id=message_id)
    if effect:
        with context.database.writing() as db:
            effect(db)


def test_everybody_gets_it_once_with_their_own_words(
    context: Context, database: Database, inbox: Moody, sale: Sale
) -> None:
    first, second = a_buyer(database, sale), a_buyer(database, sale)
    a_buyer(database, sale, email=first.upper())
    message = a_message(database, sale, body="Hello {name}, see {order_link}")

    begin(database, sale, message)
    work(context, message)
    work(context, message)

    assert Counter(mail["To"].addresses[0].addr_spec.lower() for mail in inbox.mails) == {first: 1, second: 1}
    (body,) = {mail.get_body(("plain",)).get_content().split(", see ")[0] for mail in inbox.mails}  # type: ignore[union-attr]
    assert body == "Hello Amara Okafor"
    page = inbox.mails[0].get_body(("html",))
    assert page is not None
    assert 'href="http://box.office.test/orders/' in page.get_content()
    assert inbox.mails[0]["Subject"] == "About Night of the Lamps"
    assert inbox.mails[0]["List-Unsubscribe"] is None


def test_a_worker_that_is_killed_between_sending_and_noting_sends_nothing_twice(
    database: Database,
    redis: Redis,
    inbox: Moody,
    sale: Sale,
    start: Callable[..., Popen[bytes]],
) -> None:
    guests = [a_buyer(database, sale) for _ in range(4)]
    message = a_message(database, sale)
    begin(database, sale, message)
    relay = Relay(database.writing, redis, ROUTING)
    inbox.deadly = guests[1]
    worker = start("worker", "--queues", "slow", module="workers")
    inbox.victim = worker.pid
    eventually(lambda: relay.round() >= 0 and worker.poll() is not None)

    assert states(database, message)[guests[1]] == "sending"
    inbox.victim = 0
    with database.writing() as db:
        sending.tend(db, clock.now() + timedelta(minutes=3))
    start("worker", "--queues", "slow", module="workers")
    eventually(lambda: relay.round() >= 0 and "waiting" not in states(database, message).values())
    eventually(lambda: "sending" not in states(database, message).values())

    # Messages of other tests may be on their way as well.
    arrived = Counter(mail["To"].addresses[0].addr_spec for mail in inbox.mails)
    assert {guest: arrived[guest] for guest in guests} == dict.fromkeys(guests, 1)
    assert states(database, message) == dict.fromkeys(guests, "sent") | {guests[1]: "unknown"}


def test_an_address_that_the_server_does_not_know_is_not_written_to_again_until_staff_clear_it(
    context: Context, database: Database, inbox: Moody, sale: Sale
) -> None:
    good, bad = a_buyer(database, sale), a_buyer(database, sale)
    inbox.unknown = {bad}
    first = a_message(database, sale)
    begin(database, sale, first)
    work(context, first)
    assert states(database, first) == {good: "sent", bad: "failed"}

    second = a_message(database, sale)
    begin(database, sale, second)
    work(context, second)
    assert states(database, second) == {good: "sent", bad: "skipped"}

    inbox.unknown = set()
    with database.writing() as db:
        bounce = db.scalars(text("SELECT id FROM mail_bounces WHERE address = :bad"), {"bad": bad}).one()
        bounces.clear(db, organizer_id=sale.organizer_id, bounce_id=bounce, by=SYSTEM)
    third = a_message(database, sale)
    begin(database, sale, third)
    work(context, third)
    assert states(database, third) == {good: "sent", bad: "sent"}


def test_a_server_without_room_is_asked_again_later(
    context: Context, database: Database, inbox: Moody, sale: Sale
) -> None:
    guest = a_buyer(database, sale)
    inbox.is_full = True
    message = a_message(database, sale)
    begin(database, sale, message)
    work(context, message)
    assert states(database, message) == {guest: "waiting"}

    inbox.is_full = False
    with database.writing() as db:
        db.execute(text("UPDATE message_recipients SET due_at = now() WHERE state = 'waiting'"))
    work(context, message)

    assert (states(database, message), len(inbox.mails)) == ({guest: "sent"}, 1)


def test_news_reach_who_wanted_them_and_end_with_one_click(
    context: Context, database: Database, inbox: Moody, sale: Sale
) -> None:
    wants, not_asked = a_buyer(database, sale), a_buyer(database, sale)
    with database.writing() as db:
        db.execute(text("UPDATE orders SET wants_news = true WHERE buyer_email = :who"), {"who": wants})
    first = a_message(database, sale, purpose="news")
    begin(database, sale, first)
    work(context, first)

    (mail,) = inbox.mails
    assert states(database, first) == {wants: "sent", not_asked: "skipped"}
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    with database.writing() as db:
        key = link.rsplit("/", 1)[1]
        bounces.choose_by_link(db, secret=key, wants=False, source="one click")
    # They buy again and want none: what they ended stays ended.
    a_buyer(database, sale, email=wants)
    with database.reading() as db:
        found = counted(db, sale.organizer_id, Audience(event_id=sale.event_id), "news")
    assert found == {"did not ask for news": 2}


def test_what_was_stopped_on_its_way_is_sent_to_nobody_else(
    context: Context, database: Database, inbox: Moody, sale: Sale
) -> None:
    a_buyer(database, sale)
    message = a_message(database, sale)
    begin(database, sale, message)
    with database.writing() as db:
        writing.stop(db, organizer_id=sale.organizer_id, message_id=message, by=SYSTEM)
    work(context, message)

    assert inbox.mails == []
