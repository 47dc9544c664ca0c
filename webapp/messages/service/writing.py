"""Writing a message, trying it, and saying when it goes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.clock import local
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.messages.events import TrialAsked
from webapp.messages.models import Message
from webapp.messages.queries import audience as audiences
from webapp.messages.queries import messages
from webapp.messages.rules import fields
from webapp.messages.rules.audience import Audience

ON_ITS_WAY = "This message is on its way or has been sent. Write a new one to say something else."


@dataclass(frozen=True)
class Written:
    """What staff typed; `purpose` is `booking` (about what they booked) or `news`."""

    subject: str
    body: str
    purpose: str
    audience: Audience


def save(db: Session, *, organizer_id: UUID, message_id: UUID, written: Written, by: Actor) -> None:
    """Write a new message or change one that nobody has got yet; sent twice with one id it is one message."""
    fields.require_known(written.audience.who, subject=written.subject, body=written.body)
    _require_orders(db, organizer_id, written.audience)
    values = {
        "subject": written.subject,
        "body": written.body,
        "purpose": written.purpose,
        "audience": written.audience.kept(),
    }
    found = db.scalar(select(Message).where(Message.id == message_id).with_for_update())
    if found is None:
        made = Message(id=message_id, organizer_id=organizer_id, made_by=by.name, **values)
        db.add(made)
        db.flush()
        _note(db, by, "Message written", made, None, {"subject": written.subject, "state": "draft"})
        return
    if found.organizer_id != organizer_id:
        raise NotFound("There is no such message.")
    _require_open(found)
    if all(getattr(found, name) == value for name, value in values.items()):
        return
    old = _told(db, found)
    for name, value in values.items():
        setattr(found, name, value)
    db.flush()
    new = _told(db, found)
    changed = [name for name in new if old[name] != new[name]]
    before, after = ({name: side[name] for name in changed} for side in (old, new))
    _note(db, by, "Message changed", found, before, after)


def lock(db: Session, organizer_id: UUID, message_id: UUID) -> bool:
    """Two changes come one after the other; False when there is no such message yet."""
    own = (Message.id == message_id, Message.organizer_id == organizer_id)
    return db.scalar(select(Message.id).where(*own).with_for_update()) is not None


def schedule(
    db: Session,
    *,
    organizer_id: UUID,
    message_id: UUID,
    at: datetime | None,
    zone: str,
    by: Actor,
    now: datetime,
) -> int:
    """Let it go out at `at`, or now; says how many would get it. May be changed or taken back until then."""
    message = _locked(db, organizer_id, message_id)
    if message.state in ("sending", "sent"):
        return 0  # pressed twice
    _require_open(message)
    if at is not None and at <= now:
        raise Invalid(
            "Nothing was sent.",
            fields={"at": "That is over already. Choose a time to come, or send it now."},
            title="When does it go out?",
        )
    audience = Audience.of(message.audience)
    number = audiences.counted(db, organizer_id, audience, message.purpose).get("", 0)
    if not number:
        raise Conflict("Nobody would get it. Choose other guests first.", title="Nothing was sent")
    before = {"state": message.state, "at": _at(message) if message.send_at else None}
    message.state, message.send_at, message.zone = "scheduled", at or now, zone
    after = {"state": message.state, "at": _at(message) if at else "now", "recipients": number}
    _note(db, by, "Message to be sent", message, before, after)
    return number


def stop(db: Session, *, organizer_id: UUID, message_id: UUID, by: Actor) -> str:
    """Take back what has not gone out yet: a scheduled one is a draft again. Says what it is now."""
    message = _locked(db, organizer_id, message_id)
    if message.state == "scheduled":
        before = {"state": message.state, "at": _at(message)}
        message.state, message.send_at = "draft", None
        _note(db, by, "Message taken back", message, before, {"state": "draft", "at": None})
    elif message.state == "sending":
        message.state = "stopped"
        _note(db, by, "Message stopped on its way", message, {"state": "sending"}, {"state": "stopped"})
    db.flush()
    return message.state


def delete(db: Session, *, organizer_id: UUID, message_id: UUID, by: Actor) -> None:
    """A draft that nobody wants; twice is once."""
    message = db.scalar(select(Message).where(Message.id == message_id).with_for_update())
    if message is None:
        return
    if message.organizer_id != organizer_id:
        raise NotFound("There is no such message here.")
    if message.state != "draft":
        raise Conflict("Only a draft is deleted; what went out stays in the records.")
    db.delete(message)
    before, after = ({"subject": message.subject, "state": one} for one in ("draft", "deleted"))
    _note(db, by, "Message deleted", message, before, after)


def ask_trial(db: Session, *, organizer_id: UUID, message_id: UUID, key: UUID, by: Actor) -> None:
    """Mail it to whoever asks, filled as for the first guest; the form's own key makes it one mail."""
    message = _locked(db, organizer_id, message_id)
    if message.trial == str(key) or by.id is None:
        return
    before, after = {"test_mail": "not asked for"}, {"test_mail": f"on its way to {by.name}"}
    if message.trial:
        before = {"test_mail": "sent before"}
    message.trial = str(key)
    outbox.record(db, TrialAsked(message_id, by.id))
    _note(db, by, "Test mail asked for", message, before, after)


def _locked(db: Session, organizer_id: UUID, message_id: UUID) -> Message:
    message = db.scalar(
        select(Message)
        .where(Message.id == message_id, Message.organizer_id == organizer_id)
        .with_for_update()
    )
    if message is None:
        raise NotFound("There is no such message.")
    return message


def _require_orders(db: Session, organizer_id: UUID, audience: Audience) -> None:
    """Chosen orders are there; a code that is not is named, before somebody waits for its answer."""
    if audience.who != "orders":
        return
    known = audiences.known_codes(db, organizer_id, audience.codes)
    unknown = [code for code in audience.codes if code not in known]
    if unknown or not audience.codes:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        said = "Write at least one code."
        if unknown:
            said = f"There is no order {', '.join(unknown[:5])}{more} here."
        raise Invalid("We kept everything you typed.", fields={"codes": said}, title="Which orders?")


def _require_open(message: Message) -> None:
    if message.state not in ("draft", "scheduled"):
        raise Conflict(ON_ITS_WAY)


def _at(message: Message) -> str:
    assert message.send_at  # noqa: S101  # nosec B101  # a scheduled one has a time
    return f"{local(message.send_at, message.zone):%Y-%m-%d %H:%M} {message.zone}"


def _told(db: Session, message: Message) -> dict[str, Any]:
    """What the history says of a message: its words, and who gets it."""
    seen = messages.message(db, message.organizer_id, message.id)
    return {"subject": seen.subject, "body": seen.body, "purpose": seen.purpose, "to": seen.said}


def _note(  # noqa: PLR0917  # whose line, of what, and both sides of the change
    db: Session,
    by: Actor,
    action: str,
    message: Message,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    subject = ("message", message.id)
    note(db, by, action, subject, organizer_id=message.organizer_id, before=before, after=after)
