"""Seats in the words of people, for queries of others."""

from sqlalchemy import TextClause, text

# The same words as `rules.names.SeatName.said`; nothing is said where there is no seat.
SAID = """coalesce((
    SELECT n.name || ', row ' || s.row || ', seat ' || s.number
    FROM seats s JOIN sections n ON n.id = s.section_id WHERE s.id = {column}), '')"""


def said(column: str) -> str:
    """An expression that says the seat whose id is in this column."""
    return SAID.format(column=column)


def saying(statement: str, column: str) -> TextClause:
    """A statement with `{seat}` where the seat whose id is in this column is to be said."""
    return text(statement.replace("{seat}", said(column)))
