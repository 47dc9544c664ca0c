"""What joining a line asks for, against robots: a plug-in point with one small implementation.

An entrance makes a puzzle for the page and judges the answer that comes back with the form. Another one, such
as a captcha of somebody else's, is a line in `ENTRANCES`, a value of `waiting_rooms.entrance` and a template
`waitingroom/entrances/_<name>.html` with its fields.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from webapp.core.errors import Invalid
from webapp.core.ids import secret

# About a second of a phone's time, and of a robot's for every single place in line.
WORK_BITS = 15
PUZZLE_SECONDS = 600


@dataclass(frozen=True)
class Asked:
    """Somebody who wants to join: what they sent, and what an answer may be checked with.

    `spend` is True the first time that it is called with a word: an answer counts once.
    """

    room_id: UUID
    form: Mapping[str, str]
    secret_key: str
    spend: Callable[[str], bool]


@dataclass(frozen=True)
class Entrance:
    """`puzzle` is what the page shows, from the secret key and the room; `judge` refuses a wrong answer."""

    puzzle: Callable[[str, UUID], str]
    judge: Callable[[Asked], None]


def work_puzzle(secret_key: str, room_id: UUID) -> str:
    return str(_signer(secret_key).dumps([room_id.hex, secret()]))


def judge_work(asked: Asked) -> None:
    """SHA-256 over `puzzle:answer` begins with enough zero bits; each puzzle is solved once and soon."""
    puzzle, answer = asked.form.get("puzzle", ""), asked.form.get("answer", "")
    try:
        room, _ = _signer(asked.secret_key).loads(puzzle, max_age=PUZZLE_SECONDS)
    except BadData:
        room = ""
    is_solved = zero_bits(f"{puzzle}:{answer}") >= WORK_BITS
    if room != asked.room_id.hex or not is_solved or not asked.spend(puzzle):
        raise Invalid(
            "Your browser computes for a second before it joins, against robots. Press the button once more.",
            title="One more time",
        )


def zero_bits(text: str) -> int:
    """How many zero bits the SHA-256 of `text` begins with."""
    return 256 - int.from_bytes(hashlib.sha256(text.encode()).digest()).bit_length()


ENTRANCES: Mapping[str, Entrance] = {
    "open": Entrance(puzzle=lambda _key, _room: "", judge=lambda _: None),
    "work": Entrance(puzzle=work_puzzle, judge=judge_work),
}


def _signer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="waiting room puzzle")
