"""Nobody sees another's order, ticket, basket or organizer: every address × every role."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
from flask import Flask

from tests.security.scene import ROLES, Scene
from tests.security.table import rows

ROWS = rows()


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, rule, endpoint) of everything that is answered."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, rule.endpoint


def address(rule: str, values: dict[str, str]) -> str:
    """The rule with this scene's values in it; `cities:slug` comes before `slug` under /cities."""
    subject = rule.strip("/").partition("/")[0]

    def value(found: re.Match[str]) -> str:
        return values.get(f"{subject}:{found[1]}") or values[found[1]]

    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", value, rule)


def status(scene: Scene, role: str, method: str, path: str, form: str) -> int:
    data = dict(parse_qsl(form)) or None
    # A live page never ends by itself.
    with scene.browser(role).open(path, method=method, data=data) as answer:
        return int(answer.status_code)


def test_every_route_stands_in_the_table(app: Flask) -> None:
    assert sorted({(method, rule) for method, rule, _ in routes(app)} ^ set(ROWS)) == []


def test_every_route_has_a_guard(app: Flask) -> None:
    assert [e for _, _, e in routes(app) if not hasattr(app.view_functions[e], "guard")] == []


@pytest.mark.parametrize(("method", "rule"), ROWS, ids=[" ".join(row) for row in ROWS])
def test_each_role_gets_its_exact_answer(scene: Scene, method: str, rule: str) -> None:
    form, expected = ROWS[method, rule]
    path, form = address(rule, scene.values), address(form, scene.values)

    answers = {role: status(scene, role, method, path, form) for role in ROLES}

    assert answers == dict(zip(ROLES, expected, strict=True))
