"""What can be done to a design, each step a new design and a sentence about it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.core.errors import Invalid, NotFound
from webapp.seating.rules import making
from webapp.seating.rules.design import FAR, MOST_LABELS, MOST_SECTIONS, Design, Label, Section, Stage
from webapp.seating.rules.draft import MOST_SEATS

Thing = TypeVar("Thing", Stage, Label)

# How far a step goes when nothing is said: centimetres, degrees.
NUDGE, TURN, BEND = 50, 5, 5
# A copy is put so far behind what it is a copy of.
BEHIND = 150
OTHER_SIDE = {"left": "right", "right": "left", "middle": "middle"}


@dataclass(frozen=True)
class Step:
    """What was done, to be said; `section` is the one to look at afterwards."""

    design: Design
    did: str
    section: str = ""


def put(design: Design, section: Section, instead_of: str = "") -> Step:
    """Add a section, or change the one of that name; refused when its seats cannot be made."""
    other = design.find(section.name)
    if other and section.name != instead_of:
        raise Invalid(
            "We kept everything you typed.",
            fields={"name": f"There is a section “{section.name}” already. Choose another name."},
        )
    _require_makeable(design, section, instead_of)
    parts = [section if part.name == instead_of else part for part in design.section]
    if not instead_of:
        _require_room(design)
        parts.append(section)
    else:
        _existing(design, instead_of)
    return Step(
        _with(design, section=parts), f"{'Changed' if instead_of else 'Added'} {section.name}", section.name
    )


def move(design: Design, name: str, by: tuple[int, int]) -> Step:
    part = _existing(design, name)
    changes = {axis: _kept_near(getattr(part, axis) + way) for axis, way in zip("xy", by, strict=True)}
    return _changed(design, part, f"Moved {name}", **changes)


def turn(design: Design, name: str, by: int) -> Step:
    part = _existing(design, name)
    return _changed(design, part, f"Turned {name}", turn=(part.turn + by + 180) % 360 - 180)


def bend(design: Design, name: str, by: int) -> Step:
    part = _existing(design, name)
    bent = part.model_copy(update={"curve": max(-180, min(180, part.curve + by))})
    _require_makeable(design, bent, name)
    return _changed(design, part, f"Bent {name}", curve=bent.curve)


def copy(design: Design, name: str) -> Step:
    part = _existing(design, name)
    _require_room(design)
    depth = _depth(part)
    named = _free_name(design, name)
    twin = part.model_copy(update={"name": named, "y": _kept_near(part.y + depth + BEHIND)})
    _require_total(design.seats + sum(twin.counts))
    return Step(_with(design, section=[*design.section, twin]), f"Copied {name} as {named}", named)


def mirror(design: Design, name: str) -> Step:
    """A copy on the other side of the stage's middle, with everything in it the other way round."""
    part = _existing(design, name)
    _require_room(design)
    _require_total(design.seats + sum(part.counts))
    middle = design.stage.x if design.stage else 0
    turned: dict[str, Any] = {
        "name": _free_name(design, name),
        "x": _kept_near(2 * middle - part.x),
        "turn": -part.turn if part.turn > -180 else -180,
    }
    if part.is_listed:
        turned["row"] = [row.model_copy(update={"x": [-x for x in row.x]}) for row in part.row]
    else:
        turned |= {
            "numbers_from": OTHER_SIDE[part.numbers_from],
            "align": OTHER_SIDE[part.align],
            "gangways": sorted(max(part.counts) - after for after in part.gangways),
        }
    twin = part.model_copy(update=turned)
    return Step(_with(design, section=[*design.section, twin]), f"Mirrored {name} as {twin.name}", twin.name)


def delete(design: Design, name: str) -> Step:
    part = _existing(design, name)
    return Step(_with(design, section=[one for one in design.section if one is not part]), f"Deleted {name}")


def order(design: Design, name: str, by: int) -> Step:
    """Earlier or later in the list in which guests read the sections."""
    part = _existing(design, name)
    at = design.section.index(part)
    others = [one for one in design.section if one is not part]
    others.insert(max(0, at + by), part)
    return Step(_with(design, section=others), f"Put {name} {'earlier' if by < 0 else 'later'}", name)


def stage(design: Design, given: Stage | None) -> Step:
    return Step(_with(design, stage=given), "Changed the stage" if given else "Took the stage away")


def instead(design: Design, given: Design) -> Step:
    """Everything from a file, under the name that the plan has."""
    return Step(given.model_copy(update={"name": design.name}), "Put a file in its place")


def label(design: Design, given: Label, at: int | None = None) -> Step:
    """Add a label, or put it in the place of one that is there."""
    if at is not None:
        before = _label(design, at)
        did = (
            f"Changed the label {given.text}" if given.text == before.text else f"Named a label {given.text}"
        )
        return Step(_with(design, label=[*design.label[:at], given, *design.label[at + 1 :]]), did)
    if len(design.label) >= MOST_LABELS:
        raise Invalid(f"A plan has up to {MOST_LABELS} labels. Delete one first.")
    return Step(_with(design, label=[*design.label, given]), f"Added the label {given.text}")


def unlabel(design: Design, at: int) -> Step:
    gone = _label(design, at)
    left = [one for place, one in enumerate(design.label) if place != at]
    return Step(_with(design, label=left), f"Deleted the label {gone.text}")


def shift(design: Design, do: str, thing: str, by: tuple[int, int]) -> Step:
    """Move or delete what is no section: the `stage`, or a label, such as `label-2`, the third."""
    if do not in ("move", "delete"):
        raise NotFound("There is no such step.")
    if thing == "stage":
        if design.stage is None:
            raise NotFound("There is no stage any more. What you see is how the plan is now.")
        return stage(design, None) if do == "delete" else _with_stage(design, _moved(design.stage, by))
    at = int(thing.removeprefix("label-"))
    if do == "delete":
        return unlabel(design, at)
    moved = label(design, _moved(_label(design, at), by), at)
    return Step(moved.design, f"Moved the label {design.label[at].text}")


# The quick ones: by their name in forms, how far a press goes.
QUICK: Mapping[str, Callable[[Design, str, int, int], Step]] = {
    "left": lambda design, name, far, _: move(design, name, (-far, 0)),
    "right": lambda design, name, far, _: move(design, name, (far, 0)),
    "up": lambda design, name, far, _: move(design, name, (0, -far)),
    "down": lambda design, name, far, _: move(design, name, (0, far)),
    "move": lambda design, name, x, y: move(design, name, (x, y)),
    "turn-left": lambda design, name, _, __: turn(design, name, -TURN),
    "turn-right": lambda design, name, _, __: turn(design, name, TURN),
    "bend-less": lambda design, name, _, __: bend(design, name, -BEND),
    "bend-more": lambda design, name, _, __: bend(design, name, BEND),
    "copy": lambda design, name, _, __: copy(design, name),
    "mirror": lambda design, name, _, __: mirror(design, name),
    "delete": lambda design, name, _, __: delete(design, name),
    "earlier": lambda design, name, _, __: order(design, name, -1),
    "later": lambda design, name, _, __: order(design, name, 1),
}


def quick(design: Design, do: str, name: str, x: int, y: int) -> Step:
    """One of the steps that a button does; `x` is also how far an arrow goes."""
    if do not in QUICK:
        raise NotFound("There is no such step.")
    return QUICK[do](design, name, x, y)


def _with_stage(design: Design, given: Stage) -> Step:
    return Step(_with(design, stage=given), "Moved the stage")


def _moved(thing: Thing, by: tuple[int, int]) -> Thing:
    return thing.model_copy(update={"x": _kept_near(thing.x + by[0]), "y": _kept_near(thing.y + by[1])})


def _label(design: Design, at: int) -> Label:
    if not 0 <= at < len(design.label):
        raise NotFound("There is no such label any more. What you see is how the plan is now.")
    return design.label[at]


def _existing(design: Design, name: str) -> Section:
    part = design.find(name)
    if part is None:
        raise NotFound(f"There is no section “{name}” any more. What you see is how the plan is now.")
    return part


def _changed(design: Design, part: Section, did: str, **changes: Any) -> Step:
    parts = [one.model_copy(update=changes) if one is part else one for one in design.section]
    return Step(_with(design, section=parts), did, part.name)


def _with(design: Design, **changes: Any) -> Design:
    return design.model_copy(update=changes)


def _depth(part: Section) -> int:
    """How far its seats reach behind its place; by its rows alone where its seats cannot be made yet."""
    try:
        return max(0, *(seat.y - part.y for seat in making.section_seats(part)))
    except ValueError:
        return len(part.counts) * part.row_spacing


def _kept_near(place: int) -> int:
    return max(-FAR, min(FAR, place))


def _free_name(design: Design, name: str) -> str:
    names = {part.name.casefold() for part in design.section}
    base = name.rstrip("0123456789").rstrip() or name
    ways = (f"{base[:36]} {number}" for number in range(2, MOST_SECTIONS + 2))
    return next(way for way in ways if way.casefold() not in names)


def _require_room(design: Design) -> None:
    if len(design.section) >= MOST_SECTIONS:
        raise Invalid(f"A plan has up to {MOST_SECTIONS} sections. Delete one first.")


def _require_makeable(design: Design, section: Section, instead_of: str) -> None:
    """The seats of the section can be made, and are not too many with the others."""
    others = sum(sum(part.counts) for part in design.section if part.name != instead_of)
    _require_total(others + sum(section.counts))
    try:
        making.section_seats(section)
    except ValueError as error:
        key, _, words = str(error).rpartition(": ")
        field = key if key in Section.model_fields else "seats"
        words = words if key in Section.model_fields else str(error)
        raise Invalid(
            "We kept everything you typed.", fields={field: f"{words[:1].upper()}{words[1:]}."}
        ) from None


def _require_total(seats: int) -> None:
    if seats > MOST_SEATS:
        raise Invalid(
            "We kept everything you typed.",
            fields={"seats": f"The plan would have {seats:,} seats; the most is {MOST_SEATS:,}."},
        )
