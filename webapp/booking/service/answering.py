"""Guests change what they answered, until the time that staff have set."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booking.models import Order, Ticket
from webapp.booking.queries import answers as queries
from webapp.booking.queries.answers import Answering
from webapp.core import papers as kept
from webapp.core.audit import GUEST, note
from webapp.core.errors import Conflict

Given = Mapping[UUID | None, Mapping[str, str]]


def change(
    db: Session, *, order_id: UUID, given: Given, papers: Collection[str], basket: str, now: datetime
) -> bool:
    """New answers by ticket, those of the order under None; False when nothing is different.

    Raises Conflict when the time is over for one of those that would change.
    """
    order = db.scalars(select(Order).where(Order.id == order_id).with_for_update()).one()
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for one in queries.answering(db, order_id):
        differing = _differing(one, given)
        if differing and not one.is_open(now):
            raise Conflict("The time to change these answers is over. Write to the organizer.")
        if differing:
            row = order if one.ticket_id is None else db.get_one(Ticket, one.ticket_id)
            before |= _said(one, {question: one.answers.get(question, "") for question in differing})
            after |= _said(one, differing)
            row.answers = {**row.answers, **differing}
    if not after:
        return False
    kept.bind(db, papers, basket=basket, reference=order_id)
    subject = ("order", order_id)
    note(
        db,
        GUEST,
        "Answers changed",
        subject,
        organizer_id=order.organizer_id,
        before=before,
        after=after,
    )
    db.flush()
    return True


def _differing(one: Answering, given: Given) -> dict[str, str]:
    new = given.get(one.ticket_id, {})
    asked = {str(question.id) for question in one.questions}
    return {q: a for q, a in new.items() if q in asked and a != one.answers.get(q, "")}


def _said(one: Answering, answers: Mapping[str, str]) -> dict[str, str]:
    """For the history: the question in words, with whose ticket it is about."""
    labels = {str(question.id): question.label for question in one.questions}
    return {f"{labels[question]} ({one.holder or 'order'})": a for question, a in answers.items()}
