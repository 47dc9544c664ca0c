"""A plan as SVG: circles and rectangles are seats where something says their section, row and number. Pure.

That is said by `data-section`, `data-row` and `data-seat` (on the shape or a group around it), by a `<title>`
such as `Stalls, row C, seat 4`, or by an id such as `Stalls-C-4`. What says nothing is left out and told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import cos, radians, sin
from xml.etree.ElementTree import Element, ParseError  # the parser is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from webapp.core.errors import Invalid
from webapp.seating.rules.draft import MOST_SEATS
from webapp.seating.rules.listed import Found, in_rows

MOST_SHAPES, DEEPEST = 100_000, 60
SEATS = ("circle", "ellipse", "rect")
SKIPPED = ("defs", "symbol", "clipPath", "mask", "pattern", "metadata", "style", "script", "title", "desc")
OTHERS = ("path", "polygon", "use", "image")
TITLE = re.compile(
    r"^(?:(?P<section>.+?)[,;:\s]+)??(?:row\s+)?(?P<row>[^\s,;]{1,12})[,;\s]+(?:seat|no\.?|number)\s+(?P<number>[^\s,;]{1,8})\b",
    re.IGNORECASE,
)
ID = re.compile(r"^(?P<section>.+)[-_.](?P<row>[A-Za-z]{1,3}|\d{1,3})[-_.](?P<number>\d{1,4}[A-Za-z]?)$")
STEP = re.compile(r"([A-Za-z]+)\s*\(([^)]*)\)")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")

Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class Picture:
    """What was found, and how often something was not understood, with the first of each."""

    seats: list[Found] = field(default_factory=list)
    stage: tuple[str, float, float, float, float] | None = None
    labels: list[tuple[str, float, float]] = field(default_factory=list)
    odd: dict[str, list[str]] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(
            f"{len(those):,} × {what}, left out; the first is {those[0]}." for what, those in self.odd.items()
        )


def read(text: str) -> Picture:
    """The seats of a drawing; refused when there is none, with what would make one."""
    try:
        root = fromstring(text, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise _wrong("It defines entities, which a drawing does not need. Save it as plain SVG.") from None
    except (ParseError, ValueError, RecursionError) as error:
        raise _wrong(f"This is not XML: {error}.") from None
    if _tag(root) != "svg":
        raise _wrong(f"This is XML, but not SVG: it begins with <{_tag(root)[:30]}>.")
    picture = Picture()
    for element, matrix, said in _shapes(root):
        _take(picture, element, matrix, said)
    if not picture.seats:
        seen = " ".join(picture.remarks)
        raise _wrong(
            "No circle or rectangle says its row and seat. Give each seat data-section, data-row, data-seat,"
            f" or a <title> such as “Stalls, row C, seat 4”. {seen}".strip()
        )
    picture.seats = in_rows(picture.seats)
    return picture


def _shapes(root: Element) -> Iterator[tuple[Element, Matrix, Mapping[str, str]]]:
    """Every shape in the order in which it is drawn, with where it is and what the groups around it say."""
    waiting: list[tuple[Element, Matrix, Mapping[str, str], int]] = [(root, SAME, {}, 0)]
    count = 0
    while waiting:
        element, matrix, said, depth = waiting.pop()
        count += 1
        if count > MOST_SHAPES or depth > DEEPEST:
            what = f"{MOST_SHAPES:,} shapes" if count > MOST_SHAPES else f"{DEEPEST} groups in each other"
            raise _wrong(f"It has more than {what}. Save only what is needed for the plan.")
        if _tag(element) in SKIPPED:
            continue
        now = _times(matrix, element.get("transform", ""))
        told = _told(element, said)
        yield element, now, told
        if _tag(element) not in SEATS:
            waiting += [(child, now, told, depth + 1) for child in reversed(element)]


def _take(picture: Picture, element: Element, matrix: Matrix, said: Mapping[str, str]) -> None:
    tag = _tag(element)
    if tag == "text":
        words = " ".join("".join(element.itertext()).split())[:40]
        at = _at(matrix, _number(element, "x"), _number(element, "y"))
        if len(words) > 3 and words.isprintable() and len(picture.labels) < 100:
            picture.labels.append((words, *at))
    elif tag in SEATS:
        middle, size = _middle(element)
        at = _at(matrix, *middle)
        if "stage" in said["class"].split() or element.get("id", "").casefold() == "stage":
            picture.stage = picture.stage or ("Stage", *at, *_size(matrix, size))
        elif said.get("row") and said.get("number"):
            _seat(picture, said, at)
        else:
            picture.odd.setdefault(f"<{tag}> without a row and a seat", []).append(_named(element, at))
    elif tag in OTHERS:
        at = _at(matrix, _number(element, "x"), _number(element, "y"))
        picture.odd.setdefault(f"<{tag}>, which is no seat", []).append(_named(element, at))


def _seat(picture: Picture, said: Mapping[str, str], at: tuple[float, float]) -> None:
    if len(picture.seats) >= MOST_SEATS:
        raise _wrong(f"It has more than {MOST_SEATS:,} seats, which is the most of a plan.")
    marks = {*said["class"].casefold().split(), said.get("kind", "").casefold()}
    kind = next((kind for kind in ("wheelchair", "companion") if kind in marks), "standard")
    section = said.get("section") or "Hall"
    picture.seats.append(
        Found(
            section,
            said.get("level") or section,
            said["row"],
            said["number"],
            *at,
            kind,
            bool({"restricted", "restricted-view"} & marks),
        )
    )


def _told(element: Element, around: Mapping[str, str]) -> dict[str, str]:
    """What an element says of itself and of what is in it; the nearest word counts."""
    own = {name: element.get(f"data-{name}", "") for name in ("section", "row", "level", "kind")}
    own["number"] = element.get("data-seat", "") or element.get("data-number", "")
    if _tag(element) in SEATS and not (own["row"] and own["number"]):
        title = " ".join(_title(element).split())[:200]
        match = TITLE.search(title) or ID.match(element.get("id", "")[:200])
        if match:
            own |= {name: own.get(name) or words for name, words in match.groupdict().items() if words}
    said = {name: " ".join(words.split())[:60] for name, words in own.items() if words.strip()}
    return {**around, **said, "class": f"{around.get('class', '')} {element.get('class', '')}".strip()}


def _title(element: Element) -> str:
    child = next((child for child in element if _tag(child) == "title"), None)
    return "".join(child.itertext()) if child is not None else ""


def _middle(element: Element) -> tuple[tuple[float, float], tuple[float, float]]:
    """The middle of a shape, and its width and height."""
    if _tag(element) == "rect":
        wide, high = _number(element, "width"), _number(element, "height")
        return (_number(element, "x") + wide / 2, _number(element, "y") + high / 2), (wide, high)
    return (_number(element, "cx"), _number(element, "cy")), (
        _number(element, "r") * 2,
        _number(element, "r") * 2,
    )


def _times(matrix: Matrix, transform: str) -> Matrix:
    for name, given in STEP.findall(transform[:1000]):
        matrix = _product(matrix, _matrix(name, [_bounded(float(n)) for n in NUMBER.findall(given)]))
    return matrix


def _matrix(name: str, given: list[float]) -> Matrix:
    a, b = (*given, 0.0, 0.0)[:2]
    if name == "translate":
        return (1, 0, 0, 1, a, b)
    if name == "scale" and given:
        return (a, 0, 0, b if len(given) > 1 else a, 0, 0)
    if name == "matrix" and len(given) == 6:
        return (given[0], given[1], given[2], given[3], given[4], given[5])
    if name == "rotate" and given:
        turned = (cos(radians(a)), sin(radians(a)), -sin(radians(a)), cos(radians(a)), 0.0, 0.0)
        x, y = (given[1], given[2]) if len(given) > 2 else (0.0, 0.0)
        return _product(_product((1, 0, 0, 1, x, y), turned), (1, 0, 0, 1, -x, -y))
    raise _wrong(
        f"It has a transform “{name[:20]}”, which is not understood. Save the drawing with plain places."
    )


def _product(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        *(a * g + c * h, b * g + d * h, a * i + c * j),
        *(b * i + d * j, a * k + c * m + e, b * k + d * m + f),
    )


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return _bounded(a * x + c * y + e), _bounded(b * x + d * y + f)


def _size(matrix: Matrix, size: tuple[float, float]) -> tuple[float, float]:
    a, b, c, d, _, _ = matrix
    return _bounded(abs(a * size[0]) + abs(c * size[1])), _bounded(abs(b * size[0]) + abs(d * size[1]))


def _number(element: Element, name: str) -> float:
    found = NUMBER.match(element.get(name, "").strip()[:40])
    return _bounded(float(found[0])) if found else 0.0


def _bounded(number: float) -> float:
    if not abs(number) <= 1_000_000:
        raise _wrong("A place in it is further than a million from zero. Save the drawing at its own size.")
    return number


def _named(element: Element, at: tuple[float, float]) -> str:
    name = " ".join(element.get("id", "").split())[:40]
    return f"{f'“{name}” ' if name else ''}at {at[0]:.0f}, {at[1]:.0f}"


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, title="This drawing cannot be read", fields={"file": sentence})
