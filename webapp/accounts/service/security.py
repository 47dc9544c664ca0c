"""What a signed-in person changes about the account itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webapp.accounts import passwords
from webapp.accounts.events import AddressTaken, EmailChangeAsked, EmailChanged, PasswordChanged
from webapp.accounts.models import User
from webapp.accounts.queries import people
from webapp.accounts.queries.people import Account
from webapp.accounts.service import links, signing_in, telling
from webapp.core.audit import Actor
from webapp.core.db import Database, Session
from webapp.core.errors import Conflict, Invalid
from webapp.core.outbox import record

ONE_ACCOUNT_PER_ADDRESS = "uq_users_email"


def rename(db: Session, actor: Actor, user_id: UUID, name: str) -> None:
    user = db.get_one(User, user_id, with_for_update=True)
    old, user.name = user.name, name
    db.flush()
    if old != name:
        telling.of_account(db, actor, user_id, "Name changed", before={"name": old}, after={"name": name})


def change_password(database: Database, actor: Actor, account: Account, *, current: str, new: str) -> None:
    """Set the new password and sign out every other device."""
    with database.reading() as db:
        stored = people.person(db, account.id).password_hash
    if not passwords.fits(stored, current):
        # Sent twice: the first one did it.
        if passwords.fits(stored, new):
            return
        raise _wrong_password("current")
    new_hash = passwords.hashed(new)
    with database.writing() as db:
        user = db.scalars(
            select(User).where(User.id == account.id, User.password_hash == stored).with_for_update()
        ).one_or_none()
        if user is None:
            raise _wrong_password("current")
        user.password_hash = new_hash
        signing_in.sign_out_others(db, account.id, keep=account.sign_in_id)
        record(db, PasswordChanged(account.id))
        telling.of_password(db, actor, account.id, "Password changed")


def ask_email_change(database: Database, account: Account, *, email: str, password: str) -> None:
    """Write to the new address; it becomes theirs when they answer from there."""
    with database.reading() as db:
        stored = people.person(db, account.id).password_hash
    if not passwords.fits(stored, password):
        raise _wrong_password("password")
    if email.lower() == account.email.lower():
        raise Invalid(
            "We kept what you typed.",
            fields={"email": "This is your address already."},
            title="Nothing to change",
        )
    with database.writing() as db:
        owner = people.find_person(db, email)
        # The page says the same in both cases, so that nobody learns who has an account.
        record(db, AddressTaken(owner.id) if owner else EmailChangeAsked(account.id, email))


def change_email(db: Session, link: links.Link, device: str, now: datetime) -> str:
    """From now on we write to the address that the link came to; the old one is told. Gives the new one."""
    user = db.scalars(
        select(User).where(User.id == link.user_id, User.deleted_at.is_(None)).with_for_update()
    ).one_or_none()
    if user is None:
        raise links.used()
    if user.email == link.email:
        return link.email
    if not link.is_current(people.person(db, user.id)):
        raise links.used()
    old, user.email, user.email_verified_at = user.email, link.email, now
    try:
        db.flush()
    except IntegrityError as error:
        if ONE_ACCOUNT_PER_ADDRESS in str(error):
            raise Conflict(f"{link.email} belongs to another account. Nothing was changed.") from error
        raise
    record(db, EmailChanged(user.id, old))
    actor = telling.holder(db, user.id, user.name, device)
    before, after = {"email": old}, {"email": link.email}
    telling.of_account(db, actor, user.id, "E-mail changed", before=before, after=after)
    return link.email


def _wrong_password(field: str) -> Invalid:
    return Invalid(
        "Nothing was changed.", fields={field: "This is not your password."}, title="That did not fit"
    )
