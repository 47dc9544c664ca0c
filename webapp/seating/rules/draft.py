"""A plan before it is kept: read from a file or made up, and looked at before anything is written. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from unicodedata import category

from webapp.core.errors import Invalid

MOST_SEATS = 30_000


@dataclass(frozen=True)
class DraftSeat:
    """`companion_of` is the position in the draft's seats of the wheelchair place it belongs to."""

    section: str
    level: str
    row: str
    number: str
    row_position: int
    position: int
    x: int
    y: int
    kind: str = "standard"
    companion_of: int | None = None
    restricted_view: bool = False

    @property
    def said(self) -> str:
        return f"{self.section}, row {self.row}, seat {self.number}"


@dataclass(frozen=True)
class Stage:
    x: int
    y: int
    width: int
    height: int
    label: str = "Stage"


@dataclass(frozen=True)
class Sign:
    """A word on the plan, such as Bar or Entrance, with its middle."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Draft:
    """Sections and levels are in the order in which people read them; `remarks` say what was found."""

    width: int
    height: int
    stage: Stage | None
    seats: tuple[DraftSeat, ...]
    remarks: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(seat.section for seat in self.seats))

    @property
    def levels(self) -> tuple[str, ...]:
        """In the order in which they come away from the stage."""
        ranks = self.ranks()
        nearest: dict[str, int] = {}
        for seat, rank in zip(self.seats, ranks, strict=True):
            nearest[seat.level] = min(rank, nearest.get(seat.level, rank))
        return tuple(sorted(nearest, key=lambda level: nearest[level]))

    def ranks(self) -> list[int]:
        """Each seat's place from the best to the worst: nearest the stage, then nearest its middle."""
        far = [self._away(seat) for seat in self.seats]
        ranks = [0] * len(far)
        for rank, at in enumerate(sorted(range(len(far)), key=lambda at: (far[at], at))):
            ranks[at] = rank
        return ranks

    def _away(self, seat: DraftSeat) -> float:
        stage = self.stage or Stage(self.width // 2, 0, 0, 0)
        right, bottom = stage.x + stage.width, stage.y + stage.height
        beside = max(stage.x - seat.x, 0, seat.x - right)
        behind = max(stage.y - seat.y, 0, seat.y - bottom)
        middle = hypot(seat.x - (stage.x + right) / 2, seat.y - (stage.y + bottom) / 2)
        return hypot(beside, behind) + middle / 4


def require_sound(draft: Draft) -> None:
    """Everything that a hall must have; a sentence names what is wrong and where."""
    for wrong in _wrongs(draft):
        raise Invalid(f"{wrong} Nothing was imported.", title="This plan cannot be used")


def counted(draft: Draft) -> list[str]:
    """What is in a plan, a line for each thing that somebody would want to compare with the hall."""
    sections, levels, kinds = (
        Counter(getattr(seat, name) for seat in draft.seats) for name in ("section", "level", "kind")
    )
    rows = len({(seat.section, seat.row) for seat in draft.seats})
    parts = ((len(sections), "section"), (rows, "row"), (len(levels), "price level"))
    said = ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for number, what in parts)
    lines = [f"{len(draft.seats):,} seats: {said}"]
    lines += [f"  section {name}: {sections[name]:,}" for name in draft.sections]
    lines += [f"  level {name}: {levels[name]:,}" for name in draft.levels]
    restricted = sum(seat.restricted_view for seat in draft.seats)
    lines.append(
        f"  {kinds['wheelchair']} wheelchair places, {kinds['companion']} companions’ seats,"
        f" {restricted} with restricted view"
    )
    return lines + [f"  {remark}" for remark in draft.remarks]


def _wrongs(draft: Draft) -> Iterator[str]:
    if not 0 < len(draft.seats) <= MOST_SEATS:
        yield f"It has {len(draft.seats):,} seats; a plan has 1 to {MOST_SEATS:,}."
    names: set[tuple[str, str, str]] = set()
    places: set[tuple[str, int, int]] = set()
    for seat in draft.seats:
        name, place = (seat.section, seat.row, seat.number), (seat.section, seat.row_position, seat.position)
        if not all(text.strip() for text in (*name, seat.level)):
            yield f"{seat.said} (price level “{seat.level}”): a name is empty."
        if any(category(sign) == "Cc" for text in (*name, seat.level) for sign in text):
            said = "".join(sign for sign in seat.said if sign.isprintable())
            yield f"{said}: a name has a sign that cannot be printed."
        if name in names:
            yield f"{seat.said} is there twice."
        if place in places:
            yield f"{seat.said} is in the same place of its row as another one."
        if not (0 <= seat.x <= draft.width and 0 <= seat.y <= draft.height):
            yield f"{seat.said} is drawn outside the plan."
        if seat.companion_of is not None and draft.seats[seat.companion_of].kind != "wheelchair":
            yield f"{seat.said} is a companion’s seat without a wheelchair place."
        names.add(name)
        places.add(place)
