"""`make cluster` and its two sisters, as far as they go without a cluster."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cluster import layout, releases, serve, status
from local.cluster.jobs import batched, declares
from local.paths import ROOT
from local.problem import Problem
from webapp.services import SERVICES

JOB = {"ID": "catalog", "Status": "running", "Meta": {"version": "1a2b3c"}}
READY = {"Name": "ready", "Status": "passing"}


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout without a cluster, whatever runs in this one."""
    for module in (layout, serve):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(serve, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(layout, "STATE", tmp_path / "cluster.json")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of an address of the cluster that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.12", 0))
        other.listen()
        yield other.getsockname()[1]


def copy(zone: str, state: str = "running") -> dict[str, str]:
    """An allocation as Nomad tells of it."""
    return {"NodeName": f"zone-{zone}", "ClientStatus": state}


def test_a_taken_port_is_named_before_anything_starts(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "AGENT_PORTS", (taken,))
    monkeypatch.setattr(serve, "INGRESS_PORT", taken)
    with pytest.raises(Problem, match=rf"^Port {taken} on 127\.0\.0\.12 is taken, and the cluster needs it"):
        serve.check_ports()


def test_a_second_start_says_what_to_do_and_knows_who_has_it() -> None:
    with serve.alone():
        with pytest.raises(Problem, match="runs already: `make cluster-status` shows it"), serve.alone():
            pass
        assert serve.holder() > 0
    assert serve.holder() == 0


def test_the_page_says_so_when_no_cluster_runs() -> None:
    with pytest.raises(Problem, match="No cluster runs from this checkout: `make cluster` starts one"):
        status.show()


def test_what_is_known_of_a_cluster_is_for_its_owner_alone() -> None:
    facts = dict.fromkeys(layout.Cluster.__dataclass_fields__, "x")
    known = layout.Cluster(**facts)  # type: ignore[arg-type]
    known.write()
    assert layout.Cluster.read() == known
    assert layout.STATE.stat().st_mode & 0o077 == 0
    assert json.loads(layout.STATE.read_text())["ingress"] == "x"


@pytest.mark.parametrize(
    ("copies", "checks", "is_well", "told"),
    [
        (
            [copy("a"), copy("c"), copy("b", "lost")],
            [READY],
            True,
            "2 of 2   1   ·   1  1a2b3c  ",
        ),
        ([copy("a")], [READY], False, "1 of 2   1   ·   ·"),
        ([copy("a"), copy("a")], [READY | {"Status": "critical"}], False, "not passing: ready"),
    ],
)
def test_a_job_is_well_when_all_its_copies_run_and_pass(
    copies: list[dict[str, str]], checks: list[dict[str, str]], is_well: bool, told: str
) -> None:
    line, well = status.job_line(JOB, 2, copies, checks)
    assert well is is_well
    assert told in line


def test_only_variables_that_a_job_declares_are_given_to_it() -> None:
    said = 'variable "version" {\n  type = string\n}\n# variable "driver" is not here\n'
    assert declares(said, "version")
    assert not declares(said, "driver")


def test_every_process_has_intentions_and_everybody_else_is_denied() -> None:
    entries = {path.stem: path.read_text() for path in (ROOT / "consul" / "intentions").glob("*.hcl")}
    assert set(entries) == {*SERVICES, "worker", "clock"}
    for name, text in entries.items():
        assert f'Name = "{name}"' in text
        assert text.index('"*"') < text.index('"deny"')
        assert ('"ingress"' in text) == (name in SERVICES)


def test_a_wrong_word_is_answered_with_the_right_ones() -> None:
    command = [sys.executable, "-m", "local.cluster", "perhaps"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "python -m local.cluster up" in done.stderr


def test_a_version_that_may_run_is_never_laid_anew(tmp_path: Path) -> None:
    (tmp_path / "releases" / "1a2b3c").mkdir(parents=True)
    with pytest.raises(Problem, match=r"^Version 1a2b3c lies there already, and copies may run it"):
        releases.add("1a2b3c")


def test_versions_that_nobody_runs_are_removed_and_tools_stay(tmp_path: Path) -> None:
    for name in ("old", "new", "tools"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    releases.keep_only("new")
    assert {place.name for place in (tmp_path / "releases").iterdir()} == {"new", "tools"}


def test_a_job_that_was_stopped_is_not_ill() -> None:
    line, well = status.job_line(JOB | {"Status": "dead", "Stop": True}, 0, [copy("a", "complete")], [])
    assert well
    assert "0 of 0" in line


def test_services_are_started_a_few_at_a_time() -> None:
    assert batched(["a", "b", "c", "d", "e"], 2) == [["a", "b"], ["c", "d"], ["e"]]
