"""Plans as files: what is read, and what is said about those that cannot be."""

import json
from collections import Counter
from copy import deepcopy
from typing import Any

import pytest

from tests.factories.sources import SHARED
from webapp.core.errors import Invalid
from webapp.seating.rules import draft as drafts
from webapp.seating.rules import files
from webapp.seating.rules.draft import Draft

HALL = SHARED / "seatmap-hall" / "hall-plan.json"

SMALL: dict[str, Any] = {
    "name": "Small hall",
    "categories": [{"name": "Front"}, {"name": "Rear"}],
    "zones": [
        {
            "name": "Stalls",
            "position": {"x": 100, "y": 50},
            "areas": [{"position": {"x": 0, "y": -100}, "rectangle": {"width": 100, "height": 40}}],
            "rows": [
                {
                    "row_number": row,
                    "position": {"x": 0, "y": 30 * at},
                    "seats": [
                        {
                            "seat_number": number,
                            "category": level,
                            "position": {"x": 25 * place, "y": 0},
                            **more,
                        }
                        for number, place, more in seats
                    ],
                }
                for at, (row, level, seats) in enumerate(
                    (
                        ("A", "Front", ((1, 0, {}), (2, 1, {}), (3, 3, {"restricted_view": True}))),
                        (
                            "B",
                            "Rear",
                            ((1, 0, {"kind": "wheelchair"}), (2, 1, {"kind": "companion"}), (3, 2, {})),
                        ),
                    )
                )
            ],
        }
    ],
}


def small(**changes: Any) -> dict[str, Any]:
    return deepcopy(SMALL) | changes


def seat(draft: Draft, row: str, number: str) -> Any:
    return next(one for one in draft.seats if (one.row, one.number) == (row, number))


def refused(document: Any) -> str:
    with pytest.raises(Invalid) as refusal:
        drafts.require_sound(files.read(document))
    return refusal.value.sentence


def test_zones_rows_and_seats_become_sections_rows_and_seats() -> None:
    draft = files.read(SMALL)

    drafts.require_sound(draft)
    assert (draft.sections, draft.levels) == (("Stalls",), ("Front", "Rear"))
    assert [(one.row, one.number, one.row_position) for one in draft.seats] == [
        ("A", "1", 0),
        ("A", "2", 0),
        ("A", "3", 0),
        ("B", "1", 1),
        ("B", "2", 1),
        ("B", "3", 1),
    ]


def test_a_gap_in_a_row_is_a_gangway() -> None:
    draft = files.read(SMALL)
    assert [seat(draft, "A", number).position for number in "123"] == [0, 1, 3]


def test_special_places_are_read() -> None:
    draft = files.read(SMALL)
    assert seat(draft, "B", "1").kind == "wheelchair"
    assert draft.seats[seat(draft, "B", "2").companion_of] == seat(draft, "B", "1")
    assert seat(draft, "A", "3").restricted_view


def test_the_nearest_row_is_the_best_wherever_the_file_has_it() -> None:
    document = small()
    document["zones"][0]["rows"].reverse()
    draft = files.read(document)
    best = min(zip(draft.ranks(), draft.seats, strict=True))[1]
    assert (best.row, best.row_position) == ("A", 0)


def test_floors_that_are_drawn_on_each_other_are_put_below_each_other() -> None:
    document = small()
    document["zones"].append(deepcopy(document["zones"][0]) | {"name": "Circle", "areas": []})
    draft = files.read(document)
    stalls, circle = ([one.y for one in draft.seats if one.section == name] for name in ("Stalls", "Circle"))
    assert max(stalls) < min(circle)
    assert "Circle is drawn on another zone; it was moved below." in draft.remarks


def test_a_seat_that_is_there_twice_is_named() -> None:
    document = small()
    document["zones"][0]["rows"][0]["seats"][1]["seat_number"] = "1"
    assert refused(document) == "Stalls, row A, seat 1 is there twice. Nothing was imported."


def test_a_category_nobody_listed_is_named() -> None:
    document = small(categories=[{"name": "Front"}])
    assert refused(document) == (
        "Stalls, row B, seat 1: its category “Rear” is not in the list of categories. Nothing was imported."
    )


def test_a_missing_number_is_named_by_the_way_to_it() -> None:
    document = small()
    del document["zones"][0]["rows"][1]["seats"][2]["seat_number"]
    assert refused(document) == (
        "Zone 1 (Stalls), row 2 (B), seat 3, seat number: field required. Nothing was imported."
    )


def test_a_companion_without_a_wheelchair_place_is_named() -> None:
    document = small()
    document["zones"][0]["rows"][0]["seats"][0]["kind"] = "companion"
    assert "Stalls, row A, seat 1 is a companion’s seat" in refused(document)


def test_a_sign_that_cannot_be_printed_is_named() -> None:
    document = small()
    document["zones"][0]["rows"][0]["seats"][1]["seat_number"] = "2\x00"
    said = "Stalls, row A, seat 2: a name has a sign that cannot be printed. Nothing was imported."
    assert refused(document) == said


@pytest.mark.parametrize("wide", [float("inf"), float("nan"), 1e300, -1])
def test_a_stage_of_an_impossible_size_is_named(wide: float) -> None:
    document = small()
    document["zones"][0]["areas"][0]["rectangle"]["width"] = wide
    assert refused(document).startswith("Zone 1 (Stalls), area 1, rectangle, width: input should be")


@pytest.mark.parametrize("document", [None, [], "plan", {}, {"zones": []}, {"zones": {}, "categories": 3}])
def test_what_is_no_plan_at_all_is_refused(document: Any) -> None:
    assert refused(document).endswith("Nothing was imported.")


@pytest.fixture
def hall() -> dict[str, Any]:
    if not HALL.exists():
        pytest.skip(f"The plan of a real hall is not here: {HALL}")
    found: dict[str, Any] = json.loads(HALL.read_bytes())
    return found


def test_a_real_hall_has_the_seats_that_its_file_has(hall: dict[str, Any]) -> None:
    listed = Counter(
        (zone["name"], row["row_number"], one["category"])
        for zone in hall["zones"]
        for row in zone["rows"]
        for one in row["seats"]
    )
    draft = files.read(hall)
    drafts.require_sound(draft)

    read = Counter((one.section.split(" block")[0], one.row, one.level) for one in draft.seats)
    assert read == listed
    assert len(draft.seats) == 738
    assert "420 seats repeat the id of another" in draft.remarks[0]


def test_rows_of_one_name_in_a_real_hall_are_told_apart_by_their_block(hall: dict[str, Any]) -> None:
    draft = files.read(hall)
    blocks = Counter(one.section for one in draft.seats)
    assert len(blocks) == 15
    assert set(blocks.values()) == {42, 78}
