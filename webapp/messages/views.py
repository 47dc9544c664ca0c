"""The link that ends the news, and what the mail provider tells of mail that came back."""

import json

from flask import Blueprint, Response, request, url_for
from pydantic import ValidationError

from webapp.accounts.guards import open_to_all
from webapp.core.signed import BadSignature, require_signed
from webapp.messages.forms import BounceTold
from webapp.messages.queries.news import news as news_of
from webapp.messages.service import bounces
from webapp.web import current
from webapp.web.csrf import carries_no_cookie
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("messages", __name__)

LARGEST_WEBHOOK = 64 * 1024


@bp.get("/news/<news_key>")
@open_to_all
def news(news_key: str) -> Response:
    """Looking ends nothing, because programs look at links of mails before people do."""
    with current.database().reading() as db:
        found = news_of(db, news_key)
    return show("messages/news.html", news=found, key=news_key)


@bp.post("/news/<news_key>")
@open_to_all
@carries_no_cookie
def choose(news_key: str) -> Response:
    """One press here, or in the mail program itself (RFC 8058), which asks from elsewhere, cookieless."""
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    wants = request.form.get("wants") == "yes" and not one_click
    with current.database().writing() as db:
        source = "one click" if one_click else "link"
        bounces.choose_by_link(db, secret=news_key, wants=wants, source=source)
    if one_click:
        return Response("Ended.", mimetype="text/plain")
    tell("You get their news again" if wants else "Their news are ended")
    return go(url_for(".news", news_key=news_key))


@bp.post("/webhooks/mail")
@open_to_all
@carries_no_cookie
def webhook() -> tuple[str, int]:
    """200 when it is about a mail of ours, 202 when not, 400 when it is not signed or cannot be read."""
    request.max_content_length = LARGEST_WEBHOOK
    body = request.get_data()
    try:
        header = request.headers.get("Mail-Signature", "")
        require_signed(current.settings().mail_webhook_secret, header, body)
        told = BounceTold.model_validate(json.loads(body))
    except (BadSignature, ValidationError, ValueError):
        return "The signature is wrong or the body cannot be read.", 400
    with current.database().writing() as db:
        is_ours = bounces.report(db, **told.facts())
    return ("Taken.", 200) if is_ours else ("Not ours.", 202)
