"""Money is asked for once, taken once and counted once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.factories.sandbox import Sandbox
from tests.webapp.payments.conftest import Ask, Told, ledger, reference_of, say, state, tell
from webapp.core.db import Database
from webapp.core.errors import Conflict
from webapp.payments.events import PaymentDelayed, PaymentFailed, PaymentSucceeded
from webapp.payments.gateway import GatewayAway, GatewayEvent, GatewayRefused, SandboxGateway
from webapp.payments.service import charges


def test_the_same_key_is_the_same_payment(ask: Ask) -> None:
    reference = uuid4()

    assert ask(reference=reference, key="order 1") == ask(reference=reference, key="order 1")


def test_the_same_key_for_another_amount_is_refused(ask: Ask) -> None:
    reference = uuid4()
    ask(reference=reference, key="order 2")

    with pytest.raises(Conflict):
        ask(reference=reference, key="order 2", amount=4900)


def test_opening_twice_leads_to_the_same_page(
    database: Database, gateway: SandboxGateway, sandbox: Sandbox, ask: Ask
) -> None:
    payment = ask()

    pages = {charges.open_session(database, gateway, payment) for _ in range(2)}

    assert len(pages) == 1
    assert len(gateway.sessions(str(payment))) == 1
    assert state(database, payment) == "pending"


def test_a_double_click_makes_one_session(database: Database, sandbox: Sandbox, ask: Ask) -> None:
    payment = ask()

    with ThreadPoolExecutor(8) as threads:
        pages = set(
            threads.map(lambda _: charges.open_session(database, sandbox.gateway(), payment), range(8))
        )

    assert len(pages) == 1
    assert len(sandbox.gateway().sessions(str(payment))) == 1


def test_an_answer_that_was_lost_is_found_again_by_the_key(
    database: Database, gateway: SandboxGateway, ask: Ask
) -> None:
    payment = ask()
    page = charges.open_session(database, gateway, payment)
    with database.writing() as db:  # as if we had died before we wrote it down
        db.execute(text("UPDATE payments SET url = NULL, provider_id = NULL WHERE id = :id"), {"id": payment})

    assert charges.open_session(database, gateway, payment) == page


def test_what_is_paid_leads_back_to_the_order(database: Database, away: SandboxGateway, ask: Ask) -> None:
    payment = ask()
    tell(database, say(payment, "paid"))

    assert charges.open_session(database, away, payment).endswith("/orders/M7K4-QX2P")


def test_a_provider_that_is_away_is_told_once(
    database: Database, away: SandboxGateway, told: Told, ask: Ask
) -> None:
    payment = ask()

    for _ in range(2):
        with pytest.raises(GatewayAway):
            charges.open_session(database, away, payment)

    assert told.events == [PaymentDelayed(payment, reference_of(database, payment))]
    assert state(database, payment) == "created"


def test_a_provider_that_refuses_is_told_as_what_it_is(
    database: Database, sandbox: Sandbox, told: Told, ask: Ask
) -> None:
    payment = ask()

    with pytest.raises(GatewayRefused, match="key is missing or wrong"):
        charges.open_session(database, SandboxGateway(sandbox.url, "not our key", sandbox.secret), payment)

    assert (state(database, payment), told.events) == ("created", [])


def test_money_that_arrives_is_in_the_ledger_and_told(database: Database, told: Told, ask: Ask) -> None:
    payment = ask()

    assert tell(database, say(payment, "paid"))

    reference = reference_of(database, payment)
    assert state(database, payment) == "succeeded"
    assert ledger(database, reference) == [4800]
    assert told.events == [PaymentSucceeded(payment, reference, 4800)]


def test_the_same_webhook_twice_counts_once(database: Database, told: Told, ask: Ask) -> None:
    payment = ask()

    for _ in range(2):
        tell(database, say(payment, "paid", name=f"evt_of_{payment}"))

    assert len(told.events) == 1


def test_webhooks_at_the_same_moment_count_once(database: Database, told: Told, ask: Ask) -> None:
    payment = ask()
    same = [say(payment, "paid", name=f"evt_of_{payment}")] * 4
    others = [say(payment, "paid") for _ in range(4)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda event: tell(database, event), [*same, *others]))

    assert ledger(database, reference_of(database, payment)) == [4800]
    assert len(told.events) == 1


@pytest.mark.parametrize("later", ["declined", "cancelled", "expired"])
def test_what_comes_after_the_money_changes_nothing(
    database: Database, told: Told, ask: Ask, later: str
) -> None:
    payment = ask()
    tell(database, say(payment, "paid"))

    tell(database, say(payment, later))

    assert state(database, payment) == "succeeded"
    assert len(told.events) == 1


def test_a_declined_card_is_told_and_another_may_still_pay(database: Database, told: Told, ask: Ask) -> None:
    payment = ask()

    tell(database, say(payment, "declined"))
    assert state(database, payment) == "failed"
    tell(database, say(payment, "paid"))

    reference = reference_of(database, payment)
    assert told.events == [
        PaymentFailed(payment, reference),
        PaymentSucceeded(payment, reference, 4800),
    ]


def test_money_for_what_we_gave_up_still_counts(database: Database, told: Told, ask: Ask) -> None:
    payment = ask()
    reference = reference_of(database, payment)
    with database.writing() as db:
        charges.cancel_open(db, reference)
    assert state(database, payment) == "cancelled"

    tell(database, say(payment, "paid"))

    assert ledger(database, reference) == [4800]
    assert told.events == [PaymentSucceeded(payment, reference, 4800)]


def test_giving_up_leaves_what_is_paid_alone(database: Database, ask: Ask) -> None:
    payment = ask()
    tell(database, say(payment, "paid"))

    with database.writing() as db:
        charges.cancel_open(db, reference_of(database, payment))

    assert state(database, payment) == "succeeded"


def test_another_amount_than_asked_is_told_as_what_it_is(database: Database, told: Told, ask: Ask) -> None:
    payment = ask()

    tell(database, say(payment, "paid", amount=1))

    assert state(database, payment) == "succeeded"
    assert ledger(database, reference_of(database, payment)) == [1]
    assert told.events == [PaymentSucceeded(payment, reference_of(database, payment), 1)]


@pytest.mark.parametrize("reference", [str(UUID(int=9)), "nothing of ours"])
def test_what_is_not_ours_is_kept_and_said(database: Database, reference: str) -> None:
    name = f"evt_{uuid4()}"

    assert not tell(database, GatewayEvent(name, "session.paid", "ses_x", reference, 100, {"a": 1}))

    with database.reading() as db:
        kept = db.execute(
            text("SELECT payment_id, payload FROM payment_events WHERE provider_event_id = :name"),
            {"name": name},
        ).one()
    assert tuple(kept) == (None, {"a": 1})
