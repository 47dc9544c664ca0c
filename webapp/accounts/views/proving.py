"""Showing that it is you: after the password, with a passkey alone, and once more before what matters."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from webapp.accounts import entrances, forms, guards, rules
from webapp.accounts.guards import open_to_all, signed_in
from webapp.accounts.queries.factors import Half
from webapp.accounts.queries.people import Account
from webapp.accounts.service import passkeys, proving
from webapp.accounts.service.proving import Checker, Proof
from webapp.accounts.views.account import onward_from_here
from webapp.core import clock
from webapp.web import current
from webapp.web.forms import attempted
from webapp.web.limits import FACTOR, SIGN_IN, limit
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("proving", __name__, url_prefix="/account")


@bp.route("/sign-in/second", methods=["GET", "POST"])
@limit(SIGN_IN, methods=["POST"])
@limit(FACTOR, methods=["POST"], key_func=guards.named_person)
@open_to_all
def second() -> Response:
    """The second factor, after the password; sent twice it is signed in already."""
    onward = rules.own_path(request.values.get("next"))
    half = None if guards.account() else entrances.half()
    if guards.account():
        return onward_from_here(onward)
    if half is None:
        tell("Sign in once more", "The second factor is waited for ten minutes.", kind="info")
        return go(url_for("accounts.sign_in", next=onward))
    act = partial(_finish, half)
    refusal = attempted(forms.Proof, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return onward_from_here(onward)
    status = refusal.status if refusal else 200
    more: dict[str, Any] = {"half": half, "refusal": refusal, "next": onward, "site": _checker().site}
    return show("accounts/second.html", status=status, **more)


@bp.get("/sign-in/passkey")
@limit(SIGN_IN)
@open_to_all
def passkey_question() -> Response:
    """What the script gives to the browser."""
    response = jsonify(passkeys.asked_to_sign(current.settings().secret_key, _checker().site))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/sign-in/passkey")
@limit(SIGN_IN)
@open_to_all
def sign_in_by_passkey() -> Response:
    onward = rules.own_path(request.form.get("next"))
    refusal = attempted(forms.PasskeyProof, request.form, _enter)
    if refusal is None:
        return onward_from_here(onward)
    more: dict[str, Any] = {"refusal": refusal, "values": {}, "next": onward, "site": _checker().site}
    return show("accounts/sign_in.html", status=refusal.status, **more)


@bp.route("/confirm", methods=["GET", "POST"])
@limit(SIGN_IN, methods=["POST"])
@limit(FACTOR, methods=["POST"], key_func=guards.named_person)
@signed_in
def confirm(person: Account) -> Response:
    """Asked again before what keeps the account safe is changed."""
    onward = rules.own_path(request.values.get("next")) or url_for("factors.factors")
    act = partial(_confirm, person)
    refusal = attempted(forms.Proof, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return go(onward)
    status = refusal.status if refusal else 200
    more: dict[str, Any] = {"person": person, "refusal": refusal, "next": onward, "site": _checker().site}
    return show("accounts/confirm.html", status=status, **more)


def _finish(half: Half, form: forms.Proof) -> None:
    with current.database().writing() as db:
        proving.finish(db, _checker(), half, _proof(form), device=guards.device(), now=clock.now())
    entrances.enter_wholly()


def _enter(form: forms.PasskeyProof) -> None:
    proof, device = Proof(credential=form.credential, state=form.state), guards.device()
    with current.database().writing() as db:
        token = proving.sign_in_by_passkey(db, _checker(), proof, device=device, now=clock.now())
    entrances.enter(token, keep=form.keep)


def _confirm(person: Account, form: forms.Proof) -> None:
    proving.confirm(
        current.database(), _checker(), person, _proof(form), password=form.password, now=clock.now()
    )


def _proof(form: forms.Proof) -> Proof:
    return Proof(code=form.code, credential=form.credential, state=form.state)


def _checker() -> Checker:
    settings = current.settings()
    return Checker(settings.secret_key, passkeys.site(settings.base_url))
