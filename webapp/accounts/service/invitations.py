"""Asking people into a team by mail: for a while, until they come or it is withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import rules
from webapp.accounts.events import MemberInvited
from webapp.accounts.models import Invitation, Membership, User
from webapp.accounts.queries import houses, people
from webapp.accounts.rules import Device
from webapp.accounts.service import signing_in, team
from webapp.core.audit import Actor, note
from webapp.core.db import Session
from webapp.core.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.core.ids import uuid7
from webapp.core.outbox import record


def invite(
    db: Session,
    actor: Actor,
    organizer_id: UUID,
    *,
    email: str,
    role: str,
    event_ids: Sequence[UUID],
    now: datetime,
) -> UUID:
    """Ask somebody to join; asked again, the last offer counts, and a new mail goes out."""
    rules.require_givable(role, event_ids)
    titles = houses.titles_of(db, organizer_id, event_ids)
    if len(titles) != len(set(event_ids)):
        raise NotFound("One of these events is not here any more.")
    _require_new(db, organizer_id, email)
    before = _offered(db, organizer_id, email)
    offer = {
        "role": role,
        "event_ids": sorted(set(event_ids)),
        "invited_by": actor.name,
        "sent_at": now,
        "expires_at": now + rules.INVITED,
    }
    asked = db.execute(
        insert(Invitation)
        .values(id=uuid7(), organizer_id=organizer_id, email=email, **offer)
        .on_conflict_do_update(
            index_elements=[Invitation.organizer_id, func.lower(Invitation.email)],
            index_where=Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None),
            set_=offer,
        )
        .returning(Invitation.id)
    ).scalar_one()
    after = {"email": email, "role": role, **({"events": titles} if titles else {})}
    note(db, actor, "Invited", ("invitation", asked), organizer_id=organizer_id, before=before, after=after)
    record(db, MemberInvited(asked))
    db.flush()
    return asked


def resend(db: Session, actor: Actor, organizer_id: UUID, invitation_id: UUID, *, now: datetime) -> str:
    """One more mail, with all its time ahead; a withdrawn one is open again. Gives the address."""
    row = _own(db, organizer_id, invitation_id)
    if row.accepted_at:
        raise Conflict(f"{row.email} has joined already.")
    other = select(Invitation.id).where(
        Invitation.organizer_id == organizer_id,
        Invitation.id != row.id,
        func.lower(Invitation.email) == row.email.lower(),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    if row.withdrawn_at and db.scalar(other):
        raise Conflict(f"{row.email} was invited anew meanwhile. Use that invitation.")
    said = "Invited again" if row.withdrawn_at else "Invitation sent again"
    before = _told(row)
    row.withdrawn_at, row.sent_at, row.expires_at = None, now, now + rules.INVITED
    subject = ("invitation", row.id)
    note(db, actor, said, subject, organizer_id=organizer_id, before=before, after=_told(row))
    record(db, MemberInvited(row.id))
    db.flush()
    return row.email


def withdraw(db: Session, actor: Actor, organizer_id: UUID, invitation_id: UUID, *, now: datetime) -> str:
    """Its link opens nothing any more; sending it again opens it. Gives the address."""
    row = _own(db, organizer_id, invitation_id)
    if row.accepted_at:
        raise Conflict(f"{row.email} has joined already. Remove them from the team instead.")
    if row.withdrawn_at is None:
        before, row.withdrawn_at = _told(row), now
        subject, after = ("invitation", row.id), _told(row)
        note(
            db, actor, "Invitation withdrawn", subject, organizer_id=organizer_id, before=before, after=after
        )
    db.flush()
    return row.email


def accept(db: Session, *, invitation_id: UUID, user_id: UUID, device: Device, now: datetime) -> None:
    """Join the team as it was offered; pressing twice is joining once."""
    row = db.get_one(Invitation, invitation_id, with_for_update=True)
    person = people.person(db, user_id)
    if person.email.lower() != row.email.lower():
        raise Forbidden(
            f"This invitation is for {row.email}, and you are signed in as {person.email}."
            " Sign out and open it again, or ask to be invited by your own address."
        )
    if row.accepted_at:
        return
    rules.require_open(row.expires_at, row.withdrawn_at, now)
    row.accepted_at = now
    actor = Actor("staff", person.name, person.id, device.name)
    if row.event_ids:
        for event_id in row.event_ids:
            team.give_event_role(db, actor, row.organizer_id, person.id, event_id=event_id, role=row.role)
    else:
        team.join(db, actor, row.organizer_id, person.id, row.role)
    db.flush()


def accept_as_new(
    db: Session, *, invitation_id: UUID, name: str, password_hash: str, device: Device, now: datetime
) -> str:
    """Make the account and join; the link came by mail, so the address is theirs. Gives a device's token."""
    row = db.get_one(Invitation, invitation_id, with_for_update=True)
    rules.require_open(row.expires_at, row.withdrawn_at, now)
    user = db.scalars(
        select(User)
        .where(func.lower(User.email) == row.email.lower(), User.deleted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if user and user.email_verified_at:
        raise Conflict(f"{row.email} has an account. Sign in with it, and open the invitation again.")
    if user is None:
        user = User(id=uuid7(), email=row.email)
        db.add(user)
    user.name, user.password_hash, user.email_verified_at = name, password_hash, now
    db.flush()
    accept(db, invitation_id=invitation_id, user_id=user.id, device=device, now=now)
    return signing_in.open_device(db, people.person(db, user.id), device)


def _own(db: Session, organizer_id: UUID, invitation_id: UUID) -> Invitation:
    row = db.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.organizer_id == organizer_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("There is no such invitation here.")
    return row


def _told(row: Invitation) -> dict[str, Any]:
    """What the history says of an invitation."""
    sent_at = row.sent_at.astimezone(UTC).isoformat(timespec="minutes")
    state = "withdrawn" if row.withdrawn_at else "open"
    return {"email": row.email, "role": row.role, "state": state, "sent_at": sent_at}


def _offered(db: Session, organizer_id: UUID, email: str) -> dict[str, Any] | None:
    """What this address is invited to already."""
    row = db.scalar(
        select(Invitation).where(
            Invitation.organizer_id == organizer_id,
            func.lower(Invitation.email) == email.lower(),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    if row is None:
        return None
    titles = houses.titles_of(db, organizer_id, row.event_ids)
    return {"email": row.email, "role": row.role, **({"events": titles} if titles else {})}


def _require_new(db: Session, organizer_id: UUID, email: str) -> None:
    member = db.scalar(
        select(Membership.role)
        .join(Membership.user)
        .where(Membership.organizer_id == organizer_id, func.lower(User.email) == email.lower())
    )
    if member:
        raise Invalid(
            "We kept what you typed.",
            fields={"email": f"They are in the team as {rules.role_name(member)}. Change the role there."},
            title="In the team already",
        )
