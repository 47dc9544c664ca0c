"""The mails about accounts: to the right person, with a link that works once."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.workers.conftest import Inbox
from webapp.accounts.models import User
from webapp.accounts.queries import people
from webapp.accounts.service import links
from webapp.accounts.service.factors import HISTORY
from webapp.core.db import Database
from workers.context import Context
from workers.jobs import accounts


@pytest.fixture
def user_id(database: Database) -> UUID:
    with database.writing() as db:
        user = User(email=f"{uuid4().hex}@example.org", name="Amara", password_hash="hash")
        db.add(user)
        db.flush()
        return user.id


@pytest.fixture
def context(context: Context) -> Context:
    return context.of(uuid4())


def words(inbox: Inbox) -> str:
    (mail,) = inbox.mails
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link(inbox: Inbox, page: str) -> str:
    found = re.search(rf"http://box\.office\.test/account/{page}/(\S+)", words(inbox))
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize(
    ("job", "purpose", "page"),
    [
        (accounts.mail_confirm_address, links.VERIFY, "verify"),
        (accounts.mail_new_password, links.RESET, "reset"),
    ],
)
def test_the_link_opens_what_it_is_for(
    context: Context, inbox: Inbox, user_id: UUID, job: object, purpose: links.Purpose, page: str
) -> None:
    job(context, user_id=user_id)  # type: ignore[operator]

    read = links.read(context.settings.secret_key, purpose, link(inbox, page), context.now())
    with context.database.reading() as db:
        assert read.is_current(people.person(db, user_id))


def test_a_new_address_is_asked_itself(context: Context, inbox: Inbox, user_id: UUID) -> None:
    accounts.mail_confirm_new_address(context, user_id=user_id, email="new@example.org")

    assert inbox.mails[0]["To"] == "Amara <new@example.org>"
    read = links.read(context.settings.secret_key, links.CHANGE_EMAIL, link(inbox, "email"), context.now())
    assert read.email == "new@example.org"


def test_the_old_address_is_told_when_it_was_changed(context: Context, inbox: Inbox, user_id: UUID) -> None:
    accounts.mail_address_changed(context, user_id=user_id, old_email="old@example.org")

    assert inbox.mails[0]["To"] == "Amara <old@example.org>"


@pytest.mark.parametrize("job", [accounts.mail_address_taken, accounts.mail_password_changed])
def test_the_owner_is_warned(context: Context, inbox: Inbox, user_id: UUID, job: object) -> None:
    job(context, user_id=user_id)  # type: ignore[operator]

    assert "http://box.office.test/account/forgotten" in words(inbox)


@pytest.mark.parametrize("change", HISTORY)
def test_each_change_of_a_second_factor_is_told(
    context: Context, inbox: Inbox, user_id: UUID, change: str
) -> None:
    accounts.mail_factor_changed(context, user_id=user_id, change=change)

    assert accounts.FACTOR_CHANGES[change][0] in str(inbox.mails[0]["Subject"])
    assert accounts.FACTOR_CHANGES[change][1] in words(inbox).replace("\n", " ")
    assert "http://box.office.test/account/forgotten" in words(inbox)


def test_an_address_that_is_confirmed_already_is_not_asked(
    context: Context, database: Database, inbox: Inbox, user_id: UUID
) -> None:
    with database.writing() as db:
        db.execute(text("UPDATE users SET email_verified_at = now() WHERE id = :id"), {"id": user_id})

    accounts.mail_confirm_address(context, user_id=user_id)

    assert inbox.mails == []


def test_an_account_that_is_gone_gets_no_mail(context: Context, database: Database, inbox: Inbox) -> None:
    assert accounts.mail_new_password(context, user_id=uuid4()) is None
    assert inbox.mails == []
