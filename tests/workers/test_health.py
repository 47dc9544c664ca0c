"""What Nomad, Consul and Prometheus are told by the processes that serve no pages."""

import json
import signal

import pytest
import urllib3

from local import ports
from tests.workers.conftest import eventually
from tests.workers.test_main import Start
from webapp.core.db import Database
from workers.health import address


@pytest.mark.parametrize("role", ["clock", "worker"])
def test_a_process_without_pages_answers_probes_until_it_ends(
    database: Database, start: Start, role: str
) -> None:
    place = f"127.0.0.1:{ports.any_free()}"
    process = start(role, "--health", place, module="workers")
    eventually(lambda: _status(place, "/livez") == 200)
    said = json.loads(_get(place, "/readyz").data)
    assert (said["database"], said["redis"]) == (True, True)
    assert _status(place, "/anything") == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert _status(place, "/livez") == 0, "nobody is left to answer"


def test_prometheus_is_told_how_long_the_oldest_job_of_each_queue_waits(
    database: Database, start: Start
) -> None:
    place = f"127.0.0.1:{ports.any_free()}"
    start("clock", "--health", place, module="workers")
    eventually(lambda: _status(place, "/metrics") == 200)
    said = _get(place, "/metrics").data.decode()
    for queue in ("urgent", "default", "slow"):
        assert f'marquee_queue_age_seconds{{queue="{queue}"}}' in said


@pytest.mark.parametrize("said", ["8080", "localhost:", ":80", "localhost:many"])
def test_an_address_without_host_or_port_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=said):
        address(said)


def _get(place: str, path: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", f"http://{place}{path}", retries=False, timeout=5)


def _status(place: str, path: str) -> int:
    try:
        return _get(place, path).status
    except urllib3.exceptions.HTTPError:
        return 0
