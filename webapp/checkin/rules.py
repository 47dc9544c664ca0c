"""What the door says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Answer = Literal["ready", "valid", "used", "void", "unknown", "elsewhere"]


@dataclass(frozen=True)
class Scanned:
    """The ticket that was held out."""

    ticket_id: UUID
    holder: str
    type_name: str
    seat: str
    order_code: str


@dataclass(frozen=True)
class Verdict:
    """One answer that fills the phone; `ticket` is None when the code is not one of ours."""

    answer: Answer
    title: str
    text: str
    ticket: Scanned | None = None


def ready() -> Verdict:
    """Nothing was scanned yet."""
    return Verdict("ready", "Ready", "Scan a ticket, or type its code, the order’s, or a name.")


def come_in(ticket: Scanned) -> Verdict:
    return Verdict(
        "valid", "Come in", ", ".join(filter(None, (ticket.holder, ticket.type_name, ticket.seat))), ticket
    )


def used(ticket: Scanned, at: datetime, gate: str) -> Verdict:
    """`at` is the clock reading at the venue."""
    return Verdict("used", "Already used", f"Used at {at:%H:%M} by {gate}.", ticket)


def void(ticket: Scanned) -> Verdict:
    return Verdict("void", "Void", "This ticket was cancelled or refunded. It opens no door.", ticket)


def elsewhere(ticket: Scanned, title: str, starts: datetime) -> Verdict:
    """`starts` is the clock reading at the venue."""
    when = f"{starts:%a} {starts.day} {starts:%B}, {starts:%H:%M}"
    return Verdict("elsewhere", "Another date", f"This ticket is for {title} on {when}.", ticket)


def unknown() -> Verdict:
    return Verdict("unknown", "Not a ticket", "Nothing is known by this code. Try the order code instead.")


def readable_secret(typed: str) -> str:
    """The secret in what was scanned or typed: a bare code, or the address of a ticket page."""
    return typed.strip().rstrip("/").rsplit("/", 1)[-1].split("?")[0]
