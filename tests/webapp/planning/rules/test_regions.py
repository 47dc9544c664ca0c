"""Whose holidays a series leaves out."""

import pytest

from webapp.planning.rules import regions


def test_the_regions_of_the_venues_countries_are_offered_by_name() -> None:
    offered = dict(regions.choices(["CA", "CA", "NO", "ZZ"]))

    assert offered["CA-ON"] == "Ontario, Canada"
    assert offered["NO-03"] == "Oslo, Norway"
    assert {one[:2] for one in offered} == {"ye", "CA", "NO"}


@pytest.mark.parametrize(("chosen", "place"), [("", ""), ("yes", "CA"), ("CA-ON", "CA-ON")])
def test_what_was_chosen_is_shown_again(chosen: str, place: str) -> None:
    assert regions.place(chosen, "CA") == place
    assert regions.chosen(place) == chosen


@pytest.mark.parametrize("chosen", ["US-NY", "CA-XX", "CA", "CA-", "<b>", "CA-ON-1"])
def test_another_countrys_region_is_refused(chosen: str) -> None:
    with pytest.raises(ValueError, match="not in the country of the venue"):
        regions.place(chosen, "CA")
