"""No lock is held while somebody else's server is asked."""

from email.message import EmailMessage

import pytest

from webapp.core.db import Database, require_no_transaction
from webapp.payments.gateway import SandboxGateway
from workers.mail import send

NOBODY = "127.0.0.1:9"


def test_the_gateway_is_not_asked_in_a_transaction(database: Database) -> None:
    gateway = SandboxGateway(f"http://{NOBODY}", "key", "secret")

    with pytest.raises(RuntimeError, match="across a network call"), database.writing():
        gateway.sessions("order")


def test_no_mail_is_sent_in_a_transaction(database: Database) -> None:
    with pytest.raises(RuntimeError, match="across a network call"), database.writing():
        send.hand_over(f"smtp://{NOBODY}", EmailMessage())


def test_after_a_transaction_others_may_be_asked_however_it_ended(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing():
        raise ZeroDivisionError
    with database.reading():
        require_no_transaction()
