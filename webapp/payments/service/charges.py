"""Taking money: asked for once, taken once, counted once.

No transaction is open while we talk to the provider. What it tells may come in any order and more than
once; webhooks and answers to our questions go the same way, so together they count once.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Row, func, select, text, update

from webapp.core import outbox
from webapp.core.db import Database, Session
from webapp.core.errors import Conflict
from webapp.core.ids import uuid7
from webapp.payments import events, gateway, queries, rules
from webapp.payments.gateway import Gateway, GatewayEvent
from webapp.payments.models import Payment, Refund
from webapp.payments.queries import PaymentFacts
from webapp.payments.service import refunds
from webapp.payments.service.ledger import entry

log = structlog.get_logger()

PROVIDER = "sandbox"

REQUEST = text("""
    INSERT INTO payments (id, reference, provider, amount, currency, description, email, return_url,
                          expires_at, idempotency_key)
    VALUES (:id, :reference, :provider, :amount, :currency, :description, :email, :return_url, :expires_at,
            :key)
    ON CONFLICT (idempotency_key) DO NOTHING RETURNING id
""")
LOCKED = text("SELECT id, reference, state, amount, currency FROM payments WHERE id = :id FOR UPDATE")
ENDED = text("UPDATE payments SET state = :state WHERE id = :id")
SUCCEEDED = text("""
    UPDATE payments SET state = 'succeeded', succeeded_at = now(), amount = :amount,
                        provider_id = coalesce(provider_id, :session)
    WHERE id = :id
""")
OPENED = text("""
    UPDATE payments SET provider_id = :session, url = :url,
                        state = CASE state WHEN 'created' THEN 'pending' ELSE state END
    WHERE id = :id AND url IS NULL
""")
KEEP = text("""
    INSERT INTO payment_events (id, payment_id, provider, provider_event_id, kind, payload)
    VALUES (:id, :payment, :provider, :event, :kind, CAST(:payload AS jsonb))
    ON CONFLICT (provider, provider_event_id) DO NOTHING RETURNING id
""")


def request(  # noqa: PLR0913  # each is a fact of its own, and all are named
    db: Session,
    *,
    reference: UUID,
    amount: int,
    currency: str,
    description: str,
    email: str,
    return_url: str,
    expires_at: datetime,
    key: str,
) -> UUID:
    """Ask for money; the same key is the same payment, however often it is asked."""
    payment_id = db.scalar(
        REQUEST,
        {
            "id": uuid7(),
            "reference": reference,
            "provider": PROVIDER,
            "amount": amount,
            "currency": currency,
            "description": description,
            "email": email,
            "return_url": return_url,
            "expires_at": expires_at,
            "key": key,
        },
    )
    return payment_id or _asked_before(db, key, (reference, amount, currency))


def open_session(database: Database, gateway_: Gateway, payment_id: UUID) -> str:
    """The address where the guest pays, or the way back when there is nothing left to pay.

    Raises GatewayAway and GatewayRefused. The provider makes one session for the payment's key, so asking
    twice is safe.
    """
    with database.reading() as db:
        payment = queries.payment(db, payment_id)
    if payment.state in ("succeeded", "cancelled"):
        return payment.return_url
    if payment.url:
        return payment.url
    try:
        session = _session(gateway_, payment)
    except gateway.GatewayAway:
        with database.writing() as db:
            _note_delay(db, payment)
        raise
    with database.writing() as db:
        db.execute(OPENED, {"id": payment_id, "session": session.id, "url": session.url})
    return session.url


def record_webhook(db: Session, event: GatewayEvent, *, provider: str = PROVIDER) -> bool:
    """Keep what the provider tells and let it count, once; False when it is about nothing of ours."""
    subject, _, told = event.kind.partition(".")
    reference = _id(event.reference)
    refund = _refund(db, reference) if subject == "refund" else None
    payment = db.execute(LOCKED, {"id": reference}).one_or_none() if subject == "session" else None
    payment_id = refund.payment_id if refund else payment.id if payment else None
    is_new = _keep(db, payment_id, (provider, event.id), event.kind, event.payload)
    if is_new and refund:
        refunds.record(db, refund.id, told, event.subject)
    elif is_new and payment:
        _settle(db, payment, told, event)
    elif is_new:
        log.warning("webhook.unknown", kind=event.kind, subject=event.subject)
    return payment_id is not None


def ask_provider(database: Database, gateway_: Gateway, payment_id: UUID) -> None:
    """Ask how a payment stands and settle it, for when the webhook does not come. Raises GatewayAway."""
    sessions = gateway_.sessions(str(payment_id))
    with database.writing() as db:
        db.execute(update(Payment).where(Payment.id == payment_id).values(asked_at=func.now()))
        if not sessions:
            # Nobody ever came as far as the provider's page; once its time is over nobody can.
            _cancel(db, Payment.id == payment_id, Payment.expires_at < func.now())
        for session in sessions:
            if session.status != "open":
                record_webhook(db, _answer(session))


def cancel_open(db: Session, reference: UUID) -> None:
    """Give up what is not paid yet; money that comes all the same is told as PaymentSucceeded."""
    _cancel(db, Payment.reference == reference)


def _asked_before(db: Session, key: str, facts: tuple[UUID, int, str]) -> UUID:
    known = db.execute(
        select(Payment.id, Payment.reference, Payment.amount, Payment.currency).where(
            Payment.idempotency_key == key
        )
    ).one()
    if tuple(known)[1:] != facts:
        raise Conflict("This was to be paid before, with another amount. Open the order and begin again.")
    return known.id  # type: ignore[no-any-return]  # a column of UUIDs


def _settle(db: Session, payment: Row[Any], told: str, event: GatewayEvent) -> None:
    state = rules.STATE_TOLD.get(told)
    if state is None or not rules.changes_payment(payment.state, state):
        return
    if state != "succeeded":
        db.execute(ENDED, {"id": payment.id, "state": state})
        outbox.record(db, events.PaymentFailed(payment.id, payment.reference))
        return
    if event.amount != payment.amount:
        # What came is what counts, and what can be sent back; whoever asked for it decides what it means.
        log.error("payment.amount_differs", payment=str(payment.id), told=event.amount, asked=payment.amount)
    db.execute(SUCCEEDED, {"id": payment.id, "amount": event.amount, "session": event.subject})
    db.add(entry(payment, "payment", event.amount))
    outbox.record(db, events.PaymentSucceeded(payment.id, payment.reference, event.amount))


def _refund(db: Session, refund_id: UUID | None) -> Refund | None:
    return db.get(Refund, refund_id, with_for_update=True, populate_existing=True) if refund_id else None


def _id(reference: str) -> UUID | None:
    """The payment or refund that the provider means: its reference is our id."""
    try:
        return UUID(reference)
    except ValueError:
        return None


def _session(gateway_: Gateway, payment: PaymentFacts) -> gateway.Session:
    new = gateway.NewSession(
        reference=str(payment.id),
        amount=payment.amount,
        currency=payment.currency,
        description=payment.description,
        email=payment.email,
        return_url=payment.return_url,
        expires_at=payment.expires_at,
        idempotency_key=payment.idempotency_key,
    )
    return gateway_.create_session(new)


def _answer(session: gateway.Session) -> GatewayEvent:
    """What a session looks like now, as if the provider had told it by itself."""
    return GatewayEvent(
        id=f"asked-{session.id}-{session.status}",
        kind=f"session.{session.status}",
        subject=session.id,
        reference=session.reference,
        amount=session.amount,
        payload={"asked": True, "status": session.status},
    )


def _note_delay(db: Session, payment: PaymentFacts) -> None:
    if _keep(db, payment.id, (PROVIDER, f"away-{payment.id}"), "gateway.away", {}):
        outbox.record(db, events.PaymentDelayed(payment.id, payment.reference))


def _keep(
    db: Session, payment_id: UUID | None, name: tuple[str, str], kind: str, payload: dict[str, Any]
) -> bool:
    """False when an event of this provider and id was kept before."""
    provider, event_id = name
    kept = db.execute(
        KEEP,
        {
            "id": uuid7(),
            "payment": payment_id,
            "provider": provider,
            "event": event_id,
            "kind": kind,
            "payload": json.dumps(payload),
        },
    )
    return kept.one_or_none() is not None


def _cancel(db: Session, *which: ColumnElement[bool]) -> None:
    # One that is being settled at this moment is left to that: waiting for it could wait in a ring.
    open_ids = (
        select(Payment.id)
        .where(Payment.state.in_(("created", "pending")), *which)
        .with_for_update(skip_locked=True)
    )
    db.execute(
        update(Payment)
        .where(Payment.id.in_(open_ids.scalar_subquery()))
        .values(state="cancelled")
        .execution_options(synchronize_session=False)
    )
