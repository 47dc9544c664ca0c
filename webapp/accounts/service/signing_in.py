"""Signing in and out, device by device."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from webapp.accounts import passwords
from webapp.accounts.models import SignIn, User
from webapp.accounts.queries import people
from webapp.accounts.queries.people import Person
from webapp.accounts.rules import SEEN_EVERY, Device
from webapp.core.db import Database, Session
from webapp.core.errors import Invalid
from webapp.core.ids import fingerprint, secret

# The same for an unknown address, a wrong password and an address that was never confirmed: whoever
# tries addresses learns nothing about them.
NO_MATCH = (
    "E-mail and password do not belong together, or the address is not confirmed yet. "
    "The link in our first mail confirms it; so does choosing a new password."
)


def sign_in(database: Database, *, email: str, password: str, device: Device) -> str:
    """The token of this device's new sign-in record."""
    with database.reading() as db:
        person = people.find_person(db, email)
    # Outside of any transaction: it takes its time.
    if not passwords.fits(person.password_hash if person else None, password):
        raise Invalid(NO_MATCH, title="That did not fit")
    if person is None or not person.is_verified:
        raise Invalid(NO_MATCH, title="That did not fit")
    newer = passwords.hashed(password) if passwords.is_outdated(person.password_hash) else None
    with database.writing() as db:
        return open_device(db, person, device, newer_hash=newer)


def open_device(
    db: Session, person: Person, device: Device, *, newer_hash: str | None = None, means: str = "password"
) -> str:
    """A sign-in record, unless the password was changed since `person` was read.

    Whoever has a second factor is asked for it before the record opens anything; a passkey is both.
    """
    values = {"password_hash": newer_hash} if newer_hash else {"name": User.name}
    same = db.execute(
        update(User)
        .where(User.id == person.id, User.password_hash == person.password_hash, User.deleted_at.is_(None))
        .values(values)
        .execution_options(synchronize_session=False)
        .returning(User.id)
    ).one_or_none()
    if same is None:
        raise Invalid(NO_MATCH, title="That did not fit")
    token = secret()
    is_due = means == "password" and bool(db.scalar(select(people.has_factor(person.id))))
    db.add(
        SignIn(
            user_id=person.id,
            token_hash=fingerprint(token),
            device=device.name,
            address=device.address,
            means=means,
            factor_due=is_due,
            proved_at=None if is_due else func.now(),
        )
    )
    db.flush()
    return token


def sign_out(db: Session, sign_in_id: UUID) -> None:
    """This device; signing out twice is signing out."""
    _revoke(db, SignIn.id == sign_in_id)


def sign_out_there(db: Session, user_id: UUID, sign_in_id: UUID) -> None:
    """Another device of the same person; of somebody else's nothing is changed or told."""
    _revoke(db, SignIn.id == sign_in_id, SignIn.user_id == user_id)


def sign_out_others(db: Session, user_id: UUID, *, keep: UUID | None) -> None:
    """Every device but the one at hand."""
    _revoke(db, SignIn.user_id == user_id, *([SignIn.id != keep] if keep else []))


def touch(db: Session, sign_in_id: UUID, now: datetime) -> None:
    """Remember that the device is in use; two requests at once write once."""
    db.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.seen_at <= now - SEEN_EVERY)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def _revoke(db: Session, *which: object) -> None:
    db.execute(
        update(SignIn)
        .where(SignIn.revoked_at.is_(None), *which)  # type: ignore[arg-type]  # conditions of SQLAlchemy
        .values(revoked_at=func.now())
        .execution_options(synchronize_session=False)
    )
