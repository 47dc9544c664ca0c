"""Small halls as strings: what a test draws is what it gets."""

from collections.abc import Iterable
from uuid import UUID

from webapp.seating.rules.house import House
from webapp.seating.rules.names import PlacedSeat

KINDS = {"w": "wheelchair", "c": "companion"}


def a_house(*rows: str, levels: str = "", section_rows: int = 1000) -> House:
    """One string for each row, the first nearest the stage; a space is a gangway.

    `.` is a seat, `r` one with restricted view, `w` a wheelchair place, `c` the seat of its companion on the
    left. `levels` gives each row's price level by a digit. Middle seats are better than those at the sides.
    """
    seats: list[PlacedSeat] = []
    for row, drawn in enumerate(rows):
        for position, sign in enumerate(drawn):
            if sign != " ":
                seats.append(_seat(seats, row, position, sign, drawn, int(levels[row]) if levels else 0))
    return House(seats)


def _seat(seats: list[PlacedSeat], row: int, position: int, sign: str, drawn: str, level: int) -> PlacedSeat:
    place = next((seat.ordinal for seat in reversed(seats) if seat.kind == "wheelchair"), None)
    return PlacedSeat(
        id=UUID(int=len(seats)),
        ordinal=len(seats),
        section=0,
        level=level,
        row="ABCDEFGHJKLMNPQRSTUVWXYZ"[row],
        number=str(position + 1),
        row_position=row,
        position=position,
        rank=row * 100 + abs(2 * position - len(drawn) + 1),
        x=position * 10,
        y=row * 10,
        kind=KINDS.get(sign, "standard"),
        companion_of=place if sign == "c" else None,
        restricted_view=sign == "r",
    )


def taken(*rows: str) -> list[int]:
    """The ordinals that are drawn as `x`; spaces count as no seats."""
    return [at for at, sign in enumerate("".join(rows).replace(" ", "")) if sign == "x"]


def said(house: House, ordinals: Iterable[int]) -> str:
    """Such as `A3 A4`, sorted."""
    return " ".join(f"{seat.row}{seat.number}" for seat in (house.seats[at] for at in sorted(ordinals)))
