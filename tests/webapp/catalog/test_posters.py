"""Posters: the same facts, the same sheet; no two events alike; nothing typed is read as markup."""

import io
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from webapp.catalog.posters.card import share_card
from webapp.catalog.posters.glyphs import GLYPHS
from webapp.catalog.posters.raster import raster
from webapp.catalog.posters.schemes import PALETTES, contrast, pick_scheme
from webapp.catalog.posters.seed import Seed
from webapp.catalog.posters.setting import break_lines, caps
from webapp.catalog.posters.sheet import MOTIFS, Facts, poster, strip

CAROL = Facts("carol", "theatre", "A Christmas Carol", "Sat 5 Dec", "18:15", "Campbell House", "Toronto")


def some_facts(number: int) -> list[Facts]:
    """Events that say the same and differ only by id, over all categories."""
    return [
        CAROL._replace(id=f"event-{n}", category=category) for n, category in product(range(number), PALETTES)
    ]


def test_a_poster_stays_as_it_is_while_its_facts_stay() -> None:
    assert poster(CAROL) == poster(Facts(*CAROL))


def test_no_two_events_have_the_same_poster() -> None:
    sheets = [poster(facts) for facts in some_facts(60)]
    assert len(set(sheets)) == len(sheets)


def test_no_two_events_have_the_same_drawing_on_their_tickets() -> None:
    drawings = [strip(facts) for facts in some_facts(60)]
    assert len(set(drawings)) == len(drawings)


def test_a_ticket_carries_the_colours_of_its_poster() -> None:
    ground = f'fill="{pick_scheme("theatre", Seed("carol")).ground}"'
    assert ground in strip(CAROL)
    assert ground in poster(CAROL)


@pytest.mark.parametrize(
    "title",
    [
        "X",
        "I",
        "Grand Prix de Saint-Barthélemy: 24 heures",
        "Łódź – Kraków",
        "東京ドーム",
        "مهرجان",
        "AC/DC & friends #1?",
        "!!!",
        "supercalifragilisticexpialidocious",
        "one two three four five six seven eight nine ten eleven twelve thirteen",
        "<script>alert(1)</script> & \"quotes\" 'too'",
        "…",
    ],
)
@pytest.mark.parametrize("category", PALETTES)
def test_every_title_can_be_set(title: str, category: str) -> None:
    for n in range(6):
        facts = CAROL._replace(id=f"{title}-{n}", category=category, title=title)
        for sheet in (poster(facts), strip(facts), share_card(facts)):
            ET.fromstring(sheet)
            assert "<script" not in sheet
            assert "nan" not in sheet


def test_the_ink_of_the_words_can_be_read_on_every_ground() -> None:
    schemes = [pick_scheme(facts.category, Seed(facts.id)) for facts in some_facts(40)]
    assert min(contrast(scheme.words, scheme.ground) for scheme in schemes) >= 4.5


def test_every_drawing_of_every_category_is_used() -> None:
    for category, motifs in MOTIFS.items():
        seeds = [Seed(f"event-{n}") for n in range(60)]
        for seed in seeds:
            pick_scheme(category, seed)
        assert {seed.pick(motifs) for seed in seeds} == set(motifs)


def test_every_letter_and_digit_is_drawn() -> None:
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") <= set(GLYPHS)


def test_marks_stay_with_their_letters() -> None:
    assert caps("Gnahoré") == [*((letter, "") for letter in "GNAHOR"), ("E", "acute")]


def test_lines_are_broken_as_even_as_they_can_be() -> None:
    assert break_lines(["A", "Very", "Merry", "Family", "Musical"], 2) == ["A Very Merry", "Family Musical"]


def test_a_long_place_is_cut_and_says_so() -> None:
    assert "…" in poster(CAROL._replace(place="The Commons at 401 Richmond Street West, second floor"))


def test_a_poster_is_small_enough_for_a_list_of_them() -> None:
    sizes = [len(poster(facts).encode()) for facts in some_facts(20)]
    assert sum(sizes) / len(sizes) < 9_000


def test_messengers_get_pixels() -> None:
    picture = Image.open(io.BytesIO(raster(share_card(CAROL), 1200, 630)))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    colours = picture.convert("RGB").getcolors(1_000_000) or []
    assert len(colours) > 2


def test_what_is_drawn_on_a_share_card_needs_no_font() -> None:
    assert "<text" not in share_card(CAROL)
