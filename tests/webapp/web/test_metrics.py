"""The figures that Prometheus asks for."""

from flask.testing import FlaskClient


def test_requests_are_counted_by_rule_and_never_by_path(client: FlaskClient) -> None:
    client.get("/events/no-such-event")
    said = client.get("/metrics").text
    assert 'rule="/events/<slug>"' in said
    assert "no-such-event" not in said


def test_probes_do_not_hide_slow_pages_among_quick_ones(client: FlaskClient) -> None:
    client.get("/readyz")
    assert 'rule="/readyz"' not in client.get("/metrics").text


def test_who_comes_through_the_ingress_is_told_nothing(client: FlaskClient) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
