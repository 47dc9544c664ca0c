"""Signed webhooks, sent from a durable table by a few threads, and misbehaving when told to."""

import hashlib
import hmac
import queue
import random
import threading
import time
from typing import Any

import urllib3

from sandbox.settings import Settings
from sandbox.store import Store

SENDERS = 16
BACK_OFF = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0, 300.0)


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=<unix seconds>,v1=<hmac-sha256 of "t.body">`."""
    said = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={said}"


class Hooks:
    """`soon` sends right away; whatever is left over, after a crash too, is found in the table."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._waiting: queue.Queue[list[str]] = queue.Queue()
        self._http = urllib3.PoolManager(
            maxsize=SENDERS, retries=False, timeout=urllib3.Timeout(connect=1, read=10)
        )

    def start(self) -> None:
        for target in (*[self._send_what_is_new] * SENDERS, self._look_for_what_is_due):
            threading.Thread(target=target, daemon=True).start()

    def soon(self, ids: list[str]) -> None:
        if ids:
            self._waiting.put(ids)

    def _send_what_is_new(self) -> None:
        while True:
            ids = self._waiting.get()
            try:
                control = self._store.control()
                wait = float(control.get("delay_ms") or 0) / 1000
                if control.get("reorder"):
                    wait += random.uniform(0.1, 1.5)  # noqa: S311
                if wait:
                    # The table's turn comes later, and in another order.
                    self._store.hook_again(ids[0], wait)
                    continue
                for hook in self._store.claim_hooks(ids=ids):
                    self._send(hook, control)
            except Exception as error:  # noqa: BLE001  # a sender must not end; the table keeps the hook
                print(f"webhook sender: {error}", flush=True)  # noqa: T201
                time.sleep(0.5)

    def _look_for_what_is_due(self) -> None:
        while True:
            time.sleep(0.5)
            try:
                for session_id in self._store.due_late_payments():
                    self.soon(self._store.pay(session_id, late=True)[1])
                control = self._store.control()
                due = self._store.claim_hooks()
                random.shuffle(due)
                for hook in due:
                    self._send(hook, control)
            except Exception as error:  # noqa: BLE001  # as above
                print(f"webhook sender: {error}", flush=True)  # noqa: T201

    def _send(self, hook: dict[str, Any], control: dict[str, Any]) -> None:
        if _happens(control.get("drop")):
            self._store.hook_done(hook["id"])
            return
        answered = [self._post(hook["body"].encode()) for _ in range(1 + int(control.get("duplicate") or 0))]
        if all(200 <= status < 300 for status in answered):
            self._store.hook_done(hook["id"])
            return
        attempt = min(hook["attempts"] - 1, len(BACK_OFF) - 1)
        self._store.hook_again(hook["id"], BACK_OFF[attempt])

    def _post(self, body: bytes) -> int:
        headers = {
            "Content-Type": "application/json",
            "Sandbox-Signature": signature(self._settings.webhook_secret, body, int(time.time())),
        }
        try:
            return int(
                self._http.request("POST", self._settings.webhook_url, body=body, headers=headers).status
            )
        except urllib3.exceptions.HTTPError:
            return 0


def _happens(rate: float | None) -> bool:
    """Whether something with this probability (0 to 1) happens now."""
    return bool(rate) and random.random() < float(rate or 0)  # noqa: S311  # a dice throw, not a secret
