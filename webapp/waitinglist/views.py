"""The waiting list for guests: join, see where one stands, take an offer, leave. No account is needed."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts.guards import account, open_to_all
from webapp.booking.views import visitor
from webapp.core import clock
from webapp.core.errors import Invalid
from webapp.core.ids import fingerprint
from webapp.waitinglist.forms import JoinForm
from webapp.waitinglist.queries import entries
from webapp.waitinglist.service import joining, offers
from webapp.waitinglist.service.joining import Guest, Wish
from webapp.web import current, limits
from webapp.web.forms import parsed
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("waitlist", __name__, url_prefix="/waitlist")


@bp.get("/places/<uuid:pool_id>")
@open_to_all
def places(pool_id: UUID) -> Response:
    """From a refusal, which knows the places and not the event."""
    with current.database().reading() as db:
        path = entries.path_of_pool(db, pool_id)
    return go(path)


@bp.get("/<slug>")
@open_to_all
def join_form(slug: str) -> Response:
    person = account()
    values = {"name": person.name, "email": person.email} if person else {}
    return _form(slug, {"places": "2", "manner": "together"} | values, request.args.getlist("type"), None)


@bp.post("/<slug>")
@open_to_all
@limits.limit(limits.MAILS)
def join(slug: str) -> Response:
    """Join with an address; one that is not confirmed yet gets a mail first. Sent twice it is one entry."""
    try:
        form = parsed(JoinForm, request.form)
        with current.database().writing() as db:
            page = entries.join_page(db, slug, clock.now())
            wish = Wish(form.types, form.places, form.manner == "together" and form.places > 1)
            guest = _guest(form)
            entry = joining.join(db, event_id=page.event_id, wish=wish, guest=guest, now=clock.now())
    except Invalid as refusal:
        return _form(slug, request.form.to_dict(), request.form.getlist("types"), refusal)
    if guest.is_confirmed:
        return go(url_for(".entry", key=entry.secret))
    return go(url_for(".asked", slug=slug))


@bp.get("/<slug>/asked")
@open_to_all
def asked(slug: str) -> Response:
    """Says the same whoever asked with whichever address."""
    with current.database().reading() as db:
        page = entries.join_page(db, slug, clock.now())
    return show("waitinglist/asked.html", page=page)


@bp.get("/entry/<key>")
@open_to_all
def entry(key: str) -> Response:
    now = clock.now()
    with current.database().reading() as db:
        found = entries.entry(db, key, now)
    return show("waitinglist/entry.html", "state", revalidate=True, entry=found, now=now)


@bp.post("/entry/<key>/confirm")
@open_to_all
def confirm(key: str) -> Response:
    with current.database().writing() as db:
        joining.confirm(db, key=key, now=clock.now())
    tell("You are on the list", "What comes back is offered to you by mail, in the order of joining.")
    return go(url_for(".entry", key=key))


@bp.post("/entry/<key>/leave")
@open_to_all
def leave(key: str) -> Response:
    with current.database().writing() as db:
        joining.leave(db, key=key, now=clock.now())
    tell("You left the list", "Nothing more is sent to you about it.")
    return go(url_for(".entry", key=key))


@bp.post("/entry/<key>/rejoin")
@open_to_all
def rejoin(key: str) -> Response:
    with current.database().writing() as db:
        joining.rejoin(db, key=key, now=clock.now())
    tell("You are on the list again", "At its end, with the same wishes.")
    return go(url_for(".entry", key=key))


@bp.post("/entry/<key>/take")
@open_to_all
@limits.limit(limits.HOLD)
def take(key: str) -> Response:
    """Put what is offered into this browser's basket; from there it is an ordinary booking."""
    token = visitor.new_token()
    with current.database().writing() as db:
        offers.take(db, key=key, basket=fingerprint(token), now=clock.now())
    tell("It is in your basket", "It stays yours until its time is up. Nothing is charged before you pay.")
    return visitor.keep(go(url_for("basket.show_basket")), token)


def _guest(form: JoinForm) -> Guest:
    person = account()
    if person is None:
        return Guest(form.name, form.email)
    is_own = person.is_verified and person.email.lower() == form.email.lower()
    return Guest(form.name, form.email, person.id, is_own)


def _form(slug: str, values: dict[str, str], chosen: list[str], refusal: Invalid | None) -> Response:
    with current.database().reading() as db:
        page = entries.join_page(db, slug, clock.now())
    on_date = request.args.get("date", "")
    marked = set(chosen) or {str(one.id) for one in page.choices if str(one.date_id) == on_date}
    return show(
        "waitinglist/join.html",
        status=422 if refusal else 200,
        page=page,
        values=values,
        chosen=marked,
        refusal=refusal,
    )
