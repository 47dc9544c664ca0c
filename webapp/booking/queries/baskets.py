"""The basket as its page shows it: what is held, until when, what it costs, and what waits to be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.queries import offers as sale
from webapp.booking.queries.lines import HeldLine, lines_of_hold
from webapp.booking.rules import Priced, Totals, VoucherTerms, totals
from webapp.core.errors import Gone, NotFound


@dataclass(frozen=True)
class BasketDate:
    """The held tickets of one date."""

    date_id: UUID
    event_id: UUID
    slug: str
    title: str
    category: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    city: str
    lines: tuple[HeldLine, ...]

    @property
    def has_seats(self) -> bool:
        return any(line.seats for line in self.lines)


@dataclass(frozen=True)
class DonationAsk:
    """What an event asks a donation for; `suggested` in minor units."""

    event_id: UUID
    words: str
    suggested: int | None


@dataclass(frozen=True)
class BasketPart:
    """What one organizer sells: one sum, one order. `seconds` is how long the whole hold lasts at most."""

    hold_id: UUID
    organizer: str
    organizer_slug: str
    organizer_id: UUID
    currency: str
    created_at: datetime
    expires_at: datetime
    is_extended: bool
    terms: VoucherTerms | None
    dates: tuple[BasketDate, ...]
    totals: Totals
    tax_name: str
    ask: DonationAsk | None

    @property
    def lines(self) -> list[HeldLine]:
        return [line for date in self.dates for line in date.lines]

    @property
    def tickets(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def guests(self) -> int:
        """The tickets without their add-ons."""
        return sum(line.quantity for line in self.lines if not line.is_addon)

    @property
    def has_numbers(self) -> bool:
        """Whether something is typed here: how many tickets that have no seats, or what somebody pays."""
        return any(not line.seats or line.price_floor is not None for line in self.lines)

    @property
    def voucher(self) -> str:
        """The code that is used, or nothing."""
        return self.terms.code if self.terms else ""

    @property
    def lasts(self) -> int:
        return max(1, int((self.expires_at - self.created_at).total_seconds()))


@dataclass(frozen=True)
class Waiting:
    """An order of this basket that is not paid yet."""

    code: str
    total: int
    currency: str
    expires_at: datetime


@dataclass(frozen=True)
class Close:
    """Two dates that nearly touch or overlap."""

    first: BasketDate
    second: BasketDate
    minutes: int


PARTS = """
    SELECT h.id, h.organizer_id, h.created_at, h.expires_at, h.extended_at, h.voucher_id, h.donation, o.name,
           o.slug, o.currency, o.fee_bp, o.fee_fixed
    FROM holds h JOIN organizers o ON o.id = h.organizer_id
    WHERE {which} AND h.state = 'active' ORDER BY h.created_at
"""

PARTS_OF_BASKET = text(PARTS.format(which="h.basket = :basket AND h.expires_at > :now"))
PART = text(PARTS.format(which="h.id = :hold AND h.basket = :basket"))

WAITING = text("""
    SELECT o.code, o.total, o.currency, h.expires_at FROM orders o JOIN holds h ON h.id = o.hold_id
    WHERE o.basket = :basket AND o.state = 'awaiting_payment' AND h.expires_at > :now ORDER BY o.id
""")

COUNT = text("""
    SELECT coalesce(sum(l.quantity), 0)::int FROM holds h JOIN hold_lines l ON l.hold_id = h.id
    WHERE h.basket = :basket AND h.state = 'active' AND h.expires_at > :now
""")

# The first event of the basket that asks for a donation asks for all of it.
ASK = text("""
    SELECT e.id, e.donation_ask, e.donation_suggested FROM hold_lines l
    JOIN ticket_types t ON t.id = l.ticket_type_id JOIN event_dates d ON d.id = t.date_id
    JOIN events e ON e.id = d.event_id
    WHERE l.hold_id = :hold AND e.donation_ask <> '' ORDER BY d.starts_at, d.id LIMIT 1
""")

CLOSE = timedelta(minutes=45)


def parts(db: Session, basket: str, now: datetime) -> list[BasketPart]:
    """What is held for this basket and has not run out."""
    rows = db.execute(PARTS_OF_BASKET, {"basket": basket, "now": now})
    return [_part(db, row) for row in rows.all()]


def part(db: Session, basket: str, hold_id: UUID, now: datetime) -> BasketPart:
    """One organizer's part; NotFound when it is not this basket's, Gone when its time is over."""
    row = db.execute(PART, {"hold": hold_id, "basket": basket}).one_or_none()
    if row is None:
        raise NotFound("These tickets are not in your basket any more.")
    if row.expires_at <= now:
        raise Gone(
            "The tickets are on sale again. Hold them once more if they are still free.",
            title="Time is up, nothing was charged.",
        )
    return _part(db, row)


def waiting(db: Session, basket: str, now: datetime) -> list[Waiting]:
    return [Waiting(**row._mapping) for row in db.execute(WAITING, {"basket": basket, "now": now})]


def count(db: Session, basket: str, now: datetime) -> int:
    """How many tickets are held."""
    return db.scalar(COUNT, {"basket": basket, "now": now}) or 0


def close_dates(parts: Sequence[BasketPart]) -> list[Close]:
    """Dates of which the second begins less than three quarters of an hour after the first ends."""
    dates = sorted((date for part in parts for date in part.dates), key=lambda date: date.starts_at)
    return [
        Close(one, two, int((two.starts_at - one.ends_at).total_seconds() // 60))
        for one, two in pairwise(dates)
        if two.starts_at - one.ends_at < CLOSE
    ]


def _part(db: Session, row: object) -> BasketPart:
    hold = row._mapping  # type: ignore[attr-defined]  # a row of PARTS
    lines = lines_of_hold(db, hold["id"])
    voucher = sale.find_voucher_by_id(db, hold["voucher_id"])
    return BasketPart(
        hold_id=hold["id"],
        organizer=hold["name"],
        organizer_slug=hold["slug"],
        organizer_id=hold["organizer_id"],
        currency=hold["currency"],
        created_at=hold["created_at"],
        expires_at=hold["expires_at"],
        is_extended=hold["extended_at"] is not None,
        terms=voucher,
        dates=tuple(_date(list(group)) for _, group in groupby(lines, key=lambda line: line.date_id)),
        totals=totals(
            [priced for line in lines for priced in _priced(line)],
            voucher,
            fee_bp=hold["fee_bp"],
            fee_fixed=hold["fee_fixed"],
            donation=hold["donation"],
        ),
        tax_name=lines[0].tax_name if lines else "",
        ask=donation_ask(db, hold["id"]),
    )


def donation_ask(db: Session, hold_id: UUID) -> DonationAsk | None:
    row = db.execute(ASK, {"hold": hold_id}).one_or_none()
    return DonationAsk(*row) if row else None


def _priced(line: HeldLine) -> list[Priced]:
    """What each part of a line costs, in the order of `line.parts`."""
    return [
        Priced(
            line.event_id,
            part.price,
            part.quantity,
            line.tax_bp,
            line.date_id,
            line.ticket_type_id,
            line.price_floor is not None,
        )
        for part in line.parts
    ]


def _date(lines: list[HeldLine]) -> BasketDate:
    one = lines[0]
    return BasketDate(
        date_id=one.date_id,
        event_id=one.event_id,
        slug=one.slug,
        title=one.title,
        category=one.category,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        venue=one.venue,
        city=one.city,
        lines=tuple(lines),
    )
