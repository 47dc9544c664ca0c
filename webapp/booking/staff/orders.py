"""Orders for staff: found, read, mailed again, refunded."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import Team, may
from webapp.booking.forms import ResendForm
from webapp.booking.queries import harm, sold
from webapp.booking.queries.tables import ATTENDEES, ORDERS
from webapp.booking.rules import may_refund
from webapp.booking.service import cancellation, donations, resending
from webapp.catalog.queries import picking
from webapp.core import papers
from webapp.core.errors import Invalid
from webapp.core.harm import require_meant
from webapp.core.ids import uuid7
from webapp.core.text import one_line
from webapp.web import current, tables
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import download, go, show

bp = Blueprint("booking_staff", __name__, url_prefix="/staff")


@bp.get("/<organizer>/orders")
@may("order.view", narrowed=True)
def orders(team: Team) -> Response:
    values = {"organizer": team.organizer_id, "zone": team.zone, **team.reach.values()}
    with current.database().reading() as db:
        events = picking.events(db, team.organizer_id, team.reach)
        if tables.wants_file(ORDERS):
            return tables.file(ORDERS, values, team, event=events)
        found = tables.listing(db, ORDERS, values, event=events)
    return show("booking/staff/orders.html", team=team, orders=found)


@bp.get("/<organizer>/attendees")
@may("order.view", narrowed=True)
def attendees(team: Team) -> Response:
    """Everybody who has a ticket, by name."""
    values = {"organizer": team.organizer_id, **team.reach.values()}
    with current.database().reading() as db:
        options = {
            "event": picking.events(db, team.organizer_id, team.reach),
            "date": picking.dates(db, team.organizer_id, team.reach),
        }
        if tables.wants_file(ATTENDEES):
            return tables.file(ATTENDEES, values, team, **options)
        found = tables.listing(db, ATTENDEES, values, **options)
    return show("booking/staff/attendees.html", team=team, attendees=found)


@bp.get("/<organizer>/orders/<code>")
@may("order.view")
def order(team: Team, code: str) -> Response:
    with current.database().reading() as db:
        found = sold.order(db, team.organizer_id, code)
    asked: dict[str, Any] = {"refunding": harm.of_refund(found), "reviewing": harm.of_review(found)}
    asked["giving_back"] = harm.of_donation(found)
    return show("booking/staff/order.html", team=team, order=found, fresh=uuid7(), **asked)


@bp.post("/<organizer>/orders/<code>/resend")
@may("order.resend")
def resend(team: Team, code: str) -> Response:
    """Send the tickets once more; the form's own key makes a resend of it one mail."""
    with current.database().writing() as db:
        found = sold.order(db, team.organizer_id, code)
        request_id = parsed(ResendForm, request.form).key
        resending.resend(db, order_id=found.id, request_id=request_id, by=team.actor)
    tell("The tickets are on their way", f"To {found.buyer_email}.")
    return go(url_for(".order", organizer=team.slug, code=code))


@bp.post("/<organizer>/orders/<code>/refund")
@may("order.refund")
def refund(team: Team, code: str) -> Response:
    """Refund the chosen tickets. Those that are void already are left out, so sent twice it is done once."""
    reason = one_line(request.form.get("reason", ""))[:200]
    with current.database().writing() as db:
        found = sold.order(db, team.organizer_id, code)
        chosen = _tickets(required=bool(found.tickets))
        if not may_refund(found.state) and not _is_repeat(found, chosen):
            raise Invalid(f"This order is {found.state.replace('_', ' ')}: nothing of it can be refunded.")
        amount = 0
        require_meant(harm.of_refund(found, chosen), request.form.get("typed", ""))
        if may_refund(found.state):
            amount = cancellation.refund(
                db, order_id=found.id, ticket_ids=chosen, reason=reason or "Refunded by staff", by=team.actor
            )
    for date_id in {ticket.date_id for ticket in found.tickets if ticket.id in chosen}:
        current.live().date_changed(str(date_id))
    if amount:
        tell("Refund sent", "The tickets are void and their places are on sale again.")
    else:
        tell("Nothing more to refund", "The chosen tickets are void.", kind="info")
    return go(url_for(".order", organizer=team.slug, code=code))


@bp.post("/<organizer>/orders/<code>/refund-donation")
@may("order.refund")
def refund_donation(team: Team, code: str) -> Response:
    """Send the donation of an order back, and leave its tickets as they are. Sent twice it is once."""
    with current.database().writing() as db:
        found = sold.order(db, team.organizer_id, code)
        amount = donations.send_back(
            db, order_id=found.id, by=team.actor, reason="Donation refunded by staff"
        )
    tell("Donation sent back" if amount else "It was sent back already", "The tickets stay as they are.")
    return go(url_for(".order", organizer=team.slug, code=code))


@bp.get("/<organizer>/orders/<code>/papers/<uuid:paper_id>")
@may("order.view")
def paper(team: Team, code: str, paper_id: UUID) -> Response:
    with current.database().reading() as db:
        found = sold.order(db, team.organizer_id, code)
        sheet = papers.find(db, paper_id, of=found.id)
    return download(sheet.name, sheet.content)


def _is_repeat(found: sold.SoldOrder, chosen: list[UUID]) -> bool:
    void = {ticket.id for ticket in found.tickets if ticket.state == "void"}
    return set(chosen) <= void if chosen else found.state == "auto_refunded"


def _tickets(*, required: bool) -> list[UUID]:
    try:
        chosen = [UUID(value) for value in request.form.getlist("ticket")]
    except ValueError:
        raise Invalid(
            "One of the tickets is not known. Open the order again and choose from there."
        ) from None
    if required and not chosen:
        raise Invalid("Choose the tickets that are refunded.", title="Nothing was chosen")
    return chosen
