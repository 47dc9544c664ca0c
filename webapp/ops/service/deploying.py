"""A deploy from its first canary to its last copy, and the waiting that a shell does."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from webapp.core.errors import Conflict, Refusal
from webapp.ops.gateway.cluster import Cluster
from webapp.ops.refusals import ClusterAway, ClusterStrange
from webapp.ops.rules.sights import Deployment, Outcome
from webapp.ops.service import cluster as steering

EVERY_SECONDS = 0.5


class NotInTime(Conflict):
    """What was begun goes on; only the waiting ended."""


@dataclass(frozen=True)
class Watch:
    """How a command waits: until when on the monotonic clock, and to whom it tells what it sees."""

    until: float
    say: Callable[[str], None]

    def wait(self, what: str, is_so: Callable[[], bool]) -> None:
        """Ask until it is so. Nomad's being away meanwhile is waited out: its servers may be restarting."""
        while True:
            try:
                if is_so():
                    return
                why = ""
            except (ClusterAway, ClusterStrange) as away:
                why = f" {away.said}"
            if time.monotonic() > self.until:
                raise NotInTime(f"Not in time: {what}. It goes on by itself; `cluster status` shows it.{why}")
            time.sleep(EVERY_SECONDS)


def migrate(cluster: Cluster, version: str, watch: Watch) -> None:
    """Bring the schema to the version before its first copy starts."""
    run = cluster.nomad.dispatch("migrate", version)
    seen: list[Outcome] = []

    def is_over() -> bool:
        seen.append(cluster.nomad.outcome(run))
        return seen[-1].state != "running"

    watch.wait("the migration has not ended", is_over)
    if seen[-1].state != "complete":
        why = f" Nomad says: {seen[-1].says.rstrip('.')}." if seen[-1].says else ""
        raise Conflict(
            f"The migration ended as {seen[-1].state}, so nothing was deployed.{why} "
            f"`nomad job status {run}` and the logs of its allocation tell more."
        )


def deploy(cluster: Cluster, name: str, version: str, base_url: str, watch: Watch, *, ask: bool) -> None:
    """One service: canaries beside the old copies, asked, promoted, and the old ones gone."""
    number = cluster.nomad.submit(name, version)
    watch.say(f"{name}: canary of {version} starts")
    carry_out(cluster, name, number, base_url, watch, ask=ask)


def carry_out(cluster: Cluster, name: str, number: int, base_url: str, watch: Watch, *, ask: bool) -> None:
    """From a change that Nomad has taken to the end of its deployment."""
    found = _settled(cluster, name, number, watch)
    if found.is_waiting:
        job = cluster.nomad.job(name)
        try:
            if ask:
                steering.smoke(cluster, job, found, base_url)
        except Refusal as wrong:
            cluster.nomad.fail(found.id)
            raise Conflict(
                f"{wrong.said} The deployment was failed; the old copies go on.",
                title=f"{name} stays as it was",
            ) from wrong
        cluster.nomad.promote(found.id)
        watch.say(f"{name}: canary asked and promoted" if ask else f"{name}: canary promoted, not asked")
    _finish(cluster, name, number, watch)
    watch.say(f"{name}: done")


def finish_promoted(cluster: Cluster, name: str, watch: Watch) -> None:
    """After a promotion: until every copy is a new one."""
    _finish(cluster, name, cluster.nomad.number(name), watch)


def until_scaled(cluster: Cluster, name: str, count: int, watch: Watch) -> None:
    def is_so() -> bool:
        job = cluster.nomad.job(name)
        return job.running == count and not (job.deployment and job.deployment.is_open)

    watch.wait(f"{name} has not {count} copies yet", is_so)


def until_empty(cluster: Cluster, zone: str, watch: Watch) -> None:
    def is_so() -> bool:
        picture = cluster.nomad.picture()
        return not any(job.in_zone(zone) for job in picture.jobs if job.kind == "service")

    watch.wait(f"zone {zone} is not empty yet", is_so)
    watch.wait("what moved is not healthy yet", lambda: _is_whole(cluster))


def _is_whole(cluster: Cluster) -> bool:
    return all(job.running >= job.wanted for job in cluster.nomad.picture().jobs if job.kind == "service")


def _settled(cluster: Cluster, name: str, number: int, watch: Watch) -> Deployment:
    """The deployment of that change, once its canaries can be asked or it has ended."""
    seen: list[Deployment] = []

    def is_so() -> bool:
        found = cluster.nomad.deployment(name)
        # Right after a change the latest deployment is still the one before.
        if found is None or found.job_version < number:
            return False
        _require_ours(name, found, number, seen)
        seen.append(found)
        return found.is_ready or not found.is_waiting

    watch.wait(f"the canary of {name} is not healthy yet", is_so)
    _require_alive(name, seen[-1])
    return seen[-1]


def _finish(cluster: Cluster, name: str, number: int, watch: Watch) -> None:
    seen: list[Deployment] = []

    def is_so() -> bool:
        found = cluster.nomad.deployment(name)
        if found is None or found.job_version < number:
            return False
        _require_ours(name, found, number, seen)
        seen.append(found)
        return not found.is_open

    watch.wait(f"{name} has not all its new copies yet", is_so)
    _require_alive(name, seen[-1])


def _require_ours(name: str, found: Deployment, number: int, seen: list[Deployment]) -> None:
    """A newer deployment means that ours was given up, by Nomad or by somebody."""
    if found.job_version > number:
        says = f" ({seen[-1].says})" if seen else ""
        raise Conflict(f"{name} was taken back to what ran before{says}.", title="The deployment failed")


def _require_alive(name: str, found: Deployment) -> None:
    if found.state in {"failed", "cancelled"}:
        raise Conflict(f"{name}: {found.says.rstrip('.')}.", title="The deployment failed")
