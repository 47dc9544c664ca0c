"""What pages need to know about people: who is signed in, where, and what they may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, func, literal_column, or_, select, text
from sqlalchemy.orm import Session

from webapp.accounts.models import (
    AuthenticatorApp,
    EventRole,
    Membership,
    Organizer,
    Passkey,
    SignIn,
    User,
)
from webapp.accounts.rules import IDLE, MEANS, PROVED, Roles, device_icon
from webapp.core.errors import NotFound
from webapp.core.ids import fingerprint, typed_order_code

# The zone that most of the venues of one of the `organizers` are in: by its clock its staff read what has no
# place of its own.
HOUSE_ZONE = """coalesce((
    SELECT zone FROM venues WHERE organizer_id = organizers.id
    GROUP BY zone ORDER BY count(*) DESC, zone LIMIT 1), 'UTC')"""


@dataclass(frozen=True)
class Membered:
    organizer_id: UUID
    slug: str
    name: str
    currency: str
    zone: str
    roles: Roles
    second_factor_required: bool


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
    proved_at: datetime | None
    has_factor: bool
    memberships: tuple[Membered, ...]

    @property
    def is_staff(self) -> bool:
        return self.is_operator or bool(self.memberships)

    @property
    def demanding(self) -> list[str]:
        """The organizers that ask their team for a second factor."""
        return [one.name for one in self.memberships if one.second_factor_required]

    def is_proved(self, now: datetime) -> bool:
        """Whether they showed lately, on this device, that it is them."""
        return self.proved_at is not None and self.proved_at > now - PROVED


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
    means: str
    signed_in_at: datetime
    seen_at: datetime


def find_signed_in(db: Session, token: str, now: datetime) -> Account | None:
    """The account whose device holds this token, unless it was signed out there, left idle or deleted."""
    row = db.execute(
        select(SignIn.id, SignIn.seen_at, SignIn.proved_at, has_factor(User.id).label("has_factor"), User)
        .join(SignIn.user)
        .where(
            SignIn.token_hash == fingerprint(token),
            SignIn.revoked_at.is_(None),
            SignIn.factor_due.is_(False),
            SignIn.seen_at > now - IDLE,
            User.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    user = row.User
    return Account(
        id=user.id,
        name=user.name,
        email=user.email,
        is_verified=user.email_verified_at is not None,
        is_operator=user.is_operator,
        sign_in_id=row.id,
        seen_at=row.seen_at,
        proved_at=row.proved_at,
        has_factor=row.has_factor,
        memberships=_memberships(db, user.id),
    )


def has_factor(user_id: Any) -> ColumnElement[bool]:
    """Whether that person has anything that may be asked for after the password."""
    app = select(AuthenticatorApp.user_id).where(AuthenticatorApp.user_id == user_id)
    passkey = select(Passkey.id).where(Passkey.user_id == user_id)
    return or_(app.exists(), passkey.exists())


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
        .where(
            SignIn.user_id == user_id,
            SignIn.revoked_at.is_(None),
            SignIn.factor_due.is_(False),
            SignIn.seen_at > now - IDLE,
        )
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [
        SignedInDevice(
            *(row.id, row.device, device_icon(row.device), row.address),
            *(MEANS[row.means], row.created_at, row.seen_at),
        )
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


def _people() -> Select[User]:
    return select(User).where(User.deleted_at.is_(None))


def _find_person(db: Session, query: Select[User]) -> Person | None:
    user = db.scalars(query).one_or_none()
    if user is None:
        return None
    return Person(user.id, user.name, user.email, user.password_hash, user.email_verified_at is not None)


def _memberships(db: Session, user_id: UUID) -> tuple[Membered, ...]:
    """Each organizer that they work for, as a whole or for single events."""
    at: dict[UUID, dict[UUID, str]] = {}
    single = select(EventRole.organizer_id, EventRole.event_id, EventRole.role)
    for organizer_id, event_id, role in db.execute(single.where(EventRole.user_id == user_id)):
        at.setdefault(organizer_id, {})[event_id] = role
    own = and_(Membership.organizer_id == Organizer.id, Membership.user_id == user_id)
    rows = db.execute(
        select(Organizer, Membership.role, literal_column(HOUSE_ZONE, String).label("zone"))
        .outerjoin(Membership, own)
        .where(
            or_(
                Organizer.id.in_(select(Membership.organizer_id).where(Membership.user_id == user_id)),
                Organizer.id.in_(list(at)),
            )
        )
        .order_by(Organizer.name)
    )
    return tuple(
        Membered(
            *(house.id, house.slug, house.name, house.currency, zone),
            Roles(role, at.get(house.id, {})),
            second_factor_required=house.second_factor_required,
        )
        for house, role, zone in rows
    )


# Which events something in an address belongs to. What is not here belongs to what stands before it in the
# address, which the service behind the page holds it against.
EVENTS_OF = {
    "event_id": "SELECT id FROM events WHERE id = :it",
    "date_id": "SELECT event_id FROM event_dates WHERE id = :it",
    "type_id": """SELECT d.event_id FROM ticket_types t JOIN event_dates d ON d.id = t.date_id
                  WHERE t.id = :it""",
    "series_id": "SELECT event_id FROM series WHERE id = :it",
    "room_id": "SELECT event_id FROM waiting_rooms WHERE id = :it",
    "entry_id": "SELECT event_id FROM waitlist_entries WHERE id = :it",
    "reserve_id": "SELECT d.event_id FROM pools p JOIN event_dates d ON d.id = p.date_id WHERE p.id = :it",
    "code": """SELECT DISTINCT d.event_id FROM orders o JOIN order_lines l ON l.order_id = o.id
               JOIN event_dates d ON d.id = l.date_id WHERE o.code = :it""",
}


def events_of(db: Session, named: Mapping[str, Any]) -> frozenset[UUID]:
    """The events that the variables of an address belong to."""
    known = {name: value for name, value in named.items() if name in EVENTS_OF}
    if "code" in known:
        known["code"] = typed_order_code(known["code"])
    return frozenset(
        event for name, value in known.items() for event in db.scalars(text(EVENTS_OF[name]), {"it": value})
    )
