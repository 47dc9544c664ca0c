"""Sending: each address once. A mail is claimed before it leaves; what may have left is never sent again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from webapp.core import outbox
from webapp.core.audit import SYSTEM, note
from webapp.messages.events import MessageDue
from webapp.messages.models import Message, Recipient
from webapp.messages.queries.audience import WHY_NOT, values, who
from webapp.messages.queries.letters import Guest
from webapp.messages.rules.audience import Audience
from webapp.messages.rules.refused import LOST_AFTER, No, pause
from webapp.messages.service import bounces

# A message of which nobody has taken a mail in hand for so long is told to the workers again.
QUIET_AFTER = timedelta(seconds=75)

# The secret is 128 random bits, as `webapp.core.ids.secret` makes them.
EXPAND = """
    INSERT INTO message_recipients (id, message_id, address, name, order_id, entry_id, date_id, secret,
                                    state, reason, ended_at)
    SELECT gen_random_uuid(), :message, address, name, order_id, entry_id, date_id,
           replace(gen_random_uuid()::text, '-', ''), CASE why WHEN '' THEN 'waiting' ELSE 'skipped' END, why,
           CASE why WHEN '' THEN NULL ELSE now() END
    FROM (SELECT a.*, {why} AS why FROM ({who}) AS a) AS found
    ON CONFLICT (message_id, lower(address)) DO NOTHING
"""

PACED = text("""
    INSERT INTO mail_pace AS p (id, next_at) VALUES (1, clock_timestamp() + :gap)
    ON CONFLICT (id) DO UPDATE SET next_at = greatest(p.next_at, clock_timestamp()) + :gap
    RETURNING greatest(extract(epoch FROM next_at - :gap - clock_timestamp()), 0)::float
""")

CLAIM = text("""
    UPDATE message_recipients SET state = 'sending', begun_at = clock_timestamp(), attempts = attempts + 1
    WHERE id = (
        SELECT r.id FROM message_recipients r JOIN messages m ON m.id = r.message_id
        WHERE r.message_id = :message AND m.state = 'sending' AND r.state = 'waiting' AND r.due_at <= now()
        ORDER BY r.due_at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED
    )
    RETURNING id, name, address, order_id, entry_id, date_id, secret, attempts
""")
WHY = text(f"SELECT {WHY_NOT.format(address='CAST(:address AS text)')}")  # words of ours


@dataclass(frozen=True)
class Claimed:
    """A mail that this worker alone may send, and only now; `secret` ends the news."""

    id: UUID
    guest: Guest
    secret: str
    attempts: int


def start_due(db: Session, now: datetime) -> list[UUID]:
    """Begin every message whose time has come: who gets it is settled now, each address once."""
    due = db.scalars(
        select(Message)
        .where(Message.state == "scheduled", Message.send_at <= now)
        .order_by(Message.id)
        .with_for_update(skip_locked=True)
    ).all()
    for message in due:
        message.state, message.started_at, message.tended_at = "sending", now, now
        audience = Audience.of(message.audience)
        asked = values(message.organizer_id, audience, message.purpose) | {"message": message.id}
        sql = EXPAND.format(why=WHY_NOT.format(address="a.address"), who=who(audience))
        db.execute(text(sql), asked)
        outbox.record(db, MessageDue(message.id))
        db.flush()
    return [message.id for message in due]


def seconds_to_wait(db: Session, per_second: float) -> float:
    """Take the next place in the line of all mails, and say how long it is until then."""
    waits: float = db.scalars(PACED, {"gap": timedelta(seconds=1 / per_second)}).one()
    return waits


def claim(db: Session, message: Message) -> Claimed | None:
    """The next mail that is due, or None. One that became unwelcome since it was settled is skipped."""
    while row := db.execute(CLAIM, {"message": message.id}).one_or_none():
        audience = values(message.organizer_id, Audience.of(message.audience), message.purpose)
        why = db.scalar(WHY, {**audience, "address": row.address})
        if not why:
            _tended(db, message.id)
            guest = Guest(row.name, row.address, row.order_id, row.entry_id, row.date_id)
            return Claimed(row.id, guest, row.secret, row.attempts)
        # By way of `waiting`, since a mail that is being sent is not skipped.
        _set(db, row.id, state="waiting", begun_at=None)
        _set(db, row.id, state="skipped", reason=why, ended_at=func.now())
    return None


def note_sent(db: Session, recipient_id: UUID) -> None:
    _set(db, recipient_id, state="sent", ended_at=func.now(), reason="")


def note_refused(db: Session, message: Message, claimed: Claimed, no: No, now: datetime) -> None:
    """The server said that it did not take it: tried again later, or failed for good."""
    if no.is_hard_bounce:
        bounces.record(
            db, message.organizer_id, claimed.guest.address, kind="hard", reason=no.said, source="mail server"
        )
    wait = None if no.is_final else pause(claimed.attempts)
    if wait is None:
        _set(db, claimed.id, state="failed", reason=no.said, ended_at=func.now())
    else:
        _set(db, claimed.id, state="waiting", reason=no.said, due_at=now + wait, begun_at=None)


def put_back(db: Session, recipient_id: UUID) -> None:
    """The server was not reached at all: it is as if the mail had never been claimed."""
    values = {"state": "waiting", "begun_at": None, "attempts": Recipient.attempts - 1}
    _set(db, recipient_id, **values)


def note_unknown(db: Session, recipient_id: UUID, why: str) -> None:
    """The conversation broke off: nobody knows whether it arrived, so it is not sent again."""
    _set(db, recipient_id, state="unknown", reason=why[:300], ended_at=func.now())


def go_on(db: Session, message_id: UUID) -> None:
    """Tell the workers again when there is more that is due."""
    due = (Recipient.state == "waiting", Recipient.due_at <= func.now())
    if db.scalar(select(Recipient.id).where(Recipient.message_id == message_id, *due).limit(1)):
        outbox.record(db, MessageDue(message_id))


def tend(db: Session, now: datetime) -> None:
    """Look after what is on its way: mails whose worker died, messages that nobody works on or are done."""
    lost = "Its worker died while sending it. It may have arrived, so it is not sent again."
    db.execute(
        update(Recipient)
        .where(Recipient.state == "sending", Recipient.begun_at < now - LOST_AFTER)
        .values(state="unknown", reason=lost, ended_at=func.now())
        .execution_options(synchronize_session=False)
    )
    on_its_way = select(Message).where(Message.state == "sending").order_by(Message.id)
    for message in db.scalars(on_its_way.with_for_update(skip_locked=True)).all():
        _tend_one(db, message, now)


def _tend_one(db: Session, message: Message, now: datetime) -> None:
    open_ = Recipient.state.in_(("waiting", "sending"))
    if not db.scalar(select(Recipient.id).where(Recipient.message_id == message.id, open_).limit(1)):
        message.state, message.ended_at = "sent", now
        count = select(func.count()).where(Recipient.message_id == message.id, Recipient.state == "sent")
        before, after = {"state": "sending"}, {"state": "sent", "recipients": db.scalar(count)}
        subject, organizer_id = ("message", message.id), message.organizer_id
        note(db, SYSTEM, "Message sent", subject, organizer_id=organizer_id, before=before, after=after)
    elif message.tended_at is None or message.tended_at < now - QUIET_AFTER:
        message.tended_at = now
        go_on(db, message.id)
    db.flush()


def _tended(db: Session, message_id: UUID) -> None:
    db.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(tended_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _set(db: Session, recipient_id: UUID, **values: object) -> None:
    db.execute(
        update(Recipient)
        .where(Recipient.id == recipient_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
