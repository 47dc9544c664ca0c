"""What a cluster is to its operators: services, copies, zones, deployments."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from webapp.core.harm import Harm


@dataclass(frozen=True)
class Copy:
    """One allocation: a copy of a job in a zone. `passes` is Consul's word, None where it says nothing."""

    id: str
    job: str
    version: str
    node_id: str
    zone: str
    state: str
    is_leaving: bool
    is_canary: bool
    since: datetime
    passes: bool | None = None

    @property
    def is_running(self) -> bool:
        return self.state == "running" and not self.is_leaving

    @property
    def word(self) -> str:
        if self.state == "running" and self.is_leaving:
            return "leaves"
        return "canary" if self.is_canary and self.is_running else self.state


@dataclass(frozen=True)
class Deployment:
    """A change of a job under way or done; `healthy` of `wanted` new copies are healthy so far."""

    id: str
    job: str
    job_version: int
    state: str
    says: str
    canaries: tuple[str, ...]
    wanted_canaries: int
    healthy: int
    wanted: int
    is_promoted: bool

    @property
    def is_open(self) -> bool:
        return self.state in {"running", "pending", "paused", "blocked", "unblocking"}

    @property
    def is_waiting(self) -> bool:
        """Its canaries stand beside the old copies until somebody promotes or fails them."""
        return self.is_open and bool(self.wanted_canaries) and not self.is_promoted

    @property
    def is_ready(self) -> bool:
        return self.is_waiting and self.healthy >= self.wanted_canaries == len(self.canaries)


@dataclass(frozen=True)
class Release:
    """One version of a job as Nomad counts them, and the version of Marquee in it."""

    number: int
    version: str
    is_stable: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a batch job: `running`, `complete`, `failed` or `lost`; `says` is why it failed."""

    state: str
    says: str = ""


@dataclass(frozen=True)
class Job:
    """`least` and `most` bound how many copies there may be; `most` is 0 where it is not scaled."""

    name: str
    kind: str
    state: str
    group: str
    number: int
    version: str
    wanted: int
    least: int
    most: int
    copies: tuple[Copy, ...]
    deployment: Deployment | None
    before: Release | None

    @property
    def running(self) -> int:
        return sum(copy.is_running and not copy.is_canary for copy in self.copies)

    @property
    def is_well(self) -> bool:
        if self.kind == "batch" or self.state == "dead":
            return True
        failing = any(copy.passes is False for copy in self.copies if copy.is_running)
        return self.running >= self.wanted and not failing

    def in_zone(self, zone: str) -> int:
        return sum(copy.is_running and copy.zone == zone for copy in self.copies)

    @property
    def promoting(self) -> Harm:
        follows = "copy takes" if self.wanted == 1 else "copies take"
        return Harm(
            f"Give {self.name} {self.version} to guests?",
            self.name,
            (
                "Each canary is asked for a few pages first; one that answers with an error stops this.",
                f"Then {self.wanted} new {follows} over, and the old ones leave.",
            ),
            undo="“Go back” brings the version before.",
        )

    @property
    def failing(self) -> Harm:
        return Harm(
            f"Give up {self.name} {self.version}?",
            self.name,
            ("Its canaries end. The old copies never stopped, and no guest has seen the new ones.",),
            undo="Deploy it again to try once more.",
        )

    @property
    def reverting(self) -> Harm:
        back = self.before.version if self.before else "nothing"
        return Harm(
            f"Take {self.name} back to {back}?",
            self.name,
            (
                f"A canary of {back} stands beside {self.version} until it is promoted, as in any deploy.",
                "The database stays as it is: the version before must be able to work with it.",
            ),
            undo=f"Deploy {self.version} again.",
        )

    @property
    def scaling(self) -> Harm:
        return Harm(
            f"How many copies of {self.name}?",
            self.name,
            (
                f"{self.wanted} now, {self.least} to {self.most} are allowed.",
                "Where an autoscaler watches it may change the number again.",
            ),
            undo="Scale it back at any time.",
        )


@dataclass(frozen=True)
class Node:
    id: str
    name: str
    zone: str
    state: str
    takes_copies: bool
    is_draining: bool


@dataclass(frozen=True)
class Zone:
    name: str
    nodes: tuple[Node, ...]

    @property
    def state(self) -> str:
        if all(node.state != "ready" for node in self.nodes):
            return "gone"
        if any(node.is_draining for node in self.nodes):
            return "is emptied"
        return "ready" if self.is_open else "takes no copies"

    @property
    def opening(self) -> Harm:
        return Harm(
            f"Let zone {self.name} take copies again?",
            f"zone {self.name}",
            ("What has moved away stays where it is; the next deploy spreads over all zones.",),
            undo="Empty it again at any time.",
        )

    @property
    def is_open(self) -> bool:
        """Whether new copies can be placed there."""
        return any(node.state == "ready" and node.takes_copies for node in self.nodes)


@dataclass(frozen=True)
class Happening:
    """What happened to a copy."""

    at: datetime
    job: str
    zone: str
    text: str


@dataclass(frozen=True)
class Picture:
    """The cluster at one moment, as Nomad tells it."""

    jobs: tuple[Job, ...]
    zones: tuple[Zone, ...]
    happenings: tuple[Happening, ...]

    def draining(self, zone: Zone) -> Harm:
        """What emptying a zone does: who moves where."""
        moved = [str(move) for move in moves(self, zone)]
        safe = "A new copy is healthy before an old one ends, so guests notice nothing."
        return Harm(
            f"Empty zone {zone.name}?",
            f"zone {zone.name}",
            (*moved, safe) if moved else ("No copy runs there; none is placed there any more.",),
            undo=f"“Take copies again” opens zone {zone.name}; what has moved stays where it is.",
        )


@dataclass(frozen=True)
class Move:
    """Copies of a job that leave a zone, and the zones that most likely take them; none: they end."""

    job: str
    copies: int
    to: tuple[str, ...]

    def __str__(self) -> str:
        number = f"{self.copies} {'copy' if self.copies == 1 else 'copies'}"
        if not self.to:
            return f"{self.job}: {number}, not moved."
        return f"{self.job}: {number}, most likely to {' and '.join(f'zone {zone}' for zone in self.to)}."


def moves(picture: Picture, zone: Zone) -> list[Move]:
    """Who would leave the zone, and where to: copies are spread, so the zone with fewest of a job is next."""
    others = [other.name for other in picture.zones if other.name != zone.name and other.is_open]
    found = []
    for job in picture.jobs:
        leaving = job.in_zone(zone.name)
        if not leaving or job.kind == "batch":
            continue
        there = Counter({name: job.in_zone(name) for name in others})
        to: list[str] = []
        for _ in range(leaving if others and job.kind == "service" else 0):
            next_zone = min(others, key=lambda name: (there[name], name))
            there[next_zone] += 1
            to.append(next_zone)
        found.append(Move(job.name, leaving, tuple(sorted(set(to)))))
    return found
