"""A workbook leaves piece by piece, holds any number of rows, and calculates nothing that was typed."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from webapp.core import workbooks
from webapp.core.workbooks import book_pieces


def test_the_first_piece_leaves_before_the_last_row_is_read() -> None:
    read = 0

    def rows() -> Iterator[list[object]]:
        nonlocal read
        for read in range(1, 20_001):
            yield [read, f"name {read * 7919}"]

    pieces = (piece for piece in book_pieces("Many", ["Number", "Name"], rows()) if piece)
    next(pieces)

    assert read < 20_000
    assert sum(len(piece) for piece in pieces) > 0
    assert read == 20_000


def test_each_value_is_what_a_spreadsheet_counts_with() -> None:
    row = [
        *(7, Decimal("24.00"), 0.25, date(2026, 12, 5), datetime(2026, 12, 5, 19, 30)),
        *(datetime(2026, 12, 5, 19, 30, tzinfo=UTC), True, None, "=1+1", " <b>&\x00 "),
    ]
    book = load_workbook(io.BytesIO(b"".join(book_pieces("A/B: c?", [*"abcdefghij"], [row]))))
    head, cells = book.worksheets[0].iter_rows()

    assert book.sheetnames == ["A B  c"]
    assert [cell.value for cell in head] == [*"abcdefghij"]
    assert [cell.value for cell in cells] == [
        *(7, 24, 0.25, datetime(2026, 12, 5), datetime(2026, 12, 5, 19, 30)),
        *(datetime(2026, 12, 5, 19, 30), "yes", None, "=1+1", " <b>& "),
    ]
    assert cells[8].data_type == "s"
    assert [cell.number_format for cell in cells[:5]] == [
        *("General", "#,##0.00", "0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"),
    ]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 4)

    book = load_workbook(io.BytesIO(b"".join(book_pieces("All", ["N"], ([n] for n in range(7))))))

    assert book.sheetnames == ["All", "All 2", "All 3"]
    assert [[row[0] for row in sheet.values] for sheet in book.worksheets] == [
        *(["N", 0, 1, 2], ["N", 3, 4, 5], ["N", 6]),
    ]


def test_no_row_is_a_sheet_with_its_head() -> None:
    book = load_workbook(io.BytesIO(b"".join(book_pieces("None", ["N"], []))))

    assert [list(sheet.values) for sheet in book.worksheets] == [[("N",)]]
