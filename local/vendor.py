"""Fills `static/vendor/` with the few files of others that pages load, under fixed names."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from local.paths import MODULES, ROOT, VENDOR, inside_venv
from local.problem import Problem

LOCK = ROOT / "package-lock.json"
STAMP = VENDOR / ".stamp"
FONT = "@fontsource-variable/archivo-narrow"
# The same letters as TrueType files: the PDF of a ticket cannot take the browsers' format.
PRINT_FONT = "@expo-google-fonts/archivo-narrow"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sse.js": "htmx-ext-sse/dist/sse.min.js",
    "response-targets.js": "htmx-ext-response-targets/dist/response-targets.min.js",
    "idiomorph-ext.min.js": "idiomorph/dist/idiomorph-ext.min.js",
    "print/archivo-narrow-regular.ttf": f"{PRINT_FONT}/400Regular/ArchivoNarrow_400Regular.ttf",
    "print/archivo-narrow-bold.ttf": f"{PRINT_FONT}/700Bold/ArchivoNarrow_700Bold.ttf",
    "archivo-narrow-latin.woff2": f"{FONT}/files/archivo-narrow-latin-wght-normal.woff2",
    "archivo-narrow-latin-ext.woff2": f"{FONT}/files/archivo-narrow-latin-ext-wght-normal.woff2",
}
LICENCES = {
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "sse.LICENSE.txt": "htmx-ext-sse/LICENSE",
    "response-targets.LICENSE.txt": "htmx-ext-response-targets/LICENSE",
    "idiomorph.LICENSE.txt": "idiomorph/LICENSE",
    "archivo-narrow.LICENSE.txt": f"{FONT}/LICENSE",
}
OLDEST_NODE = 18


def node_major(node: str) -> int:
    """The main version of a Node program, 0 when it does not run."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    major = said.stdout.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdecimal() else 0


def find_npm() -> list[str] | None:
    """The npm of the machine when its Node is new enough, else the one that the wheel brought."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_major(node) >= OLDEST_NODE:
        return [npm]
    if inside_venv("npm").exists():
        return [str(inside_venv("python")), str(inside_venv("npm"))]
    return None


def wanted() -> str:
    """Changes when the locked packages or the list of files change."""
    return hashlib.sha256(LOCK.read_bytes() + repr((FILES, LICENCES)).encode()).hexdigest()


def is_filled() -> bool:
    """Whether the folder already holds what the lock file says."""
    complete = all((VENDOR / name).exists() for name in FILES) and MODULES.is_dir()
    return complete and STAMP.exists() and STAMP.read_text() == wanted()


def copy(names: dict[str, str]) -> None:
    """Copies files out of the installed packages; a missing one is a Problem."""
    for name, source in names.items():
        path = MODULES / source
        if not path.is_file():
            raise Problem(f"The package file {source} is missing; has {LOCK.name} changed upstream's layout?")
        (VENDOR / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(path, VENDOR / name)


def install(npm: list[str]) -> None:
    """Runs `npm ci`, which refuses anything whose hash differs from the lock file."""
    # The wheel's npm starts `node` by name, so its folder has to be on the path.
    path = os.pathsep.join([str(Path(npm[-1]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"npm could not fetch what package-lock.json names:\n{done.stdout}{done.stderr}")


def fill(npm: list[str]) -> None:
    """Makes `static/vendor/` anew."""
    install(npm)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    copy(FILES)
    copy(LICENCES)
    STAMP.write_text(wanted())
