"""Nomad through python-nomad, and by its plain requests where the library lacks a call or has a broken one.

(scale, submission, parsing with variables, drain with a spec: missing or broken in python-nomad 2.1.)
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nomad.api.exceptions import (
    BadRequestNomadException,
    BaseNomadException,
    URLNotAuthorizedNomadException,
    URLNotFoundNomadException,
)
from requests.exceptions import Timeout

import nomad
from webapp.config import Agent
from webapp.core.db import require_no_transaction
from webapp.core.errors import NotFound
from webapp.ops.gateway import reading
from webapp.ops.refusals import ClusterAway, ClusterClosed, ClusterRefused, ClusterStrange
from webapp.ops.rules.sights import Deployment, Job, Outcome, Picture, Release

# A page asks a dozen things: each may take a while, all together not much longer.
EACH_SECONDS = 2.0
ALL_SECONDS = 4.0
DRAIN_NANOSECONDS = 600 * 1_000_000_000


class Nomad:
    """The cluster's scheduler: what runs where, and the few things that operators do about it."""

    def __init__(self, agent: Agent, *, each_seconds: float = EACH_SECONDS) -> None:
        self.url = agent.url
        self._api = nomad.Nomad(  # type: ignore[attr-defined]  # mypy sees our folder of job files
            address=agent.url, token=agent.token or None, verify=agent.authority or True, timeout=each_seconds
        )
        # What changes seldom, by name and the index of its last change.
        self._known: dict[tuple[str, int], Any] = {}
        self._lock = threading.Lock()

    def picture(self) -> Picture:
        """Everything that a page shows; at most as old as the question."""
        until = time.monotonic() + ALL_SECONDS
        stubs = self._ask("the list of jobs", lambda: self._api.jobs.get_jobs(meta=True))
        nodes = self._ask("the list of nodes", self._api.nodes.get_nodes)
        copies = self._ask("the list of copies", self._api.allocations.get_allocations)
        deployments = self._ask("the list of deployments", self._api.deployments.get_deployments)
        with _readable():
            whole = [
                self._once(("node", node["ID"]), node["ModifyIndex"], until, self._api.node.get_node)
                for node in nodes
            ]
            told = []
            for stub in stubs:
                if reading.is_shown(stub):
                    key = ("job", stub["ID"])
                    told.append(self._once(key, stub["ModifyIndex"], until, self._api.job.get_job))
            releases = {
                job["ID"]: self._once(("versions", job["ID"]), job["ModifyIndex"], until, self._versions)
                for job in told
                if job["Type"] == "service"
            }
            return reading.picture(told, whole, copies, deployments, releases)

    def job(self, name: str) -> Job:
        """One job with its copies and its latest deployment."""
        for job in self.picture().jobs:
            if job.name == name:
                return job
        raise NotFound(f"Nomad knows no job {name}.")

    def number(self, name: str) -> int:
        """How often the job has been changed: Nomad's own version of it."""
        return int(self._ask(f"the job {name}", lambda: self._api.job.get_job(name))["Version"])

    def deployment(self, name: str) -> Deployment | None:
        """The latest deployment of a job."""
        found = self._ask(f"the deployment of {name}", lambda: self._api.job.get_deployment(name))
        with _readable():
            return reading.deployment(found) if found else None

    def address(self, copy_id: str) -> str:
        """Where a copy answers, by passing by every way in: `http://127.0.0.1:23456`."""
        copy = self._ask("a copy's address", lambda: self._api.allocation.get_allocation(copy_id))
        with _readable():
            return reading.address(copy)

    def submit(self, name: str, version: str) -> int:
        """Start what runs as another version, its canaries hidden until promoted; gives Nomad's number of it.

        The job file and its variables are those of the last `nomad job run`, which Nomad keeps.
        """
        now = self._ask(f"the job {name}", lambda: self._api.job.get_job(name))
        body = self._prepared(name, version, now)
        for update in (body["Job"].get("Update"), *(g.get("Update") for g in body["Job"]["TaskGroups"])):
            if update:
                update["AutoPromote"] = False
        body |= {"PreserveCounts": True, "EnforceIndex": True, "JobModifyIndex": now["JobModifyIndex"]}
        self._ask(f"deploying {name}", lambda: self._api.job.register_job(name, body))
        return self.number(name)

    def dispatch(self, name: str, version: str) -> str:
        """Start a parameterized job once, as of that version; gives the name of what runs."""
        now = self._ask(f"the job {name}", lambda: self._api.job.get_job(name))
        body = self._prepared(name, version, now)
        self._ask(f"changing {name}", lambda: self._api.job.register_job(name, body))
        started = self._ask(f"starting {name}", lambda: self._api.job.dispatch_job(name, meta={}))
        return str(started["DispatchedJobID"])

    def outcome(self, name: str) -> Outcome:
        """What became of a batch job, or that it still runs."""
        copies = self._ask(f"the copies of {name}", lambda: self._api.job.get_allocations(name))
        with _readable():
            return reading.outcome(copies)

    def promote(self, deployment_id: str) -> None:
        self._ask("promoting", lambda: self._api.deployment.promote_deployment_all(deployment_id))

    def fail(self, deployment_id: str) -> None:
        self._ask("failing a deployment", lambda: self._api.deployment.fail_deployment(deployment_id))

    def revert(self, job: Job, before: Release) -> int:
        """Deploy the version before; refused when somebody changed the job meanwhile."""
        self._ask(
            f"taking {job.name} back",
            lambda: self._api.job.revert_job(job.name, before.number, enforce_prior_version=job.number),
        )
        return self.number(job.name)

    def scale(self, job: Job, count: int, why: str) -> None:
        body = {"Count": count, "Target": {"Group": job.group}, "Message": why}
        self._ask(
            f"scaling {job.name}",
            lambda: self._api.job.request(job.name, "scale", method="post", json=body),
        )

    def drain(self, node_id: str) -> None:
        """Move everything away; what has not gone after ten minutes is ended."""
        body = {"DrainSpec": {"Deadline": DRAIN_NANOSECONDS}, "MarkEligible": False}
        self._ask(
            "emptying a zone", lambda: self._api.node.request(node_id, "drain", method="post", json=body)
        )

    def allow(self, node_id: str) -> None:
        """End a drain, and take copies again."""
        self._ask("opening a zone", lambda: self._api.node.drain_node_with_spec(node_id, None, True))

    def _prepared(self, name: str, version: str, now: dict[str, Any]) -> dict[str, Any]:
        """What `nomad job run` would send, with another version, or the same one with settings read anew."""
        number = now["Version"]
        kept = self._ask(
            f"the job file of {name}",
            lambda: self._api.job.request(
                name, "submission", method="get", params={"version": number}
            ).json(),
        )
        with _readable():
            flags = dict(kept["VariableFlags"] or {}) | {"version": version}
            if _declares(kept["Source"], "promote"):
                flags["promote"] = "ask"
            if _declares(kept["Source"], "settings") and now["Meta"]["version"] == version:
                flags["settings"] = f"{time.time():.0f}"
            submission = {name: kept[name] for name in ("Source", "Format", "Variables")}
            body = {
                "JobHCL": kept["Source"],
                "Variables": variables(kept["Variables"] or "", flags),
                "Canonicalize": True,
            }
        parsed = self._ask(
            f"reading the job file of {name}",
            lambda: self._api.jobs.request("parse", method="post", json=body).json(),
        )
        return {"Job": parsed, "Submission": {**submission, "VariableFlags": flags}}

    def _versions(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._api.job.get_versions(name)["Versions"]
        return found

    def _once(self, key: tuple[str, str], index: int, until: float, ask: Callable[[str], Any]) -> Any:
        """What is known of this state, else asked."""
        kind, name = key
        place = (f"{kind} {name}", index)
        if place not in self._known:
            if time.monotonic() > until:
                raise ClusterAway("Nomad", f"It needed more than {ALL_SECONDS:.0f} s for our questions.")
            found = self._ask(f"the {kind} {name}", lambda: ask(name))
            with self._lock:
                self._known = {at: kept for at, kept in self._known.items() if at[0] != place[0]}
                self._known[place] = found
        return self._known[place]

    def _ask(self, what: str, ask: Callable[[], Any]) -> Any:
        require_no_transaction()
        try:
            return ask()
        except URLNotAuthorizedNomadException as error:
            raise ClusterClosed("Nomad", what) from error
        except URLNotFoundNomadException as error:
            raise NotFound(f"Nomad does not know {what}: {_words(error)}") from error
        except BadRequestNomadException as error:
            raise ClusterRefused("Nomad", _words(error)) from error
        except BaseNomadException as error:
            raise self._failed(error) from error
        except ValueError as error:
            raise ClusterStrange("Nomad", f"{what} is no JSON") from error

    def _failed(self, error: BaseNomadException) -> Exception:
        answer = error.nomad_resp
        if isinstance(answer, Timeout):
            return ClusterAway("Nomad", f"{self.url} took longer than {EACH_SECONDS:.0f} s.")
        if not hasattr(answer, "status_code"):
            return ClusterAway("Nomad", f"Nobody answers at {self.url}.")
        if "No cluster leader" in answer.text:
            return ClusterAway("Nomad", "Its servers have no leader.")
        return ClusterRefused("Nomad", _words(error))


def variables(file: str, flags: dict[str, str]) -> str:
    """A variable file and the values given beside it as one file; what was given beside it wins."""
    kept = file
    for name in flags:
        kept = re.sub(rf"^{re.escape(name)}\s*=.*$", "", kept, flags=re.MULTILINE)
    given = [f"{name} = {_literal(value)}" for name, value in flags.items()]
    return "\n".join([kept, *given, ""])


def _declares(source: str, name: str) -> bool:
    return re.search(rf'^variable "{name}"', source, re.MULTILINE) is not None


def _literal(value: str) -> str:
    return value if value.startswith(("{", "[")) else json.dumps(value)


def _words(error: BaseNomadException) -> str:
    return str(getattr(error.nomad_resp, "text", "") or error.nomad_resp)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ClusterStrange("Nomad", f"{type(error).__name__}: {error}") from error
