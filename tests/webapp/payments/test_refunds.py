"""Money goes back once, and never more than came."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.factories.sandbox import Sandbox
from tests.webapp.payments.conftest import Ask, Told, ledger, say
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.payments.events import RefundFailed, RefundRequested, RefundSucceeded
from webapp.payments.gateway import GatewayEvent, SandboxGateway
from webapp.payments.service import charges, refunds


@pytest.fixture
def reference() -> UUID:
    return uuid4()


@pytest.fixture
def paid(database: Database, gateway: SandboxGateway, sandbox: Sandbox, ask: Ask, reference: UUID) -> UUID:
    """48 euros that the provider has and we know of."""
    payment = ask(reference=reference)
    sandbox.act(charges.open_session(database, gateway, payment), "pay")
    charges.ask_provider(database, gateway, payment)
    return payment


def refund(database: Database, reference: UUID, amount: int, key: str = "") -> list[UUID]:
    with database.writing() as db:
        return refunds.request(
            db, reference=reference, amount=amount, reason="Cancelled", key=key or str(uuid4())
        )


def send(database: Database, gateway: SandboxGateway, refund_id: UUID) -> None:
    effect = refunds.send(database, gateway, refund_id)
    if effect:
        with database.writing() as db:
            effect(db)


def test_a_refund_is_asked_for_by_an_event(
    database: Database, told: Told, paid: UUID, reference: UUID
) -> None:
    (mine,) = refund(database, reference, 2400)

    assert told.events[-1] == RefundRequested(mine, reference)
    assert ledger(database, reference) == [4800]


def test_the_same_key_is_the_same_refund(database: Database, paid: UUID, reference: UUID) -> None:
    assert refund(database, reference, 2400, "ticket 1") == refund(database, reference, 2400, "ticket 1")


def test_more_than_is_left_is_refused(database: Database, paid: UUID, reference: UUID) -> None:
    refund(database, reference, 2400)

    with pytest.raises(Conflict):
        refund(database, reference, 2401)


def test_a_refund_takes_from_several_payments(database: Database, ask: Ask, reference: UUID) -> None:
    for _ in range(2):
        payment = ask(reference=reference)
        with database.writing() as db:
            charges.record_webhook(db, say(payment, "paid"))

    mine = refund(database, reference, 6000)

    with database.reading() as db:
        amounts = list(
            db.scalars(text("SELECT amount FROM refunds WHERE id = ANY(:ids) ORDER BY id"), {"ids": mine})
        )
    assert amounts == [4800, 1200]


def test_money_that_went_back_is_in_the_ledger_and_told(
    database: Database, gateway: SandboxGateway, told: Told, paid: UUID, reference: UUID
) -> None:
    (mine,) = refund(database, reference, 2400)

    send(database, gateway, mine)

    assert ledger(database, reference) == [4800, -2400]
    assert told.events[-1] == RefundSucceeded(mine, reference, 2400)


def test_sending_it_twice_sends_it_once(
    database: Database, gateway: SandboxGateway, told: Told, paid: UUID, reference: UUID
) -> None:
    (mine,) = refund(database, reference, 4800)
    effects = [refunds.send(database, gateway, mine) for _ in range(2)]

    for effect in effects:
        assert effect is not None
        with database.writing() as db:
            effect(db)

    assert ledger(database, reference) == [4800, -4800]


def test_the_webhook_and_our_own_answer_count_once(
    database: Database, gateway: SandboxGateway, told: Told, paid: UUID, reference: UUID
) -> None:
    (mine,) = refund(database, reference, 2400)
    send(database, gateway, mine)

    with database.writing() as db:
        known = charges.record_webhook(
            db, GatewayEvent("evt_r" + str(mine), "refund.succeeded", "ref_1", str(mine), 2400, {})
        )

    assert known
    assert ledger(database, reference) == [4800, -2400]


def test_a_refund_that_the_provider_refuses_is_told_and_may_be_asked_for_again(
    database: Database, gateway: SandboxGateway, sandbox: Sandbox, told: Told, paid: UUID, reference: UUID
) -> None:
    sandbox.tell(fail_refunds=1)
    (mine,) = refund(database, reference, 4800)
    send(database, gateway, mine)
    assert told.events[-1] == RefundFailed(mine, reference)
    sandbox.tell()

    (again,) = refund(database, reference, 4800)
    send(database, gateway, again)

    assert ledger(database, reference) == [4800, -4800]
