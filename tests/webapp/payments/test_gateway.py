"""Our side of the provider: what we ask, how often, and when we stop asking."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
import stamina

from tests.factories.sandbox import Sandbox
from webapp.core.signed import BadSignature
from webapp.payments.gateway import GatewayAway, GatewayRefused, NewSession, SandboxGateway

OPEN = {
    "id": "ses_1",
    "url": "http://pay.test/ses_1",
    "reference": "payment-1",
    "amount": 4800,
    "currency": "EUR",
    "status": "open",
}


class Provider:
    """A provider that answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.keys: list[str | None] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                provider.keys.append(self.headers["Idempotency-Key"])
                status = provider.statuses.pop(0) if provider.statuses else 200
                provider.may_answer.wait(10)
                body = json.dumps(OPEN if status == 200 else {"error": "No."}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.may_answer.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def once() -> Iterator[None]:
    """No second attempts, so that a circuit opens without waiting."""
    with stamina.set_testing(True, attempts=1):
        yield


def new_session() -> NewSession:
    return NewSession(
        reference=str(uuid4()),
        amount=4800,
        currency="EUR",
        description="Two tickets",
        email="amara@example.org",
        return_url="http://box.office.test/orders/M7K4-QX2P",
        expires_at=datetime.now(UTC) + timedelta(minutes=15),
        idempotency_key=str(uuid4()),
    )


def open_circuit(gateway: SandboxGateway, provider: Provider) -> None:
    provider.statuses = [500] * 5
    for _ in range(5):
        with pytest.raises(GatewayAway):
            gateway.create_session(new_session())
    provider.keys.clear()


def test_a_passing_failure_is_asked_again_with_the_same_key(provider: Provider) -> None:
    provider.statuses = [500, 429, 200]
    new = new_session()
    assert SandboxGateway(provider.url, "key", "secret").create_session(new).id == "ses_1"
    assert provider.keys == [new.idempotency_key] * 3


def test_a_refusal_is_not_asked_again(provider: Provider) -> None:
    provider.statuses = [422]
    with pytest.raises(GatewayRefused, match=r"No\."):
        SandboxGateway(provider.url, "key", "secret").create_session(new_session())
    assert len(provider.keys) == 1


def test_refusals_leave_the_circuit_closed(provider: Provider) -> None:
    gateway = SandboxGateway(provider.url, "key", "secret")
    provider.statuses = [422] * 8
    for _ in range(8):
        with pytest.raises(GatewayRefused):
            gateway.create_session(new_session())
    assert gateway.circuit == "closed"


@pytest.mark.usefixtures("once")
def test_an_open_circuit_asks_nothing(provider: Provider) -> None:
    gateway = SandboxGateway(provider.url, "key", "secret")
    open_circuit(gateway, provider)
    with pytest.raises(GatewayAway):
        gateway.create_session(new_session())
    assert (gateway.circuit, provider.keys) == ("open", [])


@pytest.mark.usefixtures("once")
def test_of_many_at_once_one_sees_whether_the_provider_is_back(provider: Provider) -> None:
    gateway = SandboxGateway(provider.url, "key", "secret", reset_seconds=0.1)
    open_circuit(gateway, provider)
    time.sleep(0.2)
    provider.may_answer.clear()

    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(gateway.create_session, new_session()) for _ in range(10)]
        deadline = time.monotonic() + 5
        while sum(one.done() for one in asked) < 9 and time.monotonic() < deadline:
            time.sleep(0.01)
        provider.may_answer.set()

    assert len(provider.keys) == 1
    assert sum(isinstance(one.exception(), GatewayAway) for one in asked) == 9
    assert gateway.circuit == "closed"


@pytest.mark.usefixtures("once")
def test_a_probe_that_fails_keeps_the_circuit_open(provider: Provider) -> None:
    gateway = SandboxGateway(provider.url, "key", "secret", reset_seconds=0.1)
    open_circuit(gateway, provider)
    time.sleep(0.2)
    provider.statuses = [500]
    with pytest.raises(GatewayAway):
        gateway.create_session(new_session())
    assert (gateway.circuit, len(provider.keys)) == ("open", 1)


def test_nobody_listening_is_told_as_away(away: SandboxGateway) -> None:
    with pytest.raises(GatewayAway) as told:
        away.create_session(new_session())
    assert told.value.status == 503


def test_a_wrong_key_is_a_refusal(sandbox: Sandbox) -> None:
    with pytest.raises(GatewayRefused, match="key is missing or wrong"):
        SandboxGateway(sandbox.url, "wrong", sandbox.secret).sessions("payment-1")


def test_a_session_that_is_not_there_is_a_refusal(gateway: SandboxGateway) -> None:
    with pytest.raises(GatewayRefused, match="There is no session"):
        gateway.session("ses_unknown")


def test_cancelling_twice_cancels_once(gateway: SandboxGateway) -> None:
    session = gateway.create_session(new_session())
    assert [gateway.cancel_session(session.id).status for _ in range(2)] == ["cancelled", "cancelled"]


def test_what_is_paid_cannot_be_cancelled(gateway: SandboxGateway, sandbox: Sandbox) -> None:
    session = gateway.create_session(new_session())
    sandbox.act(session.url, "pay")
    assert gateway.cancel_session(session.id).status == "paid"


def test_refunds_sent_at_once_never_exceed_what_was_paid(gateway: SandboxGateway, sandbox: Sandbox) -> None:
    session = gateway.create_session(new_session())
    sandbox.act(session.url, "pay")

    def refund(number: int) -> int:
        try:
            return gateway.refund(session.id, 1000, f"refund-{number}", f"{session.id}-{number}").amount
        except GatewayRefused:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refund, range(8))) == 4000


BODY = b'{"id":"evt_1","type":"session.paid","data":{"id":"ses_1","reference":"payment-1","amount":4800}}'


@dataclass(frozen=True)
class Signed:
    """A webhook as the provider signs it, some seconds from now."""

    seconds: int = 0
    secret: str = "secret"
    body: bytes = BODY

    def headers(self) -> dict[str, str]:
        at = int(time.time()) + self.seconds
        said = hmac.new(self.secret.encode(), f"{at}.".encode() + self.body, hashlib.sha256).hexdigest()
        return {"Sandbox-Signature": f"t={at},v1={said}"}


@pytest.mark.parametrize("seconds", [-290, 0, 290])
def test_a_signature_of_the_last_five_minutes_is_taken(away: SandboxGateway, seconds: int) -> None:
    event = away.verify_webhook(Signed(seconds).headers(), BODY)
    assert (event.id, event.kind, event.subject, event.amount) == ("evt_1", "session.paid", "ses_1", 4800)


@pytest.mark.parametrize(
    "signed",
    [
        pytest.param(Signed(-310), id="too old"),
        pytest.param(Signed(310), id="from the future"),
        pytest.param(Signed(secret="another"), id="another secret"),
        pytest.param(Signed(body=BODY.replace(b"4800", b"9600")), id="another body"),
    ],
)
def test_any_other_signature_is_refused(away: SandboxGateway, signed: Signed) -> None:
    with pytest.raises(BadSignature):
        away.verify_webhook(signed.headers(), BODY)
