"""`python -m workers.alarm`: tells when the autoscaler has fallen silent, and nobody changes the counts.

Release 0.5.0 ends a policy's handler for good, and without a word to anybody, when Prometheus does not
answer its first question. So this process reads the autoscaler's own figures; while one policy has not been
evaluated for a minute its `/readyz` answers 503, which turns its check in Consul red.
"""

import argparse
import re
import signal
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from webapp.core import logs
from workers import health

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 5.0
SILENT_AFTER_SECONDS = 60.0
FIGURES = "/v1/metrics?format=prometheus"
EVALUATIONS = re.compile(
    r'^nomad_autoscaler_scale_evaluate_ms_count\{.*?policy_id="([^"]+)".*?\} (\S+)$', re.M
)


@dataclass
class Watch:
    """When each policy was last seen at work; `policies` is how many there have to be."""

    policies: int
    began: float
    last: dict[str, tuple[float, float]] = field(default_factory=dict)

    def note(self, counts: dict[str, float], now: float) -> None:
        """How often each policy has been evaluated, as read now."""
        for policy, count in counts.items():
            if policy not in self.last or self.last[policy][0] != count:
                self.last[policy] = (count, now)

    def complaint(self, now: float) -> str:
        """What is wrong, in a sentence; empty when nothing is."""
        busy = sum(now - seen < SILENT_AFTER_SECONDS for _, seen in self.last.values())
        if busy >= self.policies or now - self.began < SILENT_AFTER_SECONDS:
            return ""
        return (
            f"The autoscaler has looked at {busy} of {self.policies} policies in the last minute: look at "
            "its log, see that Prometheus answers, then restart the job `autoscaler`."
        )

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """For `workers.health`."""
        said = self.complaint(time.monotonic()) if path == "/readyz" else ""
        return (
            503 if said else 200,
            "text/plain; charset=utf-8",
            (said or "It hears the autoscaler.").encode(),
        )


def counts(figures: str) -> dict[str, float]:
    """Evaluations by policy, from what the autoscaler tells Prometheus."""
    return {policy: float(count) for policy, count in EVALUATIONS.findall(figures)}


def run(address_file: Path, policies: int, probed_at: health.Address) -> None:
    """Look until SIGTERM; the file holds the autoscaler's address, or nothing while Consul knows none."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001  # the shape of a handler
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    watch, told = Watch(policies, time.monotonic()), ""
    health.serve(watch, probed_at)
    while not stopping.wait(LOOK_EVERY_SECONDS):
        watch.note(counts(_figures(address_file)), time.monotonic())
        said = watch.complaint(time.monotonic())
        if said != told:
            log.error("autoscaler.silent", sentence=said) if said else log.info("autoscaler.heard")
        told = said


def _figures(address_file: Path) -> str:
    address = address_file.read_text(encoding="utf-8").strip()
    if not address:
        return ""
    try:
        # Consul gave the address.
        with urllib.request.urlopen(f"http://{address}{FIGURES}", timeout=2) as answer:  # nosec B310
            return str(answer.read(), "utf-8")
    except OSError:
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workers.alarm")
    parser.add_argument("--autoscaler", required=True, type=Path, help="the file that holds its address")
    parser.add_argument("--policies", required=True, type=int, help="how many policies it has to look at")
    parser.add_argument("--health", required=True, metavar="HOST:PORT", type=health.address)
    given = parser.parse_args()
    logs.configure(as_json=True)
    run(given.autoscaler, given.policies, given.health)


if __name__ == "__main__":
    main()
