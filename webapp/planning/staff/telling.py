"""What was done to many dates, told after it; what somebody else did to them, told before."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from webapp.core.errors import Refusal
from webapp.planning.rules import meanwhile
from webapp.planning.rules.meanwhile import ChangedMeanwhile
from webapp.planning.rules.proposals import Proposal
from webapp.planning.service.changing import Done
from webapp.web import current
from webapp.web.notices import tell


def tell_done(done: Done, *, added: int = 0, removed: int = 0) -> None:
    """Say how many dates changed and which did not; whoever looks at one of them sees it at once."""
    for date_id in done.changed:
        current.live().date_changed(str(date_id))
    counts = ((len(done.changed), "changed"), (added, "added"), (removed, "taken away"))
    said = [f"{number} {'date' if number == 1 else 'dates'} {what}" for number, what in counts if number]
    if said:
        tell(", ".join(said).capitalize())
    if done.refused:
        one = done.refused[0]
        more = f" And {len(done.refused) - 1} more." if len(done.refused) > 1 else ""
        day = one.facts.readings().begins
        tell(
            f"{len(done.refused)} stayed as they were" if len(done.refused) > 1 else "One stayed as it was",
            f"{day.day} {day:%B %Y}: {one.refused}{more}",
            kind="warn",
        )
    if not said and not done.refused:
        tell("Nothing was to be changed", kind="info")


def preview(rows: Collection[Proposal], refusal: Refusal | None, currency: str) -> dict[str, Any]:
    """The rows, with what somebody else made of their dates since they were shown; `seen` is how they are."""
    notes = refusal.notes if isinstance(refusal, ChangedMeanwhile) else {}
    noted = [
        replace(row, notes=(*row.notes, notes[row.facts.id])) if row.facts.id in notes else row
        for row in rows
    ]
    return {"rows": noted, "seen": meanwhile.shown((row.facts for row in rows), currency)}
