"""Teams that ask for a second factor, and who lost theirs."""

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.accounts import a_member, an_organizer, sign_in
from tests.factories.factors import code_at, with_app
from webapp.accounts.models import Membership, Organizer
from webapp.core import clock
from webapp.core.audit import AuditEntry
from webapp.core.db import Database


def a_team(app: Flask, database: Database) -> tuple[Organizer, FlaskClient, FlaskClient]:
    """An owner with a second factor and a manager without."""
    house = an_organizer(database)
    owner = sign_in(app.test_client(), a_member(database, house, "owner", "Alice Adams"))
    manager = sign_in(app.test_client(), a_member(database, house, "manager"))
    with_app(owner)
    return house, owner, manager


def require(owner: FlaskClient, house: Organizer, required: str = "yes") -> int:
    return owner.post(f"/staff/{house.slug}/team/second-factor", data={"required": required}).status_code


def test_who_has_none_is_asked_before_any_staff_page_and_told_why(app: Flask, database: Database) -> None:
    house, owner, manager = a_team(app, database)
    before = owner.get(f"/staff/{house.slug}/team").text

    require(owner, house)
    asked = manager.get(f"/staff/{house.slug}/orders")
    page = manager.get(asked.location).text

    assert "Before their next staff page these set one up" in before
    assert "Bob Berg" in before.split('id="demand"')[1]
    assert asked.location == "/account/factors"
    assert "Harbour Hall asks its team for a second factor" in page
    assert "Kept out until they set one up: Bob Berg" in owner.get(f"/staff/{house.slug}/team").text
    with_app(manager)
    assert manager.get(f"/staff/{house.slug}/orders").status_code == 200


def test_a_form_is_not_taken_from_who_has_none(app: Flask, database: Database) -> None:
    house, owner, manager = a_team(app, database)
    require(owner, house)

    answer = manager.post(f"/staff/{house.slug}/venues", data={"name": "Tent"})

    assert answer.location == "/account/factors"


def test_an_owner_without_one_cannot_require_it(app: Flask, database: Database) -> None:
    house = an_organizer(database)
    owner = sign_in(app.test_client(), a_member(database, house, "owner"))

    assert require(owner, house) == 409
    assert "Set up your own" in owner.get(f"/staff/{house.slug}/team").text
    assert owner.get(f"/staff/{house.slug}/orders").status_code == 200


def test_the_last_factor_stays_while_a_team_asks_for_it(app: Flask, database: Database) -> None:
    house, owner, _ = a_team(app, database)
    require(owner, house)

    kept = owner.post("/account/factors/app/remove")
    require(owner, house, "")
    gone = owner.post("/account/factors/app/remove")

    assert [kept.status_code, gone.status_code] == [409, 303]
    assert "Harbour Hall asks its team for a second factor" in kept.text


def test_requiring_asks_again_who_it_is_after_a_while(app: Flask, database: Database) -> None:
    house, owner, manager = a_team(app, database)

    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=True):
        answer = owner.post(f"/staff/{house.slug}/team/second-factor", data={"required": "yes"})

    assert answer.location.startswith("/account/confirm")
    assert manager.get(f"/staff/{house.slug}/orders").status_code == 200


def test_it_stands_in_the_history(app: Flask, database: Database) -> None:
    house, owner, _ = a_team(app, database)

    require(owner, house)
    require(owner, house)

    assert "Second factor required: <del>no</del> → yes" in owner.get(f"/staff/{house.slug}/audit").text
    with database.reading() as db:
        rows = select(AuditEntry.before, AuditEntry.after).where(AuditEntry.subject_id == house.id)
        assert db.execute(rows.where(AuditEntry.action == "Second factor required")).one() == (
            {"second_factor_required": False},
            {"second_factor_required": True},
        )


def test_an_owner_lets_somebody_in_again_who_lost_everything(app: Flask, database: Database) -> None:
    house, owner, _ = a_team(app, database)
    dora = a_member(database, house, "door", "Dora Door")
    hers = sign_in(app.test_client(), dora)
    with_app(hers)

    owner.post(f"/staff/{house.slug}/team/{dora.id}/second-factor/reset")

    assert hers.get("/account").status_code == 303
    assert sign_in(app.test_client(), dora).get("/account").status_code == 200


def test_an_owner_resets_nobody_who_works_for_another_house(app: Flask, database: Database) -> None:
    house, owner, _ = a_team(app, database)
    dora = a_member(database, house, "door", "Dora Door")
    other = an_organizer(database, "Tent Hall")
    with database.writing() as db:
        db.add(Membership(organizer_id=other.id, user_id=dora.id, role="owner"))
    hers = sign_in(app.test_client(), dora)
    secret, _ = with_app(hers)

    answer = owner.post(f"/staff/{house.slug}/team/{dora.id}/second-factor/reset")

    assert answer.status_code == 403
    browser = app.test_client()
    browser.post("/account/sign-in", data={"email": dora.email, "password": "a sentence about tents"})
    assert browser.post("/account/sign-in/second", data={"code": code_at(secret)}).status_code == 303


def test_an_operator_resets_by_command(app: Flask, database: Database) -> None:
    house = an_organizer(database)
    alice = a_member(database, house, "owner", "Alice Adams")
    with_app(sign_in(app.test_client(), alice))

    said = app.test_cli_runner().invoke(args=["operators", "reset-second-factor", alice.email])

    assert said.output.startswith("Alice Adams signs in by the password now")
    assert sign_in(app.test_client(), alice).get(f"/staff/{house.slug}").status_code == 200
