"""The first page of an organizer: each thing that needs a person, for whom may do it, until it is done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, a_person, an_organizer, sign_in
from tests.factories.booking import Sale, a_sale, pay, placed
from tests.factories.programme import an_event
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.core.reach import EVERYTHING
from webapp.planning.models import Series, SeriesDate
from webapp.reports.queries.todos import every
from webapp.reports.rules.todos import POINTS, Todo, expected, is_slow

NOW = clock.now().replace(second=0, microsecond=0)


@pytest.fixture
def house(database: Database) -> Organizer:
    return an_organizer(database)


def todos(database: Database, house: Organizer, now: datetime = NOW) -> dict[str, Todo]:
    """All that there is to do, by the beginning of its key."""
    with database.reading() as db:
        found = every.todos(db, house.id, now, now.date(), reach_of=lambda _: EVERYTHING)
    return {todo.key.partition(":")[0]: todo for todo in found.now}


def change(database: Database, statement: str, **values: Any) -> None:
    with database.writing() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text(statement), values)


def an_order(database: Database, house: Organizer, state: str) -> str:
    sale = a_sale(database, organizer_id=house.id)
    order = placed(database, sale, 1, now=clock.now())
    change(database, "UPDATE orders SET state = :state WHERE code = :code", state=state, code=order.code)
    return order.code


def test_a_house_where_all_is_well_has_nothing_to_do(database: Database, house: Organizer) -> None:
    a_sale(database, organizer_id=house.id)
    assert todos(database, house) == {}


def test_an_order_to_review_is_one_link_away(database: Database, house: Organizer) -> None:
    code = an_order(database, house, "needs_review")
    found = todos(database, house)["review"]
    assert (found.kind, found.number, found.path) == ("bad", 1, f"/orders/{code}")
    an_order(database, house, "needs_review")
    assert todos(database, house)["review"].path.startswith("/orders?state=needs_review")


def test_a_refund_that_was_refused_is_told_and_one_on_its_way_after_an_hour(
    database: Database, house: Organizer
) -> None:
    sale = a_sale(database, organizer_id=house.id)
    order = placed(database, sale, 1, now=clock.now())
    pay(database, order.payment_id)
    change(
        database,
        "INSERT INTO refunds (id, payment_id, amount, reason, state, idempotency_key, created_at)"
        " SELECT gen_random_uuid(), CAST(:payment AS uuid), 100, '', 'requested',"
        " CAST(:payment AS text) || 'k', :at",
        payment=order.payment_id,
        at=NOW - timedelta(minutes=30),
    )
    assert "refunds-requested" not in todos(database, house)
    assert "refunds-requested" in todos(database, house, NOW + timedelta(hours=1))
    change(database, "UPDATE refunds SET state = 'failed' WHERE payment_id = :id", id=order.payment_id)
    assert todos(database, house)["refunds-failed"].kind == "bad"


def test_two_dates_in_one_hall_at_one_time_are_in_each_others_way(
    database: Database, house: Organizer
) -> None:
    first = a_sale(database, organizer_id=house.id)
    second = a_sale(database, organizer_id=house.id)
    assert "clash" not in todos(database, house), "each has a hall of its own"
    change(
        database,
        "UPDATE event_dates d SET venue_id = f.venue_id FROM event_dates f"
        " WHERE f.id = :first AND d.id = :second",
        first=first.date_id,
        second=second.date_id,
    )
    found = todos(database, house)["clash"]
    assert (found.number, "/dates?venue=" in found.path) == (1, True)
    change(database, "UPDATE event_dates SET status = 'cancelled' WHERE id = :id", id=second.date_id)
    assert "clash" not in todos(database, house)


def test_a_draft_is_late_when_its_date_is_near(database: Database, house: Organizer) -> None:
    an_event(database, organizer=house, status="draft", starts=[NOW + timedelta(days=90)])
    assert "drafts-near" not in todos(database, house)
    an_event(database, organizer=house, status="draft", starts=[NOW + timedelta(days=9)])
    assert todos(database, house)["drafts-near"].number == 1


def test_a_series_that_nobody_published_is_told(database: Database, house: Organizer) -> None:
    starts = [NOW + timedelta(days=60 + 7 * week) for week in range(4)]
    an_event(database, organizer=house, status="draft", title="Tuesdays", starts=starts)
    assert "Tuesdays has 4 dates" in todos(database, house)["drafts-series"].why


def test_dates_that_a_series_made_and_nobody_put_on_sale_are_told(
    database: Database, house: Organizer
) -> None:
    starts = [NOW + timedelta(days=60 + 7 * week) for week in range(3)]
    event = an_event(database, organizer=house, title="Tuesdays", starts=starts)
    with database.writing() as db:
        venue = db.scalar(text("SELECT venue_id FROM event_dates LIMIT 1"))
        db.add(series := Series(id=uuid7(), event_id=event.id, venue_id=venue, pattern={}))
        db.flush()
        db.add_all(
            SeriesDate(date_id=date, series_id=series.id, day=at.date())
            for date, at in zip(event.dates, starts, strict=True)
        )
    assert "unsold" not in todos(database, house), "all are on sale"
    change(database, "UPDATE event_dates SET status = 'scheduled' WHERE id = ANY(:ids)", ids=event.dates[1:])

    assert todos(database, house)["unsold"].number == 2


def test_a_large_sale_that_begins_soon_wants_a_waiting_room(database: Database, house: Organizer) -> None:
    small = an_event(database, organizer=house, capacity=80)
    large = an_event(database, organizer=house, capacity=900)
    change(
        database,
        "UPDATE event_dates SET on_sale_at = :at WHERE event_id = ANY(:ids)",
        at=NOW + timedelta(days=2),
        ids=[small.id, large.id],
    )
    assert todos(database, house)["roomless"].key == f"roomless:{large.id}"
    change(
        database,
        "INSERT INTO waiting_rooms (id, event_id, mode, in_force_since) VALUES (:id, :id, 'on', now())",
        id=large.id,
    )
    assert "roomless" not in todos(database, house)


def test_a_date_sells_slowly_by_custom_where_nothing_like_it_has_been(
    database: Database, house: Organizer
) -> None:
    event = an_event(database, organizer=house, capacity=100, taken=8, starts=[NOW + timedelta(days=6)])
    change(
        database,
        "UPDATE events SET published_at = :at WHERE id = :id",
        at=NOW - timedelta(days=40),
        id=event.id,
    )
    found = todos(database, house)["slow"]
    assert (found.number, found.unit) == (8, "%")
    assert "8 of 100 places taken, with 6 days to go. By custom it is 30%" in found.why
    change(database, "UPDATE pools SET taken = 40 WHERE date_id = :id", id=event.dates[0])
    assert "slow" not in todos(database, house)


def test_what_is_usual_is_the_middle_of_comparable_dates() -> None:
    curves = [[share] * len(POINTS) for share in (80, 60, 10)]
    assert expected(6, curves).percent == 60
    assert expected(6, curves[:2]).dates == 0
    assert [is_slow(percent, expected(6, curves)) for percent in (29, 30)] == [True, False]


def test_who_waits_for_a_full_date_could_have_a_bigger_hall(database: Database, house: Organizer) -> None:
    sale = a_sale(database, organizer_id=house.id, places=(10,))
    change(database, "UPDATE pools SET taken = capacity WHERE date_id = :id", id=sale.date_id)
    _six_wait(database, sale)
    assert "waiting" not in todos(database, house), "there is no bigger hall"
    other = a_sale(database, organizer_id=house.id, places=(200,))
    found = todos(database, house).get("waiting")
    assert found is None, "the bigger hall is taken at that time"
    change(
        database,
        "UPDATE event_dates SET starts_at = starts_at + interval '2 days',"
        " ends_at = ends_at + interval '2 days' WHERE id = :id",
        id=other.date_id,
    )
    found = todos(database, house)["waiting"]
    assert found.number == 3
    assert "6 places are wanted beyond 10. Harbour Hall holds 200 and is free then." in found.why


def _six_wait(database: Database, sale: Sale) -> None:
    """Three people, each for two places."""
    for number in range(3):
        change(
            database,
            "WITH entry AS (INSERT INTO waitlist_entries (id, event_id, secret, name, email, places,"
            " together, ticket_type_ids, state, asked_at, joined_at) VALUES (gen_random_uuid(), :event,"
            " gen_random_uuid()::text, 'Ana', :email, 2, true, ARRAY[CAST(:kind AS uuid)], 'waiting',"
            " now(), now()) RETURNING id)"
            " INSERT INTO waitlist_wishes (entry_id, ticket_type_id, pool_id, least, joined_at)"
            " SELECT id, :kind, :pool, 2, now() FROM entry",
            event=sale.event_id,
            email=f"{number}-{sale.date_id}@example.org",
            kind=sale.types[0],
            pool=sale.pools[0],
        )


@pytest.mark.parametrize(
    ("role", "shown"), [("owner", True), ("finance", True), ("manager", False), ("door", False)]
)
def test_nobody_is_shown_what_they_may_not_do(
    client: FlaskClient, database: Database, house: Organizer, role: str, shown: bool
) -> None:
    an_order(database, house, "needs_review")
    sign_in(client, a_member(database, house, role))
    assert ("Order to review" in client.get(f"/staff/{house.slug}").text) is shown


def test_dead_letters_are_the_operators_to_read(
    client: FlaskClient, database: Database, house: Organizer
) -> None:
    change(
        database,
        "WITH b AS (INSERT INTO outbox (id, topic, payload) VALUES (gen_random_uuid(), 'OrderPaid', '{}')"
        " RETURNING id) INSERT INTO deliveries (id, outbox_id, job, queue, dead_at)"
        " SELECT gen_random_uuid(), id, 'mail_tickets', 'urgent', now() FROM b",
    )
    sign_in(client, a_member(database, house, "owner"))
    assert "given up" not in client.get(f"/staff/{house.slug}").text
    operator = a_person(database, "Olive", operator=True)
    change(
        database,
        "INSERT INTO memberships (id, organizer_id, user_id, role)"
        " VALUES (gen_random_uuid(), :house, :user, 'owner')",
        house=house.id,
        user=operator.id,
    )
    sign_in(client, operator)
    page = client.get(f"/staff/{house.slug}").text
    assert "given up" in page
    assert 'href="/staff/background"' in page


def test_a_todo_is_put_aside_until_a_day_and_comes_back_when_there_is_more(
    client: FlaskClient, database: Database, house: Organizer
) -> None:
    an_order(database, house, "needs_review")
    sign_in(client, a_member(database, house, "owner", "Alice Ark"))
    base = f"/staff/{house.slug}"
    until = (NOW + timedelta(days=4)).date()
    form = {"key": "review", "until": until.isoformat(), "note": "The bank calls on Monday"}
    assert client.post(f"{base}/todos/aside", data=form).status_code == 303

    page = client.get(base).text
    assert "All is well" in page
    assert "by Alice Ark: The bank calls on Monday" in page
    assert "review" not in todos(database, house)
    assert "review" in todos(database, house, NOW + timedelta(days=5))
    an_order(database, house, "needs_review")
    assert todos(database, house)["review"].number == 2
    assert "To-do put aside" in client.get(f"{base}/audit").text


def test_a_todo_is_taken_up_again(client: FlaskClient, database: Database, house: Organizer) -> None:
    an_order(database, house, "needs_review")
    sign_in(client, a_member(database, house, "owner"))
    base = f"/staff/{house.slug}"
    client.post(
        f"{base}/todos/aside", data={"key": "review", "until": (NOW + timedelta(days=4)).date().isoformat()}
    )
    client.post(f"{base}/todos/again", data={"key": "review"})
    assert "review" in todos(database, house)


@pytest.mark.parametrize("days", [0, -3, 800])
def test_nothing_is_put_aside_until_yesterday_or_for_ever(
    client: FlaskClient, database: Database, house: Organizer, days: int
) -> None:
    an_order(database, house, "needs_review")
    sign_in(client, a_member(database, house, "owner"))
    form = {"key": "review", "until": (NOW + timedelta(days=days)).date().isoformat()}
    assert client.post(f"/staff/{house.slug}/todos/aside", data=form).status_code == 422
    assert "review" in todos(database, house)
