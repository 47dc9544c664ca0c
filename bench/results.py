"""What a benchmark found: a row that is printed, and kept as `bench/results/<name>.json`."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Plot:
    """Lines over the same points. `labels` are (index of the point, text); `said` puts the lines in words."""

    title: str
    said: str
    labels: Sequence[tuple[int, str]]
    lines: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Result:
    """One figure beside its limit; `value` and `limit` share a unit, `ratio` is judged by `goal`.

    `what` says what was done. The goal is a ratio of `goal` or more, or, where `at_most`, of no more than
    that; none is asked where it is None. `p95_goal` is in milliseconds. `details` are further tables: a
    heading that says the unit, then figures by name.
    """

    name: str
    value: float
    unit: str
    limit: float
    limit_name: str
    ratio: float
    p95_ms: float | None = None
    errors: int = 0
    what: str = ""
    goal: float | None = None
    at_most: bool = False
    p95_goal: float | None = None
    details: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    plot: Plot | None = None
    commit: str = ""
    at: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether every goal is reached, without an error."""
        return self.is_ratio_reached and self.is_p95_reached and not self.errors

    @property
    def is_ratio_reached(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    @property
    def is_p95_reached(self) -> bool:
        return self.p95_goal is None or (self.p95_ms is not None and self.p95_ms <= self.p95_goal)

    @property
    def lines(self) -> list[str]:
        """The row for a terminal, and its tables."""
        return [self._line, *(f"{'':22} {said}" for said in self._tables())]

    def _tables(self) -> Iterator[str]:
        for heading, figures in self.details.items():
            yield f"{heading}: " + ", ".join(f"{name} {number:.4g}" for name, number in figures.items())

    @property
    def _line(self) -> str:
        p95 = f", p95 {self.p95_ms:.0f} ms" if self.p95_ms is not None else ""
        missed = "" if self.is_reached else "   goal not reached"
        return (
            f"{self.name:22} {self.value:9.1f} {self.unit:8} {self.limit_name} {self.limit:.1f}"
            f"   ratio {self.ratio:.2f}{p95}, {self.errors} errors{missed}"
        )

    def keep(self, folder: Path = FOLDER) -> None:
        """Write the row, with the commit and the time it was measured at."""
        folder.mkdir(exist_ok=True)
        row = asdict(self) | {"commit": _commit(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        (folder / f"{self.name}.json").write_text(json.dumps(row, indent=2) + "\n")

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        """What `keep` wrote."""
        drawn = row.get("plot")
        labels = [(int(at), str(text)) for at, text in drawn["labels"]] if drawn else []
        plot = Plot(drawn["title"], drawn["said"], labels, drawn["lines"]) if drawn else None
        return cls(**row | {"plot": plot})


def kept(folder: Path = FOLDER) -> dict[str, Result]:
    """Every row that is kept, by name."""
    return {row.name: row for row in _rows(folder)}


def _rows(folder: Path) -> Iterator[Result]:
    for path in sorted(folder.glob("*.json")):
        yield Result.read(json.loads(path.read_text()))


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"
