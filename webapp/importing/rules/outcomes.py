"""What became of a file and of a run. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from webapp.importing.rules.found import Found, Remark

Outcome = Literal["imported", "imported_with_warnings", "refused"]
Change = Literal["new", "changed", "same"]

EXITS: dict[Outcome, int] = {"imported": 0, "imported_with_warnings": 3, "refused": 4}


@dataclass(frozen=True)
class Error:
    """Why a file or a run was refused."""

    code: str
    message: str


@dataclass(frozen=True)
class Move:
    """A date that guests have, and where the file has it now; nobody moves it without saying so."""

    date_id: str
    title: str
    was: str
    will: str
    is_cancelled: bool


@dataclass(frozen=True)
class Told:
    """One file: what it says, what of it is new, and what is to be looked at.

    `notes` are about what was made of it rather than about the file. `import_id` is what undoes it.
    """

    file: str
    events: tuple[tuple[Found, Change], ...] = ()
    warnings: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    error: Error | None = None
    import_id: str = ""
    # For each event what is changed of it, in words; and the dates with guests that the file would move.
    reasons: tuple[str, ...] = ()
    moves: tuple["Move", ...] = ()

    @property
    def outcome(self) -> Outcome:
        if self.error:
            return "refused"
        return "imported_with_warnings" if self.warnings else "imported"

    def count(self, change: Change) -> int:
        return sum(one == change for _, one in self.events)


def worst(told: Iterable[Told]) -> Outcome:
    """The outcome of a run: that of its worst file."""
    return max((one.outcome for one in told), key=lambda outcome: EXITS[outcome], default="refused")


def first_error(told: Iterable[Told]) -> Error | None:
    return next((one.error for one in told if one.error), None)
