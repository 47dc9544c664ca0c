"""Which zones places have, as far as what is said of them leaves no other."""

from datetime import datetime

import pytest

from webapp.importing.readers import places
from webapp.importing.readers.places import Spot


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("London, UK", "Europe/London"),
        ("München, Deutschland", "Europe/Berlin"),
        ("Praha, Tschechien", "Europe/Prague"),
        ("Sandusky, OH, U.S.A.", "America/New_York"),
        ("Denver, CO", "America/Denver"),
        ("Los Angeles, CA", "America/Los_Angeles"),
        ("Perth, WA, Australia", "Australia/Perth"),
        ("7 S. Broadway, Denver, CO", "America/Denver"),
        ("Zapopan, Mexique", "America/Mexico_City"),
        ("Springfield", None),
        ("Nowhere at all", None),
        ("", None),
    ],
)
def test_a_place_in_words_may_tell_its_zone(text: str, zone: str | None) -> None:
    assert places.zone(places.spot_of(text)) == zone


def test_coordinates_tell_more_than_a_name() -> None:
    assert places.zone(Spot(city="Melbourne", latitude=28.08, longitude=-80.6)) == "America/New_York"
    assert places.zone(Spot(latitude=0.0, longitude=-30.0)) is None


def test_an_offset_chooses_among_the_zones_of_a_name() -> None:
    summer = datetime.fromisoformat("2026-07-01T19:30:00-05:00")
    assert places.agreeing(Spot(city="Springfield"), summer) == "America/Chicago"
    assert places.agreeing(Spot(city="Berlin", country="Germany"), summer) is None


def test_countries_are_known_in_six_languages() -> None:
    names = ["Germany", "Deutschland", "Allemagne", "Alemania", "Duitsland", "Germania", "DE"]
    assert {places.country_code(name) for name in names} == {"DE"}
