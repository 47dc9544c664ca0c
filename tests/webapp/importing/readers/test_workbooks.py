"""Events in workbooks: typed dates, joined cells, several sheets, and what is no workbook."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories.sources import asked, codes, only, utc
from webapp.importing.readers import tables
from webapp.importing.rules.found import Place, Price, Reading, Refused


def book(*sheets: tuple[str, list[list[object]]], merged: str = "") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets:
        sheet: Worksheet = workbook.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
        if merged:
            sheet.merge_cells(merged)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def read(content: bytes, **mapping: str) -> Reading:
    return tables.read(content, asked("Europe/Berlin", mapping=mapping))


HEAD: list[object] = ["Titel", "Datum", "Beginn", "Ort", "Preis (EUR)"]


def test_dates_and_numbers_are_read_as_they_are_typed() -> None:
    rows: list[list[object]] = [
        HEAD,
        ["A", date(2026, 5, 1), time(19, 30), "Lido", 12.5],
        ["B", date(2026, 5, 2)],
    ]
    first, second = read(book(("Programm", rows))).events
    assert (utc(first.starts), first.venue) == ("2026-05-01T17:30Z", Place(name="Lido"))
    assert first.offers == (Price(Decimal("12.5"), currency="EUR"),)
    assert (second.starts, second.where) == (date(2026, 5, 2), "sheet “Programm”, row 3")


def test_a_moment_a_fraction_of_a_day_and_a_bare_number_are_times() -> None:
    rows: list[list[object]] = [
        ["title", "start", "end"],
        ["A", datetime(2026, 5, 1, 19, 30), datetime(2026, 5, 1, 22)],
    ]
    assert utc(only(read(book(("x", rows)))).ends) == "2026-05-01T20:00Z"
    rows = [["title", "date", "time"], ["A", 46143, 0.8125]]
    assert utc(only(read(book(("x", rows)))).starts) == "2026-05-01T17:30Z"


def test_a_cell_joined_over_rows_holds_for_all_of_them() -> None:
    rows: list[list[object]] = [
        HEAD,
        ["A", date(2026, 5, 1), time(19)],
        ["B", None, time(21)],
        ["C", None, time(23)],
    ]
    reading = read(book(("x", rows), merged="B2:B4"))
    assert [utc(found.starts) for found in reading.events] == [
        "2026-05-01T17:00Z", "2026-05-01T19:00Z", "2026-05-01T21:00Z",
    ]  # fmt: skip


def test_the_sheet_with_the_dates_is_taken_and_the_others_are_named() -> None:
    notes: list[list[object]] = [["Read me"], ["Nothing here"]]
    reading = read(book(("Notes", notes), ("Programm", [HEAD, ["A", date(2026, 5, 1)]])))
    assert (only(reading).title, codes(reading)) == ("A", ["sheet-chosen"])
    assert "“Notes”" in reading.remarks[0].message


def test_sheets_with_the_same_columns_are_all_taken() -> None:
    content = book(("May", [HEAD, ["A", date(2026, 5, 1)]]), ("June", [HEAD, ["B", date(2026, 6, 1)]]))
    reading = read(content)
    assert ([found.title for found in reading.events], reading.remarks) == (["A", "B"], ())
    assert only(read(content, sheet="June")).title == "B"


def test_a_sheet_that_is_asked_for_and_missing_is_named() -> None:
    with pytest.raises(Refused) as refusal:
        read(book(("May", [HEAD])), sheet="July")
    assert (refusal.value.code, "“May”" in refusal.value.message) == ("no-sheet", True)


def test_formulas_have_the_value_that_was_last_computed() -> None:
    content = book(("x", [["title", "date"], ["=A1", date(2026, 5, 1)]]))
    source = zipfile.ZipFile(io.BytesIO(content))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as target:
        for part in source.infolist():
            text = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = text.replace(
                    b'<c r="A2"><f>A1</f><v /></c>', b'<c r="A2" t="str"><f>A1</f><v>Shown</v></c>'
                )
                text = text.replace(
                    b'<c r="A2"><f>A1</f><v></v></c>', b'<c r="A2" t="str"><f>A1</f><v>Shown</v></c>'
                )
            target.writestr(part, text)
    assert only(read(changed.getvalue())).title == "Shown"


def test_mistakes_in_cells_are_nothing() -> None:
    rows: list[list[object]] = [HEAD, ["A", date(2026, 5, 1), "#REF!", "#N/A", "#VALUE!"]]
    found = only(read(book(("x", rows))))
    assert (found.starts, found.venue, found.offers) == (date(2026, 5, 1), None, ())


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (
            packed(**{"[Content_Types].xml": b"x", "xl/worksheets/sheet1.xml": b" " * 130 * 1024 * 1024}),
            "zip-bomb",
        ),
        (
            packed(**{"[Content_Types].xml": b"x"} | {f"p{number}": b"" for number in range(2_001)}),
            "zip-bomb",
        ),
        (packed(**{"content.xml": b"x", "mimetype": b"x"}), "no-workbook"),
        (packed(**{"[Content_Types].xml": b"broken"}), "bad-workbook"),
        (book(("x", [HEAD]))[:-400], "bad-workbook"),
        (book(("x", [["a", "b"], [1, 2]])), "no-columns"),
        (b"PK\x03\x04", "bad-workbook"),
    ],
)
def test_what_is_no_workbook_of_events_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(content)
    assert refusal.value.code == code


def test_entities_in_a_workbook_are_refused() -> None:
    content = book(("x", [HEAD, ["A", date(2026, 5, 1)]]))
    source = zipfile.ZipFile(io.BytesIO(content))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as target:
        for part in source.infolist():
            text = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = b'<!DOCTYPE a [<!ENTITY x "y">]>' + text.replace(b"Titel", b"&x;")
            target.writestr(part, text)
    with pytest.raises(Refused) as refusal:
        read(changed.getvalue())
    assert refusal.value.code == "bad-workbook"


def test_a_size_that_a_file_states_wrongly_is_not_believed() -> None:
    content = book(("x", [HEAD, ["A", date(2026, 5, 1)]]))
    source = zipfile.ZipFile(io.BytesIO(content))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as target:
        for part in source.infolist():
            target.writestr(part, source.read(part).replace(b'ref="A1:E2"', b'ref="A1"'))
    assert only(read(changed.getvalue())).title == "A"


def test_a_cell_far_away_costs_nothing() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["title", "date"])
    sheet.append(["A", date(2026, 5, 1)])
    sheet["XFD1048576"] = "far"
    content = io.BytesIO()
    workbook.save(content)
    assert only(read(content.getvalue())).title == "A"
