"""The payment provider, as the house sees it: an interface, and the sandbox gateway behind it.

No database and no Flask here. What does not answer raises `GatewayAway`; what it refuses, `GatewayRefused`.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pybreaker
import stamina
import structlog
import urllib3

from webapp.core.db import require_no_transaction
from webapp.core.errors import Conflict, Unavailable
from webapp.core.signed import require_signed

log = structlog.get_logger()


class GatewayAway(Unavailable):
    """The provider does not answer. What was asked may have happened: ask again with the same key."""

    def __init__(self) -> None:
        super().__init__(
            "Your tickets are held five minutes longer. Everything else works.",
            title="Paying is not possible just now",
        )


class GatewayRefused(Conflict):
    """The provider understood and said no; asking again changes nothing. Its own words are for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "Our payment gateway does not take this payment. Nothing was charged; write to the organizer.",
            title="This cannot be paid here",
        )
        self.why = why

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True)
class NewSession:
    """What is to be paid; `amount` in minor units. The key makes asking twice the same session."""

    reference: str
    amount: int
    currency: str
    description: str
    email: str
    return_url: str
    expires_at: datetime
    idempotency_key: str


@dataclass(frozen=True)
class Session:
    """A payment at the provider's; `status` is open, paid, cancelled or expired."""

    id: str
    url: str
    reference: str
    amount: int
    currency: str
    status: str


@dataclass(frozen=True)
class RefundResult:
    id: str
    status: str
    amount: int


@dataclass(frozen=True)
class GatewayEvent:
    """What the provider tells us: `kind` is such as session.paid or refund.succeeded, `subject` its id."""

    id: str
    kind: str
    subject: str
    reference: str
    amount: int
    payload: dict[str, Any]


class Gateway(Protocol):
    """What every provider must be able to do."""

    name: str

    def create_session(self, new: NewSession) -> Session: ...

    def session(self, session_id: str) -> Session: ...

    def sessions(self, reference: str) -> list[Session]: ...

    def cancel_session(self, session_id: str) -> Session: ...

    def refund(self, session_id: str, amount: int, reference: str, idempotency_key: str) -> RefundResult: ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent: ...

    @property
    def circuit(self) -> str: ...


class SandboxGateway:
    """Our own pretend provider, over HTTP with a key. Every call carries what makes it safe to repeat."""

    name = "sandbox"

    def __init__(
        self,
        url: str,
        key: str,
        webhook_secret: str,
        *,
        reset_seconds: float = 15,
        on_change: Callable[[str], None] | None = None,
    ) -> None:
        self._url = url
        self._secret = webhook_secret
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._http = urllib3.PoolManager(
            maxsize=16, block=False, retries=False, timeout=urllib3.Timeout(connect=1, read=5)
        )
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=5,
            reset_timeout=reset_seconds,
            exclude=[GatewayRefused],
            listeners=[_Told(on_change)] if on_change else [],
            name="gateway",
        )
        # Half open lets everybody through; one probe is enough to see whether the provider is back.
        self._probe = threading.Lock()

    @property
    def circuit(self) -> str:
        return str(self._breaker.current_state)

    def create_session(self, new: NewSession) -> Session:
        body = {
            "reference": new.reference,
            "amount": new.amount,
            "currency": new.currency,
            "description": new.description,
            "customer_email": new.email,
            "return_url": new.return_url,
            "expires_at": new.expires_at.isoformat(),
        }
        return _session(self._ask("POST", "/v1/sessions", body, new.idempotency_key))

    def session(self, session_id: str) -> Session:
        return _session(self._ask("GET", f"/v1/sessions/{session_id}"))

    def sessions(self, reference: str) -> list[Session]:
        found = self._ask("GET", f"/v1/sessions?reference={reference}")["sessions"]
        return [_session(one) for one in found]

    def cancel_session(self, session_id: str) -> Session:
        return _session(self._ask("POST", f"/v1/sessions/{session_id}/cancel", {}, f"cancel-{session_id}"))

    def refund(self, session_id: str, amount: int, reference: str, idempotency_key: str) -> RefundResult:
        body = {"session": session_id, "amount": amount, "reference": reference}
        said = self._ask("POST", "/v1/refunds", body, idempotency_key)
        return RefundResult(said["id"], said["status"], said["amount"])

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent:
        """The event in a webhook, or BadSignature."""
        require_signed(self._secret, headers.get("Sandbox-Signature", ""), body)
        return _event(json.loads(body))

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> dict[str, Any]:
        if self._breaker.current_state == pybreaker.STATE_CLOSED:
            return self._through_breaker(method, path, body, key)
        if not self._probe.acquire(blocking=False):
            raise GatewayAway
        try:
            return self._through_breaker(method, path, body, key)
        finally:
            self._probe.release()

    def _through_breaker(
        self, method: str, path: str, body: dict[str, Any] | None, key: str
    ) -> dict[str, Any]:
        try:
            return self._breaker.call(self._with_retry, method, path, body, key)
        except pybreaker.CircuitBreakerError as error:
            raise GatewayAway from error

    def _with_retry(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> dict[str, Any]:
        # Safe for POST too: the idempotency key makes a repeat the same request.
        # Who has waited for an answer as long as one may is not made to wait for a second one.
        for attempt in stamina.retry_context(
            on=GatewayAway, attempts=3, timeout=4, wait_initial=0.1, wait_max=1
        ):
            with attempt:
                return self._once(method, path, body, key)
        raise GatewayAway  # pragma: no cover  # the loop returns or raises

    def _once(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> dict[str, Any]:
        require_no_transaction()
        headers = {**self._headers, "Idempotency-Key": key} if key else self._headers
        sent = None if body is None else json.dumps(body).encode()
        try:
            answer = self._http.request(method, self._url + path, body=sent, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise GatewayAway from error
        if answer.status >= 500 or answer.status == 429:
            raise GatewayAway
        try:
            said = json.loads(answer.data)
        except ValueError as error:
            raise GatewayAway from error  # somebody in between answered, such as a proxy
        if answer.status >= 400:
            refused = GatewayRefused(said.get("error", f"Answered {answer.status}."))
            log.warning("gateway.refused", asked=f"{method} {path}", error=refused.why)
            raise refused
        return dict(said)


class _Told(pybreaker.CircuitBreakerListener):
    """Passes on that the circuit opened or closed, for the health page."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:  # noqa: ARG002  # pybreaker's names
        self._tell(str(new_state.name))


def _session(said: Mapping[str, Any]) -> Session:
    return Session(
        said["id"], said["url"], said["reference"], said["amount"], said["currency"], said["status"]
    )


def _event(said: Mapping[str, Any]) -> GatewayEvent:
    data = said["data"]
    return GatewayEvent(
        id=said["id"],
        kind=said["type"],
        subject=data["id"],
        reference=data["reference"],
        amount=data["amount"],
        payload=dict(said),
    )
