"""The history: what was done, in people's words, found again and taken along."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.factories.accounts import a_member, an_organizer, sign_in
from tests.factories.programme import NOW, an_event
from webapp.accounts.models import Organizer
from webapp.core import audit
from webapp.core.audit import GUEST, SYSTEM, Actor
from webapp.core.db import Database

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def house(client: FlaskClient, database: Database) -> Organizer:
    """Somebody of its finance looks."""
    organizer = an_organizer(database)
    sign_in(client, a_member(database, organizer, "finance", "Fin Fox"))
    return organizer


def told(
    database: Database,
    organizer: Organizer,
    action: str,
    *,
    actor: Actor = SYSTEM,
    subject: tuple[str, UUID] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    with database.writing() as db:
        about = subject or ("venue", uuid4())
        said = after or {"done": action}
        audit.note(db, actor, action, about, organizer_id=organizer.id, before=None, after=said)


def test_it_is_paged(client: FlaskClient, database: Database, house: Organizer) -> None:
    for number in range(60):
        told(database, house, f"Step {number} done")

    first = client.get(f"/staff/{house.slug}/audit").text

    assert "Step 59 done" in first
    assert "Step 9 done" not in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "Step 9 done" in client.get(older).text


def test_it_is_narrowed_by_words_person_kind_subject_and_days(
    client: FlaskClient, database: Database, house: Organizer
) -> None:
    bob, subject = Actor("staff", "Bob Berg", uuid4()), uuid4()
    told(
        database, house, "Price changed", actor=bob, subject=("event", subject), after={"name": "100 % wool"}
    )
    told(database, house, "Ticket kept", actor=GUEST, subject=("order", uuid4()))
    today, address = NOW.date(), f"/staff/{house.slug}/audit"

    def found(query: str) -> list[bool]:
        page = client.get(f"{address}?{query}").text
        return [f"<b>{action}</b>" in page for action in ("Price changed", "Ticket kept")]

    for query in ("q=WOOL", "q=100+%25", f"person={bob.id}", "actor=staff", "kind=event", f"about={subject}"):
        assert found(query) == [True, False], query
    assert found("actor=guest") == [False, True]
    assert found("since=2000-01-02&until=2000-01-03") == [False, False]
    assert found(f"since={today.replace(year=today.year - 1)}") == [True, True]
    assert found("until=9999-12-31&kind=no-such-kind") == [True, True], "an odd word narrows nothing"


def test_a_change_reads_in_words_with_local_times_money_and_device(
    client: FlaskClient, database: Database
) -> None:
    event = an_event(database, zone="America/Toronto")
    sign_in(client, a_member(database, event.organizer, "owner", "Alice Adams"))
    staff = f"/staff/{event.organizer.slug}"
    form = {"id": str(event.types[0]), "pool_id": str(event.pools[0]), "name": "Seat", "price": "30"}
    form |= {"sale_ends_at": "2027-06-01T20:00"}

    saved = client.post(f"{staff}/dates/{event.dates[0]}/types", data=form, headers={"User-Agent": FIREFOX})

    assert saved.status_code == 303
    page = client.get(f"{staff}/audit").text
    assert "Price: <del>€24.00</del> → €30.00" in page
    assert "Sold until: <del>nothing</del> → Tue 1 Jun 2027, 20:00" in page
    assert "Firefox on Linux" in page
    assert "Night of the Lamps" in page


def test_it_is_taken_along_whole_and_runs_no_formula(
    client: FlaskClient, database: Database, house: Organizer
) -> None:
    for number in range(1100):
        told(database, house, f"Step {number} done")
    told(database, house, "=cmd()", after={"name": "é"})

    answer = client.get(f"/staff/{house.slug}/audit?as=csv")

    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=history-")
    assert rows[0][:3] == ["When", "Time zone", "Who"]
    assert rows[1][5] == "Table exported"
    assert [row[5] for row in rows[2:]] == ["'=cmd()", *(f"Step {n} done" for n in reversed(range(1100)))]
    assert rows[2][6] == "Name: é"


def test_one_organizer_does_not_see_the_history_of_another(
    client: FlaskClient, database: Database, house: Organizer
) -> None:
    theirs = an_organizer(database)
    told(database, theirs, "Secret step done", subject=("event", uuid4()))

    assert "Secret step done" not in client.get(f"/staff/{house.slug}/audit?q=secret").text
    assert "Secret step done" not in client.get(f"/staff/{house.slug}/audit?as=csv").text
    assert client.get(f"/staff/{theirs.slug}/audit").status_code == 404
