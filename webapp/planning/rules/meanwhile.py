"""Whether dates still are as a preview showed them, and what of them is different. Pure."""

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from webapp.core import money
from webapp.core.errors import Invalid
from webapp.planning.rules.facts import Facts, said
from webapp.planning.rules.facts import read as clock_read
from webapp.planning.rules.proposals import Proposal

# What each date was, as lines of words, by the date's id.
Seen = Mapping[str, str]


class ChangedMeanwhile(Invalid):
    """Nothing was done: `notes` say for each date what somebody else made of it since it was shown."""

    code = "changed-meanwhile"

    def __init__(self, by: str, notes: Mapping[UUID, str]) -> None:
        dates = "one of these dates" if len(notes) == 1 else f"{len(notes)} of these dates"
        super().__init__(
            "Nothing is changed yet. Look at what would become of them now, and confirm again.",
            title=f"{by} changed {dates} meanwhile",
        )
        self.notes = {date: f"{by} changed it meanwhile: {note}." for date, note in notes.items()}


def shown(facts: Iterable[Facts], currency: str) -> str:
    """What a form's hidden field keeps of the dates that it shows."""
    return json.dumps({str(one.id): "\n".join(_lines(one, currency)) for one in facts})


def read(kept: str) -> Seen:
    """The same again, and nothing where it cannot be read: what was not seen is not held against anything."""
    try:
        said = json.loads(kept or "{}")
    except ValueError:
        return {}
    return {key: str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def require_seen(seen: Seen, wished: Iterable[Proposal], currency: str, by: str) -> None:
    """Refuse to change dates that are not what they were when somebody looked at the change."""
    notes = {
        one.facts.id: note
        for one in wished
        if one.is_change and (note := _different(seen.get(str(one.facts.id)), one.facts, currency))
    }
    if notes:
        raise ChangedMeanwhile(by, notes)


def _different(before: str | None, facts: Facts, currency: str) -> str:
    if before is None:
        return ""
    was, now = before.split("\n"), _lines(facts, currency)
    gone, new = [one for one in was if one not in now], [one for one in now if one not in was]
    if not gone or not new:
        return "; ".join((*new, *(f"not {one} any more" for one in gone)))
    return f"{'; '.join(new)} instead of {'; '.join(gone)}"


def _lines(facts: Facts, currency: str) -> list[str]:
    """All that staff may change of a date; what guests do to it is no such thing."""
    at = facts.readings()
    same_day = at.begins.date() == at.ends.date()
    lines = [f"{said(at.begins, same_day=False)} to {said(at.ends, same_day)}"]
    if at.doors:
        lines.append(f"doors {at.doors:%H:%M}")
    lines += [f"at {facts.place.name}", facts.status.replace("_", " ")]
    if facts.on_sale_at:
        lines.append(f"on sale from {said(clock_read(facts.on_sale_at, facts.place.zone), same_day=False)}")
    lines += [f"{one.name} {money.shown(one.price, currency)}" for one in facts.types]
    lines += [f"{one.name} {one.capacity:,} places" for one in facts.pools if not one.is_seated]
    return lines
