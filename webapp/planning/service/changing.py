"""Many dates changed at once: what may be is done, what may not is said, guests of moved dates are told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, TicketType
from webapp.catalog.service import editing
from webapp.catalog.service.dates import FREE_FROM_NOW, MOST_MESSAGE, missing_word, tell_guests
from webapp.catalog.service.tickets import SET_CAPACITY
from webapp.core.audit import Actor, last_by, note
from webapp.core.errors import Invalid, NotFound
from webapp.planning.queries.facts import facts
from webapp.planning.rules import meanwhile
from webapp.planning.rules.changes import proposed
from webapp.planning.rules.proposals import Proposal, Wanted
from webapp.planning.service import copying


@dataclass(frozen=True)
class Word:
    """What who confirms says: the event's title, typed, and a message, where dates with guests move.

    `seen` is what the dates were when the change of them was looked at.
    """

    typed: str = ""
    message: str = ""
    seen: meanwhile.Seen = field(default_factory=dict)


@dataclass
class Done:
    """The dates that were changed, and what was refused."""

    changed: list[UUID] = field(default_factory=list)
    refused: list[Proposal] = field(default_factory=list)


def proposals(
    db: Session, event_id: UUID, chosen: Collection[UUID], wanted: Wanted, *, currency: str, now: datetime
) -> list[Proposal]:
    """What would become of the chosen dates of an event; of the others nothing."""
    known = facts(db, event_id)
    like = next((one for one in known if one.id == wanted.like), None)
    if wanted.like and like is None:
        raise NotFound("The date that these should be like is not here any more.")
    return [
        proposed(one, wanted, currency, now, like) if one.id in chosen else Proposal(one) for one in known
    ]


def change(
    db: Session,
    event: Event,
    wished: Sequence[Proposal],
    *,
    word: Word,
    by: Actor,
) -> Done:
    """Do what the proposals say, date by date; `event` is locked, so that they still are what was shown."""
    require_word(db, event, wished, word)
    done = Done(refused=[one for one in wished if one.refused])
    for one in wished:
        if not one.is_change:
            continue
        if reason := _offer(db, one):
            done.refused.append(replace(one, refused=reason))
            continue
        _values(db, event, one, word, by)
        done.changed.append(one.facts.id)
    if done.changed:
        event.poster = None  # it names the first date
        editing.wrote(db, event, by, "Many dates changed", after={"dates": len(done.changed)})
    return done


def require_word(db: Session, event: Event, wished: Collection[Proposal], word: Word) -> None:
    """Dates are changed by who saw them as they are; those that guests have by who writes to them."""
    by = last_by(db, ("event", event.id))
    meanwhile.require_seen(word.seen, wished, event.organizer.currency, by)
    tickets = sum(one.facts.sold for one in wished if one.asks)
    if not tickets:
        return
    fields = missing_word(event.title, word.typed, word.message)
    if len(word.message) > MOST_MESSAGE:
        fields["message"] = f"{MOST_MESSAGE:,} characters are the most."
    if fields:
        guests = "1 ticket is" if tickets == 1 else f"{tickets} tickets are"
        raise Invalid(
            f"{guests} sold for dates that would move. Nothing was changed yet.",
            fields=fields,
            title="Guests have these dates",
        )


def _offer(db: Session, proposal: Proposal) -> str:
    """Set prices and capacities, or nothing and why: the rows themselves decide what fits."""
    try:
        with db.begin_nested():
            if proposal.like and not copying.instead(db, proposal.facts.id, proposal.like):
                return "Orders or codes refer to what it sells, so it goes on selling it."
            for kind, price in proposal.prices.items():
                editing.changed(db, db.get_one(TicketType, kind), {"price": price})
            for pool, capacity in proposal.capacities.items():
                changed = db.execute(SET_CAPACITY, {"pool": pool, "capacity": capacity}).one()
                editing.ring(db, [changed])
    except IntegrityError:
        return "Its ticket type has other terms that do not fit this price."
    except NoResultFound:
        return "More places were taken meanwhile than it would have."
    return ""


def _values(db: Session, event: Event, proposal: Proposal, word: Word, by: Actor) -> None:
    old = proposal.facts
    date = db.get_one(EventDate, old.id, with_for_update={"key_share": True})
    before, after = editing.changed(db, date, proposal.values)
    was, now = _offered(proposal)
    if proposal.values.get("status") == "on_sale":
        editing.ring(db, db.execute(FREE_FROM_NOW, {"date": date.id}))
    if proposal.asks:
        tell_guests(
            db,
            date.id,
            starts_at=old.starts_at,
            zone=old.place.zone,
            venue=old.place.name,
            message=word.message,
        )
    note(
        db,
        by,
        "Date changed with others",
        ("event", event.id),
        organizer_id=event.organizer_id,
        before={**before, **was, "date": old.starts_at.isoformat()},
        after={**after, **now, "date": old.starts_at.isoformat(), "change": "; ".join(proposal.lines)},
    )


def _offered(proposal: Proposal) -> tuple[dict[str, int], dict[str, int]]:
    """Prices and places before and after, each by the name of its type or pool."""
    types = [one for one in proposal.facts.types if one.id in proposal.prices]
    pools = [one for one in proposal.facts.pools if one.id in proposal.capacities]
    was = {f"{one.name}, price": one.price for one in types}
    now = {f"{one.name}, price": proposal.prices[one.id] for one in types}
    was |= {f"{one.name}, places": one.capacity for one in pools}
    now |= {f"{one.name}, places": proposal.capacities[one.id] for one in pools}
    return was, now
