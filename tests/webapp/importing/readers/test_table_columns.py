"""What the columns of a table are understood as, and what is told of those that are not taken."""

import json
from decimal import Decimal

import pytest

from tests.factories.sources import asked, codes, only, utc
from webapp.importing.readers import tables
from webapp.importing.rules.found import Found, Place, Reading


def read(text: str, zone: str = "Europe/Berlin", **mapping: str) -> Reading:
    return tables.read(text.encode(), asked(zone, mapping=mapping))


def row(**cells: str) -> Found:
    return only(read("\t".join(cells) + "\n" + "\t".join(cells.values())))


def test_a_second_column_of_one_meaning_fills_gaps_and_is_told_where_it_says_otherwise() -> None:
    found = read(
        "title,date,venue,hall\nA,2026-05-01,Lido,Arena\nB,2026-05-02,,Arena\nC,2026-05-03,Lido,lido\n"
    )
    assert [one.venue for one in found.events] == [
        Place(name="Lido"),
        Place(name="Arena"),
        Place(name="Lido"),
    ]
    assert [(remark.where, remark.code) for remark in found.remarks] == [("column “hall”", "column-twice")]
    assert "1 rows" in found.remarks[0].message


@pytest.mark.parametrize(
    "text",
    [
        "title,date,id,slug\nA,2026-05-01,1,a\n",
        "title,date,price adult,price child\nA,2026-05-01,5,3\n",
        "title,date,venue,hall\nA,2026-05-01,Lido,\n",
    ],
)
def test_second_columns_that_contradict_nothing_are_passed_over_in_silence(text: str) -> None:
    assert codes(read(text)) == []


def test_a_mapped_field_has_no_second_column() -> None:
    found = read("title,date,venue,hall\nA,2026-05-01,Lido,Arena\n", venue="hall")
    assert (only(found).venue, codes(found)) == (Place(name="Arena"), [])


def test_the_lists_of_councils_are_understood() -> None:
    found = only(
        read(
            "Name,Meeting Date,Meeting Time,Meeting Location\nBoard,12/13/2026,3:30 PM,Room 8\n",
            "America/Chicago",
        )
    )
    assert (found.title, utc(found.starts), found.venue) == (
        "Board",
        "2026-12-13T21:30Z",
        Place(name="Room 8"),
    )


def test_a_column_of_weekdays_or_numbers_beside_a_date_contradicts_nothing() -> None:
    found = read("title,date,day\nA,2026-05-01,Friday\nB,2026-05-02,2\n")
    assert ([str(one.starts) for one in found.events], codes(found)) == (["2026-05-01", "2026-05-02"], [])


def test_a_second_date_that_differs_is_told() -> None:
    found = read("title,date,event date\nA,2026-05-01,1 May 2026\nB,2026-05-02,2026-05-03\n")
    (remark,) = found.remarks
    assert (remark.where, remark.code) == ("column “event date”", "column-twice")
    assert "otherwise in 1 rows" in remark.message


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (  # Outlook in German
            "Betreff,Beginnt am,Beginnt um,Endet am,Endet um,Ganztägiges Ereignis,Beschreibung,Ort",
            "A,1.5.2026,19:30:00,1.5.2026,22:00:00,Aus,Text,Lido",
        ),
        (  # Outlook in Spanish
            "Asunto,Fecha de comienzo,Comienzo,Fecha de finalización,Finalización,Descripción,Lugar",
            "A,2026-05-01,19:30:00,2026-05-01,22:00:00,Text,Lido",
        ),
        (  # The Events Calendar
            "EVENT NAME,EVENT START DATE,EVENT START TIME,EVENT END TIME,EVENT VENUE NAME,EVENT DESCRIPTION",
            "A,2026-05-01,19:30,22:00,Lido,Text",
        ),
        (
            "Session Title,Session Date,Start time,End time,Session Room,Session Description",
            "A,2026-05-01,7:30 PM,10:00 PM,Lido,Text",
        ),
        (
            "Titre - FR,Première date - Début,Dernière date - Fin,Nom du lieu,Description - FR",
            "A,2026-05-01T19:30,2026-05-01T22:00,Lido,Text",
        ),
        ("Event Name,Start Date/Time,End Date/Time,Event Location,Event Details",
         "A,05/01/2026 07:30:00 PM,05/01/2026 10:00:00 PM,Lido,Text"),
    ],
)  # fmt: skip
def test_the_columns_of_other_programs_are_understood(heads: str, cells: str) -> None:
    found = only(tables.read(f"{heads}\n{cells}\n".encode(), asked("UTC")))
    ends = utc(found.ends) if found.ends else ""
    assert (found.title, utc(found.starts), ends) == ("A", "2026-05-01T19:30Z", "2026-05-01T22:00Z")
    assert found.venue is not None
    assert "Lido" in {found.venue.name, found.venue.room}
    assert found.description == "Text"


@pytest.mark.parametrize(
    ("head", "cell", "status"),
    [
        ("isCancelled", "true", "cancelled"),
        ("Abgesagt", "ja", "cancelled"),
        ("Canceled", "CANCELLED", "cancelled"),
        ("Cancelled", "false", "confirmed"),
        ("Time", "Canceled", "cancelled"),
        ("Cancelled", "", "confirmed"),
    ],
)
def test_a_column_tells_what_does_not_take_place(head: str, cell: str, status: str) -> None:
    assert row(title="A", date="2026-05-01", **{head: cell}).status == status


@pytest.mark.parametrize(
    ("cells", "prices"),
    [
        ({"free": "yes"}, [Decimal(0)]),
        ({"GRATUITO": "1"}, [Decimal(0)]),
        ({"free": "no"}, []),
        ({"free": "yes", "price": "4"}, [Decimal(4)]),
    ],
)
def test_a_column_tells_what_is_free(cells: dict[str, str], prices: list[Decimal]) -> None:
    assert [one.price for one in row(title="A", date="2026-05-01", **cells).offers] == prices


def test_a_list_of_events_is_chosen_before_a_longer_one_of_something_else() -> None:
    speakers = [{"code": name, "name": name} for name in "ABCDE"]
    talks = [{"code": "X1", "title": "Night", "start": "2026-05-01T19:30:00+02:00", "room": "Hall"}]
    found = read(json.dumps({"speakers": speakers, "talks": talks}))
    assert (only(found).title, found.events[0].venue) == ("Night", Place(room="Hall"))
    assert [(one.where, one.message) for one in found.remarks] == [
        ("“talks”", "It is the longest list of events; left out: “speakers”.")
    ]


def test_only_what_does_not_go_in_is_called_lost() -> None:
    found = read("title,date,time\nA,2026-05-01,noonish\nB,some day,\nC,2026-05-02,19:30\n")
    assert [(one.code, one.is_loss) for one in found.remarks] == [("bad-time", False), ("bad-date", True)]
