"""The cluster, for operators: what runs where, and the steps that are taken by hand."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from webapp.accounts.guards import device, operator
from webapp.accounts.queries.people import Account
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.ops.forms import DeploymentForm, RevertForm, ScaleForm
from webapp.ops.gateway.cluster import Cluster
from webapp.ops.service import cluster as steering
from webapp.web import current
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("cluster_staff", __name__, url_prefix="/staff/cluster")


@bp.get("")
@operator
def look(_: Account) -> Response:
    cluster = current_app.extensions["cluster"]
    sight = steering.look(cluster) if cluster else None
    with current.database().reading() as db:
        past = steering.history(db)
    return show("ops/cluster.html", "cluster", revalidate=True, sight=sight, past=past, now=clock.now())


@bp.post("/jobs/<name>/promote")
@operator
def promote(person: Account, name: str) -> Response:
    form = parsed(DeploymentForm, request.form)
    job = steering.promote(_cluster(), name, form.deployment, current.settings().base_url)
    _note(person, "Deployment promoted", **steering.turned(name, job.version, "a canary", "with guests"))
    tell(
        f"{name} {job.version} goes to guests", "Its canaries answered well; the old copies leave one by one."
    )
    return go(url_for(".look"))


@bp.post("/jobs/<name>/fail")
@operator
def fail(person: Account, name: str) -> Response:
    job = steering.fail(_cluster(), name, parsed(DeploymentForm, request.form).deployment)
    _note(person, "Deployment failed", **steering.turned(name, job.version, "a canary", "given up"))
    tell(f"{name} {job.version} was given up", "The old copies go on as before.")
    return go(url_for(".look"))


@bp.post("/jobs/<name>/revert")
@operator
def revert(person: Account, name: str) -> Response:
    job = steering.revert(_cluster(), name, seen=parsed(RevertForm, request.form).seen)
    back = job.before.version if job.before else ""
    _note(person, "Taken back", before={"release": job.version}, after={"service": name, "release": back})
    tell(f"A canary of {name} {back} starts", "Promote it here when it is ready.")
    return go(url_for(".look"))


@bp.post("/jobs/<name>/scale")
@operator
def scale(person: Account, name: str) -> Response:
    count = parsed(ScaleForm, request.form).count
    job = steering.scale(_cluster(), name, count, person.name)
    _note(person, "Scaled", before={"copies": job.wanted}, after={"service": name, "copies": count})
    tell(f"{name}: {job.wanted} → {count} copies", "Copies that leave finish what they have in hand.")
    return go(url_for(".look"))


@bp.post("/zones/<name>/drain")
@operator
def drain(person: Account, name: str) -> Response:
    moved = steering.drain(_cluster(), name)
    _note(
        person,
        "Zone emptied",
        before={"zone_name": name, "copies": "taken"},
        after={"zone_name": name, "copies": "moved away"},
    )
    tell(f"Zone {name} is being emptied", " ".join(map(str, moved)))
    return go(url_for(".look"))


@bp.post("/zones/<name>/open")
@operator
def allow(person: Account, name: str) -> Response:
    steering.allow(_cluster(), name)
    _note(
        person,
        "Zone opened",
        before={"zone_name": name, "copies": "none taken"},
        after={"zone_name": name, "copies": "taken"},
    )
    tell(f"Zone {name} takes copies again", "What has moved stays where it is until the next deploy.")
    return go(url_for(".look"))


def _cluster() -> Cluster:
    return steering.require(current_app.extensions["cluster"])


def _note(person: Account, action: str, *, before: Any = None, after: Any = None) -> None:
    by = Actor("staff", person.name, person.id, device().name)
    with current.database().writing() as db:
        steering.note(db, by, action, before=before, after=after)
