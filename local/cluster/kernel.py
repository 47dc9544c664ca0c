"""A setting of Linux that lets one nginx replace another unseen, put back when the cluster stops."""

import os
from pathlib import Path

from local.cluster.layout import FOLDER, keep

# Connections that wait in the queue of a listener that closes go to another listener of the same port.
MIGRATE = Path("/proc/sys/net/ipv4/tcp_migrate_req")
BEFORE = "tcp_migrate_req.before"


def set_up() -> None:
    """Turn it on and remember how it was; only root may, and an old kernel has none."""
    if os.geteuid() == 0 and MIGRATE.exists():
        keep(BEFORE, MIGRATE.read_text())
        MIGRATE.write_text("1\n")


def put_back() -> None:
    """As it was before."""
    before = FOLDER / BEFORE
    if before.exists() and os.access(MIGRATE, os.W_OK):
        MIGRATE.write_text(before.read_text())
        before.unlink()
