"""Drafts: shown from a time on without anybody's doing, deleted, and taken out of the bin."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, sign_in
from tests.factories.programme import NOW, Made, an_event
from webapp.catalog import views
from webapp.catalog.models import Event
from webapp.catalog.service import drafts
from webapp.core import clock
from webapp.core.db import Database
from webapp.desk.models import TicketRequest

ZONE = "America/Toronto"


@pytest.fixture
def draft(database: Database) -> Made:
    made = an_event(database, title="Unheard of before", status="draft", zone=ZONE)
    with database.writing() as db:
        db.get_one(Event, made.id).published_at = None
    return made


@pytest.fixture
def staff(app: Flask, database: Database, draft: Made) -> FlaskClient:
    return sign_in(app.test_client(), a_member(database, draft.organizer, "manager"))


def at(draft: Made) -> str:
    return f"/staff/{draft.organizer.slug}/events/{draft.id}"


def row(database: Database, draft: Made) -> Event:
    with database.reading() as db:
        return db.get_one(Event, draft.id)


def come(database: Database, draft: Made) -> None:
    """The time that was set is here."""
    with database.writing() as db:
        event = db.get_one(Event, draft.id)
        event.publish_at = event.published_at = clock.now() - timedelta(seconds=1)
    # Pages that were kept are looked at anew within seconds.
    views.EVENTS.clear()
    views.LISTS.clear()


def test_a_time_is_a_clock_reading_at_the_venue_and_can_be_changed_and_stopped(
    staff: FlaskClient, database: Database, draft: Made
) -> None:
    staff.post(f"{at(draft)}/publish-at", data={"at": "2027-07-01T10:00"})
    planned = row(database, draft).publish_at
    page = staff.get(at(draft)).text
    staff.post(f"{at(draft)}/publish-at", data={"at": "2027-01-15T10:00"})
    changed = row(database, draft).publish_at
    staff.post(f"{at(draft)}/publish-at")

    assert planned == datetime.fromisoformat("2027-07-01T14:00:00Z")
    assert changed == datetime.fromisoformat("2027-01-15T15:00:00Z")
    assert "Thu 1 Jul 2027, 10:00" in page
    assert row(database, draft).publish_at is None


def test_a_time_that_is_over_or_never_comes_is_refused(staff: FlaskClient, draft: Made) -> None:
    over = staff.post(f"{at(draft)}/publish-at", data={"at": "2020-07-01T10:00"})
    skipped = staff.post(f"{at(draft)}/publish-at", data={"at": "2027-03-14T02:30"})

    assert (over.status_code, skipped.status_code) == (422, 422)
    assert "This time is over" in over.text
    assert "does not exist" in skipped.text


def test_from_its_time_on_guests_find_read_and_book_it_though_no_job_ran(
    client: FlaskClient, staff: FlaskClient, database: Database, draft: Made
) -> None:
    pages = [f"/events/{draft.slug}", f"/organizers/{draft.organizer.slug}"]
    staff.post(f"{at(draft)}/publish-at", data={"at": "2027-07-01T10:00"})
    before = ["Unheard of before" in client.get(page).text for page in pages]
    come(database, draft)
    hold = {"event": str(draft.id), "date": str(draft.dates[0]), f"qty-{draft.types[0]}": "1"}

    after = ["Unheard of before" in client.get(page).text for page in pages]
    held = client.post("/basket/hold", data=hold)

    assert (before, after) == ([False, False], [True, True])
    assert held.status_code == 303
    assert row(database, draft).status == "draft"


def test_the_clock_writes_down_what_time_has_published(
    staff: FlaskClient, database: Database, draft: Made
) -> None:
    staff.post(f"{at(draft)}/publish-at", data={"at": "2027-07-01T10:00"})
    come(database, draft)

    with database.writing() as db:
        drafts.publish_due(db)

    found = row(database, draft)
    assert (found.status, found.publish_at) == ("published", None)


def test_a_deleted_draft_lies_in_the_bin_and_comes_back_whole(
    staff: FlaskClient, database: Database, draft: Made
) -> None:
    gone = staff.post(f"{at(draft)}/delete")
    bin_ = f"/staff/{draft.organizer.slug}/events/bin"

    assert gone.location == bin_
    assert "Unheard of before" in staff.get(bin_).text
    assert "Unheard of before" not in staff.get(f"/staff/{draft.organizer.slug}/events").text
    assert staff.get(at(draft)).status_code == 404
    assert staff.post(f"{at(draft)}/publish").status_code == 409

    staff.post(f"{at(draft)}/restore")

    assert "Unheard of before" in staff.get(at(draft)).text
    assert "Unheard of before" not in staff.get(bin_).text


def test_a_planned_draft_that_lay_in_the_bin_is_new_when_it_is_published(
    staff: FlaskClient, database: Database, draft: Made
) -> None:
    staff.post(f"{at(draft)}/publish-at", data={"at": "2030-07-01T10:00"})
    for step in ("delete", "restore", "publish"):
        assert staff.post(f"{at(draft)}/{step}").status_code == 303

    published = row(database, draft).published_at
    assert published
    assert published <= clock.now()


def test_what_guests_know_of_is_not_deleted(
    staff: FlaskClient, client: FlaskClient, database: Database, draft: Made
) -> None:
    staff.post(f"{at(draft)}/publish")
    published = staff.post(f"{at(draft)}/delete")
    hold = {"event": str(draft.id), "date": str(draft.dates[0]), f"qty-{draft.types[0]}": "1"}
    client.post("/basket/hold", data=hold)
    with database.writing() as db:
        db.get_one(Event, draft.id).status = "draft"

    held = staff.post(f"{at(draft)}/delete")

    assert (published.status_code, held.status_code) == (409, 409)


def test_after_thirty_days_the_bin_is_empty(staff: FlaskClient, database: Database, draft: Made) -> None:
    staff.post(f"{at(draft)}/delete")

    with database.writing() as db:
        drafts.empty_bin(db, NOW + timedelta(days=31))

    with database.reading() as db:
        assert db.get(Event, draft.id) is None


def test_one_that_somebody_asked_for_stays_and_keeps_nothing_else_in_the_bin(
    staff: FlaskClient, database: Database, draft: Made
) -> None:
    other = an_event(database, status="draft", organizer=draft.organizer)
    with database.writing() as db:
        db.add(
            TicketRequest(
                organizer_id=draft.organizer.id,
                date_id=draft.dates[0],
                ticket_type_id=draft.types[0],
                quantity=1,
                name="Ida",
                email="ida@example.org",
                secret="s",
                asked_at=NOW,
                answer_by=NOW + timedelta(days=1),
            )
        )
    asked = staff.post(f"{at(draft)}/delete")
    assert asked.status_code == 409
    assert "asked for tickets" in asked.text
    with database.writing() as db:
        for one in (draft, other):
            event = db.get_one(Event, one.id)
            event.status, event.deleted_at = "deleted", NOW

    with database.writing() as db:
        drafts.empty_bin(db, NOW + timedelta(days=31))

    with database.reading() as db:
        assert [db.get(Event, one.id) is None for one in (draft, other)] == [False, True]


@pytest.fixture
def date(database: Database, draft: Made) -> str:
    """The draft's date, whose pool has no places yet."""
    with database.writing() as db:
        found = str(db.scalar(text("SELECT id FROM event_dates WHERE event_id = :id"), {"id": draft.id}))
        db.execute(text("UPDATE pools SET capacity = 0, taken = 0 WHERE date_id = :date"), {"date": found})
    return found


@pytest.mark.parametrize("button", ["publish", "publish-at"])
def test_an_event_whose_pools_have_no_places_is_not_published_and_the_way_to_them_is_shown(
    staff: FlaskClient, database: Database, draft: Made, date: str, button: str
) -> None:
    answer = staff.post(f"{at(draft)}/{button}", data={"at": "2027-07-01T10:00"})

    assert answer.status_code == 409
    assert "Its pools have 0 places, so nobody could buy a ticket." in answer.text
    assert f"/dates/{date}#pools" in answer.text
    assert (row(database, draft).status, row(database, draft).publish_at) == ("draft", None)


KEPT = """
    WITH code AS (
        INSERT INTO vouchers (id, organizer_id, code, kind, value)
        SELECT gen_random_uuid(), e.organizer_id, 'LAMPS', 'none', 0
        FROM events e JOIN event_dates d ON d.event_id = e.id WHERE d.id = :date RETURNING id
    )
    INSERT INTO pools (id, date_id, parent_id, voucher_id, name, capacity)
    SELECT gen_random_uuid(), p.date_id, p.id, code.id, 'Kept', 5 FROM pools p, code WHERE p.date_id = :date
"""


@pytest.mark.parametrize("enough", ["UPDATE ticket_types SET approval = 'ask' WHERE date_id = :date", KEPT])
def test_places_that_are_given_later_or_kept_for_codes_are_enough_to_be_published(
    staff: FlaskClient, database: Database, draft: Made, date: str, enough: str
) -> None:
    with database.writing() as db:
        db.execute(text(enough), {"date": date})

    staff.post(f"{at(draft)}/publish")

    assert row(database, draft).status == "published"
