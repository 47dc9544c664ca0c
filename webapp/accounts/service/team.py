"""Organizers and the people who work for them. Every change is kept in the history."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import rules
from webapp.accounts.models import EventRole, Membership, Organizer, User
from webapp.accounts.queries import houses
from webapp.accounts.queries.houses import OrganizerFacts
from webapp.core.audit import Actor, note
from webapp.core.db import Session
from webapp.core.errors import NotFound
from webapp.core.ids import uuid7
from webapp.core.text import slug as slug_of

# Addresses under /staff that are no organizers.
RESERVED = frozenset({"background", "health", "new", "reports"})


def create_organizer(db: Session, owner: Actor, *, key: UUID, name: str, email: str, currency: str) -> str:
    """A new organizer with one owner; gives its slug. Sent twice with the same key it is made once."""
    # Two people who choose the same name at once get two addresses.
    db.execute(select(func.pg_advisory_xact_lock(func.hashtext("organizers.slug"))))
    db.execute(
        insert(Organizer)
        .values(id=key, slug=_free_slug(db, name), name=name, email=email, currency=currency)
        .on_conflict_do_nothing(index_elements=[Organizer.id])
    )
    made = db.get_one(Organizer, key)
    known = db.scalar(select(func.count()).where(Membership.organizer_id == key))
    if known:
        if _role_of(db, key, owner.id) is None:
            raise NotFound("There is no such page.")
        return made.slug
    db.add(Membership(organizer_id=key, user_id=owner.id, role="owner"))
    note(db, owner, "Organizer made", ("organizer", key), organizer_id=key, before=None, after={"name": name})
    db.flush()
    return made.slug


def facts(db: Session, organizer_id: UUID) -> OrganizerFacts:
    """What is to be changed, locked, so that two changes come one after the other."""
    db.get_one(Organizer, organizer_id, with_for_update=True)
    return houses.organizer(db, organizer_id)


def edit_organizer(db: Session, actor: Actor, organizer_id: UUID, changes: dict[str, Any]) -> None:
    """Set what is given; only what is different is noted."""
    row = db.get_one(Organizer, organizer_id, with_for_update=True)
    before = {name: getattr(row, name) for name in changes if getattr(row, name) != changes[name]}
    if not before:
        return
    for name in before:
        setattr(row, name, changes[name])
    note(
        db,
        actor,
        "Organizer changed",
        ("organizer", organizer_id),
        organizer_id=organizer_id,
        before=before,
        after={name: changes[name] for name in before},
    )
    db.flush()


def join(db: Session, actor: Actor, organizer_id: UUID, user_id: UUID, role: str) -> None:
    """Take somebody into the team; twice is once, and the last role counts."""
    added = db.scalar(
        insert(Membership)
        .values(id=uuid7(), organizer_id=organizer_id, user_id=user_id, role=role)
        .on_conflict_do_nothing(index_elements=[Membership.organizer_id, Membership.user_id])
        .returning(Membership.id)
    )
    if added is None:
        change_role(db, actor, organizer_id, user_id, role)
        return
    after = {"name": db.get_one(User, user_id).name, "role": role}
    _note(db, actor, "Joined the team", organizer_id, user_id, after=after)


def change_event_role(
    db: Session, actor: Actor, organizer_id: UUID, user_id: UUID, *, event_id: UUID, role: str | None
) -> None:
    """Give somebody of the team a role at one event, or take it."""
    if not houses.titles_of(db, organizer_id, [event_id]):
        raise NotFound("There is no such event here.")
    if not houses.works_for(db, organizer_id, user_id):
        raise NotFound("This person is not in the team.")
    if role is None:
        _take_event_role(db, actor, organizer_id, user_id, event_id)
    else:
        give_event_role(db, actor, organizer_id, user_id, event_id=event_id, role=role)


def give_event_role(
    db: Session, actor: Actor, organizer_id: UUID, user_id: UUID, *, event_id: UUID, role: str
) -> None:
    """What they may do at this event, whatever they are for the whole."""
    rules.require_givable(role, [event_id])
    row = db.scalar(
        select(EventRole)
        .where(EventRole.event_id == event_id, EventRole.user_id == user_id)
        .with_for_update()
    )
    before = row.role if row else None
    if before == role:
        return
    if row is None:
        db.add(EventRole(organizer_id=organizer_id, event_id=event_id, user_id=user_id, role=role))
    else:
        row.role = role
    db.flush()
    about = _at(db, organizer_id, user_id, event_id)
    before_now = {**about, "role": before} if before else None
    _note(
        db,
        actor,
        "Role at an event given",
        organizer_id,
        user_id,
        before=before_now,
        after={**about, "role": role},
    )


def locked_role(db: Session, organizer_id: UUID, user_id: UUID) -> str:
    """What somebody of the team is, which nobody else changes before this transaction ends."""
    return _member(db, organizer_id, user_id).role


def locked_event_role(db: Session, user_id: UUID, event_id: UUID) -> str | None:
    """The same at one event; None where they have no role of their own there."""
    mine = (EventRole.event_id == event_id, EventRole.user_id == user_id)
    return db.scalar(select(EventRole.role).where(*mine).with_for_update())


def change_role(db: Session, actor: Actor, organizer_id: UUID, user_id: UUID, role: str) -> None:
    member = _member(db, organizer_id, user_id)
    if member.role == role:
        return
    before, member.role = member.role, role
    db.flush()
    rules.require_owner_left(_owners(db, organizer_id))
    name = db.get_one(User, user_id).name
    _note(
        db,
        actor,
        "Role changed",
        organizer_id,
        user_id,
        before={"name": name, "role": before},
        after={"name": name, "role": role},
    )


def remove_member(db: Session, actor: Actor, organizer_id: UUID, user_id: UUID) -> None:
    """Out of the team; removing twice is removing."""
    if not houses.works_for(db, organizer_id, user_id):
        return
    name, role = db.get_one(User, user_id).name, _role_of(db, organizer_id, user_id)
    if role:
        db.delete(_member(db, organizer_id, user_id))
        db.flush()
        rules.require_owner_left(_owners(db, organizer_id))
    db.execute(delete(EventRole).where(EventRole.organizer_id == organizer_id, EventRole.user_id == user_id))
    _note(
        db,
        actor,
        "Left the team",
        organizer_id,
        user_id,
        before={"name": name, "role": role or "events only"},
        after={"name": name, "role": "not in the team"},
    )


def _take_event_role(db: Session, actor: Actor, organizer_id: UUID, user_id: UUID, event_id: UUID) -> None:
    taken = db.scalar(
        delete(EventRole)
        .where(EventRole.event_id == event_id, EventRole.user_id == user_id)
        .returning(EventRole.role)
    )
    if taken:
        about = _at(db, organizer_id, user_id, event_id)
        _note(
            db,
            actor,
            "Role at an event taken",
            organizer_id,
            user_id,
            before={**about, "role": taken},
            after={**about, "role": None},
        )


def _at(db: Session, organizer_id: UUID, user_id: UUID, event_id: UUID) -> dict[str, Any]:
    (title,) = houses.titles_of(db, organizer_id, [event_id])
    return {"name": db.get_one(User, user_id).name, "event": title}


def _member(db: Session, organizer_id: UUID, user_id: UUID) -> Membership:
    # The whole team is locked, in one order, so that two owners cannot remove each other.
    team = db.scalars(
        select(Membership)
        .where(Membership.organizer_id == organizer_id)
        .order_by(Membership.id)
        .with_for_update()
    ).all()
    member = next((one for one in team if one.user_id == user_id), None)
    if member is None:
        raise NotFound("This person is not in the team.")
    return member


def _role_of(db: Session, organizer_id: UUID, user_id: UUID | None) -> str | None:
    return db.scalar(
        select(Membership.role).where(Membership.organizer_id == organizer_id, Membership.user_id == user_id)
    )


def _owners(db: Session, organizer_id: UUID) -> int:
    owners = select(func.count()).where(Membership.organizer_id == organizer_id, Membership.role == "owner")
    return db.scalar(owners) or 0


def _free_slug(db: Session, name: str) -> str:
    wanted = slug_of(name) or "organizer"
    taken = set(db.scalars(select(Organizer.slug).where(Organizer.slug.startswith(wanted)))) | RESERVED
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


def _note(
    db: Session,
    actor: Actor,
    action: str,
    organizer_id: UUID,
    user_id: UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    note(db, actor, action, ("member", user_id), organizer_id=organizer_id, before=before, after=after)
