"""Changing the password, the address and the name; leaving."""

from collections.abc import Callable
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests.factories.accounts import PASSWORD, a_member, a_person, an_organizer, sign_in
from tests.factories.sold import sold_order
from webapp.accounts.models import Membership, SignIn, User
from webapp.accounts.queries import people
from webapp.accounts.service import links
from webapp.booking.models import Order, OrderLine, Ticket
from webapp.core import clock
from webapp.core.db import Database

Told = Callable[[UUID], list[str]]
LinkTo = Callable[..., str]


def test_a_changed_password_signs_out_every_other_device(app: Flask, database: Database, told: Told) -> None:
    amara = a_person(database)
    here, there = sign_in(app.test_client(), amara), sign_in(app.test_client(), amara)

    answer = here.post("/account/password", data={"current": PASSWORD, "new": "another sentence"})

    assert answer.status_code == 303
    assert [browser.get("/account").status_code for browser in (here, there)] == [200, 303]
    assert told(amara.id) == ["PasswordChanged"]
    sign_in(app.test_client(), amara, "another sentence")


def test_the_password_is_not_changed_without_the_one_that_is(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    sign_in(client, amara)

    answer = client.post("/account/password", data={"current": "a guess at it", "new": "another sentence"})

    assert answer.status_code == 422
    assert "This is not your password." in answer.text


def test_changing_the_password_twice_is_changing_it(
    client: FlaskClient, database: Database, told: Told
) -> None:
    amara = a_person(database)
    sign_in(client, amara)

    answers = [
        client.post("/account/password", data={"current": PASSWORD, "new": "another sentence"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert told(amara.id) == ["PasswordChanged"]


def test_the_new_address_counts_when_it_has_answered(
    client: FlaskClient, database: Database, told: Told, link_to: LinkTo
) -> None:
    amara = a_person(database)
    new = f"new-{amara.email}"
    sign_in(client, amara)

    client.post("/account/email", data={"email": new, "password": PASSWORD})
    assert amara.email in client.get("/account").text
    link = f"/account/email/{link_to(links.CHANGE_EMAIL, amara.id, email=new)}"
    assert "Write to me here" in client.get(link).text
    answers = [client.post(link) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert new in client.get("/account").text
    assert told(amara.id) == ["EmailChangeAsked", "EmailChanged"]


def test_a_link_to_change_the_address_ends_with_the_password(
    app: Flask, client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    amara = a_person(database)
    link = f"/account/email/{link_to(links.CHANGE_EMAIL, amara.id, email='thief@example.org')}"
    sign_in(client, amara).post("/account/password", data={"current": PASSWORD, "new": "another sentence"})

    assert app.test_client().post(link).status_code == 410


def test_asking_for_somebody_elses_address_tells_only_them(
    client: FlaskClient, database: Database, told: Told
) -> None:
    amara, bob = a_person(database), a_person(database, "Bob Berg")
    sign_in(client, amara)

    answer = client.post("/account/email", data={"email": bob.email, "password": PASSWORD})

    assert answer.status_code == 303
    assert told(amara.id) == []
    assert told(bob.id) == ["AddressTaken"]


def test_an_address_that_was_taken_meanwhile_is_refused(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    amara = a_person(database)
    link = f"/account/email/{link_to(links.CHANGE_EMAIL, amara.id, email=f'x-{amara.email}')}"
    a_person(database, email=f"x-{amara.email}")

    answer = client.post(link)

    assert answer.status_code == 409
    assert "belongs to another account" in answer.text


def test_a_new_name_is_shown_at_once(client: FlaskClient, database: Database) -> None:
    sign_in(client, a_person(database))

    client.post("/account/name", data={"name": "  Amara   Adeyemi "})

    assert "Amara Adeyemi, " in client.get("/account").text


def test_a_deleted_account_leaves_orders_without_the_person(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    with database.writing() as db:
        order = sold_order(db, clock.now(), email="amara@work.example")
        order.user_id = amara.id
        order_id, as_guest = order.id, sold_order(db, clock.now(), email=amara.email.upper()).id
    sign_in(client, amara)

    answer = client.post("/account/delete", data={"email": amara.email})

    assert answer.status_code == 303
    with database.reading() as db:
        user, kept = db.get_one(User, amara.id), db.get_one(Order, order_id)
        assert (user.email, user.name, user.password_hash) == ("", "", "")
        assert (kept.state, kept.buyer_name, kept.buyer_email) == ("paid", "", "")
        assert db.get_one(Order, as_guest).buyer_email == ""
        holders = select(Ticket.holder_name).where(Ticket.order_id == order_id).distinct()
        assert list(db.scalars(holders)) == [""]
        attendees = db.scalars(select(OrderLine.attendees).where(OrderLine.order_id == order_id)).all()
        assert [one["name"] for line in attendees for one in line] in ([""] * 2, [])
        assert db.scalar(select(func.count(SignIn.id)).where(SignIn.user_id == amara.id)) == 0
        whole = db.scalar(text("SELECT string_agg(o::text, '') FROM outbox o")) or ""
        assert amara.email not in whole


def test_a_deleted_account_is_signed_out_everywhere_and_its_address_is_free(
    app: Flask, database: Database
) -> None:
    amara = a_person(database)
    here, there = sign_in(app.test_client(), amara), sign_in(app.test_client(), amara)

    here.post("/account/delete", data={"email": amara.email.upper()})

    assert [browser.get("/account").status_code for browser in (here, there)] == [303, 303]
    sign_in(app.test_client(), a_person(database, email=amara.email))


def test_deleting_wants_the_address_typed(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    sign_in(client, amara)

    answer = client.post("/account/delete", data={"email": "bob@example.org"})

    assert answer.status_code == 422
    assert client.get("/account").status_code == 200


def test_the_only_owner_of_an_organizer_stays(client: FlaskClient, database: Database) -> None:
    organizer = an_organizer(database, "Harbour Hall")
    alice = a_member(database, organizer, "owner", "Alice Adams")
    a_member(database, organizer, "manager")
    sign_in(client, alice)

    answer = client.post("/account/delete", data={"email": alice.email})

    assert answer.status_code == 409
    assert "You are the only owner of Harbour Hall." in answer.text


def test_one_of_two_owners_may_go(client: FlaskClient, database: Database) -> None:
    organizer = an_organizer(database)
    alice, other = (a_member(database, organizer, "owner", name) for name in ("Alice Adams", "Olga Ode"))
    sign_in(client, alice)

    assert client.post("/account/delete", data={"email": alice.email}).status_code == 303
    with database.reading() as db:
        left = db.scalars(select(Membership.user_id).where(Membership.organizer_id == organizer.id)).all()
        assert left == [other.id]
        assert people.only_owned(db, other.id) == [organizer.name]
