"""A set of small whole numbers as a page can carry it, and what changed from one set to another."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Marked:
    """Which of the numbers 0 and up are marked; sets that are alike have the same `version` everywhere."""

    numbers: frozenset[int]

    @cached_property
    def packed(self) -> str:
        """One bit for each number, the lowest first, as Base64."""
        return base64.b64encode(_bits(self.numbers)).decode()

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(_bits(self.numbers)).hexdigest()[:12]

    def added(self, before: "Marked") -> list[int]:
        return sorted(self.numbers - before.numbers)

    def gone(self, before: "Marked") -> list[int]:
        return sorted(before.numbers - self.numbers)


def _bits(numbers: Collection[int]) -> bytes:
    bits = bytearray(max(numbers, default=-1) // 8 + 1)
    for number in numbers:
        bits[number // 8] |= 1 << number % 8
    return bytes(bits)
