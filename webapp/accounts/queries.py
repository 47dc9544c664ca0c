"""What pages need to know about people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Organizer, SignIn, User
from webapp.core.ids import fingerprint


@dataclass(frozen=True)
class Membered:
    organizer_id: UUID
    slug: str
    name: str
    currency: str
    role: str


@dataclass(frozen=True)
class Account:
    id: UUID
    name: str
    email: str
    is_verified: bool
    is_operator: bool
    sign_in_id: UUID
    memberships: tuple[Membered, ...]

    @property
    def is_staff(self) -> bool:
        return self.is_operator or bool(self.memberships)


def find_signed_in(db: Session, token: str, now: datetime) -> Account | None:
    """The account whose device holds this token, unless it was signed out there or deleted."""
    row = db.execute(
        select(SignIn.id, User)
        .join(SignIn.user)
        .where(
            SignIn.token_hash == fingerprint(token), SignIn.revoked_at.is_(None), User.deleted_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    sign_in_id, user = row
    return Account(
        id=user.id,
        name=user.name,
        email=user.email,
        is_verified=user.email_verified_at is not None,
        is_operator=user.is_operator,
        sign_in_id=sign_in_id,
        memberships=_memberships(db, user.id),
    )


def _memberships(db: Session, user_id: UUID) -> tuple[Membered, ...]:
    rows = db.execute(
        select(Organizer.id, Organizer.slug, Organizer.name, Organizer.currency, Membership.role)
        .join(Membership.organizer)
        .where(Membership.user_id == user_id)
        .order_by(Organizer.name)
    )
    return tuple(Membered(*row) for row in rows)
