"""Tickets for guests: as a page, on paper, in a calendar."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response
from markupsafe import Markup

from webapp.accounts.guards import open_to_all
from webapp.booking.queries import orders
from webapp.booking.views import visitor
from webapp.core.errors import NotFound
from webapp.core.qr import qr_svg
from webapp.tickets import documents, queries
from webapp.tickets.queries import TicketCard
from webapp.web import current
from webapp.web.page import show

bp = Blueprint("tickets", __name__)


@bp.get("/tickets/<secret>")
@open_to_all
def show_ticket(secret: str) -> Response:
    """One ticket for who holds its secret: it can be passed on."""
    with current.database().reading() as db:
        card = queries.ticket(db, secret)
    return show(
        "tickets/tickets.html", stubs=[_stub(card)], cards=[card], pdf=f"/tickets/{secret}/ticket.pdf", ics=""
    )


@bp.get("/tickets/<secret>/ticket.pdf")
@open_to_all
def ticket_pdf(secret: str) -> Response:
    with current.database().reading() as db:
        card = queries.ticket(db, secret)
    return _pdf([card])


@bp.get("/orders/<code>/tickets")
@open_to_all
def tickets_of_order(code: str) -> Response:
    cards = _cards(_order(code))
    base = f"/orders/{code}/tickets"
    key = f"?key={cards[0].order_secret}"
    stubs = [_stub(card) for card in cards]
    return show(
        "tickets/tickets.html", stubs=stubs, cards=cards, pdf=f"{base}.pdf{key}", ics=f"{base}.ics{key}"
    )


@bp.get("/orders/<code>/tickets.pdf")
@open_to_all
def tickets_pdf(code: str) -> Response:
    return _pdf(_cards(_order(code)))


@bp.get("/orders/<code>/tickets.ics")
@open_to_all
def tickets_ics(code: str) -> Response:
    content = documents.calendar(_cards(_order(code)), current.settings().base_url)
    return _download(content, "text/calendar", f"{code}.ics")


@bp.get("/tickets/<secret>/strip.svg")
@open_to_all
def strip(secret: str) -> Response:
    """The poster's drawing without its words, beside the ticket."""
    with current.database().reading() as db:
        card = queries.ticket(db, secret)
    response = Response(documents.strip(card), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _order(code: str) -> UUID:
    with current.database().reading() as db:
        return orders.require_order(db, code, visitor.visitor())


def _cards(order_id: UUID) -> list[TicketCard]:
    with current.database().reading() as db:
        cards = queries.tickets_of_order(db, order_id)
    if not cards:
        raise NotFound("This order has no tickets: it is not paid yet, or was refunded.")
    return cards


def _pdf(cards: Sequence[TicketCard]) -> Response:
    return _download(documents.pdf(cards), "application/pdf", f"tickets-{cards[0].order_code}.pdf")


def _download(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _stub(card: TicketCard) -> dict[str, object]:
    """What the stub's macro shows."""
    # budget: one line for each thing that stands on a stub
    words = documents.words(card)
    facts = [
        ("Date", words["day"]),
        ("Begins", words["begins"]),
        ("Doors", words["doors"]),
        ("Ticket", card.type_name),
        ("Seat", card.seat),
    ]
    return {
        "number": words["number"],
        "title": card.event_title,
        "category": card.category,
        "facts": [(name, text) for name, text in facts if text],
        "place": f"{card.venue}, {words['address']}",
        "strip_url": f"/tickets/{card.secret}/strip.svg",
        # Our own drawing of a secret of ours: nothing a person typed is in it.
        "qr_svg": Markup(qr_svg(card.secret)),  # noqa: S704  # nosec B704
        "code": card.secret,
        "holder": card.holder,
        "price_text": card.type_name,
        "state": card.state,
        "state_text": "used" if card.state == "used" else "void",
    }
