"""What becomes of somebody's account stands in their own history, and in that of each house they work for."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import PASSWORD, a_member, a_person, an_organizer, sign_in
from tests.factories.factors import drawn, with_app
from webapp.accounts.models import Membership, Organizer
from webapp.accounts.queries.people import Person
from webapp.accounts.service import links
from webapp.core.db import Database

LinkTo = Callable[..., str]
LINES = text("""
    SELECT action, actor_name, before, after FROM audit_entries
    WHERE subject_id = :person AND organizer_id IS NOT DISTINCT FROM :organizer ORDER BY id
""")
NEWER = ({"password": "an older one"}, {"password": "a newer one"})

# What each step of one's own account writes, or why it writes nothing.
TOLD = {
    "/account/name": "Name changed",
    "/account/password": "Password changed",
    "/account/reset/<token>": "Password changed by a link in a mail",
    "/account/email/<token>": "E-mail changed",
    "/account/delete": "Account deleted",
    "/account/factors/app": "Authenticator app set up",
    "/account/factors/app/remove": "Authenticator app taken away",
    "/account/factors/passkey": "Passkey added",
    "/account/factors/passkeys/<uuid:passkey_id>/remove": "Passkey taken away",
    "/account/factors/codes": "New recovery codes made",
    "/account/sign-in/second": "Recovery code used, where one was",
    "/account/invitation/<token>": "Joined the team",
    "/account/email": "nothing changes before the link in the mail is pressed",
    "/account/forgotten": "nothing changes before the link in the mail is pressed",
    "/account/sign-up": "nobody holds it yet",
    "/account/verify/<token>": "it begins, and there is nothing before it",
    "/account/confirm": "it proves, and changes nothing",
    "/account/sign-in": "the list of devices says it",
    "/account/sign-in/passkey": "the list of devices says it",
    "/account/sign-out": "the list of devices says it",
    "/account/devices/<uuid:device_id>/sign-out": "the list of devices says it",
    "/account/devices/sign-out-others": "the list of devices says it",
}


@pytest.fixture
def houses(database: Database) -> list[Organizer]:
    return [an_organizer(database) for _ in range(2)]


@pytest.fixture
def lena(database: Database, houses: list[Organizer]) -> Person:
    """Works for two houses."""
    person = a_member(database, houses[0], "door", "Lena Lund")
    with database.writing() as db:
        db.add(Membership(organizer_id=houses[1].id, user_id=person.id, role="finance"))
    return person


def lines(database: Database, person: Person, organizer: Organizer | None) -> list[tuple[Any, ...]]:
    values = {"person": person.id, "organizer": organizer and organizer.id}
    with database.reading() as db:
        return [tuple(row) for row in db.execute(LINES, values)]


def test_every_step_of_ones_own_account_is_told_or_says_why_not(app: Flask) -> None:
    there = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/account") and "POST" in (rule.methods or set())
    }

    assert sorted(there ^ set(TOLD)) == []


def test_a_new_name_stands_in_each_house_and_the_own_line_names_nobody(
    client: FlaskClient, database: Database, houses: list[Organizer], lena: Person
) -> None:
    for _ in range(2):
        sign_in(client, lena).post("/account/name", data={"name": "Lena Lindt"})

    line = ("Name changed", "Lena Lund", {"name": "Lena Lund"}, {"name": "Lena Lindt"})
    assert [lines(database, lena, house) for house in houses] == [[line], [line]]
    assert lines(database, lena, None) == [
        ("Name changed", "You", {"name": "an older one"}, {"name": "a newer one"})
    ]
    assert "Name changed" in client.get("/account/security").text


def test_a_new_password_is_told_and_never_said(
    client: FlaskClient, database: Database, houses: list[Organizer], lena: Person
) -> None:
    form = {"current": PASSWORD, "new": "another sentence"}
    sign_in(client, lena)
    for _ in range(2):
        client.post("/account/password", data=form)

    assert lines(database, lena, houses[0]) == [("Password changed", "Lena Lund", *NEWER)]
    assert lines(database, lena, None) == [("Password changed", "You", *NEWER)]


def test_a_password_that_was_forgotten_is_told(
    client: FlaskClient, database: Database, houses: list[Organizer], lena: Person, link_to: LinkTo
) -> None:
    link = f"/account/reset/{link_to(links.RESET, lena.id)}"
    for _ in range(2):
        client.post(link, data={"password": "another sentence"})

    told = ("Password changed by a link in a mail", "Lena Lund", *NEWER)
    assert lines(database, lena, houses[1]) == [told]


def test_a_new_address_stands_where_one_works_and_outlives_no_guest(
    app: Flask, database: Database, houses: list[Organizer], lena: Person, link_to: LinkTo
) -> None:
    guest = a_person(database)
    for person in (lena, guest):
        new = f"new-{person.email}"
        link = f"/account/email/{link_to(links.CHANGE_EMAIL, person.id, email=new)}"
        assert app.test_client().post(link).status_code == 303

    told = ("E-mail changed", "Lena Lund", {"email": lena.email}, {"email": f"new-{lena.email}"})
    assert lines(database, lena, houses[0]) == [told]
    assert lines(database, guest, None) == [
        ("E-mail changed", "You", {"email": "an older one"}, {"email": "a newer one"})
    ]


def test_a_second_factor_that_was_turned_off_is_seen_in_each_house(
    client: FlaskClient, database: Database, houses: list[Organizer], lena: Person
) -> None:
    secret, codes = with_app(sign_in(client, lena))
    _, draft = drawn(client.get("/account/factors/app").text)
    client.post("/account/factors/codes", data={"draft": draft})
    client.post("/account/factors/app/remove")

    told = ["Authenticator app set up", "New recovery codes made", "Authenticator app taken away"]
    assert [action for action, *_ in lines(database, lena, None)] == told
    for house in houses:
        said = lines(database, lena, house)
        assert [action for action, *_ in said] == told
        assert not any(one in str(said) for one in (secret, *codes))


def test_whoever_deletes_their_account_leaves_a_line_where_they_worked(
    client: FlaskClient, database: Database, houses: list[Organizer], lena: Person
) -> None:
    assert sign_in(client, lena).post("/account/delete", data={"email": lena.email}).status_code == 303

    told = ("Account deleted", "Lena Lund", {"account": "there"}, {"account": "deleted"})
    assert lines(database, lena, houses[0]) == [told]
