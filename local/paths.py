"""Where things lie in a checkout. Everything that is made at run time stays in `var/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
VENV = ROOT / ".venv"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"


def inside_venv(program: str) -> Path:
    """The path of a program that the lock file installs."""
    return VENV / "bin" / program
