"""Handing a mail over, and not waiting for a server that does not answer."""

from dataclasses import replace
from email.message import EmailMessage

import pybreaker
import pytest
from sqlalchemy import text

from local import ports
from tests.workers.conftest import Inbox, at_most, smtp_server
from webapp.core.db import Database
from workers.context import Context, make_context
from workers.mail.send import hand_over, send


def a_mail(to: str = "amara@example.org") -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = "<one@marquee.example>"
    message["From"] = "tickets@marquee.example"
    message["To"] = to
    message["Subject"] = "Hello"
    message.set_content("Grüße an 東京\n")
    return message


def test_a_mail_arrives_as_it_was_written(inbox: Inbox, smtp_url: str) -> None:
    hand_over(smtp_url, a_mail())

    (mail,) = inbox.mails
    assert mail.get_content().splitlines() == ["Grüße an 東京"]


def test_the_next_mail_goes_on_where_the_last_one_ended(inbox: Inbox, smtp_url: str) -> None:
    for _ in range(3):
        hand_over(smtp_url, a_mail())

    assert len(inbox.mails) == 3
    assert len(set(inbox.peers)) == 1


def test_a_conversation_that_the_server_ended_is_begun_again(inbox: Inbox) -> None:
    port = ports.any_free()
    for _ in range(2):
        with smtp_server(inbox, port):
            hand_over(f"smtp://127.0.0.1:{port}", a_mail())

    assert len(inbox.mails) == 2


def test_the_same_mail_is_written_down_once(database: Database, context: Context, inbox: Inbox) -> None:
    for _ in range(2):
        note = send(context, a_mail(), kind="hello", reference=None)
        with database.writing() as db:
            note(db)

    with database.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM sent_mails")) == 1


def test_after_five_failures_nobody_waits_for_the_server(context: Context) -> None:
    settings = context.settings
    away = f"smtp://127.0.0.1:{ports.any_free()}"
    lonely = make_context(replace(settings, smtp_url=away))
    for _ in range(4):
        with pytest.raises(ConnectionRefusedError):
            send(lonely, a_mail(), kind="hello", reference=None)
    with pytest.raises(pybreaker.CircuitBreakerError):
        send(lonely, a_mail(), kind="hello", reference=None)

    with at_most(0.1), pytest.raises(pybreaker.CircuitBreakerError):
        send(lonely, a_mail(), kind="hello", reference=None)
    assert lonely.smtp.current_state == "open"
    lonely.database.close()
    lonely.redis.close()
    lonely.live.redis.close()
