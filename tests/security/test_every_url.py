"""Nobody sees another's order, ticket, basket or organizer: every address × every role."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
from flask import Flask

from tests.security.scene import AT_ANOTHER, AT_THIS, ROLES, Scene
from tests.security.table import rows
from webapp.accounts.queries.people import EVENTS_OF
from webapp.accounts.rules import MAY

ROWS = rows()
HOUSE = [(method, rule) for method, rule in ROWS if rule.startswith("/staff/<organizer>")]
MEMBERS = {"boris": "box_office", "rita": "read_only"}

# Held by its service against the event or date that stands before it in the address.
HELD_AGAINST = {"question_id", "ticket_id", "section_id", "block_id", "rehearsal_id", "paper_id", "hold_id"}
HELD_AGAINST |= {"step_id", "request_id"}
# Belongs to the house as a whole: only a right to the whole leads there.
OF_THE_HOUSE = {"organizer", "voucher_id", "user_id", "plan_id", "drawing_id", "invitation_id", "refund_id"}
OF_THE_HOUSE |= {"message_id", "bounce_id", "report_id", "draft_id", "import_id", "feed_id"}
# Which report it is, and in which form; what it may tell of is narrowed.
OF_REPORTS = {"sheet_name", "file_form"}
# Belongs to one person of the team, and to who may do it for the whole house.
OF_ONE_PERSON = {"till_id"}
# Forms that name what belongs to an event.
HELD_FORMS = {("POST", "/staff/<organizer>/rooms"), ("POST", "/staff/<organizer>/requests")}


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


@pytest.mark.parametrize(("method", "rule"), HOUSE, ids=[" ".join(row) for row in HOUSE])
def test_a_page_asks_the_table_of_rights(app: Flask, scene: Scene, method: str, rule: str) -> None:
    """Every role, for the house and for single events: refused exactly where `rules.MAY` does not give it."""
    form = address(ROWS[method, rule][0], scene.values)
    view = next(app.view_functions[e] for m, r, e in routes(app) if (m, r) == (method, rule))

    refused = {
        name: status(scene, name, method, address(rule, scene.values), form) in (403, 404)
        for name in (*MEMBERS, *AT_THIS, *AT_ANOTHER)
    }

    # What the owner does not find is not there for anybody.
    nowhere = ROWS[method, rule][1][ROLES.index("alice")] == 404
    right = MAY[view.guard]  # type: ignore[attr-defined]
    of_one = bool(EVENTS_OF.keys() & set(re.findall(r"<(?:\w+:)?(\w+)>", rule)))
    single = not right.whole and (of_one or view.narrowed)  # type: ignore[attr-defined]
    allowed = {name: role in right.roles for name, role in MEMBERS.items()}
    allowed |= {name: single and role in right.roles for name, role in AT_THIS.items()}
    allowed |= {name: single and not of_one and role in right.roles for name, role in AT_ANOTHER.items()}
    # A form that names the event is held against it.
    if (method, rule) in HELD_FORMS:
        allowed["otto"] = False
    if OF_ONE_PERSON & set(re.findall(r"<(?:\w+:)?(\w+)>", rule)):
        allowed |= dict.fromkeys((*AT_THIS, *AT_ANOTHER), False)
    assert refused == {name: nowhere or not may for name, may in allowed.items()}


def test_what_an_address_names_is_known_to_the_guard() -> None:
    named = {name for _, rule in HOUSE for name in re.findall(r"<(?:\w+:)?(\w+)>", rule)}

    assert named - EVENTS_OF.keys() - HELD_AGAINST - OF_THE_HOUSE - OF_REPORTS - OF_ONE_PERSON == set()


@pytest.mark.parametrize(("method", "rule"), ROWS, ids=[" ".join(row) for row in ROWS])
def test_each_role_gets_its_exact_answer(scene: Scene, method: str, rule: str) -> None:
    form, expected = ROWS[method, rule]
    path, form = address(rule, scene.values), address(form, scene.values)

    answers = {role: status(scene, role, method, path, form) for role in ROLES}

    assert answers == dict(zip(ROLES, expected, strict=True))
