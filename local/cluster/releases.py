"""Versions of Marquee, unpacked where the zones find them, as an image of EC2 has them."""

import shutil
from pathlib import Path

from local import artifact
from local.cluster.layout import folder
from local.problem import Problem

CHANGED = "-changed"
TOOLS = "tools"


def of_this_checkout() -> str:
    """Lay what is checked out here, and its version; packed anew only when files were changed."""
    version = artifact.version_here()
    lay(version, anew=version.endswith(CHANGED))
    return version


def add(version: str) -> Path:
    """One more version beside those that run, never in place of one."""
    version = version or artifact.version_here()
    if (home() / version).exists():
        raise Problem(f"Version {version} lies there already, and copies may run it: give another name.")
    lay(version, anew=True)
    return home() / version


def lay(version: str, *, anew: bool) -> None:
    """Pack this checkout under a version unless that was done, and unpack it."""
    place = home() / version
    archive = artifact.FOLDER / f"marquee-{version}.tar.gz"
    shutil.rmtree(place.with_suffix(".new"), ignore_errors=True)
    if anew or not archive.exists():
        print(f"Packing version {version}.", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        artifact.make(version)
    artifact.unpack(archive, place)


def keep_only(version: str) -> None:
    """Remove other versions: each takes a third of a gigabyte, and no copy runs them now."""
    for place in home().iterdir():
        if place.name not in {version, TOOLS}:
            shutil.rmtree(place, ignore_errors=True)


def home() -> Path:
    """Where versions and tools lie."""
    return folder("releases", 0o755)
