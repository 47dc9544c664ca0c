"""Where the seats of a section stand: straight or bent rows with gangways, turned about the first. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, dist, hypot, radians, sin

from webapp.seating.rules.design import ListedRow, Section
from webapp.seating.rules.naming import row_names, seat_numbers

# Neighbours further apart than so many seats have a gangway between them.
GANGWAY = 1.5


@dataclass(frozen=True)
class Place:
    """A seat of a row: two are neighbours when their `position` differs by one."""

    number: str
    position: int
    x: float
    y: float


@dataclass(frozen=True)
class Row:
    name: str
    places: tuple[Place, ...]

    @property
    def numbers(self) -> list[str]:
        return [place.number for place in self.places]


def rows(section: Section) -> list[Row]:
    """All rows, the one nearest the stage first; `ValueError` says what would be right."""
    names = row_names(section)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two rows are called {twice}; give each its own name")
    angle = radians(section.turn)
    turned = (cos(angle), sin(angle))
    local = _listed(section) if section.is_listed else _ruled(section)
    return [
        Row(name, tuple(_placed(section, turned, place) for place in places))
        for name, places in zip(names, local, strict=True)
    ]


def _placed(section: Section, turned: tuple[float, float], place: Place) -> Place:
    along, across = turned
    return Place(
        place.number,
        place.position,
        section.x + place.x * along - place.y * across,
        section.y + place.x * across + place.y * along,
    )


def _listed(section: Section) -> Iterator[list[Place]]:
    for row, bent in zip(section.row, _bent_rows(section), strict=True):
        points = list(zip(row.x, row.y, strict=True))
        position, places = 0, []
        for at, (number, point) in enumerate(zip(row.numbers, points, strict=True)):
            if at:
                position += 1 if dist(point, points[at - 1]) <= GANGWAY * section.spacing else 2
            places.append(Place(number, position, *bent[at]))
        if len(set(row.numbers)) < len(row.numbers):
            twice = next(number for number in row.numbers if row.numbers.count(number) > 1)
            raise ValueError(f"row {row.name} has seat {twice} twice; give each its own number")
        yield places


def _bent_rows(section: Section) -> Iterator[list[tuple[float, float]]]:
    """Listed rows, bent as a formula's are, along the first row, which a drawing may have turned."""
    along, across = _direction(section.row)
    flat = [
        [(x * along + y * across, y * along - x * across) for x, y in zip(row.x, row.y, strict=True)]
        for row in section.row
    ]
    everywhere = [u for row in flat for u, _ in row]
    wide = max(everywhere) - min(everywhere)
    for row, points in zip(section.row, flat, strict=True):
        if not section.curve or not wide:
            yield list(zip(row.x, row.y, strict=True))
            continue
        bent = [_on_the_bend(section, wide, row.name, point) for point in points]
        yield [(u * along - v * across, u * across + v * along) for u, v in bent]


def _direction(section_rows: Sequence[ListedRow]) -> tuple[float, float]:
    """Along the first row, of length 1, so that the last row is behind it; to the right if there is one."""
    first, last = section_rows[0], section_rows[-1]
    dx, dy = first.x[-1] - first.x[0], first.y[-1] - first.y[0]
    if not (length := hypot(dx, dy)):
        return 1.0, 0.0
    behind = (sum(last.y) / len(last.y)) * dx - (sum(last.x) / len(last.x)) * dy
    side = -1 if behind < 0 or (len(section_rows) == 1 and dx < 0) else 1
    return side * dx / length, side * dy / length


def _ruled(section: Section) -> Iterator[list[Place]]:
    counts, longest = section.counts, max(section.counts)
    gangways = sorted(set(section.gangways))
    if gangways and gangways[-1] >= longest:
        raise ValueError(f"gangways: no seat is behind seat {gangways[-1]}; the longest row has {longest}")
    wide = (longest - 1) * section.spacing + len(gangways) * section.gangway
    for at, seats in enumerate(counts):
        offset = {"middle": (longest - seats) / 2, "left": 0.0, "right": float(longest - seats)}[
            section.align
        ]
        along = [_along(section, gangways, offset + seat) for seat in range(seats)]
        positions = [seat + sum(offset + seat >= after for after in gangways) for seat in range(seats)]
        points = _bent(section, wide, at, [u - wide / 2 for u, _ in along])
        numbers = seat_numbers(section, seats)
        yield [
            Place(number, position, *point)
            for number, position, point in zip(numbers, positions, points, strict=True)
        ]


def _along(section: Section, gangways: Sequence[int], place: float) -> tuple[float, int]:
    """How far along the longest row a place is, and how many gangways are before it."""
    passed = sum(place >= after for after in gangways)
    return place * section.spacing + passed * section.gangway, passed


def _bent(section: Section, wide: float, at: int, along: Sequence[float]) -> list[tuple[float, float]]:
    """The points of a row: on a line, or on a circle."""
    depth = float(at * section.row_spacing)
    if not section.curve or not wide:
        return [(u, depth) for u in along]
    return [_on_the_bend(section, wide, str(at + 1), (u, depth)) for u in along]


def _on_the_bend(section: Section, wide: float, row: str, point: tuple[float, float]) -> tuple[float, float]:
    """Where a point lies when its row goes round; the circle is behind the rows with a negative curve."""
    u, depth = point
    side = 1 if section.curve > 0 else -1
    first = wide / radians(abs(section.curve))
    radius = first + side * depth
    if radius < section.spacing:
        raise ValueError(f"curve: bent by {section.curve}° there is no room for row {row}; bend it less")
    return radius * sin(u / radius), side * (radius * cos(u / radius) - first)
