"""Sending money back: at most what came, each refund once."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from webapp.core import outbox
from webapp.core.db import Database, Session
from webapp.payments import events, gateway, queries, rules
from webapp.payments.gateway import Gateway
from webapp.payments.models import Payment, Refund
from webapp.payments.service.ledger import entry


def request(db: Session, *, reference: UUID, amount: int, reason: str, key: str) -> list[UUID]:
    """Send back `amount` of what was paid for `reference`; the same key is the same refunds.

    Raises Conflict when so much is not there.
    """
    known = db.scalars(select(Refund.id).where(Refund.idempotency_key.startswith(f"{key}:", autoescape=True)))
    if ids := sorted(known):
        return ids
    # Key-share locks of the ledger's foreign keys pass this lock, so a webhook never waits for it in a ring.
    paid = db.scalars(
        select(Payment)
        .where(Payment.reference == reference, Payment.state == "succeeded")
        .order_by(Payment.id)
        .with_for_update(key_share=True)
    ).all()
    returned = queries.returned(db, reference)
    parts = rules.spread(amount, [(p.id, p.amount - returned.get(p.id, 0)) for p in paid])
    return [
        _new_refund(db, payment_id, part, reason, f"{key}:{number}")
        for number, (payment_id, part) in enumerate(parts)
    ]


def send(database: Database, gateway_: Gateway, refund_id: UUID) -> Callable[[Session], None] | None:
    """Send the money back now; what is returned writes that down. Raises GatewayAway."""
    with database.reading() as db:
        refund = queries.refund(db, refund_id)
    if refund.state != "requested":
        return None
    try:
        said = gateway_.refund(refund.session_id, refund.amount, str(refund.id), refund.idempotency_key)
    except gateway.GatewayRefused:
        return partial(record, refund_id=refund_id, told="failed", provider_id=None)
    return partial(record, refund_id=refund_id, told=said.status, provider_id=said.id)


def record(db: Session, refund_id: UUID, told: str, provider_id: str | None) -> None:
    """Write down what became of a refund; the money leaves the ledger once."""
    refund = db.get_one(Refund, refund_id, with_for_update=True)
    if told not in ("succeeded", "failed") or not rules.changes_refund(refund.state, told):
        return
    reference = refund.payment.reference
    refund.settled_at = func.now()
    refund.state = told
    refund.provider_id = provider_id or refund.provider_id
    if told == "failed":
        outbox.record(db, events.RefundFailed(refund.id, reference))
        return
    db.add(entry(refund.payment, "refund", -refund.amount, refund.id))
    db.flush()
    outbox.record(db, events.RefundSucceeded(refund.id, reference, refund.amount))


def _new_refund(db: Session, payment_id: UUID, amount: int, reason: str, key: str) -> UUID:
    refund = Refund(payment_id=payment_id, amount=amount, reason=reason, idempotency_key=key)
    db.add(refund)
    db.flush()
    # What came over a counter goes back there: it waits for who pays it out.
    if refund.payment.provider not in rules.OVER_COUNTER:
        outbox.record(db, events.RefundRequested(refund.id, refund.payment.reference))
    return refund.id
