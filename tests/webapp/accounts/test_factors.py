"""The second factor: an app's codes, recovery codes, and who is asked for what."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories.accounts import PASSWORD, a_person, sign_in
from tests.factories.factors import code_at, drawn, recovery_codes, with_app
from webapp.accounts.models import AuthenticatorApp, RecoveryCode, User
from webapp.accounts.queries.people import Person
from webapp.core import clock
from webapp.core.audit import AuditEntry
from webapp.core.db import Database


def half_way(app: Flask, person: Person, password: str = PASSWORD) -> FlaskClient:
    """A new browser in which the password fitted."""
    browser = app.test_client()
    answer = browser.post("/account/sign-in", data={"email": person.email, "password": password})
    assert answer.location.startswith("/account/sign-in/second")
    return browser


def give(browser: FlaskClient, code: str) -> int:
    return browser.post("/account/sign-in/second", data={"code": code}).status_code


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_the_password_alone_opens_nothing_any_more(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))

    browser = half_way(app, amara)

    assert not is_in(browser)
    assert browser.get("/account").location.startswith("/account/sign-in/second")
    assert give(browser, "000000") == 422
    assert give(browser, code_at(secret)) == 303
    assert is_in(browser)
    assert "password and a code" in browser.get("/account/devices").text


def test_one_comes_to_where_one_wanted_to_be(app: Flask, client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))
    browser = app.test_client()

    said = {"email": amara.email, "password": PASSWORD, "next": "/account/devices"}
    second = browser.post("/account/sign-in", data=said).location
    page = browser.get(second).text
    answer = browser.post(second, data={"code": code_at(secret)})

    assert 'name="next" value="/account/devices"' in page
    assert answer.location == "/account/devices"


def test_a_code_opens_once(app: Flask, client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))
    first, overheard = half_way(app, amara), half_way(app, amara)
    code = code_at(secret)

    assert [give(first, code), give(overheard, code)] == [303, 422]


def test_a_code_before_one_that_was_used_opens_nothing(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))
    now = clock.now()

    assert give(half_way(app, amara), code_at(secret, now)) == 303
    assert give(half_way(app, amara), code_at(secret, now - timedelta(seconds=30))) == 422


def test_the_form_sent_twice_signs_in_once(app: Flask, client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))
    browser, code = half_way(app, amara), code_at(secret)

    assert [give(browser, code), give(browser, code)] == [303, 303]
    assert is_in(browser)


def test_the_second_factor_is_waited_for_ten_minutes(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))
    browser = half_way(app, amara)

    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        answer = browser.post("/account/sign-in/second", data={"code": code_at(secret)})

    assert answer.location == "/account/sign-in"
    assert not is_in(browser)


def test_setting_up_signs_every_other_device_out(app: Flask, database: Database) -> None:
    amara = a_person(database)
    here, there = sign_in(app.test_client(), amara), sign_in(app.test_client(), amara)

    with_app(here)

    assert [is_in(here), is_in(there)] == [True, False]


def test_a_wrong_code_changes_nothing_and_keeps_what_the_app_has_read(
    client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    secret, draft = drawn(sign_in(client, amara).get("/account/factors/app").text)

    page = client.post("/account/factors/app", data={"draft": draft, "code": "12 34"})

    assert page.status_code == 422
    assert drawn(page.text)[0] == secret
    assert "Set up a second factor" in client.get("/account/security").text


def test_somebody_elses_draft_is_none(app: Flask, database: Database) -> None:
    hers, his = (sign_in(app.test_client(), a_person(database)) for _ in range(2))
    secret, draft = drawn(hers.get("/account/factors/app").text)

    assert his.post("/account/factors/app", data={"draft": draft, "code": code_at(secret)}).status_code == 410


def test_no_secret_and_no_code_lies_open_in_the_database(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    secret, codes = with_app(sign_in(client, amara))

    with database.reading() as db:
        sealed = db.scalar(select(AuthenticatorApp.sealed).where(AuthenticatorApp.user_id == amara.id))
        hashes = db.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.user_id == amara.id)).all()

    assert secret not in str(sealed)
    assert not any(code.replace("-", "") in kept.upper() for code in codes for kept in hashes)


def test_a_recovery_code_opens_once_and_its_owner_is_told(
    app: Flask, client: FlaskClient, database: Database, told: Callable[[UUID], list[str]]
) -> None:
    amara = a_person(database)
    _, codes = with_app(sign_in(client, amara))
    assert len(set(codes)) == 10

    assert give(half_way(app, amara), codes[0].lower().replace("-", " ")) == 303
    assert give(half_way(app, amara), codes[0]) == 422
    assert told(amara.id) == ["FactorChanged", "FactorChanged"]
    assert "9 recovery codes are unused" in client.get("/account/security").text


def test_new_recovery_codes_end_those_before_and_sent_twice_are_the_same(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    _, old = with_app(sign_in(client, amara))
    form = {"draft": drawn_codes(client)}

    first, second = (client.post("/account/factors/codes", data=form).text for _ in range(2))

    assert recovery_codes(first) == recovery_codes(second) != old
    assert give(half_way(app, amara), old[0]) == 422
    assert give(half_way(app, amara), recovery_codes(first)[0]) == 303


def drawn_codes(browser: FlaskClient) -> str:
    page = browser.get("/account/factors").text
    return page.split('name="draft" value="')[1].partition('"')[0]


def test_a_new_password_by_mail_does_not_go_past_the_second_factor(
    app: Flask, client: FlaskClient, database: Database, link_to: Callable[..., str]
) -> None:
    from webapp.accounts.service import links

    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))
    browser = app.test_client()

    browser.post(
        f"/account/reset/{link_to(links.RESET, amara.id)}", data={"password": "a new sentence about tents"}
    )

    assert not is_in(browser)
    assert give(browser, code_at(secret)) == 303
    assert is_in(browser)


def test_turning_it_off_asks_again_who_it_is(app: Flask, client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    secret, _ = with_app(sign_in(client, amara))

    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=True):
        refused = client.post("/account/factors/app/remove")
        kept = client.get("/account/security").text
        wrong = client.post("/account/confirm", data={"code": "000000"})
        right = client.post("/account/confirm", data={"code": code_at(secret)})
        client.post("/account/factors/app/remove")

    assert refused.location.startswith("/account/confirm")
    assert "Look after it" in kept
    assert [wrong.status_code, right.location] == [422, "/account/factors"]
    assert is_in(sign_in(app.test_client(), amara))


def test_the_first_factor_asks_for_the_password_again_after_a_while(
    client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    sign_in(client, amara)

    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=True):
        asked = client.get("/account/factors/app")
        wrong = client.post("/account/confirm", data={"password": "not this one"})
        right = client.post(asked.location, data={"password": PASSWORD})
        shown = client.get("/account/factors/app")

    assert [wrong.status_code, right.location, shown.status_code] == [422, "/account/factors/app", 200]


def test_every_change_is_in_the_history_with_before_and_after(
    client: FlaskClient, database: Database
) -> None:
    amara = a_person(database)
    with_app(sign_in(client, amara))
    client.post("/account/factors/app/remove")

    with database.reading() as db:
        lines = select(AuditEntry.action, AuditEntry.before, AuditEntry.after, AuditEntry.device)
        rows = db.execute(lines.where(AuditEntry.subject_id == amara.id).order_by(AuditEntry.id)).all()

    on, off = {"authenticator_app": "on"}, {"authenticator_app": "off"}
    assert [tuple(row) for row in rows] == [
        ("Authenticator app set up", off, on, "Firefox on Linux"),
        ("Authenticator app taken away", on, off, "Firefox on Linux"),
    ]


def test_a_deleted_account_leaves_no_factor(client: FlaskClient, database: Database) -> None:
    amara = a_person(database)
    with_app(sign_in(client, amara))

    client.post("/account/delete", data={"email": amara.email})

    with database.reading() as db:
        assert db.scalar(select(User.deleted_at).where(User.id == amara.id))
        for table in (AuthenticatorApp, RecoveryCode):
            assert db.scalar(select(func.count()).where(table.user_id == amara.id)) == 0


@pytest.mark.parametrize("code", ["", "١٢٣٤٥٦", "0" * 60, "AAAA-AAAA-AAAA-AAAA", "\x00"])
def test_strange_codes_are_refused(app: Flask, client: FlaskClient, database: Database, code: str) -> None:
    amara = a_person(database)
    with_app(sign_in(client, amara))

    assert give(half_way(app, amara), code) == 422
