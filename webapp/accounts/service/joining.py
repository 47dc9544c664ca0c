"""Making an account, proving its address, and finding back in without the password."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import passwords
from webapp.accounts.events import AddressTaken, PasswordChanged, PasswordForgotten, SignedUp
from webapp.accounts.models import User
from webapp.accounts.queries import people
from webapp.accounts.queries.people import Person
from webapp.accounts.rules import Device
from webapp.accounts.service import links, signing_in, telling
from webapp.core.db import Database, Session
from webapp.core.errors import Conflict, Invalid
from webapp.core.ids import uuid7
from webapp.core.outbox import record


def sign_up(db: Session, *, name: str, email: str, password_hash: str) -> None:
    """Make an account whose address must be confirmed; what follows from it is told by mail only.

    An account that was never confirmed belongs to nobody yet, so the last one to ask has it. The owner of
    a confirmed one is told that somebody tried.
    """
    made = db.scalar(
        insert(User)
        .values(id=uuid7(), name=name, email=email, password_hash=password_hash)
        .on_conflict_do_nothing()
        .returning(User.id)
    )
    if made is not None:
        record(db, SignedUp(made))
        return
    known = db.scalars(
        select(User)
        .where(func.lower(User.email) == email.lower(), User.deleted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if known is None:
        raise Conflict("This address was given up just now. Send the form once more.")
    if known.email_verified_at is not None:
        record(db, AddressTaken(known.id))
        return
    known.name, known.password_hash = name, password_hash
    record(db, SignedUp(known.id))


def verify(database: Database, link: links.Link, *, password: str, device: Device, now: datetime) -> str:
    """Confirm the address and sign in: only whoever has both the mail and the password can.

    So an account made by somebody else with this address is never confirmed by its owner's good will.
    """
    with database.reading() as db:
        person = holder(db, link)
    if not passwords.fits(person.password_hash, password):
        raise Invalid(
            "This is not the password that was chosen when the account was made.",
            fields={"password": "Type it again, or choose a new one by “Forgotten password”."},
            title="That did not fit",
        )
    with database.writing() as db:
        _confirm(db, person, now)
        return signing_in.open_device(db, person, device)


def forget_password(db: Session, email: str) -> None:
    """Let the owner of the address choose a new password; for an unknown one nothing happens, quietly."""
    person = people.find_person(db, email)
    if person is not None:
        record(db, PasswordForgotten(person.id))


def reset_password(
    database: Database, link: links.Link, *, password: str, device: Device, now: datetime
) -> str:
    """The new password is the only one from now on; every device is signed out but this one."""
    with database.reading() as db:
        person = people.find_person_by_id(db, link.user_id)
    if person is None:
        raise links.used()
    if link.is_current(person):
        new_hash = passwords.hashed(password)
        with database.writing() as db:
            person = set_password(db, person, new_hash, now)
            actor = telling.holder(db, person.id, person.name, device.name)
            telling.of_password(db, actor, person.id, "Password changed by a link in a mail")
            return signing_in.open_device(db, person, device)
    # Sent twice: the first one did it, and the password is the proof.
    if not passwords.fits(person.password_hash, password):
        raise links.used()
    with database.writing() as db:
        return signing_in.open_device(db, person, device)


def set_password(db: Session, person: Person, new_hash: str, now: datetime) -> Person:
    user = db.scalars(
        select(User).where(User.id == person.id, User.password_hash == person.password_hash).with_for_update()
    ).one_or_none()
    if user is None:
        raise links.used()
    user.password_hash = new_hash
    # The link came by mail, so the address is theirs.
    user.email_verified_at = user.email_verified_at or now
    db.flush()
    signing_in.sign_out_others(db, person.id, keep=None)
    record(db, PasswordChanged(person.id))
    return people.person(db, person.id)


def holder(db: Session, link: links.Link) -> Person:
    """Whose link it is; `Gone` when it was used or something newer took its place."""
    person = people.find_person_by_id(db, link.user_id)
    if person is None or not link.is_current(person):
        raise links.used()
    return person


def _confirm(db: Session, person: Person, now: datetime) -> None:
    user = db.get_one(User, person.id, with_for_update=True)
    user.email_verified_at = user.email_verified_at or now
    db.flush()
