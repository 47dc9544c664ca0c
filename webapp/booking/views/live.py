"""Pages that are told: an order that turns to paid, a date whose places go."""

from typing import cast
from uuid import UUID

from flask import Blueprint, Response, current_app

from webapp.accounts.guards import open_to_all
from webapp.booking.queries import orders
from webapp.booking.views import visitor
from webapp.catalog.queries import places
from webapp.web import current
from webapp.web.stream import Streams, let_pages_read

bp = Blueprint("live", __name__)
bp.after_request(let_pages_read)


@bp.get("/live/orders/<code>")
@open_to_all
def order(code: str) -> Response:
    """Messages `state` with the order's new state block, for who may see the order."""
    with current.database().reading() as db:
        order_id = orders.require_order(db, code, visitor.visitor())
    return _streams().response(f"order:{order_id}")


@bp.get("/live/dates/<uuid:date_id>")
@open_to_all
def date(date_id: UUID) -> Response:
    """Messages `availability` with what is left, the same for everyone."""
    with current.database().reading() as db:
        places.date_title(db, date_id)  # raises NotFound for what nobody can look at
    return _streams().response(f"date:{date_id}")


def _streams() -> Streams:
    return cast(Streams, current_app.extensions["streams"])
