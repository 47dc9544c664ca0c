"""Whatever comes in, a reader answers or refuses in a sentence: random texts and mutations of real files."""

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.sources import asked, real
from webapp.importing.readers import lengths, linked_data, own, schedules, spoken, tables
from webapp.importing.readers.amounts import price
from webapp.importing.rules.found import Asked, Reading, Refused

Reader = Callable[[bytes, Asked], Reading]
READERS: list[Reader] = [linked_data.read, schedules.read, tables.read, own.read]

MUTATIONS = 150
SPLINTERS = [
    b'"', b"{", b"}", b"[", b"]", b",", b";", b"\n", b"\x00", b"\xff\xfe", b"null", b"1e999", b"@type",
    b"9999-12-31T23:59:59-12:00", b"2026-02-30", b"P1D", b"EventSeries", b"<", b"&x;", b"<!DOCTYPE a [",
    b"subEvent", b"\\ud800", b"24:00", b"</script>", b"<!--", b"startDate", b'"x"', b"eventSchedule",
]  # fmt: skip


def answers(reader: Reader, content: bytes, how: Asked) -> None:
    try:
        reading = reader(content, how)
    except Refused as refusal:
        reading, said = Reading(), [refusal.code, refusal.message]
    else:
        said = [text for found in reading.events for text in (found.title, found.where)]
    assert said
    assert all(said)


@pytest.mark.parametrize("reader", READERS)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_answered(reader: Reader, content: bytes) -> None:
    answers(reader, content, asked())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["@type", "@id", "@graph", "name", "startDate", "endDate", "location", "offers", "price", "performer",
         "subEvent", "eventSchedule", "byDay", "repeatFrequency", "geo", "address", "events", "title",
         "starts_at", "schedule"]),
        inner | st.sampled_from(["Event", "EventSeries", "2026-05-01", "2026-05-01T19:30Z", "P1W", "Offer"]),
        max_size=6),
    max_leaves=25,
)  # fmt: skip


@pytest.mark.parametrize("reader", [linked_data.read, tables.read, own.read, schedules.read])
@given(document=JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_is_answered(reader: Reader, document: object) -> None:
    answers(reader, json.dumps(document).encode(), asked("Europe/Berlin", since="2026-01-01"))


@given(
    text=st.text(max_size=60)
    | st.from_regex(r"[0-9]{1,4}[-/. :T]{1,2}[0-9]{1,2}[-/. :,]{1,2}[0-9]{1,4}.{0,12}")
)
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_time_a_length_a_price_or_none(text: str) -> None:
    spoken.span(text, "day")
    lengths.duration(text)
    found = price(text)
    assert found is None or (found.price or found.low or found.high or 0) >= 0


@pytest.mark.parametrize(
    ("reader", "folder", "name"),
    [
        (linked_data.read, "jsonld-songkick", "years-and-years-tour.jsonld"),
        (linked_data.read, "jsonld-detroit-list", "detroit-authority-events.html"),
        (linked_data.read, "jsonld-schemaorg-examples", "event-series.jsonld"),
        (linked_data.read, "jsonld-schemaorg-examples", "event-schedule-241.jsonld"),
        (schedules.read, "schedule-fosdem-2024", "fosdem-2024.xml"),
        (schedules.read, "schedule-camp-2019", "frab-camp-2019.json"),
        (tables.read, "conferences-tech", "conferences.csv"),
        (tables.read, "events-rubyevents", "events.json"),
    ],
)
def test_mutations_of_real_files_are_answered(reader: Reader, folder: str, name: str) -> None:
    content = real(folder, name)[:40_000]
    chance = random.Random(f"{folder}/{name}")
    for _ in range(MUTATIONS):
        mutant = bytearray(content)
        for _ in range(chance.choice([1, 2, 8])):
            place = chance.randrange(len(mutant))
            cut = place + chance.randrange(30)
            mutant[place : chance.choice([place, place + 1, cut])] = chance.choice(SPLINTERS)
        answers(reader, bytes(mutant), asked("Europe/Berlin"))
