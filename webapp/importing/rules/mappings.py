"""The mapping that staff choose column by column, in the same words as the file of `--map`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NONE = "-"
# How several columns that say one field are put together.
_BETWEEN = {"people": "; "}


@dataclass(frozen=True)
class Choice:
    """A column: what it was shown as, what its name alone would mean, and what staff chose."""

    name: str
    shown: str
    by_name: str
    chosen: str


def chosen(
    choices: Sequence[Choice], extra: Mapping[str, str], asked: Mapping[str, str], several: frozenset[str]
) -> dict[str, str]:
    """The mapping for what was chosen of each column, beside the lines of `extra`.

    It stays as it was asked if nothing is changed. Else every column is written down, so that it means the
    same for ever. A field that several columns say becomes a template, and one that none says any more is
    emptied.
    """
    if all(one.chosen == (one.shown or NONE) for one in choices):
        kept = {
            field: text for field, text in asked.items() if field not in {"currency", "date_order", "sheet"}
        }
        return {**kept, **extra}
    fields: dict[str, list[Choice]] = {}
    for one in choices:
        if one.chosen != NONE:
            fields.setdefault(one.chosen, []).append(one)
    mapping = {
        field: _source(field, taken)
        for field, taken in fields.items()
        if not (field in several and len(taken) > 1 and all(one.by_name == field for one in taken))
    }
    emptied = sorted({one.by_name for one in choices if one.by_name and one.by_name not in fields})
    return {**mapping, **dict.fromkeys(emptied, ""), **extra}


def _source(field: str, taken: Sequence[Choice]) -> str:
    if len(taken) == 1:
        return taken[0].name
    return _BETWEEN.get(field, " ").join(f"{{{one.name}}}" for one in taken)


def written(mapping: Mapping[str, str]) -> str:
    """The same as a file for `--map`."""
    return "\n".join(f"{field} = {_quoted(text)}" for field, text in mapping.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
