"""Whatever is typed, sent or asked for: never our fault, and nothing is done by accident."""

import io
import string

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from tests.security.scene import Scene
from tests.security.table import rows
from tests.security.test_every_url import address

FORMS = sorted(rule for method, rule in rows() if method == "POST")
PAGES = sorted(rule for method, rule in rows() if method == "GET" and not rule.startswith("/live"))
# Leaving and signing out end the browser's session; they are tried by themselves.
ENDS_SESSION = {"/account/sign-out", "/account/delete", "/account/devices/<uuid:device_id>/sign-out"}
ODD = [
    "", " ", "\0", "a\0b", "\ud7ff", "\ufffe", "\u202e", "💥", "<script>", "'; DROP TABLE users; --", "%s%n",
    "{{ 7*7 }}", "../../etc/passwd", "-1", "0", "1e999", "NaN", "٣", "9" * 40, "2026-02-30", "0001-01-01",
    "9999-12-31", "2026-11-24T25:00", "24:00", "x" * 5000, "a@b", "a@b.example", "=cmd()", "on", "null", "[]",
]  # fmt: skip
words = some.one_of(
    some.sampled_from(ODD),
    some.text(max_size=60),
    some.integers().map(str),
    some.dates().map(str),
    some.datetimes().map(lambda moment: moment.isoformat()),
    some.uuids().map(str),
    some.decimals(allow_nan=True, allow_infinity=True).map(str),
    some.text(alphabet=string.printable, max_size=300),
)
few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def field_names() -> list[str]:
    """Every field that any form of the house reads, and some that none does."""
    models = [BaseModel]
    for model in models:
        models.extend(model.__subclasses__())
    own = (model for model in models if model.__module__.startswith("webapp."))
    named = {name for model in own for name in model.model_fields}
    return sorted(
        named | {"code", "event", "date", "qty-", "q", "page", "sort", "when", "city", "key", "back", "zz"}
    )


@pytest.fixture(scope="session")
def names(app: Flask) -> list[str]:
    return field_names()


def data_of(draw: some.DrawFn, names: list[str], scene: Scene) -> MultiDict[str, str]:
    """A form with odd values, among them ids that exist."""
    known = some.sampled_from(sorted(scene.values.values()))
    fields = some.lists(some.tuples(some.sampled_from(names), some.one_of(words, known)), max_size=14)
    pairs = draw(fields)
    types = draw(some.lists(some.tuples(some.just(f"qty-{scene.values['type_id']}"), words), max_size=1))
    return MultiDict([*pairs, *types])


@pytest.mark.parametrize("rule", [rule for rule in FORMS if rule not in ENDS_SESSION])
def test_no_form_breaks_whatever_is_typed(lasting: Scene, names: list[str], rule: str) -> None:
    path = address(rule, lasting.values)
    browsers = [lasting.browser(role) for role in ("guest", "alice", "olive")]

    @few
    @given(some.data())
    def try_it(data: some.DataObject) -> None:
        form = data.draw(some.composite(data_of)(names, lasting))
        answers = [browser.post(path, data=form).status_code for browser in browsers]
        assert [status for status in answers if status >= 500 and status != 503] == []

    try_it()


@pytest.mark.parametrize("rule", PAGES)
def test_no_page_breaks_whatever_is_asked_for(lasting: Scene, names: list[str], rule: str) -> None:
    path = address(rule, lasting.values)
    browsers = [lasting.browser(role) for role in ("guest", "alice", "olive")]

    @few
    @given(some.data())
    def try_it(data: some.DataObject) -> None:
        asked = data.draw(some.composite(data_of)(names, lasting))
        answers = [browser.get(path, query_string=asked).status_code for browser in browsers]
        assert [status for status in answers if status >= 500 and status != 503] == []

    try_it()


ODD_PARTS = [
    "%00",
    "a%00b",
    "%ff",
    "%F0%9F%92%A5",
    "..%2f..%2fetc",
    "x" * 3000,
    "-1",
    "0",
    "%25",
    "%0d%0aX:1",
]


@pytest.mark.parametrize("rule", sorted({rule for _, rule in rows() if "<" in rule}))
def test_no_address_breaks_whatever_stands_in_it(lasting: Scene, rule: str) -> None:
    alice, subject = lasting.browser("alice"), rule.strip("/").partition("/")[0]
    names = [part.rpartition(":")[2].rstrip(">") for part in rule.split("<")[1:]]
    names = [name.partition(">")[0] for name in names]

    answers = {
        (name, odd): alice.get(
            address(rule, lasting.values | {name: odd, f"{subject}:{name}": odd})
        ).status_code
        for name in names
        for odd in ODD_PARTS
    }

    assert {which: status for which, status in answers.items() if status >= 500 and status != 503} == {}


def test_a_form_larger_than_any_is_refused(lasting: Scene) -> None:
    answer = lasting.browser("nobody").post("/account/sign-up", data={"name": "x" * 600_000})

    assert answer.status_code == 413


def test_a_form_with_thousands_of_fields_is_refused(lasting: Scene) -> None:
    parts = {f"field{number}": (io.BytesIO(b""), "x") for number in range(2_100)}

    answer = lasting.browser("nobody").post("/account/sign-up", data=parts)

    assert answer.status_code == 413


def test_a_body_that_is_no_form_is_an_empty_form(lasting: Scene) -> None:
    browser = lasting.browser("nobody")

    answer = browser.post("/account/sign-up", data=b"\xff\xfe{", content_type="application/json")

    assert answer.status_code == 422


def test_what_was_typed_is_shown_as_text(lasting: Scene) -> None:
    typed = '"><script>alert(1)</script>'

    page = lasting.browser("nobody").post("/account/sign-up", data={"name": typed, "email": typed}).text

    assert "<script>alert" not in page
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page
