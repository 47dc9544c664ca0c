"""Teams: invited by mail, with roles for everything and for single events."""

from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.accounts import PASSWORD, a_member, a_person, an_organizer, sign_in
from tests.factories.programme import an_event
from webapp.accounts.models import Invitation, Organizer
from webapp.accounts.service import links
from webapp.core import audit, clock
from webapp.core.db import Database


def link_of(app: Flask, database: Database, email: str) -> str:
    """What the mail leads to."""
    with database.reading() as db:
        found = db.scalars(select(Invitation.id).where(Invitation.email == email)).one()
    secret_key = app.extensions["marquee"].settings.secret_key
    return f"/account/invitation/{links.invitation_token(secret_key, found)}"


def done(database: Database, subject: tuple[str, UUID]) -> list[str]:
    with database.reading() as db:
        return [line.action for line in audit.history(db, subject)]


def invite(owner: FlaskClient, organizer: Organizer, email: str, role: str, **others: object) -> None:
    answer = owner.post(f"/staff/{organizer.slug}/team", data={"email": email, "role": role, **others})
    assert answer.status_code == 303, answer.text


def test_somebody_with_an_account_is_invited_joins_gets_another_role_and_leaves(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    organizer, dora = an_organizer(database), a_person(database, "Dora Door")
    sign_in(client, a_member(database, organizer, "owner", "Alice Adams"))
    team, hers = f"/staff/{organizer.slug}/team", sign_in(app.test_client(), dora)
    history = f"/staff/{organizer.slug}/audit"

    invite(client, organizer, dora.email, "door")
    assert hers.get(history).status_code == 404
    link = link_of(app, database, dora.email)
    assert "Join as Dora Door" in hers.get(link).text
    assert "invites you to" in hers.get("/staff").text
    assert [hers.post(link).location for _ in range(2)] == [f"/staff/{organizer.slug}"] * 2
    assert hers.get(history).status_code == 403
    client.post(f"{team}/{dora.id}/role", data={"role": "finance"})
    assert hers.get(history).status_code == 200
    client.post(f"{team}/{dora.id}/remove")
    assert hers.get(history).status_code == 404

    assert done(database, ("member", dora.id)) == ["Left the team", "Role changed", "Joined the team"]


def test_somebody_without_an_account_makes_one_by_accepting(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    organizer = an_organizer(database)
    sign_in(client, a_member(database, organizer, "owner"))
    email = f"new-{organizer.slug}@example.org"
    invite(client, organizer, email, "box_office")
    link, theirs = link_of(app, database, email), app.test_client()

    weak = theirs.post(link, data={"name": "Nora New", "password": "short"})
    joined = theirs.post(link, data={"name": "Nora New", "password": PASSWORD})

    assert weak.status_code == 422
    assert "Use at least 10 characters" in weak.text
    assert joined.location == f"/staff/{organizer.slug}"
    assert theirs.get(f"/staff/{organizer.slug}/orders").status_code == 200
    assert theirs.get(f"/staff/{organizer.slug}/venues").status_code == 403


def test_an_invitation_opens_nothing_for_another_address(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    organizer, dora, eve = an_organizer(database), a_person(database, "Dora"), a_person(database, "Eve")
    sign_in(client, a_member(database, organizer, "owner"))
    invite(client, organizer, dora.email, "manager")
    hers = sign_in(app.test_client(), eve)

    answer = hers.post(link_of(app, database, dora.email))

    assert answer.status_code == 403
    assert f"This invitation is for {dora.email}" in answer.text
    assert hers.get(f"/staff/{organizer.slug}").status_code == 404


def test_an_invitation_that_is_withdrawn_or_too_old_is_closed_until_it_is_sent_again(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    organizer, dora = an_organizer(database), a_person(database, "Dora")
    sign_in(client, a_member(database, organizer, "owner"))
    invite(client, organizer, dora.email, "door")
    link, hers = link_of(app, database, dora.email), sign_in(app.test_client(), dora)
    with database.reading() as db:
        invitation_id = db.scalars(select(Invitation.id).where(Invitation.email == dora.email)).one()
    at = f"/staff/{organizer.slug}/team/invitations/{invitation_id}"

    client.post(f"{at}/withdraw")
    withdrawn = hers.post(link)
    client.post(f"{at}/resend")
    with database.writing() as db:
        db.get_one(Invitation, invitation_id).expires_at = clock.now() - timedelta(seconds=1)
    old = hers.post(link)
    client.post(f"{at}/resend")

    assert (withdrawn.status_code, old.status_code) == (410, 410)
    assert "withdrawn" in withdrawn.text
    assert hers.post(link).status_code == 303
    assert done(database, ("invitation", invitation_id)) == [
        "Invitation sent again",
        "Invited again",
        "Invitation withdrawn",
        "Invited",
    ]


def test_who_is_in_the_team_is_not_invited_again(client: FlaskClient, database: Database) -> None:
    organizer = an_organizer(database)
    sign_in(client, a_member(database, organizer, "owner"))
    dora = a_member(database, organizer, "door", "Dora Door")

    answer = client.post(f"/staff/{organizer.slug}/team", data={"email": dora.email, "role": "manager"})

    assert answer.status_code == 422
    assert "They are in the team as door." in answer.text


def test_who_works_for_one_event_sees_that_event_alone(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    organizer, mona = an_organizer(database), a_person(database, "Mona")
    sign_in(client, a_member(database, organizer, "owner"))
    titles = ("Lantern Walk", "Krampus Ball")
    mine, other = (an_event(database, organizer=organizer, title=title) for title in titles)
    staff = f"/staff/{organizer.slug}"
    invite(client, organizer, mona.email, "manager", event_ids=[str(mine.id)])
    hers = sign_in(app.test_client(), mona)
    hers.post(link_of(app, database, mona.email))

    listed, opened = hers.get(f"{staff}/events").text, hers.get(f"{staff}/events/{mine.id}")

    assert "Lantern Walk" in listed
    assert "Krampus Ball" not in listed
    assert "manager for 1 event" in listed
    assert "Save the facts" in opened.text
    assert hers.get(f"{staff}/events/{other.id}").status_code == 404
    assert [hers.get(f"{staff}/{page}").status_code for page in ("venues", "team", "events/new")] == [403] * 3
    assert "Krampus Ball" not in hers.get(f"{staff}/audit").text


def test_a_role_at_one_event_narrows_what_somebody_may_there(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    organizer = an_organizer(database)
    sign_in(client, a_member(database, organizer, "owner"))
    bob = a_member(database, organizer, "manager")
    both = [an_event(database, organizer=organizer, title=title) for title in ("Walk", "Ball")]
    secret = both[1]
    staff, his = f"/staff/{organizer.slug}", sign_in(app.test_client(), bob)
    form = {"user_id": str(bob.id), "event_id": str(secret.id)}

    client.post(f"{staff}/team/events", data={**form, "role": "door"})
    narrowed = [his.post(f"{staff}/events/{event.id}/publish").status_code for event in both]
    client.post(f"{staff}/team/events", data=form)
    again = his.post(f"{staff}/events/{secret.id}/publish").status_code

    assert (narrowed, again) == ([303, 403], 303)
    assert done(database, ("member", bob.id)) == ["Role at an event taken", "Role at an event given"]
