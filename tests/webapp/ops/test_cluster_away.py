"""The page is there whatever Nomad and Consul do, and says in a sentence what they do."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask

from tests.factories.accounts import a_person, sign_in
from webapp import config
from webapp.core.db import Database

Answers = dict[str, tuple[int, str]]


@contextmanager
def answering(answers: Answers, *, after: float = 0) -> Iterator[str]:
    """A server that says the same to every question that begins so."""

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(after)
            found = next((answers[path] for path in answers if self.path.startswith(path)), (404, ""))
            self.send_response(found[0])
            self.end_headers()
            with suppress(OSError):  # who asked has gone
                self.wfile.write(found[1].encode())

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


NODE = {
    "ID": "n1", "Name": "zone-a", "ModifyIndex": 1, "Status": "ready", "SchedulingEligibility": "eligible",
    "Drain": False, "Meta": {"zone": "a"},
}  # fmt: skip
EMPTY: Answers = {
    "/v1/jobs": (200, "[]"),
    "/v1/nodes": (200, json.dumps([NODE])),
    "/v1/node/n1": (200, json.dumps(NODE)),
    "/v1/allocations": (200, "[]"),
    "/v1/deployments": (200, "[]"),
}
NOBODY = "http://127.0.0.1:9"


def page(make: Callable[..., Flask], database: Database, nomad: str | None, consul: str | None = None) -> str:
    app = make(nomad=config.Agent(nomad) if nomad else None, consul=config.Agent(consul) if consul else None)
    found = sign_in(app.test_client(), a_person(database, "Olive Ortega", operator=True)).get(
        "/staff/cluster"
    )
    assert found.status_code == 200
    return found.text


def test_without_a_cluster_the_page_says_what_it_would_show(
    make: Callable[..., Flask], database: Database
) -> None:
    told = page(make, database, None)
    assert "This Marquee runs without a cluster" in told
    assert "NOMAD_ADDR is not set" in told


def test_nomad_away_leaves_what_was_done_by_hand(make: Callable[..., Flask], database: Database) -> None:
    told = page(make, database, NOBODY)
    assert f"Nobody answers at {NOBODY}." in told
    assert "Done by hand" in told


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"/v1/": (403, "Permission denied")}, "Nomad does not let us"),
        ({"/v1/": (200, "<html>a login page</html>")}, "Nomad speaks strangely"),
        ({"/v1/": (500, "No cluster leader")}, "Its servers have no leader."),
        ({"/v1/": (500, "rpc error: EOF")}, "It says: rpc error: EOF."),
        (EMPTY | {"/v1/nodes": (200, '[{"Name": "half"}]')}, "Nomad speaks strangely"),
    ],
)
def test_whatever_nomad_answers_is_one_sentence(
    make: Callable[..., Flask], database: Database, answers: Answers, sentence: str
) -> None:
    with answering(answers) as nomad:
        assert sentence in page(make, database, nomad)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"/v1/": (403, "ACL not found")}, "Consul does not let us"),
        ({"/v1/": (200, "<html>")}, "Consul speaks strangely"),
        ({"/v1/": (500, "No cluster leader")}, "Consul does not answer"),
    ],
)
def test_consul_half_broken_leaves_all_that_nomad_tells(
    make: Callable[..., Flask], database: Database, answers: Answers, sentence: str
) -> None:
    with answering(EMPTY) as nomad, answering(answers) as consul:
        told = page(make, database, nomad, consul)
    assert sentence in told
    assert "zone-a" in told


def test_a_slow_nomad_does_not_hold_the_page(make: Callable[..., Flask], database: Database) -> None:
    began = time.monotonic()
    with answering(EMPTY, after=4) as nomad:
        assert "took longer than 2 s" in page(make, database, nomad)
    assert time.monotonic() - began < 10


def test_the_last_drill_is_read_from_consul(make: Callable[..., Flask], database: Database) -> None:
    drill = {
        "at": "2026-11-27T02:00:00Z",
        "lines": [{"name": "zone lost", "passed": False, "sent": 1024, "failed": 3, "says": "3 POST failed"}],
    }
    answers = {"/v1/health": (200, "[]"), "/v1/kv/marquee/drills/last": (200, json.dumps(drill))}
    with answering(EMPTY) as nomad, answering(answers) as consul:
        told = page(make, database, nomad, consul)
    assert "0 of 1 passed" in told
    assert "3 POST failed" in told


@pytest.mark.parametrize(("nomad", "status"), [(None, 1), (NOBODY, 3)])
def test_the_command_says_by_its_exit_status_what_is_missing(
    make: Callable[..., Flask], nomad: str | None, status: int
) -> None:
    app = make(nomad=config.Agent(nomad) if nomad else None)
    assert app.test_cli_runner().invoke(args=["cluster", "deploy", "two"]).exit_code == status
