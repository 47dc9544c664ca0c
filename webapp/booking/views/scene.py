"""The seats of a date as they are at this moment, and the page that shows them."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request

from webapp.booking.queries import seat_page
from webapp.booking.queries import seats as claims
from webapp.booking.views import faces
from webapp.booking.views.choice import Choice, Scene
from webapp.booking.views.taken import TakenSeats
from webapp.core import clock
from webapp.core.bits import Marked
from webapp.seating.drawing import DRAWINGS
from webapp.web import current
from webapp.web.notices import is_htmx

TAKEN = TakenSeats()


def scene(slug: str | None, date_id: UUID | None, code: str = "") -> Scene:
    """A date of this event, or of any, as it is now for who has this code; NotFound without seats."""
    with current.database().reading() as db:
        page = seat_page.seat_page(db, slug, clock.now(), date_id=date_id, code=code)
        drawing = DRAWINGS.of(db, page.plan_id, page.version)
    return Scene(page, drawing, taken(page.date_id))


def taken(date_id: UUID, *, seen: str = "") -> Marked:
    """The seats of a date that are taken now, for a page that has `seen` this version."""

    def ask() -> frozenset[int]:
        with current.database().reading() as db:
            return claims.taken(db, date_id, clock.now())

    return TAKEN.of(date_id, ask, seen=seen)


def house_page(here: Scene, choice: Choice) -> str:
    """The map and the list of sections."""
    return render_template(
        "booking/seats.html",
        page=here.page,
        drawing=here.drawing,
        taken=here.taken,
        sections=faces.sections(here.page, here.drawing, here.gone),
        prices=[faces.price(here.page, at) for at in range(len(here.page.levels))],
        legend=faces.legend(here.page, here.drawing),
        costs=sorted({one.price for level in here.page.levels for one in level.types}),
        choice=choice,
    )


def section_page(here: Scene, section_id: UUID, choice: Choice) -> str:
    """The rows of one section; for htmx only these."""
    block = here.block(section_id)
    values: dict[str, Any] = {
        "page": here.page,
        "block": block,
        "rows": faces.rows(here.page, here.drawing, block, here.gone, choice.ordinals),
        "choice": choice,
    }
    if is_htmx():
        return render_template("booking/_seat_rows.html", **values)
    return render_template("booking/seat_section.html", drawing=here.drawing, **values)


def answer(here: Scene, choice: Choice, *, status: int = 200) -> Response:
    """A choice: the whole page for a browser, its changed parts for htmx."""
    if not is_htmx():
        return make_response(house_page(here, choice), status)
    response = make_response(
        render_template("booking/_chosen.html", choice=choice, is_part=True, is_oob=request.method == "POST"),
        status,
    )
    response.vary.add("HX-Request")
    if request.method == "GET":
        response.headers["HX-Replace-Url"] = choice.url
    return response
