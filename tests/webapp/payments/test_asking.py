"""The provider is asked about what it does not tell, and what it answers counts once."""

from datetime import timedelta
from uuid import UUID

from tests.factories.sandbox import Sandbox
from tests.webapp.payments.conftest import Ask, Told, ledger, reference_of, say, state, tell
from webapp.core import clock
from webapp.core.db import Database
from webapp.payments import queries
from webapp.payments.gateway import SandboxGateway
from webapp.payments.service import charges


def test_asking_finds_the_money_whose_webhook_was_lost(
    database: Database, gateway: SandboxGateway, sandbox: Sandbox, told: Told, ask: Ask
) -> None:
    payment = ask()
    sandbox.act(charges.open_session(database, gateway, payment), "pay")

    charges.ask_provider(database, gateway, payment)

    assert state(database, payment) == "succeeded"
    assert len(told.events) == 1


def test_asking_and_the_webhook_count_once(
    database: Database, gateway: SandboxGateway, sandbox: Sandbox, told: Told, ask: Ask
) -> None:
    payment = ask()
    sandbox.act(charges.open_session(database, gateway, payment), "pay")

    charges.ask_provider(database, gateway, payment)
    tell(database, say(payment, "paid"))
    charges.ask_provider(database, gateway, payment)

    assert ledger(database, reference_of(database, payment)) == [4800]
    assert len(told.events) == 1


def test_asking_about_an_open_page_changes_nothing(
    database: Database, gateway: SandboxGateway, told: Told, ask: Ask
) -> None:
    payment = ask()
    charges.open_session(database, gateway, payment)

    charges.ask_provider(database, gateway, payment)

    assert state(database, payment) == "pending"
    assert told.events == []


def test_a_page_whose_time_is_over_ends_the_payment(
    database: Database, gateway: SandboxGateway, told: Told, ask: Ask
) -> None:
    payment = ask(minutes=-1)
    charges.open_session(database, gateway, payment)

    charges.ask_provider(database, gateway, payment)

    assert state(database, payment) == "cancelled"


def test_a_payment_that_never_reached_the_provider_ends_with_its_time(
    database: Database, gateway: SandboxGateway, ask: Ask
) -> None:
    payment = ask(minutes=-1)

    charges.ask_provider(database, gateway, payment)

    assert state(database, payment) == "cancelled"


def test_a_second_try_after_a_decline_is_found_though_its_webhook_was_lost(
    database: Database, gateway: SandboxGateway, sandbox: Sandbox, told: Told, ask: Ask
) -> None:
    payment = ask()
    page = charges.open_session(database, gateway, payment)
    sandbox.act(page, "decline")
    tell(database, say(payment, "declined"))
    sandbox.act(page, "pay")
    assert (state(database, payment), is_due(database, payment)) == ("failed", True)

    charges.ask_provider(database, gateway, payment)

    assert (state(database, payment), is_due(database, payment)) == ("succeeded", False)


def test_what_was_given_up_is_asked_about_once_more_when_its_time_is_over(
    database: Database, gateway: SandboxGateway, ask: Ask
) -> None:
    payment = ask(minutes=-1)
    with database.writing() as db:
        charges.cancel_open(db, reference_of(database, payment))
    assert is_due(database, payment)

    charges.ask_provider(database, gateway, payment)

    assert not is_due(database, payment)


def is_due(database: Database, payment: UUID) -> bool:
    """Whether the provider is asked about it sooner or later."""
    with database.reading() as db:
        return payment in queries.due_questions(db, clock.now() + timedelta(days=1), most=1000)
