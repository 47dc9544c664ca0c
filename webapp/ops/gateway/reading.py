"""From Nomad's JSON to what operators look at."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from webapp.ops.rules.sights import Copy, Deployment, Happening, Job, Node, Outcome, Picture, Release, Zone

Told = Mapping[str, Any]
MOST_HAPPENINGS = 20
# What Nomad says last, of itself, after it said what went wrong.
HOLLOW = {"Not Restarting", "Killing", "Killed", "Alloc Unhealthy"}


def picture(
    jobs: Iterable[Told],
    nodes: Iterable[Told],
    copies: list[Told],
    deployments: Iterable[Told],
    releases: Mapping[str, list[Told]],
) -> Picture:
    zones = {node["ID"]: _zone(node) for node in nodes}
    latest: dict[str, Told] = {}
    for one in sorted(deployments, key=lambda told: int(told["CreateIndex"])):
        latest[one["JobID"]] = one
    read = [_job(told, copies, zones, latest.get(told["ID"]), releases.get(told["ID"], [])) for told in jobs]
    return Picture(
        tuple(sorted(read, key=lambda job: (job.kind != "service", job.name))),
        _zones(nodes, zones),
        tuple(_happenings(copies, zones)),
    )


def is_shown(stub: Told) -> bool:
    """Single runs of a batch job are its copies, not jobs of their own; what was stopped is gone."""
    return not stub["ParentID"] and not stub["Stop"]


def deployment(told: Told) -> Deployment:
    groups = list((told["TaskGroups"] or {}).values())
    return Deployment(
        id=told["ID"],
        job=told["JobID"],
        job_version=told["JobVersion"],
        state=told["Status"],
        says=told["StatusDescription"],
        canaries=tuple(copy for group in groups for copy in group["PlacedCanaries"] or ()),
        wanted_canaries=sum(group["DesiredCanaries"] for group in groups),
        healthy=sum(group["HealthyAllocs"] for group in groups),
        wanted=sum(group["DesiredTotal"] for group in groups),
        is_promoted=any(group["Promoted"] for group in groups),
    )


def outcome(copies: Iterable[Told]) -> Outcome:
    """Of a batch job by its copies; one that was complete is enough."""
    states = {copy["ClientStatus"]: copy for copy in copies}
    ended = next((state for state in ("complete", "failed", "lost") if state in states), "running")
    if ended not in {"failed", "lost"}:
        return Outcome(ended)
    tasks = (states[ended].get("TaskStates") or {}).values()
    events = sorted((event for task in tasks for event in task["Events"] or ()), key=lambda one: one["Time"])
    says = [event.get("DisplayMessage") or event["Type"] for event in events if event["Type"] not in HOLLOW]
    return Outcome(ended, says[-1] if says else "")


def address(copy: Told) -> str:
    """Of the first port of a copy, in whichever way Nomad tells of it."""
    resources = copy["AllocatedResources"]["Shared"]
    for port in resources.get("Ports") or ():
        return f"http://{port['HostIP']}:{port['Value']}"
    network = resources["Networks"][0]
    return f"http://{network['IP']}:{network['DynamicPorts'][0]['Value']}"


def _job(
    told: Told, copies: list[Told], zones: Mapping[str, str], latest: Told | None, releases: list[Told]
) -> Job:
    group = told["TaskGroups"][0]
    bounds = group.get("Scaling") or {}
    name, kind = told["ID"], told["Type"]
    versions = {one["Version"]: _version(one) for one in (*releases, told)}
    mine = tuple(_copy(copy, zones, versions) for copy in copies if copy["JobID"] == name)
    is_everywhere = kind in {"system", "sysbatch"}
    return Job(
        name=name,
        kind=kind,
        state=told["Status"],
        group=group["Name"],
        number=told["Version"],
        version=_version(told),
        wanted=len({copy.node_id for copy in mine if copy.is_running}) if is_everywhere else group["Count"],
        least=int(bounds.get("Min") or 0),
        most=int(bounds.get("Max") or 0),
        copies=mine,
        deployment=deployment(latest) if latest else None,
        before=_before(told, releases),
    )


def _before(told: Told, releases: list[Told]) -> Release | None:
    """The newest one that has worked and was another version of Marquee."""
    here = _version(told)
    for release in sorted(releases, key=lambda one: -int(one["Version"])):
        version = _version(release)
        if release["Version"] < told["Version"] and release["Stable"] and version != here:
            return Release(release["Version"], version, is_stable=True)
    return None


def _version(told: Told) -> str:
    return str((told["Meta"] or {}).get("version") or "")


def _copy(told: Told, zones: Mapping[str, str], versions: Mapping[int, str]) -> Copy:
    health = told.get("DeploymentStatus") or {}
    return Copy(
        id=told["ID"],
        job=told["JobID"],
        version=versions.get(told["JobVersion"], ""),
        node_id=told["NodeID"],
        zone=zones.get(told["NodeID"], "?"),
        state=told["ClientStatus"],
        is_leaving=told["DesiredStatus"] != "run",
        is_canary=bool(health.get("Canary")),
        since=_instant(told["CreateTime"]),
    )


def _zones(nodes: Iterable[Told], zones: Mapping[str, str]) -> tuple[Zone, ...]:
    read = [
        Node(
            id=told["ID"],
            name=told["Name"],
            zone=zones[told["ID"]],
            state=told["Status"],
            takes_copies=told["SchedulingEligibility"] == "eligible",
            is_draining=bool(told.get("DrainStrategy") or told.get("Drain")),
        )
        for told in nodes
    ]
    return tuple(
        Zone(name, tuple(node for node in read if node.zone == name))
        for name in sorted({node.zone for node in read})
    )


def _zone(node: Told) -> str:
    """What the machine says itself; else where EC2 says it stands; else its own name."""
    meta, attributes = node.get("Meta") or {}, node.get("Attributes") or {}
    found = meta.get("zone") or attributes.get("platform.aws.placement.availability-zone")
    return str(found or node["Name"])


def _happenings(copies: Iterable[Told], zones: Mapping[str, str]) -> list[Happening]:
    found = []
    for copy in copies:
        for state in (copy.get("TaskStates") or {}).values():
            for event in state["Events"] or ():
                text = event.get("DisplayMessage") or event["Type"]
                zone = zones.get(copy["NodeID"], "?")
                found.append(Happening(_instant(event["Time"]), copy["JobID"], zone, text))
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_HAPPENINGS]


def _instant(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1_000_000_000, UTC)
