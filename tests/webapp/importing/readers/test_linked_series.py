"""Events of linked data that have several dates or hold others."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from tests.factories.sources import asked, codes, only, utc
from webapp.importing.readers import linked_data
from webapp.importing.rules.found import Asked, Place, Reading, Refused


def read(document: Any, how: Asked | None = None) -> Reading:
    return linked_data.read(json.dumps(document).encode(), how or asked())


def event(name: str, day: int, **more: Any) -> dict[str, Any]:
    return {"@type": "Event", "name": name, "startDate": f"2026-05-{day:02}T19:30:00+02:00"} | more


def test_a_series_is_one_entry_with_its_dates_in_order() -> None:
    parts = [event("Second", 8), event("First", 1)]
    found = only(read({"@type": "EventSeries", "name": "Evenings", "subEvent": parts}))
    assert (found.title, found.is_series) == ("Evenings", True)
    assert [one.title for one in found.occurrences] == ["First", "Second"]
    assert utc(found.starts) == "2026-05-01T17:30Z"


def test_dates_of_a_series_may_point_to_it() -> None:
    series = {"@type": "EventSeries", "@id": "s", "name": "Evenings"}
    parts = [event("A", 1, superEvent={"@id": "s"}), event("B", 8, superEvent="s")]
    assert [one.title for one in only(read([series, *parts])).occurrences] == ["A", "B"]


def test_a_tour_is_an_entry_for_each_place() -> None:
    parts = [event("Tour", 1, location="Lido"), event("Tour", 8, location="Knust")]
    reading = read({"@type": "EventSeries", "name": "Tour", "subEvent": parts})
    assert [(found.venue, found.is_series) for found in reading.events] == [
        (Place(name="Lido"), False), (Place(name="Knust"), False),
    ]  # fmt: skip


def test_a_festival_and_its_parts_are_entries_in_its_place() -> None:
    festival = event("Festival", 1, location="Park", subEvent=[event("Opening", 1), event("Finale", 3)])
    reading = read(festival)
    assert [found.title for found in reading.events] == ["Festival", "Opening", "Finale"]
    assert {found.venue for found in reading.events} == {Place(name="Park")}


def test_nameless_parts_of_an_event_without_a_date_are_its_performances() -> None:
    parts = [event("", 1), event("Hamlet", 2)]
    found = only(read({"@type": "TheaterEvent", "name": "Hamlet", "subEvent": parts}))
    assert [one.title for one in found.occurrences] == ["Hamlet", "Hamlet"]


def test_an_event_without_a_date_lets_its_parts_in() -> None:
    reading = read({"@type": "SportsEvent", "name": "Cup", "subEvent": [event("Game 1", 1)]})
    assert (only(reading).title, codes(reading)) == ("Game 1", ["parts-only"])


def weekly(**schedule: Any) -> dict[str, Any]:
    plan = {"@type": "Schedule", "startDate": "2026-03-24", "startTime": "19:30", "endTime": "21:00"}
    return {"@type": "Event", "name": "Choir", "eventSchedule": plan | schedule}


class TestSchedules:
    def test_weeks_stay_on_the_local_clock(self) -> None:
        document = weekly(repeatFrequency="P1W", endDate="2026-04-07", scheduleTimezone="Europe/Berlin")
        found = only(read(document))
        assert [utc(one.starts) for one in found.occurrences] == [
            "2026-03-24T18:30Z", "2026-03-31T17:30Z", "2026-04-07T17:30Z",
        ]  # fmt: skip
        assert utc(found.occurrences[0].ends) == "2026-03-24T20:00Z"
        assert (found.is_series, found.zone) == (True, "Europe/Berlin")

    @pytest.mark.parametrize(
        ("rule", "days"),
        [
            ({"repeatFrequency": "P2D", "repeatCount": 3}, [24, 26, 28]),
            ({"byDay": ["https://schema.org/Tuesday", "Friday"], "repeatCount": 3}, [24, 27, 31]),
            ({"byDay": ["TU", "SA"], "repeatFrequency": "weekly", "repeatCount": 2}, [24, 28]),
            ({"repeatFrequency": "P1M", "byMonthDay": [25, 30], "endDate": "2026-03-31"}, [25, 30]),
            ({"repeatFrequency": "P1M", "byDay": "Tuesday", "byMonthWeek": -1, "repeatCount": 1}, [31]),
            ({"repeatFrequency": "P1D", "repeatCount": 3, "exceptDate": ["2026-03-25"]}, [24, 26]),
            ({"repeatFrequency": "P1D", "repeatCount": 2, "exceptDate": "2026-03-24T19:30:00"}, [25]),
        ],
    )  # fmt: skip
    def test_rules_choose_days(self, rule: dict[str, Any], days: list[int]) -> None:
        found = only(read(weekly(**rule), asked("Europe/Berlin")))
        assert [one.starts.day for one in found.occurrences] == days

    def test_a_rule_without_end_ends_with_the_window(self) -> None:
        how = asked("Europe/Berlin", since="2026-06-01", until="2026-07-01")
        found = only(read(weekly(repeatFrequency="P1W"), how))
        inside = [one for one in found.occurrences if "2026-06-01" <= str(one.starts) < "2026-07-01"]
        assert len(inside) == 5
        assert utc(found.starts) == "2026-03-24T18:30Z"

    def test_days_without_a_clock_are_days(self) -> None:
        document = weekly(startTime=None, endTime=None, repeatFrequency="P1Y", repeatCount=2)
        assert [one.starts for one in only(read(document)).occurrences] == [
            date(2026, 3, 24),
            date(2027, 3, 24),
        ]

    def test_a_schedule_without_a_start_begins_where_the_window_does(self) -> None:
        document = weekly(startDate=None, repeatFrequency="P1M", byMonthDay=[1, 15])
        reading = read(document, asked("Europe/Berlin", since="2026-05-02", until="2026-06-03"))
        assert codes(reading) == ["schedule-without-start"]
        assert [utc(one.starts)[:10] for one in only(reading).occurrences] == ["2026-05-15", "2026-06-01"]
        assert utc(only(reading).starts) == "2026-05-15T17:30Z"
        lasting = only(read(document, asked("Europe/Berlin", until="2028-11-26")))
        assert (utc(lasting.starts), len(lasting.occurrences)) == ("2026-12-01T18:30Z", 48)

    @pytest.mark.parametrize(
        "wrong", [{"repeatFrequency": "often"}, {"byDay": "Someday"}, {"byMonth": 13}, {"byMonthDay": "x"}]
    )
    def test_a_rule_that_is_none_is_said(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Refused) as refusal:
            read(weekly(**wrong))
        assert [remark.code for remark in refusal.value.remarks] == ["bad-schedule"]

    def test_a_million_dates_are_cut(self) -> None:
        document = weekly(startDate="1600-01-01", repeatFrequency="P1D")
        reading = read(document, asked("Europe/Berlin"))
        assert len(only(reading).occurrences) == 5_000
        assert codes(reading) == ["too-many-dates"]

    def test_an_end_far_away_bounds_the_dates_of_a_start_with_a_clock(self) -> None:
        document = {
            "@type": "Event", "name": "Choir", "startDate": "2026-05-01T19:30", "endDate": "2026-05-15T21:00",
            "eventSchedule": {"@type": "Schedule", "repeatFrequency": "P1W"},
        }  # fmt: skip
        found = only(read(document, asked("Europe/Berlin")))
        assert [one.starts.day for one in found.occurrences] == [1, 8, 15]
        assert isinstance(found.starts, datetime)
