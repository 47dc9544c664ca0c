"""Pages of a person's own account."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp.accounts import entrances, forms, guards, passwords, rules
from webapp.accounts.guards import actor_of, open_to_all, signed_in
from webapp.accounts.queries import factors, people
from webapp.accounts.queries.people import Account
from webapp.accounts.service import joining, leaving, links, passkeys, security, signing_in
from webapp.core import audit, clock
from webapp.core.errors import Invalid
from webapp.web import current
from webapp.web.forms import attempted
from webapp.web.limits import MAILS, SIGN_IN, limit
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("accounts", __name__, url_prefix="/account")


def _named_account() -> str:
    """Whoever tries passwords on one account, or has it sent mails, is slowed down wherever they are."""
    return f"account:{request.form.get('email', '').strip().lower()[:320]}"


@bp.route("/sign-in", methods=["GET", "POST"])
@limit(SIGN_IN, methods=["POST"])
@limit(SIGN_IN, methods=["POST"], key_func=_named_account)
@open_to_all
def sign_in() -> Response:
    onward = rules.own_path(request.values.get("next"))
    if request.method == "GET" and (person := guards.account()):
        return go(onward or _home_of(person))
    refusal = attempted(forms.SignIn, request.form, _sign_in) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return onward_from_here(onward)
    return _form("sign_in", refusal, next=onward, site=passkeys.site(current.settings().base_url))


@bp.route("/sign-up", methods=["GET", "POST"])
@limit(MAILS, methods=["POST"])
@limit(MAILS, methods=["POST"], key_func=_named_account)
@open_to_all
def sign_up() -> Response:
    refusal = attempted(forms.SignUp, request.form, _sign_up) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return go(url_for(".mail_sent", about="sign-up"))
    return _form("sign_up", refusal)


@bp.get("/mail-sent")
@open_to_all
def mail_sent() -> Response:
    """After a form whose answer must not tell whether the address has an account."""
    return show("accounts/mail_sent.html", about=request.args.get("about", ""))


@bp.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    return _leave(guards.account())


@bp.route("/verify/<token>", methods=["GET", "POST"])
@limit(SIGN_IN, methods=["POST"])
@open_to_all
def verify(token: str) -> Response:
    """A link scanner that opens the address changes nothing: the button does, with the password."""
    link = _link(links.VERIFY, token)
    with current.database().reading() as db:
        person = joining.holder(db, link)
    if person.is_verified:
        tell("Your address is confirmed already", "Sign in to go on.", kind="info")
        return go(url_for(".sign_in"))
    act = partial(_verify, link)
    refusal = attempted(forms.Confirmation, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return go(url_for(".settings"))
    return _form("verify", refusal, email=person.email)


@bp.route("/forgotten", methods=["GET", "POST"])
@limit(MAILS, methods=["POST"])
@limit(MAILS, methods=["POST"], key_func=_named_account)
@open_to_all
def forgotten() -> Response:
    refusal = attempted(forms.Address, request.form, _forget) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return go(url_for(".mail_sent", about="password"))
    return _form("forgotten", refusal)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@limit(SIGN_IN, methods=["POST"])
@open_to_all
def reset(token: str) -> Response:
    link = _link(links.RESET, token)
    if request.method == "GET":
        with current.database().reading() as db:
            joining.holder(db, link)
    act = partial(_reset, link)
    refusal = attempted(forms.NewPassword, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return go(url_for(".devices"))
    return _form("reset", refusal)


@bp.get("")
@signed_in
def settings(person: Account) -> Response:
    return show("accounts/settings.html", person=person, values={"name": person.name}, refusal=None)


@bp.post("/name")
@signed_in
def rename(person: Account) -> Response:
    def act(form: forms.Rename) -> None:
        with current.database().writing() as db:
            security.rename(db, actor_of(person), person.id, form.name)

    if refusal := attempted(forms.Rename, request.form, act):
        return _form("settings", refusal, person=person)
    tell("Your name is changed", "New orders and tickets carry it.")
    return go(url_for(".settings"))


@bp.get("/security")
@signed_in
def security_page(person: Account) -> Response:
    return _security(person)


@bp.post("/password")
@limit(SIGN_IN)
@signed_in
def change_password(person: Account) -> Response:
    def act(form: forms.PasswordChange) -> None:
        actor = actor_of(person)
        security.change_password(current.database(), actor, person, current=form.current, new=form.new)

    if refusal := attempted(forms.PasswordChange, request.form, act):
        return _security(person, refusal, about="password")
    tell("Your password is changed", "Every other device is signed out.")
    return go(url_for(".security_page"))


@bp.post("/email")
@limit(MAILS)
@signed_in
def ask_email_change(person: Account) -> Response:
    def act(form: forms.EmailChange) -> None:
        security.ask_email_change(current.database(), person, email=form.email, password=form.password)

    if refusal := attempted(forms.EmailChange, request.form, act):
        return _security(person, refusal, about="email")
    tell("Look into the new mailbox", "Your address changes when you press the link in our mail there.")
    return go(url_for(".security_page"))


@bp.route("/email/<token>", methods=["GET", "POST"])
@open_to_all
def change_email(token: str) -> Response:
    link = _link(links.CHANGE_EMAIL, token)
    if request.method == "GET":
        with current.database().reading() as db:
            joining.holder(db, link)
        return show("accounts/change_email.html", email=link.email)
    with current.database().writing() as db:
        email = security.change_email(db, link, guards.device().name, clock.now())
    tell("Your address is changed", f"From now on we write to {email}.")
    return go(url_for(".settings"))


@bp.get("/devices")
@signed_in
def devices(person: Account) -> Response:
    now = clock.now()
    with current.database().reading() as db:
        signed_in_devices = people.devices(db, person.id, now)
    return show("accounts/devices.html", "devices", person=person, devices=signed_in_devices, now=now)


@bp.post("/devices/<uuid:device_id>/sign-out")
@signed_in
def sign_out_there(person: Account, device_id: UUID) -> Response:
    if device_id == person.sign_in_id:
        return _leave(person)
    with current.database().writing() as db:
        signing_in.sign_out_there(db, person.id, device_id)
    tell("Signed out there")
    return go(url_for(".devices"))


@bp.post("/devices/sign-out-others")
@signed_in
def sign_out_others(person: Account) -> Response:
    with current.database().writing() as db:
        signing_in.sign_out_others(db, person.id, keep=person.sign_in_id)
    tell("Every other device is signed out")
    return go(url_for(".devices"))


@bp.route("/delete", methods=["GET", "POST"])
@signed_in
def delete(person: Account) -> Response:
    def act(form: forms.Deletion) -> None:
        with current.database().writing() as db:
            actor = actor_of(person)
            leaving.delete_account(db, actor, person.id, typed_email=form.email, now=clock.now())

    refusal = attempted(forms.Deletion, request.form, act) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        entrances.leave()
        tell("Your account is deleted", "Your tickets stay valid: the links in our mails open them.")
        return go(url_for(".sign_in"))
    return _form("delete", refusal, person=person)


def _security(person: Account, refusal: Invalid | None = None, about: str = "") -> Response:
    with current.database().reading() as db:
        held = factors.held(db, person.id)
        past = audit.history(db, ("account", person.id), most=20)
    return _form("security", refusal, person=person, about=about, held=held, past=past)


def _leave(person: Account | None) -> Response:
    if person:
        with current.database().writing() as db:
            signing_in.sign_out(db, person.sign_in_id)
    entrances.leave()
    tell("You are signed out", "On this device; others stay as they are.")
    return go(url_for(".sign_in"))


def _form(page: str, refusal: Invalid | None, **values: Any) -> Response:
    """The page with what was typed and what is wrong with it."""
    typed = request.form.to_dict()
    status = refusal.status if refusal else 200
    return show(f"accounts/{page}.html", None, status=status, refusal=refusal, values=typed, **values)


def onward_from_here(wanted: str | None) -> Response:
    """After signing in: where one wanted to be; before that to the second factor where one is due."""
    person = guards.account()
    if person is None:
        return go(url_for("proving.second", next=wanted))
    return go(wanted or _home_of(person))


def _home_of(person: Account) -> str:
    return "/staff" if person.is_staff else "/orders"


def _link(purpose: links.Purpose, token: str) -> links.Link:
    return links.read(current.settings().secret_key, purpose, token, clock.now())


def _sign_in(form: forms.SignIn) -> None:
    token = signing_in.sign_in(
        current.database(), email=form.email, password=form.password, device=guards.device()
    )
    entrances.enter(token, keep=form.keep)


def _sign_up(form: forms.SignUp) -> None:
    password_hash = passwords.hashed(form.password)
    with current.database().writing() as db:
        joining.sign_up(db, name=form.name, email=form.email, password_hash=password_hash)


def _verify(link: links.Link, form: forms.Confirmation) -> None:
    token = joining.verify(
        current.database(), link, password=form.password, device=guards.device(), now=clock.now()
    )
    if entrances.enter(token, keep=False):
        tell("Welcome", "Your address is confirmed, and you are signed in.")


def _forget(form: forms.Address) -> None:
    with current.database().writing() as db:
        joining.forget_password(db, form.email)


def _reset(link: links.Link, form: forms.NewPassword) -> None:
    token = joining.reset_password(
        current.database(), link, password=form.password, device=guards.device(), now=clock.now()
    )
    if entrances.enter(token, keep=False):
        tell("Your new password is set", "You are signed in here, and nowhere else.")
    else:
        tell("Your new password is set", "You are signed out everywhere.")
