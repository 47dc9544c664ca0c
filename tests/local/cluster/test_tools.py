"""Which Nomad and Consul are taken: the person's own when they are new enough, else a build that is kept."""

from pathlib import Path

import pytest

from local.cluster import tools
from local.problem import Problem


def program(folder: Path, name: str, says: str) -> Path:
    """A program that only tells its version."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No tool on the path and none in the cache."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setenv("MARQUEE_TOOLS", str(tmp_path / "cache"))


def test_a_new_enough_program_on_the_path_is_taken(tmp_path: Path) -> None:
    own = program(tmp_path / "bin", "nomad", "Nomad v1.10.5+ent")
    assert tools.find(tools.NOMAD) == own


def test_an_old_program_on_the_path_is_not_taken_but_a_build_is(tmp_path: Path) -> None:
    program(tmp_path / "bin", "nomad", "Nomad v1.9.7")
    assert tools.find(tools.NOMAD) is None
    built = program(tmp_path / "cache" / f"nomad-{tools.NOMAD.version}", "nomad", "Nomad v1.11.3")
    assert tools.find(tools.NOMAD) == built


def test_who_has_neither_tool_nor_compiler_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "OLDEST_GO", (99, 0))
    with pytest.raises(
        Problem, match=r"^consul is missing: install consul 1\.20 or later, or Go 99\.0 or later"
    ):
        tools.need(tools.CONSUL)


@pytest.mark.parametrize("tool", tools.TOOLS, ids=lambda tool: tool.name)
def test_each_build_is_pinned_with_its_checksums(tool: tools.Tool) -> None:
    folder = tools.SOURCES / tool.name
    assert f"{tool.module} v{tool.version}" in (folder / "go.mod").read_text()
    assert f"{tool.module} v{tool.version} h1:" in (folder / "go.sum").read_text()
