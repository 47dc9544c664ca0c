"""Addresses that send mail back, who wants no news any more, and whom we forget."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.accounts.events import AccountDeleted
from webapp.accounts.queries import people
from webapp.core.audit import GUEST, Actor, note
from webapp.core.errors import NotFound
from webapp.core.ids import uuid7
from webapp.messages.models import Bounce, Message, NewsChoice, Recipient

# Whose mail it was: one of a message, or one about an order.
WHOSE = text("""
    SELECT m.organizer_id FROM message_recipients r JOIN messages m ON m.id = r.message_id
    WHERE r.id::text = :id AND lower(r.address) = lower(:address)
    UNION ALL
    SELECT o.organizer_id FROM sent_mails s JOIN orders o ON o.id = s.reference
    WHERE s.message_id = :message AND lower(s.recipient) = lower(:address)
    LIMIT 1
""")


def record(db: Session, organizer_id: UUID, address: str, *, kind: str, reason: str, source: str) -> None:
    """Remember that mail came back. A soft one hides no hard one; a new hard one counts although cleared."""
    row = insert(Bounce).values(
        id=uuid7(), organizer_id=organizer_id, address=address, kind=kind, reason=reason[:300], source=source
    )
    renewed: dict[str, Any] = {"times": Bounce.times + 1, "at": func.now(), "reason": row.excluded.reason}
    if kind != "soft":
        renewed |= {"kind": row.excluded.kind, "source": row.excluded.source, "cleared_at": None}
    db.execute(
        row.on_conflict_do_update(index_elements=[Bounce.organizer_id, text("lower(address)")], set_=renewed)
    )


def report(db: Session, *, message_id: str, address: str, kind: str, reason: str) -> bool:
    """What the mail provider tells of one of our mails; False when it is none of ours. Told twice it is once.

    A complaint also ends the news.
    """
    ours = message_id.strip("<>")
    asked = {"id": ours.partition("@")[0], "message": f"<{ours}>", "address": address}
    organizer_id: UUID | None = db.scalar(WHOSE, asked)
    if organizer_id is None:
        return False
    record(db, organizer_id, address, kind=kind, reason=reason, source="webhook")
    if kind == "complaint":
        choose(db, organizer_id, address, wants=False, source="complaint")
    return True


def clear(db: Session, *, organizer_id: UUID, bounce_id: UUID, by: Actor) -> str:
    """Write to this address again; says which it is."""
    bounce = db.scalar(
        select(Bounce).where(Bounce.id == bounce_id, Bounce.organizer_id == organizer_id).with_for_update()
    )
    if bounce is None:
        raise NotFound("There is no such address here.")
    if bounce.cleared_at is None:
        bounce.cleared_at = func.now()
        subject = ("mail_bounce", bounce.id)
        before = {"written_to": False, "reason": bounce.reason}
        after = {"written_to": True}
        note(db, by, "Address cleared", subject, organizer_id=organizer_id, before=before, after=after)
        db.flush()
    return bounce.address


def choose(db: Session, organizer_id: UUID, address: str, *, wants: bool, source: str) -> None:
    """Keep whether an address wants the organizer's news; the same as before is not written again."""
    known = db.scalar(
        select(NewsChoice.wants)
        .where(NewsChoice.organizer_id == organizer_id, func.lower(NewsChoice.address) == address.lower())
        .order_by(NewsChoice.id.desc())
        .limit(1)
    )
    if known is wants and wants:
        return
    db.add(NewsChoice(organizer_id=organizer_id, address=address, wants=wants, source=source))
    db.flush()


def choose_by_link(db: Session, *, secret: str, wants: bool, source: str = "link") -> None:
    """The guest's own word, by the link of a mail."""
    row = db.execute(
        select(Message.organizer_id, Recipient.address, Recipient.id)
        .join(Recipient, Recipient.message_id == Message.id)
        .where(Recipient.secret == secret)
    ).one_or_none()
    if row is None:
        raise NotFound("This link leads nowhere. It was not copied whole, or its mail was deleted.")
    choose(db, row.organizer_id, row.address, wants=wants, source=source)
    said = "News wanted again" if wants else "News ended"
    before, after = {"news": not wants}, {"news": wants}
    subject = ("message_recipient", row.id)
    note(db, GUEST, said, subject, organizer_id=row.organizer_id, before=before, after=after)


def forget_person(db: Session, event: AccountDeleted) -> None:
    """Mails that were sent stay counted; whose they were does not, once the account goes."""
    person = people.person(db, event.user_id)
    if not person.is_verified:
        return
    db.execute(
        update(Recipient)
        .where(func.lower(Recipient.address) == person.email.lower())
        .values(address=func.concat("forgotten ", Recipient.id), name="")
        .execution_options(synchronize_session=False)
    )
