"""One drill: guests come, something is done to the cluster, guests go, everything is counted."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import sale
from bench.figures import marks, per_step
from bench.results import Plot
from local.problem import Problem
from tests.chaos import count
from tests.chaos.count import Scene
from tests.cluster.crowd import Crowd
from tests.cluster.ground import Ground
from tests.cluster.ledger import Ledger, answered_and_failed
from tests.cluster.putting_right import set_ingress, two_of_each

RESULTS = Path(__file__).parent / "results"
# Before: what the drill is compared with. After: old copies still stand in their shutdown_delay (5 s).
BEFORE_SECONDS, AFTER_SECONDS = 4.0, 8.0
CALM_SECONDS = 40.0
MOST_POINTS = 60
# What the line of a watched job in a plot is called, before its name.
COPIES = "copies of "


@dataclass(frozen=True)
class Drill:
    """What is done while guests buy. A control takes something away, and must lose somebody or something.

    `act` returns a sentence on what was seen. `bears` says why requests may fail where else they must not.
    `before` and `after` are done without guests; `ingress` puts lines of nginx's configuration otherwise.
    """

    name: str
    says: str
    act: Callable[[Ground], str]
    is_control: bool = False
    bears: str = ""
    guests: int = 12
    think: float = 0.35
    ingress: Callable[[str], str] = str
    before: Callable[[Ground], object] | None = None
    after: Callable[[Ground], object] | None = None
    watched: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """What was counted in one drill."""

    name: str
    says: str
    is_control: bool
    bears: str = ""
    sent: int = 0
    failed_get: int = 0
    failed_post: int = 0
    resent: int = 0
    longest: float = 0.0
    last_failure: float = 0.0
    bought: int = 0
    spoiled: int = 0
    lost: int = 0
    oversold: int = 0
    breaches: int = 0
    took: float = 0.0
    seen: str = ""
    wrong: str = ""
    broken: bool = False
    reasons: list[str] = field(default_factory=list)
    plot: dict[str, Any] | None = None
    at: str = ""
    version: str = ""

    @property
    def slug(self) -> str:
        """Its name as that of a file."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def failed(self) -> int:
        return self.failed_get + self.failed_post

    @property
    def is_sound(self) -> bool:
        """Nobody's order was lost, no place sold twice, every invariant holds."""
        return not (self.lost or self.oversold or self.breaches)

    @property
    def passed(self) -> bool:
        """A drill loses nobody; a control must lose somebody, or be told off by its own act (`wrong`)."""
        if self.broken:
            return False
        if self.is_control:
            return self.is_sound and bool(self.failed or self.wrong)
        return self.is_sound and not self.wrong and self.bought > 0 and (not self.failed or bool(self.bears))

    @property
    def verdict(self) -> str:
        if self.broken:
            return "NOT HELD"
        if self.is_control:
            return "fails, as it must" if self.passed else "DID NOT FAIL"
        return "passed" if self.passed else "FAILED"

    def line(self) -> str:
        return (
            f"{self.name:<24} sent {self.sent:>5}  failed {self.failed_get:>3} GET {self.failed_post:>3} POST"
            f"  resent {self.resent:>2}  longest {self.longest:4.1f} s  orders {self.bought:>3}"
            f"  lost {self.lost}  oversold {self.oversold}  took {self.took:5.1f} s  {self.verdict}"
        )

    def keep(self, folder: Path = RESULTS) -> None:
        folder.mkdir(exist_ok=True)
        (folder / f"{self.slug}.json").write_text(json.dumps(asdict(self), indent=2) + "\n")


def kept(folder: Path = RESULTS) -> dict[str, Outcome]:
    """What was recorded last, by the drill's name."""
    found = [Outcome(**json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
    return {outcome.name: outcome for outcome in found}


def hold(drill: Drill, ground: Ground) -> Outcome:
    """Holds one drill and counts; what it changed is put right again afterwards."""
    two_of_each(ground)
    set_ingress(ground, drill.ingress)
    if drill.before:
        drill.before(ground)
    # Healthy in Nomad and listed in Consul is up to a second earlier than known to nginx.
    time.sleep(3)
    scene = Scene.of(ground.stack, sale.event_with_room(ground.stack))
    crowd = ground.crowd = Crowd(
        ground.cluster.ingress, scene.slug, ground.cluster.ingress_ca, drill.guests, drill.think
    )
    try:
        acted = asyncio.run(_with_guests(drill, ground, crowd))
    finally:
        if drill.after:
            drill.after(ground)
    return counted(drill, ground, scene, crowd.ledger, acted)


@dataclass
class Acted:
    """When the harm was done and what came of it; `counts` are (seconds, copies) of each watched job."""

    began: float = 0.0
    took: float = 0.0
    seen: str = ""
    wrong: str = ""
    counts: dict[str, list[tuple[float, int]]] = field(default_factory=dict)


async def _with_guests(drill: Drill, ground: Ground, crowd: Crowd) -> Acted:
    guests = asyncio.create_task(crowd.come())
    await asyncio.sleep(BEFORE_SECONDS)
    acted = Acted(began=crowd.ledger.now)
    watching = asyncio.create_task(_watch(drill, ground, crowd.ledger, acted))
    try:
        acted.seen = await asyncio.to_thread(drill.act, ground)
    except Problem as problem:
        acted.wrong = str(problem)
    acted.took = crowd.ledger.now - acted.began
    await asyncio.sleep(AFTER_SECONDS)
    crowd.over.set()
    await guests
    watching.cancel()
    return acted


async def _watch(drill: Drill, ground: Ground, ledger: Ledger, acted: Acted) -> None:
    """How many copies of some jobs guests reach, second by second."""
    while drill.watched:
        for name in drill.watched:
            number = await asyncio.to_thread(ground.passing, name)
            acted.counts.setdefault(name, []).append((ledger.now, number))
        await asyncio.sleep(1.0)


def counted(drill: Drill, ground: Ground, scene: Scene, ledger: Ledger, acted: Acted) -> Outcome:
    """The ledger beside the databases, once everything that is under way has arrived."""
    missing = _calm(ground, ledger)
    spoiled = {end: times for end, times in ledger.visits.items() if end.startswith("spoiled")}
    breaches = count.verify(ground.stack)
    return Outcome(
        name=drill.name,
        says=drill.says,
        is_control=drill.is_control,
        bears=drill.bears,
        sent=len(ledger.requests),
        failed_get=ledger.failures("GET"),
        failed_post=ledger.failures("POST"),
        resent=ledger.resent,
        longest=round(ledger.longest, 2),
        last_failure=round(ledger.last_failure(acted.began), 1),
        bought=ledger.visits["bought"],
        spoiled=sum(spoiled.values()),
        lost=missing,
        oversold=count.oversold(ground.stack, scene),
        breaches=len(breaches),
        took=round(acted.took, 1),
        seen=acted.seen,
        wrong=acted.wrong,
        reasons=[*ledger.reasons(), *(f"{times} x {end}" for end, times in spoiled.items()), *breaches],
        plot=asdict(_plot(drill, ledger, acted)),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=ground.cluster.version,
    )


def _calm(ground: Ground, ledger: Ledger) -> int:
    """Orders that guests paid and that we do not have as paid, after waiting for what is under way."""
    deadline = time.monotonic() + CALM_SECONDS
    while True:
        missing = len(count.lost(ground.stack)) + len(_unknown(ground, ledger))
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.5)


def _unknown(ground: Ground, ledger: Ledger) -> set[str]:
    """Orders whose guests were sent back from the provider's page as paid, and that are not paid here."""
    with count.database(ground.stack) as opened:
        rows = opened.execute("SELECT code FROM orders WHERE state = 'paid'").fetchall()
    return ledger.orders - {str(row[0]) for row in rows}


def _plot(drill: Drill, ledger: Ledger, acted: Acted) -> Plot:
    step = max(1.0, round(ledger.now / MOST_POINTS))
    steps = int(ledger.now / step) + 1
    answered, failed = answered_and_failed(ledger.requests)
    lines = {"answered/s": per_step(answered, step, steps), "failed/s": per_step(failed, step, steps)}
    for name, seen in acted.counts.items():
        at = [int(seconds / step) for seconds, _ in seen]
        lines[f"{COPIES}{name}"] = [
            next((float(seen[i][1]) for i in range(len(at) - 1, -1, -1) if at[i] <= point), float(seen[0][1]))
            for point in range(steps)
        ]
    said = (
        f"From {acted.began:.0f} s to {acted.began + acted.took:.0f} s: {drill.says}. "
        f"{len(failed)} of {len(ledger.requests):,} requests failed."
    )
    title = f"{drill.name[:1].upper()}{drill.name[1:]}: requests a second"
    return Plot(title=title, said=said, labels=marks(steps, step), lines=lines)
