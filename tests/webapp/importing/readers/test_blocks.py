"""Linked data in pages, and JSON as people write it."""

import json
from typing import Any

import pytest

from tests.factories.sources import asked, codes, only
from webapp.importing.readers import blocks, linked_data
from webapp.importing.rules.found import Reading, Refused

EVENT = '{"@type": "Event", "name": "A", "startDate": "2026-05-01"}'


def page(*scripts: str, kind: str = "application/ld+json") -> str:
    body = "".join(f'\n<script type="{kind}">{script}</script>' for script in scripts)
    return f"<!doctype html><html><head>{body}</head><body><p>Hello</p></body></html>"


def read(text: str) -> Reading:
    return linked_data.read(text.encode(), asked())


def test_every_script_of_a_page_is_read() -> None:
    assert len(read(page('{"@type": "WebSite"}', EVENT, f"[{EVENT}]")).events) == 2


def test_a_broken_script_is_left_out_and_said_with_its_line() -> None:
    reading = read(page('{"@type": "Event", oops', EVENT))
    assert only(reading).where == "script 2 in line 3: $"
    assert [(remark.code, remark.where) for remark in reading.remarks] == [("bad-json", "script 1 in line 2")]


def test_a_script_without_anything_in_it_is_none() -> None:
    assert read(page(" ", EVENT)).remarks == ()


def test_scripts_in_comments_and_of_other_kinds_are_none() -> None:
    text = f"<html><!-- {page(EVENT)} -->{page(EVENT, kind='application/json')}</html>"
    with pytest.raises(Refused) as refusal:
        read(text)
    assert refusal.value.code == "no-linked-data"


def test_a_page_of_nothing_but_broken_scripts_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read(page("{oops"))
    assert refusal.value.code == "bad-json"
    assert codes(Reading(remarks=refusal.value.remarks)) == ["bad-json"]


@pytest.mark.parametrize(
    "text",
    [
        f"<!--\n{EVENT}\n-->",
        f"//<![CDATA[\n{EVENT}\n//]]>",
        f"/* <![CDATA[ */ {EVENT} /* ]]> */",
        f"{EVENT};",
        EVENT.replace("}", ",}"),
        f"[{EVENT},]",
        f"// a comment\n{EVENT} /* and another */",
        f"<!-- What is on. -->\n{EVENT}",
        EVENT.replace("}", ", // the last\n}"),
        EVENT.replace('"', "&quot;"),
        EVENT.replace('"A"', '"A\nB"').replace("A\nB", "A"),
        EVENT.replace("}", ', "url": "https://x.example/a,]//b"}'),
    ],
)
def test_what_people_take_for_json_is_understood(text: str) -> None:
    assert only(read(page(text))).title == "A"


def test_line_ends_and_signs_inside_texts_stay() -> None:
    value = {"a": "x,}\n// y /* z */"}
    assert blocks.parsed(json.dumps(value).replace("\\n", "\n") + ";") == value


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "1" * 10_000, '{"a": }', "nonsense"])
def test_what_is_no_json_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(blocks.Unreadable):
        blocks.parsed(text)


def test_numbers_that_are_none_are_nothing() -> None:
    value: Any = blocks.parsed('{"price": NaN}')
    assert value == {"price": None}
