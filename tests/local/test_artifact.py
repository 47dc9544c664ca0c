"""One file holds everything that a copy runs, wherever it is unpacked."""

import hashlib
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from local import artifact
from local.problem import Problem

NOTHING = {"PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> artifact.Artifact:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(artifact, "FOLDER", tmp_path_factory.mktemp("artifacts"))
        return artifact.make("trial")


@pytest.mark.slow
def test_it_runs_where_it_is_unpacked_with_nothing_of_this_machine(
    made: artifact.Artifact, tmp_path: Path
) -> None:
    place = tmp_path / "somewhere else" / "trial"
    artifact.unpack(made.path, place)
    words = [str(place / "bin" / "marquee"), "flask", "--app", "wsgi", "--version"]
    done = subprocess.run(words, env=NOTHING, capture_output=True, text=True, check=True)
    assert "Flask" in done.stdout
    said = [str(place / "bin" / "marquee"), "gunicorn", "--version"]
    assert subprocess.run(said, env=NOTHING, capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_the_manifest_names_every_file_by_what_is_in_it(made: artifact.Artifact) -> None:
    with tarfile.open(made.path) as packed:
        found = {entry.name: packed.extractfile(entry) for entry in packed}
        digests = {name: hashlib.sha256(file.read()).hexdigest() for name, file in found.items() if file}
        told = json.loads(packed.extractfile("manifest.json").read())  # type: ignore[union-attr]  # a file
    del digests["manifest.json"]
    assert told["files"] == digests
    assert told["version"] == "trial"
    assert "app/wsgi.py" in digests


@pytest.mark.slow
def test_a_damaged_one_is_not_unpacked(made: artifact.Artifact, tmp_path: Path) -> None:
    damaged = tmp_path / made.path.name
    damaged.write_bytes(made.path.read_bytes()[:-1])
    damaged.with_suffix(".gz.sha256").write_text(f"{made.digest}  {damaged.name}\n")
    with pytest.raises(Problem, match="is not what its checksum says"):
        artifact.unpack(damaged, tmp_path / "trial")
    assert not (tmp_path / "trial").exists()
