"""What may be held and bought, and what it costs. Pure: plain values in, nothing or a refusal out."""

# budget: one page that every sale reads; a package of it when a third kind of rules comes

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from webapp.booking.refusals import AskFirst, NotThisCode
from webapp.core import clock
from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.core.money import included, share, shown

HOLD = timedelta(minutes=10)
EXTENSION = timedelta(minutes=5)
# Adding to a basket renews its hold, but nobody keeps places for ever by adding.
LONGEST = timedelta(minutes=30)
TIME_TO_PAY = timedelta(minutes=15)
MOST_TYPES = 60

VoucherKind = Literal["none", "percent", "amount", "price"]

# How an order came, as it is kept and as it is called.
CHANNELS = (("web", "On the web"), ("counter", "At the counter"), ("guest_list", "Guest list"))


@dataclass(frozen=True)
class Offer:
    """A ticket type as it is for sale now: everything the rules ask about."""

    id: UUID
    name: str
    price: int
    hidden: bool
    withdrawn: bool
    min_per_order: int
    max_per_order: int
    max_per_buyer: int | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    pool_id: UUID
    also_pools: Sequence[UUID]
    date_id: UUID
    date_status: str
    on_sale_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    event_id: UUID
    event_status: str
    event_title: str
    organizer_id: UUID
    currency: str
    is_seated: bool
    has_steps: bool
    price_floor: int | None
    is_addon: bool
    approval: str

    @property
    def pools(self) -> tuple[UUID, ...]:
        """Each ticket takes a place of every one."""
        return (self.pool_id, *self.also_pools)


@dataclass(frozen=True)
class VoucherTerms:
    """What a code does; `event_id` is None for all events of its organizer. `keeps` places for who has it.

    `dates` and `types` are those that it is for; empty is all of them.
    """

    id: UUID
    code: str
    kind: VoucherKind
    value: int
    reveals: bool
    event_id: UUID | None
    max_uses: int | None
    used: int
    starts_at: datetime | None
    ends_at: datetime | None
    keeps: bool = False
    is_withdrawn: bool = False
    max_per_buyer: int | None = None
    dates: Sequence[UUID] = ()
    types: Sequence[UUID] = ()

    def is_for(self, event_id: UUID | None, date_id: UUID | None, ticket_type_id: UUID | None) -> bool:
        """Whether it does anything to these tickets."""
        return (
            self.event_id in (None, event_id)
            and (not self.dates or date_id in self.dates)
            and (not self.types or ticket_type_id in self.types)
        )


@dataclass(frozen=True)
class Priced:
    """So many tickets of one price, with the tax that is inside the price.

    A price that the guest chose `is_free_choice`: no code lowers it.
    """

    event_id: UUID
    price: int
    quantity: int
    tax_bp: int
    date_id: UUID | None = None
    ticket_type_id: UUID | None = None
    is_free_choice: bool = False


@dataclass(frozen=True)
class Totals:
    """Minor units. `tickets` has what each ticket is sold for, line by line: in all subtotal - discount."""

    subtotal: int
    discount: int
    fee: int
    tax: int
    donation: int
    total: int
    tickets: tuple[tuple[int, ...], ...]


def require_open(offer: Offer, now: datetime) -> None:
    """What staff sell as well: the event is published, and its date is neither over nor stopped."""
    if offer.event_status in ("draft", "deleted") or offer.withdrawn:
        raise NotFound("This ticket is not for sale.")
    if offer.event_status == "cancelled" or offer.date_status == "cancelled":
        raise Conflict(
            f"{offer.event_title} was cancelled on this date, so nothing is sold.", title="Cancelled"
        )
    if offer.ends_at <= now:
        raise Conflict("This date is over. Look for the next one.", title="Sale has ended")
    if offer.date_status == "paused":
        raise Conflict(
            "The organizer has paused the sale. Look again in a while; nothing is lost.", title="Paused"
        )


def require_on_sale(offer: Offer, now: datetime) -> None:
    """Its date is being sold, this type's window is open, and nobody needs to be asked."""
    require_open(offer, now)
    if offer.approval != "none":
        raise AskFirst(offer.id, offer.name)
    opens = max(filter(None, (offer.on_sale_at, offer.sale_starts_at)), default=None)
    if offer.date_status == "scheduled" and opens is None:
        raise Conflict("This date is not on sale yet.", title="Not yet")
    if opens and opens > now:
        local = clock.local(opens, offer.zone)
        when = f"{local:%a} {local.day} {local:%B}, {local:%H:%M}"
        raise Conflict(f"{offer.name} is sold from {when}, {_city(offer.zone)} time.", title="Not yet")
    if offer.sale_ends_at and offer.sale_ends_at <= now:
        raise Conflict(f"{offer.name} is no longer sold. Other tickets may be.", title="Sale has ended")


def require_quantity(offer: Offer, quantity: int) -> None:
    if quantity and not offer.min_per_order <= quantity <= offer.max_per_order:
        least = f"at least {offer.min_per_order} and " if offer.min_per_order > 1 else ""
        raise Invalid(
            f"{offer.name}: {least}at most {offer.max_per_order} fit in one order.",
            fields={f"qty-{offer.id}": f"Choose {offer.min_per_order} to {offer.max_per_order}."},
            title="That number does not fit",
        )


def require_within_limit(name: str, wanted: int, bought: int, most: int) -> None:
    """One person gets so many tickets of a type over all orders, and no more."""
    if bought + wanted <= most:
        return
    if bought >= most:
        advice = "That is the most for one buyer, so no more can be added."
    else:
        advice = f"{most} are the most for one buyer, so take {most - bought} at most."
    raise Invalid(f"{name}: you have bought {bought} already. {advice}", title="More than one buyer may have")


def require_revealed(offer: Offer, voucher: VoucherTerms | None, now: datetime) -> None:
    """A hidden type is bought only by who knows a code that shows it."""
    if not offer.hidden:
        return
    if voucher and shows(voucher, offer.event_id, offer.date_id, offer.id, now):
        require_usable(voucher, now)
        return
    raise NotFound("This ticket is not for sale.")


def shows(voucher: VoucherTerms, event_id: UUID, date_id: UUID, ticket_type_id: UUID, now: datetime) -> bool:
    """Whether a code lets a hidden ticket be seen."""
    is_known = voucher.reveals and is_running(voucher, now)
    return is_known and voucher.is_for(event_id, date_id, ticket_type_id)


def is_running(voucher: VoucherTerms, now: datetime) -> bool:
    begun = voucher.starts_at is None or voucher.starts_at <= now
    return begun and not voucher.is_withdrawn and (voucher.ends_at is None or now < voucher.ends_at)


def does_something(voucher: VoucherTerms, now: datetime) -> bool:
    """Whether a basket keeps the code. One that only shows hidden tickets has done all its work by that.

    Unless somebody counts how often it is used: that is known when the order is placed.
    """
    lasts = voucher.kind != "none" or voucher.keeps or (voucher.reveals and is_counted(voucher))
    return is_running(voucher, now) and lasts


def is_idle(voucher: VoucherTerms, discount: int) -> bool:
    """Whether an order has nothing of its code, such as where guests choose what they pay."""
    return not (discount or voucher.kind == "none" or voucher.keeps or voucher.reveals)


def is_counted(voucher: VoucherTerms) -> bool:
    """Whether a code may be used so often only, in all or by one buyer."""
    return voucher.max_uses is not None or voucher.max_per_buyer is not None


def require_usable(voucher: VoucherTerms, now: datetime) -> None:
    if voucher.is_withdrawn:
        raise NotThisCode(f"The code {voucher.code} was withdrawn by the organizer.")
    if not is_running(voucher, now):
        raise NotThisCode(f"The code {voucher.code} is not valid at this time.")
    if voucher.max_uses is not None and voucher.used >= voucher.max_uses:
        raise used_up(voucher)


def used_up(voucher: VoucherTerms) -> NotThisCode:
    return NotThisCode(f"The code {voucher.code} was used as often as it may be.")


def used_by_you(voucher: VoucherTerms, most: int) -> NotThisCode:
    times = "once" if most == 1 else f"{most} times"
    return NotThisCode(f"The code {voucher.code} may be used {times} by each buyer, and you did already.")


def may_refund(state: str) -> bool:
    """Whether staff may send money of an order in this state back."""
    return state in ("paid", "part_refunded", "needs_review")


def require_returnable(order: str, ticket: str, price: int, ends_at: datetime, now: datetime) -> None:
    """Whether a ticket may be put up for the waiting list."""
    if order not in ("paid", "part_refunded") or ticket != "valid":
        raise Conflict("Only a ticket that is paid and was not used can be given back.")
    if price == 0:
        raise Conflict("This ticket cost nothing, so nobody needs to buy it from you.")
    if ends_at <= now:
        raise Conflict("This date is over, so nobody waits for a place any more.")


def require_whole(returned: int, had: int, quantity: int) -> None:
    """What another guest gives back to the waiting list is taken as it was offered, or not at all."""
    if returned and quantity != had:
        raise Conflict(
            "These tickets come from another guest, by the waiting list. Take them as they are, or give all"
            " of them back.",
            title="This number stays",
        )


def require_seen(voucher: VoucherTerms | None, typed: str) -> None:
    """A code that was typed and not used yet changes the price, which is seen before it is paid."""
    if typed.strip() and (voucher is None or typed.strip().upper() != voucher.code.upper()):
        raise NotThisCode("The code was not used yet. Press “Use it” to see the price with it.")


def require_same_sum(total: int, seen: str, currency: str) -> None:
    """Nobody orders for another sum than the one on the button that they pressed."""
    if seen and seen != str(total):
        raise Invalid(
            f"It comes to {shown(total, currency)} now: something of it was changed while you typed."
            " Look at it again before you order.",
            title="The sum has changed, nothing was ordered",
        )


def new_expiry(created_at: datetime, current: datetime, now: datetime) -> datetime:
    """Ten minutes from now, never earlier than it was, never later than half an hour after the hold began."""
    return max(current, min(now + HOLD, created_at + LONGEST))


def totals(
    lines: Sequence[Priced], voucher: VoucherTerms | None, *, fee_bp: int, fee_fixed: int, donation: int = 0
) -> Totals:
    """What all of it costs. Fees come on top of paid tickets; tax is inside the price of each ticket.

    A donation gets nothing in return, so neither fee nor tax nor discount is in it.
    """
    full = [[line.price] * line.quantity for line in lines]
    reduced = [_reduced(line, voucher) for line in lines]
    subtotal, value = (sum(map(sum, prices)) for prices in (full, reduced))
    if voucher and voucher.kind == "amount":
        reduced = _lowered(reduced, min(voucher.value, value), [_applies(line, voucher) for line in lines])
        value = sum(map(sum, reduced))
    paid = sum(price > 0 for prices in reduced for price in prices)
    fee = share(value, fee_bp) + fee_fixed * paid if value else 0
    tax = sum(
        included(price, line.tax_bp) for line, prices in zip(lines, reduced, strict=True) for price in prices
    )
    total = value + fee + donation
    return Totals(subtotal, subtotal - value, fee, tax, donation, total, tuple(map(tuple, reduced)))


def _applies(line: Priced, voucher: VoucherTerms) -> bool:
    return not line.is_free_choice and voucher.is_for(line.event_id, line.date_id, line.ticket_type_id)


def _reduced(line: Priced, voucher: VoucherTerms | None) -> list[int]:
    price = line.price
    if voucher and _applies(line, voucher):
        if voucher.kind == "percent":
            price -= share(price, voucher.value)
        elif voucher.kind == "price":
            price = min(price, voucher.value)
    return [price] * line.quantity


def _lowered(prices: list[list[int]], off: int, applies: list[bool]) -> list[list[int]]:
    """Take `off` from the tickets it applies to, in proportion to their prices, to the last minor unit."""
    left_value = sum(sum(row) for row, is_meant in zip(prices, applies, strict=True) if is_meant)
    off = min(off, left_value)
    lowered = []
    for row, is_meant in zip(prices, applies, strict=True):
        new = []
        for price in row:
            part = off * price // left_value if is_meant and left_value else 0
            if is_meant:
                off, left_value = off - part, left_value - price
            new.append(price - part)
        lowered.append(new)
    return lowered


def refund_fee(fee: int, tickets: int, of: int) -> int:
    """The part of an order's fee that belongs to so many `of` its tickets."""
    return fee * tickets // of if of else 0


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
