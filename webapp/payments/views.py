"""On the way to the provider's page, and what the provider tells us."""

from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.guards import open_to_all
from webapp.core.signed import BadSignature
from webapp.payments import queries
from webapp.payments.gateway import GatewayAway
from webapp.payments.service import charges
from webapp.web import current
from webapp.web.csrf import carries_no_cookie

bp = Blueprint("payments", __name__)

LARGEST_WEBHOOK = 64 * 1024


@bp.get("/pay/<uuid:payment_id>")
@open_to_all
def pay(payment_id: UUID) -> AnyResponse:
    """On to the provider's page; the address is a secret that only who ordered was given."""
    url = charges.open_session(current.database(), current_app.extensions["gateway"], payment_id)
    return redirect(url, 303)


@bp.errorhandler(GatewayAway)
def away(refusal: GatewayAway) -> Response:
    with current.database().reading() as db:
        payment = queries.payment(db, (request.view_args or {})["payment_id"])
    response = make_response(render_template("payments/away.html", refusal=refusal, payment=payment), 503)
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response


@bp.post("/webhooks/sandbox")
@open_to_all
@carries_no_cookie
def webhook() -> tuple[str, int]:
    """200 when it is taken, 202 when it is kept though about nothing of ours, 400 when it is not signed."""
    request.max_content_length = LARGEST_WEBHOOK
    try:
        event = current_app.extensions["gateway"].verify_webhook(request.headers, request.get_data())
    except (BadSignature, ValueError, KeyError, TypeError):
        return "The signature is wrong or the body cannot be read.", 400
    with current.database().writing() as db:
        is_known = charges.record_webhook(db, event)
    return ("Taken.", 200) if is_known else ("Kept.", 202)
