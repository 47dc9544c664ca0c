"""A stream of choices out of one id: the same id, the same choices, in every Python."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Seed:
    """Choices drawn one after another; only hashing, no random generator that a release could change."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._drawn = 0

    def unit(self) -> float:
        """At least 0, less than 1."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._text}/{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.unit() * len(options))]

    def chance(self, share: float = 0.5) -> bool:
        return self.unit() < share
