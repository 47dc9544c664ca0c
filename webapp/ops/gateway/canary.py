"""A copy asked by itself, past the ingress, before any guest is led to it."""

import json
import time
from collections.abc import Iterable

import urllib3

from webapp.core.db import require_no_transaction
from webapp.core.errors import Conflict

SECONDS = 3.0
STARTS_WITHIN = 5.0
# A copy has two processes, and whoever is free answers: both are likely to have been asked.
TIMES = 4


class CanaryWrong(Conflict):
    """It calls itself ready and is not right."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"The canary of {name} {why}. No guest has seen it.", title="The canary is not right"
        )


def ask(name: str, url: str, version: str, *, base_url: str, paths: Iterable[str]) -> None:
    """A refusal when it is not ready, is another version or answers with an error of its own."""
    require_no_transaction()
    scheme, _, host = base_url.partition("://")
    # What the ingress would say of a guest.
    headers = {
        "Host": host,
        "X-Forwarded-Proto": scheme,
        "X-Forwarded-Host": host,
        "X-Forwarded-For": "127.0.0.1",
    }
    with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=SECONDS)) as http:
        told = _ready(http, name, url, headers)
        found = _version(told.data)
        if found and found != version:
            raise CanaryWrong(name, f"runs {found}, not {version}")
        for path in [*paths] * TIMES:
            status = _get(http, name, url, path, headers).status
            if status >= 500:
                raise CanaryWrong(name, f"answers {status} to {path}")


def _ready(
    http: urllib3.PoolManager, name: str, url: str, headers: dict[str, str]
) -> urllib3.BaseHTTPResponse:
    """Its word that it is ready. Nomad may call a copy healthy a moment before it listens."""
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            told = _get(http, name, url, "/readyz", headers)
            if told.status == 200:
                return told
            wrong = CanaryWrong(name, f"is not ready: /readyz answers {told.status}")
        except CanaryWrong as silent:
            wrong = silent
        if time.monotonic() > until:
            raise wrong
        time.sleep(0.3)


def _get(
    http: urllib3.PoolManager, name: str, url: str, path: str, headers: dict[str, str]
) -> urllib3.BaseHTTPResponse:
    try:
        return http.request("GET", url + path, headers=headers, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise CanaryWrong(name, f"does not answer {path}") from error


def _version(body: bytes) -> str:
    """What the copy says that it is; empty where it says nothing."""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("version", "")) if isinstance(told, dict) else ""
