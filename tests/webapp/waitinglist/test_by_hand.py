"""Staff offer to whom they choose, and take somebody off the list; the history keeps both."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.factories.waiting import a_waiter, refunded, rung, sold_out, states
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict, NotFound
from webapp.waitinglist.service import joining, offers

SECOND = timedelta(seconds=1)


def test_staff_offer_past_the_line_but_never_beyond_the_capacity(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    group, single = a_waiter(database, sale, 2, now=now), a_waiter(database, sale, now=now + SECOND)
    act = {"organizer_id": sale.organizer_id, "by": SYSTEM, "now": now}
    with pytest.raises(Conflict, match=r"Lena Lund waits for 1 place\. Kind 0, .*: 0 free"):
        offers.offer_by_hand(database, entry_id=single.id, **act)
    refunded(database, order_id, 2)

    for _ in range(2):
        offers.offer_by_hand(database, entry_id=single.id, **act)

    assert states(database, now, group, single) == ["waiting", "offered"]
    with pytest.raises(Conflict, match=r"Lena Lund waits for 2 together\. Kind 0, .*: 1 free"):
        offers.offer_by_hand(database, entry_id=group.id, **act)


def test_staff_of_another_house_offer_nothing(database: Database, now: datetime) -> None:
    sale, order_id = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, now=now)
    refunded(database, order_id, 1)

    with pytest.raises(NotFound, match="no such entry"):
        offers.offer_by_hand(database, organizer_id=uuid4(), entry_id=waiter.id, by=SYSTEM, now=now)
    rung(database, sale, now)


def test_staff_take_somebody_off_and_the_event_remembers(database: Database, now: datetime) -> None:
    sale, _ = sold_out(database, now, 4)
    waiter = a_waiter(database, sale, now=now)

    for _ in range(2):
        with database.writing() as db:
            joining.remove(db, organizer_id=sale.organizer_id, entry_id=waiter.id, by=SYSTEM, now=now)

    assert states(database, now, waiter) == ["left"]
    with database.reading() as db:
        asked = text("SELECT count(*) FROM audit_entries WHERE action = 'Taken off the waiting list'")
        assert db.scalar(asked) == 1
