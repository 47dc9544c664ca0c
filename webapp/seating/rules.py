"""Seats as people say them, and which of them are the best. Pure."""

from dataclasses import dataclass


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
