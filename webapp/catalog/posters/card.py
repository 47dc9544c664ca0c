"""The picture that messengers and social networks show of an event: its poster, laid on its side."""

from webapp.catalog.posters.drawing import Area, at, box, clipped
from webapp.catalog.posters.schemes import pick_scheme
from webapp.catalog.posters.seed import Seed
from webapp.catalog.posters.setting import set_small, set_title
from webapp.catalog.posters.sheet import MOTIFS, Facts

WIDTH, HEIGHT, MARGIN = 1200, 630, 60
ART = 480  # the drawing stands at the right, as tall as the card
LINE = 30


def share_card(facts: Facts) -> str:
    """1200 x 630 units, all of it drawn: the program that makes pixels of it may have no fonts."""
    seed = Seed(facts.id)
    scheme, motif = pick_scheme(facts.category, seed), seed.pick(MOTIFS[facts.category])
    area = Area(WIDTH - ART, 0, ART, HEIGHT)
    art = clipped(area, motif(seed, area, scheme.inks))
    width = WIDTH - ART - 2 * MARGIN
    title = set_title(facts.title, seed, width, HEIGHT - 2 * MARGIN - 3 * LINE - 40)
    day = set_small(f"{facts.day}  {facts.time}".strip(), LINE, width)
    place = set_small(f"{facts.place}, {facts.city}".strip(" ,"), LINE, width)
    foot = HEIGHT - MARGIN - LINE
    words = _at(MARGIN, MARGIN, day) + _at(MARGIN, MARGIN + LINE + 40, title.svg) + _at(MARGIN, foot, place)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{box((0, 0, WIDTH, HEIGHT), scheme.ground)}{art}"
        f'<g fill="{scheme.words}" font-family="Helvetica Neue,Helvetica,Arial,sans-serif">{words}</g></svg>'
    )


def _at(x: float, y: float, svg: str) -> str:
    return f'<g transform="translate({at(x, y)})">{svg}</g>'
