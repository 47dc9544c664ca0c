"""A seat: where it is, and how people say it. Pure."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SeatName:
    """A seat as people say it; `ordinal` is its short name in pages and addresses."""

    ordinal: int
    section: str
    row: str
    number: str

    @property
    def said(self) -> str:
        """Where a seat is said in full: on tickets, in mails, in the basket."""
        return f"{self.section}, row {self.row}, seat {self.number}"

    @property
    def short(self) -> str:
        """Where several seats are said in one sentence."""
        return f"{self.section} {self.row} {self.number}"


@dataclass(frozen=True, slots=True)
class PlacedSeat:
    """One seat; `section` and `level` are positions in the plan's tuples, `companion_of` is an ordinal.

    Seats of a row are neighbours when their `position` differs by one.
    """

    id: UUID
    ordinal: int
    section: int
    level: int
    row: str
    number: str
    row_position: int
    position: int
    rank: int
    x: int
    y: int
    kind: str
    companion_of: int | None
    restricted_view: bool

    @property
    def is_standard(self) -> bool:
        return self.kind == "standard"
