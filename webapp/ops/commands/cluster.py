"""`flask --app wsgi cluster …`: what the cluster does, and deploys, from a shell.

Exit status: 0 done (without --wait: begun), 1 refused or failed, 2 wrong usage, 3 Nomad does not answer,
4 not done within --within.
"""

import os
import pwd
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from webapp.core.audit import Actor
from webapp.core.errors import Refusal
from webapp.ops.gateway.cluster import Cluster
from webapp.ops.refusals import ClusterAway, ClusterStrange
from webapp.ops.rules import sights, steps
from webapp.ops.service import cluster as steering
from webapp.ops.service import deploying
from webapp.ops.service.deploying import NotInTime, Watch
from webapp.web import current

cluster = AppGroup("cluster", help="Look at the cluster, deploy, scale, empty a zone.")

wait = click.option(
    "--wait/--no-wait", default=False, help="Come back when it is done, not when it is begun."
)
within = click.option("--within", default=300, show_default=True, help="Seconds to wait at most.")
sure = click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
unasked = click.option("--unasked", is_flag=True, help="Promote healthy canaries without asking them pages.")

REFUSED, AWAY, LATE = 1, 3, 4


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """One command: a refusal is one sentence on stderr and an exit status."""

    def made(act: Callable[..., None]) -> click.Command:
        @wraps(act)
        def run(*args: Any, **kwargs: Any) -> None:
            try:
                act(steering.require(current_app.extensions["cluster"]), *args, **kwargs)
            except Refusal as refusal:
                click.echo(refusal.said, err=True)
                away = isinstance(refusal, ClusterAway | ClusterStrange)
                raise SystemExit(
                    AWAY if away else LATE if isinstance(refusal, NotInTime) else REFUSED
                ) from None

        return cluster.command(name)(run)

    return made


@command("status")
def status(found: Cluster) -> None:
    """Jobs, versions, copies by zone, deployments. Exits 1 when something is not well."""
    sight = steering.look(found)
    for trouble in sight.troubles:
        click.echo(trouble.said, err=True)
    if sight.picture is None:
        raise SystemExit(AWAY if isinstance(sight.troubles[0], ClusterAway | ClusterStrange) else REFUSED)
    zones = [zone.name for zone in sight.picture.zones]
    click.echo(f"{'job':<14}{'copies':>8}{''.join(f'{name:>12}' for name in zones)}  {'version':<22}state")
    for job in sight.picture.jobs:
        spread = "".join(f"{job.in_zone(zone) or '·':>12}" for zone in zones)
        copies = "–" if job.kind == "batch" else f"{job.running} of {job.wanted}"
        click.echo(f"{job.name:<14}{copies:>8}{spread}  {job.version:<22}{_word(job)}")
    for zone in sight.picture.zones:
        click.echo(f"zone {zone.name}: {zone.state}")
    well = all(job.is_well for job in sight.picture.jobs) and not sight.troubles
    raise SystemExit(0 if well else REFUSED)


@command("deploy")
@click.argument("version")
@click.option("--service", "names", multiple=True, help="Only this one; again for more. Else all of Marquee.")
@click.option("--migrate/--no-migrate", "migrates", default=True, help="Run the version's migrations first.")
@click.option("--wait/--no-wait", default=True, help="Ask and promote the canaries, or leave them waiting.")
@within
@unasked
def deploy(
    found: Cluster,
    version: str,
    names: tuple[str, ...],
    *,
    migrates: bool,
    wait: bool,
    within: int,
    unasked: bool,
) -> None:
    """Bring VERSION to guests, one service after the other: canary, hidden; asked; promoted or failed.

    It stops at the first service that fails: that one stays as it was, those before it run VERSION, which
    works beside the old one. `cluster revert` takes them back.
    """
    watch = _watch(within)
    jobs = found.nomad.picture().jobs
    services = steps.deployed(names, jobs)
    if migrates and any(job.name == "migrate" for job in jobs):
        watch.say(f"migrate: the schema of {version}")
        deploying.migrate(found, version, watch)
    for name in services:
        told = {"service": name, "release": version}
        if not wait:
            found.nomad.submit(name, version)
            watch.say(f"{name}: canary of {version} starts and waits for `cluster promote {name}`")
            _note("Deployment begun", after=told)
            continue
        try:
            deploying.deploy(found, name, version, _base(), watch, ask=not unasked)
        except Refusal:
            _note("Deploy failed", after=told)
            raise
        _note("Deployed", after=told)


@command("promote")
@click.argument("names", nargs=-1)
@unasked
@wait
@within
def promote(found: Cluster, names: tuple[str, ...], *, unasked: bool, wait: bool, within: int) -> None:
    """Give waiting canaries to guests: those of the services named, else all that wait."""
    watch = _watch(within)
    for name in names or _waiting(found):
        job = found.nomad.job(name)
        waiting = steps.require_waiting(job, job.deployment.id if job.deployment else "")
        if not unasked:
            steering.smoke(found, job, waiting, _base())
        found.nomad.promote(waiting.id)
        _note("Deployment promoted", **steering.turned(name, job.version, "a canary", "with guests"))
        watch.say(f"{name}: {job.version} promoted")
        if wait:
            deploying.finish_promoted(found, name, watch)


@command("revert")
@click.argument("names", nargs=-1, required=True)
@sure
@unasked
@wait
@within
def revert(
    found: Cluster, names: tuple[str, ...], *, yes: bool, unasked: bool, wait: bool, within: int
) -> None:
    """Take services back: fail a canary that waits, else deploy the version before, as any is deployed."""
    watch = _watch(within)
    if not yes:
        click.confirm(f"Take {', '.join(names)} back?", abort=True)
    for name in names:
        job = found.nomad.job(name)
        if job.deployment and job.deployment.is_waiting:
            steering.fail(found, name, job.deployment.id)
            _note("Deployment failed", **steering.turned(name, job.version, "a canary", "given up"))
            watch.say(f"{name}: the canary of {job.version} was failed")
            continue
        steering.revert(found, name)
        back = job.before.version if job.before else ""
        _note("Taken back", before={"release": job.version}, after={"service": name, "release": back})
        watch.say(f"{name}: canary of {back} starts")
        if wait:
            number = found.nomad.number(name)
            deploying.carry_out(found, name, number, _base(), watch, ask=not unasked)


@command("scale")
@click.argument("name")
@click.argument("count", type=click.IntRange(min=0))
@wait
@within
def scale(found: Cluster, name: str, count: int, *, wait: bool, within: int) -> None:
    """Run COUNT copies of NAME, within its bounds. An autoscaler that watches it may change it again."""
    watch = _watch(within)
    job = steering.scale(found, name, count, _who().name)
    _note("Scaled", before={"copies": job.wanted}, after={"service": name, "copies": count})
    watch.say(f"{name}: {job.wanted} → {count}")
    if wait:
        deploying.until_scaled(found, name, count, watch)


@command("drain")
@click.argument("zone")
@click.option("--end", is_flag=True, help="Let the zone take copies again.")
@sure
@wait
@within
def drain(found: Cluster, zone: str, *, end: bool, yes: bool, wait: bool, within: int) -> None:
    """Move every copy of ZONE to the others, after saying who moves where."""
    watch = _watch(within)
    if end:
        steering.allow(found, zone)
        _note(
            "Zone opened",
            before={"zone_name": zone, "copies": "none taken"},
            after={"zone_name": zone, "copies": "taken"},
        )
        watch.say(f"zone {zone} takes copies again")
        return
    picture = found.nomad.picture()
    place = steps.zone_of(picture, zone)
    for move in sights.moves(picture, place):
        click.echo(str(move))
    if not yes:
        click.confirm(f"Empty zone {zone}?", abort=True)
    steering.drain(found, zone)
    _note(
        "Zone emptied",
        before={"zone_name": zone, "copies": "taken"},
        after={"zone_name": zone, "copies": "moved away"},
    )
    if wait:
        deploying.until_empty(found, zone, watch)
        watch.say(f"zone {zone} is empty")


def _word(job: sights.Job) -> str:
    if job.kind == "batch":
        return "runs when asked"
    if job.deployment and job.deployment.is_waiting:
        state = f"canary {job.deployment.healthy} of {job.deployment.wanted_canaries} waits"
    elif job.deployment and job.deployment.is_open:
        state = f"deploying, {job.deployment.healthy} of {job.deployment.wanted}"
    else:
        state = job.state
    return state if job.is_well else f"{state}, not well"


def _waiting(found: Cluster) -> list[str]:
    waiting = [job.name for job in found.nomad.picture().jobs if job.deployment and job.deployment.is_waiting]
    return [name for name in steps.MARQUEE if name in waiting] + [
        n for n in waiting if n not in steps.MARQUEE
    ]


def _watch(seconds: int) -> Watch:
    began = time.monotonic()
    return Watch(began + seconds, lambda words: click.echo(f"{time.monotonic() - began:6.1f} s  {words}"))


def _base() -> str:
    return current.settings().base_url


def _who() -> Actor:
    return Actor("system", f"{pwd.getpwuid(os.getuid()).pw_name} at a shell")


def _note(action: str, *, before: Any = None, after: Any = None) -> None:
    """A database that is away is no reason not to repair the cluster."""
    try:
        with current.database().writing() as db:
            steering.note(db, _who(), action, before=before, after=after)
    except SQLAlchemyError as error:
        click.echo(f"It could not be written into the history: {type(error).__name__}.", err=True)
