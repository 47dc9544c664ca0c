"""Signing in and out, on one device and on many."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories.accounts import PASSWORD, a_person, sign_in
from webapp.accounts.models import SignIn, User
from webapp.core import clock
from webapp.core.db import Database


def test_a_person_signs_in_and_sees_the_account(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)

    sign_in(client, amara)

    page = client.get("/account")
    assert page.status_code == 200
    assert amara.email in page.text


def test_the_address_is_the_same_in_capitals(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)

    answer = client.post("/account/sign-in", data={"email": f" {amara.email.upper()} ", "password": PASSWORD})

    assert answer.status_code == 303


def without_address(page: str, *addresses: str) -> str:
    for address in addresses:
        page = page.replace(address, "…")
    return re.sub(r'nonce="[^"]*"', "", page)


def test_a_wrong_password_an_unknown_and_an_unconfirmed_address_get_the_same_answer(
    client: FlaskClient, database: Database
) -> None:
    known, unconfirmed = a_person(database), a_person(database, verified=False)
    tried = [(known.email, "something else"), ("nobody@example.org", PASSWORD), (unconfirmed.email, PASSWORD)]

    answers = [client.post("/account/sign-in", data={"email": e, "password": p}) for e, p in tried]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    pages = {
        without_address(answer.text, known.email, "nobody@example.org", unconfirmed.email)
        for answer in answers
    }
    assert len(pages) == 1


def test_the_form_keeps_the_address_and_not_the_password(client: FlaskClient) -> None:
    page = client.post(
        "/account/sign-in", data={"email": "amara@example.org", "password": "wrong-password"}
    ).text

    assert 'value="amara@example.org"' in page
    assert "wrong-password" not in page


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"],
)
def test_after_signing_in_nobody_is_sent_to_another_site(
    client: FlaskClient, database: Database, elsewhere: str
) -> None:
    amara = a_person(database)

    answer = client.post(
        "/account/sign-in", data={"email": amara.email, "password": PASSWORD, "next": elsewhere}
    )

    assert answer.location == "/orders"


def test_after_signing_in_one_is_where_one_wanted_to_be(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    asked = client.get("/account/devices?page=2")

    page = client.get(asked.location).text
    answer = client.post(
        "/account/sign-in",
        data={"email": amara.email, "password": PASSWORD, "next": "/account/devices?page=2"},
    )

    assert 'name="next" value="/account/devices?page=2"' in page
    assert answer.location == "/account/devices?page=2"


def test_signing_out_ends_the_record_and_not_only_the_cookie(client: FlaskClient, database: Database) -> None:
    sign_in(client, a_person(database))
    kept = client.get_cookie("session")
    assert kept is not None

    client.post("/account/sign-out")
    client.set_cookie("session", kept.value)

    assert client.get("/account").status_code == 303


def test_another_device_is_signed_out_from_here(app: Flask, database: Database) -> None:
    amara = a_person(database)
    here, there = sign_in(app.test_client(), amara), sign_in(app.test_client(), amara)
    with database.reading() as db:
        newest = select(SignIn.id).where(SignIn.user_id == amara.id).order_by(SignIn.id.desc())
        device = db.scalars(newest).first()

    here.post(f"/account/devices/{device}/sign-out")

    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_signs_out_somebody_elses_device(app: Flask, database: Database) -> None:
    amara, charlie = a_person(database), a_person(database, "Charlie Strange")
    hers, his = sign_in(app.test_client(), amara), sign_in(app.test_client(), charlie)
    with database.reading() as db:
        device = db.scalars(select(SignIn.id).where(SignIn.user_id == amara.id)).one()

    his.post(f"/account/devices/{device}/sign-out")

    assert hers.get("/account").status_code == 200


def test_all_other_devices_are_signed_out_at_once(app: Flask, database: Database) -> None:
    amara = a_person(database)
    here, *others = [sign_in(app.test_client(), amara) for _ in range(3)]

    here.post("/account/devices/sign-out-others")

    assert [browser.get("/account").status_code for browser in (here, *others)] == [200, 303, 303]


def test_the_list_names_each_device(client: FlaskClient, database: Database) -> None:
    sign_in(client, a_person(database))

    page = client.get("/account/devices").text

    assert "Firefox on Linux" in page
    assert "this one" in page


def test_a_device_in_use_stays_signed_in_and_an_idle_one_does_not(app: Flask, database: Database) -> None:
    amara = a_person(database)
    used, idle = [app.test_client() for _ in range(2)]
    for browser in (used, idle):
        browser.post("/account/sign-in", data={"email": amara.email, "password": PASSWORD, "keep": "yes"})

    with time_machine.travel(clock.now() + timedelta(days=60), tick=True):
        assert used.get("/account").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=120), tick=True):
        assert [used.get("/account").status_code, idle.get("/account").status_code] == [200, 303]


def test_being_seen_is_written_once_in_ten_minutes(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    sign_in(client, amara)

    def seen_at() -> object:
        with database.reading() as db:
            return db.scalars(select(SignIn.seen_at).where(SignIn.user_id == amara.id)).one()

    first = seen_at()
    client.get("/account")
    assert seen_at() == first
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        client.get("/account")
    assert seen_at() != first


def test_a_hash_of_lesser_effort_is_made_anew(client: FlaskClient, database: Database) -> None:
    from argon2 import PasswordHasher

    amara = a_person(database)
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.writing() as db:
        db.get_one(User, amara.id).password_hash = weak

    sign_in(client, amara)

    with database.reading() as db:
        assert db.get_one(User, amara.id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_each_sign_in_is_a_record_of_its_own(app: Flask, database: Database) -> None:
    amara = a_person(database)

    for _ in range(2):
        sign_in(app.test_client(), amara)

    with database.reading() as db:
        assert db.scalar(select(func.count(SignIn.id)).where(SignIn.user_id == amara.id)) == 2
