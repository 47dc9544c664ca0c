"""What may be done at the desk, and what it costs there. Pure: plain values in, values or a refusal out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.booking.rules import Totals
from webapp.core.errors import Conflict, Invalid
from webapp.core.harm import Harm
from webapp.core.money import digits, shown
from webapp.core.text import email_address, one_line

# A till is a person's for one day; a night that ends after midnight is still one.
TILL_DAY = timedelta(hours=20)

# Notes and round sums that people hand over, in whole units of a currency.
ROUND = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)

# What giving back does that the counter holds for a customer: nobody has paid, so nothing is typed.
RELEASE = Harm(
    title="Give these places back?",
    name="",
    effects=("They are on sale again at once, and somebody else can have them.",),
    undo="Choose them again while they are free.",
)


def without_fee(totals: Totals) -> Totals:
    """At the counter nobody pays a booking fee: the organizer's own people do the work."""
    return replace(totals, fee=0, total=totals.total - totals.fee)


def given_away(totals: Totals) -> Totals:
    """Nothing to pay: what it would have cost is a discount, so that reports know what was given."""
    free = tuple(tuple(0 for _ in prices) for prices in totals.tickets)
    return replace(totals, discount=totals.subtotal, fee=0, tax=0, total=0, tickets=free)


def require_open_day(opened_at: datetime, now: datetime) -> None:
    if now - opened_at > TILL_DAY:
        raise Conflict(
            "This till was opened a day ago or longer. Count and close it, then open one for today.",
            title="Yesterday's till is still open",
        )


def change(total: int, tendered: int | None, currency: str) -> int:
    """What goes back of what was handed over; nothing handed over means the exact sum."""
    if tendered is None:
        return 0
    if tendered < total:
        raise Invalid(
            "We kept everything you typed.",
            fields={
                "tendered": f"{shown(total, currency)} are due, so {shown(total - tendered, currency)}"
                " are missing."
            },
            title="That is not enough",
        )
    return tendered - total


def require_meant_in_cash(*, reference: str, reason: str) -> None:
    """A slip's number or a reason that was typed is for another button than the one for cash."""
    said = {"reference": reference and "Press “Paid by card” for a slip, or empty this field for cash."}
    said["reason"] = reason and "Press “Give them away”, or empty this field for cash."
    if wrong := {name: sentence for name, sentence in said.items() if sentence}:
        raise Invalid("Nothing was sold yet.", fields=wrong, title="In cash, or not?")


def round_sums(total: int, currency: str) -> list[int]:
    """Up to four sums above `total` that somebody would hand over, in minor units."""
    unit = 10 ** digits(currency)
    steps = (step * unit for step in ROUND)
    sums = {-(-total // step) * step for step in steps}
    return sorted(amount for amount in sums if amount > total)[:4] if total else []


# So long a request waits for its answer, and an approved one for its money; never beyond the date's start.
ANSWER_WITHIN = timedelta(days=7)
PAY_HOURS = 48
LEAST_TO_PAY = timedelta(minutes=15)


def answer_by(now: datetime, ends_at: datetime) -> datetime:
    return min(now + ANSWER_WITHIN, ends_at)


def pay_by(now: datetime, hours: int, ends_at: datetime) -> datetime:
    """At least a quarter of an hour, so that nobody is approved who cannot pay any more."""
    return max(min(now + timedelta(hours=hours), ends_at), now + LEAST_TO_PAY)


def require_asked_for(approval: str, name: str) -> None:
    if approval == "none":
        raise Conflict(f"{name} is sold without asking. Take it on the event's page.", title="No need to ask")


MOST_GUESTS = 200
MOST_MORE = 49
NAMED_MORE = re.compile(r"^(.*?)\s*\+\s*(\d+)$")


@dataclass(frozen=True)
class Guest:
    """Somebody for the list, with so many more."""

    name: str
    more: int = 0
    email: str = ""
    note: str = ""

    @property
    def places(self) -> int:
        return self.more + 1

    @property
    def holders(self) -> list[str]:
        """What stands on the tickets: the name, and it again with each one that comes along."""
        return [self.name, *(f"{self.name} +{number}" for number in range(1, self.places))]


def guest(line: str) -> Guest:
    """A pasted line, `Ana Silva +2, press, ana@example.org`; ValueError says what would be right."""
    name, *others = (one_line(part) for part in re.split(r"[,;\t]", line))
    more, email, notes = 0, "", []
    if found := NAMED_MORE.match(name):
        name, more = found[1], int(found[2])
    for part in filter(None, others):
        if re.fullmatch(r"\+\s*\d+", part):
            more = int(part.lstrip("+ "))
        elif "@" in part and " " not in part:
            email = email_address(part)
        else:
            notes.append(part)
    if not name or len(name) > 110:
        raise ValueError("Begin with a name of up to 110 letters.")
    if more > MOST_MORE:
        raise ValueError(f"One name brings {MOST_MORE} others at most. Split it into several.")
    return Guest(name, more, email, ", ".join(notes)[:200])


def surplus(states: Sequence[str], places: int, before: int) -> set[int]:
    """Which live tickets go when so many places stay: the last ones, and none that is in already."""
    over = max(len(states) - places, 0)
    if places > before:
        raise Invalid(
            "We kept everything you typed.",
            fields={"more": "Put the others on as a line of their own, so that their places are counted."},
        )
    free = [at for at, state in enumerate(states) if state == "valid"]
    if over > len(free):
        inside = len(states) - len(free)
        raise Invalid("We kept everything you typed.", fields={"more": f"{inside} of them are in already."})
    return set(free[len(free) - over :])


def removal(name: str, places: int) -> Harm:
    """What it does when somebody is taken off the guest list, who has not come yet."""
    free = "place is" if places == 1 else f"{places} places are"
    return Harm(
        title=f"Take {name} off the list?",
        name=name,
        effects=(f"Their tickets are void, and the {free} free again. Who has an address gets a mail.",),
        undo="Put them on the list again: they get new tickets.",
    )
