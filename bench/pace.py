"""How long and how much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """`scale` 1 makes the figures; a fraction of it tries a benchmark out. `profile` says where time goes."""

    scale: float = 1.0
    profile: bool = False

    @property
    def is_full(self) -> bool:
        return self.scale == 1.0

    def seconds(self, full: float) -> float:
        return max(1.0, full * self.scale)

    def whole_seconds(self, full: int) -> int:
        return max(1, round(full * self.scale))

    def many(self, full: int) -> int:
        return max(1, round(full * self.scale))
