"""What came of a rehearsal: counted while it goes, said at its end."""

import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Counts:
    """Kept by all threads of a rehearsal. Waits are seconds of the sale, speeds milliseconds of ours."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    speeds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    held: int = 0
    longest_line: int = 0
    most_inside: int = 0
    last_sold: float = 0.0
    line: list[int] = field(default_factory=list)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """How long one step takes, whether it succeeds or not."""
        began = time.perf_counter()
        try:
            yield
        finally:
            with self.lock:
                self.speeds[what].append(1000 * (time.perf_counter() - began))

    def end(self, outcome: str) -> None:
        """One visitor is done."""
        with self.lock:
            self.outcomes[outcome] += 1

    def fail(self, sentence: str) -> None:
        with self.lock:
            self.failures[sentence] += 1

    def see(self, waiting: int, inside: int) -> None:
        """The line once a minute of the sale."""
        self.longest_line = max(self.longest_line, waiting)
        self.most_inside = max(self.most_inside, inside)
        self.line.append(waiting)


def report(counts: Counts, *, places: int, taken: int, tickets: int, seconds: float) -> dict[str, Any]:
    """Plain values, as they are kept and shown."""
    waits = sorted(counts.waits)
    holds = len(counts.speeds.get("hold", ()))
    return {
        "places": places,
        "sold": tickets,
        "left": places - taken,
        "oversold": max(0, tickets - places),
        "outcomes": dict(counts.outcomes),
        "failures": dict(counts.failures),
        "longest_line": counts.longest_line,
        "most_inside": counts.most_inside,
        "median_wait": round(statistics.median(waits)) if waits else None,
        "longest_wait": round(waits[-1]) if waits else None,
        "sale_seconds": round(counts.last_sold),
        "line": counts.line,
        "speeds": {what: _speed(times) for what, times in counts.speeds.items()},
        "holds_per_second": round(holds / seconds) if seconds else 0,
        "real_seconds": round(seconds, 1),
    }


def _speed(times: list[float]) -> dict[str, float]:
    ranked = sorted(times)
    return {
        "times": len(ranked),
        "p50": round(statistics.median(ranked), 1),
        "p95": round(ranked[int(0.95 * (len(ranked) - 1))], 1),
        "most": round(ranked[-1], 1),
    }
