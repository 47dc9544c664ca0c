"""Making an account, confirming its address, and coming back without the password."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import PASSWORD, a_person, sign_in
from webapp.accounts.queries import people
from webapp.accounts.queries.people import Person
from webapp.accounts.service import links
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import secret

Told = Callable[[UUID], list[str]]
LinkTo = Callable[..., str]


def fresh_address() -> str:
    return f"new-{secret().lower()}@example.org"


def person_of(database: Database, email: str) -> Person:
    with database.reading() as db:
        found = people.find_person(db, email)
    assert found is not None
    return found


def sign_up(browser: FlaskClient, email: str, password: str = PASSWORD, name: str = "Amara Okafor") -> str:
    answer = browser.post("/account/sign-up", data={"name": name, "email": email, "password": password})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_signing_up_confirming_and_being_signed_in(
    client: FlaskClient, database: Database, told: Told, link_to: LinkTo
) -> None:
    email = fresh_address()
    sign_up(client, email)
    amara = person_of(database, email)
    assert told(amara.id) == ["SignedUp"]

    answer = client.post(f"/account/verify/{link_to(links.VERIFY, amara.id)}", data={"password": PASSWORD})

    assert answer.status_code == 303
    assert email in client.get("/account").text


def test_opening_the_link_alone_confirms_nothing(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    amara = a_person(database, verified=False)

    page = client.get(f"/account/verify/{link_to(links.VERIFY, amara.id)}")

    assert page.status_code == 200
    assert amara.email in page.text
    assert not person_of(database, amara.email).is_verified


def test_whoever_has_the_mail_but_not_the_password_confirms_nothing(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    amara = a_person(database, verified=False)

    answer = client.post(
        f"/account/verify/{link_to(links.VERIFY, amara.id)}", data={"password": "not the password"}
    )

    assert answer.status_code == 422
    assert not person_of(database, amara.email).is_verified


def test_signing_up_with_a_known_address_gets_the_same_answer_and_its_owner_a_mail(
    client: FlaskClient, database: Database, told: Told
) -> None:
    known = a_person(database)

    answers = {sign_up(client, known.email.upper()), sign_up(client, fresh_address())}

    assert len(answers) == 1
    assert told(known.id) == ["AddressTaken"]
    assert person_of(database, known.email) == known


def test_an_address_that_was_never_confirmed_belongs_to_who_asked_last(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    email = fresh_address()
    sign_up(client, email, "the first sentence")
    old_link = link_to(links.VERIFY, person_of(database, email).id)
    sign_up(client, email, "the second sentence", name="Amara Adeyemi")

    assert client.get(f"/account/verify/{old_link}").status_code == 410
    new_link = link_to(links.VERIFY, person_of(database, email).id)
    answer = client.post(f"/account/verify/{new_link}", data={"password": "the second sentence"})
    assert answer.status_code == 303
    assert person_of(database, email).name == "Amara Adeyemi"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("password", "short", "Use at least 10 characters. A sentence is good."),
        ("password", "aaaaaaaaaaaa", "This repeats too few characters. A sentence is good."),
        ("password", "amara-okafor@example.org", "This is your e-mail address."),
        ("email", "amara@example", "This address has no ending."),
        ("email", "", "This is needed."),
        ("name", "Win at https://evil.example", "Write the name alone, without addresses."),
        ("name", " ", "This is needed."),
    ],
)
def test_what_is_wrong_with_a_form_is_said_beside_the_field(
    client: FlaskClient, field: str, typed: str, sentence: str
) -> None:
    form = {"name": "Amara Okafor", "email": "amara-okafor@example.org", "password": PASSWORD, field: typed}

    answer = client.post("/account/sign-up", data=form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text


def test_forgetting_the_password_is_answered_the_same_for_everybody(
    client: FlaskClient, database: Database, told: Told
) -> None:
    known = a_person(database)

    answers = {
        client.post("/account/forgotten", data={"email": email}).location
        for email in (known.email, fresh_address())
    }

    assert len(answers) == 1
    assert told(known.id) == ["PasswordForgotten"]


def test_a_new_password_signs_in_here_and_out_everywhere_else(
    app: Flask, database: Database, link_to: LinkTo
) -> None:
    amara = a_person(database)
    elsewhere, here = sign_in(app.test_client(), amara), app.test_client()

    answer = here.post(
        f"/account/reset/{link_to(links.RESET, amara.id)}", data={"password": "a new sentence"}
    )

    assert answer.status_code == 303
    assert [browser.get("/account").status_code for browser in (here, elsewhere)] == [200, 303]
    assert (
        app.test_client()
        .post("/account/sign-in", data={"email": amara.email, "password": PASSWORD})
        .status_code
        == 422
    )


def test_a_reset_link_works_once_and_a_double_click_does_no_harm(
    app: Flask, client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    link = f"/account/reset/{link_to(links.RESET, a_person(database).id)}"

    first, again = [client.post(link, data={"password": "a new sentence"}) for _ in range(2)]
    later = app.test_client().post(link, data={"password": "another sentence"})

    assert [first.status_code, again.status_code, later.status_code] == [303, 303, 410]
    assert client.get(link).status_code == 410


def test_a_new_password_confirms_the_address_because_the_link_came_by_mail(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    amara = a_person(database, verified=False)

    client.post(f"/account/reset/{link_to(links.RESET, amara.id)}", data={"password": "a new sentence"})

    assert person_of(database, amara.email).is_verified


def test_a_weak_new_password_is_refused_and_the_link_still_works(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    link = f"/account/reset/{link_to(links.RESET, a_person(database).id)}"

    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": "a new sentence"}).status_code == 303


@pytest.mark.parametrize(
    ("purpose", "path", "hours"),
    [(links.VERIFY, "verify", 49), (links.RESET, "reset", 2), (links.CHANGE_EMAIL, "email", 25)],
)
def test_links_end_after_their_time(
    client: FlaskClient, database: Database, link_to: LinkTo, purpose: links.Purpose, path: str, hours: int
) -> None:
    amara = a_person(database, verified=purpose != links.VERIFY)
    link = f"/account/{path}/{link_to(purpose, amara.id, email='b@example.org')}"

    assert client.get(link).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=hours)):
        assert client.get(link).status_code == 410


def test_a_link_for_one_purpose_is_none_for_another(
    client: FlaskClient, database: Database, link_to: LinkTo
) -> None:
    verify = link_to(links.VERIFY, a_person(database).id)

    assert client.get(f"/account/reset/{verify}").status_code == 410


@pytest.mark.parametrize("token", ["x", "eyJ4IjoxfQ.abc", "a.b.c", "%00", "é"])
def test_a_made_up_link_is_over(client: FlaskClient, token: str) -> None:
    assert client.get(f"/account/verify/{token}").status_code in (404, 410)
