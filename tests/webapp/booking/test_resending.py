"""Tickets are mailed again once for each time somebody asks."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from tests.factories.booking import a_sale, pay, placed
from webapp.booking.service import resending
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.core.outbox import Outbox


def ask(database: Database, order_id: UUID, request_id: UUID) -> None:
    with database.writing() as db:
        resending.resend(db, order_id=order_id, request_id=request_id, by=SYSTEM)


def test_a_double_click_is_one_mail_and_asking_again_another(database: Database, now: datetime) -> None:
    made = placed(database, a_sale(database), 1, now=now)
    pay(database, made.payment_id)
    first, later = uuid4(), uuid4()

    for request_id in (first, first, later):
        ask(database, made.order_id, request_id)

    with database.reading() as db:
        assert db.scalar(select(func.count()).where(Outbox.topic == "TicketsResent")) == 2


def test_an_order_without_tickets_has_nothing_to_send(database: Database, now: datetime) -> None:
    made = placed(database, a_sale(database), 1, now=now)

    with pytest.raises(Conflict, match="no tickets to send"):
        ask(database, made.order_id, uuid4())
