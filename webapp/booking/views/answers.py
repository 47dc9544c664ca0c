"""The answers of an order, shown to its guest and changed until staff's time is over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.accounts.guards import open_to_all
from webapp.booking import forms
from webapp.booking.forms import AnswerField
from webapp.booking.queries import answers as queries
from webapp.booking.queries import orders
from webapp.booking.queries.answers import Answering
from webapp.booking.queries.orders import OrderView
from webapp.booking.service import answering
from webapp.booking.views import papers, visitor
from webapp.core import clock
from webapp.core.errors import Invalid
from webapp.web import current, limits
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("answers", __name__)


@dataclass(frozen=True)
class Sheet:
    """The questions about one ticket or the order, as fields."""

    about: Answering
    fields: list[AnswerField]


@bp.get("/orders/<code>/answers")
@open_to_all
def show_answers(code: str) -> Response:
    order, sheets = _sheets(code)
    return _page(order, sheets, _given(sheets), None)


@bp.post("/orders/<code>/answers")
@open_to_all
@limits.limit(limits.CODES)
def change(code: str) -> Response:
    order, sheets = _sheets(code)
    form: MultiDict[str, str] = request.form
    try:
        form = papers.handed_in(_basket(order))
        is_new = _change(order, sheets, form)
    except Invalid as refusal:
        return _page(order, sheets, _given(sheets) | papers.typed(form), refusal)
    tell("Your answers are changed" if is_new else "Nothing was different")
    return go(url_for("orders.show_order", code=order.code, key=order.secret))


def _change(order: OrderView, sheets: list[Sheet], form: MultiDict[str, str]) -> bool:
    wrong: dict[str, str] = {}
    now = clock.now()
    still = [sheet for sheet in sheets if sheet.about.is_open(now)]
    given: dict[UUID | None, dict[str, str]] = {}
    for sheet in still:
        read = forms.read_answers(form, sheet.fields, wrong)
        given[sheet.about.ticket_id] = given.get(sheet.about.ticket_id, {}) | read
    if wrong:
        raise Invalid("We kept everything you typed.", fields=wrong)
    files = forms.papers_of(form, [one for sheet in still for one in sheet.fields])
    with current.database().writing() as db:
        return answering.change(
            db, order_id=order.id, given=given, papers=files, basket=_basket(order), now=now
        )


def _basket(order: OrderView) -> str:
    """Files are the order's at once, whichever browser hands them in."""
    return f"answers {order.id}"


def _sheets(code: str) -> tuple[OrderView, list[Sheet]]:
    with current.database().reading() as db:
        order = orders.order(db, orders.require_order(db, code, visitor.visitor()))
        found = queries.answering(db, order.id)
    return order, [Sheet(one, _fields(one)) for one in found]


def _fields(about: Answering) -> list[AnswerField]:
    whose = about.ticket_id or "order"
    return [AnswerField(f"answer-{whose}-{one.id}", one) for one in about.questions]


def _given(sheets: list[Sheet]) -> dict[str, Any]:
    """What was answered before, by field."""
    return {
        one.name: sheet.about.answers.get(str(one.question.id), "")
        for sheet in sheets
        for one in sheet.fields
    }


def _page(order: OrderView, sheets: list[Sheet], values: dict[str, Any], refusal: Invalid | None) -> Response:
    return show(
        "booking/answers.html",
        status=422 if refusal else 200,
        order=order,
        sheets=sheets,
        values=values,
        refusal=refusal,
        now=clock.now(),
    )
