"""What an import changes of an event, in the words of a preview. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.core.text import one_line

LONGEST = 80


def changed(before: Mapping[str, Any], after: Mapping[str, Any], dates: Sequence[Mapping[str, Any]]) -> str:
    """One sentence for the texts and dates that change; another where nothing that is kept does."""
    parts = [_text(name, before[name], after[name]) for name in after if name != "summary"]
    added = sum(date["before"] is None for date in dates)
    off = sum(_is_off(date) for date in dates)
    moved = len(dates) - added - off
    parts += [
        f"{number} {'date' if number == 1 else 'dates'} {what}"
        for number, what in ((added, "added"), (moved, "changed"), (off, "cancelled"))
        if number
    ]
    return "; ".join(parts) if parts else "said otherwise, but nothing that is kept here changes"


def _is_off(date: Mapping[str, Any]) -> bool:
    return date["before"] is not None and date.get("after", {}).get("status") == "cancelled"


def _text(name: str, old: Any, new: Any) -> str:
    if name == "title":
        return f"title “{_short(old)}” becomes “{_short(new)}”"
    return f"{name} changed"


def _short(text: Any) -> str:
    line = one_line(str(text))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
