"""Codes: single ones, and batches of thousands that are good for one order each."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.catalog.models import EventDate, TicketType, Voucher
from webapp.catalog.service import editing
from webapp.core.audit import Actor, note
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import ALPHABET, uuid7

ONE_CODE = "uq_vouchers_code"
KEPT = "We kept everything you typed."
# 58 bits after the batch's own word: a guess meets one of ten thousand codes once in 35e12 tries.
LETTERS, GROUP = 12, 4

# All codes of a batch in one statement, with its terms.
MAKE = text("""
    INSERT INTO vouchers (id, organizer_id, batch_id, code, kind, value, reveals, event_id, starts_at,
                          ends_at, max_per_buyer, date_ids, type_ids, max_uses)
    SELECT c.id, b.organizer_id, b.id, b.code || '-' || c.letters, b.kind, b.value, b.reveals, b.event_id,
           b.starts_at, b.ends_at, b.max_per_buyer, b.date_ids, b.type_ids, 1
    FROM vouchers b, unnest(CAST(:ids AS uuid[]), CAST(:letters AS text[])) AS c(id, letters)
    WHERE b.id = :batch
""")
FOLLOW = text("""
    UPDATE vouchers c SET kind = b.kind, value = b.value, reveals = b.reveals, event_id = b.event_id,
           starts_at = b.starts_at, ends_at = b.ends_at, max_per_buyer = b.max_per_buyer,
           date_ids = b.date_ids, type_ids = b.type_ids
    FROM vouchers b WHERE b.id = :batch AND c.batch_id = b.id
""")
KEPT_ELSEWHERE = text("""
    SELECT e.title FROM pools p JOIN event_dates d ON d.id = p.date_id JOIN events e ON e.id = d.event_id
    WHERE p.voucher_id = :voucher AND d.event_id <> :event AND p.capacity > 0 AND p.released_at IS NULL
    LIMIT 1
""")
WITHDRAW = text("""
    UPDATE vouchers SET withdrawn_at = :now
    WHERE (id = :voucher OR batch_id = :voucher) AND withdrawn_at IS NULL RETURNING is_batch
""")


def lock(db: Session, organizer_id: UUID, voucher_id: UUID) -> None:
    """Two changes come one after the other; a voucher of somebody else is left alone."""
    db.scalar(
        select(Voucher.id)
        .where(Voucher.id == voucher_id, Voucher.organizer_id == organizer_id)
        .with_for_update()
    )


def save(db: Session, *, organizer_id: UUID, voucher_id: UUID, values: dict[str, Any], by: Actor) -> None:
    """Make or change a code, or the terms of a batch with all its codes.

    A code is unique for its organizer, whatever its letters' case. A batch keeps its word.
    """
    _require_own(db, organizer_id, values)
    voucher = db.get(Voucher, voucher_id)
    if voucher is None:
        _add(db, Voucher(id=voucher_id, organizer_id=organizer_id, **values))
        _wrote(db, by, "Voucher saved", organizer_id, voucher_id, after={"code": values["code"]})
        return
    if voucher.organizer_id != organizer_id or voucher.batch_id:
        raise NotFound("There is no such voucher here.")
    if voucher.is_batch:
        values = {**values, "code": voucher.code, "max_uses": voucher.max_uses}
    elif values["max_uses"] is not None and values["max_uses"] < voucher.used:
        least = f"It was used {voucher.used} times already; that is the least."
        raise Invalid(KEPT, fields={"max_uses": least})
    _require_places_stay(db, voucher, values["event_id"])
    try:
        with db.begin_nested():
            before, after = editing.changed(db, voucher, values)
    except IntegrityError as error:
        raise _taken(error) from error
    if after:
        if voucher.is_batch:
            db.execute(FOLLOW, {"batch": voucher_id})
        _wrote(db, by, "Voucher saved", organizer_id, voucher_id, before=before, after=after)


def make_batch(
    db: Session, *, organizer_id: UUID, batch_id: UUID, number: int, values: dict[str, Any], by: Actor
) -> None:
    """Make so many codes with the same terms, each good for one order; a resend finds its own batch."""
    if known := db.get(Voucher, batch_id):
        if known.organizer_id != organizer_id:
            raise NotFound("There is no such batch here.")
        return
    _require_own(db, organizer_id, values)
    _add(db, Voucher(id=batch_id, organizer_id=organizer_id, is_batch=True, **{**values, "max_uses": number}))
    letters: set[str] = set()
    while len(letters) < number:
        letters.add(_letters())
    ids = [uuid7() for _ in letters]
    db.execute(MAKE, {"batch": batch_id, "ids": ids, "letters": list(letters)})
    after = {"code": values["code"], "codes": number}
    _wrote(db, by, "Batch of codes made", organizer_id, batch_id, after=after)


def withdraw(db: Session, *, organizer_id: UUID, voucher_id: UUID, by: Actor, now: datetime) -> int:
    """Let nobody use a code, or any of a batch, from now on; orders keep theirs. Returns how many."""
    voucher = db.scalar(
        select(Voucher)
        .where(Voucher.id == voucher_id, Voucher.organizer_id == organizer_id)
        .with_for_update()
    )
    if voucher is None:
        raise NotFound("There is no such code here.")
    marked = db.scalars(WITHDRAW, {"voucher": voucher_id, "now": now}).all()
    withdrawn = marked.count(False)
    if withdrawn:
        words = "Batch of codes withdrawn" if voucher.is_batch else "Code withdrawn"
        subject = voucher.batch_id or voucher_id
        before = {"code": voucher.code, "usable_codes": withdrawn}
        after = {"code": voucher.code, "usable_codes": 0}
        _wrote(db, by, words, organizer_id, subject, before=before, after=after)
    return withdrawn


def withdraw_typed(
    db: Session, *, organizer_id: UUID, batch_id: UUID, typed: str, by: Actor, now: datetime
) -> int:
    """Withdraw the one code of a batch that was typed."""
    code = typed.strip()
    voucher_id = db.scalar(
        select(Voucher.id).where(
            Voucher.organizer_id == organizer_id,
            Voucher.batch_id == batch_id,
            func.upper(Voucher.code) == code.upper(),
        )
    )
    if voucher_id is None:
        raise Invalid(KEPT, fields={"one": "No code of this batch is written so. Look into the list."})
    return withdraw(db, organizer_id=organizer_id, voucher_id=voucher_id, by=by, now=now)


def _letters() -> str:
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(drawn[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def _require_own(db: Session, organizer_id: UUID, values: dict[str, Any]) -> None:
    """The event is the organizer's, and the dates and types named are the event's."""
    if not values["event_id"]:
        values["date_ids"] = values["type_ids"] = []
        return
    editing.own_event(db, organizer_id, values["event_id"])
    of_event = EventDate.event_id == values["event_id"]
    dates = set(db.scalars(select(EventDate.id).where(of_event)))
    types = set(db.scalars(select(TicketType.id).join(TicketType.date).where(of_event)))
    values["date_ids"] = sorted(dates.intersection(values["date_ids"]))
    values["type_ids"] = sorted(types.intersection(values["type_ids"]))


def _require_places_stay(db: Session, voucher: Voucher, event_id: UUID | None) -> None:
    """A code for another event could not give the places any more that are kept for it."""
    if event_id and (title := db.scalar(KEPT_ELSEWHERE, {"voucher": voucher.id, "event": event_id})):
        said = f"Places of {title} are kept for it. Release them first."
        raise Invalid(KEPT, fields={"event": said})


def _add(db: Session, voucher: Voucher) -> None:
    try:
        with db.begin_nested():
            db.add(voucher)
            db.flush()
    except IntegrityError as error:
        raise _taken(error) from error


def _taken(error: IntegrityError) -> Exception:
    if ONE_CODE not in str(error):
        return error
    return Invalid(KEPT, fields={"code": "Another voucher has this code; choose another word."})


def _wrote(
    db: Session,
    by: Actor,
    action: str,
    organizer_id: UUID,
    voucher_id: UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    note(db, by, action, ("voucher", voucher_id), organizer_id=organizer_id, before=before, after=after)
