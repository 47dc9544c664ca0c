"""What operators do with the cluster. Each step looks first, so that it is about what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from webapp.core import audit
from webapp.core.audit import Actor, HistoryLine
from webapp.core.errors import Conflict, Refusal
from webapp.ops.gateway.canary import ask
from webapp.ops.gateway.cluster import Cluster
from webapp.ops.gateway.consul_api import Drill
from webapp.ops.refusals import NoCluster
from webapp.ops.rules import sights, steps
from webapp.ops.rules.sights import Deployment, Job, Picture

# The cluster is one thing, and its history one list.
SUBJECT = ("cluster", uuid5(NAMESPACE_URL, "urn:marquee:cluster"))

Found = TypeVar("Found")


@dataclass(frozen=True)
class Sight:
    """What could be seen, and one sentence for each part that could not."""

    picture: Picture | None
    drill: Drill | None
    troubles: tuple[Refusal, ...]


def require(cluster: Cluster | None) -> Cluster:
    if cluster is None:
        raise NoCluster
    return cluster


def look(cluster: Cluster) -> Sight:
    """Whatever answers: Nomad's picture, Consul's checks, the last drill."""
    troubles: list[Refusal] = []

    def seen(question: Callable[[], Found]) -> Found | None:
        try:
            return question()
        except Refusal as refusal:
            if str(refusal) not in map(str, troubles):
                troubles.append(refusal)
            return None

    picture = seen(cluster.nomad.picture)
    if cluster.consul is None:
        return Sight(picture, None, tuple(troubles))
    passing = seen(cluster.consul.passing)
    drill = seen(cluster.consul.last_drill) if passing is not None else None
    if picture and passing is not None:
        picture = _checked(picture, passing)
    return Sight(picture, drill, tuple(troubles))


def history(db: Session) -> list[HistoryLine]:
    return audit.history(db, SUBJECT, most=12)


def note(db: Session, by: Actor, action: str, *, before: Any = None, after: Any = None) -> None:
    """Write down what was done; the caller has done it, as no transaction waits for Nomad."""
    audit.note(db, by, action, SUBJECT, before=before, after=after)


def turned(service: str, release: str, was: str, now: str) -> dict[str, dict[str, str]]:
    """Both sides of what became of a release, as the history keeps them."""
    about = {"service": service, "release": release}
    return {"before": {**about, "state": was}, "after": {**about, "state": now}}


def smoke(cluster: Cluster, job: Job, found: Deployment, base_url: str) -> None:
    """Ask each canary before guests do; a refusal names what is wrong."""
    if not found.is_ready:
        raise Conflict(
            f"{found.healthy} of {found.wanted_canaries} canaries of {job.name} are healthy so far. "
            "Wait for the others, or fail the deployment."
        )
    for copy in found.canaries:
        url = cluster.nomad.address(copy)
        paths = steps.ASKED.get(job.name, ())
        ask(job.name, url, job.version, base_url=base_url, paths=paths)


def promote(cluster: Cluster, name: str, deployment_id: str, base_url: str) -> Job:
    """Give the canaries that were looked at to guests, after they were asked."""
    job = cluster.nomad.job(name)
    found = steps.require_waiting(job, deployment_id)
    smoke(cluster, job, found, base_url)
    cluster.nomad.promote(found.id)
    return job


def fail(cluster: Cluster, name: str, deployment_id: str) -> Job:
    job = cluster.nomad.job(name)
    cluster.nomad.fail(steps.require_waiting(job, deployment_id).id)
    return job


def revert(cluster: Cluster, name: str, *, seen: int | None = None) -> Job:
    """Deploy the version before; `seen` is Nomad's number of the version that was to be left."""
    job = cluster.nomad.job(name)
    if job.deployment and job.deployment.is_waiting:
        raise Conflict(f"A canary of {name} still waits: fail it, and nothing has changed.")
    if job.before is None:
        raise Conflict(f"Nomad remembers no other version of {name} that worked.")
    if seen not in {None, job.number}:
        raise Conflict(f"{name} was changed meanwhile: it runs {job.version} now. Look again.")
    cluster.nomad.revert(job, job.before)
    return job


def scale(cluster: Cluster, name: str, count: int, by: str) -> Job:
    """Run that many copies, within the job's bounds."""
    job = cluster.nomad.job(name)
    steps.require_scalable(job, count)
    cluster.nomad.scale(job, count, f"{by} asked for {count}")
    return job


def drain(cluster: Cluster, name: str) -> list[sights.Move]:
    """Move every copy of a zone to the others; gives who moves."""
    picture = cluster.nomad.picture()
    zone = steps.zone_of(picture, name)
    steps.require_room(picture, zone)
    for node in zone.nodes:
        if node.state == "ready":
            cluster.nomad.drain(node.id)
    return sights.moves(picture, zone)


def allow(cluster: Cluster, name: str) -> None:
    """Let a zone take copies again."""
    for node in steps.zone_of(cluster.nomad.picture(), name).nodes:
        if node.state == "ready":
            cluster.nomad.allow(node.id)


def _checked(picture: Picture, passing: Mapping[str, bool]) -> Picture:
    jobs = [
        replace(job, copies=tuple(replace(copy, passes=passing.get(copy.id)) for copy in job.copies))
        for job in picture.jobs
    ]
    return replace(picture, jobs=tuple(jobs))
