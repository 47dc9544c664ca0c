"""Seats that somebody has chosen and not held yet: what they cost, and what is to be said about them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from webapp.booking.forms import BestForm
from webapp.booking.queries.seat_page import SeatPage, SeatType
from webapp.booking.refusals import SeatsTaken
from webapp.core.bits import Marked
from webapp.core.errors import NotFound
from webapp.seating.drawing import Block, Drawing
from webapp.seating.queries.plans import Plan
from webapp.seating.rules.best import Wish, best, nearest
from webapp.seating.rules.house import are_neighbours
from webapp.seating.rules.names import PlacedSeat, SeatName

AGAIN = "Open the seats again and choose from there."
FEWER = "Ask for fewer, or leave a wish out."


@dataclass(frozen=True)
class ChosenSeat:
    """One seat, and the ticket that would buy it, out of those that can."""

    name: SeatName
    types: tuple[SeatType, ...]
    type: SeatType

    @property
    def ordinal(self) -> int:
        return self.name.ordinal


@dataclass(frozen=True)
class Choice:
    """What was chosen, as it stands now; `lost` went to somebody else meanwhile; `nearest` would do for all.

    `nothing` says why none was found that fits.
    """

    page: SeatPage
    seats: tuple[ChosenSeat, ...]
    lost: tuple[SeatName, ...] = ()
    nearest: tuple[SeatName, ...] = ()
    nothing: str = ""
    remarks: tuple[str, ...] = ()
    code: str = ""

    @property
    def total(self) -> int:
        return sum(seat.type.price for seat in self.seats)

    @property
    def ordinals(self) -> tuple[int, ...]:
        return tuple(seat.ordinal for seat in self.seats)

    @property
    def has_types(self) -> bool:
        """Whether some seat can be bought by more than one kind of ticket."""
        return any(len(seat.types) > 1 for seat in self.seats)

    @property
    def hold_words(self) -> str:
        number = len(self.seats)
        return {1: "Hold this seat", 2: "Hold both seats"}.get(number, f"Hold these {number} seats")

    @property
    def url(self) -> str:
        """The page with this choice."""
        return self._url(self.ordinals)

    def with_seats(self, *more: int) -> str:
        """The page with these seats chosen as well."""
        return self._url(dict.fromkeys((*self.ordinals, *more)))

    def without(self, ordinal: int) -> str:
        """The page with this choice but for one seat."""
        return self._url(one for one in self.ordinals if one != ordinal)

    def _url(self, ordinals: Iterable[int]) -> str:
        special = {seat.ordinal: seat.type.id for seat in self.seats if seat.type != seat.types[0]}
        said: list[tuple[str, object]] = [("date", self.page.date_id)]
        for ordinal in ordinals:
            said.append(("seat", ordinal))
            if ordinal in special:
                said.append((f"type-{ordinal}", special[ordinal]))
        if self.code:
            said.append(("code", self.code))
        return f"/events/{self.page.slug}/seats?{urlencode(said)}"


@dataclass(frozen=True)
class Scene:
    """A date with its plan, and the seats of it that are taken at this moment."""

    page: SeatPage
    drawing: Drawing
    taken: Marked

    @property
    def plan(self) -> Plan:
        return self.drawing.plan

    @cached_property
    def gone(self) -> frozenset[int]:
        """Seats that cannot be had: taken, or of a level that is not sold now."""
        closed = {at for at, level in enumerate(self.page.levels) if not level.types}
        if not closed:
            return self.taken.numbers
        return self.taken.numbers.union(seat.ordinal for seat in self.plan.seats if seat.level in closed)

    @property
    def state(self) -> str:
        """Changes whenever the pages that everybody gets do."""
        return f"{self.page!r} {self.taken.version}"

    def block(self, section_id: UUID) -> Block:
        for block in self.drawing.blocks:
            if block.id == section_id:
                return block
        raise NotFound(f"This hall has no such section. {AGAIN}")

    def choose(self, asked: Mapping[int, UUID | None], code: str = "") -> Choice:
        """Choose those seats that are free, each with the ticket that is asked for, else the usual one."""
        if any(ordinal >= len(self.plan.seats) for ordinal in asked):
            raise NotFound(f"One of these seats is not in this hall. {AGAIN}")
        seats = [self.plan.seats[ordinal] for ordinal in asked if ordinal not in self.gone]
        lost = [ordinal for ordinal in asked if ordinal in self.gone]
        others = nearest(self.plan.house, self.plan.house.free(self.gone), list(asked)) if lost else ()
        return Choice(
            page=self.page,
            seats=tuple(self._chosen(seat, asked[seat.ordinal]) for seat in seats),
            lost=tuple(map(self.plan.name_of, lost)),
            nearest=tuple(map(self.plan.name_of, others)),
            remarks=tuple(self._remarks(seats)),
            code=code,
        )

    def instead(self, asked: Mapping[int, UUID | None], refusal: SeatsTaken, code: str = "") -> Choice:
        """What is left of a wish of which others were quicker, with the seats that would do for all of it."""
        lost = {seat.ordinal for seat in refusal.taken}
        left = {ordinal: ticket for ordinal, ticket in asked.items() if ordinal not in lost}
        return replace(self.choose(left, code), lost=refusal.taken, nearest=refusal.nearest)

    def best(self, wish: BestForm) -> Choice:
        """Choose the best seats that fit; a choice without seats says that there are none."""
        levels = {
            at: ticket
            for at, level in enumerate(self.page.levels)
            if wish.level in (None, level.id) and (ticket := level.within(wish.up_to))
        }
        section = self.block(wish.section).section if wish.section else None
        asked = Wish(wish.together, frozenset(levels), section, wish.accessible)
        found = best(self.plan.house, self.plan.house.free(self.gone), asked)
        if not found:
            what = "free seat fits" if wish.together == 1 else f"{wish.together} free seats fit"
            return Choice(self.page, (), nothing=f"No {what} this wish. {FEWER}", code=wish.code)
        return self.choose({one: levels[self.plan.seats[one].level].id for one in found}, wish.code)

    def _chosen(self, seat: PlacedSeat, wanted: UUID | None) -> ChosenSeat:
        types = self.page.levels[seat.level].types
        ticket = next((one for one in types if one.id == wanted), types[0])
        return ChosenSeat(self.plan.name_of(seat.ordinal), types, ticket)

    def _remarks(self, seats: list[PlacedSeat]) -> Iterator[str]:
        if len(seats) > 1:
            row = sorted(seats, key=lambda seat: (seat.section, seat.row_position, seat.position))
            yield "Side by side." if all(map(are_neighbours, row, row[1:])) else "Not all side by side."
        if restricted := sum(seat.restricted_view for seat in seats):
            yield (
                f"The view is restricted from {restricted} of them." if len(seats) > 1 else "Restricted view."
            )
        if alone := self._left_alone([seat.ordinal for seat in seats]):
            yield f"{self.plan.name_of(min(alone)).said} would be left alone."

    def _left_alone(self, chosen: list[int]) -> list[int]:
        """Free seats beside the chosen ones that would have nobody free beside them any more."""
        house = self.plan.house
        before, after = house.free(self.gone), house.free(self.gone.union(chosen))
        return [
            house.seat(slot).ordinal
            for slot in (house.slot_of[ordinal] + step for ordinal in chosen for step in (-1, 1))
            if after[slot]
            and not (after[slot - 1] or after[slot + 1])
            and (before[slot - 1] or before[slot + 1])
        ]
