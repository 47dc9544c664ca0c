"""A person's till: opened with a float, counted and closed; what goes in and out besides sales."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.reach import Reach
from webapp.desk import rules
from webapp.desk.models import Till, TillEntry
from webapp.desk.queries import till_tables, tills
from webapp.payments.service import over_counter

ONE_OPEN = "uq_tills_open"


def open_till(
    db: Session,
    *,
    organizer_id: UUID,
    till_id: UUID,
    start_amount: int,
    currency: str,
    by: Actor,
    now: datetime,
) -> None:
    """Open a till with so much in it; the same form twice opens one."""
    if db.get(Till, till_id):
        return
    till = Till(
        id=till_id,
        organizer_id=organizer_id,
        user_id=by.id,
        name=by.name,
        currency=currency,
        start_amount=start_amount,
        opened_at=now,
    )
    try:
        with db.begin_nested():
            db.add(till)
            db.flush()
    except IntegrityError as error:
        if ONE_OPEN not in str(error):
            raise
        raise Conflict("You have a till open already. Sell from it, or close it first.") from error
    note(
        db,
        by,
        "Till opened",
        ("till", till_id),
        organizer_id=organizer_id,
        before=None,
        after={"float": start_amount, "of": by.name},
    )


def close_till(
    db: Session, *, organizer_id: UUID, till_id: UUID, counted: int, words: str, by: Actor, now: datetime
) -> None:
    """Write down what was counted, and what should have been there; a closed till stays as it is."""
    till = _locked(db, organizer_id, till_id)
    if till.closed_at:
        return
    expected = tills.till(db, organizer_id, till_id).expected
    till.closed_at, till.expected, till.counted, till.note = now, expected, counted, words
    note(
        db,
        by,
        "Till closed",
        ("till", till_id),
        organizer_id=organizer_id,
        before={"state": "open"},
        after={
            "state": "closed",
            "expected": expected,
            "counted": counted,
            "difference": counted - expected,
            "note": words,
        },
    )


def move(
    db: Session, *, organizer_id: UUID, till_id: UUID, entry_id: UUID, amount: int, reason: str, by: Actor
) -> None:
    """Cash put into the drawer (above zero) or taken to the bank (below), with the reason."""
    till = _locked(db, organizer_id, till_id)
    _require_open(till)
    if db.get(TillEntry, entry_id):
        return
    expected = tills.till(db, organizer_id, till_id).expected
    db.add(TillEntry(id=entry_id, till_id=till_id, kind="moved", amount=amount, reason=reason))
    said = "Cash put into the till" if amount > 0 else "Cash taken from the till"
    note(
        db,
        by,
        said,
        ("till", till_id),
        organizer_id=organizer_id,
        before={"expected": expected},
        after={"expected": expected + amount, "amount": amount, "reason": reason},
    )


def pay_out(
    db: Session,
    *,
    organizer_id: UUID,
    till_id: UUID,
    refund_id: UUID,
    reference: str,
    reach: Reach,
    by: Actor,
    now: datetime,
) -> int:
    """Give a refund back over the counter: in cash from the drawer, or on the card it was paid with."""
    open_for_sale(db, organizer_id=organizer_id, till_id=till_id, now=now)
    one = till_tables.payout(db, organizer_id, reach, refund_id)
    is_cash = one.means == "cash"
    said = "Paid out in cash" if is_cash else f"Given back by card terminal, slip {reference}"
    amount = over_counter.pay_out(db, refund_id=refund_id, said=said)
    db.add(
        TillEntry(
            till_id=till_id,
            kind="cash_refund" if is_cash else "card_refund",
            amount=-amount,
            reference=reference,
            reason=one.reason,
            order_id=one.order_id,
            refund_id=refund_id,
        )
    )
    db.flush()
    before, after = {"refund": "to be paid out"}, {"refund": "paid out", "amount": amount}
    note(db, by, said, ("order", one.order_id), organizer_id=organizer_id, before=before, after=after)
    return amount


def open_for_sale(db: Session, *, organizer_id: UUID, till_id: UUID, now: datetime) -> Till:
    """The till, which nobody closes before this transaction ends."""
    till = db.scalar(
        select(Till).where(Till.id == till_id, Till.organizer_id == organizer_id).with_for_update(read=True)
    )
    if till is None:
        raise NotFound("There is no such till.")
    _require_open(till)
    rules.require_open_day(till.opened_at, now)
    return till


def _locked(db: Session, organizer_id: UUID, till_id: UUID) -> Till:
    till = db.scalar(
        select(Till).where(Till.id == till_id, Till.organizer_id == organizer_id).with_for_update()
    )
    if till is None:
        raise NotFound("There is no such till.")
    return till


def _require_open(till: Till) -> None:
    if till.closed_at:
        raise Conflict("This till is closed. Open a new one to go on.", title="The till is closed")
