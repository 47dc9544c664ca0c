"""Seats of one section as people say them: `A 1-3, 7; B; C-E`. Pure."""

import re
from collections.abc import Iterator, Sequence

Row = tuple[str, Sequence[str]]
Seat = tuple[str, str]


def picked(said: str, rows: Sequence[Row]) -> list[Seat]:
    """The row and number of each seat meant, once; rows and numbers are in the order in which they stand.

    Parts are separated by semicolons or lines. `ValueError` says what is not there.
    """
    found: dict[Seat, None] = {}
    for part in re.split(r"[;\n]", said):
        words = " ".join(part.split())
        if words:
            found |= dict.fromkeys(_part(*_parted(words, rows), rows))
    return list(found)


def said(seats: Sequence[Seat], rows: Sequence[Row]) -> str:
    """Seats in the shortest words that mean them."""
    wanted = set(seats)
    parts = []
    for row, numbers in rows:
        here = [(row, number) in wanted for number in numbers]
        if all(here):
            parts.append(row)
        elif any(here):
            parts.append(f"{row} {', '.join(_runs(numbers, here))}")
    return "; ".join(parts)


def _parted(words: str, rows: Sequence[Row]) -> tuple[str, str]:
    """The row and the rest: the longest row's name that stands first, which may have spaces, else a word."""
    for row in sorted((row for row, _ in rows), key=len, reverse=True):
        if f"{words} ".casefold().startswith(f"{row} ".casefold()):
            return row, words[len(row) :]
    first, _, rest = words.partition(" ")
    return first, rest


def _part(name: str, numbers: str, rows: Sequence[Row]) -> Iterator[Seat]:
    for row, seats in _rows(name.rstrip(","), rows):
        for one in re.split(r"[\s,]+", numbers.strip()) if numbers.strip() else ():
            yield from ((row, seat) for seat in _between(one.replace("–", "-"), seats, f"row {row}"))
        if not numbers.strip():
            yield from ((row, seat) for seat in seats)


def _rows(name: str, rows: Sequence[Row]) -> list[Row]:
    names = [row for row, _ in rows]
    chosen = set(_between(name.replace("–", "-"), names, "the section", "row"))
    return [row for row in rows if row[0] in chosen]


def _between(said: str, names: Sequence[str], where: str, what: str = "seat") -> Sequence[str]:
    """One name, or all from one to another in the order in which they stand."""
    folded = [name.casefold() for name in names]
    if said.casefold() in folded:
        return [names[folded.index(said.casefold())]]
    first, _, last = said.casefold().partition("-")
    for end in (first, last or first):
        if end not in folded:
            shown = f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]
            raise ValueError(f"{where} has no {what} {end.upper()}; there is {shown}")
    start, stop = sorted((folded.index(first), folded.index(last or first)))
    return names[start : stop + 1]


def _runs(numbers: Sequence[str], here: Sequence[bool]) -> Iterator[str]:
    start = None
    for at, is_here in enumerate([*here, False]):
        if is_here and start is None:
            start = at
        elif not is_here and start is not None:
            yield numbers[start] if at == start + 1 else f"{numbers[start]}-{numbers[at - 1]}"
            start = None
