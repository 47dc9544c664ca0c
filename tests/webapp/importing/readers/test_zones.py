"""A zone is found by each of its names, and never by a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.importing.readers import zones


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ('"America/New_York"', "America/New_York"),
        ("/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20070129_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/softwarestudio.org/Olson_20011030_5/America/New_York", "America/New_York"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/London", "Europe/London"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("eastern standard time", "America/New_York"),
        ("New Zealand Standard Time", "Pacific/Auckland"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(GMT+01.00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("UTC", "UTC"),
        ("Etc/UTC", "Etc/UTC"),
        ("Eastern", "America/New_York"),
        ("Western/Central Europe", "Europe/Berlin"),
        ("TZID=Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_names_of_zones(name: str, iana: str) -> None:
    zone = zones.named(name)
    assert zone is not None
    assert zone.key == iana


@pytest.mark.parametrize(
    "name",
    ["", "/", "Mars/Phobos", "Customized Time Zone", "../../etc/passwd", "CEST", "localtime", "Berlin Zeit"],
)
def test_what_is_not_known_is_not_guessed(name: str) -> None:
    assert zones.named(name) is None


@given(st.text(max_size=60))
def test_any_text_is_a_zone_or_none(name: str) -> None:
    zones.named(name)


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("US-Mountain", "US/Mountain"),
        ("America-Chicago", "America/Chicago"),
        ("(UTC+02:00) Cairo", "Africa/Cairo"),
        ("(GMT-04:00) Santiago", "America/Santiago"),
        ("Amsterdam, Belgrade, Berlin, Brussels, Madrid, Paris, Prague", "Europe/Amsterdam"),
        ("(UTC+01:00) Amsterdam, Belgrade, Somewhere", "Europe/Amsterdam"),
        ("(UTC+01:00) Cairo", None),
        ("Cairo", None),
        ("Berlin, London", None),
        ("Berlin, Here, There, Elsewhere", None),
        ("(UTC+01:00)", None),
        ("Mars-Phobos", None),
    ],
)
def test_names_that_are_none_and_mean_but_one_zone(name: str, iana: str | None) -> None:
    zone = zones.meant(name)
    assert (zone.key if zone else None) == iana


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("GMT+0200", 120),
        ("UTC-03:30", -210),
        ("utc+1", 60),
        ("+05:45", 345),
        ("−0800", -480),
        ("(GMT +01:00)", 60),
        ("GMT+14", 840),
        ("GMT+15", None),
        ("GMT+0275", None),
        ("0200", None),
        ("Etc/GMT-2", None),
        ("Berlin+2", None),
    ],
)
def test_names_that_are_an_offset(name: str, minutes: int | None) -> None:
    span = zones.offset(name)
    assert (None if span is None else span.total_seconds() / 60) == minutes
