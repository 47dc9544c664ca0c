"""A rule that must hold at any moment, as a query that names what breaks it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """`counted` says how many things were looked at, `broken` gives a sentence for each that is wrong."""

    name: str
    counted: str
    broken: str
