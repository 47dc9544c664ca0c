"""The map of a plan, as a file that browsers keep."""

from uuid import UUID

from flask import Blueprint, Response

from webapp.accounts.guards import open_to_all
from webapp.core.errors import NotFound
from webapp.seating.drawing import DRAWINGS
from webapp.web import assets, current

bp = Blueprint("seating", __name__)


@bp.get("/seat-plans/<uuid:plan_id>/<int:version>.svg")
@open_to_all
def drawing(plan_id: UUID, version: int) -> Response:
    """The whole map; it changes its address with every change of the plan."""
    with current.database().reading() as db:
        found = DRAWINGS.of(db, plan_id)
    if found.plan.version != version:
        raise NotFound("This plan was changed. Load the page again to see it as it is now.")
    response = assets.answer(found.file)
    # Whoever opens it by itself sees a picture, and whatever is in it can do nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
