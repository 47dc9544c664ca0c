"""How rows and seats are called by a formula: letters or numbers, odd or even, from either side. Pure."""

import re
from collections.abc import Iterator
from itertools import count, islice

from webapp.seating.rules.design import Section

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def row_names(section: Section) -> list[str]:
    """The names of the rows, the one nearest the stage first; `ValueError` says what would be right."""
    if section.is_listed:
        return [row.name for row in section.row]
    skipped = set(re.split(r"[\s,;]+", section.skip.upper().strip())) - {""}
    names = _letters(section, skipped) if section.row_names == "letters" else _numbers(section, skipped)
    found = list(islice(names, section.rows))
    return found if section.rows_from == "stage" else found[::-1]


def seat_numbers(section: Section, seats: int) -> list[str]:
    """The numbers of a row from its left end to its right one."""
    step = 1 if section.numbers == "all" else 2
    first = section.first_number
    if first is None:
        first = 2 if section.numbers == "even" else 1
    elif section.numbers != "all" and first % 2 != (section.numbers == "odd"):
        raise ValueError(f"first_number: {first} is not {section.numbers}; begin with {first + 1}")
    numbers = [str(first + step * at) for at in range(seats)]
    return numbers if section.numbers_from == "left" else numbers[::-1]


def _letters(section: Section, skipped: set[str]) -> Iterator[str]:
    """A, B, C …, then AA, BB …, from the first one on."""
    letters = [letter for letter in LETTERS if letter not in skipped]
    first = (section.first_row or (letters[0] if letters else "")).upper()
    if not letters or not first or set(first) - set(letters) or len(set(first)) != 1:
        raise ValueError(
            f"first_row: “{section.first_row or ''}” is none of the letters that are left; write A, B or AA"
        )
    start = letters.index(first[0]) + len(letters) * (len(first) - 1)
    return (letters[at % len(letters)] * (at // len(letters) + 1) for at in count(start))


def _numbers(section: Section, skipped: set[str]) -> Iterator[str]:
    first = section.first_row or "1"
    if not first.isascii() or not first.isdecimal() or len(first) > 4:
        raise ValueError(f"first_row: “{first}” is not a number; rows are named by numbers here")
    return (str(number) for number in count(int(first)) if str(number) not in skipped)
