"""What refunding does to whom, counted before it is done."""

from collections.abc import Collection
from uuid import UUID

from webapp.booking.queries.sold import SoldOrder
from webapp.core.harm import Harm


def of_refund(order: SoldOrder, ticket_ids: Collection[UUID] | None = None) -> Harm:
    """Refunding these tickets, or all that are live; one alone is what its guest asked for."""
    live = [ticket for ticket in order.tickets if ticket.state != "void"]
    chosen = live if ticket_ids is None else [ticket for ticket in live if ticket.id in set(ticket_ids)]
    many = len(chosen) > 1
    return Harm(
        title="Refund the chosen tickets?",
        name=order.code,
        effects=(
            f"They become void, their places go on sale again, and the money {_way_back(order)}.",
            f"The last ticket takes the booking fee{' and the donation' if order.donation else ''} with it.",
        ),
        orders=int(many),
        tickets=len(chosen) if many else 0,
        money=order.total - order.refunded if len(chosen) == len(live) else sum(one.price for one in chosen),
        mails=int(many and bool(order.buyer_email)),
    )


def _way_back(order: SoldOrder) -> str:
    """What was paid at the counter no gateway can send."""
    if order.channel == "counter":
        return "waits under Tills and refunds until somebody pays it out at the counter"
    return "goes back by itself"


def of_review(order: SoldOrder) -> Harm:
    """Sending back what came for an order that is reviewed."""
    return Harm(
        title="Send all the money back?",
        name=order.code,
        effects=("Whatever came for this order goes back to its buyer.",),
    )


def of_donation(order: SoldOrder) -> Harm:
    """Sending the donation of an order back, and nothing else of it."""
    return Harm(
        title="Refund the donation?",
        name=order.code,
        effects=(f"It {_way_back(order)}, and its giver gets a mail. The tickets stay valid.",),
    )
