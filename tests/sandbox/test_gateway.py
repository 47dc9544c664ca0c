"""The sandbox gateway and our side of it, as two processes that talk over HTTP."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.sandbox import Sandbox
from webapp.core.signed import BadSignature
from webapp.payments.gateway import GatewayAway, GatewayRefused, NewSession


def new_session(**changes: object) -> NewSession:
    session = NewSession(
        reference="order-1",
        amount=9600,
        currency="CAD",
        description="Two tickets",
        email="amara@example.org",
        return_url="http://shop.example/orders/1",
        expires_at=datetime.now(UTC) + timedelta(minutes=15),
        idempotency_key="key-1",
    )
    return replace(session, **changes)  # type: ignore[arg-type]


def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


def test_a_paid_session_is_told_by_a_signed_webhook(sandbox: Sandbox, shop) -> None:
    gateway = sandbox.gateway()
    session = gateway.create_session(new_session())

    answer = sandbox.act(session.url, "pay")

    assert (answer.status, answer.headers["Location"]) == (303, "http://shop.example/orders/1")
    eventually(lambda: len(shop.heard) == 1)
    headers, body = shop.heard[0]
    event = gateway.verify_webhook(headers, body)
    assert (event.kind, event.subject, event.reference, event.amount) == (
        "session.paid",
        session.id,
        "order-1",
        9600,
    )
    assert gateway.session(session.id).status == "paid"


def test_asking_twice_with_one_key_makes_one_session(sandbox: Sandbox) -> None:
    gateway, new = sandbox.gateway(), new_session()
    assert gateway.create_session(new).id == gateway.create_session(new).id
    assert len(gateway.sessions("order-1")) == 1


def test_one_key_for_two_requests_is_refused(sandbox: Sandbox) -> None:
    gateway = sandbox.gateway()
    gateway.create_session(new_session())
    with pytest.raises(GatewayRefused, match="used for another request"):
        gateway.create_session(new_session(amount=1))


def test_pressing_pay_twice_takes_the_money_once(sandbox: Sandbox, shop) -> None:
    session = sandbox.gateway().create_session(new_session())
    assert [sandbox.act(session.url, "pay").status for _ in range(2)] == [303, 303]
    time.sleep(0.3)
    assert shop.kinds() == ["session.paid"]


def test_a_declined_card_may_be_tried_again(sandbox: Sandbox, shop) -> None:
    session = sandbox.gateway().create_session(new_session())
    answer = sandbox.act(session.url, "decline")
    assert (answer.status, b"The bank said no" in answer.data) == (200, True)
    sandbox.act(session.url, "pay")
    eventually(lambda: sorted(shop.kinds()) == ["session.declined", "session.paid"])


def test_paying_late_comes_after_the_guest_is_back(sandbox: Sandbox, shop) -> None:
    session = sandbox.gateway().create_session(new_session())
    assert sandbox.act(session.url, "late", seconds="0.5").status == 303
    assert sandbox.gateway().session(session.id).status == "open"
    eventually(lambda: shop.kinds() == ["session.paid"])


def test_a_session_whose_time_is_up_is_paid_only_by_force(sandbox: Sandbox) -> None:
    gateway = sandbox.gateway()
    session = gateway.create_session(new_session(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert gateway.session(session.id).status == "expired"
    assert sandbox.act(session.url, "pay").status == 409
    assert sandbox.act(session.url, "force").status == 303
    assert gateway.session(session.id).status == "paid"


def test_refunds_never_exceed_what_was_paid(sandbox: Sandbox) -> None:
    gateway = sandbox.gateway()
    session = gateway.create_session(new_session())
    sandbox.act(session.url, "pay")
    first = gateway.refund(session.id, 9000, "refund-1", "refund-key-1")
    again = gateway.refund(session.id, 9000, "refund-1", "refund-key-1")
    assert (first, first.status) == (again, "succeeded")
    with pytest.raises(GatewayRefused, match="Only 600 can be refunded"):
        gateway.refund(session.id, 601, "refund-2", "refund-key-2")


def test_webhooks_come_again_until_the_shop_takes_them(sandbox: Sandbox, shop) -> None:
    shop.answers = 503
    session = sandbox.gateway().create_session(new_session())
    sandbox.act(session.url, "pay")
    eventually(lambda: len(shop.heard) == 1)
    shop.answers = 200
    eventually(lambda: len(shop.heard) == 2)
    assert shop.events()[0]["id"] == shop.events()[1]["id"]


def test_it_duplicates_and_drops_webhooks_when_told(sandbox: Sandbox, shop) -> None:
    gateway = sandbox.gateway()
    sandbox.tell(duplicate=2)
    sandbox.act(gateway.create_session(new_session()).url, "pay")
    eventually(lambda: len(shop.heard) == 3)
    sandbox.tell(drop=1)
    sandbox.act(gateway.create_session(new_session(idempotency_key="key-2")).url, "pay")
    time.sleep(1)
    assert len(shop.heard) == 3


def test_an_api_that_fails_opens_the_circuit_and_closes_again(sandbox: Sandbox) -> None:
    heard: list[str] = []
    gateway = sandbox.gateway(reset_seconds=0.3, on_change=heard.append)
    sandbox.tell(fail_api=1)
    for _ in range(5):
        with pytest.raises(GatewayAway):
            gateway.sessions("order-1")
    assert gateway.circuit == "open"
    sandbox.tell()
    time.sleep(0.4)
    assert gateway.sessions("order-1") == []
    assert (gateway.circuit, heard) == ("closed", ["open", "half-open", "closed"])


def test_a_forged_or_old_signature_is_refused(sandbox: Sandbox) -> None:
    gateway = sandbox.gateway()
    for header in ("", "t=1,v1=00", f"t={int(time.time())},v1=00", f"t={int(time.time())}"):
        with pytest.raises(BadSignature):
            gateway.verify_webhook({"Sandbox-Signature": header}, b"{}")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"amount": 1}, 422),
        (
            {
                "reference": "r",
                "amount": 0,
                "currency": "CAD",
                "return_url": "x",
                "expires_at": "2026-01-01T00:00:00Z",
            },
            422,
        ),
        ({"reference": "r", "amount": 1, "currency": "CAD", "return_url": "x", "expires_at": "soon"}, 422),
        ([], 400),
    ],
)
def test_bad_requests_are_told_what_would_be_right(sandbox: Sandbox, body: object, status: int) -> None:
    answer = sandbox.ask("POST", "/v1/sessions", body, **{"Idempotency-Key": "k"})
    assert answer.status == status
    assert answer.json()["error"].endswith(".")


def test_without_the_key_nothing_is_told(sandbox: Sandbox) -> None:
    assert sandbox.ask("GET", "/v1/sessions?reference=x", Authorization="Bearer wrong").status == 401
