"""What Prometheus asks each process: how many requests there were, and how long they took.

Under gunicorn the processes of a copy share their figures through files (PROMETHEUS_MULTIPROC_DIR). Whoever
comes through the ingress is told nothing.
"""

import os
import time

from flask import Flask, Response, abort, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Histogram(
    "marquee_request_seconds",
    "Time from a request to its answer.",
    ["method", "rule", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
# Who only asks how a copy is: quick answers that would hide slow ones from a percentile.
PROBES = {"/livez", "/readyz", "/metrics"}


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_note)
    app.add_url_rule("/metrics", view_func=metrics)


def metrics() -> Response:
    if "X-Forwarded-For" in request.headers:
        abort(404)
    return Response(generate_latest(_registry()), mimetype=CONTENT_TYPE_LATEST)


def _begin() -> None:
    g.asked_at = time.perf_counter()


def _note(answer: Response) -> Response:
    """By the rule, never by the path: a series for each order would be one too many. Streams have no end."""
    rule = request.url_rule.rule if request.url_rule else "none"
    if rule not in PROBES and (asked_at := g.get("asked_at")):
        status = f"{answer.status_code // 100}xx"
        REQUESTS.labels(request.method, rule, status).observe(time.perf_counter() - asked_at)
    return answer


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return shared


metrics.guard = "all"  # type: ignore[attr-defined]  # read by the test of guards
