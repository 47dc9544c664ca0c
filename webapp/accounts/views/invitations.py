"""The page that an invitation's link opens: join with an account, or make one in the same step."""

from functools import partial

from flask import Blueprint, Response, request, url_for

from webapp.accounts import entrances, forms, guards, passwords
from webapp.accounts.guards import open_to_all
from webapp.accounts.queries import houses, people
from webapp.accounts.queries.houses import Invited
from webapp.accounts.queries.people import Account
from webapp.accounts.service import invitations, links
from webapp.core import clock
from webapp.web import current
from webapp.web.forms import attempted
from webapp.web.limits import SIGN_IN, limit
from webapp.web.notices import tell
from webapp.web.page import go, show

bp = Blueprint("invitations", __name__, url_prefix="/account")


@bp.get("/invitation/<token>")
@open_to_all
def invitation(token: str) -> Response:
    """A link scanner that opens the address changes nothing: the button does."""
    return _page(_invited(token))


@bp.post("/invitation/<token>")
@limit(SIGN_IN)
@open_to_all
def accept(token: str) -> Response:
    invited, person = _invited(token), guards.account()
    if person:
        _join(invited, person)
    elif refusal := attempted(forms.Joining, request.form, partial(_join_anew, invited)):
        return _page(invited, refusal=refusal)
    tell(f"You work for {invited.organizer}", f"As {invited.role_words}.")
    return go(f"/staff/{invited.slug}")


def _invited(token: str) -> Invited:
    invitation_id = links.read_invitation(current.settings().secret_key, token)
    with current.database().reading() as db:
        return houses.invited(db, invitation_id, clock.now())


def _join(invited: Invited, person: Account) -> None:
    with current.database().writing() as db:
        invitations.accept(
            db, invitation_id=invited.id, user_id=person.id, device=guards.device(), now=clock.now()
        )


def _join_anew(invited: Invited, form: forms.Joining) -> None:
    password_hash = passwords.hashed(form.password)
    with current.database().writing() as db:
        token = invitations.accept_as_new(
            db,
            invitation_id=invited.id,
            name=form.name,
            password_hash=password_hash,
            device=guards.device(),
            now=clock.now(),
        )
    entrances.enter(token, keep=False)


def _page(invited: Invited, refusal: object = None) -> Response:
    with current.database().reading() as db:
        known = people.find_person(db, invited.email)
    values = {"name": request.form.get("name", "")}
    return show(
        "accounts/invitation.html",
        status=422 if refusal else 200,
        invited=invited,
        person=guards.account(),
        is_known=bool(known and known.is_verified),
        here=url_for(".invitation", **(request.view_args or {})),
        values=values,
        refusal=refusal,
    )
