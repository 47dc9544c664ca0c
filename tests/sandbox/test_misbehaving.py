"""The gateway behaves as badly as it is told to, and loses nothing that it was not told to lose."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.factories.sandbox import ROOT, Sandbox, running_sandbox
from tests.sandbox.test_gateway import eventually
from webapp.payments.gateway import GatewayAway, NewSession, SandboxGateway, Session

NEEDED = {
    "SANDBOX_DATABASE_URL": "postgresql://127.0.0.1:9/none",
    "SANDBOX_KEY": "key",
    "SANDBOX_WEBHOOK_SECRET": "secret",
    "SANDBOX_WEBHOOK_URL": "http://127.0.0.1:9/",
}


def kill(sandbox: Sandbox) -> None:
    """Both processes at once: a worker that outlives its server would go on sending for a second."""
    server = sandbox.process.pid
    workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for pid in (server, *map(int, workers)):
        os.kill(pid, signal.SIGKILL)
    sandbox.process.wait(timeout=10)


def opened(gateway: SandboxGateway) -> Session:
    return gateway.create_session(
        NewSession(
            reference=str(uuid4()),
            amount=4800,
            currency="EUR",
            description="Two tickets",
            email="amara@example.org",
            return_url="http://shop.example/orders/1",
            expires_at=datetime.now(UTC) + timedelta(minutes=15),
            idempotency_key=str(uuid4()),
        )
    )


def test_webhooks_told_to_change_places_all_arrive(sandbox: Sandbox, shop: Any) -> None:
    sandbox.tell(reorder=1)
    sessions = [opened(sandbox.gateway()) for _ in range(12)]
    for session in sessions:
        sandbox.act(session.url, "pay")
    eventually(lambda: len(shop.heard) == 12, seconds=8)
    arrived = [event["data"]["id"] for event in shop.events()]
    assert sorted(arrived) == sorted(session.id for session in sessions)
    assert arrived != [session.id for session in sessions]


def test_a_failed_refund_is_told(sandbox: Sandbox, shop: Any) -> None:
    gateway = sandbox.gateway()
    session = opened(gateway)
    sandbox.act(session.url, "pay")
    sandbox.tell(fail_refunds=1)
    assert gateway.refund(session.id, 4800, "refund-1", str(uuid4())).status == "failed"
    eventually(lambda: sorted(shop.kinds()) == ["refund.failed", "session.paid"])


def test_a_cancelled_session_is_told_once(sandbox: Sandbox, shop: Any) -> None:
    gateway = sandbox.gateway()
    session = opened(gateway)
    gateway.cancel_session(session.id)
    gateway.cancel_session(session.id)
    eventually(lambda: len(shop.heard) > 0)
    time.sleep(0.3)
    assert shop.kinds() == ["session.cancelled"]


def test_every_card_is_declined_when_told(sandbox: Sandbox) -> None:
    sandbox.tell(decline_all=1)
    session = opened(sandbox.gateway())
    assert b"The bank said no" in sandbox.act(session.url, "pay").data
    assert sandbox.gateway().session(session.id).status == "open"


def test_an_api_told_to_hang_keeps_the_shop_waiting(sandbox: Sandbox) -> None:
    sandbox.tell(hang_ms=300)
    began = time.monotonic()
    sandbox.gateway().sessions("order-1")
    assert time.monotonic() - began >= 0.3


def test_a_control_nobody_knows_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.ask("POST", "/control", {"explode": 1})
    assert (answer.status, "explode" in answer.json()["error"]) == (422, True)


def test_abandoning_leads_back_unpaid(sandbox: Sandbox) -> None:
    session = opened(sandbox.gateway())
    answer = sandbox.act(session.url, "abandon")
    assert (answer.status, answer.headers["Location"]) == (303, "http://shop.example/orders/1")
    assert sandbox.gateway().session(session.id).status == "open"


def test_webhooks_of_a_gateway_that_was_killed_come_after_its_start(
    empty_database_url: str, shop: Any
) -> None:
    shop.answers = 503
    with running_sandbox(empty_database_url, shop.url) as killed:
        session = opened(killed.gateway())
        killed.act(session.url, "pay")
        eventually(lambda: len(shop.heard) > 0)
        time.sleep(0.2)
        kill(killed)
    before = len(shop.heard)
    shop.answers = 200
    with running_sandbox(empty_database_url, shop.url):
        eventually(lambda: len(shop.heard) > before, seconds=10)
    assert {event["data"]["id"] for event in shop.events()} == {session.id}


def test_a_gateway_that_was_killed_is_away(empty_database_url: str, shop: Any) -> None:
    with running_sandbox(empty_database_url, shop.url) as killed:
        gateway = killed.gateway()
        assert gateway.sessions("order-1") == []
        kill(killed)
        with pytest.raises(GatewayAway):
            gateway.sessions("order-1")


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_a_missing_setting_stops_the_start_by_its_name(missing: str) -> None:
    given = {name: value for name, value in NEEDED.items() if name != missing}
    env = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox"],
        cwd=ROOT,
        env={**env, **given},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"The sandbox gateway cannot start: {missing} is not set."
