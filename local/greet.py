"""Waits until the box office answers and prints where it is: `python -m local.greet`."""

import os
import sys
import time
import urllib.error
import urllib.request

from local.keep import is_alive
from local.paths import VAR

PATIENCE_SECONDS = 120.0


def answers(address: str) -> bool:
    """Whether a page can be had there."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 # our own address # nosec B310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def words() -> str:
    """What a newcomer needs to know."""
    base = os.environ["BASE_URL"]
    lines = ["", f"  The box office is open: {base}", f"  Staff pages:            {base}/staff"]
    if "MAILBOX_PORT" in os.environ:
        lines.append(f"  Development mailbox:    {base}/dev/mail")
    if "SANDBOX_PORT" in os.environ:
        lines.append(f"  Sandbox payments:       {os.environ['GATEWAY_URL']}")
    accounts = VAR / "accounts.txt"
    if accounts.exists():
        lines += [
            "",
            "  Demo accounts",
            *(f"  {line}".rstrip() for line in accounts.read_text().splitlines()),
        ]
    return "\n".join([*lines, "", "  Ctrl-C stops everything.", ""])


def main() -> int:
    """Prints once, then ends."""
    parent = os.getppid()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and is_alive(parent):
        if answers(os.environ["BASE_URL"] + "/readyz"):
            print(words(), flush=True)
            return 0
        time.sleep(0.2)
    return 1


if __name__ == "__main__":
    sys.exit(main())
