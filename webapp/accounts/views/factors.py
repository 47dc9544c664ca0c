"""A person's second factor: an app's codes, passkeys, and codes for the day when both are lost."""

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for
from markupsafe import Markup

from webapp.accounts import forms, guards
from webapp.accounts.guards import actor_of, proved, signed_in
from webapp.accounts.queries import factors as queries
from webapp.accounts.queries.people import Account
from webapp.accounts.service import codes, passkeys, proving
from webapp.accounts.service import factors as service
from webapp.core import clock
from webapp.core.errors import Invalid
from webapp.core.qr import qr_svg
from webapp.web import current
from webapp.web.forms import attempted, parsed
from webapp.web.limits import FACTOR, SIGN_IN, limit
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("factors", __name__, url_prefix="/account/factors")


@bp.get("")
@signed_in
def factors(person: Account) -> Response:
    return _page(person)


@bp.route("/app", methods=["GET", "POST"])
@limit(FACTOR, methods=["POST"], key_func=guards.named_person)
@signed_in
@proved
def app(person: Account) -> Response:
    """Draw a secret for the app, and take it when its first code comes back."""
    shown: list[tuple[str, ...]] = []
    act = partial(_add_app, person, shown)
    refusal = attempted(forms.NewApp, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return _added(person, shown, "Codes from your app are on")
    drafted = _kept_draft(person) if refusal else codes.draft()
    drawn = qr_svg(codes.address(drafted.secret, person.email))
    return show(
        "accounts/app.html",
        status=refusal.status if refusal else 200,
        person=person,
        refusal=refusal,
        draft=_sealed(person, drafted),
        secret=" ".join(drafted.secret[at : at + 4] for at in range(0, len(drafted.secret), 4)),
        qr_svg=Markup(drawn),  # noqa: S704  # nosec B704
    )


@bp.post("/app/remove")
@signed_in
@proved
def remove_app(person: Account) -> Response:
    with current.database().writing() as db:
        service.drop_app(db, actor_of(person), person)
    tell("Codes from your app are off")
    return go(url_for(".factors"))


@bp.get("/passkey")
@limit(SIGN_IN)
@signed_in
@proved
def passkey_question(person: Account) -> Response:
    """What the script gives to the browser."""
    with current.database().reading() as db:
        known = queries.credentials(db, person.id)
    settings = current.settings()
    at = passkeys.site(settings.base_url)
    response = jsonify(passkeys.asked_to_make(settings.secret_key, at, person, known))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/passkey")
@limit(SIGN_IN)
@signed_in
@proved
def add_passkey(person: Account) -> Response:
    shown: list[tuple[str, ...]] = []
    refusal = attempted(forms.NewPasskey, request.form, partial(_add_passkey, person, shown))
    if refusal:
        return _page(person, refusal)
    return _added(person, shown, "The passkey is yours")


@bp.post("/passkeys/<uuid:passkey_id>/remove")
@signed_in
@proved
def remove_passkey(person: Account, passkey_id: UUID) -> Response:
    with current.database().writing() as db:
        service.drop_passkey(db, actor_of(person), person, passkey_id)
    tell("The passkey opens nothing here any more", "Your device may still keep it; delete it there, too.")
    return go(url_for(".factors"))


@bp.post("/codes")
@signed_in
@proved
def renew_codes(person: Account) -> Response:
    """New recovery codes, shown in this answer and never again."""
    if not person.has_factor:
        return go(url_for(".factors"))
    form = parsed(forms.NewCodes, request.form)
    drafted = codes.read_draft(current.settings().secret_key, person.id, form.draft)
    with current.database().writing() as db:
        service.renew_codes(db, actor_of(person), person.id, drafted)
    return show("accounts/codes.html", person=person, codes=drafted.codes, title="New recovery codes")


def _page(person: Account, refusal: Invalid | None = None) -> Response:
    with current.database().reading() as db:
        held = queries.held(db, person.id)
    return show(
        "accounts/factors.html",
        status=refusal.status if refusal else 200,
        person=person,
        held=held,
        refusal=refusal,
        values=request.form.to_dict(),
        draft=_sealed(person, codes.draft()),
        site=passkeys.site(current.settings().base_url),
        is_proved=person.is_proved(clock.now()),
    )


def _added(person: Account, shown: list[tuple[str, ...]], title: str) -> Response:
    """With the first factor come recovery codes; they are shown here and nowhere else."""
    if shown:
        return show("accounts/codes.html", person=person, codes=shown[0], title=title)
    tell(title, "Other devices are signed out.")
    return go(url_for(".factors"))


def _add_app(person: Account, shown: list[tuple[str, ...]], form: forms.NewApp) -> None:
    secret_key = current.settings().secret_key
    draft = codes.read_draft(secret_key, person.id, form.draft)
    step = codes.step_of(draft.secret, form.code, clock.now())
    if step is None:
        raise Invalid(
            "Your codes are not on yet.",
            fields={"code": "Type the six figures that the app shows now for Marquee."},
            title="That did not fit",
        )
    with current.database().writing() as db:
        actor = actor_of(person)
        if service.add_app(db, actor, person, draft=draft, step=step, secret_key=secret_key):
            shown.append(draft.codes)
        proving.note_proved(db, person.sign_in_id, clock.now())


def _add_passkey(person: Account, shown: list[tuple[str, ...]], form: forms.NewPasskey) -> None:
    settings = current.settings()
    draft = codes.read_draft(settings.secret_key, person.id, form.draft)
    challenge = passkeys.new_challenge(settings.secret_key, person.id, form.state)
    made = passkeys.made(passkeys.site(settings.base_url), form.credential, challenge)
    with current.database().writing() as db:
        if service.add_passkey(db, actor_of(person), person, made=made, name=form.name, draft=draft):
            shown.append(draft.codes)
        proving.note_proved(db, person.sign_in_id, clock.now())


def _kept_draft(person: Account) -> codes.Draft:
    """What the page drew before, so that a wrong code does not make the app begin anew."""
    return codes.read_draft(current.settings().secret_key, person.id, request.form.get("draft", ""))


def _sealed(person: Account, drafted: codes.Draft) -> str:
    return codes.sealed_draft(current.settings().secret_key, person.id, drafted)
