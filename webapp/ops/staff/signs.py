"""Pages of the platform's operators: is everything well, and what is left undone."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, url_for

from webapp.accounts.guards import operator
from webapp.accounts.queries.people import Account
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.ops.queries import background as queues
from webapp.ops.queries import health as lives
from webapp.ops.queries.background import DEAD
from webapp.ops.service import signs as service
from webapp.web import current, tables
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("ops_staff", __name__, url_prefix="/staff")


@dataclass(frozen=True)
class Operator:
    """Who takes a file of the platform away, which is no house's."""

    actor: Actor
    organizer_id: None = None


@bp.get("/health")
@operator
def health(_: Account) -> Response:
    now = clock.now()
    with current.database().reading() as db:
        health = lives.health(db, now)
    redis = current.live().is_reachable()
    return show("ops/health.html", "signs", revalidate=True, health=health, redis=redis, now=now)


@bp.get("/background")
@operator
def background(person: Account) -> Response:
    now = clock.now()
    if tables.wants_file(DEAD):
        return tables.file(DEAD, {}, Operator(_actor(person)))
    with current.database().reading() as db:
        waiting, age = queues.outbox_age(db, now)
        lines, dead = queues.queues(db, now), tables.listing(db, DEAD, {})
    return show("ops/background.html", now=now, queues=lines, dead=dead, waiting=waiting, age=age)


@bp.post("/background/<uuid:delivery_id>/retry")
@operator
def retry(person: Account, delivery_id: UUID) -> Response:
    with current.database().writing() as db:
        service.retry_dead_letter(db, delivery_id=delivery_id, by=_actor(person), now=clock.now())
    tell("It is sent again", "Look back in a minute: it is done, or stands here again with its error.")
    return go(url_for(".background"))


@bp.post("/background/<uuid:delivery_id>/drop")
@operator
def drop(person: Account, delivery_id: UUID) -> Response:
    with current.database().writing() as db:
        service.drop_dead_letter(db, delivery_id=delivery_id, by=_actor(person), now=clock.now())
    tell("Dropped", "It will not be tried again; what it was stays in the history.")
    return go(url_for(".background"))


def _actor(person: Account) -> Actor:
    return Actor("staff", person.name, person.id)
