"""Seats from a design, by rules alone: the same design makes the same seats. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import dist

from webapp.seating.rules import picks, rows
from webapp.seating.rules.design import Design, Flaw, Flawed, Section
from webapp.seating.rules.draft import MOST_SEATS, Draft, DraftSeat, Sign, Stage
from webapp.seating.rules.rows import Row

# Seats whose middles are nearer than this are drawn on each other, in centimetres.
OVERLAP = 30
MARGIN = 100
AROUND = tuple((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
# After so many sentences about one plan nobody reads on.
MOST_FLAWS = 20


@dataclass(frozen=True)
class Made:
    """What a design makes, and what is in the way of using it; the seats reach to `lowest` in the design."""

    draft: Draft
    flaws: tuple[Flaw, ...]
    lowest: int = 0


def make(design: Design) -> Made:
    """All seats that can be made, and everything that is wrong."""
    if design.seats > MOST_SEATS:
        return Made(_framed(design, []), (_too_many(design.seats),))
    flaws: list[Flaw] = list(_names(design))
    seats: list[DraftSeat] = []
    for at, section in enumerate(design.section):
        try:
            seats += _seats(section, len(seats))
        except ValueError as error:
            key, _, rest = str(error).partition(": ")
            way = ("section", at, key) if key in Section.model_fields and rest else ("section", at)
            flaws.append(Flaw(way, f"section “{section.name}”", str(error)))
    flaws += _overlaps(design, seats)
    if not seats and not flaws:
        flaws.append(Flaw((), "", "there is no seat yet: add a section"))
    lowest = max((seat.y for seat in seats), default=0)
    return Made(_framed(design, seats), tuple(flaws[:MOST_FLAWS]), lowest)


def sound(design: Design) -> Draft:
    """The seats of a design with which nothing is wrong; else `Flawed` says what is."""
    made = make(design)
    if made.flaws:
        raise Flawed(made.flaws)
    return made.draft


def section_seats(section: Section) -> list[DraftSeat]:
    """The seats of one section; `ValueError` says what would be right."""
    return _seats(section, 0)


def _seats(section: Section, first: int) -> list[DraftSeat]:
    """`first` is how many seats were made before, which companions count on."""
    found = rows.rows(section)
    without = set(_picked(section, "without", found))
    left = [(row.name, [n for n in row.numbers if (row.name, n) not in without]) for row in found]
    marks = {name: set(_meant(name, getattr(section, name), left)) for name in MARKS}
    if both := marks["wheelchair"] & marks["companions"]:
        row, number = min(both)
        raise ValueError(f"companions: {row} {number} is a wheelchair place; choose a seat beside it")
    levels = _levels(section, left)
    made: list[DraftSeat] = []
    for row_position, here in enumerate(found):
        made += _row(section, here, row_position, (without, marks, levels), first + len(made))
    return made


MARKS = ("wheelchair", "companions", "restricted")
Seat = tuple[str, str]


def _row(
    section: Section,
    row: Row,
    row_position: int,
    wishes: tuple[set[Seat], Mapping[str, set[Seat]], Mapping[Seat, str]],
    first: int,
) -> list[DraftSeat]:
    without, marks, levels = wishes
    places = [place for place in row.places if (row.name, place.number) not in without]
    chairs = [at for at, place in enumerate(places) if (row.name, place.number) in marks["wheelchair"]]
    made = []
    for at, place in enumerate(places):
        seat = (row.name, place.number)
        is_companion = seat in marks["companions"]
        if is_companion and not chairs:
            raise ValueError(f"companions: row {row.name} has no wheelchair place; name one in wheelchair")
        kind = "companion" if is_companion else "wheelchair" if at in chairs else "standard"
        beside = min(chairs, key=lambda chair: abs(chair - at)) if is_companion else None
        made.append(
            DraftSeat(
                section=section.name,
                level=levels.get(seat, section.level),
                row=row.name,
                number=place.number,
                row_position=row_position,
                position=place.position,
                x=round(place.x),
                y=round(place.y),
                kind=kind,
                companion_of=None if beside is None else first + beside,
                restricted_view=seat in marks["restricted"],
            )
        )
    return made


def _levels(section: Section, left: Sequence[picks.Row]) -> dict[Seat, str]:
    levels: dict[Seat, str] = {}
    for level, said in section.levels.items():
        for seat in _meant("levels", said, left):
            if levels.get(seat, level) != level:
                raise ValueError(
                    f"levels: {seat[0]} {seat[1]} is in {levels[seat]} and in {level}; choose one"
                )
            levels[seat] = level
    return levels


def _picked(section: Section, name: str, found: Sequence[Row]) -> list[Seat]:
    return _meant(name, getattr(section, name), [(row.name, row.numbers) for row in found])


def _meant(name: str, said: str, found: Sequence[picks.Row]) -> list[Seat]:
    try:
        return picks.picked(said, [row for row in found if row[1]])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _names(design: Design) -> Iterator[Flaw]:
    seen: set[str] = set()
    for at, section in enumerate(design.section):
        if section.name.casefold() in seen:
            said = f"two sections are called “{section.name}”; give each its own name"
            yield Flaw(("section", at, "name"), "", said)
        seen.add(section.name.casefold())


def _overlaps(design: Design, seats: Sequence[DraftSeat]) -> Iterator[Flaw]:
    """One sentence for each two sections that lie on each other, or for one on itself."""
    ways = {section.name: at for at, section in enumerate(design.section)}
    cells: dict[tuple[int, int], list[DraftSeat]] = {}
    told: set[tuple[str, str]] = set()
    for seat in seats:
        x, y = seat.x // OVERLAP, seat.y // OVERLAP
        for other in (one for dx, dy in AROUND for one in cells.get((x + dx, y + dy), ())):
            pair = (other.section, seat.section)
            if pair not in told and dist((seat.x, seat.y), (other.x, other.y)) < OVERLAP:
                told.add(pair)
                said = f"{other.said} and {seat.said} are drawn on each other; move them apart"
                yield Flaw(("section", ways[seat.section]), "", said)
        cells.setdefault((x, y), []).append(seat)


def _too_many(seats: int) -> Flaw:
    return Flaw(("section",), "", f"this plan has {seats:,} seats; the most is {MOST_SEATS:,}")


def _framed(design: Design, seats: Sequence[DraftSeat]) -> Draft:
    """Moved so that all of it lies within the plan, with a margin."""
    points = [(seat.x, seat.y) for seat in seats] + [(label.x, label.y) for label in design.label]
    stage = design.stage
    if stage:
        half = (stage.width // 2, stage.height // 2)
        points += [(stage.x - half[0], stage.y - half[1]), (stage.x + half[0], stage.y + half[1])]
    xs, ys = zip(*(points or [(0, 0)]), strict=True)
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return Draft(
        width=max(xs) - left + MARGIN,
        height=max(ys) - top + MARGIN,
        stage=Stage(
            stage.x - stage.width // 2 - left,
            stage.y - stage.height // 2 - top,
            stage.width,
            stage.height,
            stage.label,
        )
        if stage
        else None,
        seats=tuple(_moved(seat, left, top) for seat in seats),
        signs=tuple(Sign(label.text, label.x - left, label.y - top) for label in design.label),
    )


def _moved(seat: DraftSeat, left: int, top: int) -> DraftSeat:
    # By hand: `dataclasses.replace` takes ten times as long, and there are ten thousand.
    return DraftSeat(
        seat.section,
        seat.level,
        seat.row,
        seat.number,
        seat.row_position,
        seat.position,
        seat.x - left,
        seat.y - top,
        seat.kind,
        seat.companion_of,
        seat.restricted_view,
    )
