"""What pages need to know about organizers: their facts, their team, and who is invited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from webapp.accounts.models import EventRole, Invitation, Membership, Organizer, User
from webapp.accounts.queries.people import Account, has_factor
from webapp.accounts.rules import ROLES, require_open, role_name
from webapp.core import money
from webapp.core.errors import NotFound
from webapp.core.harm import Harm


@dataclass(frozen=True)
class Member:
    """Somebody of the team; `at` are their roles at single events: event, title, role."""

    user_id: UUID
    name: str
    email: str
    role: str | None
    since: datetime
    at: list[tuple[UUID, str, str]]
    has_factor: bool

    @property
    def reset(self) -> Harm:
        """What taking their second factor away does."""
        return Harm(
            title=f"Reset the second factor of {self.name}?",
            name=self.name,
            effects=(
                "Do it when they lost phone and recovery codes, and you know by their voice that it is them.",
                "Their codes, passkeys and recovery codes stop working, and every device is signed out.",
                "They are told by mail. The password alone signs in until they set up another one.",
            ),
        )

    @property
    def removal(self) -> Harm:
        """What taking them out of the team does."""
        lost = [role_name(self.role)] if self.role else []
        lost += [f"{role_name(role)} of {title}" for _, title, role in self.at]
        return Harm(
            title=f"Remove {self.name} from the team?",
            name=self.name,
            effects=(f"From their next page on they are no longer {', '.join(lost)}.",),
            undo="They can be invited again; what they did stays in the history.",
        )


@dataclass(frozen=True)
class Invited:
    """An invitation as its link shows it; `events` are titles, none for everything."""

    id: UUID
    organizer: str
    slug: str
    email: str
    role: str
    invited_by: str
    expires_at: datetime
    events: list[str]

    @property
    def role_words(self) -> str:
        """`door`, `manager of Lantern Walk`."""
        return (
            f"{role_name(self.role)} of {' and '.join(self.events)}" if self.events else role_name(self.role)
        )


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


def organizer(db: Session, organizer_id: UUID) -> OrganizerFacts:
    row = db.get(Organizer, organizer_id)
    if row is None:
        raise NotFound("There is no such organizer.")
    return OrganizerFacts(
        row.id, row.slug, row.name, row.blurb, row.email, row.currency, row.fee_bp, row.fee_fixed
    )


SINGLE = text("""
    SELECT r.user_id, r.event_id, e.title, r.role, r.created_at
    FROM event_roles r JOIN events e ON e.id = r.event_id
    WHERE r.organizer_id = :organizer ORDER BY e.title, e.id
""")


def members(db: Session, organizer_id: UUID) -> list[Member]:
    """The team, owners first, last who works for single events only."""
    at: dict[UUID, list[Any]] = {}
    for row in db.execute(SINGLE, {"organizer": organizer_id}):
        at.setdefault(row.user_id, []).append(row)
    rows = db.execute(
        select(
            *(User.id, User.name, User.email, Membership.role, Membership.created_at),
            has_factor(User.id).label("has_factor"),
        )
        .outerjoin(Membership, (Membership.user_id == User.id) & (Membership.organizer_id == organizer_id))
        .where(or_(Membership.id.is_not(None), User.id.in_(list(at))))
        .order_by(User.name, User.id)
    )
    team = [
        Member(
            *(row.id, row.name, row.email, row.role, _since(row, at), _roles(at.get(row.id, []))),
            has_factor=row.has_factor,
        )
        for row in rows
    ]
    return sorted(team, key=lambda member: ROLES.index(member.role) if member.role else len(ROLES))


def _since(row: Any, at: dict[UUID, list[Any]]) -> datetime:
    """Since when somebody is in the team, for the whole or for the first event."""
    given: datetime = row.created_at or min(one.created_at for one in at[row.id])
    return given


def _roles(rows: list[Any]) -> list[tuple[UUID, str, str]]:
    return [(row.event_id, row.title, row.role) for row in rows]


def works_for(db: Session, organizer_id: UUID, user_id: UUID) -> bool:
    """Whether somebody is in the team, for everything or for single events."""
    whole = select(Membership.id).where(
        Membership.organizer_id == organizer_id, Membership.user_id == user_id
    )
    single = select(EventRole.id).where(EventRole.organizer_id == organizer_id, EventRole.user_id == user_id)
    return db.scalar(select(or_(whole.exists(), single.exists()))) or False


TITLES = text("""
    SELECT id, title FROM events WHERE organizer_id = :organizer AND status NOT IN ('deleted', 'rehearsal')
    ORDER BY title, id LIMIT 1000
""")
TITLES_OF = text("""
    SELECT title FROM events WHERE organizer_id = :organizer AND id = ANY(:events) ORDER BY title, id
""")


def titles(db: Session, organizer_id: UUID) -> list[tuple[UUID, str]]:
    """The organizer's events, to choose from."""
    return [(row.id, row.title) for row in db.execute(TITLES, {"organizer": organizer_id})]


def titles_of(db: Session, organizer_id: UUID, event_ids: Collection[UUID]) -> list[str]:
    """Those of these events that are the organizer's."""
    return list(db.scalars(TITLES_OF, {"organizer": organizer_id, "events": list(event_ids)}))


def invited(db: Session, invitation_id: UUID, now: datetime) -> Invited:
    """What an invitation offers; `Gone` when it is not open. One that was accepted still says so."""
    row = db.get(Invitation, invitation_id)
    if row is None:
        raise NotFound("There is no such invitation.")
    if row.accepted_at is None:
        require_open(row.expires_at, row.withdrawn_at, now)
    return _invited(db, [row])[0]


def find_open(db: Session, invitation_id: UUID, now: datetime) -> Invited | None:
    row = db.get(Invitation, invitation_id)
    if row is None or row.accepted_at or row.withdrawn_at or row.expires_at <= now:
        return None
    return _invited(db, [row])[0]


def invitations_for(db: Session, person: Account, now: datetime) -> list[Invited]:
    """What somebody with a confirmed address could accept."""
    if not person.is_verified:
        return []
    rows = db.scalars(
        select(Invitation).where(
            func.lower(Invitation.email) == person.email.lower(),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    return _invited(db, rows.all())


def _invited(db: Session, rows: Sequence[Invitation]) -> list[Invited]:
    found = []
    for row in rows:
        house = db.get_one(Organizer, row.organizer_id)
        offer = (row.email, row.role, row.invited_by, row.expires_at)
        events = titles_of(db, house.id, row.event_ids)
        found.append(Invited(row.id, house.name, house.slug, *offer, events))
    return found
