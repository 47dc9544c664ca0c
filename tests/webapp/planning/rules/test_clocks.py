"""A weekly 20:00 is 20:00 on both sides of summer time; what the clock does is said."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from webapp.core import clock
from webapp.planning.rules.clocks import Times, shifted, span

# Summer time of every kind: half an hour, at midnight, in the south, with a pause in Ramadan, none at all.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Pacific/Apia",
)
zones = st.sampled_from(ZONES)
days = st.dates(date(2008, 1, 1), date(2037, 12, 1))
clocks = st.times().map(lambda reading: reading.replace(second=0, microsecond=0))
times = st.builds(Times, begins=clocks, ends=clocks, doors=st.none() | clocks, later=st.integers(0, 3))


@given(days, times, zones)
def test_a_date_ends_after_it_begins_and_its_doors_are_never_late(day: date, at: Times, zone: str) -> None:
    found = span(day, at, zone)

    assert found.starts_at < found.ends_at
    assert found.doors_at is None or found.doors_at <= found.starts_at


@given(days, times, zones)
def test_a_date_begins_at_its_reading_or_says_why_not(day: date, at: Times, zone: str) -> None:
    found = span(day, at, zone)
    read = found.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert read == datetime.combine(day, at.begins) or any("does not exist" in note for note in found.notes)


@given(days, clocks, zones)
def test_what_comes_twice_is_said_and_its_first_is_meant(day: date, reading: time, zone: str) -> None:
    naive = datetime.combine(day, reading)
    both = {naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = {one for one in both if one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive}
    found = span(day, Times(reading, reading, later=1), zone)

    assert clock.is_twice(naive, zone) == (len(real) == 2)
    if len(real) == 2:
        assert found.starts_at == min(real)
        assert any(f"comes twice on {day.day} " in note for note in found.notes)


@given(days, days, zones, zones, st.integers(-40 * 24 * 60, 0), clocks)
def test_a_sale_keeps_its_distance_in_days_and_its_reading(
    old_day: date, new_day: date, old_zone: str, new_zone: str, minutes: int, reading: time
) -> None:
    old = span(old_day, Times(reading, reading), old_zone).starts_at
    new = span(new_day, Times(reading, reading), new_zone).starts_at
    opens = old + timedelta(minutes=minutes)
    moved = shifted(opens, old, old_zone, new, new_zone)
    before, after = opens.astimezone(ZoneInfo(old_zone)), moved.astimezone(ZoneInfo(new_zone))

    assert abs((after.replace(tzinfo=None) - before.replace(tzinfo=None)).seconds % 86_400) in (
        0,
        *(60 * gap for gap in (30, 60)),
    )
    apart = new.astimezone(ZoneInfo(new_zone)).date() - old.astimezone(ZoneInfo(old_zone)).date()
    assert abs((after.date() - before.date()) - apart) <= timedelta(days=1)


def test_a_weekly_evening_stays_at_eight_through_both_changes() -> None:
    week = Times(time(20), time(22), time(19, 30))
    found = [span(date(2027, 3, 23) + timedelta(weeks=n), week, "Europe/Berlin") for n in range(32)]
    readings = {f"{one.starts_at.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" for one in found}

    assert readings == {"20:00"}
    assert {one.starts_at.hour for one in found} == {18, 19}
    assert not any(one.notes for one in found)


def test_a_time_that_the_clocks_jump_over_is_said() -> None:
    found = span(date(2027, 3, 28), Times(time(2, 30), time(5)), "Europe/Berlin")

    assert found.notes == (
        "02:30 does not exist on 28 March, the clocks are put forward over it: it is 03:30.",
    )
