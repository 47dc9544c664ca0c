"""Every request of a drill: when it was sent, how long it took, how it ended. Nothing is left out."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """`at` is seconds since the load began; `failed` is empty or says what a person would have seen."""

    at: float
    method: str
    page: str
    seconds: float
    resent: int = 0
    failed: str = ""

    @property
    def ended(self) -> float:
        return self.at + self.seconds


@dataclass
class Ledger:
    """All requests, and how visits ended beside that."""

    began: float = field(default_factory=time.monotonic)
    requests: list[Request] = field(default_factory=list)
    orders: set[str] = field(default_factory=set)
    visits: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> float:
        return time.monotonic() - self.began

    def note(self, request: Request) -> None:
        self.requests.append(request)

    @property
    def failed(self) -> list[Request]:
        return [request for request in self.requests if request.failed]

    @property
    def resent(self) -> int:
        return sum(request.resent for request in self.requests)

    @property
    def longest(self) -> float:
        return max((request.seconds for request in self.requests), default=0.0)

    def failures(self, method: str) -> int:
        return sum(request.method == method for request in self.failed)

    def last_failure(self, since: float) -> float:
        """Seconds from a moment until the last failed request was given up; 0 when none failed."""
        return max((request.ended - since for request in self.failed), default=0.0)

    def reasons(self, most: int = 3) -> list[str]:
        """What failed most often, with how often."""
        counted = Counter(f"{request.method} {request.page}: {request.failed}" for request in self.failed)
        return [f"{times} x {reason}" for reason, times in counted.most_common(most)]


def answered_and_failed(requests: Iterable[Request]) -> tuple[list[float], list[float]]:
    """The moments at which requests were answered, and those at which they failed."""
    answered, failed = [], []
    for request in requests:
        (failed if request.failed else answered).append(request.ended)
    return answered, failed
