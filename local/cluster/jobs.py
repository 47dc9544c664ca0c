"""Marquee's jobs: submitted by `nomad job run` as an operator does it, and waited for."""

import os
import re
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cluster.api import Api
from local.paths import ROOT
from local.problem import Problem

JOBS = ROOT / "nomad"
MIGRATION = JOBS / "migrate.nomad.hcl"
SERVICE = JOBS / "service.nomad.hcl"
ENVIRONMENT = JOBS / "environments" / "laptop.vars.hcl"
# The autoscaler gives up for good when Prometheus does not answer its first question.
LAST = ("autoscaler", "alarm")
PATIENCE_SECONDS = 120.0
AT_ONCE = max(2, os.cpu_count() or 2)


@dataclass(frozen=True)
class Jobs:
    """How jobs are submitted: the program, where it finds the servers, and the variables of this cluster."""

    nomad: Api
    program: Path
    env: dict[str, str]
    variables: dict[str, str]

    def run(self, file: Path, *variable_files: Path) -> None:
        """Submit one job without waiting for its copies; a Problem says what the servers did not like."""
        command = [str(self.program), "job", "run", "-detach"]
        command += [f"-var-file={path}" for path in variable_files if path.exists()]
        said = file.read_text(encoding="utf-8")
        command += [f"-var={name}={value}" for name, value in self.variables.items() if declares(said, name)]
        done = subprocess.run(
            [*command, str(file)],
            cwd=ROOT,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            named = variable_files[-1].name if variable_files else file.name
            raise Problem(f"Nomad did not take {named}: {' '.join((done.stderr or done.stdout).split())}")

    def migrate(self) -> None:
        """Bring the schema to this version and wait until it is."""
        self.run(MIGRATION)
        told = self.nomad.ask("GET", "/v1/job/migrate")
        parameters = told.get("ParameterizedJob")
        name = "migrate"
        if parameters is not None:
            known = {*(parameters["MetaRequired"] or ()), *(parameters["MetaOptional"] or ())}
            meta = {name: value for name, value in self.variables.items() if name in known}
            name = self.nomad.ask("POST", "/v1/job/migrate/dispatch", {"Meta": meta})["DispatchedJobID"]
        self._until_done(name)

    def services(self) -> None:
        """Submit every service of Marquee, a few at a time: all at once, each would start slowly."""
        for names in batched(service_names(), AT_ONCE):
            for name in names:
                self.run(SERVICE, ENVIRONMENT, JOBS / "services" / f"{name}.vars.hcl")
            self.until_healthy(names)

    def system(self, names: Iterable[str]) -> None:
        """Submit jobs that we run but did not write."""
        for name in names:
            self.run(JOBS / "system" / f"{name}.nomad.hcl")

    def until_healthy(self, names: Iterable[str]) -> None:
        """Wait until each job's newest version has all its copies; a Problem tells what keeps one from it."""
        waiting, deadline = list(names), time.monotonic() + PATIENCE_SECONDS
        while waiting:
            waiting = [name for name in waiting if not self._is_healthy(name)]
            if waiting and time.monotonic() > deadline:
                raise Problem(f"{waiting[0]} did not get healthy: {self._reason(waiting[0])}")
            time.sleep(0.3)

    def _until_done(self, name: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            states = [copy["ClientStatus"] for copy in self._copies(name)]
            if "complete" in states:
                return
            if "failed" in states:
                break
            time.sleep(0.3)
        raise Problem(f"{name.split('/', maxsplit=1)[0]} did not get to its end: {self._reason(name)}")

    def _is_healthy(self, name: str) -> bool:
        job = self.nomad.ask("GET", f"/v1/job/{name}")
        if job["Type"] != "service":
            return all(copy["ClientStatus"] in {"running", "complete"} for copy in self._copies(name))
        deployment = self.nomad.ask("GET", f"/v1/job/{name}/deployment")
        if deployment is None or deployment["JobVersion"] != job["Version"]:
            return False
        if deployment["Status"] in {"failed", "cancelled"}:
            raise Problem(f"{name} was not deployed: {deployment['StatusDescription']}. {self._reason(name)}")
        return bool(deployment["Status"] == "successful")

    def _copies(self, name: str) -> list[dict[str, Any]]:
        copies: list[dict[str, Any]] = self.nomad.ask("GET", f"/v1/job/{name}/allocations") or []
        return copies

    def _reason(self, name: str) -> str:
        """What happened to the last copy and what it said, or why no zone has room for one."""
        copies = sorted(self._copies(name), key=lambda copy: copy["ModifyIndex"])
        for copy in reversed(copies):
            for task, state in (copy["TaskStates"] or {}).items():
                events = [
                    event["DisplayMessage"] for event in state["Events"] or () if event["DisplayMessage"]
                ]
                if events:
                    return f"{' '.join(events[-3:])}\n{self._last_words(copy['ID'], task)}"
        for evaluation in self.nomad.ask("GET", f"/v1/job/{name}/evaluations") or ():
            for group in (evaluation.get("FailedTGAllocs") or {}).values():
                return (
                    f"no zone takes it: {group.get('ConstraintFiltered') or group.get('DimensionExhausted')}"
                )
        return "its copies have not been started yet."

    def _last_words(self, copy: str, task: str) -> str:
        """The end of what a task wrote: its folder goes when the cluster is stopped."""
        said = [
            self.nomad.text(
                f"/v1/client/fs/logs/{copy}?task={task}&type={stream}&plain=true&origin=end&offset=4000"
            )
            for stream in ("stdout", "stderr")
        ]
        return "\n".join("".join(said).splitlines()[-20:])


def batched(names: list[str], size: int) -> list[list[str]]:
    """The names in groups of a size."""
    return [names[start : start + size] for start in range(0, len(names), size)]


def declares(said: str, name: str) -> bool:
    """Whether a job file knows a variable: Nomad refuses those that it does not."""
    return re.search(rf'^variable "{re.escape(name)}"', said, re.MULTILINE) is not None


def service_names() -> list[str]:
    """The jobs that are Marquee itself."""
    return sorted(path.name.split(".")[0] for path in (JOBS / "services").glob("*.vars.hcl"))


def system_names() -> list[str]:
    """The jobs beside it, in the order that they need each other."""
    names = sorted(path.name.split(".")[0] for path in (JOBS / "system").glob("*.nomad.hcl"))
    return sorted(names, key=lambda name: LAST.index(name) if name in LAST else -1)
