"""What pages need to know about people and their organizers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Organizer, SignIn, User
from webapp.accounts.rules import IDLE, ROLES, device_icon
from webapp.core import money
from webapp.core.errors import NotFound
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
    """Who is signed in on the device at hand."""

    id: UUID
    name: str
    email: str
    is_verified: bool
    is_operator: bool
    sign_in_id: UUID
    seen_at: datetime
    memberships: tuple[Membered, ...]

    @property
    def is_staff(self) -> bool:
        return self.is_operator or bool(self.memberships)


@dataclass(frozen=True)
class Person:
    """An account as signing in and links need it; never given to a page."""

    id: UUID
    name: str
    email: str
    password_hash: str
    is_verified: bool


@dataclass(frozen=True)
class SignedInDevice:
    id: UUID
    name: str
    icon: str
    address: str
    signed_in_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Member:
    user_id: UUID
    name: str
    email: str
    role: str
    since: datetime


@dataclass(frozen=True)
class OrganizerFacts:
    """What its owner may change."""

    id: UUID
    slug: str
    name: str
    blurb: str
    email: str
    currency: str
    fee_bp: int
    fee_fixed: int

    def as_typed(self) -> dict[str, str]:
        """The fields of its form: the share in percent, the amount in whole units."""
        places = money.digits(self.currency)
        return {
            "name": self.name,
            "email": self.email,
            "blurb": self.blurb,
            "fee_percent": f"{self.fee_bp / 100:g}",
            "fee_fixed": f"{self.fee_fixed / 10**places:.{places}f}",
        }


def find_signed_in(db: Session, token: str, now: datetime) -> Account | None:
    """The account whose device holds this token, unless it was signed out there, left idle or deleted."""
    row = db.execute(
        select(SignIn.id, SignIn.seen_at, User)
        .join(SignIn.user)
        .where(
            SignIn.token_hash == fingerprint(token),
            SignIn.revoked_at.is_(None),
            SignIn.seen_at > now - IDLE,
            User.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    sign_in_id, seen_at, user = row
    return Account(
        id=user.id,
        name=user.name,
        email=user.email,
        is_verified=user.email_verified_at is not None,
        is_operator=user.is_operator,
        sign_in_id=sign_in_id,
        seen_at=seen_at,
        memberships=_memberships(db, user.id),
    )


def find_person(db: Session, email: str) -> Person | None:
    return _find_person(db, _people().where(func.lower(User.email) == email.strip().lower()))


def person(db: Session, user_id: UUID) -> Person:
    found = find_person_by_id(db, user_id)
    if found is None:
        raise NotFound("This account was deleted.")
    return found


def find_person_by_id(db: Session, user_id: UUID) -> Person | None:
    return _find_person(db, _people().where(User.id == user_id))


def devices(db: Session, user_id: UUID, now: datetime) -> list[SignedInDevice]:
    """Where the person is signed in, last used first."""
    rows = db.scalars(
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.seen_at > now - IDLE)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [
        SignedInDevice(row.id, row.device, device_icon(row.device), row.address, row.created_at, row.seen_at)
        for row in rows
    ]


def only_owned(db: Session, user_id: UUID) -> list[str]:
    """Names of the organizers that have no owner but this person."""
    owners = (
        select(Membership.organizer_id)
        .where(Membership.role == "owner")
        .group_by(Membership.organizer_id)
        .having(func.count() == 1, func.bool_and(Membership.user_id == user_id))
    )
    return list(db.scalars(select(Organizer.name).where(Organizer.id.in_(owners)).order_by(Organizer.name)))


def organizer(db: Session, organizer_id: UUID) -> OrganizerFacts:
    row = db.get(Organizer, organizer_id)
    if row is None:
        raise NotFound("There is no such organizer.")
    return OrganizerFacts(
        row.id, row.slug, row.name, row.blurb, row.email, row.currency, row.fee_bp, row.fee_fixed
    )


def members(db: Session, organizer_id: UUID) -> list[Member]:
    """The team, owners first."""
    rows = db.execute(
        select(User.id, User.name, User.email, Membership.role, Membership.created_at)
        .join(Membership.user)
        .where(Membership.organizer_id == organizer_id)
        .order_by(User.name, User.id)
    )
    return sorted((Member(*row) for row in rows), key=lambda member: ROLES.index(member.role))


def _people() -> Select[User]:
    return select(User).where(User.deleted_at.is_(None))


def _find_person(db: Session, query: Select[User]) -> Person | None:
    user = db.scalars(query).one_or_none()
    if user is None:
        return None
    return Person(user.id, user.name, user.email, user.password_hash, user.email_verified_at is not None)


def _memberships(db: Session, user_id: UUID) -> tuple[Membered, ...]:
    rows = db.execute(
        select(Organizer.id, Organizer.slug, Organizer.name, Organizer.currency, Membership.role)
        .join(Membership.organizer)
        .where(Membership.user_id == user_id)
        .order_by(Organizer.name)
    )
    return tuple(Membered(*row) for row in rows)
