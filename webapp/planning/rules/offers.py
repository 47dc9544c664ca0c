"""What many dates would sell, and from when, and why not. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from webapp.core import clock, money
from webapp.planning.rules.clocks import Readings, at
from webapp.planning.rules.facts import Facts, Place, read, said
from webapp.planning.rules.proposals import STEPS, Opening, Proposal, Wanted


def alike(facts: Facts, like: Facts | None) -> Proposal:
    """The date sells what another one sells; what anybody took a place of stays as it is."""
    if like is None or like.id == facts.id:
        return Proposal(facts)
    refused, notes = "", []
    if not like.types:
        refused = "The date that it should be like sells nothing yet."
    elif facts.taken:
        refused = "Places of it are taken, so it goes on selling what it sells."
    elif facts.plan_id:
        refused = "It has a seat plan. Take the plan off first."
    elif like.plan_id and like.place.id != facts.place.id:
        notes.append(f"The seat plan is of {like.place.name}, so its seats are places here.")
    names = ", ".join(dict.fromkeys(kind.name for kind in like.types))
    line = f"sells what {said(like.readings().begins, same_day=False)} sells: {names}"
    return Proposal(facts, lines=(line,), notes=tuple(notes), refused=refused, like=like.id)


def sale(
    facts: Facts, wanted: Wanted, moved: Proposal, place: Place, *, sold: Facts, places: Mapping[UUID, int]
) -> Proposal:
    """Whether it is on sale, and from when; it is going to sell what `sold` sells, of so many `places`."""
    values: dict[str, Any] = {}
    lines: list[str] = []
    refused = ""
    if wanted.step and wanted.step != facts.status:
        values["status"] = wanted.step
        lines.append(STEPS[wanted.step])
        if wanted.step == "on_sale" and not sold.types:
            refused = "It has nothing to sell yet."
        elif wanted.step == "on_sale" and not sold.has_places(places):
            refused = "Its pools have 0 places."
    if wanted.opening:
        starts = moved.values.get("starts_at", facts.starts_at)
        zone = place.zone
        opens = _opens(wanted.opening, starts, zone)
        if opens != facts.on_sale_at:
            values["on_sale_at"] = opens
            lines.append(f"on sale from {said(read(opens, zone), False)}" if opens else "on sale at once")
        if opens and opens >= starts:
            refused = "Its sale would open after it has begun."
    return Proposal(facts, values, lines=tuple(lines), refused=refused)


def _opens(opening: Opening, starts_at: datetime, zone: str) -> datetime | None:
    reading = opening.reading
    if opening.at:
        day = clock.local(starts_at, zone).date() - timedelta(days=opening.days_before)
        reading = datetime.combine(day, opening.at)
    return at(Readings(reading, reading + timedelta(hours=1), None), zone).starts_at if reading else None


def price(facts: Facts, wanted: Wanted, currency: str) -> Proposal:
    if wanted.price is None:
        return Proposal(facts)
    name, price = wanted.price
    named = [kind for kind in facts.types if kind.name == name]
    if not named:
        return Proposal(facts, refused=f"It has no ticket type “{name}”.")
    changed = [kind for kind in named if kind.price != price]
    lines = [
        f"{name} {money.shown(price, currency)} instead of {money.shown(kind.price, currency)}"
        for kind in changed
    ]
    return Proposal(facts, prices=dict.fromkeys((kind.id for kind in changed), price), lines=tuple(lines))


def capacity(facts: Facts, wanted: Wanted) -> Proposal:
    if wanted.capacity is None:
        return Proposal(facts)
    name, capacity = wanted.capacity
    pool = next((pool for pool in facts.pools if pool.name == name), None)
    if pool is None:
        return Proposal(facts, refused=f"It has no pool “{name}”.")
    if pool.capacity == capacity:
        return Proposal(facts)
    refused = ""
    if pool.is_seated:
        refused = f"{name} has reserved seats: its places follow them."
    elif capacity < pool.taken:
        refused = f"{pool.taken} places of {name} are taken; that is the least."
    line = f"{name} {capacity:,} places instead of {pool.capacity:,}"
    return Proposal(facts, capacities={pool.id: capacity}, lines=(line,), refused=refused)
