"""A poster drawn from an event's facts: the same facts, the same sheet, and no two events alike.

The id seeds every choice, in this order: scheme (which colour is paper, form and partner), motif
(three drawings per category, each with its own counts, angles and sizes), layout (foot, head or
tower), bleed (to the edge or inside the margin), setting of the title (block or flag).
The letters are ours, so a sheet needs no font and its title always fills the measure.
"""

import html
from typing import NamedTuple

from webapp.catalog.posters.drawing import Area, Motif, box, clipped, num
from webapp.catalog.posters.motifs import conference, family, festival, food, music, sport, talk, theatre
from webapp.catalog.posters.schemes import Scheme, pick_scheme
from webapp.catalog.posters.seed import Seed
from webapp.catalog.posters.setting import set_title

WIDTH, HEIGHT, MARGIN = 500, 700, 30
INNER = WIDTH - 2 * MARGIN
LONGEST_IN_A_TOWER, LONGEST_PLACE = 34, 40
SMALL = 'font-size="17" font-weight="700" letter-spacing=".2"'

MOTIFS: dict[str, tuple[Motif, Motif, Motif]] = {
    "music": (music.grooves, music.levels, music.strings),
    "sport": (sport.lanes, sport.pitch, sport.chevrons),
    "conference": (conference.tracks, conference.network, conference.blocks),
    "festival": (festival.rays, festival.tents, festival.bunting),
    "theatre": (theatre.curtain, theatre.spotlights, theatre.stairs),
    "talk": (talk.voices, talk.quotes, talk.pages),
    "family": (family.toys, family.faces, family.balloons),
    "food": (food.plates, food.slices, food.leaves),
}


class Facts(NamedTuple):
    """What a poster says. All texts as they are printed: day `Sat 5 Dec`, time `18:15` or empty."""

    id: str
    category: str
    title: str
    day: str
    time: str
    place: str
    city: str


class _Sheet(NamedTuple):
    facts: Facts
    seed: Seed
    scheme: Scheme
    motif: Motif
    bleed: bool

    def art(self, area: Area) -> str:
        return clipped(area, self.motif(self.seed, area, self.scheme.inks))


def poster(facts: Facts) -> str:
    """The poster as an SVG document of 500 x 700 units."""
    seed = Seed(facts.id)
    scheme, motif = pick_scheme(facts.category, seed), seed.pick(MOTIFS[facts.category])
    layout = seed.pick((_foot, _foot, _head, _head, _tower))
    if layout is _tower and len(facts.title) > LONGEST_IN_A_TOWER:
        layout = _foot
    art, words = layout(_Sheet(facts, seed, scheme, motif, bleed=seed.chance(0.6)))
    named = f'role="img" aria-label="{html.escape("Poster: " + facts.title)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {named}>'
        f"{box((0, 0, WIDTH, HEIGHT), scheme.ground)}{art}"
        f'<g fill="{scheme.words}" font-family="Helvetica Neue,Helvetica,Arial,sans-serif">{words}</g></svg>'
    )


def strip(facts: Facts, width: int = 420, height: int = 600) -> str:
    """The poster's drawing without its words, in any size: ticket stubs, Open Graph pictures."""
    seed = Seed(facts.id)
    scheme, motif = pick_scheme(facts.category, seed), seed.pick(MOTIFS[facts.category])
    art = motif(seed, Area(0, 0, width, height), scheme.inks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'preserveAspectRatio="xMidYMid slice">{box((0, 0, width, height), scheme.ground)}{art}</svg>'
    )


def _foot(sheet: _Sheet) -> tuple[str, str]:
    """The drawing above, the title at the foot."""
    title = set_title(sheet.facts.title, sheet.seed, INNER, 300)
    top = HEIGHT - MARGIN - title.height - 44
    area = Area(0, 0, WIDTH, top - 56) if sheet.bleed else Area(MARGIN, MARGIN, INNER, top - 56 - MARGIN)
    above = _note(top - 20, _when(sheet.facts), sheet.facts.city)
    below = _note(HEIGHT - MARGIN + 4, _place(sheet.facts))
    return sheet.art(area), f"{_small(above)}{_placed(title.svg, MARGIN, top)}{_small(below)}"


def _head(sheet: _Sheet) -> tuple[str, str]:
    """The title above, the drawing below it."""
    title = set_title(sheet.facts.title, sheet.seed, INNER, 300)
    foot = MARGIN + 34 + title.height
    area = (
        Area(0, foot + 26, WIDTH, HEIGHT - foot - 26 - 56)
        if sheet.bleed
        else Area(MARGIN, foot + 26, INNER, HEIGHT - foot - 26 - 62)
    )
    above = _note(MARGIN + 14, _when(sheet.facts), sheet.facts.city)
    below = _note(HEIGHT - 22, _place(sheet.facts))
    return sheet.art(area), f"{_small(above)}{_placed(title.svg, MARGIN, MARGIN + 34)}{_small(below)}"


def _tower(sheet: _Sheet) -> tuple[str, str]:
    """The title climbs the left edge."""
    title = set_title(sheet.facts.title, sheet.seed, HEIGHT - 2 * MARGIN, 150)
    left, edge = MARGIN + title.height + 22, 0 if sheet.bleed else MARGIN
    area = Area(left, edge, WIDTH - left - edge, HEIGHT - 118 - edge)
    notes = (
        _note(HEIGHT - 84, _when(sheet.facts), x=left)
        + _note(HEIGHT - 57, _place(sheet.facts, 30), x=left)
        + _note(HEIGHT - MARGIN, sheet.facts.city, x=left)
    )
    climbing = f'<g transform="translate({MARGIN} {HEIGHT - MARGIN}) rotate(-90)">{title.svg}</g>'
    return sheet.art(area), f"{climbing}{_small(notes)}"


def _note(y: float, start: str, end: str = "", x: float = MARGIN) -> str:
    """Small print on one line: `start` at the left, `end` at the right margin."""
    tail = f'<text x="{WIDTH - MARGIN}" y="{num(y)}" text-anchor="end">{html.escape(end)}</text>'
    return f'<text x="{num(x)}" y="{num(y)}">{html.escape(start)}</text>{tail if end else ""}'


def _small(notes: str) -> str:
    return f"<g {SMALL}>{notes}</g>"


def _placed(svg: str, x: float, y: float) -> str:
    return f'<g transform="translate({num(x)} {num(y)})">{svg}</g>'


def _when(facts: Facts) -> str:
    return f"{facts.day}  {facts.time}"


def _place(facts: Facts, longest: int = LONGEST_PLACE) -> str:
    if len(facts.place) <= longest:
        return facts.place
    return facts.place[: longest - 2].rstrip(" ,") + "…"
