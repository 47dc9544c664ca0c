"""What a source is, told by what is in it: forms of every kind, and what is no source at all."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.sources import SHARED
from webapp.importing.readers import sniffing
from webapp.importing.rules.found import Refused

FORMS = [
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "calendars"),
    (b"\xef\xbb\xbf\r\n begin:vcalendar\rend:vcalendar", "calendars"),
    ("BEGIN:VCALENDAR\nEND:VCALENDAR".encode("utf-16"), "calendars"),
    (b"X-WR-CALNAME:cut\nBEGIN:VEVENT\nEND:VEVENT", "calendars"),
    (b"<?xml version='1.0'?>\n<!-- made by frab --><schedule><day/></schedule>", "schedules"),
    (b"<!DOCTYPE schedule [<!ENTITY a 'b'>]><schedule/>", "schedules"),
    (b'<html><script type="application/ld+json">{}</script>', "linked_data"),
    (b'{"@context": "https://schema.org", "@type": "Event"}', "linked_data"),
    (b'[{"@graph": []}]', "linked_data"),
    (b'{"schedule": {"conference": {"days": []}}}', "schedules"),
    (b'{"events": [{"title": "A", "starts_at": "2027-01-01"}]}', "own"),
    (b'{"events": [{"name": "A", "date": "2027-01-01"}]}', "tables"),
    (b"title,start\nA,2027-01-01\n", "tables"),
    (b"Titel;Beginn\nA;1.2.2027\n", "tables"),
    (b'[[events]]\ntitle = "A"\n', "tables"),
    (b"title,start\n\x00A\x00,2027-01-01\x00\n", "tables"),
    (b"title,start,section,row,seat\nA,2027-01-01,B,1,2\n", "tables"),
]


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return held.getvalue()


REFUSED = [
    (b"", "empty"),
    (b"\xef\xbb\xbf \r\n", "empty"),
    (b"\x00" * 5000, "empty"),
    (b"%PDF-1.7 ...", "not-events"),
    (gzip.compress(b"BEGIN:VCALENDAR"), "not-events"),
    (bytes(range(256)) * 20, "binary"),
    (archive("a.ics", "b.ics"), "archive"),
    (archive("a.ics")[:20], "truncated"),
    (b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "web-page"),
    (b"<main><p>Nothing here</p></main>", "web-page"),
    (b"<rss><channel/></rss>", "unknown-xml"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "seat-plan"),
    (b'{"zones": [{"rows": [{"row_number": "1", "seats": []}]}]}', "seat-plan"),
    (b'form = "marquee seat plan 1"\nname = "Hall"\n[[section]]\nrows = 4\n', "seat-plan"),
    (b'"Section";"Row";"Seat";"x"\nStalls;A;1;0\n', "seat-plan"),
    (b"title,start\n", "no-events"),
    (b'{"a": [', "bad-json"),
    (b'["vcalendar", [], []]', "jcal"),
    (b"BEGIN:VCARD\nEND:VCARD", "contacts"),
    (b"SUMMARY:Night\nDTSTART:20270101", "truncated"),
    (b"Hello there", "unknown-form"),
    (b'{"a":' * 200_000, "bad-json"),
]


@pytest.mark.parametrize(("content", "form"), FORMS, ids=range(len(FORMS)))
def test_a_form_is_told_by_its_bytes(content: bytes, form: str) -> None:
    assert sniffing.form(content) == form


def test_a_workbook_is_an_archive_of_a_kind() -> None:
    assert sniffing.form(archive("[Content_Types].xml", "xl/workbook.xml")) == "tables"


@pytest.mark.parametrize(("content", "code"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_source_is_refused_with_what_would_be_right(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        sniffing.form(content)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


@given(
    st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_answered(content: bytes) -> None:
    try:
        said = sniffing.form(content)
    except Refused as refusal:
        said = refusal.message
    assert said


def test_the_hall_of_the_shared_data_is_a_seat_plan() -> None:
    path = SHARED / "seatmap-hall" / "hall-plan.json"
    if not path.exists():
        pytest.skip("seatmap-hall of ../shared/data is not here")
    with pytest.raises(Refused, match="plan import"):
        sniffing.form(path.read_bytes())


def test_what_is_no_text_is_refused_with_the_line_that_shows_it() -> None:
    with pytest.raises(Refused, match="line 3 holds bytes") as refusal:
        sniffing.form(b"title,start\nA,2027-01-01\n" + bytes([1, 2, 3, 4]) * 40)
    assert refusal.value.code == "binary"
