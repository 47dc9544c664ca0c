"""The door of a sale with a waiting room: who has a pass holds tickets, who has none is sent to the room.

Two cookies for each room, signed: the joining, which keeps somebody's place in line, and the pass, which lets
them shop. A pass is good only beside the joining it was given for, in the baskets that went in with it, two
at most, and for ten minutes after each step.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from flask import Flask, Response, current_app, g, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from webapp.booking import forms
from webapp.booking.views import visitor
from webapp.core import clock
from webapp.waitingroom import rules, service
from webapp.waitingroom.line import Line, LineAway, Member
from webapp.waitingroom.queries import rooms as queries
from webapp.waitingroom.queries.rooms import Behind, RoomView
from webapp.waitingroom.rooms import Rooms
from webapp.web import admission, cookies, current
from webapp.web.notices import tell
from webapp.web.page import go

log = structlog.get_logger()

DAY = 24 * 3600
# Everything that takes places for a basket, by the types it names or by the date of its seats.
WISHES = ("basket.hold", "basket.change")
SEAT_WISHES = ("seat_holds.hold", "seat_holds.hold_best")
SEATS = re.compile(r"^/events/[^/]+/seats(/|$)")


@dataclass(frozen=True)
class Joining:
    """What a visitor carries: which draw they take part in, and where they stand.

    `place` is None for who joined before the start: the draw's seed says it, and it is not told before.
    `admitted` is how many had gone in before they came, for the way they have behind them.
    """

    draw_id: UUID
    join_id: UUID
    place: float | None
    admitted: int

    def member(self, seed: str) -> Member:
        place = rules.drawn_place(seed, self.join_id) if self.place is None else self.place
        return Member(self.join_id, place)


def register(app: Flask) -> None:
    parts = app.extensions["marquee"]
    app.extensions["rooms"] = Rooms(parts.database)
    app.extensions["line"] = Line(parts.live.redis)
    app.before_request(_guard)
    app.after_request(_renew_passes)


def rooms() -> Rooms:
    return cast(Rooms, current_app.extensions["rooms"])


def line() -> Line:
    return cast(Line, current_app.extensions["line"])


def joining(room: RoomView) -> Joining | None:
    """This browser's joining of the room's draw; one of an earlier draw counts no more."""
    value = _read(f"room-{room.id.hex}")
    found = joining_of(value) if value else None
    return found if found and found.draw_id == room.draw_id else None


def joining_of(value: list[Any]) -> Joining:
    draw_id, join_id, place, admitted = value
    return Joining(UUID(draw_id), UUID(join_id), place, admitted)


def carried(joining: Joining) -> list[Any]:
    return [joining.draw_id.hex, joining.join_id.hex, joining.place, joining.admitted]


def keep_joining(response: Response, room: RoomView, joining: Joining) -> Response:
    return _write(response, f"room-{room.id.hex}", carried(joining), max_age=DAY)


def give_pass(response: Response, room: RoomView, joining: Joining, now: datetime) -> Response:
    until = (now + rules.SHOP).timestamp()
    value = [joining.draw_id.hex, joining.join_id.hex, until, room.slug]
    return _write(response, f"pass-{room.id.hex}", value, max_age=int(rules.SHOP.total_seconds()))


def forget(response: Response, room_id: UUID) -> Response:
    for name in (f"room-{room_id.hex}", f"pass-{room_id.hex}"):
        cookies.forget(response, name)
    return response


def carries_pass(room: RoomView, now: datetime) -> Joining | None:
    """The joining of a pass that is good by its signature, its time, and the joining beside it."""
    pass_, joined = _read(f"pass-{room.id.hex}"), joining(room)
    if pass_ is None or joined is None or pass_[2] <= now.timestamp():
        return None
    return joined if pass_[:2] == [joined.draw_id.hex, joined.join_id.hex] else None


def has_pass(room: RoomView, now: datetime) -> bool:
    """A pass that was not given up or used to buy meanwhile; its time begins again."""
    joined = carries_pass(room, now)
    if joined is None:
        return False
    try:
        if not line().renew(room.draw_id, joined.join_id, visitor.basket(), now):
            return False
    except LineAway:
        # Who shops goes on shopping: the signature says that they were let in.
        log.warning("line.away", room=str(room.id))
    g.setdefault("passes_used", []).append((room, joined, now))
    return True


def _guard() -> Response | None:
    if request.endpoint in WISHES:
        return _guard_wish()
    if request.endpoint in SEAT_WISHES:
        return _guard_dates(list(rooms().behind().values()), request.form)
    if request.endpoint == "catalog.event":
        _let_see_the_sale()
    elif SEATS.match(request.path):
        slug = request.path.split("/")[2]
        mine = [one for one in rooms().behind().values() if one.slug == slug]
        # Without a date the page chooses one: it may be behind any of the event's rooms.
        return _guard_dates(mine, request.args) if "date" in request.args else _stopped_at_any(mine)
    return None


def _guard_wish() -> Response | None:
    """Holding tickets: each type that is asked for may have a room before it."""
    behind = rooms().behind()
    wish = forms.quantities(request.form) if behind else {}
    answer = _stopped_at_any([behind[one] for one in wish if one in behind])
    if answer and request.endpoint == "basket.change" and _asks_for_no_more(wish, clock.now()):
        return None
    return answer


def _guard_dates(behind: list[Behind], sent: MultiDict[str, str]) -> Response | None:
    """Seats are asked for by their date. What is no date asks for all, however a view would read it."""
    dates = [_date(value) for value in sent.getlist("date")] if behind else []
    return _stopped_at_any([one for one in behind if any(date in (None, one.date_id) for date in dates)])


def _date(value: str) -> UUID | None:
    try:
        return UUID(value.replace("\0", "").strip())
    except ValueError:
        return None


def _stopped_at_any(behind: list[Behind]) -> Response | None:
    now = clock.now()
    for room_id in {one.room_id for one in behind if one.is_only_counted} if _holds() else ():
        _count(room_id, now)
    for room_id in {one.room_id for one in behind}:
        if answer := _stopped_at(room_id, now):
            return answer
    return None


def _holds() -> bool:
    return request.endpoint in WISHES or request.endpoint in SEAT_WISHES


def _count(room_id: UUID, now: datetime) -> None:
    """A room on its guard comes into force when more is held than can be served."""
    room = rooms().find(room_id, now)
    try:
        if room is None or room.in_force_since or line().count_hold(room_id, now) <= room.auto_per_second:
            return
    except LineAway:
        return
    with current.database().writing() as db:
        service.open_by_itself(db, room_id=room_id, now=now)
    rooms().forget()


def _asks_for_no_more(wish: Mapping[UUID, int], now: datetime) -> bool:
    """Who holds tickets may give some back without a pass."""
    with current.database().reading() as db:
        held = queries.held(db, visitor.basket(), now)
    return all(n <= held.get(one, 0) for one, n in wish.items())


def _stopped_at(room_id: UUID, now: datetime) -> Response | None:
    """The way to the room for who has no pass; None when the way is free."""
    room = rooms().find(room_id, now)
    if room is None or room.in_force_since is None or has_pass(room, now):
        return None
    tell("This sale has a waiting room", "It lets you in when it is your turn.", kind="info")
    return go(url_for("queue.room", room_id=room_id))


def _let_see_the_sale() -> None:
    """An event's page shows its tickets to who has a pass for it."""
    slug = (request.view_args or {}).get("slug")
    for room_id in _rooms_of_passes(slug):
        room = rooms().find(room_id, now := clock.now())
        if room and has_pass(room, now):
            admission.let_in(room_id)


def _rooms_of_passes(slug: str | None) -> Iterable[UUID]:
    """Rooms that this browser carries a pass for, of this event; mostly none, which costs nothing."""
    for name in request.cookies:
        bare = name.removeprefix("__Host-")
        if not bare.startswith("pass-") or len(bare) != 37:
            continue
        pass_ = _read(bare)
        if pass_ and pass_[3] == slug:
            yield UUID(bare.removeprefix("pass-"))


def _renew_passes(response: Response) -> Response:
    """Each step in the sale begins the time of its pass again."""
    for room, joined, now in g.get("passes_used", ()):
        give_pass(response, room, joined, now)
    return response


def _read(name: str) -> list[Any] | None:
    cookie = cookies.read(name)
    if not cookie:
        return None
    try:
        return cast(list[Any], _signer(name).loads(cookie))
    except BadData:
        return None


def _write(response: Response, name: str, value: list[Any], *, max_age: int) -> Response:
    cookies.write(response, name, str(_signer(name).dumps(value)), max_age=max_age)
    return response


def _signer(name: str) -> URLSafeSerializer:
    # The name is signed with the value, so a cookie of one room is nothing to another.
    return URLSafeSerializer(current.settings().secret_key, salt=f"waiting room {name}")
