"""What a change of many dates would do to each of them, and why not."""

from datetime import datetime, timedelta

from webapp.planning.rules import offers
from webapp.planning.rules.clocks import Readings, Span, at, doors_before
from webapp.planning.rules.facts import Facts, Place, read, said
from webapp.planning.rules.proposals import Proposal, Wanted


def proposed(
    facts: Facts, wanted: Wanted, currency: str, now: datetime, like: Facts | None = None
) -> Proposal:
    """All of what is wanted for one date, or none of it and why; `like` is the date it is to be like."""
    if reason := closed(facts, now):
        return Proposal(facts, refused=reason)
    moved = to(facts, _span(facts, wanted), _place(facts, wanted), now)
    places = offers.capacity(facts, wanted)
    parts = [
        moved,
        offers.sale(
            *(facts, wanted, moved, _place(facts, wanted)), sold=like or facts, places=places.capacities
        ),
        offers.alike(facts, like),
        offers.price(facts, wanted, currency),
        places,
    ]
    return Proposal(
        facts,
        values={name: value for part in parts for name, value in part.values.items()},
        capacities=places.capacities,
        prices=parts[3].prices,
        like=parts[2].like,
        lines=tuple(line for part in parts for line in part.lines),
        notes=tuple(note for part in parts for note in part.notes),
        refused=" ".join(part.refused for part in parts if part.refused),
    )


def to(facts: Facts, span: Span, place: Place, now: datetime) -> Proposal:
    """The date at another time or place."""
    wanted = {
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "doors_at": span.doors_at,
        "venue_id": place.id,
        "zone": place.zone,
    }
    has = {"venue_id": facts.place.id, "zone": facts.place.zone}
    values = {
        name: value for name, value in wanted.items() if value != has.get(name, getattr(facts, name, None))
    }
    if not values:
        return Proposal(facts)
    refused = ""
    if facts.plan_id and "venue_id" in values:
        refused = "It has a seat plan of its venue. Take the plan off first."
    elif "starts_at" in values and span.starts_at <= now:
        refused = "It would begin in the past."
    return Proposal(facts, values, lines=_moved_lines(facts, span, place), notes=span.notes, refused=refused)


def closed(facts: Facts, now: datetime) -> str:
    """Why a date is changed no more; empty while it may be."""
    if facts.status == "cancelled":
        return "It is cancelled."
    return "It is over." if facts.ends_at <= now else ""


def _place(facts: Facts, wanted: Wanted) -> Place:
    """A date keeps the zone it was made with as long as it stays in its house."""
    return wanted.place if wanted.place and wanted.place.id != facts.place.id else facts.place


def _span(facts: Facts, wanted: Wanted) -> Span:
    """The readings of a date with what is wanted put in; what nobody changes keeps its very instant."""
    old = facts.readings()
    zone = _place(facts, wanted).zone
    begins = old.begins + timedelta(days=wanted.days_later)
    if wanted.begins:
        begins = datetime.combine(begins.date(), wanted.begins)
    ends = old.ends + (begins - old.begins)
    if wanted.ends:
        ends = datetime.combine(begins.date(), wanted.ends)
        ends += timedelta(days=ends <= begins)
    doors = old.doors + (begins - old.begins) if old.doors else None
    if wanted.doors:
        doors = doors_before(begins, wanted.doors)
    new = Readings(begins, ends, doors)
    if new == old and zone == facts.place.zone:
        return Span(facts.starts_at, facts.ends_at, facts.doors_at)
    return at(new, zone)


def _moved_lines(facts: Facts, span: Span, place: Place) -> tuple[str, ...]:
    zone, old = place.zone, facts.readings()
    begins, ends = read(span.starts_at, zone), read(span.ends_at, zone)
    lines = []
    if begins != old.begins:
        same_day = begins.date() == old.begins.date()
        lines.append(f"begins {said(begins, same_day)} instead of {said(old.begins, same_day)}")
    if ends - begins != old.ends - old.begins:
        lines.append(f"ends {ends:%H:%M} instead of {old.ends:%H:%M}")
    doors = read(span.doors_at, zone) if span.doors_at else None
    if doors and (old.doors is None or begins - doors != old.begins - old.doors):
        lines.append(f"doors {doors:%H:%M}" + (f" instead of {old.doors:%H:%M}" if old.doors else ""))
    if old.doors and not doors:
        lines.append("no time for the doors any more")
    if place.id != facts.place.id:
        lines.append(f"at {place.name} instead of {facts.place.name}")
    return tuple(lines) or (f"to the clock of {zone}",)
