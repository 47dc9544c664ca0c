"""What the pages of one message show: who would get it and how it reads, and later how it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.catalog.queries import picking
from webapp.core.audit import HistoryLine, history
from webapp.core.tables import MOST_NAMES, Picked
from webapp.messages.queries import audience as audiences
from webapp.messages.queries import messages
from webapp.messages.queries.letters import Guest, Letter, letter
from webapp.messages.queries.messages import MessageView
from webapp.messages.rules import text
from webapp.messages.rules.text import Paragraph

Choice = tuple[UUID, str]


@dataclass(frozen=True)
class Preview:
    """One guest's letter; `why_not` they would not get it. `counts` are all, by the reason not to get it."""

    counts: Mapping[str, int]
    letter: Letter | None = None
    paragraphs: Sequence[Paragraph] = ()
    why_not: str = ""
    guest: int = 1

    @property
    def all(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class MessagePage:
    message: MessageView
    history: Sequence[HistoryLine]
    preview: Preview | None
    reasons: Sequence[tuple[str, str, int]]


@dataclass(frozen=True)
class FormPage:
    """What the form of a message offers; dates and types are those of the event, once one was picked."""

    event: Picked | None
    names: Sequence[str]
    event_id: UUID | None
    dates: Sequence[Choice]
    types: Sequence[str]


def message_page(db: Session, organizer_id: UUID, message_id: UUID, guest: int, base_url: str) -> MessagePage:
    """`guest` says whose letter is shown, counted from 1."""
    found = messages.message(db, organizer_id, message_id)
    return MessagePage(
        message=found,
        history=history(db, ("message", message_id)),
        preview=_preview(db, found, guest, base_url) if found.is_open else None,
        reasons=messages.reasons(db, message_id),
    )


def form_page(db: Session, organizer_id: UUID, values: Mapping[str, Any]) -> FormPage:
    many = picking.events(db, organizer_id)
    picked = many.pick(str(values.get("event") or ""))
    names = many.offer(picked, MOST_NAMES)
    if picked is None or len(picked.ids) != 1:
        return FormPage(picked, names, None, (), ())
    event = picked.ids[0]
    dates, types = messages.dates(db, organizer_id, event), messages.types(db, organizer_id, event)
    return FormPage(picked, names, event, dates, types)


def _preview(db: Session, message: MessageView, number: int, base_url: str) -> Preview:
    of = (db, message.organizer_id, message.audience, message.purpose)
    counts = audiences.counted(*of)
    number = min(number, sum(counts.values()))
    row = audiences.nth(*of, number - 1) if number else None
    if row is None:
        return Preview(counts)
    guest = Guest(row.name, row.address, row.order_id, row.entry_id, row.date_id)
    found = letter(db, message.organizer_id, (message.subject, message.body), guest, base_url)
    return Preview(counts, found, text.paragraphs(found.body), row.why, number)
