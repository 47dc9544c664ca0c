"""A series changes from a date on: which old date becomes which new one, what goes, what is added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from webapp.planning.rules import changes
from webapp.planning.rules.clocks import span
from webapp.planning.rules.facts import Facts, Place
from webapp.planning.rules.proposals import Proposal
from webapp.planning.rules.repeating import Unit
from webapp.planning.rules.sentences import Pattern

# A date moves at most so far; beyond it is another date.
NEAR: dict[Unit, timedelta] = {
    "day": timedelta(days=3),
    "week": timedelta(days=6),
    "month": timedelta(days=20),
}


@dataclass(frozen=True)
class Course:
    """Where dates stand: their pattern and their house."""

    pattern: Pattern
    place: Place


@dataclass(frozen=True)
class Turn:
    """What a change of a series comes to: dates that change, dates that go, days that get one."""

    changed: list[tuple[Proposal, date]]
    gone: list[Proposal]
    added: list[date]


def paired(old: Sequence[date], new: Sequence[date], unit: Unit) -> dict[date, date]:
    """Old days to new ones: the same day where it stays, else one of its week or month, else the nearest."""
    pairs = {day: day for day in set(old) & set(new)}
    free = sorted(set(new) - set(pairs))
    for is_near in (partial(_in_one, unit), partial(_are_near, unit)):
        for day in sorted(set(old) - set(pairs)):
            near = [one for one in free if is_near(day, one)]
            if near:
                pairs[day] = min(near, key=lambda one: (abs(one - day), one))
                free.remove(pairs[day])
    return pairs


def _in_one(unit: Unit, day: date, other: date) -> bool:
    if unit == "month":
        return (day.year, day.month) == (other.year, other.month)
    return unit == "week" and day.isocalendar()[:2] == other.isocalendar()[:2]


def _are_near(unit: Unit, day: date, other: date) -> bool:
    return abs(other - day) <= NEAR[unit]


@dataclass(frozen=True)
class Change:
    """From one course to another. A date that staff moved by itself stays, unless `all_of_them` are meant."""

    old: Course
    new: Course
    all_of_them: bool
    now: datetime


def turned(dates: Sequence[Facts], days: Sequence[date], change: Change) -> Turn:
    """What becomes of a series' dates; `days` are those of the new pattern."""
    known = {one.day: one for one in dates if one.day}
    pairs = paired(list(known), days, change.new.pattern.rule.every)
    changed = [(_changed(known[day], day, pairs[day], change), pairs[day]) for day in sorted(pairs)]
    gone = [_gone(one, change.now) for day, one in sorted(known.items()) if day not in pairs]
    return Turn(changed, gone, sorted(set(days) - set(pairs.values())))


def _changed(facts: Facts, old_day: date, new_day: date, change: Change) -> Proposal:
    if reason := changes.closed(facts, change.now):
        return Proposal(facts, refused=reason)
    old, new = change.old, change.new
    moved = changes.to(facts, span(new_day, new.pattern.times, new.place.zone), new.place, change.now)
    is_by_rule = facts.is_at(span(old_day, old.pattern.times, old.place.zone), old.place.id)
    if moved.lines and not is_by_rule and not change.all_of_them:
        return Proposal(facts, notes=("It was changed by itself, and stays as it is.",))
    return moved


def _gone(facts: Facts, now: datetime) -> Proposal:
    refused = changes.closed(facts, now)
    if facts.taken and not refused:
        places = "1 place is" if facts.taken == 1 else f"{facts.taken} places are"
        refused = f"{places} taken: cancel it instead, so that its guests are told and refunded."
    return Proposal(facts, lines=("is taken away",), refused=refused)
