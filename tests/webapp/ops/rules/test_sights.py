"""Who moves where when a zone is emptied, and what may be done with a job."""

from datetime import UTC, datetime

import pytest

from webapp.core.errors import Conflict, Invalid
from webapp.ops.gateway.nomad_api import variables
from webapp.ops.rules import steps
from webapp.ops.rules.sights import Copy, Deployment, Job, Node, Picture, Zone, moves

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def a_job(name: str, *zones: str, deployment: Deployment | None = None) -> Job:
    copies = tuple(
        Copy(f"{name}{at}", name, "one", f"node-{zone}", zone, "running", False, False, NOON)
        for at, zone in enumerate(zones)
    )
    return Job(name, "service", "running", "marquee", 1, "one", len(zones), 1, 5, copies, deployment, None)


def a_zone(name: str, *, opened: bool = True) -> Zone:
    return Zone(name, (Node(f"node-{name}", name, name, "ready", opened, False),))


def a_picture(*jobs: Job, closed: str = "") -> Picture:
    return Picture(jobs, tuple(a_zone(name, opened=name not in closed) for name in "abc"), ())


def test_copies_move_to_the_zones_that_have_fewest_of_them() -> None:
    picture = a_picture(a_job("catalog", "a", "a", "b"), a_job("clock", "b"))
    assert [str(move) for move in moves(picture, picture.zones[0])] == [
        "catalog: 2 copies, most likely to zone b and zone c."
    ]


def test_nothing_moves_to_a_zone_that_takes_no_copies() -> None:
    picture = a_picture(a_job("catalog", "a", "b"), closed="c")
    assert [move.to for move in moves(picture, picture.zones[0])] == [("b",)]


def test_the_last_open_zone_is_not_emptied() -> None:
    picture = a_picture(closed="bc")
    with pytest.raises(Conflict, match="No other zone takes copies"):
        steps.require_room(picture, picture.zones[0])


def test_a_job_is_not_scaled_beyond_its_bounds_nor_while_it_is_deployed() -> None:
    with pytest.raises(Invalid, match="1 to 5 copies, not 6"):
        steps.require_scalable(a_job("catalog", "a"), 6)
    running = Deployment("d", "catalog", 1, "running", "", (), 0, 0, 1, is_promoted=False)
    with pytest.raises(Conflict, match="being deployed"):
        steps.require_scalable(a_job("catalog", "a", deployment=running), 2)


def test_workers_are_deployed_before_the_pages_that_give_them_work() -> None:
    jobs = [a_job("catalog", "a"), a_job("worker", "a"), a_job("ingress", "a")]
    assert steps.deployed((), jobs) == ["worker", "catalog"]
    assert steps.deployed(("ingress",), jobs) == ["ingress"]


def test_what_was_given_beside_a_variable_file_wins() -> None:
    assert variables('most = 4\nversion = "old"\n', {"version": "new"}).split() == [
        "most", "=", "4", "version", "=", '"new"',
    ]  # fmt: skip
