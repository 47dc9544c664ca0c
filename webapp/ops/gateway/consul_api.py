"""Consul over its HTTP API, only read: whether copies pass their checks, and how the last drill went."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import urllib3

from webapp.config import Agent
from webapp.core.db import require_no_transaction
from webapp.ops.refusals import ClusterAway, ClusterClosed, ClusterRefused, ClusterStrange

SECONDS = 2.0
LAST_DRILL = "marquee/drills/last"


@dataclass(frozen=True)
class DrillLine:
    name: str
    passed: bool
    sent: int
    failed: int
    says: str


@dataclass(frozen=True)
class Drill:
    at: datetime
    lines: tuple[DrillLine, ...]

    @property
    def passed(self) -> int:
        return sum(line.passed for line in self.lines)


class Consul:
    def __init__(self, agent: Agent, *, seconds: float = SECONDS) -> None:
        self.url = agent.url
        self._headers = {"X-Consul-Token": agent.token} if agent.token else {}
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(total=seconds), ca_certs=agent.authority or None
        )

    def passing(self) -> dict[str, bool]:
        """By allocation: whether everything that Consul asks it is answered."""
        checks = self._ask("the health of services", "/v1/health/state/any") or []
        found: dict[str, bool] = {}
        try:
            for check in checks:
                # `_nomad-task-<allocation>-group-…`: how Nomad names what it registers.
                parts = str(check["ServiceID"]).removeprefix("_nomad-task-").split("-group-")
                if len(parts) > 1:
                    found[parts[0]] = found.get(parts[0], True) and check["Status"] == "passing"
        except (KeyError, TypeError) as error:
            raise ClusterStrange("Consul", f"{type(error).__name__}: {error}") from error
        return found

    def last_drill(self) -> Drill | None:
        """What the last run of `make drill` wrote down."""
        told = self._ask("the last drill", f"/v1/kv/{LAST_DRILL}?raw")
        if told is None:
            return None
        try:
            return Drill(
                datetime.fromisoformat(told["at"]), tuple(DrillLine(**line) for line in told["lines"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ClusterStrange("Consul", f"the last drill: {error}") from error

    def _ask(self, what: str, path: str) -> Any:
        require_no_transaction()
        try:
            answer = self._http.request("GET", self.url + path, headers=self._headers)
        except urllib3.exceptions.NewConnectionError as error:
            raise ClusterAway("Consul", f"Nobody answers at {self.url}.") from error
        except urllib3.exceptions.TimeoutError as error:
            raise ClusterAway("Consul", f"{self.url} took longer than {SECONDS:.0f} s.") from error
        except urllib3.exceptions.HTTPError as error:
            raise ClusterStrange("Consul", type(error).__name__) from error
        if answer.status == 404:
            return None
        if answer.status == 403:
            raise ClusterClosed("Consul", what)
        if answer.status >= 400:
            words = answer.data.decode(errors="replace")
            if "No cluster leader" in words:
                raise ClusterAway("Consul", "Its servers have no leader.")
            raise ClusterRefused("Consul", words)
        try:
            return json.loads(answer.data)
        except ValueError as error:
            raise ClusterStrange("Consul", f"{what} is no JSON") from error
