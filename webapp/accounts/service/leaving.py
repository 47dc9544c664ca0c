"""Deleting an account: the person goes, the orders stay without them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from webapp.accounts import rules
from webapp.accounts.events import AccountDeleted, AddressTaken, EmailChangeAsked, EmailChanged
from webapp.accounts.models import EventRole, Membership, SignIn, User
from webapp.accounts.queries import people
from webapp.accounts.service import factors, telling
from webapp.core.audit import Actor
from webapp.core.db import Session
from webapp.core.errors import Invalid
from webapp.core.mailing import SentMail
from webapp.core.outbox import Outbox, record


def delete_account(db: Session, actor: Actor, user_id: UUID, *, typed_email: str, now: datetime) -> None:
    """Empty the row, end every sign-in and membership; refused to the only owner of an organizer."""
    user = db.scalars(
        select(User).where(User.id == user_id, User.deleted_at.is_(None)).with_for_update()
    ).one()
    if typed_email.strip().lower() != user.email.lower():
        raise Invalid(
            "Nothing was deleted.",
            fields={"email": f"Type {user.email} to say that you mean it."},
            title="That is another address",
        )
    _lock_owners(db, user_id)
    rules.require_dispensable(people.only_owned(db, user_id))
    # Told while the row still says who it was, so that others know what to forget.
    record(db, AccountDeleted(user_id))
    before, after = {"account": "there"}, {"account": "deleted"}
    telling.of_account(db, actor, user_id, "Account deleted", before=before, after=after)
    user.email = user.name = user.password_hash = ""
    user.email_verified_at, user.deleted_at, user.is_operator = None, now, False
    db.flush()
    db.execute(delete(Membership).where(Membership.user_id == user_id))
    db.execute(delete(EventRole).where(EventRole.user_id == user_id))
    db.execute(delete(SignIn).where(SignIn.user_id == user_id))
    factors.forget(db, user_id)
    _forget_mails(db, user_id)


def _lock_owners(db: Session, user_id: UUID) -> None:
    """Two owners who leave at once: the second sees that the first is gone."""
    own = select(Membership.organizer_id).where(Membership.user_id == user_id, Membership.role == "owner")
    db.scalars(
        select(Membership.id)
        .where(Membership.organizer_id.in_(own), Membership.role == "owner")
        .order_by(Membership.id)
        .with_for_update()
    ).all()


def _forget_mails(db: Session, user_id: UUID) -> None:
    """Mails about the account, and those still to be written, name its addresses."""
    db.execute(update(SentMail).where(SentMail.reference == user_id).values(recipient=""))
    topics = [event.topic for event in (EmailChangeAsked, EmailChanged, AddressTaken)]
    db.execute(
        delete(Outbox).where(Outbox.topic.in_(topics), Outbox.payload["user_id"].astext == str(user_id))
    )
