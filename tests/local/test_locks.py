"""Lock files and scripts say what is installed, never from which host."""

import json
import subprocess

import pytest

from local import vendor
from local.paths import MODULES, ROOT, VENDOR

# Put together here so that this file does not name them either.
HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "--index" + "-url",
    "--find" + "-links",
]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def test_no_file_names_a_package_host() -> None:
    wanted = [word for host in HOSTS for word in ("-e", host)]
    said = subprocess.run(
        ["git", "grep", "-IlF", *wanted], cwd=ROOT, capture_output=True, text=True, check=False
    )
    # uv is told not to write these lines, so the script that calls it names the options.
    assert set(said.stdout.split()) - {"local/lock.py"} == set()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    entries = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in " #"]
    assert entries
    assert all(entry.endswith("\\") for entry in entries)


def test_every_locked_script_has_its_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    others = {name: facts for name, facts in packages.items() if name}
    assert all("integrity" in facts and "resolved" not in facts for facts in others.values())


def test_pages_get_exactly_what_the_packages_hold() -> None:
    assert all(
        (VENDOR / name).read_bytes() == (MODULES / source).read_bytes()
        for name, source in vendor.FILES.items()
    )
