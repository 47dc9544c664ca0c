"""Seats as staff type them: `Stalls E 1-12; Circle A 5, 7; Gallery`. Pure."""

from collections.abc import Iterator, Sequence

from webapp.core.errors import Invalid
from webapp.seating.rules.names import PlacedSeat


def ordinals(typed: str, seats: Sequence[PlacedSeat], sections: Sequence[str]) -> list[int]:
    """The seats meant, each once: of a whole section, a row, or of single numbers and ranges of a row.

    Parts are separated by semicolons or lines. A refusal says what is not there.
    """
    found: dict[int, None] = {}
    for part in typed.replace("\n", ";").split(";"):
        if part.strip():
            found |= dict.fromkeys(_part(" ".join(part.split()), seats, sections))
    return list(found)


def _part(said: str, seats: Sequence[PlacedSeat], sections: Sequence[str]) -> list[int]:
    section, rest = _section(said, sections)
    here = [seat for seat in seats if sections[seat.section] == section]
    if not rest:
        return [seat.ordinal for seat in here]
    row_name, _, numbers = rest.partition(" ")
    row = [seat for seat in here if seat.row.casefold() == row_name.casefold()]
    if not row:
        rows = ", ".join(dict.fromkeys(seat.row for seat in sorted(here, key=lambda one: one.row_position)))
        raise _not_there(f"{section} has no row {row_name}; its rows are {rows}.")
    row.sort(key=lambda seat: seat.position)
    return list(_numbers(section, numbers, row)) if numbers else [seat.ordinal for seat in row]


def _section(said: str, sections: Sequence[str]) -> tuple[str, str]:
    """The section named first, the longest name that fits, and the rest."""
    for section in sorted(sections, key=len, reverse=True):
        start = said[: len(section)].casefold()
        if start == section.casefold() and said[len(section) : len(section) + 1] in ("", " "):
            return section, said[len(section) :].strip()
    raise _not_there(f"No section is named at the beginning of “{said}”. There are {', '.join(sections)}.")


def _numbers(section: str, numbers: str, row: Sequence[PlacedSeat]) -> Iterator[int]:
    names = [seat.number.casefold() for seat in row]
    for one in numbers.replace(",", " ").replace("–", "-").split():
        first, _, last = one.casefold().partition("-")
        ends = [first, last or first]
        for end in ends:
            if end not in names:
                raise _not_there(f"{section}, row {row[0].row} has no seat {end}.")
        start, stop = sorted(names.index(end) for end in ends)
        yield from (seat.ordinal for seat in row[start : stop + 1])


def _not_there(sentence: str) -> Invalid:
    return Invalid("We kept everything you typed.", fields={"seats": sentence})
