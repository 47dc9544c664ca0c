"""Which date of an earlier import each date of a source is now. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from webapp.importing.rules.entries import Planned, kept
from webapp.importing.rules.found import Window

Known = dict[str, Any]


def paired(
    known: Sequence[Known], planned: Sequence[Planned], window: Window
) -> tuple[list[tuple[Known, Planned]], list[Planned], list[Known]]:
    """Dates that stay or move, those that are new, and those that are gone.

    The same start is the same date. Where as many are left on both sides, they were moved, in their order.
    What lies outside the window was not looked for, and is not gone.
    """
    starts = {date["starts_at"]: date for date in known}
    same = [(starts[kept(one.starts_at)], one) for one in planned if kept(one.starts_at) in starts]
    met = {id(date) for date, _ in same}
    gone = [date for date in known if id(date) not in met and _was_asked(date, window)]
    added = [one for one in planned if kept(one.starts_at) not in starts]
    if len(gone) == len(added):
        gone.sort(key=lambda date: str(date["starts_at"]))
        added.sort(key=lambda one: one.starts_at)
        return [*same, *zip(gone, added, strict=True)], [], []
    return same, added, gone


def _was_asked(date: Known, window: Window) -> bool:
    starts = datetime.fromisoformat(date["starts_at"])
    return starts < window.until and (window.start is None or starts >= window.start)
