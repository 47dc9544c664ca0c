"""A cluster to hold drills on: the one that runs, else one that is started and ended again."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from local.cluster.layout import Cluster
from local.keep import is_alive
from local.paths import ROOT
from local.problem import Problem

COMMAND = [sys.executable, "-m", "local.cluster"]


@contextmanager
def standing() -> Iterator[None]:
    """Whoever started it ends it; a cluster that somebody works with stays."""
    cluster = Cluster.read()
    if cluster and is_alive(cluster.supervisor):
        yield
        return
    try:
        if subprocess.run([*COMMAND, "up"], cwd=ROOT, check=False).returncode:
            raise Problem("The cluster did not come up: what it said stands above.")
        yield
    finally:
        subprocess.run([*COMMAND, "stop"], cwd=ROOT, check=False)
