"""The waiting room: stand in line, see how it goes, go in."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, request, url_for
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from webapp.accounts.guards import open_to_all
from webapp.booking.views import visitor
from webapp.core import clock
from webapp.core.errors import Conflict, Gone, Invalid, NotFound, Unavailable
from webapp.core.ids import fingerprint, uuid7
from webapp.waitingroom import guards, rules, service
from webapp.waitingroom.entrances import ENTRANCES, WORK_BITS, Asked
from webapp.waitingroom.guards import Joining
from webapp.waitingroom.line import LineAway, Look, TooManyBaskets
from webapp.waitingroom.queries.rooms import RoomView
from webapp.waitingroom.sights import sight
from webapp.web import current, limits
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("queue", __name__)

HAND_OVER_SECONDS = 30 * 60
PAGE = "waitingroom/room.html"


@bp.get("/queue/<uuid:room_id>")
@open_to_all
def room(room_id: UUID) -> Response:
    """Where one stands; the whole page without htmx, which asks again by itself."""
    found = _room(room_id)
    if found.in_force_since is None:
        return go(found.event_path)
    return show(PAGE, **_values(found, clock.now()))


@bp.get("/queue/<uuid:room_id>/state")
@open_to_all
def state(room_id: UUID) -> Response:
    """The part that turns by itself: one round trip to Redis, and nothing else."""
    found = _room(room_id)
    if found.in_force_since is None:
        return go(found.event_path)
    return show(PAGE, "state", revalidate=True, alone=True, **_values(found, clock.now()))


@bp.post("/queue/<uuid:room_id>/join")
@open_to_all
@limits.limit(limits.JOIN, key_func=limits.network)
def join(room_id: UUID) -> Response:
    """Stand in line; who stands there already stays where they are."""
    found, now = _room(room_id), clock.now()
    back = go(url_for(".room", room_id=room_id))
    if found.in_force_since is None:
        return go(found.event_path)
    if found.phase(now) in ("closed", "stopped") or _is_in_line(found, now):
        return back
    if not _is_let_to_the_line(found):
        return back
    return guards.keep_joining(back, found, _join(found, now))


@bp.post("/queue/<uuid:room_id>/enter")
@open_to_all
def enter(room_id: UUID) -> Response:
    """It is one's turn: get the pass, and go to the sale."""
    found, now = _room(room_id), clock.now()
    joined, basket = guards.joining(found), visitor.new_token()
    if joined is None:
        return go(url_for(".room", room_id=room_id))
    _let_in(found, joined, fingerprint(basket), now)
    return visitor.keep(guards.give_pass(go(found.sale_path), found, joined, now), basket)


@bp.post("/queue/<uuid:room_id>/leave")
@open_to_all
def leave(room_id: UUID) -> Response:
    """Give one's place on, in line or in the sale; what is held in the basket stays held."""
    found = _room(room_id)
    joined = guards.joining(found)
    if joined:
        with suppress(LineAway):
            guards.line().end(found.draw_id, joined.join_id)
    tell("You left the queue", "Your place went to the next one. What you hold stays held.")
    return guards.forget(go(found.event_path), room_id)


@bp.get("/queue/<uuid:room_id>/device")
@open_to_all
def device(room_id: UUID) -> Response:
    """A link that carries one's place to another device, as text and as a code to photograph."""
    found = _room(room_id)
    joined = guards.joining(found)
    if joined is None:
        return go(url_for(".room", room_id=room_id))
    ticket = _hand_over().dumps([room_id.hex, *guards.carried(joined)])
    link = current.settings().base_url + url_for(".take", ticket=ticket)
    code = segno.make(link, error="l").svg_inline(border=2, light="#fff", omitsize=True)
    return show("waitingroom/device.html", room=found, link=link, code=code)


@bp.get("/queue/take/<ticket>")
@open_to_all
def take(ticket: str) -> Response:
    found, _ = _taken(ticket)
    return show("waitingroom/take.html", room=found, ticket=ticket)


@bp.post("/queue/take/<ticket>")
@open_to_all
def take_over(ticket: str) -> Response:
    """The place is here, too, now; one that this browser had is given up."""
    found, joined = _taken(ticket)
    mine = guards.joining(found)
    if mine and mine.join_id != joined.join_id:
        with suppress(LineAway):
            guards.line().end(found.draw_id, mine.join_id)
    tell("Your place is here now", "The other device shows the same place; it counts once.")
    return guards.keep_joining(go(url_for(".room", room_id=found.id)), found, joined)


def _hand_over() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current.settings().secret_key, salt="waiting room hand-over")


def _taken(ticket: str) -> tuple[RoomView, Joining]:
    try:
        room_id, *value = _hand_over().loads(ticket, max_age=HAND_OVER_SECONDS)
    except SignatureExpired:
        raise Gone("This link was good for half an hour. Make a new one in the waiting room.") from None
    except BadSignature:
        raise NotFound("This link is not complete. Copy it again from the other device.") from None
    return _room(UUID(room_id)), guards.joining_of(value)


def _room(room_id: UUID) -> RoomView:
    found = guards.rooms().find(room_id, clock.now())
    if found is None:
        raise NotFound("There is no such waiting room. Open the event's page again.")
    return found


def _values(room: RoomView, now: datetime) -> dict[str, Any]:
    joined = guards.joining(room)
    look = _look(room, joined, now)
    seen = sight(
        room,
        joined.join_id if joined else None,
        look,
        now,
        joined_after=joined.admitted if joined else 0,
        has_pass=guards.carries_pass(room, now) is not None,
    )
    puzzle = ENTRANCES[room.entrance].puzzle(current.settings().secret_key, room.id)
    return {
        "room": room,
        "sight": seen,
        "now": now,
        "puzzle": puzzle,
        "work_bits": WORK_BITS,
        "commitment": rules.commitment(room.seed),
    }


def _look(room: RoomView, joined: Joining | None, now: datetime) -> Look | None:
    """None when the line does not answer."""
    try:
        member = joined.member(room.seed) if joined else None
        return guards.line().look(room.draw_id, room.pace(now), now, member)
    except LineAway:
        return None


def _is_in_line(room: RoomView, now: datetime) -> bool:
    """Many tabs are one visitor: who has a joining that still counts gets no other."""
    joined = guards.joining(room)
    look = _look(room, joined, now) if joined else None
    return joined is not None and (look is None or look.state in ("waiting", "inside"))


def _is_let_to_the_line(room: RoomView) -> bool:
    """Whether the entrance's puzzle was answered; the room's page asks it, and says what was wrong."""
    asked = Asked(room.id, request.form, current.settings().secret_key, partial(_spend, room))
    try:
        ENTRANCES[room.entrance].judge(asked)
    except Invalid as refusal:
        if "puzzle" in request.form:
            tell(refusal.title or "", refusal.sentence, kind="warn")
        return False
    return True


def _spend(room: RoomView, word: str) -> bool:
    try:
        return guards.line().spend(room.draw_id, word)
    except LineAway:
        return True


def _join(room: RoomView, now: datetime) -> Joining:
    """A place in line: drawn before the start, behind everybody after. Without Redis the cookie keeps it."""
    join_id, is_early = uuid7(), now < room.starts_at
    joined = Joining(room.draw_id, join_id, None if is_early else now.timestamp(), 0)
    drawn = joined.member(room.seed).place if is_early else None
    try:
        look = guards.line().join(room.draw_id, room.pace(now), now, join_id=join_id, place=drawn)
    except LineAway:
        return joined
    return joined if is_early else replace(joined, place=look.place, admitted=look.admitted)


def _let_in(room: RoomView, joined: Joining, basket: str, now: datetime) -> None:
    """Go in, and have it written down; once for each joining, also when Redis has forgotten it."""
    try:
        may, is_first = guards.line().enter(room.draw_id, joined.join_id, basket, now)
    except LineAway:
        raise Unavailable(
            "Our queue does not answer just now. You keep your place; try again in a minute.", retry_after=15
        ) from None
    except TooManyBaskets:
        raise Conflict("This place shops on two devices already. Go on with one of them.") from None
    if not may:
        raise Conflict("It is not your turn any more, or not yet. The waiting room says where you stand.")
    place = joined.member(room.seed).place
    with current.database().writing() as db:
        is_new = service.write_admission(
            db, draw_id=room.draw_id, join_id=joined.join_id, place=place or 0.0, now=now
        )
    if is_first and not is_new:
        guards.line().end(room.draw_id, joined.join_id)
        raise Gone("You were in already, and your time is over. Join the queue once more.")
