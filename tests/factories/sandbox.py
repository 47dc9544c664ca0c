"""A running sandbox gateway for tests: the outside world, as a real process."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from local import ports
from webapp.payments.gateway import SandboxGateway

ROOT = Path(__file__).parents[2]


@dataclass
class Sandbox:
    """Where it listens and its secrets."""

    url: str
    key: str
    secret: str
    process: subprocess.Popen[bytes]

    def gateway(self, **options: Any) -> SandboxGateway:
        return SandboxGateway(self.url, self.key, self.secret, **options)

    def tell(self, **control: float) -> None:
        """Tell it how to misbehave; what is not named is off."""
        said = urllib3.request("POST", f"{self.url}/control", json=control)
        assert said.status == 200, said.data

    def act(self, page: str, action: str, **fields: str) -> Any:
        """Press a button of the hosted page, as the guest does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"action": action, **fields})
        return urllib3.request("POST", page, body=body, headers=headers, redirect=False, retries=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return urllib3.request(
            method,
            self.url + path,
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers},
        )


@contextmanager
def running_sandbox(
    database_url: str, webhook_url: str, *, key: str = "", secret: str = ""
) -> Iterator[Sandbox]:
    """Start the gateway on a free port with its own database; ended by pid."""
    port = ports.any_free()
    key, secret = key or secrets.token_urlsafe(16), secret or secrets.token_urlsafe(16)
    env = {
        **os.environ,
        "SANDBOX_DATABASE_URL": database_url,
        "SANDBOX_PORT": str(port),
        "SANDBOX_KEY": key,
        "SANDBOX_WEBHOOK_SECRET": secret,
        "SANDBOX_WEBHOOK_URL": webhook_url,
    }
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield Sandbox(url, key, secret, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if urllib3.request("GET", f"{url}/livez", retries=False, timeout=1).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.05)
    raise RuntimeError("The sandbox gateway did not start.")
