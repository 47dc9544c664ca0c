"""Answers to questions that organizers ask: what was typed, read by the kind of its question."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from webapp.core.text import one_line

LONGEST_ANSWER, LONGEST_TEXT = 500, 4_000


class Asking(Protocol):
    """A question, as far as its answer is concerned."""

    @property
    def kind(self) -> str: ...
    @property
    def options(self) -> Sequence[str]: ...
    @property
    def required(self) -> bool: ...
    @property
    def least(self) -> float | None: ...
    @property
    def most(self) -> float | None: ...


def answered(ask: Asking, typed: Sequence[str]) -> str:
    """The answer as it is kept; ValueError says what would be right. Several of a list stand on lines.

    What was typed may be empty only where no answer is needed. A file's answer is `id/name` of what was kept.
    """
    given = [one.replace("\0", "").strip() for one in typed if one.strip()]
    if not given:
        if ask.required:
            raise ValueError("The organizer needs an answer here.")
        return ""
    if ask.kind == "many":
        return _several(ask, given)
    return _READ.get(ask.kind, _line)(ask, given[-1])


def _several(ask: Asking, given: Sequence[str]) -> str:
    if not set(given) <= set(ask.options):
        raise ValueError("Choose from the list.")
    return "\n".join(option for option in ask.options if option in given)


def _line(_: Asking, typed: str) -> str:
    return _within(one_line(typed), LONGEST_ANSWER)


def _text(_: Asking, typed: str) -> str:
    return _within("\n".join(line.rstrip() for line in typed.splitlines()), LONGEST_TEXT)


def _within(answer: str, most: int) -> str:
    if len(answer) > most:
        raise ValueError(f"Up to {most} characters fit here.")
    return answer


def _choice(ask: Asking, typed: str) -> str:
    if typed not in ask.options:
        raise ValueError("Choose one from the list.")
    return typed


def _yes_no(_: Asking, typed: str) -> str:
    if typed not in {"yes", "no"}:
        raise ValueError("Choose yes or no.")
    return typed


def _number(ask: Asking, typed: str) -> str:
    plain = typed.replace(",", ".", 1)
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", plain, re.ASCII):
        raise ValueError("Write a number.")
    low, high = ask.least, ask.most
    if (low is not None and float(plain) < low) or (high is not None and float(plain) > high):
        raise ValueError(f"Write a number {bounds_text(low, high)}.")
    return plain


def bounds_text(least: float | None, most: float | None) -> str:
    """`from 1 to 5`, `from 0`, `up to 12.5`; empty without bounds."""
    said = [f"from {least:g}"] if least is not None else []
    if most is not None:
        said.append(f"to {most:g}" if said else f"up to {most:g}")
    return " ".join(said)


def _date(_: Asking, typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        raise ValueError("Write a date such as 2026-12-05.") from None


def _file(_: Asking, typed: str) -> str:
    if not is_paper(typed):
        raise ValueError("Hand the file in once more.")
    return one_line(typed)


def is_paper(answer: str) -> bool:
    """Whether it names a kept file: `id/name`."""
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.{1,90}", answer) is not None


def paper_id(answer: str) -> UUID:
    """Which kept file is the answer."""
    return UUID(answer.partition("/")[0])


_READ: Mapping[str, Callable[[Asking, str], str]] = {
    "long": _text,
    "choice": _choice,
    "yes_no": _yes_no,
    "number": _number,
    "date": _date,
    "file": _file,
}


def answer_text(kind: str, answer: str) -> str:
    """An answer as people read it."""
    if kind == "file":
        return answer.partition("/")[2]
    return answer.replace("\n", ", ") if kind == "many" else answer
