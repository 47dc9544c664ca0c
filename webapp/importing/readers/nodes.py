"""Linked data as a graph: bare names, references followed, events in the order in which they stand. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Node = dict[str, Any]

_SCHEMA = re.compile(r"^https?://(?:www\.)?schema\.org/|^schema:", re.IGNORECASE)
DEEPEST = 60
# What names an event without announcing one: what was booked, reviewed, done or is only pointed to.
_ABOUT = re.compile(r"(?:Reservation|Order|Action|Review|Ticket|Invoice|Offer|Delivery)$")
_POINTERS = frozenset(
    ["superEvent", "superEvents", "previousEvent", "nextEvent", "potentialAction", "review", "publication"]
)
# Subtypes of Event whose names do not end so.
_EVENTS = frozenset(["festival", "hackathon", "eventseries", "courseinstance"])


@dataclass(frozen=True)
class Placed:
    """An event and where it stands."""

    node: Node
    where: str


def bare(name: str) -> str:
    """A name of schema.org without its address or prefix."""
    return _SCHEMA.sub("", name.strip())


def normalised(value: Any, prefixes: tuple[str, ...] = (), depth: int = 0) -> Any:
    """The same document with bare names; what is nested deeper than anyone means to is left out."""
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return [normalised(one, prefixes, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    prefixes = prefixes + tuple(_prefixes(value.get("@context")))
    found: Node = {}
    for key, one in value.items():
        if key != "@context":
            found.setdefault(_key(key, prefixes), normalised(one, prefixes, depth + 1))
    return found


def _prefixes(context: Any) -> Iterator[str]:
    """Other prefixes that stand for schema.org."""
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, dict):
            yield from (
                f"{name}:"
                for name, meant in part.items()
                if isinstance(meant, str) and _SCHEMA.fullmatch(meant)
            )


def _key(key: str, prefixes: tuple[str, ...]) -> str:
    if key in {"id", "type", "graph"}:
        return f"@{key}"
    for prefix in prefixes:
        key = key.removeprefix(prefix)
    return bare(key)


def many(value: Any) -> list[Any]:
    """Values of a property: none, one, a list, a @list or @set."""
    if isinstance(value, dict) and (inner := value.get("@list", value.get("@set"))) is not None:
        return many(inner)
    if isinstance(value, list):
        return [inner for one in value for inner in (many(one) if isinstance(one, list) else [one])]
    return [] if value is None or value == "" else [value]


def text(value: Any) -> str:
    """The first text of a property, whatever it is wrapped in."""
    for one in many(value):
        if isinstance(one, dict):
            one = one.get("@value") or one.get("name") or one.get("@id")  # noqa: PLW2901  # unwrapped, the same thing
        if isinstance(one, dict | list):
            one = text(one)  # noqa: PLW2901
        if one is not None and not isinstance(one, bool) and str(one).strip():
            return str(one).strip()
    return ""


def kinds(node: Node) -> list[str]:
    """The types of a node, bare; a prefix of the document's own is dropped too."""
    names = [str(one) for one in many(node.get("@type")) if isinstance(one, str)]
    return [re.split(r"[/#:]", name.strip())[-1] for name in names]


def is_event(node: Any) -> bool:
    """Whether it is an event that people can go to, by any of its types."""
    return isinstance(node, dict) and any(_is_event(kind.casefold()) for kind in kinds(node))


def _is_event(kind: str) -> bool:
    return kind in _EVENTS or kind.endswith("event")


def is_kind(node: Node, *names: str) -> bool:
    """Whether one of its types is one of these."""
    return any(kind.casefold() in names for kind in kinds(node))


@dataclass
class Graph:
    """All nodes of a document by what they are called."""

    by_id: dict[str, Node] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)

    def add(self, value: Any) -> None:
        """Know every node in a value; said again of the same one adds what was not said."""
        stack = [value]
        while stack:
            one = stack.pop()
            if isinstance(one, list):
                stack.extend(one)
            elif isinstance(one, dict):
                stack.extend(one.values())
                self.types.update(kinds(one))
                self._know(one)

    def _know(self, node: Node) -> None:
        name = node.get("@id")
        if not isinstance(name, str) or node.keys() <= {"@id", "@type"}:
            return
        known = self.by_id.setdefault(name, node)
        if known is not node and known.get("startDate", node.get("startDate")) == node.get("startDate"):
            for key, said in node.items():
                known.setdefault(key, said)

    def node(self, value: Any) -> Node | None:
        """The node that a value is or refers to."""
        if isinstance(value, dict):
            name = value.get("@id")
            known = self.by_id.get(name, value) if isinstance(name, str) else value
            return (
                value if value.get("startDate", known.get("startDate")) != known.get("startDate") else known
            )
        return self.by_id.get(value) if isinstance(value, str) else None

    def nodes(self, value: Any) -> list[Node]:
        """The nodes of a property."""
        return [node for one in many(value) if (node := self.node(one))]


def events(value: Any, where: str) -> Iterator[Placed]:
    """Events in the order in which they stand. Those that are only pointed to are left out."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from events(one, f"{where}[{number}]")
    if not isinstance(value, dict):
        return
    if any(_ABOUT.search(kind) for kind in kinds(value)):
        return
    if is_event(value) and not value.keys() <= {"@id", "@type"}:
        yield Placed(value, where)
    for key, one in value.items():
        if key not in _POINTERS and isinstance(one, dict | list):
            yield from events(one, f"{where}.{key}")
