"""What follows from orders: mails, and pages that change by themselves."""

from functools import partial
from uuid import UUID

from webapp.booking.queries import letters, orders
from webapp.booking.queries.letters import OrderLetter
from webapp.booking.service import cancellation, moving
from webapp.core.audit import Actor
from webapp.core.money import shown
from webapp.tickets import documents
from webapp.tickets.queries import tickets_of_order
from workers.context import Context, Effect
from workers.mail.compose import Attachment, compose
from workers.mail.send import send


def mail_tickets(context: Context, *, order_id: UUID) -> Effect | None:
    """Send the buyer all tickets; a deleted account has no address any more."""
    order = _letter(context, order_id)
    if not order.buyer_email:
        return None
    attachments = _tickets(context, order)
    return _mail(context, "order_paid", order, attachments, attached=bool(attachments))


def mail_too_late(context: Context, *, order_id: UUID) -> Effect | None:
    return _mail(context, "order_paid_too_late", _letter(context, order_id))


def mail_refund(context: Context, *, order_id: UUID, amount: int) -> Effect | None:
    """When the organizer cancelled the date, that is what the mail is about."""
    order = _letter(context, order_id)
    said = shown(amount, order.currency) if amount else ""
    cancelled = next((visit for visit in order.visits if visit.is_cancelled), None)
    if cancelled:
        return _mail(context, "date_cancelled", order, amount=said, visit=cancelled)
    return _mail(context, "order_refunded", order, amount=said)


def mail_resold(context: Context, *, order_id: UUID, amount: int) -> Effect | None:
    """Somebody of the waiting list has bought what this guest gave back."""
    order = _letter(context, order_id)
    return _mail(context, "tickets_resold", order, amount=shown(amount, order.currency))


def mail_cancellation(context: Context, *, order_id: UUID) -> Effect | None:
    return _mail(context, "order_cancelled", _letter(context, order_id))


def mail_tickets_again(context: Context, *, order_id: UUID, request_id: UUID) -> Effect | None:  # noqa: ARG001
    """Somebody asked for them once more."""
    return mail_tickets(context, order_id=order_id)


def refund_date(context: Context, *, date_id: UUID, by_id: UUID, by_name: str) -> None:
    """Give everybody their money back, some orders at a time; each refund tells by itself.

    It keeps no place of its own: begun again, it goes on with who is left.
    """
    refund_everybody(context, date_id, Actor("staff", by_name, by_id))


def refund_everybody(context: Context, date_id: UUID, by: Actor) -> None:
    done: UUID | None = None
    while True:
        with context.database.writing() as db:
            done = cancellation.cancel_date(db, date_id=date_id, by=by, after=done)
        context.live.date_changed(str(date_id))
        if done is None:
            return


def tell_of_move(context: Context, *, date_id: UUID, was: str, message: str) -> Effect:  # noqa: ARG001
    """Each order gets a mail of its own, so that one address that fails keeps nobody else waiting."""
    return partial(moving.tell_orders, date_id=date_id, was=was, message=message)


def mail_moved(context: Context, *, order_id: UUID, date_id: UUID, was: str, message: str) -> Effect | None:
    """The new time and place, the organizer's words, and the tickets with a calendar entry that fits."""
    order = _letter(context, order_id)
    visit = next((visit for visit in order.visits if visit.date_id == date_id), None)
    if visit is None or visit.is_cancelled:
        return None
    return _mail(
        context, "date_moved", order, _tickets(context, order), visit=visit, was=was, message=message
    )


def redraw_order(context: Context, *, order_id: UUID) -> None:
    """Send the order's new state to whoever has its page open."""
    now = context.now()
    with context.database.reading() as db:
        order = orders.order(db, order_id)
    html = context.render("booking/_state.html", order=order, now=now, is_open=order.is_open(now))
    context.live.publish(f"order:{order_id}", "state", html)


def _letter(context: Context, order_id: UUID) -> OrderLetter:
    with context.database.reading() as db:
        return letters.letter(db, order_id)


def _mail(
    context: Context,
    kind: str,
    order: OrderLetter,
    attachments: tuple[Attachment, ...] = (),
    **values: object,
) -> Effect | None:
    if not order.buyer_email:
        return None
    message = compose(
        context,
        kind,
        (order.buyer_name, order.buyer_email),
        reply_to=order.organizer_email,
        attachments=attachments,
        order=order,
        category=order.visits[0].category,
        **values,
    )
    return send(context, message, kind=kind, reference=order.id)


def _tickets(context: Context, order: OrderLetter) -> tuple[Attachment, ...]:
    with context.database.reading() as db:
        cards = tickets_of_order(db, order.id)
    if not cards:
        return ()
    return (
        Attachment(f"tickets-{order.code}.pdf", "application/pdf", documents.pdf(cards)),
        Attachment(
            f"{order.code}.ics", "text/calendar", documents.calendar(cards, context.settings.base_url)
        ),
    )
