"""An owner is nobody in another house: its things are not found through the own one's addresses."""

import re

import pytest

from tests.security.scene import Scene, build
from tests.security.table import rows
from tests.security.test_every_url import address, status

# Somebody who is not in the team is out of it already.
HARMLESS = {"/staff/<organizer>/team/<uuid:user_id>/remove": 303}
DEEPER = [
    (method, rule)
    for method, rule in rows()
    if rule.startswith("/staff/<organizer>/") and rule.count("<") > 1
]


@pytest.fixture(scope="module")
def theirs(lasting: Scene) -> Scene:
    return build(lasting.app, lasting.database)


@pytest.mark.parametrize(("method", "rule"), DEEPER, ids=[" ".join(row) for row in DEEPER])
def test_what_belongs_to_another_house_is_not_found_here(
    lasting: Scene, theirs: Scene, method: str, rule: str
) -> None:
    own = {"organizer": lasting.values["organizer"]}
    path, form = address(rule, theirs.values | own), address(rows()[method, rule][0], theirs.values | own)

    assert status(lasting, "alice", method, path, form) == HARMLESS.get(rule, 404)


def test_somebody_of_the_house_finds_their_own_things(lasting: Scene) -> None:
    looks = [rule for method, rule in DEEPER if method == "GET"]

    statuses = {rule: status(lasting, "alice", "GET", address(rule, lasting.values), "") for rule in looks}

    assert statuses == dict.fromkeys(looks, 200)


def test_every_address_of_a_house_begins_with_its_name() -> None:
    assert [
        rule for _, rule in rows() if re.match(r"/staff/[^<]*<(?!organizer|uuid:delivery_id)", rule)
    ] == []
