"""People and organizers, made as the services make them, with names that are free."""

from itertools import count

from flask.testing import FlaskClient

from webapp.accounts import passwords
from webapp.accounts.models import Membership, Organizer, User
from webapp.accounts.queries import people
from webapp.accounts.queries.people import Person
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import secret, uuid7

PASSWORD = "a sentence about tents"
_numbers = count(1)
_hash: list[str] = []


def a_person(
    database: Database,
    name: str = "Amara Okafor",
    *,
    email: str | None = None,
    verified: bool = True,
    operator: bool = False,
) -> Person:
    """An account; its password is PASSWORD, hashed once."""
    if not _hash:
        _hash.append(passwords.hashed(PASSWORD))
    user_id = uuid7()
    with database.writing() as db:
        db.add(
            User(
                id=user_id,
                email=email or f"{name.split(maxsplit=1)[0].lower()}-{secret()}@example.org",
                name=name,
                password_hash=_hash[0],
                email_verified_at=clock.now() if verified else None,
                is_operator=operator,
            )
        )
    with database.reading() as db:
        return people.person(db, user_id)


def an_organizer(database: Database, name: str = "Harbour Hall", *, currency: str = "EUR") -> Organizer:
    organizer = Organizer(
        id=uuid7(),
        slug=f"hall-{next(_numbers)}-{secret().lower()}".replace("_", "-"),
        name=name,
        currency=currency,
    )
    with database.writing() as db:
        db.add(organizer)
    return organizer


def a_member(database: Database, organizer: Organizer, role: str, name: str = "Bob Berg") -> Person:
    """Somebody of the organizer's team."""
    person = a_person(database, name)
    with database.writing() as db:
        db.add(Membership(organizer_id=organizer.id, user_id=person.id, role=role))
    return person


def sign_in(browser: FlaskClient, person: Person, password: str = PASSWORD) -> FlaskClient:
    """The browser as this person's."""
    answer = browser.post("/account/sign-in", data={"email": person.email, "password": password})
    assert answer.status_code == 303, answer.text
    return browser
