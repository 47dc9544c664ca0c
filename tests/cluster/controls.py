"""What one promise less costs. The last resort, nginx asking another copy, is off in most of them."""

import re
from collections.abc import Callable

from local.problem import Problem
from tests.cluster.ground import PATH, Ground
from tests.cluster.operating import PROBES, next_version, says_503, told


def without_delay(ground: Ground) -> str:
    """Twice, since an old copy leaves by what its own version says."""
    edit = _edited((r'shutdown_delay = "\d+s"', 'shutdown_delay = "0s"'))
    return told(ground.roll(PATH, edit=edit, flags={"version": next_version(ground), "canaries": "2"}))


def without_sigterm(ground: Ground) -> str:
    edit = _edited(
        (r'shutdown_delay = "\d+s"', 'shutdown_delay = "0s"'),
        (r'kill_signal  = "SIGTERM"', 'kill_signal = "SIGKILL"'),
    )
    return told(ground.roll(PATH, edit=edit, flags={"version": next_version(ground), "canaries": "2"}))


def without_readiness(ground: Ground) -> str:
    """Nobody asks the new copies whether they are ready, and they need twelve seconds to be."""
    slow = ground.release("slow", {"wsgi.py": lambda text: f"import time\ntime.sleep(12)\n{text}"})
    edit = _edited(
        (r"^      check \{\n(?:.*\n)*?^      \}\n", ""),
        (r'health_check      = "checks"', 'health_check = "task_states"'),
    )
    return told(ground.roll(PATH, edit=edit, flags={"version": slow, "canaries": "2"}))


def without_revert(ground: Ground) -> str:
    """The version that never gets ready stays the one that is wanted: a copy that ends is lost for good."""
    bad = ground.release("unready", {PROBES: says_503})
    edit = _edited(
        ("auto_revert       = true", "auto_revert = false"),
        (r'healthy_deadline  = "\d+s"', 'healthy_deadline = "12s"'),
        (r'progress_deadline = "\d+s"', 'progress_deadline = "15s"'),
    )
    ended = ground.roll(["booking"], edit=edit, flags={"version": bad})
    if ground.release_of("booking") == bad:
        raise Problem(
            f"The deployment {ended['booking']}, and the bad version is still the one that is wanted."
        )
    return "Nomad went back all the same."


def _edited(*changes: tuple[str, str]) -> Callable[[str], str]:
    """A job file with some lines put otherwise; each must be there."""

    def edit(text: str) -> str:
        for pattern, instead in changes:
            text, times = re.subn(pattern, instead, text, flags=re.MULTILINE)
            if not times:
                raise Problem(f"The job file has no {pattern} any more: this control takes nothing away.")
        return text

    return edit
