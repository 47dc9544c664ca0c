"""What operators may do with a cluster, and in which order."""

from collections.abc import Collection, Iterable, Mapping

from webapp.core.errors import Conflict, Invalid, NotFound
from webapp.ops.rules.sights import Deployment, Job, Picture, Zone
from webapp.services import SERVICES

# In this order they are deployed: who works behind the pages first, as pages may tell it new things.
MARQUEE = ("worker", "clock", *SERVICES)
# Where a copy is asked before guests are: it must answer, and not with an error of its own. /readyz besides.
ASKED: Mapping[str, tuple[str, ...]] = {
    "auth": ("/account/sign-in",),
    "catalog": ("/", "/search"),
    "booking": ("/basket",),
    "payment": ("/pay/nothing",),
    "staff": ("/staff",),
}


def zone_of(picture: Picture, name: str) -> Zone:
    for zone in picture.zones:
        if zone.name == name:
            return zone
    raise NotFound(
        f"There is no zone {name}, only {', '.join(zone.name for zone in picture.zones) or 'none'}."
    )


def require_scalable(job: Job, count: int) -> None:
    """Within the bounds of the job, and not in the middle of a deployment, which Nomad would refuse."""
    if not job.most:
        raise Conflict(f"{job.name} is not scaled: its job file has no `scaling` block.")
    if not job.least <= count <= job.most:
        raise Invalid(f"{job.name} may have {job.least} to {job.most} copies, not {count}.")
    if job.deployment and job.deployment.is_open:
        raise Conflict(f"{job.name} is being deployed. Promote or fail that first, then scale.")


def require_waiting(job: Job, deployment_id: str) -> Deployment:
    """The deployment that was looked at, if it still waits for an answer."""
    found = job.deployment
    if found is None or not found.is_waiting or found.id != deployment_id:
        raise Conflict(f"That deployment of {job.name} is over: nothing waits to be promoted or failed.")
    return found


def require_room(picture: Picture, zone: Zone) -> None:
    """What is moved must have somewhere to go."""
    if not any(other.is_open for other in picture.zones if other.name != zone.name):
        raise Conflict(f"No other zone takes copies, so emptying zone {zone.name} would end them.")


def deployed(names: Collection[str], known: Iterable[Job]) -> list[str]:
    """Which services a command is about, in the order of a deploy: those named, or all of Marquee's."""
    running = [job.name for job in known if job.state != "dead"]
    for name in names:
        if name not in running:
            raise NotFound(f"{name} does not run here, so it has nothing to start from: run its job first.")
    return [name for name in MARQUEE if name in (names or running)] + [n for n in names if n not in MARQUEE]
