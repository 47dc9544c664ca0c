"""The HTTP APIs of Consul and Nomad, as far as bringing a cluster up needs them."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from local.problem import Problem
from local.server import Server

PATIENCE_SECONDS = 60.0


@dataclass
class Api:
    """One agent's API; `header` is where it wants the token, `agent` the process when we started it."""

    name: str
    url: str
    authority: Path
    header: str
    token: str = ""
    agent: Server | None = None
    _pool: urllib3.PoolManager = field(init=False, repr=False)

    def __post_init__(self) -> None:
        timeout = urllib3.Timeout(connect=2, read=20)
        self._pool = urllib3.PoolManager(ca_certs=str(self.authority), timeout=timeout, retries=False)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer as JSON, None when it is empty; a Problem names what was refused and why."""
        answer = self._send(method, path, body)
        if answer.status >= 400:
            why = answer.data.decode(errors="replace").strip()
            raise Problem(f"{self.name} refused {method} {path} ({answer.status}): {why}")
        return json.loads(answer.data) if answer.data.strip() else None

    def find(self, path: str) -> Any:
        """The answer as JSON, None when there is no such thing."""
        answer = self._send("GET", path, None)
        if answer.status == 404:
            return None
        return self.ask("GET", path)

    def text(self, path: str) -> str:
        """The answer as it is; empty when there is none."""
        answer = self._send("GET", path, None)
        return answer.data.decode(errors="replace") if answer.status == 200 else ""

    def has_page(self, path: str) -> bool:
        """Whether a browser gets a page there."""
        answer = self._send("GET", path, None)
        return answer.status == 200 and b"<script" in answer.data

    def until(
        self, what: str, path: str, is_right: Callable[[Any], bool], seconds: float = PATIENCE_SECONDS
    ) -> Any:
        """Ask again and again until the answer is right; a Problem when time is up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.agent:
                self.agent.require_alive()
            try:
                answer = self._send("GET", path, None)
                if answer.status < 400 and is_right(found := json.loads(answer.data or b"null")):
                    return found
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(0.2)
        raise Problem(f"{self.name} did not get so far within {seconds:.0f} s: {what}.")

    def _send(self, method: str, path: str, body: object) -> urllib3.BaseHTTPResponse:
        headers = {self.header: self.token} if self.token else {}
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._pool.request(method, self.url + path, body=data, headers=headers)


def consul(url: str, authority: Path, token: str = "") -> Api:
    return Api("Consul", url, authority, "X-Consul-Token", token)


def nomad(url: str, authority: Path, token: str = "") -> Api:
    return Api("Nomad", url, authority, "X-Nomad-Token", token)
