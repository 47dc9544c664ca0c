"""The processes as production starts them: from the provider's word to the mail with the tickets."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from redis import Redis
from sqlalchemy import text

from tests.factories.sold import sold_order
from tests.workers.conftest import ROOT, Inbox, eventually
from webapp.core.db import Database
from webapp.payments.gateway import GatewayEvent
from webapp.payments.service import charges
from workers.context import Context

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.mark.slow
def test_money_becomes_tickets_a_mail_and_a_page_that_turns(
    database: Database, context: Context, redis: Redis, inbox: Inbox, start: Start
) -> None:
    for role in ("clock", "worker"):
        start(role, module="workers")
    pages = context.live.messages(poll_seconds=0.1)
    assert next(pages) is None
    with database.writing() as db:
        order = sold_order(db, context.now(), state="awaiting_payment")
        payment = charges.request(
            db,
            reference=order.id,
            amount=order.total,
            currency="EUR",
            description="Two tickets",
            email=order.buyer_email,
            return_url="http://box.office.test/",
            expires_at=context.now() + timedelta(minutes=10),
            key=str(uuid4()),
        )

    with database.writing() as db:
        charges.record_webhook(
            db,
            GatewayEvent(f"evt_{payment}", "session.paid", "ses_1", str(payment), order.total, {}),
        )

    eventually(lambda: len(inbox.mails) == 1)
    kinds = [part.get_content_type() for part in inbox.mails[0].iter_attachments()]
    assert kinds == ["application/pdf", "text/calendar"]
    heard: list[str] = []

    def turned() -> bool:
        if (message := next(pages)) and message[0] == f"order:{order.id}":
            heard.append(message[2])
        return bool(heard)

    eventually(turned)
    pages.close()
    assert 'data-order-state="paid"' in heard[-1]
    with database.reading() as db:
        assert db.scalar(text("SELECT state FROM orders WHERE id = :id"), {"id": order.id}) == "paid"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["worker", "--queues", "urgent,quick"], "There is no queue quick"),
        (["clock"], "Marquee cannot start: SECRET_KEY is not set."),
    ],
)
def test_a_wrong_start_is_said_in_one_sentence(
    environment: dict[str, str], arguments: list[str], says: str
) -> None:
    given = {} if arguments == ["clock"] else environment

    ended = subprocess.run(
        [sys.executable, "-m", "workers", *arguments],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode != 0
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
