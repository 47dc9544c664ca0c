"""Times in tables: in one column or several, in many forms, day or month first."""

from datetime import date

import pytest

from tests.factories.sources import asked, codes, only, utc
from webapp.importing.readers import tables
from webapp.importing.rules.found import Found, Reading, Refused


def read(text: str, zone: str | None = "Europe/Berlin", **mapping: str) -> Reading:
    return tables.read(text.encode(), asked(zone, mapping=mapping))


def row(**cells: str) -> Found:
    return only(read("\t".join(cells) + "\n" + "\t".join(cells.values())))


@pytest.mark.parametrize(
    ("cells", "starts", "ends"),
    [
        ({"date": "2026-05-01"}, "2026-05-01", "2026-05-01"),
        ({"date": "2026-05-01", "end date": "2026-05-03"}, "2026-05-01", "2026-05-03"),
        ({"date": "1.–3. Mai 2026"}, "2026-05-01", "2026-05-03"),
        ({"date": "May 1-3, 2026"}, "2026-05-01", "2026-05-03"),
        ({"date": "2026-05-01", "time": "19:30 – 22:00"}, "2026-05-01 19:30", "2026-05-01 22:00"),
        (
            {"date": "2026-05-01", "time": "22:00", "end time": "02:00"},
            "2026-05-01 22:00",
            "2026-05-02 02:00",
        ),
        (
            {"date": "2026-05-01", "time": "19:30", "duration": "90"},
            "2026-05-01 19:30",
            "2026-05-01 21:00",
        ),
        (
            {"start": "2026-05-01T19:30", "end": "2026-05-02T01:00"},
            "2026-05-01 19:30",
            "2026-05-02 01:00",
        ),
        ({"date": "46143"}, "2026-05-01", "2026-05-01"),
        ({"start": "46143,8125"}, "2026-05-01 19:30", None),
        ({"start": "2026-05-01 00:00:00"}, "2026-05-01", "2026-05-01"),
        ({"date": "2026-05-01 00:00:00", "time": "19:30"}, "2026-05-01 19:30", None),
        (
            {"start_time": "2026-05-01T19:30", "end_time": "2026-05-01T22:00"},
            "2026-05-01 19:30",
            "2026-05-01 22:00",
        ),
        ({"date": "2026-05-01", "time": "12:00 am"}, "2026-05-01 00:00", None),
        ({"date": "13/05/2026"}, "2026-05-13", "2026-05-13"),
        ({"date": "05/13/2026"}, "2026-05-13", "2026-05-13"),
    ],
)
def test_times_stand_in_one_column_or_in_several(
    cells: dict[str, str], starts: str, ends: str | None
) -> None:
    found = row(title="A", **cells)
    told = [None if one is None else str(one)[:16] for one in (found.starts, found.ends)]
    assert told == [starts, ends]


def test_a_row_may_name_its_zone() -> None:
    assert (
        utc(row(title="A", start="2026-05-01 19:30", timezone="America/New_York").starts)
        == "2026-05-01T23:30Z"
    )
    assert utc(row(title="A", date="2026-05-01", time="13:00 UTC-6").starts) == "2026-05-01T19:00Z"
    reading = read("title,start,zone\nA,2026-05-01 19:30,Mars")
    assert codes(reading) == ["unknown-zone"]


def test_all_day_events_of_calendars_end_the_day_before() -> None:
    text = (
        "Subject,Start Date,Start Time,End Date,End Time,All day event\n"
        "A,5/4/2026,12:00:00 AM,5/6/2026,12:00:00 AM,True\n"
        "B,5/13/2026,9:00:00 AM,5/13/2026,10:00:00 AM,False\n"
    )
    first, second = read(text).events
    assert (first.starts, first.ends) == (date(2026, 5, 4), date(2026, 5, 5))
    assert utc(second.starts) == "2026-05-13T07:00Z"


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("title,date\nA,05/06/2026\nB,13/06/2026", date(2026, 6, 5), []),
        ("title,date\nA,05/06/2026\nB,06/13/2026", date(2026, 5, 6), []),
        ("title,date,end date\nA,10/12/2026,11/11/2026", date(2026, 10, 12), []),
        ("Titel;Datum\nA;05/06/2026", date(2026, 6, 5), []),
        ("title,date\nA,05/06/2026", date(2026, 5, 6), ["ambiguous-dates"]),
        ("title,date,price\nA,05/06/2026,£5", date(2026, 6, 5), ["ambiguous-dates"]),
        ("title,date\nA,01/05/2026\nB,02/04/2026\nC,03/03/2026", date(2026, 1, 5), ["ambiguous-dates"]),
    ],
)
def test_day_or_month_first_is_decided_by_the_table(text: str, day: date, said: list[str]) -> None:
    reading = read(text)
    assert (reading.events[0].starts, codes(reading)) == (day, said)


def test_day_or_month_first_may_be_told() -> None:
    assert only(read("title,date\nA,05/06/2026", date_order="day")).starts == date(2026, 6, 5)
    with pytest.raises(Refused) as refusal:
        read("title,date\nA,05/06/2026", date_order="maybe")
    assert refusal.value.code == "bad-mapping"


def test_days_in_both_orders_are_taken_where_they_are_certain() -> None:
    reading = read("title,date\nA,13/05/2026\nB,05/14/2026\nC,05/06/2026")
    assert [found.title for found in reading.events] == ["A", "B"]
    assert codes(reading) == ["mixed-dates", "ambiguous-date"]


def test_a_time_that_cannot_be_read_is_said() -> None:
    reading = read("title,date,time,end\nA,2026-05-01,Doors 7pm / Show 8pm,late")
    assert (only(reading).starts, codes(reading)) == (date(2026, 5, 1), ["bad-time", "bad-time"])


def test_letters_of_winter_time_are_no_zone() -> None:
    reading = read("title,date,time\nA,2026-07-01,8 pm EST", "America/New_York")
    assert (utc(only(reading).starts), codes(reading)) == ("2026-07-02T00:00Z", ["unknown-zone"])
