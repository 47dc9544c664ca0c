"""Messages to guests on their way: one mail after the other, at the pace of all, each address once."""

import time
from functools import partial
from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any
from uuid import UUID

from pybreaker import CircuitBreakerError

from webapp.accounts.queries import people
from webapp.core.db import Session
from webapp.messages.models import Message
from webapp.messages.queries import audience as audiences
from webapp.messages.queries.letters import Guest, Letter, letter
from webapp.messages.rules import text
from webapp.messages.rules.audience import Audience
from webapp.messages.rules.refused import No
from webapp.messages.service import sending
from webapp.messages.service.sending import Claimed
from workers.context import Context, Effect
from workers.mail.compose import compose
from workers.mail.send import reach, send

# A turn is short, so that other slow work comes in between and a worker's death is noticed soon.
TURN_SECONDS = 25


def send_message(context: Context, *, message_id: UUID) -> Effect | None:
    """Send for half a minute, then let the rest be told again; claim nothing while the server is away."""
    with context.database.reading() as db:
        message = db.get(Message, message_id)
    until = time.monotonic() + TURN_SECONDS
    while message is not None and time.monotonic() < until:
        reach(context)
        with context.database.writing(durable=False) as db:
            pause = sending.seconds_to_wait(db, context.settings.messages_per_second)
        time.sleep(pause)
        # On the disk before the mail leaves: whoever finds it afterwards knows that it may have.
        with context.database.writing() as db:
            claimed = sending.claim(db, message)
        if claimed is None:
            break
        _send_one(context, message, claimed)
    return partial(sending.go_on, message_id=message_id) if message else None


def mail_trial(context: Context, *, message_id: UUID, user_id: UUID) -> Effect | None:
    """The message as its first guest would get it, to the member of staff who asked."""
    with context.database.reading() as db:
        message, person = db.get(Message, message_id), people.find_person_by_id(db, user_id)
        if message is None or person is None:
            return None
        guest = _first(db, message, person.name)
        found = letter(db, *_written(context, message, guest))
    mail = compose(
        context,
        "message",
        (person.name, person.email),
        reply_to=found.organizer_email,
        **_shown(
            found,
            f"Test: {found.subject}",
            unsubscribe=context.address("/news/test") if message.purpose == "news" else "",
        ),
    )
    return send(context, mail, kind="message_test", reference=None)


def _first(db: Session, message: Message, otherwise: str) -> Guest:
    audience = Audience.of(message.audience)
    row = audiences.nth(db, message.organizer_id, audience, message.purpose, 0)
    if row is None:
        return Guest(otherwise, "", None, None, audience.date_id)
    return Guest(row.name, row.address, row.order_id, row.entry_id, row.date_id)


def _send_one(context: Context, message: Message, claimed: Claimed) -> None:
    with context.database.reading() as db:
        found = letter(db, *_written(context, message, claimed.guest))
    link = context.address(f"/news/{claimed.secret}") if message.purpose == "news" else ""
    # The recipient names the mail, so that even a server that sees it twice can tell.
    mail = compose(
        context.of(claimed.id),
        "message",
        (found.name, found.address),
        reply_to=found.organizer_email,
        **_shown(found, found.subject, unsubscribe=link),
    )
    if link:
        mail["List-Unsubscribe"] = f"<{link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    try:
        note = send(context, mail, kind="message", reference=claimed.guest.order_id)
    except (CircuitBreakerError, ConnectionRefusedError, SMTPConnectError, SMTPHeloError):
        with context.database.writing() as db:
            sending.put_back(db, claimed.id)
        raise
    except (SMTPException, OSError) as error:
        _note_failure(context, message, claimed, error)
        return
    with context.database.writing() as db:
        sending.note_sent(db, claimed.id)
        note(db)


def _note_failure(context: Context, message: Message, claimed: Claimed, error: Exception) -> None:
    """A server that answers no has not taken it; of a conversation that breaks off nobody knows."""
    no = _no(error)
    with context.database.writing() as db:
        if no is None:
            sending.note_unknown(
                db, claimed.id, f"The conversation with the mail server broke off: {error!r}"
            )
        else:
            sending.note_refused(db, message, claimed, no, context.now())


def _no(error: Exception) -> No | None:
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return No(code, _worded(words), of_address=True)
    if isinstance(error, SMTPResponseException):
        return No(error.smtp_code, _worded(error.smtp_error), of_address=False)
    return None


def _worded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _written(context: Context, message: Message, guest: Guest) -> tuple[UUID, tuple[str, str], Guest, str]:
    return message.organizer_id, (message.subject, message.body), guest, context.settings.base_url


def _shown(found: Letter, subject: str, *, unsubscribe: str) -> dict[str, Any]:
    return {
        "heading": found.subject,
        "subject_line": subject,
        "body": found.body,
        "paragraphs": text.paragraphs(found.body),
        "organizer": found.organizer,
        "organizer_email": found.organizer_email,
        "category": found.category,
        "unsubscribe": unsubscribe,
    }
