"""The operators' page and commands, on a real Nomad: a good version gets to guests, a bad one does not."""

import sys
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_person, sign_in
from tests.webapp.ops import nomads
from tests.webapp.ops.nomads import Agent
from webapp import config
from webapp.core.db import Database

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    binary = nomads.program()
    if binary is None:
        pytest.skip(nomads.MISSING)
    with nomads.running(binary, tmp_path_factory.mktemp("nomad"), sys.executable) as found:
        yield found


@pytest.fixture
def nomad(agent: Agent) -> Iterator[Agent]:
    yield agent
    agent.forget()


@pytest.fixture
def house(make: Callable[..., Flask], nomad: Agent) -> Flask:
    return make(nomad=config.Agent(nomad.url))


@pytest.fixture
def olive(house: Flask, database: Database) -> FlaskClient:
    return sign_in(house.test_client(), a_person(database, "Olive Ortega", operator=True))


def cluster(house: Flask, *words: str) -> Result:
    return house.test_cli_runner().invoke(args=["cluster", *words])


def versions(nomad: Agent) -> list[str]:
    """What runs, of which version, canaries included."""
    copies = [c for c in nomad.ask("/v1/job/catalog/allocations") if c["DesiredStatus"] == "run"]
    told = {
        job["Version"]: job["Meta"]["version"] for job in nomad.ask("/v1/job/catalog/versions")["Versions"]
    }
    return sorted(told[copy["JobVersion"]] for copy in copies if copy["ClientStatus"] == "running")


def done(database: Database) -> list[str]:
    with database.reading() as db:
        return list(db.scalars(text("SELECT action || ' by ' || actor_name FROM audit_entries ORDER BY id")))


def test_a_good_version_is_asked_and_promoted(house: Flask, nomad: Agent, database: Database) -> None:
    nomad.run("one")
    deployed = cluster(house, "deploy", "two", "--within", "60")
    assert deployed.exit_code == 0, deployed.output
    assert "canary asked and promoted" in deployed.output
    assert versions(nomad) == ["two"]
    assert done(database)[0].startswith("Deployed by ")


def test_a_version_that_is_ready_and_wrong_is_failed_before_guests_see_it(
    house: Flask, nomad: Agent, database: Database
) -> None:
    nomad.run("one")
    deployed = cluster(house, "deploy", "bad", "--within", "60")
    assert deployed.exit_code == 1
    assert "answers 500 to /" in deployed.output
    assert done(database)[0].startswith("Deploy failed by ")
    assert "failed" in [one["Status"] for one in nomad.ask("/v1/job/catalog/deployments")]
    nomads.until(lambda: versions(nomad) == ["one"])


def test_a_migration_that_cannot_start_deploys_nothing_and_says_why(house: Flask, nomad: Agent) -> None:
    nomad.run("one")
    nomad.migrates()
    refused = cluster(house, "deploy", "two", "--within", "60")
    assert refused.exit_code == 1
    assert "so nothing was deployed. Nomad says: failed to launch command" in refused.output
    assert f"{nomad.folder}/two" in refused.output
    assert versions(nomad) == ["one"]
    assert "migrate              –" in cluster(house, "status").output


def test_the_way_back_is_a_deploy_too(house: Flask, nomad: Agent) -> None:
    nomad.run("one")
    nomad.run("two")
    back = cluster(house, "revert", "catalog", "--yes", "--wait", "--within", "60")
    assert back.exit_code == 0, back.output
    assert versions(nomad) == ["one"]


def test_what_waits_is_promoted_on_the_page(house: Flask, nomad: Agent, olive: FlaskClient) -> None:
    nomad.run("one")
    begun = cluster(house, "deploy", "two", "--no-wait")
    assert begun.exit_code == 0, begun.output
    nomads.until(lambda: "ready, hidden from guests" in olive.get("/staff/cluster").text)
    waiting = nomad.ask("/v1/job/catalog/deployment")["ID"]
    stale = olive.post("/staff/cluster/jobs/catalog/promote", data={"deployment": "another"})
    promoted = olive.post("/staff/cluster/jobs/catalog/promote", data={"deployment": waiting})
    assert (stale.status_code, promoted.status_code) == (409, 303)
    nomads.until(lambda: versions(nomad) == ["two"])
    assert "Deployment promoted" in olive.get("/staff/cluster").text


def test_a_service_is_scaled_within_its_bounds(house: Flask, nomad: Agent, olive: FlaskClient) -> None:
    nomad.run("one", most=3)
    too_many = olive.post("/staff/cluster/jobs/catalog/scale", data={"count": "4"})
    assert (too_many.status_code, "1 to 3 copies, not 4" in too_many.text) == (422, True)
    scaled = cluster(house, "scale", "catalog", "3", "--wait", "--within", "60")
    assert scaled.exit_code == 0, scaled.output
    assert versions(nomad) == ["one", "one", "one"]


def test_the_only_zone_is_not_emptied(nomad: Agent, olive: FlaskClient) -> None:
    nomad.run("one")
    refused = olive.post("/staff/cluster/zones/a/drain")
    assert refused.status_code == 409
    assert "No other zone takes copies" in refused.text
    assert versions(nomad) == ["one"]


def test_what_is_asked_of_nobody_known_is_refused_with_what_is_known(house: Flask, nomad: Agent) -> None:
    nomad.run("one")
    unknown = cluster(house, "scale", "nothing", "2")
    assert (unknown.exit_code, unknown.output) == (1, "Nomad knows no job nothing.\n")
    status = cluster(house, "status")
    assert (status.exit_code, "catalog         1 of 1" in status.output) == (0, True)
