"""The sandbox gateway: an API for the shop, a hosted page for the guest, webhooks back to the shop.

A program of its own that knows nothing of Marquee; werkzeug only, since it shares two cores with what
it helps to measure.
"""

import hmac
import json
import random
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from psycopg import DataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox import pages
from sandbox.hooks import Hooks
from sandbox.settings import Settings
from sandbox.store import Asked, Refused, Store, refund_facts, session_facts

ROUTES = Map(
    [
        Rule("/", endpoint="index", methods=["GET"]),
        Rule("/livez", endpoint="livez", methods=["GET"]),
        Rule("/pay/<session_id>", endpoint="hosted", methods=["GET"]),
        Rule("/pay/<session_id>", endpoint="act", methods=["POST"]),
        Rule("/control", endpoint="control_page", methods=["GET"]),
        Rule("/control", endpoint="set_control", methods=["POST"]),
        Rule("/v1/sessions", endpoint="api_create_session", methods=["POST"]),
        Rule("/v1/sessions", endpoint="api_sessions", methods=["GET"]),
        Rule("/v1/sessions/<session_id>", endpoint="api_session", methods=["GET"]),
        Rule("/v1/sessions/<session_id>/cancel", endpoint="api_cancel", methods=["POST"]),
        Rule("/v1/refunds", endpoint="api_refund", methods=["POST"]),
        Rule("/v1/refunds/<refund_id>", endpoint="api_find_refund", methods=["GET"]),
    ]
)


class Gateway:
    """The WSGI application; each method is one endpoint."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database_url)
        self.hooks = Hooks(self.store, settings)
        self.hooks.start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        try:
            endpoint, values = ROUTES.bind_to_environ(environ).match()
            if endpoint.startswith("api_"):
                self._let_in(request)
            response: Any = getattr(self, endpoint)(request, **values)
        except Refused as refused:
            response = _json({"error": refused.sentence}, refused.status)
        except DataError:
            response = _json({"error": "Something in the request is no text that can be kept."}, 400)
        except HTTPException as error:
            response = error
        return response(environ, start_response)  # type: ignore[no-any-return]  # werkzeug's answer is a WSGI app

    def livez(self, _: Request) -> Response:
        return _json({"alive": True})

    def index(self, _: Request) -> Response:
        return _html(pages.sessions(self.store.latest()))

    def hosted(self, _: Request, session_id: str) -> Response:
        session = self.store.session(session_id)
        return _html(pages.hosted(session) if _is_open(session) else pages.closed(session))

    def act(self, request: Request, session_id: str) -> Response:
        action = request.form.get("action", "")
        if action not in ("pay", "decline", "abandon", "late", "force"):
            raise Refused(400, "Choose one of the buttons.")
        if action == "pay" and self.store.control().get("decline_all"):
            action = "decline"
        if action == "decline":
            session, hooks = self.store.decline(session_id)
            self.hooks.soon(hooks)
            return _html(pages.hosted(session, declined=True) if _is_open(session) else pages.closed(session))
        if action == "abandon":
            return _see(self.store.session(session_id)["cancel_url"])
        if action == "late":
            seconds = min(_number("seconds", request.form.get("seconds") or 10), 3600)
            return _see(self.store.pay_later(session_id, seconds)["return_url"])
        session, hooks = self.store.pay(session_id, late=action == "force")
        self.hooks.soon(hooks)
        return _see(session["return_url"])

    def control_page(self, _: Request) -> Response:
        return _html(pages.control(self.store.control()))

    def set_control(self, request: Request) -> Response:
        """Set all at once: what is not named is off. JSON for programs, a form for people."""
        given = request.get_json() if request.is_json else {k: v or 0 for k, v in request.form.items()}
        if not isinstance(given, dict):
            raise Refused(422, "Send a JSON object.")
        known = {name for name, _, _ in pages.CONTROLS}
        if wrong := sorted(set(given) - known):
            raise Refused(422, f"Unknown: {', '.join(wrong)}. Known are {', '.join(sorted(known))}.")
        settings = {name: _number(name, value) for name, value in given.items()}
        self.store.set_control({name: value for name, value in settings.items() if value})
        return _json(self.store.control()) if request.is_json else _see("/control")

    def api_create_session(self, request: Request) -> Response:
        asked = _asked(request, needed={"reference": str, "amount": int, "currency": str, "return_url": str})
        _instant(asked.body.get("expires_at"))
        session = self.store.create_session(asked)
        return _json(self._described(session, request), 201)

    def api_sessions(self, request: Request) -> Response:
        rows = self.store.sessions_of(request.args.get("reference", ""))
        return _json({"sessions": [self._described(row, request) for row in rows]})

    def api_session(self, request: Request, session_id: str) -> Response:
        return _json(self._described(self.store.session(session_id), request))

    def api_cancel(self, request: Request, session_id: str) -> Response:
        session, hooks = self.store.end(session_id, "cancelled")
        self.hooks.soon(hooks)
        return _json(self._described(session, request))

    def api_refund(self, request: Request) -> Response:
        asked = _asked(request, needed={"session": str, "amount": int})
        rate = float(self.store.control().get("fail_refunds") or 0)
        fails = random.random() < rate  # noqa: S311  # a dice throw, not a secret
        refund, hooks = self.store.refund(asked, "failed" if fails else "succeeded")
        self.hooks.soon(hooks)
        return _json(refund_facts(refund), 201)

    def api_find_refund(self, _: Request, refund_id: str) -> Response:
        return _json(refund_facts(self.store.find_refund(refund_id)))

    def _described(self, session: dict[str, Any], request: Request) -> dict[str, Any]:
        """`open` past its time reads `expired`, so that whoever asks needs no clock."""
        facts = session_facts(session)
        if session["status"] == "open" and not _is_open(session):
            facts["status"] = "expired"
        return {**facts, "url": f"{request.host_url}pay/{session['id']}"}

    def _let_in(self, request: Request) -> None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(key, self.settings.key):
            raise Refused(401, "The key is missing or wrong: send Authorization: Bearer <key>.")
        control = self.store.control()
        if hang := control.get("hang_ms"):
            time.sleep(min(float(hang), 60_000) / 1000)
        if random.random() < float(control.get("fail_api") or 0):  # noqa: S311  # a dice throw, not a secret
            raise Refused(500, "The sandbox was told to fail.")


def _asked(request: Request, *, needed: dict[str, type]) -> Asked:
    body = request.get_json(silent=True)
    key = request.headers.get("Idempotency-Key", "")
    if not key or not isinstance(body, dict):
        raise Refused(400, "Send a JSON object and an Idempotency-Key.")
    for name, kind in needed.items():
        if not isinstance(body.get(name), kind) or isinstance(body.get(name), bool):
            raise Refused(422, f"{name} is missing or is no {kind.__name__}.")
    if not 0 < body["amount"] < 10**15:
        raise Refused(422, "amount must be above zero, in minor units.")
    return Asked(key, body)


def _number(name: str, value: object) -> float:
    try:
        number = float(str(int(value) if isinstance(value, bool) else value))
    except ValueError:
        number = -1
    if not 0 <= number < 10**9:
        raise Refused(422, f"{name} must be a number, zero or above.")
    return number


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        raise Refused(422, "expires_at must be a time such as 2026-12-05T18:15:00+00:00.") from None
    if instant.tzinfo is None:
        raise Refused(422, "expires_at needs an offset, such as +00:00.")
    return instant


def _is_open(session: dict[str, Any]) -> bool:
    return bool(session["status"] == "open" and session["expires_at"] > datetime.now(UTC))


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")


def _html(body: str) -> Response:
    return Response(body, mimetype="text/html")


def _see(url: str) -> Response:
    return Response(status=303, headers={"Location": url})


app = Gateway(Settings.from_env())
