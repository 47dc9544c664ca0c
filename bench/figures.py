"""Arithmetic on what was measured."""

import math
from collections.abc import Iterable, Sequence


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that a `share` (0 to 1) of all do not exceed; 0 when there are none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    # Without the pinch, 0.95 of 20 would be a little more than 19.
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def p95(values: Iterable[float]) -> float:
    return percentile(values, 0.95)


def median(values: Iterable[float]) -> float:
    return percentile(values, 0.5)


def per_step(instants: Iterable[float], step: float, steps: int) -> list[float]:
    """How many a second there were in each of so many steps of `step` seconds, from 0 on."""
    counts = [0] * steps
    for instant in instants:
        if 0 <= instant < step * steps:
            counts[int(instant / step)] += 1
    return [round(count / step, 2) for count in counts]


def marks(count: int, step: float, *, most: int = 6) -> Sequence[tuple[int, str]]:
    """Labels of a time axis with `count` points: seconds since the start, no more than about `most`."""
    every = max(1, math.ceil(count / most))
    return [(at, f"{at * step:g} s") for at in range(0, count, every)]
