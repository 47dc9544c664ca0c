"""What pages need to know about second factors: who has which, and who is half signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.accounts.models import (
    AuthenticatorApp,
    EventRole,
    Membership,
    Organizer,
    Passkey,
    RecoveryCode,
    SignIn,
    User,
)
from webapp.accounts.queries.people import has_factor
from webapp.accounts.rules import FACTOR_WAITS
from webapp.core.errors import NotFound
from webapp.core.ids import fingerprint


@dataclass(frozen=True)
class PasskeyFacts:
    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class KnownPasskey:
    """What a passkey's answer is checked against; never given to a page."""

    id: UUID
    user_id: UUID
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Held:
    """What somebody has beside the password; `app_since` is None without an app."""

    app_since: datetime | None
    passkeys: list[PasskeyFacts]
    codes_left: int

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.app_since is not None)


@dataclass(frozen=True)
class Half:
    """A device whose password fitted, and which waits for the second factor."""

    sign_in_id: UUID
    user_id: UUID
    name: str
    has_app: bool
    has_passkey: bool


@dataclass(frozen=True)
class Demand:
    """Whether a team asks for a second factor, and who of it has none."""

    is_on: bool
    without: list[str]


def held(db: Session, user_id: UUID) -> Held:
    keys = db.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id))
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return Held(
        db.scalar(select(AuthenticatorApp.created_at).where(AuthenticatorApp.user_id == user_id)),
        [PasskeyFacts(key.id, key.name, key.created_at, key.used_at) for key in keys],
        db.scalar(unused) or 0,
    )


def credentials(db: Session, user_id: UUID) -> list[bytes]:
    """The names of their passkeys, so that a device does not make a second one."""
    return list(db.scalars(select(Passkey.credential_id).where(Passkey.user_id == user_id)))


def passkey(db: Session, credential_id: bytes) -> KnownPasskey:
    row = db.scalars(select(Passkey).where(Passkey.credential_id == credential_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such passkey.")
    return KnownPasskey(row.id, row.user_id, row.public_key, row.sign_count)


def find_half(db: Session, token: str, now: datetime) -> Half | None:
    """Who holds this token and is asked for the second factor; None when the time for it is over."""
    app = select(AuthenticatorApp.user_id).where(AuthenticatorApp.user_id == User.id).exists()
    passkey = select(Passkey.id).where(Passkey.user_id == User.id).exists()
    row = db.execute(
        select(SignIn.id, User.id.label("user_id"), User.name, app.label("app"), passkey.label("passkey"))
        .join(SignIn.user)
        .where(
            SignIn.token_hash == fingerprint(token),
            SignIn.factor_due.is_(True),
            SignIn.revoked_at.is_(None),
            SignIn.seen_at > now - FACTOR_WAITS,
            User.deleted_at.is_(None),
        )
    ).one_or_none()
    return Half(row.id, row.user_id, row.name, row.app, row.passkey) if row else None


def demand(db: Session, organizer_id: UUID) -> Demand:
    """What a team asks for, and the names of those whom that keeps out."""
    is_on = db.scalar(select(Organizer.second_factor_required).where(Organizer.id == organizer_id)) or False
    whole = select(Membership.user_id).where(Membership.organizer_id == organizer_id)
    single = select(EventRole.user_id).where(EventRole.organizer_id == organizer_id)
    without = (
        select(User.name)
        .where(or_(User.id.in_(whole), User.id.in_(single)), ~has_factor(User.id))
        .order_by(User.name, User.id)
    )
    return Demand(is_on, list(db.scalars(without)))


def houses_of(db: Session, user_id: UUID) -> list[UUID]:
    """The organizers that somebody works for, as a whole or for single events."""
    whole = select(Membership.organizer_id).where(Membership.user_id == user_id)
    single = select(EventRole.organizer_id).where(EventRole.user_id == user_id)
    return list(db.scalars(whole.union(single)))


def owned_by(db: Session, user_id: UUID | None) -> set[UUID]:
    owned = select(Membership.organizer_id).where(Membership.user_id == user_id, Membership.role == "owner")
    return set(db.scalars(owned))
