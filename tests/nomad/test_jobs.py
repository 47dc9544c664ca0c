"""Nomad itself reads every job: its form, its words, and where its copies would go."""

import subprocess
from pathlib import Path

import pytest

from local.paths import ROOT
from tests.nomad import files
from tests.nomad.conftest import Run

FITS = "All tasks successfully allocated."


def test_every_file_has_the_form_that_nomad_gives_it(programs: dict[str, Path]) -> None:
    command = [str(programs["nomad"]), "fmt", "-check", "-recursive", "nomad", "consul"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("environment", files.ENVIRONMENTS)
@pytest.mark.parametrize("name", files.NAMES)
def test_every_service_is_valid_and_finds_a_place_in_every_environment(
    ask: Run, driver: str, name: str, environment: str
) -> None:
    words = [driver, *files.of_service(name, environment)]
    _require_plan(ask, words)


@pytest.mark.parametrize("path", files.ALONE)
def test_every_job_of_one_file_is_valid_and_finds_a_place(ask: Run, driver: str, path: str) -> None:
    _require_plan(ask, [driver, *files.alone(path)])


@pytest.mark.parametrize("name", files.NAMES)
def test_the_variant_with_a_sidecar_is_valid_and_says_what_the_machine_lacks(ask: Run, name: str) -> None:
    words = ["-var=sidecar=true", *files.of_service(name, "production")]
    valid = ask("job", "validate", *words)
    assert "Job validation successful" in valid.stdout, valid.stdout + valid.stderr
    planned = ask("job", "plan", "-no-color", *words)
    assert planned.returncode == 1, planned.stderr
    assert "sidecar" in planned.stdout


def test_a_service_without_a_version_is_refused(ask: Run) -> None:
    words = [word for word in files.of_service("catalog", "laptop") if "version" not in word]
    refused = ask("job", "validate", *words)
    assert refused.returncode == 1
    assert 'variable "version"' in refused.stderr + refused.stdout


def _require_plan(ask: Run, words: list[str]) -> None:
    valid = ask("job", "validate", *words)
    assert "Job validation successful" in valid.stdout, valid.stdout + valid.stderr
    planned = ask("job", "plan", "-no-color", *words)
    assert planned.returncode == 1, planned.stderr  # 1: copies would be started; 255: an error
    assert FITS in planned.stdout, planned.stdout
