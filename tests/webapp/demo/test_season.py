"""The season's files, counted without the loader's help."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from webapp.demo import season

FILES = Path(__file__).parents[3] / "demo"
DAYS = [date(2026, 11, 24) + timedelta(days=23 * step) for step in range(18)]


def rows(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_season_is_as_large_as_promised() -> None:
    venues = {(row["organizer"], row["slug"]): row for row in rows("venues.csv")}
    sellers = {row["slug"]: row["organizer"] for row in rows("events.csv")}
    used = [venues[sellers[row["event"]], row["venue"]] for row in rows("dates.csv")]

    assert len(used) >= 350
    assert len({row["city"] for row in used}) >= 40
    assert len({row["zone"] for row in used}) >= 8
    assert len(set(sellers.values())) >= 6


def test_every_category_has_something_on() -> None:
    counted = Counter(row["category"] for row in rows("events.csv"))

    assert set(counted) == {
        *("music", "sport", "conference", "festival", "theatre", "talk", "family", "food"),
    }
    assert min(counted.values()) >= 10


def test_titles_are_clean_and_told_apart() -> None:
    titles = [row["title"] for row in rows("events.csv")]

    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if len(title) > 60 or "&#" in title or "&amp;" in title]


def test_one_series_has_twelve_dates() -> None:
    assert max(Counter(row["event"] for row in rows("dates.csv")).values()) == 12


def test_one_pattern_has_eight_ticket_types() -> None:
    assert max(len(types) for types in season.patterns().values()) == 8


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_whatever_day_it_is_loaded_every_date_lies_ahead(today: date) -> None:
    starts = [one.starts.date() for event in season.events(today) for one in event.dates]

    assert min(starts) >= today
    assert max(starts) < today + timedelta(days=500)


def test_dates_are_moved_by_whole_weeks_and_keep_their_clock_time() -> None:
    kept = {(row["event"], row["starts"][11:]) for row in rows("dates.csv")}
    days = {(row["event"], date.fromisoformat(row["starts"][:10]).weekday()) for row in rows("dates.csv")}
    moved = [(event.slug, one.starts) for event in season.events(date(2027, 3, 3)) for one in event.dates]

    assert {(slug, f"{starts:%H:%M}") for slug, starts in moved} == kept
    assert {(slug, starts.weekday()) for slug, starts in moved} == days


@pytest.mark.parametrize("ahead", range(7))
def test_something_is_on_tonight_in_toronto_on_every_day_of_the_week(ahead: int) -> None:
    today = date(2027, 5, 10) + timedelta(days=ahead)
    venues = season.by_name()
    tonight = [
        event.slug
        for event in season.events(today)
        for one in event.dates
        if one.starts.date() == today
        and one.starts.hour >= 17
        and venues[event.organizer, one.venue].city == "Toronto"
    ]

    assert tonight


def test_at_least_eight_events_are_on_in_the_first_weekend() -> None:
    today = date(2027, 8, 2)
    weekend = {today + timedelta(days=ahead) for ahead in (4, 5, 6)}
    on = {event.slug for event in season.events(today) for one in event.dates if one.starts.date() in weekend}

    assert len(on) >= 8


def test_the_same_day_makes_the_same_season() -> None:
    assert season.events(date(2027, 1, 1)) == season.events(date(2027, 1, 1))


def test_places_lie_where_their_clocks_say() -> None:
    for row in rows("venues.csv"):
        offset = datetime(2027, 1, 15, tzinfo=ZoneInfo(row["zone"])).utcoffset() or timedelta()
        by_the_sun = float(row["longitude"]) / 15

        assert abs(offset / timedelta(hours=1) - by_the_sun) < 3, row
