"""What follows from places that come back and from the waiting list: offers, and mails about them."""

from typing import Any
from uuid import UUID

from webapp.core.money import shown
from webapp.waitinglist.queries import letters
from webapp.waitinglist.queries.entries import EntryView
from webapp.waitinglist.service import offers
from workers.context import Context, Effect
from workers.mail.compose import compose
from workers.mail.send import send


def offer_places(context: Context, *, pool_id: UUID) -> None:
    """Offer what came back at once; begun again, it goes on with what is free then."""
    for date_id in offers.offer_all(context.database, pool_id, context.now()):
        context.live.date_changed(str(date_id))


def mail_waitlist_confirm(context: Context, *, entry_id: UUID) -> Effect | None:
    """Ask the address, or tell it that it waits already; whoever asked is told neither."""
    entry = _entry(context, entry_id)
    if entry.state == "unconfirmed":
        return _mail(context, "waitlist_confirm", entry)
    return _mail(context, "waitlist_joined", entry)


def mail_waitlist_joined(context: Context, *, entry_id: UUID) -> Effect | None:
    return _mail(context, "waitlist_joined", _entry(context, entry_id))


def mail_waitlist_offer(context: Context, *, offer_id: UUID) -> Effect | None:
    """A mail that comes after the offer's time says nothing: the next one has told that it ran out."""
    entry = _of_offer(context, offer_id)
    if entry is None or entry.offer is None or not entry.offer.is_held:
        return None
    return _offer_mail(context, "waitlist_offer", entry)


def mail_waitlist_lapsed(context: Context, *, offer_id: UUID) -> Effect | None:
    entry = _of_offer(context, offer_id)
    return _offer_mail(context, "waitlist_lapsed", entry) if entry and entry.state == "lapsed" else None


def mail_waitlist_closed(context: Context, *, entry_id: UUID) -> Effect | None:
    return _mail(context, "waitlist_closed", _entry(context, entry_id))


def _entry(context: Context, entry_id: UUID) -> EntryView:
    with context.database.reading() as db:
        return letters.letter(db, entry_id, context.now())


def _of_offer(context: Context, offer_id: UUID) -> EntryView | None:
    with context.database.reading() as db:
        return letters.letter_of_offer(db, offer_id, context.now())


def _offer_mail(context: Context, kind: str, entry: EntryView) -> Effect | None:
    offer = entry.offer
    price = shown(offer.price, offer.currency) if offer and offer.price else ""
    return _mail(context, kind, entry, offer=offer, price=price)


def _mail(context: Context, kind: str, entry: EntryView, **values: Any) -> Effect | None:
    if not entry.email:
        return None  # a deleted account has no address any more
    message = compose(
        context,
        kind,
        (entry.name, entry.email),
        category=entry.category,
        entry=entry,
        link=context.address(entry.path),
        **values,
    )
    return send(context, message, kind=kind, reference=entry.id)
