"""A short real cluster: it starts, guests book, a deploy loses nobody, a control does, it stops."""

import os
from collections.abc import Iterator

import pytest

from tests.cluster.drills import CONTROLS, DRILLS
from tests.cluster.ground import Ground
from tests.cluster.operating import shell
from tests.cluster.putting_right import quiet
from tests.cluster.run import hold
from tests.cluster.stand import standing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("CLUSTER") != "yes", reason="Starts a whole cluster: `make test-cluster` asks for it."
    ),
]
KNOWN = {drill.name: drill for drill in (*DRILLS, *CONTROLS)}


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with standing():
        found = Ground.find()
        quiet(found)
        yield found


@pytest.mark.usefixtures("ground")
def test_an_operator_asks_from_a_shell_whether_all_is_well() -> None:
    said = shell("status")

    assert (said.returncode, said.stderr) == (0, "")
    assert "zone a: ready" in said.stdout


def test_a_new_version_is_deployed_and_no_guest_notices(ground: Ground) -> None:
    outcome = hold(KNOWN["rolling deploy"], ground)

    assert outcome.passed, [outcome.line(), outcome.wrong, *outcome.reasons]


def test_a_deploy_without_shutdown_delay_loses_somebody(ground: Ground) -> None:
    outcome = hold(KNOWN["no shutdown_delay"], ground)

    assert outcome.failed, outcome.line()
    assert outcome.is_sound, [outcome.line(), *outcome.reasons]
