"""Organizers, their teams, and the history of what staff did."""

from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories.accounts import a_member, a_person, an_organizer, sign_in
from webapp.accounts.models import Organizer
from webapp.accounts.queries import houses
from webapp.accounts.service.team import RESERVED
from webapp.core import audit
from webapp.core.db import Database


def test_with_one_organizer_there_is_nothing_to_choose(client: FlaskClient, database: Database) -> None:
    organizer = an_organizer(database)
    sign_in(client, a_member(database, organizer, "door"))

    assert client.get("/staff").location == f"/staff/{organizer.slug}"


def test_somebody_without_an_organizer_may_make_one(client: FlaskClient, database: Database) -> None:
    sign_in(client, a_person(database))
    assert "You work for no organizer yet" in client.get("/staff").text
    form = {"key": str(uuid4()), "name": "Quay Theatre", "email": "quay@example.org", "currency": "GBP"}

    first, again = [client.post("/staff/new", data=form) for _ in range(2)]

    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    with database.reading() as db:
        assert db.scalar(select(func.count()).where(Organizer.name == "Quay Theatre")) == 1
        (line,) = audit.history(
            db, ("organizer", db.scalars(select(Organizer.id).where(Organizer.name == "Quay Theatre")).one())
        )
    assert line.action == "Organizer made"


def test_a_key_of_somebody_elses_organizer_opens_nothing(client: FlaskClient, database: Database) -> None:
    theirs = an_organizer(database)
    a_member(database, theirs, "owner")
    sign_in(client, a_person(database))

    answer = client.post(
        "/staff/new",
        data={"key": str(theirs.id), "name": "Mine", "email": "me@example.org", "currency": "EUR"},
    )

    assert answer.status_code == 404


def test_an_organizer_never_gets_the_address_of_another_page(client: FlaskClient, database: Database) -> None:
    sign_in(client, a_person(database))

    made = [
        client.post(
            "/staff/new",
            data={"key": str(uuid4()), "name": name, "email": "me@example.org", "currency": "EUR"},
        ).location
        for name in sorted(RESERVED)
    ]

    assert not {f"/staff/{name}" for name in RESERVED} & set(made)


def test_an_owner_changes_fees_and_the_history_says_from_what(
    client: FlaskClient, database: Database
) -> None:
    organizer = an_organizer(database, "Harbour Hall")
    sign_in(client, a_member(database, organizer, "owner", "Alice Adams"))
    form = {"name": "Harbour Hall", "email": "hall@example.org", "fee_percent": "2.5", "fee_fixed": "0,50"}

    answer = client.post(f"/staff/{organizer.slug}/organizer", data=form)

    assert answer.status_code == 303
    page = client.get(f"/staff/{organizer.slug}/audit").text
    assert "Alice Adams" in page
    assert "Fee in percent: <del>0 %</del> → 2.5 %" in page
    with database.reading() as db:
        assert houses.organizer(db, organizer.id).fee_fixed == 50


def test_a_fee_that_is_no_amount_is_refused_beside_its_field(client: FlaskClient, database: Database) -> None:
    organizer = an_organizer(database)
    sign_in(client, a_member(database, organizer, "owner"))
    form = {"name": "Hall", "email": "hall@example.org", "fee_percent": "80", "fee_fixed": "a lot"}

    wrong_share = client.post(f"/staff/{organizer.slug}/organizer", data=form)
    wrong_amount = client.post(f"/staff/{organizer.slug}/organizer", data=form | {"fee_percent": "1"})

    assert (wrong_share.status_code, wrong_amount.status_code) == (422, 422)
    assert "The most is 50." in wrong_share.text
    assert "Write an amount such as 22.50." in wrong_amount.text
    assert 'value="a lot"' in wrong_amount.text


def test_a_team_is_never_without_an_owner(client: FlaskClient, database: Database) -> None:
    organizer = an_organizer(database)
    alice = a_member(database, organizer, "owner", "Alice Adams")
    sign_in(client, alice)
    team = f"/staff/{organizer.slug}/team/{alice.id}"

    answers = [client.post(f"{team}/role", data={"role": "door"}), client.post(f"{team}/remove")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert client.get(f"/staff/{organizer.slug}/team").status_code == 200
