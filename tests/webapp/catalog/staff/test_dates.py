"""A date's edit page: saving it unchanged changes nothing, moving guests needs a word to them."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories.booking import pay, placed
from tests.webapp.planning.conftest import Desk, desk
from webapp.core import clock
from webapp.core.ids import uuid7

__all__ = ["desk"]

# With seconds; in the second of two equal hours; in a zone that is not the venue's any more.
INSTANTS = [
    ("Europe/Oslo", datetime(2027, 1, 4, 19, 0, 41, tzinfo=UTC)),
    ("Europe/Oslo", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ("America/New_York", datetime(2027, 6, 1, 23, 30, tzinfo=UTC)),
]


def shown(desk: Desk) -> dict[str, str]:
    """The fields of the page's form for time and place."""
    page = desk.browser.get(f"{desk.base}/dates/{desk.sale.date_id}").text
    names = re.findall(r'name="(id|starts_at|ends_at|doors_at)"[^>]*?value="([^"]*)"', page)
    venue = re.findall(r'<option value="([^"]+)" selected>', page)[0]
    return {**{name: html.unescape(value) for name, value in reversed(names)}, "venue_id": venue}


def stands(desk: Desk) -> Any:
    return desk.rows(
        "SELECT starts_at, ends_at, doors_at, zone, venue_id FROM event_dates WHERE event_id = :event"
    )


@pytest.mark.parametrize(("zone", "starts_at"), INSTANTS)
def test_opening_and_saving_a_date_changes_nothing(desk: Desk, zone: str, starts_at: datetime) -> None:
    with desk.database.writing() as db:
        db.execute(
            text(
                "UPDATE event_dates SET zone = :zone, starts_at = :at, ends_at = :at + interval '90 minutes',"
                " doors_at = :at - interval '20 minutes' WHERE id = :id"
            ),
            {"zone": zone, "at": starts_at, "id": desk.sale.date_id},
        )
    before = stands(desk)
    answer = desk.browser.post(f"{desk.base}/dates/{desk.sale.date_id}", data=shown(desk))

    assert answer.status_code == 303
    assert stands(desk) == before
    assert desk.rows(
        "SELECT count(*) FROM audit_entries WHERE subject_id = :event AND action = 'Date changed'"
    ) == [0]


def test_a_date_that_guests_have_moves_with_a_message_to_them(desk: Desk) -> None:
    pay(desk.database, placed(desk.database, desk.sale, 1, now=clock.now()).payment_id)
    moved = {**shown(desk), "starts_at": "2027-01-04T19:00", "message": "We begin early."}
    address = f"{desk.base}/dates/{desk.sale.date_id}"
    refused = desk.browser.post(address, data=moved)
    assert "Type the title as it is written" in refused.text
    assert desk.readings() == ["2027-01-04 20:00"]

    title = desk.rows("SELECT title FROM events WHERE id = :event")[0]
    assert (
        "Write to the guests"
        in desk.browser.post(address, data={**moved, "typed": title, "message": ""}).text
    )
    desk.browser.post(address, data={**moved, "typed": title.upper()})

    assert desk.readings() == ["2027-01-04 19:00"]
    assert desk.rows(
        "SELECT payload->>'message' FROM outbox WHERE topic = 'DateMoved' AND payload->>'date_id' = :id",
        id=str(desk.sale.date_id),
    ) == ["We begin early."]


def test_a_time_that_comes_twice_is_said(desk: Desk) -> None:
    times = {"starts_at": "2027-10-31T02:30", "ends_at": "2027-10-31T05:00", "doors_at": ""}
    desk.browser.post(f"{desk.base}/dates/{desk.sale.date_id}", data={**shown(desk), **times})

    page = desk.browser.get(f"{desk.base}/dates/{desk.sale.date_id}").text
    assert "02:30 comes twice that night: the one in CEST is meant." in page


def test_a_date_that_cannot_be_added_keeps_what_was_typed_without_scripts(desk: Desk) -> None:
    venue = desk.rows("SELECT venue_id FROM event_dates WHERE event_id = :event")[0]
    typed = {"id": str(uuid7()), "venue_id": str(venue), "starts_at": "2027-03-28T02:30"}
    typed["ends_at"] = "2027-03-28T05:00"

    refused = desk.browser.post(f"{desk.event}/dates", data=typed)

    assert refused.status_code == 422
    assert "02:30 does not exist in Europe/Oslo" in refused.text
    assert 'value="2027-03-28T05:00"' in refused.text
    assert (
        desk.browser.post(f"{desk.event}/dates", data=typed | {"starts_at": "2027-03-28T03:30"}).status_code
        == 303
    )


def test_opening_and_saving_a_ticket_type_changes_nothing(desk: Desk) -> None:
    """Its sale ends in the second of two equal hours, and not at a whole minute."""
    with desk.database.writing() as db:
        db.execute(
            text("UPDATE ticket_types SET sale_ends_at = :at WHERE id = :id"),
            {"at": datetime(2027, 10, 31, 1, 30, 7, tzinfo=UTC), "id": desk.sale.types[0]},
        )
    window = "SELECT sale_starts_at, sale_ends_at FROM ticket_types WHERE id = :id"
    before = desk.rows(window, id=desk.sale.types[0])
    fields = {
        "id": str(desk.sale.types[0]),
        "pool_id": str(desk.sale.pools[0]),
        "name": "Kind 0",
        "price": "24",
    }
    desk.browser.post(
        f"{desk.base}/dates/{desk.sale.date_id}/types", data={**fields, "sale_ends_at": "2027-10-31T02:30"}
    )

    assert desk.rows(window, id=desk.sale.types[0]) == before


@pytest.mark.parametrize(
    ("statement", "said", "part"),
    [
        ("UPDATE pools SET capacity = 0 WHERE date_id = :id", "Its pools have 0 places", "pools"),
        ("UPDATE ticket_types SET withdrawn = true WHERE date_id = :id", "at least one ticket type", "types"),
    ],
)
def test_a_date_that_nobody_could_buy_of_is_not_put_on_sale(
    desk: Desk, statement: str, said: str, part: str
) -> None:
    with desk.database.writing() as db:
        for one in ("UPDATE event_dates SET status = 'scheduled' WHERE id = :id", statement):
            db.execute(text(one), {"id": desk.sale.date_id})

    answer = desk.browser.post(f"{desk.base}/dates/{desk.sale.date_id}/sale", data={"step": "on_sale"})

    assert answer.status_code == 409
    assert said in answer.text
    assert f"/dates/{desk.sale.date_id}#{part}" in answer.text
    assert desk.rows("SELECT status FROM event_dates WHERE event_id = :event") == ["scheduled"]


@pytest.mark.parametrize(("until", "is_there"), [("2027-01-04", False), ("2027-01-05", True)])
def test_days_of_the_list_end_at_midnight_where_a_date_takes_place(
    desk: Desk, until: str, is_there: bool
) -> None:
    # Half past midnight of 5 January in Oslo.
    instants = {"at": datetime(2027, 1, 4, 23, 30, tzinfo=UTC), "date": desk.sale.date_id}
    with desk.database.writing() as db:
        move = "UPDATE event_dates SET starts_at = :at, ends_at = :at + interval '2 hours' WHERE id = :date"
        db.execute(text(move), instants)

    listed = desk.browser.get(f"{desk.base}/dates?since=2027-01-01&until={until}").text

    assert (str(desk.sale.date_id) in listed) is is_there
